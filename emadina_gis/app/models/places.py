"""What the search field finds: titles, sectors, streets and communes by name, and coordinates.

Owns the index of names and the parsing of coordinates. Knows no widget; fields of personal data
are never searched.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.crs import WGS84, transform_extent, transform_points
from emadina_gis.domain.extent import Extent, extent_of_bounds
from emadina_gis.domain.schema import Role
from emadina_gis.errors import CrsError

if TYPE_CHECKING:
    from emadina_gis.domain.crs import Crs
    from emadina_gis.domain.layer import VectorLayer
    from emadina_gis.project import Project

MOST_FOUND = 12
_NUMBER = re.compile(r"[+-]?\d[\d\u202f\u00a0]*(?:[.,]\d+)?")
_SEARCHED = (Role.PARCEL_ID, Role.SECTOR, Role.NAME, Role.COMMUNE)


@dataclass(frozen=True)
class Place:
    """Something found: its name, the layer it is in, and its rows or its point.

    Attributes
    ----------
    extent : Extent
        Where it is, in the project's CRS.
    ids : tuple of int
        Row ids in the layer; empty for coordinates.
    """

    text: str
    kind: str
    extent: Extent
    layer_id: str = ""
    ids: tuple[int, ...] = ()


def plain(text: str) -> str:
    """Return text in lower case without accents, Arabic vowel signs or inner spaces."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(c for c in decomposed if not unicodedata.combining(c))
    kept = kept.replace("أ", "ا").replace("إ", "ا").replace("آ", "ا").replace("ة", "ه")
    return re.sub(r"[\s\u202f\u00a0]+", " ", kept).strip()


def coordinates_of(text: str, crs: Crs) -> tuple[float, float] | None:
    """Return the point (x, y) of typed coordinates in the project's CRS, or None.

    Two numbers are X and Y of the project, or latitude and longitude where they can only be that.
    """
    numbers = [_number(match) for match in _NUMBER.findall(_without_labels(text))]
    if len(numbers) != 2:
        return None
    first, second = numbers
    if crs.is_geographic or not crs.is_known:
        return (second, first) if crs.is_geographic else (first, second)
    if abs(first) <= 90 and abs(second) <= 180:
        moved = transform_points(np.array([[second, first]]), WGS84, crs)[0]
        return (float(moved[0]), float(moved[1])) if np.isfinite(moved).all() else None
    return first, second


def _without_labels(text: str) -> str:
    if re.search(r"[^\W\dxyXY_]", text):
        return ""
    cleaned = re.sub(r"[xyXY=°]", " ", text)
    cleaned = re.sub(r"(?<=\d) (?=\d{3}(?!\d))", "\u202f", cleaned)
    return re.sub(r"[;,]\s+", "  ", cleaned)


def _number(text: str) -> float:
    return float(text.replace("\u202f", "").replace("\u00a0", "").replace(",", "."))


class PlaceIndex:
    """Names of all searched columns, made once per table and role."""

    def __init__(self) -> None:
        self._names: dict[tuple[int, str], tuple[object, list[str], list[str]]] = {}

    def find(self, text: str, project: Project) -> tuple[Place, ...]:
        """Return the places whose name starts with, or holds, what was typed; best first."""
        wanted = plain(text)
        if not wanted:
            return ()
        places = _at_coordinates(text, project)
        for layer in project.vector_layers:
            places += self._in_layer(layer, wanted, project, MOST_FOUND)
        ranked = sorted(places, key=lambda place: _rank(place, wanted, project.parcels_id))
        return tuple(ranked[:MOST_FOUND])

    def _in_layer(
        self, layer: VectorLayer, wanted: str, project: Project, most: int
    ) -> list[Place]:
        found: list[Place] = []
        for role in _SEARCHED:
            column = layer.schema.column(role)
            if column is None or not layer.table.has_geometry:
                continue
            found += self._in_column(layer, column, wanted, project, most - len(found), role)
            if len(found) >= most:
                break
        return found

    def _in_column(
        self,
        layer: VectorLayer,
        column: str,
        wanted: str,
        project: Project,
        most: int,
        role: Role,
    ) -> list[Place]:
        shown, searched = self._names_of(layer, column)
        hits = [index for index, name in enumerate(searched) if wanted in name]
        hits.sort(key=lambda index: (not searched[index].startswith(wanted), len(searched[index])))
        codes, _ = layer.table.codes(column)
        places = []
        for index in hits[:most]:
            rows = np.flatnonzero(codes == index)
            extent = _extent_of(layer, rows, project)
            if extent is not None:
                ids = tuple(int(i) for i in layer.table.ids[rows])
                places.append(Place(shown[index], role.value, extent, layer.id, ids))
        return places

    def _names_of(self, layer: VectorLayer, column: str) -> tuple[list[str], list[str]]:
        values_column = layer.table.column(column)
        key = (id(values_column), column)
        if key not in self._names:
            _, values = values_column.coded
            shown = [str(value) for value in values]
            self._names[key] = (values_column, shown, [plain(name) for name in shown])
        _, shown, searched = self._names[key]
        return shown, searched


def _rank(place: Place, wanted: str, parcels_id: str) -> tuple[bool, bool, bool, int]:
    """Put the best first; a title is a parcel before it is what stands on the parcel."""
    name = plain(place.text)
    elsewhere = place.kind == Role.PARCEL_ID.value and place.layer_id != parcels_id
    return name != wanted, not name.startswith(wanted), elsewhere, len(name)


def _at_coordinates(text: str, project: Project) -> list[Place]:
    point = coordinates_of(text, project.crs)
    if point is None:
        return []
    x, y = point
    reach = 250 / project.crs.unit_m
    extent = Extent(x - reach, y - reach, x + reach, y + reach)
    return [Place(text.strip(), "coordinates", extent)]


def _extent_of(layer: VectorLayer, rows: np.ndarray, project: Project) -> Extent | None:
    extent = extent_of_bounds(layer.table.bounds[rows])
    if extent is None or layer.crs == project.crs or not project.crs.is_known:
        return extent
    try:
        return transform_extent(extent, layer.crs, project.crs)
    except CrsError:
        return None
