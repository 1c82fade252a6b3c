"""Cells that hold a text, in the order in which a table shows them. Knows no widget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.words.collation import folded, folded_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from emadina_gis.domain.column import Column
    from emadina_gis.domain.layer import FieldLabel


@dataclass(frozen=True, eq=False)
class FoundCells:
    """Cells by line and place, line by line: `places` is ``line * columns + place``, ascending."""

    places: NDArray[np.int64]
    columns: int

    def __len__(self) -> int:
        return len(self.places)

    def cell(self, number: int) -> tuple[int, int]:
        """Return line and place of a cell."""
        line, place = divmod(int(self.places[number]), self.columns)
        return line, place

    def after(self, line: int, place: int) -> int:
        """Return the number of the first cell behind a place, the first of all behind the last."""
        at = int(np.searchsorted(self.places, line * self.columns + place, side="right"))
        return at % max(len(self.places), 1)


def found_cells(
    text: str,
    columns: Sequence[tuple[Column, FieldLabel | None]],
    rows: NDArray[np.intp],
    language: str,
    ctx: Context = NULL_CONTEXT,
) -> FoundCells:
    """Return the cells that hold a text; case, accents and foreign digits do not matter.

    Parameters
    ----------
    columns : sequence of (Column, FieldLabel or None)
        Columns in the order shown; coded values are looked up as they are said, too.
    rows : ndarray of int, shape (lines,)
        Rows in the order shown.
    """
    asked = folded_text(text)
    parts = [np.zeros(0, dtype=np.int64)]
    no_number = any(sign.isalpha() and sign != "e" for sign in asked)
    for place, (column, label) in enumerate(columns):
        ctx.check()
        if column.is_number and no_number:
            continue
        lines = np.flatnonzero(_holding(column, label, asked, language)[rows])
        parts.append(lines.astype(np.int64) * len(columns) + place)
    return FoundCells(np.sort(np.concatenate(parts)), max(len(columns), 1))


def _holding(
    column: Column, label: FieldLabel | None, asked: str, language: str
) -> NDArray[np.bool_]:
    parts = [_texts(chunk.values, language) for chunk in column.chunks]
    found = [pc.match_substring(folded(part), asked) for part in parts]
    held = _flags(found)
    said = [] if label is None else [value for value, _ in label.values]
    meant = [v for v in said if label and asked in folded_text(label.said(v, language))]
    if meant:
        wanted = pa.array(meant, pa.string())
        held |= _flags([pc.is_in(part, value_set=wanted) for part in parts])
    return held


def _texts(values: pa.Array, language: str) -> pa.Array:
    """Return values as texts; decimal numbers with the sign of the language."""
    if pa.types.is_string(values.type):
        return values
    texts = values.cast(pa.string())
    if not pa.types.is_floating(values.type):
        return texts
    whole = pc.replace_substring_regex(texts, r"\.0$", "")
    return whole if language == "en" else pc.replace_substring(whole, ".", ",")


def _flags(parts: list[pa.Array]) -> NDArray[np.bool_]:
    whole = pa.chunked_array(parts, pa.bool_())
    return np.array(pc.fill_null(whole, False).to_numpy(), dtype=bool)
