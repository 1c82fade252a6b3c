"""Which rows of a layer a view may label, the weightiest first; found with arrays, unshaped.

Of a million rows only the first few thousand get a text; the others are counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from emadina_gis.domain.geometry import GeometryChunk, Kind
from emadina_gis.render.labels.placed import Reason
from emadina_gis.render.labels.texts import rows_with_text
from emadina_gis.render.scene import rows_in

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.style import LabelStyle
    from emadina_gis.domain.viewport import Viewport
    from emadina_gis.progress import Context
    from emadina_gis.render.labels.lettering import Lettering
    from emadina_gis.render.scene import DrawnLayer, Scene

MOST_CANDIDATES = 3000
#: So many of the rows of a layer that have no place are named; all are counted.
MOST_NAMED = 200
#: By kind: features are labelled from so many heights of the text on; pieces of streets are joined.
_LEAST_LENGTH = np.array([0.0, 0.0, 0.5, 1.2])
#: Rank of a class that is not labelled.
_HIDDEN = np.iinfo(np.int64).min
#: Rows in view: where they are, their longer side and their weight in map units.
_FOUND = np.dtype(
    [("row", np.intp), ("kind", np.uint8), ("chunk", np.intp), ("local", np.intp),
     ("across", np.float64), ("weight", np.float64)]
)  # fmt: skip
Found = Any


@dataclass(frozen=True)
class View:
    """What is labelled: a scene in a view, and how its texts are measured."""

    scene: Scene
    viewport: Viewport
    lettering: Lettering
    ctx: Context


@dataclass(frozen=True, eq=False)
class Survey:
    """Rows that may be labelled, in the order in which they look for a place.

    Attributes
    ----------
    rows, kinds, ranks : ndarray, shape (n,)
        Row of the layer, kind of geometry, and priority of the class.
    raised : ndarray of bool, shape (n,)
        Rows that come before all others.
    places : tuple of (GeometryChunk, int)
        Chunk in the map's CRS and row within it, for each row.
    left_out : tuple of (Reason, ndarray of intp)
        Rows that are not tried, the weightiest first.
    """

    rows: NDArray[np.intp]
    kinds: NDArray[np.uint8]
    ranks: NDArray[np.int64]
    raised: NDArray[np.bool_]
    places: tuple[tuple[GeometryChunk, int], ...]
    left_out: tuple[tuple[Reason, NDArray[np.intp]], ...]


def surveyed(view: View, drawn: DrawnLayer, label: LabelStyle) -> Survey:
    """Return the rows of a layer that look for a place."""
    found, small, chunks = _in_view(view, drawn, label)
    found, ranks = _shown(drawn, label, found)
    raised = np.isin(drawn.layer.table.ids[found["row"]], np.array(label.raised, dtype=np.int64))
    important = _importance(drawn, label, found["row"])
    order = np.lexsort((-found["weight"], -important, -ranks, ~raised))
    first = order[:MOST_CANDIDATES]
    crowded = found["row"][order[MOST_CANDIDATES:]]
    places = zip(found["chunk"][first].tolist(), found["local"][first].tolist(), strict=True)
    return Survey(
        found["row"][first],
        found["kind"][first],
        ranks[first],
        raised[first],
        tuple((chunks[chunk], local) for chunk, local in places),
        ((Reason.TOO_SMALL, _heaviest_first(drawn, label, small)), (Reason.CROWDED, crowded)),
    )


def _in_view(
    view: View, drawn: DrawnLayer, label: LabelStyle
) -> tuple[Found, Found, list[GeometryChunk]]:
    """Return the rows in view that have something to say: large ones, small ones, all chunks."""
    wanted = _wanted(view, drawn, label)
    chunks: list[GeometryChunk] = []
    parts, small = [np.zeros(0, _FOUND)], [np.zeros(0, _FOUND)]
    for start, chunk in view.scene.chunks(drawn):
        view.ctx.check()
        for kind in (Kind.POINT, Kind.LINE, Kind.POLYGON):
            local = rows_in(chunk, view.viewport.extent, kind)
            local = local[drawn.classes.colors[drawn.classes.codes[start + local], 3] > 0]
            if wanted is not None:
                local = local[wanted[start + local]]
            if len(local):
                found = _sized(chunk, start, local, kind, len(chunks))
                large = _is_large(view, label, found)
                parts.append(found[large])
                small.append(found[~large])
        chunks.append(chunk)
    return np.concatenate(parts), np.concatenate(small), chunks


def _shown(drawn: DrawnLayer, label: LabelStyle, found: Found) -> tuple[Found, NDArray[np.int64]]:
    """Return the rows of classes that are labelled, and their priorities."""
    if not label.rules:
        return found, np.zeros(len(found), dtype=np.int64)
    ranks = _class_ranks(drawn, label, found["row"])
    return found[ranks > _HIDDEN], ranks[ranks > _HIDDEN]


def _heaviest_first(drawn: DrawnLayer, label: LabelStyle, small: Found) -> NDArray[np.intp]:
    """Return the rows of small features; those that may be named come first, in order."""
    small, _ranks = _shown(drawn, label, small)
    rows, weights = small["row"], -small["weight"]
    if len(rows) <= MOST_NAMED:
        return np.asarray(rows[np.argsort(weights, kind="stable")])
    order = np.argpartition(weights, MOST_NAMED)
    named = order[:MOST_NAMED]
    named = named[np.argsort(weights[named], kind="stable")]
    return np.asarray(rows[np.concatenate([named, order[MOST_NAMED:]])])


def _wanted(view: View, drawn: DrawnLayer, label: LabelStyle) -> NDArray[np.bool_] | None:
    speaking = rows_with_text(drawn, label, view.scene.cache)
    if label.only_rows is None:
        return speaking
    only = np.isin(drawn.layer.table.ids, np.array(label.only_rows, dtype=np.int64))
    return only if speaking is None else only & speaking


def _sized(
    chunk: GeometryChunk, start: int, local: NDArray[np.intp], kind: Kind, number: int
) -> Found:
    bounds = chunk.bounds[local]
    sides = bounds[:, 2:] - bounds[:, :2]
    found = np.zeros(len(local), _FOUND)
    found["row"], found["kind"] = start + local, kind
    found["chunk"], found["local"] = number, local
    found["across"] = sides.max(axis=1)
    found["weight"] = np.prod(sides, axis=1) if kind is Kind.POLYGON else found["across"]
    return found


def _class_ranks(drawn: DrawnLayer, label: LabelStyle, rows: NDArray[np.intp]) -> NDArray[np.int64]:
    ranks = [rule.priority if rule.shown else _HIDDEN for rule in label.rules]
    return np.array([*ranks, 0], dtype=np.int64)[rule_codes(drawn, label, rows)]


def rule_codes(drawn: DrawnLayer, label: LabelStyle, rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the rule of each row, an index; the number of rules where none is for it."""
    none = len(label.rules)
    column = drawn.column(label.class_field) if label.class_field and none else None
    if column is None:
        return np.full(len(rows), none, dtype=np.intp)
    codes, values = column.coded
    rules: dict[object, int] = {rule.value: index for index, rule in enumerate(label.rules)}
    lookup = [rules.get(value, none) for value in values]
    return np.array([*lookup, rules.get(None, none)], dtype=np.intp)[codes[rows]]


def style_of(label: LabelStyle, code: int) -> LabelStyle:
    """Return the style of the rows of a rule."""
    return label.of_class(label.rules[code] if code < len(label.rules) else None)


def _importance(
    drawn: DrawnLayer, label: LabelStyle, rows: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Return the number that decides who comes first; what has none comes last."""
    column = drawn.column(label.priority_field) if label.priority_field else None
    if column is None or not column.is_number:
        return np.zeros(len(rows))
    numbers = column.numbers[rows]
    numbers = -numbers if label.smallest_first else numbers
    return np.where(np.isnan(numbers), -np.inf, numbers)


def _is_large(view: View, label: LabelStyle, found: Found) -> NDArray[np.bool_]:
    """Whether features are large enough on the picture for a text beside or inside them."""
    across = found["across"] / view.viewport.units_per_px
    least = _LEAST_LENGTH[found["kind"]] * view.lettering.look(label).pixels
    is_area, is_point = found["kind"] == Kind.POLYGON, found["kind"] == Kind.POINT
    least = np.where(is_area & label.leader, 0.0, least)
    smallest = np.where(is_point, 0.0, view.lettering.px(label.smallest_mm))
    return np.asarray(across >= np.maximum(least, smallest))
