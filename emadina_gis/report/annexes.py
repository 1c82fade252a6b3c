"""Nomenclature annexes: roads and facilities of a plan by index, and what is wrong with them.

Rows are made from a layer's columns and geometry; findings are listed and nothing is mended. Knows
nothing of paper or files.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.kept import kept
from emadina_gis.domain.title import Title
from emadina_gis.errors import SchemaError
from emadina_gis.report.annex_columns import AnnexColumns, annex_columns
from emadina_gis.report.annex_measures import Around, Measures, measured
from emadina_gis.simulation.constraint_natures import State, state_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from emadina_gis.domain.layer import VectorLayer


class Family(StrEnum):
    """What an annex lists."""

    ROADS = "roads"
    FACILITIES = "facilities"


#: Prefixes of the nomenclature of the plan of Aïn Chock 2025 (art. 4 and its annexes).
PREFIXES: Mapping[str, Family] = {
    "AC": Family.ROADS, "CP": Family.ROADS,
    **dict.fromkeys(("PL", "PK", "V", "E", "P", "S", "M", "C", "SP", "G"), Family.FACILITIES),
}  # fmt: skip
_INDEX = re.compile(r"^\s*([^\W\d_]+)[\s.\-_/]*0*(\d{1,6})\s*([^\W\d_]{0,3})\s*$")


@dataclass(frozen=True)
class AnnexIndex:
    """An index taken apart: ``AC 103`` is prefix ``AC`` and number 103; 0 where it has none."""

    written: str
    prefix: str = ""
    number: int = 0
    suffix: str = ""

    @property
    def key(self) -> tuple[str, int, str]:
        """What two ways of writing one index share."""
        return self.prefix, self.number, self.suffix or ("" if self.number else self.written)


@dataclass(frozen=True)
class AnnexRow:
    """A line of an annex.

    Attributes
    ----------
    row : int
        Row of the layer.
    state : State
        As it reads; `written_state` as it is written.
    printed_width_m, measured_width_m, printed_area_m2, measured_area_m2, length_m : float
        NaN where there is none.
    places : tuple of Title
        Sectors that it touches, those with most of it first.
    """

    row: int
    index: AnnexIndex
    name: str
    name_ar: str
    nature: str
    nature_ar: str
    state: State
    written_state: str
    printed_width: str
    printed_width_m: float
    measured_width_m: float
    printed_area_m2: float
    measured_area_m2: float
    length_m: float
    places: tuple[Title, ...]
    commune: Title
    observations: str
    has_geometry: bool


@dataclass(frozen=True)
class Annex:
    """An annex: its rows in the order of their indices.

    Attributes
    ----------
    unlisted : int
        Existing roads without an index, which a nomenclature does not list.
    """

    family: Family
    layer: VectorLayer
    columns: AnnexColumns
    rows: tuple[AnnexRow, ...]
    unlisted: int = 0

    @kept
    def doubles(self) -> frozenset[tuple[str, int, str]]:
        """The indices that stand for several things; a road may come in pieces of one name."""
        seen: dict[tuple[str, int, str], list[AnnexRow]] = {}
        for row in self.rows:
            if row.index.written:
                seen.setdefault(row.index.key, []).append(row)
        return frozenset(key for key, rows in seen.items() if self._are_several(rows))

    def _are_several(self, rows: list[AnnexRow]) -> bool:
        if len(rows) < 2 or self.family is not Family.ROADS:
            return len(rows) > 1
        return len({row.name for row in rows}) > 1


def read_index(text: str) -> AnnexIndex:
    """Return an index taken apart; only the written text where it does not read as one."""
    found = _INDEX.match(text)
    if found is None:
        return AnnexIndex(text.strip())
    return AnnexIndex(text.strip(), found[1].upper(), int(found[2]), found[3].lower())


def family_layer(layers: Sequence[VectorLayer], family: Family) -> VectorLayer | None:
    """Return the layer that holds most indices of a family; None where none does."""
    counts = [(_indices_of(layer, family), -place) for place, layer in enumerate(layers)]
    best = max(counts, default=(0, 0))
    return layers[-best[1]] if best[0] else None


def _indices_of(layer: VectorLayer, family: Family) -> int:
    name = annex_columns(layer).index
    if not name:
        return 0
    codes, values = layer.table.column(name).coded
    known = [PREFIXES.get(read_index(str(value)).prefix) is family for value in values]
    return int(np.append(np.array(known, dtype=bool), [False])[codes].sum())


def annex_of(layer: VectorLayer, family: Family, around: Around) -> Annex:
    """Return the annex of a layer.

    Raises
    ------
    SchemaError
        With code ``annex.no-index`` if no column of the layer holds indices.
    """
    columns = annex_columns(layer)
    if not columns.index:
        raise SchemaError(
            "annex.no-index", layer=layer.title.fr, columns=", ".join(layer.table.names)
        )
    texts = _Texts(layer, columns)
    indices = [read_index(text) for text in texts.of("index")]
    states = texts.of("state")
    rows, unlisted = _listed(layer, family, indices, [state_of(text) for text in states])
    measures = measured(layer, rows, around)
    found = [texts.row(int(row), place, indices[row], measures) for place, row in enumerate(rows)]
    ordered = sorted(found, key=_order)
    return Annex(family, layer, columns, tuple(ordered), unlisted)


def _order(row: AnnexRow) -> tuple[bool, str, int, str, int]:
    index = row.index
    return not index.written, index.prefix or index.written, index.number, index.suffix, row.row


def _listed(
    layer: VectorLayer, family: Family, indices: list[AnnexIndex], states: list[State]
) -> tuple[NDArray[np.intp], int]:
    """Return the rows of a family, and how many existing roads have no index."""
    families = [PREFIXES.get(index.prefix) for index in indices]
    has_roads, has_others = Family.ROADS in families, Family.FACILITIES in families
    mixed = has_roads and has_others
    empty = np.array([not index.written for index in indices], dtype=bool)
    existing = np.array([state is State.EXISTING for state in states], dtype=bool)
    mine = np.array([found is family for found in families], dtype=bool)
    unknown = np.array([found is None for found in families], dtype=bool) & ~empty
    is_line = layer.table.main_kind is Kind.LINE
    if family is Family.ROADS:
        loose = empty & is_line
        wanted = mine | (loose & ~existing) | (unknown & (not mixed))
        return np.flatnonzero(wanted), int((loose & existing).sum())
    wanted = mine | unknown | (empty & (not is_line))
    return np.flatnonzero(wanted), 0


class _Texts:
    """The columns of a layer as texts and numbers, row by row."""

    def __init__(self, layer: VectorLayer, columns: AnnexColumns) -> None:
        self._layer = layer
        self._columns = columns
        self._known = {
            part: self._strings(getattr(columns, part))
            for part in AnnexColumns.__dataclass_fields__
        }
        self._kinds = layer.table.kinds

    def of(self, part: str) -> list[str]:
        return self._known[part]

    def _strings(self, name: str) -> list[str]:
        if not name:
            return [""] * self._layer.table.row_count
        texts = self._layer.table.strings(name).tolist()
        return ["" if text is None else str(text).strip() for text in texts]

    def row(self, row: int, place: int, index: AnnexIndex, measures: Measures) -> AnnexRow:
        texts = {part: values[row] for part, values in self._known.items()}
        sector = texts["sector"]
        return AnnexRow(
            row=row,
            index=index,
            name=texts["name"],
            name_ar=texts["name_ar"],
            nature=texts["nature"],
            nature_ar=texts["nature_ar"],
            state=state_of(texts["state"]),
            written_state=texts["state"],
            printed_width=texts["width"],
            printed_width_m=_number(texts["width"]),
            measured_width_m=float(measures.width_m[place]),
            printed_area_m2=_number(texts["area"]),
            measured_area_m2=float(measures.area_m2[place]),
            length_m=float(measures.length_m[place]),
            places=(Title.plain(sector),) if sector else measures.sectors[place],
            commune=next(iter(measures.communes[place]), Title.plain(texts["commune"])),
            observations=texts["observations"],
            has_geometry=bool(self._kinds[row] != Kind.NONE),
        )


def _number(text: str) -> float:
    """Return a number as it is printed; NaN for none or for a range such as ``20-30``."""
    try:
        return float(
            text.replace("\u202f", "").replace("\u00a0", "").replace(" ", "").replace(",", ".")
        )
    except ValueError:
        return float("nan")
