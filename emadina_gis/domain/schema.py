"""Field roles: which column is the land title, the sector, the floor area and so on."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class Role(StrEnum):
    """What a column means to the engine (`CAPACITY` inputs first, then what stands)."""

    PARCEL_ID = "parcel_id"
    SECTOR = "sector"
    COMMUNE = "commune"
    AREA_M2 = "area_m2"
    FRONTAGE_M = "frontage_m"
    DEPTH_M = "depth_m"
    ROAD_WIDTH_M = "road_width_m"
    FRONTS = "fronts"
    SIDE_ROAD_WIDTH_M = "side_road_width_m"
    ISSU_LOTISSEMENT = "issu_lotissement"
    PLAN_ROADS_M2 = "plan_roads_m2"
    EQUIPMENT_M2 = "equipment_m2"
    SERVITUDE_M2 = "servitude_m2"
    USE = "use"
    EXISTING_FLOOR_AREA_M2 = "existing_floor_area_m2"
    EXISTING_LEVELS = "existing_levels"
    EXISTING_DWELLINGS = "existing_dwellings"
    EXISTING_POPULATION = "existing_population"
    LAND_STATE = "land_state"
    POPULATION = "population"
    HOUSEHOLDS = "households"
    NAME = "name"
    OWNER = "owner"
    IDENTITY_NUMBER = "identity_number"
    CONSTRAINT_NATURE = "constraint_nature"
    CONSTRAINT_NATURE_AR = "constraint_nature_ar"
    CONSTRAINT_INDEX = "constraint_index"
    CONSTRAINT_STATE = "constraint_state"
    CONSTRAINT_WIDTH_M = "constraint_width_m"
    CONSTRAINT_EXPIRY = "constraint_expiry"
    CONSTRAINT_EXEMPT = "constraint_exempt"
    FALLBACK_SECTOR = "fallback_sector"


#: Roles that hold personal data: hidden by default, never in shared prints (loi 09-08).
PERSONAL_ROLES = frozenset({Role.OWNER, Role.IDENTITY_NUMBER})

#: Roles of a layer of constraints: heritage, servitudes, reservations, fronts, graphic provisions.
CONSTRAINT_ROLES = frozenset({
    Role.CONSTRAINT_NATURE, Role.CONSTRAINT_NATURE_AR, Role.CONSTRAINT_INDEX,
    Role.CONSTRAINT_STATE, Role.CONSTRAINT_WIDTH_M, Role.CONSTRAINT_EXPIRY,
    Role.CONSTRAINT_EXEMPT, Role.FALLBACK_SECTOR,
})  # fmt: skip

_ALIASES: dict[str, Role] = {
    "titre": Role.PARCEL_ID,
    "titre_foncier": Role.PARCEL_ID,
    "tf": Role.PARCEL_ID,
    "num_titre": Role.PARCEL_ID,
    "secteur": Role.SECTOR,
    "zone": Role.SECTOR,
    "superficie": Role.AREA_M2,
    "surface": Role.AREA_M2,
    "surface_m2": Role.AREA_M2,
    "facade": Role.FRONTAGE_M,
    "facade_m": Role.FRONTAGE_M,
    "profondeur": Role.DEPTH_M,
    "largeur_voie": Role.ROAD_WIDTH_M,
    "emprise": Role.ROAD_WIDTH_M,
    "lotissement": Role.ISSU_LOTISSEMENT,
    "usage": Role.USE,
    "proprietaire": Role.OWNER,
    "owner": Role.OWNER,
    "cin": Role.IDENTITY_NUMBER,
    "population_2024": Role.POPULATION,
    "households_2024": Role.HOUSEHOLDS,
    "nature": Role.CONSTRAINT_NATURE,
    "nature_fr": Role.CONSTRAINT_NATURE,
    "nature_ar": Role.CONSTRAINT_NATURE_AR,
    "indice": Role.CONSTRAINT_INDEX,
    "reservation_id": Role.CONSTRAINT_INDEX,
    "etat": Role.CONSTRAINT_STATE,
    "state": Role.CONSTRAINT_STATE,
    "observations": Role.CONSTRAINT_STATE,
    "expiry_date": Role.CONSTRAINT_EXPIRY,
    "date_caducite": Role.CONSTRAINT_EXPIRY,
    "secteur_repli": Role.FALLBACK_SECTOR,
}


@dataclass(frozen=True)
class Schema:
    """An immutable mapping from role to column name."""

    columns: Mapping[Role, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", MappingProxyType(dict(self.columns)))

    def __hash__(self) -> int:
        return hash(frozenset(self.columns.items()))

    def __iter__(self) -> Iterator[tuple[Role, str]]:
        return iter(self.columns.items())

    def column(self, role: Role) -> str | None:
        """Return the column that plays a role, or None."""
        return self.columns.get(role)

    def role_of(self, column: str) -> Role | None:
        """Return the role a column plays, or None."""
        return next((role for role, name in self.columns.items() if name == column), None)

    def with_role(self, role: Role, column: str | None) -> Schema:
        """Return the schema with a role given to a column (or taken away with None)."""
        columns = {key: name for key, name in self.columns.items() if key != role}
        if column is not None:
            columns[role] = column
        return Schema(columns)

    def personal_columns(self) -> frozenset[str]:
        """Return the columns that hold personal data."""
        return frozenset(name for role, name in self.columns.items() if role in PERSONAL_ROLES)


def guessed_schema(names: list[str]) -> Schema:
    """Return the roles that column names give away (exact role names first, then aliases)."""
    return Schema({role: columns[0] for role, columns in _claims(names).items()})


def rival_columns(names: list[str]) -> dict[Role, tuple[str, ...]]:
    """Return the columns that claim one role, the one that `guessed_schema` takes first."""
    return {role: tuple(columns) for role, columns in _claims(names).items() if len(columns) > 1}


def _claims(names: list[str]) -> dict[Role, list[str]]:
    """Return the columns that could play each role, the best first."""
    plain = {name: _plain(name) for name in names}
    found: dict[Role, list[str]] = {}
    for known in ({str(role): role for role in Role}, _ALIASES):
        for name, text in plain.items():
            if text in known and name not in found.setdefault(known[text], []):
                found[known[text]].append(name)
    return found


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name)
    kept = "".join(char for char in decomposed if not unicodedata.combining(char))
    return kept.strip().lower().replace(" ", "_").replace("-", "_")
