"""Roles that contradict each other: two parcel layers, two zonings, a column with two roles.

Owns what counts as a contradiction; nothing is changed, everything is told with its place.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.schema import CONSTRAINT_ROLES, Role, rival_columns
from emadina_gis.errors import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emadina_gis.domain.layer import VectorLayer
    from emadina_gis.project.model import Project

#: What only a parcel layer says, beside its titles and sectors.
_LAND = frozenset({
    Role.AREA_M2, Role.FRONTAGE_M, Role.DEPTH_M, Role.FRONTS, Role.ISSU_LOTISSEMENT,
    Role.PLAN_ROADS_M2, Role.EQUIPMENT_M2, Role.SERVITUDE_M2,
})  # fmt: skip
_OF_PARCELS = _LAND | {
    Role.PARCEL_ID, Role.SECTOR, Role.ROAD_WIDTH_M, Role.USE, Role.EXISTING_FLOOR_AREA_M2,
}  # fmt: skip
#: A name may also be a title, an index or a code: that is no contradiction.
_MAY_SHARE = frozenset({Role.NAME, Role.CONSTRAINT_NATURE, Role.CONSTRAINT_INDEX})


def role_problems(project: Project) -> tuple[Problem, ...]:
    """Return the contradictions between the roles of a project's layers."""
    return (*_two_parcels(project), *_two_zonings(project), *_columns_twice(project))


def rival_problems(names: list[str]) -> tuple[Problem, ...]:
    """Return where several columns of a table claim one role of parcels: the first is read."""
    return tuple(
        Problem(
            "roles.two-columns",
            Severity.WARNING,
            columns[0],
            len(columns),
            {"columns": ", ".join(columns)},
        )
        for role, columns in rival_columns(names).items()
        if role in _OF_PARCELS
    )


def _two_parcels(project: Project) -> Iterator[Problem]:
    claim = [layer for layer in project.vector_layers if _claims_parcels(layer)]
    used = project.parcels
    if len(claim) > 1:
        yield Problem(
            "roles.two-parcels",
            Severity.WARNING,
            claim[0].id,
            len(claim),
            {"layers": _names(claim), "used": "–" if used is None else used.title.fr},
        )


def _claims_parcels(layer: VectorLayer) -> bool:
    roles = set(dict(layer.schema))
    is_land = {Role.PARCEL_ID, Role.SECTOR} <= roles and not _LAND.isdisjoint(roles)
    return is_land and layer.table.main_kind == Kind.POLYGON


def _two_zonings(project: Project) -> Iterator[Problem]:
    claim = [layer for layer in project.vector_layers if _claims_zoning(layer)]
    if len(claim) > 1:
        yield Problem(
            "roles.two-zonings",
            Severity.WARNING,
            claim[0].id,
            len(claim),
            {"layers": _names(claim), "used": claim[0].title.fr},
        )


def _claims_zoning(layer: VectorLayer) -> bool:
    roles = set(dict(layer.schema))
    is_plan = Role.SECTOR in roles and Role.PARCEL_ID not in roles
    return is_plan and CONSTRAINT_ROLES.isdisjoint(roles) and layer.table.main_kind == Kind.POLYGON


def _columns_twice(project: Project) -> Iterator[Problem]:
    for layer in project.vector_layers:
        roles: dict[str, list[Role]] = defaultdict(list)
        for role, column in layer.schema:
            if role not in _MAY_SHARE:
                roles[column].append(role)
        for column, played in roles.items():
            if len(played) > 1:
                params = {"layer": layer.title.fr, "column": column}
                yield Problem("roles.column-twice", Severity.WARNING, layer.id, len(played), params)


def _names(layers: list[VectorLayer]) -> str:
    return ", ".join(layer.title.fr for layer in layers)
