"""What the layers of a project say of the communes of its parcels: households, area, belonging.

Owns how the census and limits are found by role and code; what it cannot find stays unknown.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from emadina_gis.domain.schema import Role
from emadina_gis.simulation.growth import Households

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from emadina_gis.domain.layer import VectorLayer
    from emadina_gis.project import Project

#: Columns of a parcel layer that may name the block (îlot) of a parcel.
_BLOCK_COLUMNS = ("block_id", "block", "ilot", "îlot", "id_ilot", "num_ilot")
_YEAR = re.compile(r"^(.*?)(\d{4})$")
#: HCP's code of a commune that has arrondissements ends so.
_WHOLE = ".0"


@dataclass(frozen=True)
class Places:
    """What is known of the communes of the parcels.

    Attributes
    ----------
    commune_of : dict of str to str
        The commune that a unit belongs to, by codes; a commune belongs to itself.
    perimeter_m2 : float
        Area of all units, NaN where a limit is missing or has no metric coordinates.
    census, before : float
        Households now and `years` earlier, NaN where a unit has no count.
    """

    commune_of: dict[str, str]
    perimeter_m2: float
    census: float
    before: float
    years: int


def places_of(project: Project, codes: Sequence[str]) -> Places:
    """Return what the layers of a project say of some communes or arrondissements."""
    layers = tuple(_census_layers(project))
    found = [_place_of(layers, code) for code in codes]
    known = [place for place in found if place is not None]
    complete = bool(codes) and len(known) == len(found)
    years = {place.years for place in known}
    same = complete and len(years) == 1
    return Places(
        commune_of={code: _commune_of(layers, code) for code in codes},
        perimeter_m2=sum(place.area_m2 for place in known) if complete else math.nan,
        census=sum(place.households for place in known) if complete else math.nan,
        before=sum(place.before for place in known) if same else math.nan,
        years=years.pop() if same else 10,
    )


def households_of(existing_dwellings: float, places: Places) -> Households:
    """Return the households of the need: occupied dwellings of the parcels, else the census."""
    if existing_dwellings > 0:
        count, source = existing_dwellings, "parcels"
    else:
        count, source = places.census, "census" if places.census > 0 else ""
    return Households(count, source, places.census, places.before, places.years)


def block_codes(parcels: VectorLayer) -> NDArray[np.integer] | None:
    """Return the block of each parcel as a code, -1 for none; None where no column names it."""
    names = {name.casefold(): name for name in parcels.table.names}
    column = next((names[name] for name in _BLOCK_COLUMNS if name in names), None)
    if column is None:
        return None
    codes: NDArray[np.integer] = parcels.table.codes(column)[0]
    return codes


@dataclass(frozen=True)
class _Place:
    area_m2: float
    households: float
    before: float
    years: int


def _census_layers(project: Project) -> Iterator[VectorLayer]:
    """Yield the layers of communes or arrondissements."""
    for layer in project.vector_layers:
        roles = (Role.COMMUNE, Role.NAME)
        if layer.id != project.parcels_id and all(layer.schema.column(role) for role in roles):
            yield layer


def _codes(layer: VectorLayer) -> NDArray[np.object_]:
    column = layer.schema.column(Role.COMMUNE)
    return layer.table.strings(column or "")


def _place_of(layers: Sequence[VectorLayer], code: str) -> _Place | None:
    for layer in layers:
        rows = np.flatnonzero(_codes(layer) == code)
        if len(rows):
            return _read(layer, rows[:1])
    return None


def _read(layer: VectorLayer, rows: NDArray[np.intp]) -> _Place:
    column = layer.schema.column(Role.HOUSEHOLDS)
    if column is None or column not in layer.table.columns:
        return _Place(_area_m2(layer, rows), math.nan, math.nan, 10)
    earlier, years = _earlier(layer, column)
    before = math.nan if earlier is None else float(layer.table.numbers(earlier)[rows[0]])
    count = float(layer.table.numbers(column)[rows[0]])
    return _Place(_area_m2(layer, rows), count, before, years)


def _earlier(layer: VectorLayer, column: str) -> tuple[str | None, int]:
    """Return the column of the count before (``households_2014``) and the years between."""
    match = _YEAR.match(column)
    if match is None:
        return None, 10
    stem, year = match[1], int(match[2])
    others = (_YEAR.match(name) for name in layer.table.names)
    years = [int(other[2]) for other in others if other is not None and other[1] == stem]
    before = max((found for found in years if found < year), default=None)
    return (None, 10) if before is None else (f"{stem}{before}", year - before)


def _area_m2(layer: VectorLayer, rows: NDArray[np.intp]) -> float:
    table = layer.table
    if not table.has_geometry or not table.crs.is_projected:
        return math.nan
    return float(shapely.area(table.shapes(rows)).sum()) * table.crs.unit_m**2


def _commune_of(layers: Sequence[VectorLayer], code: str) -> str:
    """Return the commune of an arrondissement: the code ending in .0 that it continues.

    A commune of the same layer as that code (an enclave such as Méchouar) is its own.
    """
    for layer in layers:
        codes = [str(found) for found in _codes(layer) if found is not None]
        if code in codes and not any(found.endswith(_WHOLE) for found in codes):
            continue
        if code in codes:
            return code
        for whole in codes:
            if whole.endswith(_WHOLE) and code.startswith(whole[: -len("0")]):
                return whole
    return code
