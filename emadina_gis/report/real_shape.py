"""What is said of a parcel on its real shape: its fronts, its floor area, the difference, doubts.

Rows like those of the parcel's reading; the figures come from an outcome on real shapes. It knows
nothing of widgets or paper.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.report.reading_rows import ReadingRow
from emadina_gis.simulation.limits import FROM_GAP
from emadina_gis.simulation.real_outcome import fronts_differ

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emadina_gis.simulation.real_outcome import RealOutcome
    from emadina_gis.simulation.solids import LevelSolids
    from emadina_gis.words import Words

#: Reasons with a sentence of their own; the others are told with the parcel's result.
_BETWEEN = " · "
_REASONS = frozenset({"no_geometry", "no_front", "road_width_missing"})


def real_rows(
    found: RealOutcome, row: int, words: Words, levels: LevelSolids | None = None
) -> tuple[ReadingRow, ...]:
    """Return what is said of a parcel on its real shape.

    Parameters
    ----------
    found : RealOutcome
    row : int
        Row of the parcel layer.
    words : Words
        Language.
    levels : LevelSolids, optional
        The bodies drawn, where they are: whether they are one volume among others is then told.
    """
    return tuple(_rows(found, row, words, levels))


def _rows(
    found: RealOutcome, row: int, words: Words, levels: LevelSolids | None
) -> Iterator[ReadingRow]:
    if found.footprints.parcels.streets[row] > 0:
        yield _fronts(found, row, words)
        yield from _alignment(found, row, words)
    yield _gross(found, row, words)
    if not np.isnan(found.difference_m2[row]):
        difference = float(found.difference_m2[row])
        yield ReadingRow(
            "real_difference_m2",
            words.text("envelopes.row.real_difference_m2"),
            words.quantity(difference, "m2", signed=True),
            number=difference,
        )
    if levels is not None and len(levels.of_row(row)):
        reduced = bool(levels.of_row(row).reduced.any())
        text = words.text("envelopes.one-volume" if reduced else "envelopes.whole-volume")
        yield ReadingRow("real_reduced", words.text("envelopes.row.real_reduced"), text)


def _alignment(found: RealOutcome, row: int, words: Words) -> Iterator[ReadingRow]:
    """Yield what the projected alignment takes where the road layer tells it, not the table."""
    given, used = found.plain.inputs.plan_roads_m2, found.shaped.inputs.plan_roads_m2
    told = given is not None and not np.isnan(given[row])
    if told or used is None or not used[row] > 0:
        return
    area = float(used[row])
    text = words.text("envelopes.alignment", area=words.quantity(area, "m2"))
    label = words.text("envelopes.row.real_alignment")
    yield ReadingRow("real_alignment", label, text, flag="assumed", number=area)


def _gross(found: RealOutcome, row: int, words: Words) -> ReadingRow:
    label = words.text("envelopes.row.real_gross_floor_area_m2")
    number = float(found.shaped.gross_floor_area_m2[row])
    if np.isnan(number):
        text = reason_of(found, row, words)
        return ReadingRow("real_gross_floor_area_m2", label, text, flag="unknown")
    text = words.quantity(number, "m2")
    return ReadingRow("real_gross_floor_area_m2", label, text, number=number, is_main=True)


def reason_of(found: RealOutcome, row: int, words: Words) -> str:
    """Return why a parcel has no figure on its real shape, as a sentence."""
    reason = str(found.reason[row])
    if not reason:
        return words.text("report.reason.differs")
    return words.text(f"envelopes.reason.{reason if reason in _REASONS else 'other'}")


def _fronts(found: RealOutcome, row: int, words: Words) -> ReadingRow:
    parcels = found.footprints.parcels
    limits = parcels.limits.take(np.array([row]))
    fronts = []
    for street in range(int(parcels.streets[row])):
        length = float(limits.length_m[limits.front == street].sum())
        width = float(parcels.road_m(limits, street)[0])
        said = words.quantity(length, "m", 1)
        if np.isnan(width):
            fronts.append(words.text("envelopes.front-unknown", length=said))
        else:
            road = words.quantity(width, "m", 1)
            fronts.append(words.text("envelopes.front", length=said, width=road))
    text, flag = _BETWEEN.join(fronts), ""
    if limits.reason[0] == FROM_GAP:
        text, flag = words.text("envelopes.from-gap", fronts=text), "assumed"
    elif fronts_differ(found)[row]:
        text, flag = words.text("envelopes.fronts-differ", fronts=text), "assumed"
    return ReadingRow("real_fronts", words.text("envelopes.row.real_fronts"), text, flag=flag)
