"""Geometry for a web page: degrees as deltas of whole millionths, merged by class for a far view.

A millionth of a degree is about a tenth of a metre. Knows nothing of texts or pages.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from emadina_gis.domain.crs import Crs
from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.soundness import made_valid

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.table import FeatureTable
    from emadina_gis.progress import Context

#: Up to this many features in all, each is drawn exactly at every zoom.
EXACT_LIMIT = 20_000
#: Above this many in one layer, features are published merged by class only.
SINGLE_LIMIT = 100_000
#: Tolerance of the far view, in metres of the map's system.
FAR_TOLERANCE_M = 3.0
#: From this zoom on, features of simplified layers are drawn one by one.
DETAIL_ZOOM = 16
_MILLIONTHS = 1e6
WGS84 = "EPSG:4326"


@dataclass(frozen=True, eq=False)
class WebShapes:
    """Geometry of a layer as JSON-ready lists.

    Attributes
    ----------
    rows : ndarray of int, shape (n,)
        Rows published one by one.
    parts : list
        Per row: parts of rings of deltas (longitude, latitude, …).
    far : list of dict
        Per class: its merged, simplified parts; empty where the layer is drawn exactly.
    """

    rows: NDArray[np.intp]
    parts: list[Any]
    far: list[dict[str, Any]]


def degrees(table: FeatureTable) -> FeatureTable:
    """Return a table in longitude and latitude of WGS 84 (Merchich by EPSG:1166)."""
    return table.to_crs(Crs.parse(WGS84))


def web_shapes(
    table: FeatureTable, codes: NDArray[np.uint16], *, exact: bool, ctx: Context
) -> WebShapes:
    """Return the geometry of a layer for the page.

    Parameters
    ----------
    table : FeatureTable
        In its own CRS, which is known.
    codes : ndarray of uint16, shape (n,)
        Class of each row.
    exact : bool
        Draw every feature at every zoom; else a far view of merged classes goes with them.
    """
    present = np.flatnonzero(table.kinds != Kind.NONE)
    single = len(present) <= SINGLE_LIMIT
    rows = present if single else np.zeros(0, dtype=np.intp)
    parts = _parts(degrees(table).take(rows), ctx) if single else []
    far = [] if exact and single else _far(table, codes, ctx)
    return WebShapes(rows, parts, far)


def _parts(table: FeatureTable, ctx: Context) -> list[Any]:
    """Return, per row, its parts as rings of deltas."""
    found: list[Any] = []
    for chunk in table.geometry or ():
        ctx.check()
        whole = np.round(chunk.xy * _MILLIONTHS).astype(np.int64)
        deltas = np.diff(whole, axis=0, prepend=0)
        starts = chunk.coord_offsets[:-1]
        deltas[starts] = whole[starts]
        flat = deltas.reshape(-1).tolist()
        ends = (chunk.coord_offsets * 2).tolist()
        rings = [flat[a:b] for a, b in itertools.pairwise(ends)]
        of_part, of_row = chunk.ring_offsets.tolist(), chunk.part_offsets.tolist()
        parts = [rings[a:b] for a, b in itertools.pairwise(of_part)]
        found += [parts[a:b] for a, b in itertools.pairwise(of_row)]
    return found


def _far(table: FeatureTable, codes: NDArray[np.uint16], ctx: Context) -> list[dict[str, Any]]:
    """Return the classes of a layer, each merged and simplified in the layer's own metres."""
    from emadina_gis.domain.table import FeatureTable as Table

    shapes, kept = [], []
    tolerance = FAR_TOLERANCE_M / table.crs.unit_m if table.crs.is_metric else 0.0
    for code in np.unique(codes).tolist():
        ctx.check()
        rows = np.flatnonzero((codes == code) & (table.kinds != Kind.NONE))
        merged = shapely.union_all(made_valid(table.shapes(rows)))
        simple = shapely.simplify(merged, tolerance, preserve_topology=True)
        if not shapely.is_empty(simple):
            shapes.append(simple)
            kept.append(code)
    listed = np.empty(len(shapes), dtype=object)
    listed[:] = shapes
    far = degrees(Table.from_columns({}, listed, crs=table.crs))
    pairs = zip(kept, _parts(far, ctx), strict=True)
    return [{"code": code, "parts": parts} for code, parts in pairs]
