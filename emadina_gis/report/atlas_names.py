"""Names of pages: from the columns of names, from a column, or from a pattern of columns.

Personal data never names a page. Knows nothing of paper or of the order of pages.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.layer import Diffusion
from emadina_gis.domain.schema import Role
from emadina_gis.domain.title import Title
from emadina_gis.errors import CommandError
from emadina_gis.io.diagnosis import may_be_personal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from emadina_gis.domain.column import Column
    from emadina_gis.domain.layer import VectorLayer

NO_COLUMNS: Mapping[str, Column] = MappingProxyType({})
PAGE, PAGES = "page", "pages"
_FRENCH = ("name_fr", "name", "nom", "libelle_fr")
_ARABIC = ("name_ar", "nom_ar", "libelle_ar", "nom_arabe")
_PLACE = re.compile(r"\{([^{}]+)\}")
_LONGEST = 120
_MARKS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def named_pages(
    layer: VectorLayer,
    rows: NDArray[np.intp],
    pattern: str = "",
    columns: Mapping[str, Column] = NO_COLUMNS,
) -> tuple[Title, ...]:
    """Return the name of the page of each row, in the order of the rows.

    Parameters
    ----------
    pattern : str
        A column, a text with columns in braces (``{page}`` and ``{pages}`` are numbers of pages),
        or empty for the layer's own columns of names.

    Raises
    ------
    SchemaError
        With code ``table.no-column``.
    CommandError
        With code ``report.atlas-personal`` if a column holds personal data.
    """
    if not pattern.strip():
        return _usual(layer, rows)
    known = {**layer.table.columns, **columns}
    wanted = f"{{{pattern}}}" if pattern in known else pattern
    return _from_pattern(layer, rows, wanted, columns)


def _from_pattern(
    layer: VectorLayer, rows: NDArray[np.intp], pattern: str, columns: Mapping[str, Column]
) -> tuple[Title, ...]:
    pieces = _PLACE.split(pattern)
    parts: list[Sequence[str]] = []
    for index, piece in enumerate(pieces):
        if index % 2 == 0:
            parts.append([piece] * len(rows))
        elif piece == PAGE:
            parts.append([str(number + 1) for number in range(len(rows))])
        elif piece == PAGES:
            parts.append([str(len(rows))] * len(rows))
        else:
            parts.append(_values(layer, rows, piece, columns))
    names = (" ".join("".join(words).split())[:_LONGEST] for words in zip(*parts, strict=True))
    return tuple(
        Title.plain(name or f"{layer.title.fr} {row + 1}")
        for name, row in zip(names, rows.tolist(), strict=True)
    )


def _values(
    layer: VectorLayer, rows: NDArray[np.intp], name: str, columns: Mapping[str, Column]
) -> list[str]:
    column = columns.get(name) or layer.table.column(name)
    if name in layer.schema.personal_columns() or may_be_personal(name):
        raise CommandError("report.atlas-personal", column=name)
    if column.is_number:
        return [f"{value:.10g}" if value == value else "" for value in column.numbers[rows]]  # noqa: PLR0124 - NaN
    return ["" if value is None else str(value) for value in column.strings[rows]]


def _usual(layer: VectorLayer, rows: NDArray[np.intp]) -> tuple[Title, ...]:
    """Return the names of the columns that usually hold them, else the layer's and a number."""
    french = _first(layer, rows, (*_FRENCH, *_fallbacks(layer)))
    arabic = _first(layer, rows, _ARABIC)
    return tuple(
        _title(fr or f"{layer.title.fr} {row + 1}", ar)
        for fr, ar, row in zip(french, arabic, rows.tolist(), strict=True)
    )


def _title(french: str, arabic: str) -> Title:
    return Title(french, arabic or french, french)


def _fallbacks(layer: VectorLayer) -> tuple[str, ...]:
    """Return the column of names or sectors, then that of land titles where they are public."""
    role = layer.schema.column(Role.NAME) or layer.schema.column(Role.SECTOR) or ""
    title = layer.schema.column(Role.PARCEL_ID) or ""
    return (role, title if layer.diffusion is Diffusion.PUBLIC else "")


def _first(layer: VectorLayer, rows: NDArray[np.intp], names: Sequence[str]) -> list[str]:
    """Return, for each row, the first value that is there among some columns."""
    found = np.full(len(rows), "", dtype=object)
    for name in names:
        if name and name in layer.table.columns:
            texts = layer.table.column(name).strings[rows]
            take = (found == "") & np.array([bool(text) for text in texts], dtype=bool)
            found[take] = texts[take]
    return [str(text) for text in found]


def plain_name(name: str) -> str:
    """Return a name without the marks that only set its direction in a sentence."""
    return _MARKS.sub("", name)
