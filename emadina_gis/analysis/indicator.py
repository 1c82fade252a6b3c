"""What an indicator is: its name, formula, source and unit, what it needs, and how it is computed.

Owns the types and the finding of inputs; the indicators themselves are in `indicators`. Functions
take tables and give arrays on the same rows; nothing is written into a table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.schema import Role, Schema
from emadina_gis.errors import MissingInput, NotMetric

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.column import Column
    from emadina_gis.domain.table import FeatureTable

    Floats = NDArray[np.float64]

M2_PER_HECTARE = 10_000.0
M2_PER_KM2 = 1_000_000.0
#: Usual names of the column with the code of the nomenclature (V, E, S, SP and so on).
FACILITY_CODE_NAMES = ("code", "facility_code", "facility_kind", "equipment_code", "equipement")


class Part(StrEnum):
    """Which of the region's tables a column is looked for in."""

    PARCELS = "parcels"
    UNITS = "units"
    FACILITIES = "facilities"


@dataclass(frozen=True)
class Need:
    """A column an indicator needs: by role, else by one of its usual names.

    Attributes
    ----------
    part : Part
        Table that holds it.
    names : tuple of str
        Usual names, the first is told when none is there.
    role : Role or None
        Role that finds it first.
    """

    part: Part
    names: tuple[str, ...]
    role: Role | None = None


@dataclass(frozen=True, eq=False)
class PartTable:
    """A table with its roles and further columns on its rows, such as outcomes."""

    table: FeatureTable
    schema: Schema = field(default_factory=Schema)
    extra: Mapping[str, Column] = field(default_factory=lambda: MappingProxyType({}))

    def find(self, need: Need) -> Column | None:
        """Return the column that a need names, or None."""
        role_column = self.schema.column(need.role) if need.role is not None else None
        for name in (role_column, *need.names):
            if name is not None and name in self.extra:
                return self.extra[name]
            if name is not None and name in self.table.columns:
                return self.table.columns[name]
        return None


@dataclass(frozen=True, eq=False)
class Inputs:
    """The tables an indicator may read."""

    parts: Mapping[Part, PartTable]

    def has(self, need: Need) -> bool:
        """Whether a needed column is there."""
        part = self.parts.get(need.part)
        return part is not None and part.find(need) is not None

    def column(self, need: Need) -> Column:
        """Return a needed column.

        Raises
        ------
        MissingInput
            ``indicator.no-layer`` or ``indicator.no-column``, naming what is missing.
        """
        found = self.part(need.part).find(need)
        if found is None:
            raise MissingInput("indicator.no-column", column=need.names[0], part=str(need.part))
        return found

    def numbers(self, need: Need) -> Floats:
        """Return a needed column as float64, NaN where missing, shape (n,)."""
        return self.column(need).numbers

    def part(self, part: Part) -> PartTable:
        """Return a table; raises `MissingInput` ``indicator.no-layer`` where there is none."""
        if part not in self.parts:
            raise MissingInput("indicator.no-layer", part=str(part))
        return self.parts[part]

    def areas_m2(self, part: Part) -> Floats:
        """Return planar areas of the polygons of a table, in m², shape (n,).

        Raises
        ------
        NotMetric
            With code ``indicator.not-metric`` where the plane has no metres.
        """
        table = self.part(part).table
        if not table.crs.is_metric:
            raise NotMetric("indicator.not-metric", part=str(part))
        return table.areas * table.crs.unit_m**2


@dataclass(frozen=True, eq=False)
class Measure:
    """What an indicator gives.

    Attributes
    ----------
    values : ndarray of float64, shape (n,), or None
        One value per row of the indicator's table, NaN where an input is missing; None for an
        indicator of the whole.
    total : float or None
        The value for all rows together; None where it cannot be said.
    rows_used, rows : int
        Rows whose inputs were all there, of how many.
    """

    values: Floats | None
    total: float | None
    rows_used: int
    rows: int


@dataclass(frozen=True)
class Indicator:
    """An indicator as data.

    Attributes
    ----------
    id : str
        Stable key on the command line; ``words`` holds ``indicator.<id>.title``, ``.formula``
        and ``.source``.
    unit : str
        Key of `words.units`; empty for a plain ratio.
    part : Part
        Table on whose rows the values stand.
    needs : tuple of Need
        Columns without which it is not computed.
    compute : callable
        ``compute(inputs) → Measure``.
    owner : str
        Empty for our own, else the id of the plugin that brought it.
    """

    id: str
    unit: str
    decimals: int
    part: Part
    needs: tuple[Need, ...]
    compute: Callable[[Inputs], Measure]
    owner: str = ""

    @property
    def title_key(self) -> str:
        """Key of the title."""
        return f"indicator.{self.id}.title"

    @property
    def formula_key(self) -> str:
        """Key of the formula in words."""
        return f"indicator.{self.id}.formula"

    @property
    def source_key(self) -> str:
        """Key of where the definition comes from."""
        return f"indicator.{self.id}.source"

    def missing_needs(self, inputs: Inputs) -> tuple[Need, ...]:
        """Return what is not there."""
        return tuple(need for need in self.needs if not inputs.has(need))

    def run(self, inputs: Inputs) -> Measure:
        """Return the values.

        Raises
        ------
        MissingInput
            Naming the first layer or column that is missing.
        """
        for need in self.needs:
            inputs.column(need)
        return self.compute(inputs)


def ratio(numerator: Floats, denominator: Floats, scale: float = 1.0) -> Measure:
    """Return numerator ÷ denominator × scale by row, and of the sums over complete rows.

    Rows whose denominator is not positive, or one of whose inputs is missing, are NaN and stay
    out of the sums.
    """
    complete = np.isfinite(numerator) & np.isfinite(denominator) & (denominator > 0)
    values = np.full(len(numerator), np.nan)
    np.divide(numerator, denominator, out=values, where=complete)
    below = float(denominator[complete].sum())
    total = float(numerator[complete].sum()) / below * scale if below > 0 else None
    return Measure(values * scale, total, int(complete.sum()), len(values))


def whole(value: float | None, used: int, rows: int) -> Measure:
    """Return a measure of the whole, without rows."""
    return Measure(None, value, used, rows)


def guessed_part(table: FeatureTable, schema: Schema) -> Part | None:
    """Return what a table most likely is: parcels, census units, facilities, or None."""
    if schema.column(Role.PARCEL_ID) and schema.column(Role.SECTOR):
        return Part.PARCELS
    if schema.column(Role.POPULATION) or "population_2024" in table.columns:
        return Part.UNITS
    if any(name in table.columns for name in ("facility_id", *FACILITY_CODE_NAMES[1:])):
        return Part.FACILITIES
    return None
