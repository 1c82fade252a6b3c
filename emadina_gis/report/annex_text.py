"""What an annex says in words: headings with units, cells, title and limits, in a language.

Shared by the PDF and the workbook, so that both read the same.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from emadina_gis.domain.layer import Diffusion
from emadina_gis.report.annex_checks import area_differs, width_differs
from emadina_gis.report.annexes import Family
from emadina_gis.report.sheet_blocks import date_text, source_texts
from emadina_gis.simulation.constraint_natures import State
from emadina_gis.words.numbers import isolate_number

if TYPE_CHECKING:
    import datetime as dt

    from emadina_gis.report.annexes import Annex, AnnexRow
    from emadina_gis.words import Words

#: Columns of an annex, in the order they are read, with their share of the width on paper.
COLUMNS: dict[Family, tuple[tuple[str, float], ...]] = {
    Family.ROADS: (
        ("index", 0.08), ("name", 0.21), ("state", 0.12), ("printed_width", 0.1),
        ("measured_width", 0.1), ("length", 0.11), ("places", 0.15), ("remarks", 0.13),
    ),
    Family.FACILITIES: (
        ("index", 0.08), ("name", 0.19), ("nature", 0.15), ("state", 0.12),
        ("printed_area", 0.11), ("measured_area", 0.11), ("places", 0.11), ("remarks", 0.13),
    ),
}  # fmt: skip
#: Numbers of the columns that are numbers, with their decimals.
DECIMALS = {
    "printed_width": 1, "measured_width": 1, "length": 0, "printed_area": 0, "measured_area": 0,
}  # fmt: skip


@dataclass(frozen=True)
class AnnexPage:
    """An annex to be written: what is listed, for which plan, on which day.

    Attributes
    ----------
    plan : str
        Name of the plan; empty where the project has none.
    status : str
        Where the plan stands.
    """

    annex: Annex
    title: str
    plan: str
    status: str
    date: dt.date


def heading(column: str, words: Words) -> str:
    """Return the heading of a column, with its unit."""
    return words.text(f"annex.column.{column}")


def annex_title(annex: Annex, words: Words) -> str:
    """Return the title of an annex."""
    return words.text(f"annex.title.{annex.family}")


def value_of(row: AnnexRow, column: str) -> float:
    """Return the number of a numeric column; NaN where there is none."""
    return float(
        {
            "printed_width": row.printed_width_m,
            "measured_width": row.measured_width_m,
            "length": row.length_m,
            "printed_area": row.printed_area_m2,
            "measured_area": row.measured_area_m2,
        }[column]
    )


def text_of(annex: Annex, row: AnnexRow, column: str, words: Words) -> str:
    """Return the text of a cell; numbers as they are printed."""
    if column in DECIMALS:
        value = value_of(row, column)
        if column == "printed_width" and not math.isfinite(value) and row.printed_width:
            return words.isolated(row.printed_width)
        return words.number(value, _decimals(value, column))
    if column == "remarks":
        return _remarks(annex, row, words)
    return _texts(row, column, words)


def _decimals(value: float, column: str) -> int:
    """Return the decimals of a number: none where a printed figure is whole."""
    whole = column.startswith("printed") and math.isfinite(value) and value == round(value)
    return 0 if whole else DECIMALS[column]


def _texts(row: AnnexRow, column: str, words: Words) -> str:
    if column == "index":
        written = row.index.written
        return isolate_number(written, words.language) if written else "–"
    if column == "places":
        parts = [title.text(words.language) for title in (*row.places, row.commune)]
        comma = words.text("report.list_separator")
        return comma.join(words.isolated(part) for part in parts if part) or "–"
    if column == "state":
        return state_text(row, words)
    french, arabic = (row.nature, row.nature_ar) if column == "nature" else _names(row)
    text = (arabic or french) if words.language == "ar" else (french or arabic)
    return words.isolated(text) if text else "–"


def _names(row: AnnexRow) -> tuple[str, str]:
    """Return the designation, the nature where a thing has no name of its own."""
    if row.name or row.name_ar:
        return row.name, row.name_ar
    return row.nature, row.nature_ar


def state_text(row: AnnexRow, words: Words) -> str:
    """Return the state of a row in words, as it is written where we do not know it."""
    key = f"report.state.{row.written_state.lower().replace(' ', '_')}"
    if words.has(key):
        return words.text(key)
    if row.state is State.UNKNOWN:
        return words.isolated(row.written_state) if row.written_state else "–"
    return words.text(f"annex.state.{row.state.name.lower()}")


def _remarks(annex: Annex, row: AnnexRow, words: Words) -> str:
    """Return what is to be known of a row: its own remarks, then what is wrong with it."""
    found = [words.isolated(row.observations)] if row.observations else []
    found += [words.text(f"annex.mark.{name}") for name in _marks(annex, row)]
    return words.text("report.list_separator").join(found)


def is_marked(annex: Annex, row: AnnexRow) -> bool:
    """Whether the checks found something wrong with a row."""
    return bool(_marks(annex, row))


def _marks(annex: Annex, row: AnnexRow) -> tuple[str, ...]:
    marks = {
        "double": bool(row.index.written) and row.index.key in annex.doubles,
        "area": area_differs(row),
        "width": width_differs(row),
        "no_geometry": not row.has_geometry,
    }
    return tuple(name for name, holds in marks.items() if holds)


def lead_texts(page: AnnexPage, words: Words) -> tuple[str, ...]:
    """Return the lines under the title: plan, status, date, how many."""
    lines = [words.isolated(page.title)]
    if page.plan:
        lines.append(words.isolated(page.plan))
    if page.status:
        lines.append(page.status)
    count = words.plural(f"annex.rows.{page.annex.family}", len(page.annex.rows))
    lines.append(words.text("annex.made", date=date_text(page.date, words), count=count))
    return tuple(lines)


def foot_texts(page: AnnexPage, words: Words) -> tuple[str, ...]:
    """Return how things were measured, the sources, and who may see it."""
    layer = page.annex.layer
    found = [words.text(f"annex.measured.{page.annex.family}")]
    if layer.diffusion is not Diffusion.PUBLIC:
        found.insert(0, words.text(f"annex.diffusion.{layer.diffusion}"))
    found += source_texts((layer,), words)
    return tuple(found)
