"""Which column plays which role, weighed on names in three languages and on what columns hold.

A guess has a confidence and a reason; below `SURE` it is shown, not taken. What a person confirmed
for a like file before (`Profile`) comes first. Knows nothing of files.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.land_title import title_share
from emadina_gis.domain.role_names import CUT_NAMES, LIKELY_NAMES, SURE_NAMES, plain_name
from emadina_gis.domain.schema import Role, Schema, title_key
from emadina_gis.domain.title_area import spelled_areas_m2, unit_of_areas

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from numpy.typing import NDArray

    from emadina_gis.domain.column import Column
    from emadina_gis.domain.table import FeatureTable

#: Guesses from here on are taken; others are shown for the person to decide.
SURE = 0.6
_SAMPLE_ROWS = 2000
_MOST = 0.8
_FEW = 0.2
_NUMERIC_ROLES = frozenset({
    Role.AREA_M2, Role.FRONTAGE_M, Role.DEPTH_M, Role.ROAD_WIDTH_M, Role.SIDE_ROAD_WIDTH_M,
    Role.FRONTS, Role.PLAN_ROADS_M2, Role.EQUIPMENT_M2, Role.SERVITUDE_M2,
    Role.EXISTING_FLOOR_AREA_M2, Role.EXISTING_LEVELS, Role.EXISTING_DWELLINGS,
    Role.EXISTING_POPULATION, Role.POPULATION, Role.HOUSEHOLDS, Role.CONSTRAINT_WIDTH_M,
})  # fmt: skip
#: Road widths print as ranges and words on plans ("20 m", "variable"): the engine reads them.
_TEXT_ALLOWED = frozenset({Role.ROAD_WIDTH_M})
_IDENTITY = re.compile(r"^[A-Z]{1,2}\s?\d{5,7}$")
_COMMUNE_CODE = re.compile(r"^\d{2}\.\d{3}\.\d{2}\.\d{2}\.?$")
EXACT, NAME, CUT_NAME, LIKELY_NAME = "exact-name", "name", "cut-name", "likely-name"
CONTENT, CONTRADICTED, REMEMBERED = "content", "contradicted", "remembered"
STANDARD = "standard"
#: The French standard of planning documents (CNIG, PLU): a zone's code is its LIBELLE.
_CNIG_ZONES = ("libelle", "typezone")
_BY_NAME = {EXACT: 0.98, NAME: 0.9, CUT_NAME: 0.7, LIKELY_NAME: 0.5}


@dataclass(frozen=True)
class RoleGuess:
    """A column that may play a role.

    Attributes
    ----------
    confidence : float
        In [0, 1]; taken from `SURE` on.
    reason : str
        Code of the reason; ``words`` holds ``role-guess.<reason>``.
    """

    role: Role
    column: str
    confidence: float
    reason: str

    @property
    def is_sure(self) -> bool:
        """Whether the guess is taken without asking."""
        return self.confidence >= SURE


def schema_of(guesses: Iterable[RoleGuess]) -> Schema:
    """Return the roles that are sure enough to be taken."""
    return Schema({guess.role: guess.column for guess in guesses if guess.is_sure})


def guessed_roles(
    table: FeatureTable, remembered: Mapping[Role, str] | None = None
) -> tuple[RoleGuess, ...]:
    """Return the best column for each role, the surest first; a column plays one role.

    Parameters
    ----------
    remembered : Mapping of Role to column name, optional
        Roles that a person confirmed for a like file before.
    """
    known = remembered or {}
    found = [
        RoleGuess(role, name, 0.99, REMEMBERED)
        for role, name in known.items()
        if name in table.columns
    ]
    found += [_weighed(table, guess) for guess in _by_name(table.names)]
    found += _by_standard(table.names)
    found += _by_content(table)
    return _settled(found)


def _settled(guesses: list[RoleGuess]) -> tuple[RoleGuess, ...]:
    roles: set[Role] = set()
    columns: set[str] = set()
    kept = []
    for guess in sorted(guesses, key=lambda guess: -guess.confidence):
        if guess.role not in roles and guess.column not in columns:
            kept.append(guess)
            roles.add(guess.role)
            columns.add(guess.column)
    return tuple(kept)


def _by_name(names: list[str]) -> Iterator[RoleGuess]:
    key = title_key(names)
    exact = {str(role): str(role) for role in Role}
    for name in names:
        plain = plain_name(name)
        sources = ((EXACT, exact), (NAME, SURE_NAMES), (CUT_NAME, CUT_NAMES),
                   (LIKELY_NAME, LIKELY_NAMES))  # fmt: skip
        for reason, known in sources:
            if plain in known and name not in key:
                yield RoleGuess(Role(known[plain]), name, _BY_NAME[reason], reason)
                break


def _by_standard(names: list[str]) -> Iterator[RoleGuess]:
    plain = {plain_name(name): name for name in names}
    if all(name in plain for name in _CNIG_ZONES):
        yield RoleGuess(Role.SECTOR, plain["libelle"], 0.9, STANDARD)


def _weighed(table: FeatureTable, guess: RoleGuess) -> RoleGuess:
    """Return a guess by name after looking at what the column holds."""
    column = table.column(guess.column)
    if len(column) == column.missing_count or guess.reason == EXACT:
        return guess
    if guess.role is Role.AREA_M2:
        return _weighed_area(table, guess)
    if guess.role is Role.PARCEL_ID:
        return _weighed_title(column, guess)
    if guess.role in _NUMERIC_ROLES - _TEXT_ALLOWED and _number_share(column) < _MOST:
        return RoleGuess(guess.role, guess.column, 0.2, CONTRADICTED)
    return guess


def _weighed_title(column: Column, guess: RoleGuess) -> RoleGuess:
    share = title_share(_sample(column).strings)
    if share >= _MOST:
        return RoleGuess(guess.role, guess.column, 0.98, CONTENT)
    return guess


def _weighed_area(table: FeatureTable, guess: RoleGuess) -> RoleGuess:
    """Areas agree with the drawn ones, or are spelled in ha, a and ca; or the name stands alone."""
    column = table.column(guess.column)
    if column.is_text and _number_share(column) < _MOST:
        spelled = _share_of(np.isfinite(spelled_areas_m2(_sample(column).strings)), column)
        confidence, reason = (0.95, CONTENT) if spelled >= _MOST else (0.2, CONTRADICTED)
        return RoleGuess(guess.role, guess.column, confidence, reason)
    if not has_metric_polygons(table):
        return guess
    unit = unit_of_areas(column.numbers, table.areas)
    if unit == "m2":
        return RoleGuess(guess.role, guess.column, max(guess.confidence, 0.97), CONTENT)
    if unit:
        return RoleGuess(guess.role, guess.column, max(guess.confidence - 0.1, SURE), CONTENT)
    return guess


def has_metric_polygons(table: FeatureTable) -> bool:
    """Whether planar areas of the table are square metres of land."""
    in_metres = table.crs.is_metric and table.crs.unit_m == 1.0
    return table.has_geometry and table.main_kind == Kind.POLYGON and in_metres


def _by_content(table: FeatureTable) -> Iterator[RoleGuess]:
    for name, column in table.columns.items():
        if not column.is_text or len(column) == column.missing_count:
            continue
        texts = _sample(column).strings
        present = [text.strip() for text in texts if text]
        if title_share(texts) >= _MOST and len(set(present)) > 1:
            yield RoleGuess(Role.PARCEL_ID, name, 0.85, CONTENT)
        elif _matching(present, _IDENTITY):
            yield RoleGuess(Role.IDENTITY_NUMBER, name, 0.8, CONTENT)
        elif _matching(present, _COMMUNE_CODE):
            yield RoleGuess(Role.COMMUNE, name, 0.75, CONTENT)


def _matching(texts: list[str], pattern: re.Pattern[str]) -> bool:
    if len(texts) < 2:
        return False
    return sum(bool(pattern.match(text)) for text in texts) >= _MOST * len(texts)


def _sample(column: Column) -> Column:
    """Return some rows spread over a column."""
    if len(column) <= _SAMPLE_ROWS:
        return column
    return column.take(np.linspace(0, len(column) - 1, _SAMPLE_ROWS).astype(np.intp))


def _number_share(column: Column) -> float:
    if column.is_number:
        return 1.0
    sample = _sample(column)
    return _share_of(np.isfinite(sample.numbers), sample)


def _share_of(good: NDArray[np.bool_], column: Column) -> float:
    present = min(len(column), len(good)) - _sample(column).missing_count
    return float(good.sum() / present) if present > 0 else 0.0
