"""``Constraints``: what stands above the sectors, read once from any layers by their roles.

Owns the reading of indices, natures, states, dates and widths, and the strips that servitudes
cover, in one metric system with one spatial index. It must not know parcels, projects or files.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from emadina_gis.domain.kept import kept
from emadina_gis.domain.schema import Role
from emadina_gis.errors import CrsError, Problem, Severity
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.simulation.constraint_natures import (
    NATURES,
    UNKNOWN,
    Rank,
    State,
    nature_of,
    state_of,
)
from emadina_gis.simulation.from_table import width_of
from emadina_gis.simulation.precedence import sound
from emadina_gis.simulation.servitude_widths import FRONT_TOLERANCE_M, reach_of, strips

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import DTypeLike, NDArray

    from emadina_gis.domain.crs import Crs
    from emadina_gis.domain.schema import Schema
    from emadina_gis.domain.table import FeatureTable
    from emadina_gis.domain.title import Title
    from emadina_gis.regulation.printed import Servitude

    Floats = NDArray[np.float64]
    Shapes = NDArray[np.object_]

#: Largest coordinate of a longitude: what stays below in a metric system is in degrees.
_MOST_DEGREES = 180.0
#: Shapes made at a time: what makes geometries lets no other thread run meanwhile.
_BLOCK = 2048
_YES = frozenset({"1", "true", "oui", "yes", "vrai", "o", "نعم"})
_DAY_FIRST = re.compile(r"^(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})$")


@dataclass(frozen=True, eq=False)
class ConstraintSource:
    """A layer whose rows are constraints, and which column says what."""

    layer_id: str
    title: Title
    table: FeatureTable
    schema: Schema


@dataclass(frozen=True, eq=False)
class Constraints:
    """k constraints, each with what it covers.

    Attributes
    ----------
    crs : Crs
        Metric system of all shapes.
    whole, empty : ndarray of polygons, shape (k,)
        All that a constraint covers, and the part that must stay empty. Of a front, the strip in
        which a parcel's edge stands along it.
    nature : ndarray of int32, shape (k,)
        Position in `NATURES`.
    state : ndarray of int8 (`State`), shape (k,)
        As the layer says it; whether a date has passed is asked with a date.
    index, written, written_ar, state_text, fallback : ndarray of object, shape (k,)
        As written, empty where missing; a front without an index is called by its road.
    width_m : ndarray of float64, shape (k,)
        The layer's own width, NaN where it gives none.
    expiry : ndarray of datetime64[D], shape (k,)
        NaT where missing.
    exempt : ndarray of bool, shape (k,)
        It never lapses (exceptions of article 4.7).
    width_unknown : ndarray of bool, shape (k,)
        A strip is needed and nobody gives its width.
    layer : ndarray of int32, shape (k,)
        Position in `layers`.
    row_id : ndarray of int64, shape (k,)
        Row id in that layer: with it the stable name of a constraint.
    """

    crs: Crs
    layers: tuple[ConstraintSource, ...]
    whole: Shapes
    empty: Shapes
    nature: NDArray[np.int32]
    state: NDArray[np.int8]
    index: NDArray[np.object_]
    written: NDArray[np.object_]
    written_ar: NDArray[np.object_]
    state_text: NDArray[np.object_]
    fallback: NDArray[np.object_]
    width_m: Floats
    expiry: NDArray[np.datetime64]
    exempt: NDArray[np.bool_]
    width_unknown: NDArray[np.bool_]
    layer: NDArray[np.int32]
    row_id: NDArray[np.int64]
    problems: tuple[Problem, ...] = field(default=())

    def __len__(self) -> int:
        return len(self.nature)

    @kept
    def tree(self) -> shapely.STRtree:
        """Spatial index of `whole`."""
        return shapely.STRtree(self.whole)

    @kept
    def rank(self) -> NDArray[np.int8]:
        """`Rank` of each constraint, shape (k,)."""
        ranks = np.array([nature.rank for nature in NATURES], dtype=np.int8)
        return np.asarray(ranks[self.nature], dtype=np.int8)

    @kept
    def takes(self) -> NDArray[np.int8]:
        """`Takes` of each constraint, shape (k,)."""
        takes = np.array([nature.takes for nature in NATURES], dtype=np.int8)
        return np.asarray(takes[self.nature], dtype=np.int8)

    @kept
    def is_partial(self) -> NDArray[np.bool_]:
        """Whether only a part of what a constraint covers must stay empty, shape (k,)."""
        pairs = zip(self.whole, self.empty, strict=True)
        return np.array([inner is not outer for outer, inner in pairs], dtype=bool)

    def lapsed(self, on: dt.date, expire: dt.date | None = None) -> NDArray[np.bool_]:
        """Return which reservations have lapsed on a day, shape (k,).

        Parameters
        ----------
        on : date
        expire : date, optional
            When the plan's reservations lapse that give no date of their own.

        Notes
        -----
        Only reservations and graphic provisions still to create lapse; what stands does not, nor
        what a layer exempts.
        """
        day, never = np.datetime64(on, "D"), np.datetime64("NaT", "D")
        own = np.isnat(self.expiry)
        until = np.where(own, never if expire is None else np.datetime64(expire, "D"), self.expiry)
        can = np.isin(self.rank, (Rank.RESERVATION, Rank.GRAPHIC))
        waits = can & ~np.isin(self.state, (State.EXISTING,)) & ~self.exempt
        return np.asarray((self.state == State.LAPSED) | (waits & (until < day)))


def read_constraints(
    sources: Sequence[ConstraintSource],
    crs: Crs,
    servitudes: Iterable[Servitude] = (),
    ctx: Context = NULL_CONTEXT,
) -> Constraints:
    """Return the constraints of layers, in a metric system, with what was found wrong.

    Parameters
    ----------
    sources : sequence of ConstraintSource
        Layers of any kind of geometry, in any known system.
    crs : Crs
        Projected.
    servitudes : iterable of Servitude
        How far they reach, as the planning document states it.

    Notes
    -----
    Rows that name neither nature nor index nor state are no constraints. Nothing else is left
    out silently: what cannot be used is told as a problem with its layer.
    """
    parts: list[dict[str, Any]] = []
    problems: list[Problem] = []
    kept: list[ConstraintSource] = []
    stated = {item.key: item for item in servitudes}
    for number, source in enumerate(sources):
        ctx.report(number / max(len(sources), 1), "hits.phase.reading")
        reader = _Reader(source, crs, stated, ctx)
        part = reader.read(len(kept))
        problems += reader.problems
        if part is not None:
            kept.append(source)
            parts.append(part)
    ctx.report(1.0, "hits.phase.reading")
    return Constraints(crs, tuple(kept), **_joined(parts), problems=tuple(problems))


def _joined(parts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the columns of all layers, one after the other."""
    names: dict[str, DTypeLike] = {
        "whole": np.object_, "empty": np.object_, "nature": np.int32, "state": np.int8,
        "index": np.object_, "written": np.object_, "written_ar": np.object_,
        "state_text": np.object_, "fallback": np.object_, "width_m": np.float64,
        "expiry": "datetime64[D]", "exempt": np.bool_, "width_unknown": np.bool_,
        "layer": np.int32, "row_id": np.int64,
    }  # fmt: skip
    return {
        name: np.concatenate([part[name] for part in parts])
        if parts
        else np.zeros(0, dtype=np.dtype(kind))
        for name, kind in names.items()
    }


class _Reader:
    """Reads one layer; what it finds wrong is told with the layer's id as the place."""

    def __init__(
        self,
        source: ConstraintSource,
        crs: Crs,
        servitudes: Mapping[str, Servitude],
        ctx: Context,
    ) -> None:
        self._source = source
        self._crs = crs
        self._servitudes = servitudes
        self._ctx = ctx
        self.problems: list[Problem] = []

    def read(self, number: int) -> dict[str, Any] | None:
        table = self._table()
        if table is None:
            return None
        texts = {role: self._texts(role) for role in _TEXT_ROLES}
        named = np.zeros(table.row_count, dtype=bool)
        for role in (Role.CONSTRAINT_NATURE, Role.CONSTRAINT_INDEX, Role.CONSTRAINT_STATE):
            named |= texts[role] != ""
        rows = np.flatnonzero(named)
        shapes = self._shapes(table, rows)
        there = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
        self._tell("hits.no-geometry", _count(~there))
        rows, shapes = rows[there], shapes[there]
        texts = {role: values[rows] for role, values in texts.items()}
        return self._columns(rows, shapes, texts, number)

    def _columns(
        self, rows: NDArray[np.intp], shapes: Shapes, texts: dict[Role, Any], number: int
    ) -> dict[str, Any]:
        nature = self._natures(texts)
        width = self._width(rows)
        covers = self._strips(shapes, nature, width, self._road_width(rows))
        self._tell("hits.no-width", _count(covers["width_unknown"]))
        reserved = np.array([n.rank == Rank.RESERVATION for n in NATURES])[nature]
        self._tell("hits.no-index", _count(reserved & (texts[Role.CONSTRAINT_INDEX] == "")))
        states = [int(state_of(text)) for text in texts[Role.CONSTRAINT_STATE]]
        return {
            **covers,
            "nature": nature,
            "state": np.array(states, dtype=np.int8),
            "index": self._called(texts, nature),
            "written": texts[Role.CONSTRAINT_NATURE],
            "written_ar": texts[Role.CONSTRAINT_NATURE_AR],
            "state_text": texts[Role.CONSTRAINT_STATE],
            "fallback": texts[Role.FALLBACK_SECTOR],
            "width_m": width,
            "expiry": self._dates(texts[Role.CONSTRAINT_EXPIRY]),
            "exempt": np.array(
                [text.strip().casefold() in _YES for text in texts[Role.CONSTRAINT_EXEMPT]],
                dtype=bool,
            ),
            "layer": np.full(len(rows), number, dtype=np.int32),
            "row_id": self._source.table.ids[rows],
        }

    def _called(self, texts: dict[Role, Any], nature: NDArray[np.int32]) -> NDArray[np.object_]:
        """Return the indices; a front that has none is called by the name of its road."""
        front = np.array([n.rank == Rank.FRONT for n in NATURES])[nature]
        index: NDArray[np.object_] = texts[Role.CONSTRAINT_INDEX]
        return np.where(front & (index == ""), texts[Role.NAME], index)

    def _table(self) -> FeatureTable | None:
        """Return the table in the metric system, None (and why) where it cannot be."""
        table = self._source.table
        if not table.has_geometry:
            self._tell("hits.no-geometry", table.row_count)
            return None
        if not table.crs.is_known and self._crs.is_known:
            self._tell("hits.no-crs", table.row_count)
            return None
        extent = table.extent
        if extent is not None and not table.crs.is_geographic:
            corners = np.abs(np.array(extent.as_tuple))
            if corners.max() <= _MOST_DEGREES:
                self._tell("hits.degrees", table.row_count)
                return None
        if not self._crs.is_known:
            return table
        try:
            return table.to_crs(self._crs)
        except CrsError:
            self._tell("hits.no-way", table.row_count, crs=table.crs.name)
            return None

    def _shapes(self, table: FeatureTable, rows: NDArray[np.intp]) -> Shapes:
        """Return valid shapes, made in blocks; repaired ones are counted."""
        blocks, broken = [np.zeros(0, dtype=object)], 0
        for start in range(0, len(rows), _BLOCK):
            self._ctx.check()
            block = table.shapes(rows[start : start + _BLOCK])
            broken += _count(~shapely.is_valid(block) & ~shapely.is_missing(block))
            blocks.append(sound(block))
        self._tell("hits.repaired", broken, Severity.INFO)
        return np.concatenate(blocks)

    def _column(self, role: Role) -> str | None:
        name = self._source.schema.column(role)
        return name if name is not None and name in self._source.table.columns else None

    def _texts(self, role: Role) -> NDArray[np.object_]:
        name = self._column(role)
        if name is None:
            return np.full(self._source.table.row_count, "", dtype=object)
        values = self._source.table.strings(name)
        return np.array([_text(value) for value in values], dtype=object)

    def _width(self, rows: NDArray[np.intp]) -> Floats:
        name = self._column(Role.CONSTRAINT_WIDTH_M)
        if name is None:
            return np.full(len(rows), np.nan)
        widths = self._source.table.numbers(name)[rows]
        self._tell("hits.bad-width", _count(widths <= 0))
        return np.where(widths > 0, widths, np.nan)

    def _road_width(self, rows: NDArray[np.intp]) -> Floats:
        """Return how wide the road of each line is: its fronts stand at half of that."""
        name = self._column(Role.ROAD_WIDTH_M)
        if name is None:
            return np.zeros(len(rows))
        column = self._source.table.column(name)
        if column.is_number:
            return np.asarray(np.nan_to_num(column.numbers[rows]))
        codes, values = self._source.table.codes(name)
        # "20-30 variable" counts at its low end, as for the engine.
        widths = np.array([*(width_of(str(value))[0] for value in values), np.nan])
        return np.asarray(np.nan_to_num(widths[codes][rows]))

    def _natures(self, texts: dict[Role, Any]) -> NDArray[np.int32]:
        pairs = zip(texts[Role.CONSTRAINT_NATURE], texts[Role.CONSTRAINT_INDEX], strict=True)
        nature = np.array([nature_of(written, index) for written, index in pairs], dtype=np.int32)
        strange = np.flatnonzero(nature == UNKNOWN)
        if len(strange):
            row = int(strange[0])
            said = texts[Role.CONSTRAINT_NATURE][row] or "–"
            index = texts[Role.CONSTRAINT_INDEX][row] or "–"
            self._tell("hits.unknown-nature", len(strange), nature=said, index=index)
        return nature

    def _strips(
        self, shapes: Shapes, nature: NDArray[np.int32], width: Floats, road: Floats
    ) -> dict[str, Any]:
        whole, empty = shapes.copy(), shapes.copy()
        unknown = np.zeros(len(shapes), dtype=bool)
        unit = self._crs.unit_m
        for kind in np.unique(nature).tolist():
            mine = np.flatnonzero(nature == kind)
            if NATURES[kind].rank == Rank.FRONT:
                reach = (road[mine] / 2 + FRONT_TOLERANCE_M) / unit
                whole[mine] = shapely.buffer(shapes[mine], reach, cap_style="flat")
                empty[mine] = whole[mine]
                continue
            # A road drawn as its axis is as wide as its projected width says.
            own = np.where(np.isnan(width[mine]) & (road[mine] > 0), road[mine], width[mine])
            found = strips(shapes[mine], reach_of(NATURES[kind].key, self._servitudes), own, unit)
            whole[mine], empty[mine] = found.whole, found.empty
            unknown[mine] = found.width_unknown
        return {"whole": whole, "empty": empty, "width_unknown": unknown}

    def _dates(self, texts: NDArray[np.object_]) -> NDArray[np.datetime64]:
        found = [_date(text) for text in texts]
        unread = sum(day is None and text != "" for day, text in zip(found, texts, strict=True))
        self._tell("hits.date-unread", unread)
        return np.array(found, dtype="datetime64[D]")

    def _tell(
        self, code: str, count: int, severity: Severity = Severity.WARNING, **params: Any
    ) -> None:
        if count:
            where = self._source.layer_id
            name = self._source.title.fr
            self.problems.append(
                Problem(code, severity, where, int(count), {"layer": name, **params})
            )


_TEXT_ROLES = (
    Role.CONSTRAINT_NATURE,
    Role.CONSTRAINT_NATURE_AR,
    Role.CONSTRAINT_INDEX,
    Role.CONSTRAINT_STATE,
    Role.CONSTRAINT_EXPIRY,
    Role.CONSTRAINT_EXEMPT,
    Role.FALLBACK_SECTOR,
    Role.NAME,
)


def _count(mask: NDArray[np.bool_]) -> int:
    return int(np.count_nonzero(mask))


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()


def _date(text: str) -> dt.date | None:
    """Return the day a text writes: ISO, day/month/year, or the last day of a year."""
    found = _DAY_FIRST.match(text)
    if found:
        day, month, year = (int(part) for part in found.groups())
        text = f"{year:04d}-{month:02d}-{day:02d}"
    if len(text) == 4 and text.isdigit():
        text = f"{text}-12-31"
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        return None
