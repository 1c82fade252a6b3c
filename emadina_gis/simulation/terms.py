"""What a scenario grants to some parcels alone: values of a dérogation, bonuses of an operation.

Parcels with the same terms are computed together, under a case of their own. It knows nothing of
scenarios or letters.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.regulation import USES
from emadina_gis.regulation.sector_table import case_of_road
from emadina_gis.simulation.bonus import emergence_of
from emadina_gis.simulation.cases import road_class_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.regulation import Ruling, SectorTable
    from emadina_gis.regulation.sector_table import Case
    from emadina_gis.simulation.changes import Numbers
    from emadina_gis.simulation.parcels import ParcelInputs


@dataclass(frozen=True)
class Terms:
    """What is granted to a parcel; all sorted by key.

    Attributes
    ----------
    values : tuple of (key, value)
        In place of the sector's.
    bonuses : tuple of (bonus, share)
        Of the net floor area.
    letters : tuple of (key, reference)
        By which letter each value was granted.
    """

    values: Numbers = ()
    bonuses: Numbers = ()
    letters: tuple[tuple[str, str], ...] = ()

    def with_values(self, values: Numbers, letter: str) -> Terms:
        """Return the terms with some values more; the last word on a key holds."""
        letters = {**dict(self.letters), **dict.fromkeys(dict(values), letter)}
        merged = {**dict(self.values), **dict(values)}
        return replace(
            self, values=tuple(sorted(merged.items())), letters=tuple(sorted(letters.items()))
        )

    def with_bonus(self, key: str, share: float) -> Terms:
        """Return the terms with one bonus more; the last word on a bonus holds."""
        merged = {**dict(self.bonuses), key: share}
        return replace(self, bonuses=tuple(sorted(merged.items())))

    def granted(self, kind: str, regime: str) -> tuple[float, str] | None:
        """Return the value of a kind of rule and its letter, None where none was granted.

        ``regime`` is ``"lot"``, ``"raw"`` or empty where it is not known.
        """
        values, letters = dict(self.values), dict(self.letters)
        for key in (f"{kind}.{regime}", kind):
            if key in values:
                return values[key], letters.get(key, "")
        return None


#: Of parcels to which nothing was granted.
NO_TERMS = Terms()


def terms_of(inputs: ParcelInputs, row: int) -> Terms:
    """Return what is granted to a parcel."""
    code = -1 if inputs.terms is None else int(inputs.terms[row])
    return NO_TERMS if code < 0 else inputs.special_terms[code]


def terms_changed(old: ParcelInputs, new: ParcelInputs) -> NDArray[np.bool_]:
    """Return which parcels have other terms in one of two inputs, shape (n,)."""
    if old.terms is new.terms and old.special_terms == new.special_terms:
        return np.zeros(len(new), dtype=bool)
    known = {NO_TERMS: 0}
    found = [_renumbered(inputs, known) for inputs in (old, new)]
    return np.asarray(found[0] != found[1])


def _renumbered(inputs: ParcelInputs, known: dict[Terms, int]) -> NDArray[np.intp]:
    numbers = [known.setdefault(terms, len(known)) for terms in inputs.special_terms]
    if inputs.terms is None:
        return np.zeros(len(inputs), dtype=np.intp)
    return np.array([*numbers, 0], dtype=np.intp)[inputs.terms]


def granted_cases(
    parcels: ParcelInputs, table: SectorTable, cases: list[Case], storey_m: float
) -> list[Case]:
    """Return the cases of parcels with those of the parcels that have terms in place.

    Parameters
    ----------
    parcels : ParcelInputs
        Each speaks for all parcels of its kind.
    table : SectorTable
        Of the document and the scenario's values.
    cases : list of Case
        Of the parcels, without terms; it is not written.
    storey_m : float
    """
    if parcels.terms is None:
        return cases
    found, road = list(cases), road_class_of(parcels, table).tolist()
    made: dict[tuple[int, ...], Case] = {}
    for row in np.flatnonzero(parcels.terms >= 0).tolist():
        if not cases[row]:
            continue
        index = int(parcels.sector[row])
        use = -1 if parcels.use is None else int(parcels.use[row])
        key = (int(parcels.terms[row]), index, use, road[row])
        if key not in made:
            terms = parcels.special_terms[key[0]]
            made[key] = _granted_case(table, terms, key[1:], storey_m)
        found[row] = made[key]
    return found


def _granted_case(
    table: SectorTable, terms: Terms, place: tuple[int, ...], storey_m: float
) -> Case:
    index, use, road = place
    sector = table.document.sectors[index]
    if use < 0:
        use = USES.index(sector.zone.default_use)
    overrides = table.overrides
    for key, value in terms.values:
        overrides = overrides.with_value(sector.code, key, value)
    case = case_of_road(table, index, use, road, overrides, storey_m)
    if not terms.bonuses:
        return case
    return tuple(
        (_with_bonuses(table, ruling, index, terms, storey_m), share) for ruling, share in case
    )


def _with_bonuses(
    table: SectorTable, ruling: Ruling, sector: int, terms: Terms, storey_m: float
) -> Ruling:
    lot, other = (
        emergence_of(table.document, sector, ruling, terms.bonuses, lot=lot, storey_m=storey_m)
        for lot in (True, False)
    )
    return replace(ruling, bonus=(lot, other))
