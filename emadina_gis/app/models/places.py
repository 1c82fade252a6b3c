"""How places that were found are listed: groups, what stands beside a name, icons; no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emadina_gis.domain.folding import folded
from emadina_gis.domain.geometry import Kind

if TYPE_CHECKING:
    from emadina_gis.domain.crs import Crs
    from emadina_gis.project import Project
    from emadina_gis.words import Words
    from emadina_gis.workflows.places import Place

#: Names are compared so, here and wherever a list is filtered by typing.
plain = folded
_ICONS = {
    "parcel": "square-dashed",
    "sector": "layout-grid",
    "commune": "landmark",
    "column": "tag",
    "bookmark": "bookmark",
    "coordinates": "crosshair",
    "scale": "ruler",
}
_ICON_OF_GEOMETRY = {Kind.POINT: "map-pin", Kind.LINE: "route", Kind.POLYGON: "pentagon"}


@dataclass(frozen=True, eq=False)
class Line:
    """A line of the list: the head of a group (without a place) or a place.

    Attributes
    ----------
    beside : str
        What stands at the other side: a system, how many features, another name.
    """

    text: str
    beside: str = ""
    icon: str = ""
    place: Place | None = None


def listed(places: tuple[Place, ...], project: Project, words: Words) -> tuple[Line, ...]:
    """Return the lines of the list: each group under its name."""
    lines: list[Line] = []
    group = ""
    for place in places:
        if place.group != group:
            group = place.group
            lines.append(Line(_group_name(place, project, words)))
        icon = _icon_of(place, project)
        lines.append(Line(words.isolated(place.text), _beside(place, words), icon, place))
    return tuple(lines)


def crs_title(crs: Crs, words: Words) -> str:
    """Return the name of a system as a planner says it."""
    if not crs.is_known:
        return words.text("places.map-units")
    key = f"crs.{crs.id.replace(':', '-').lower()}"
    return words.text(key) if words.has(key) else words.isolated(crs.name)


def _group_name(place: Place, project: Project, words: Words) -> str:
    if not place.layer_id:
        return words.text(f"places.group.{place.kind}")
    title = project.layer(place.layer_id).title
    return title.text(words.language) or title.fr


def _icon_of(place: Place, project: Project) -> str:
    if place.kind in _ICONS:
        return _ICONS[place.kind]
    kind = project.vector_layer(place.layer_id).table.main_kind
    return _ICON_OF_GEOMETRY.get(kind, "map-pin")


def _beside(place: Place, words: Words) -> str:
    if place.kind == "coordinates" and place.crs is not None:
        name = crs_title(place.crs, words)
        if place.crs.is_geographic and not place.swapped:
            return words.text("places.degrees")
        return words.text("places.swapped", name=name) if place.swapped else name
    if len(place.ids) > 1:
        return words.plural("places.rows", len(place.ids))
    return words.isolated(place.other) if place.other else ""
