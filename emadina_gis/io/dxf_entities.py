"""From the entities of a drawing to rows: blocks taken apart, each loss counted.

A block is stroked once and placed by its matrix wherever it is inserted. One bad entity is counted
and never costs the others. Knows nothing of units, labels or tables.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from emadina_gis.errors import LayerReadError
from emadina_gis.io import dxf_shapes
from emadina_gis.io.dxf_own import is_own, read_fields
from emadina_gis.io.dxf_places import Placer, handle_of, layer_of, looks_of
from emadina_gis.io.dxf_plain import PlainEntity
from emadina_gis.io.dxf_rows import LINES, MOST_ROWS, POINTS, POLYGONS, TEXTS, Drawn, DrawnRow
from emadina_gis.io.dxf_shapes import LARGEST_COORDINATE
from emadina_gis.io.dxf_texts import words_of

if TYPE_CHECKING:
    from emadina_gis.io.dxf_shapes import Points
    from emadina_gis.progress import Context

_AREAS = frozenset({"HATCH", "MPOLYGON"})
_TEXT_KINDS = frozenset({"TEXT", "ATTRIB", "ATTDEF"})
_MADE_OF_OTHERS = frozenset({"MLINE"})
_CHECK_EVERY = 256
#: What the library may raise on an entity whose values make no sense.
FAULTS = (
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    KeyError,
    ZeroDivisionError,
    OverflowError,
    ArithmeticError,
    RecursionError,
    AssertionError,
    NotImplementedError,
    shapely.errors.GEOSException,
)
NOT_CARRIED = "not-carried"
DAMAGED = "damaged"
EMPTY = "empty"


class Walker:
    """Takes entities apart within a tolerance, in drawing units, for curves and for closing."""

    def __init__(self, document: Any, tolerance: float, closing: float, ctx: Context) -> None:
        self.drawn = Drawn()
        self.tolerance = tolerance
        self._closing = closing
        self._ctx = ctx
        self._placer = Placer(document, self)
        self._is_own = is_own(document)
        self._count = 0

    def walk(self, entities: Iterable[Any], title: str) -> Drawn:
        """Return the rows of entities.

        Raises
        ------
        LayerReadError
            ``layer.too-large`` beyond two million rows.
        """
        drawn = self.drawn
        for entity in entities:
            self.tick()
            if drawn.row_count > MOST_ROWS:
                raise LayerReadError("layer.too-large", path=title)
            self._take(entity)
        return drawn

    def _take(self, entity: Any) -> None:
        drawn = self.drawn
        own = read_fields(entity) if self._is_own else None
        if own is not None and own[0].is_label:
            drawn.shown += 1
            return
        if entity.dxftype() == "INSERT":
            self._take_insert(entity)
            return
        rows = self.rows_of(entity, self.tolerance)
        for row in rows:
            if own is not None:
                row.own, row.values = own
            drawn.add(row)
        drawn.carried += bool(rows)
        drawn.left += not rows

    def tick(self) -> None:
        """Stop where the person wants it, asked at every few hundred entities."""
        self._count += 1
        if self._count % _CHECK_EVERY == 0:
            self._ctx.check()

    def _take_insert(self, entity: Any) -> None:
        drawn = self.drawn
        before = drawn.row_count
        try:
            for row in self._placer.rows_of_insert(entity, self.tolerance):
                drawn.add(row)
        except FAULTS:
            drawn.skip("INSERT", layer_of(entity), DAMAGED)
        drawn.blocks_apart += drawn.row_count > before
        drawn.left += drawn.row_count == before

    def rows_of(self, entity: Any, tolerance: float) -> list[DrawnRow]:
        """Return the rows of an entity that is no insert; what gives none is counted."""
        kind = entity.dxftype()
        try:
            rows = list(self._given(entity, kind, tolerance))
            reason = "" if rows else _reason(entity, kind)
        except FAULTS:
            rows, reason = [], DAMAGED
        if rows and not all(_is_finite(row) for row in rows):
            rows, reason = [], DAMAGED
        if not rows:
            self.drawn.skip(kind, layer_of(entity), reason)
        return rows

    def _given(self, entity: Any, kind: str, tolerance: float) -> Iterator[DrawnRow]:
        if kind == "POLYLINE" and (entity.is_poly_face_mesh or entity.is_polygon_mesh):
            yield from self._of_parts(entity, kind, tolerance)
        elif kind in dxf_shapes.OUTLINES:
            points = dxf_shapes.OUTLINES[kind](entity, tolerance)
            yield from self._of_entity(entity, kind, points)
        elif kind in _AREAS:
            area = dxf_shapes.hatch_area(entity, tolerance)
            if area is not None:
                yield _row(POLYGONS, _NO_POINTS, entity, kind, area=area)
        elif kind in _TEXT_KINDS or kind == "MTEXT":
            yield from text_rows(entity, kind)
        elif kind == "POINT":
            yield _row(POINTS, np.array([entity.dxf.location.xyz]), entity, kind)
        elif kind in _MADE_OF_OTHERS:
            yield from self._of_parts(entity, kind, tolerance)

    def _of_parts(self, entity: Any, kind: str, tolerance: float) -> Iterator[DrawnRow]:
        """Give the rows of an entity that the library takes apart, under the entity's own name."""
        for part in entity.virtual_entities():
            part_kind = part.dxftype()
            outline = dxf_shapes.OUTLINES.get(part_kind)
            if outline is None:
                continue
            for row in self._of_entity(part, part_kind, outline(part, tolerance)):
                row.kind = kind
                row.handle = handle_of(entity)
                yield row

    def _of_entity(self, entity: Any, kind: str, points: Points) -> Iterator[DrawnRow]:
        if len(points) < 2:
            return
        is_marked = dxf_shapes.is_marked_closed(entity, kind, points)
        for role, outline in self._outlines(kind, points, is_marked=is_marked):
            yield _row(role, outline, entity, kind, width=_width(entity, kind))

    def take_plain(self, entities: Iterable[PlainEntity]) -> None:
        """Take the rows of entities that were read without the library."""
        drawn = self.drawn
        for entity in entities:
            self.tick()
            before = drawn.row_count
            for row in self._of_plain(entity):
                drawn.add(row)
            drawn.carried += drawn.row_count > before
            if drawn.row_count == before:
                drawn.left += 1
                drawn.skip(entity.kind, entity.layer, EMPTY)

    def _of_plain(self, entity: PlainEntity) -> Iterator[DrawnRow]:
        if entity.kind == "POINT":
            yield _plain_row(POINTS, entity.points, entity)
        elif entity.kind == "TEXT":
            if entity.text:
                place, turn = entity.points[0], entity.turn
                corners = dxf_shapes.plain_corners(place, entity.size, turn, len(entity.text))
                yield _plain_row(TEXTS, corners, entity)
        elif len(entity.points) > 1:
            closed = entity.is_closed
            for role, outline in self._outlines(entity.kind, entity.points, is_marked=closed):
                yield _plain_row(role, outline, entity)

    def _outlines(
        self, kind: str, points: Points, *, is_marked: bool
    ) -> Iterator[tuple[str, Points]]:
        """Give the line or the ring that points are, by how near its ends are."""
        gap = math.hypot(points[0, 0] - points[-1, 0], points[0, 1] - points[-1, 1])
        may_close = kind not in {"LINE", "3DLINE", "ARC"} and len(points) > 3
        if not is_marked and not (may_close and gap <= self._closing):
            yield LINES, points
            return
        ring = points[:-1] if gap <= self._closing and len(points) > 3 else points
        if not _bounds_area(ring):
            closed = np.vstack([ring, ring[:1]]) if is_marked and len(ring) > 2 else points
            yield LINES, closed
            return
        self.drawn.closed += not is_marked and gap > 0
        yield POLYGONS, ring


_NO_POINTS = np.zeros((0, 3))


def _reason(entity: Any, kind: str) -> str:
    """Return why an entity that gave no row gave none."""
    if not _is_carried(kind):
        return NOT_CARRIED
    values = entity.dxf.all_existing_dxf_attribs().values()
    numbers = [n for value in values for n in (value.xyz if hasattr(value, "xyz") else [value])]
    is_sound = all(np.isfinite(n) for n in numbers if isinstance(n, float))
    return EMPTY if is_sound else DAMAGED


def _is_carried(kind: str) -> bool:
    return (
        kind in dxf_shapes.OUTLINES
        or kind in _AREAS
        or kind in _TEXT_KINDS
        or kind in _MADE_OF_OTHERS
        or kind in {"MTEXT", "POINT"}
    )


def _row(role: str, points: Points, entity: Any, kind: str, **more: Any) -> DrawnRow:
    layer, color, linetype, hidden = looks_of(entity)
    row = DrawnRow(role, points, kind, layer, color, linetype, handle_of(entity), **more)
    row.is_hidden = hidden
    return row


def _plain_row(role: str, points: Points, entity: PlainEntity) -> DrawnRow:
    look = entity.layer, entity.color, entity.linetype, entity.handle
    row = DrawnRow(role, points, entity.kind, *look)
    if role == TEXTS:
        row.text, row.style = entity.text, entity.style
    else:
        row.width = entity.size
    return row


def text_rows(entity: Any, kind: str) -> Iterator[DrawnRow]:
    """Give the row of a text; one without words gives none."""
    text = words_of(entity)
    if not text:
        return
    if kind == "MTEXT":
        corners = dxf_shapes.paragraph_corners(entity, text)
    else:
        corners = dxf_shapes.text_corners(entity)
    row = _row(TEXTS, corners, entity, kind, text=text, style=str(entity.dxf.get("style", "")))
    if kind == "ATTRIB" and entity.is_invisible:
        row.is_hidden = True
    yield row


def _bounds_area(ring: Points) -> bool:
    """Whether a ring encloses something in plan; walls seen from above do not."""
    if len(ring) < 3:
        return False
    local = ring[:, :2] - ring[0, :2]
    x, y = local[1:, 0], local[1:, 1]
    doubled = abs(float(x[:-1].dot(y[1:]) - x[1:].dot(y[:-1])))
    low, high = local.min(axis=0), local.max(axis=0)
    span = max(float(high[0] - low[0]), float(high[1] - low[1]))
    return doubled > 1e-9 * span * span


def _is_finite(row: DrawnRow) -> bool:
    return row.area is not None or bool((np.abs(row.points) < LARGEST_COORDINATE).all())


def _width(entity: Any, kind: str) -> float:
    """Return the largest width of a polyline, in drawing units."""
    if kind == "LWPOLYLINE":
        widest = float(np.max(entity.lwpoints.values[:, 2:4], initial=0.0))
        return max(float(entity.dxf.get("const_width", 0.0)), widest)
    if kind == "POLYLINE":
        dxf = entity.dxf
        return max(float(dxf.get("default_start_width", 0)), float(dxf.get("default_end_width", 0)))
    return 0.0
