"""Field roles: which column is the land title, the sector, the floor area and so on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from emadina_gis.domain.role_names import SURE_NAMES, TITLE_KEY, plain_name


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
    plain = {name: plain_name(name) for name in names}
    key = title_key(names)
    found: dict[Role, list[str]] = {}
    for known in ({str(role): str(role) for role in Role}, SURE_NAMES):
        for name, text in plain.items():
            if text not in known or name in key:
                continue
            columns = found.setdefault(Role(known[text]), [])
            if name not in columns:
                columns.append(name)
    return found


def title_key(names: list[str]) -> tuple[str, ...]:
    """Return the columns of a cadastre delivery that make its titles; empty where it is none.

    Nature, number, index and, where there is one, complement, in this order.
    """
    plain = {plain_name(name): name for name in reversed(names)}
    if not all(part in plain for part in TITLE_KEY[:3]):
        return ()
    return tuple(plain[part] for part in TITLE_KEY if part in plain)
