"""What the columns of a delivered table mean: their roles, and columns made to be read as such.

The key of the cadastre (nature, number, index, complement) becomes a column of titles; areas in
hectares, ares and centiares or in another unit become a column in m². What was delivered stays as
it is beside them, and each made column is said. Knows nothing of files.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.column import number_column, text_column
from emadina_gis.domain.land_title import titles_of_key
from emadina_gis.domain.role_guess import (
    CONTENT,
    RoleGuess,
    guessed_roles,
    has_metric_polygons,
    schema_of,
)
from emadina_gis.domain.schema import PERSONAL_ROLES, Role, Schema, title_key
from emadina_gis.domain.title_area import (
    GAP_M2,
    GAP_SHARE,
    UNITS_M2,
    AreaGaps,
    area_gaps,
    spelled_areas_m2,
    unit_of_areas,
)
from emadina_gis.errors import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from emadina_gis.domain.column import Column
    from emadina_gis.domain.table import FeatureTable

TITLE_COLUMN = "titre_foncier"
_M2_ENDING = "_m2"


@dataclass(frozen=True, eq=False)
class Meaning:
    """A table with its roles, the columns made for them, and what is to be said of it."""

    table: FeatureTable
    guesses: tuple[RoleGuess, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def schema(self) -> Schema:
        """Roles that are sure enough to be taken."""
        return schema_of(self.guesses)


def meaning_of(
    table: FeatureTable, where: str = "", remembered: Mapping[Role, str] | None = None
) -> Meaning:
    """Return a table with the roles of its columns and the columns that had to be made.

    Parameters
    ----------
    where : str
        Name of the layer, for the findings.
    remembered : Mapping of Role to column name, optional
        Roles that a person confirmed for a like file before.
    """
    found = Meaning(table, guessed_roles(table, remembered))
    for step in (_with_titles, _with_areas, _with_area_gaps, _with_personal):
        found = step(found, where)
    return found


def made_columns(problems: Iterable[Problem]) -> frozenset[str]:
    """Return the columns that `meaning_of` made, from what it said of them."""
    named = {"meaning.title-composed": "column", "meaning.area-converted": "made"}
    return frozenset(
        str(problem.params[named[problem.code]]) for problem in problems if problem.code in named
    )


def _said(found: Meaning, *problems: Problem) -> Meaning:
    return replace(found, problems=(*found.problems, *problems))


def _with_titles(found: Meaning, where: str) -> Meaning:
    """Make the titles of a cadastre delivery, where no column holds them already."""
    key = title_key(found.table.names)
    if not key or found.schema.column(Role.PARCEL_ID) is not None:
        return found
    parts = [found.table.strings(name) for name in key]
    titles = titles_of_key(*parts)
    incomplete = sum(title is None for title in titles)
    if incomplete == len(titles):
        return found
    name = _free_name(found.table, TITLE_COLUMN)
    composed = Problem(
        "meaning.title-composed",
        Severity.INFO,
        where,
        len(titles) - incomplete,
        {"columns": ", ".join(key), "column": name},
    )
    made = _with_made(found, name, text_column(titles), Role.PARCEL_ID)
    if not incomplete:
        return _said(made, composed)
    return _said(
        made, composed, Problem("meaning.title-incomplete", Severity.WARNING, where, incomplete)
    )


def _with_made(found: Meaning, name: str, column: Column, role: Role) -> Meaning:
    columns = {**found.table.columns, name: column}
    others = tuple(guess for guess in found.guesses if guess.role is not role)
    guess = RoleGuess(role, name, 0.97, CONTENT)
    return replace(found, table=replace(found.table, columns=columns), guesses=(guess, *others))


def _free_name(table: FeatureTable, wanted: str) -> str:
    name, number = wanted, 2
    while name in table.columns:
        name, number = f"{wanted}_{number}", number + 1
    return name


def _with_areas(found: Meaning, where: str) -> Meaning:
    """Make areas in m² where they are delivered in other units or spelled out."""
    name = found.schema.column(Role.AREA_M2)
    if name is None:
        return found
    areas, unit = _areas_m2(found.table, name)
    if areas is None:
        return found
    made = _free_name(found.table, name if name.endswith(_M2_ENDING) else f"{name}{_M2_ENDING}")
    params = {"column": name, "made": made, "unit": unit}
    read = int(np.isfinite(areas).sum())
    unread = len(areas) - found.table.column(name).missing_count - read
    said = [Problem("meaning.area-converted", Severity.INFO, where, read, params)]
    if unread:
        said.append(Problem("meaning.area-unread", Severity.WARNING, where, unread, params))
    return _said(_with_made(found, made, number_column(areas), Role.AREA_M2), *said)


def _areas_m2(table: FeatureTable, name: str) -> tuple[NDArray[np.float64] | None, str]:
    """Return areas in m² and their unit as delivered; None where they are in m² already."""
    column = table.column(name)
    if column.is_text:
        spelled = spelled_areas_m2(column.strings)
        if np.isfinite(spelled).any():
            return spelled, "ha a ca"
    if name.endswith(_M2_ENDING) or not has_metric_polygons(table):
        return None, ""
    unit = unit_of_areas(column.numbers, table.areas)
    if unit in {"", "m2"}:
        return None, ""
    return column.numbers * UNITS_M2[unit], unit


def _with_area_gaps(found: Meaning, where: str) -> Meaning:
    gaps = gaps_of(found.table, found.schema)
    if gaps is None:
        return found
    beyond = len(gaps.beyond())
    if not beyond:
        return found
    params = {"compared": gaps.compared, "percent": GAP_SHARE * 100, "least_m2": GAP_M2}
    return _said(found, Problem("meaning.area-gap", Severity.WARNING, where, beyond, params))


def gaps_of(table: FeatureTable, schema: Schema) -> AreaGaps | None:
    """Return title areas beside drawn areas; None where there is no such pair.

    Drawn areas are planar, in the layer's own projected system in metres.
    """
    name = schema.column(Role.AREA_M2)
    is_land = name is not None and schema.column(Role.PARCEL_ID) is not None
    if name is None or not is_land or not has_metric_polygons(table):
        return None
    gaps = area_gaps(table.numbers(name), table.areas)
    return gaps if gaps.compared else None


def _with_personal(found: Meaning, where: str) -> Meaning:
    columns = [guess.column for guess in found.guesses if guess.role in PERSONAL_ROLES]
    if not columns:
        return found
    params = {"columns": ", ".join(columns)}
    return _said(found, Problem("meaning.personal", Severity.INFO, where, len(columns), params))
