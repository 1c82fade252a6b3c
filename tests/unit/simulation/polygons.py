"""Real parcels for tests: shapes beside each other, with or without streets."""

from __future__ import annotations

import numpy as np
import shapely

from emadina_gis.domain.crs import MERCHICH_NORTH
from emadina_gis.domain.table import FeatureTable
from emadina_gis.regulation import load_document
from emadina_gis.simulation.neighbours import roads_of
from emadina_gis.simulation.parcels import Regime, parcel_inputs
from emadina_gis.simulation.polygon_envelope import PolygonFootprints
from emadina_gis.simulation.real_parcels import real_parcels

ORIGIN = np.array([295_000.0, 328_000.0])
DOCUMENT = load_document("ain-chock-2025")


def at(x, y):
    """A place beside the shapes, on the map."""
    return float(ORIGIN[0]) + x, float(ORIGIN[1]) + y


def placed(shapes, crs=MERCHICH_NORTH):
    """A table of shapes moved to where Casablanca is."""
    moved = shapely.transform(np.asarray(shapes, dtype=object), lambda xy: xy + ORIGIN)
    return FeatureTable.from_columns({}, moved, crs=crs)


def streets(*lines):
    """Roads along lines (x0, y0, x1, y1, width)."""
    shapes = [shapely.LineString([(a, b), (c, d)]) for a, b, c, d, _width in lines]
    moved = shapely.transform(np.array(shapes, dtype=object), lambda xy: xy + ORIGIN)
    return roads_of(moved, np.array([line[4] for line in lines], dtype=float))


def inputs_of(table, sector="B4", **more):
    """Inputs of a table's rows; what is not told is not known."""
    count = table.row_count
    unknown = np.full(count, np.nan)
    more.setdefault("frontage_m", unknown)
    more.setdefault("regime", np.full(count, Regime.LOT))
    sectors = [DOCUMENT.index_of(sector)] * count
    return parcel_inputs(sectors, table.areas, **more)


def parcels_of(shapes, roads=None, **more):
    """Real parcels of shapes."""
    table = placed(shapes)
    return real_parcels(table, inputs_of(table, **more), roads)


def footprints_of(shapes, roads=None, **more):
    """Footprints of shapes, and the inputs they were read with."""
    table = placed(shapes)
    inputs = inputs_of(table, **more)
    parcels = real_parcels(table, inputs, roads)
    return PolygonFootprints(parcels, inputs.plan_roads_m2), inputs


def sides_of(parcels, row):
    """The sides of a parcel's limits, in the order of its outline, as letters."""
    first, end = parcels.limits.starts[row : row + 2]
    return "".join("LRBFCU"[side] for side in parcels.limits.side[first:end])
