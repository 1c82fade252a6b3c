"""The published layers, ready for JSON: geometry, look, fields, and what a scenario changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from emadina_gis.domain.geometry import Kind
from emadina_gis.report.web.fields import WebFields, layer_fields
from emadina_gis.report.web.geometry import (
    DETAIL_ZOOM,
    EXACT_LIMIT,
    SINGLE_LIMIT,
    Grid,
    far_shapes,
    web_shapes,
)
from emadina_gis.report.web.languages import labelled, titled
from emadina_gis.report.web.looks import Look, look_of
from emadina_gis.report.web.packing import packed_steps
from emadina_gis.report.web.parcel_fields import parcel_fields
from emadina_gis.report.web.withheld import masked_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from emadina_gis.domain.column import Column
    from emadina_gis.progress import Context
    from emadina_gis.render.scene import DrawnLayer
    from emadina_gis.report.web.content import WebContent


@dataclass(frozen=True, eq=False)
class WebLayer:
    """A published layer.

    Attributes
    ----------
    entry : dict
        What the page is given.
    features : int
        Features drawn one by one.
    has_far : bool
        Whether there is a view from afar, merged by class.
    simplified_m : float
        Tolerance by which its limits were simplified; 0 where they were not.
    changed : int
        Rows that differ in the scenario that is compared.
    """

    entry: dict[str, Any]
    features: int
    has_far: bool
    simplified_m: float
    changed: int = 0


def web_layer(
    drawn: DrawnLayer, content: WebContent, grid: Grid, total: int, ctx: Context
) -> WebLayer:
    """Return a layer for the page.

    Parameters
    ----------
    total : int
        Features of all published layers: above `EXACT_LIMIT` large layers get a far view.
    """
    layer = drawn.layer
    shapes = web_shapes(layer.table, grid, ctx)
    look = look_of(drawn)
    fields = _fields(drawn, content, content.columns, shapes.rows)
    far = far_shapes(layer.table, look.codes, grid, ctx) if _needs_far(drawn, total) else None
    entry: dict[str, Any] = {
        "id": layer.id,
        "title": masked_in(titled(layer.title)),
        **look.entry,
        **look.of_rows(shapes.rows),
        "shapes": shapes.packed,
        "far": far,
        "detailZoom": DETAIL_ZOOM if far and len(shapes.rows) else 0,
        "onlyFar": not len(shapes.rows),
        "fields": fields.fields,
        "values": fields.values,
        "search": fields.search,
        "note": labelled("report.unofficial") if _has_outcome(drawn, content) else None,
        "after": None,
    }
    changed = 0
    if content.after is not None and layer.id == content.parcels_id:
        entry["after"], changed = _after(drawn, content, shapes.rows, look, (grid, total, ctx))
    return WebLayer(entry, len(shapes.rows), far is not None, shapes.simplified_m, changed)


def _needs_far(drawn: DrawnLayer, total: int) -> bool:
    table = drawn.layer.table
    if table.row_count > SINGLE_LIMIT:
        return True
    large = table.main_kind is Kind.POLYGON and table.row_count > EXACT_LIMIT
    return large and total > EXACT_LIMIT


def _has_outcome(drawn: DrawnLayer, content: WebContent) -> bool:
    is_parcels = drawn.layer.id == content.parcels_id
    return is_parcels and bool(content.columns) and content.document is not None


def _fields(
    drawn: DrawnLayer,
    content: WebContent,
    columns: Mapping[str, Column],
    rows: NDArray[np.intp],
) -> WebFields:
    if _has_outcome(drawn, content) and content.document is not None:
        return parcel_fields(rows, columns, content.document, hits=content.hits)
    return layer_fields(drawn.layer, rows)


def _after(
    drawn: DrawnLayer,
    content: WebContent,
    rows: NDArray[np.intp],
    before: Look,
    how: tuple[Grid, int, Context],
) -> tuple[dict[str, Any] | None, int]:
    """Return what a scenario changes: rows that differ, how they look, what they say; how many."""
    assert content.after is not None
    other = content.after.scene.vector(drawn.layer.id)
    if other is None:
        return None, 0
    look = look_of(other)
    differs = _differing(content, drawn.layer.table.row_count) | (look.codes != before.codes)
    changed = np.flatnonzero(differs[rows])
    fields = _fields(drawn, content, content.after.columns, rows[changed])
    grid, total, ctx = how
    far = None
    if _needs_far(drawn, total):
        far = far_shapes(drawn.layer.table, look.codes, grid, ctx)
    return {
        "colors": look.entry["colors"],
        "entries": look.entry["entries"],
        **look.of_rows(rows),
        "far": far,
        "rows": packed_steps(changed),
        "fields": fields.fields,
        "values": fields.values,
    }, len(changed)


def _differing(content: WebContent, count: int) -> NDArray[np.bool_]:
    """Return which rows a scenario gives another sector or another figure, shape (count,)."""
    assert content.after is not None
    found = np.zeros(count, dtype=bool)
    for name, column in content.columns.items():
        other = content.after.columns.get(name)
        if other is None or other is column:
            continue
        if column.is_number:
            close = np.isclose(column.numbers, other.numbers, rtol=0, atol=1e-6, equal_nan=True)
            found |= ~close
        else:
            found |= np.asarray(column.strings != other.strings, dtype=bool)
    return found
