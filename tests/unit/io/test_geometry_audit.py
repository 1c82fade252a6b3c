"""What reading does to geometry is counted: measures, curves, rings that were not closed."""

from __future__ import annotations

import struct

import numpy as np
import pyarrow as pa
import pytest
import shapely

from emadina_gis.io.geometry_audit import GeometryAudit


def read(*values):
    with GeometryAudit() as audit:
        chunk = audit.chunk(pa.array(values, pa.binary()))
        return chunk, {problem.code: problem.count for problem in audit.problems("x")}


def iso(text):
    return shapely.to_wkb(shapely.from_wkt(text), flavor="iso")


def test_measures_go_and_heights_stay():
    chunk, counts = read(
        iso("LINESTRING ZM (0 0 5 7, 10 0 6 8)"), iso("LINESTRING M (0 0 7, 10 0 8)")
    )
    assert counts == {"geometry.measures": 2}
    assert chunk.z[:2].tolist() == [5, 6]
    assert np.isnan(chunk.z[2:]).all()


def test_curves_are_counted_and_finely_stroked():
    arc = struct.pack("<BII6d", 1, 8, 3, 100.0, 0.0, 0.0, 100.0, -100.0, 0.0)
    chunk, counts = read(arc, iso("LINESTRING (0 0, 1 1)"))
    assert counts == {"geometry.curves": 1}
    middle = (chunk.xy[1:-2] + chunk.xy[:-3]) / 2
    assert 100 - np.hypot(*middle.T).min() < 0.0101


def test_a_ring_that_is_not_closed_is_closed_and_said():
    corners = [0.0, 0.0, 10.0, 0.0, 10.0, 10.0, 0.0, 10.0]
    opened = struct.pack("<BIII8d", 1, 3, 1, 4, *corners)
    chunk, counts = read(opened, shapely.to_wkb(shapely.box(0, 0, 1, 1)), None)
    assert counts == {"geometry.missing": 1, "geometry.unclosed": 1}
    assert chunk.areas().tolist() == pytest.approx([100, 1, 0])


def test_a_curve_that_is_cut_off_costs_no_other():
    arc = struct.pack("<BII6d", 1, 8, 3, 100.0, 0.0, 0.0, 100.0, -100.0, 0.0)
    chunk, counts = read(arc[:-8], arc)
    assert counts == {"geometry.curves": 1, "geometry.unreadable": 1}
    assert chunk.kinds.tolist() == [0, 2]
