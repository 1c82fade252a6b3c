"""Finding places as one types: names of all layers, land titles, bookmarks, coordinates, scales.

The index is made in the background and shared between versions of a project: only columns that
changed are read again. Columns of persons are never searched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from emadina_gis.domain.crs import transform_extent
from emadina_gis.domain.extent import Extent, extent_of_bounds
from emadina_gis.domain.folding import folded
from emadina_gis.domain.land_title import canonical_title
from emadina_gis.domain.layer import VectorLayer
from emadina_gis.domain.schema import Role
from emadina_gis.domain.typed_place import readings, typed_scale, western
from emadina_gis.errors import CrsError
from emadina_gis.io.diagnosis import may_be_personal
from emadina_gis.workflows.name_list import EXACT, INSIDE, PREFIX, WORD, Hit, NameList, name_list

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.column import Column
    from emadina_gis.domain.crs import Crs
    from emadina_gis.progress import Context
    from emadina_gis.project import Bookmark, Project

MOST_FOUND = 14
MOST_IN_GROUP = 5
AROUND_POINT_M = 250.0
#: What the columns of these roles hold.
_KINDS = {
    Role.PARCEL_ID: "parcel",
    Role.SECTOR: "sector",
    Role.COMMUNE: "commune",
    Role.NAME: "name",
}
_NAME_COLUMN = re.compile(r"^(name|nom|libelle|label|toponym|intitule|اسم)", re.IGNORECASE)
_LOOSE_TITLE = re.compile(
    r"^\s*(?P<head>t\.?\s?f\.?|t\.?|titre(?:\s+foncier)?|r(?:eq)?\.?)?\s*(?:n°|no\.?)?\s*"
    r"(?P<number>\d{1,7})\s*[/\\\-\s]?\s*(?P<index>[a-z]{1,2}|\d{1,3})\s*$",
    re.IGNORECASE,
)
_NOTHING: NDArray[np.int64] = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Place:
    """Something found.

    Attributes
    ----------
    text : str
        Its name as the data write it.
    kind : str
        ``parcel``, ``sector``, ``commune``, ``name``, ``column``, ``bookmark``, ``coordinates`` or
        ``scale``.
    extent : Extent or None
        Where it is, in the project's CRS; None for a scale.
    layer_id, column : str
        Where the name was found; empty for what is in no layer.
    ids : ndarray of int64
        Row ids in the layer.
    crs : Crs or None
        System in which coordinates were read.
    swapped : bool
        Whether coordinates were read in the other order than usual.
    scale : float
        Denominator that was typed; 0 where none was.
    rank : int
        How well the name fits; smaller is better.
    other : str
        Another name of the same feature, where it was found by one that is not its usual name.
    """

    text: str
    kind: str
    extent: Extent | None
    layer_id: str = ""
    column: str = ""
    ids: NDArray[np.int64] = field(default_factory=lambda: _NOTHING)
    crs: Crs | None = None
    swapped: bool = False
    scale: float = 0.0
    rank: int = EXACT
    other: str = ""

    @property
    def group(self) -> str:
        """What it is listed with: its layer, else its kind."""
        return self.layer_id or self.kind


@dataclass(frozen=True, eq=False)
class _Source:
    """A column that is searched."""

    layer: VectorLayer
    name: str
    kind: str

    @property
    def column(self) -> Column:
        return self.layer.table.column(self.name)


@dataclass(frozen=True, eq=False)
class PlaceIndex:
    """The names of a project's layers.

    Attributes
    ----------
    lists : tuple of (Column, bool, NameList)
        Names by the column that they are of and whether they were read as titles.
    """

    lists: tuple[tuple[Column, bool, NameList], ...] = ()

    @property
    def size_bytes(self) -> int:
        """Memory that the index takes."""
        return sum(names.size_bytes for _, _, names in self.lists)

    def updated(self, project: Project, ctx: Context) -> PlaceIndex:
        """Return the index of a project; the names of columns that stayed are shared."""
        known = {(id(column), titles): names for column, titles, names in self.lists}
        lists: dict[tuple[int, bool], tuple[Column, bool, NameList]] = {}
        for source in _sources(project):
            column, titles = source.column, source.kind == "parcel"
            key = (id(column), titles)
            names = known.get(key) or name_list(column, ctx, titles=titles)
            lists[key] = (column, titles, names)
        return PlaceIndex(tuple(lists.values()))

    def names_of(self, source: _Source) -> NameList | None:
        """Return the names of a column, None where it is not in the index."""
        column, titles = source.column, source.kind == "parcel"
        found = (n for c, t, n in self.lists if c is column and t == titles)
        return next(found, None)


def find_places(text: str, project: Project, index: PlaceIndex, ctx: Context) -> tuple[Place, ...]:
    """Return what a text may mean, the best first: at most `MOST_FOUND` places.

    Layers whose names are not in the index yet are left out.
    """
    typed = text.strip()
    if not typed:
        return ()
    scale = typed_scale(typed)
    if scale is not None:
        return (Place(typed, "scale", None, scale=scale),)
    parcels = project.parcels
    around = project.extent() if parcels is None else project.extent_of(parcels)
    found = _at_coordinates(typed, project, around)
    wanted = _wanted(typed)
    found += _bookmarks(wanted[0], project)
    for source in _sources(project):
        names = index.names_of(source)
        if names is not None:
            found += _in_source(source, names, wanted, project, ctx)
    return _best(_without_twins(found, project))


def _sources(project: Project) -> list[_Source]:
    """Return what is searched: columns with a role, and all texts of layers that are shown."""
    found: list[_Source] = []
    for layer in project.vector_layers:
        if not layer.table.has_geometry:
            continue
        personal = layer.schema.personal_columns()
        for name, column in layer.table.columns.items():
            kind = _kind_of(layer, name)
            is_searched = column.is_text and (kind != "column" or layer.visible)
            if is_searched and name not in personal and not may_be_personal(name):
                found.append(_Source(layer, name, kind))
    return found


def _kind_of(layer: VectorLayer, name: str) -> str:
    role = layer.schema.role_of(name)
    by_name = "name" if _NAME_COLUMN.match(name) else "column"
    kind = by_name if role is None else _KINDS.get(role, by_name)
    names_communes = kind == "name" and layer.schema.column(Role.COMMUNE) is not None
    return "commune" if names_communes else kind


def _wanted(typed: str) -> tuple[str, ...]:
    """Return a text as names are compared, then the land titles that it may mean."""
    plain = folded(western(typed))
    found = [plain]
    title = folded(canonical_title(typed))
    loose = _LOOSE_TITLE.match(western(typed))
    if loose is not None:
        head = "r" if (loose["head"] or "").lower().startswith("r") else "t"
        found.append(f"{head}.{int(loose['number'])}/{loose['index'].lower()}")
    elif re.fullmatch(r"\d{1,7}", plain):
        found.append(f"t.{plain}/")
    return tuple(dict.fromkeys((*found, title)))


def _in_source(
    source: _Source, names: NameList, wanted: tuple[str, ...], project: Project, ctx: Context
) -> list[Place]:
    texts = wanted if source.kind == "parcel" else wanted[:1]
    hits: dict[int, Hit] = {}
    for text in texts:
        for hit in names.find(text, MOST_IN_GROUP, ctx):
            best = hits.get(hit.name)
            hits[hit.name] = hit if best is None else min(best, hit)
    places = []
    for hit in sorted(hits.values())[:MOST_IN_GROUP]:
        ctx.check()
        place = _place_of(source, names, hit.name, hit.rank, project)
        if place is not None:
            places.append(place)
    return places


def _place_of(
    source: _Source, names: NameList, name: int, rank: int, project: Project
) -> Place | None:
    table, first = source.layer.table, int(names.first_rows[name])
    shown = str(source.column.value(first))
    rows = np.array([first])
    if not names.is_unique:
        same = pc.fill_null(pc.equal(source.column.arrow, shown), False)
        rows = np.flatnonzero(same.to_numpy())
    extent = _in_project(extent_of_bounds(table.bounds[rows]), source.layer, project)
    if extent is None:
        return None
    return Place(
        shown,
        source.kind,
        extent,
        source.layer.id,
        source.name,
        table.ids[rows],
        rank=rank,
        other=_usual_name(source, first),
    )


def _usual_name(source: _Source, row: int) -> str:
    """Return what a feature is called where it was found by a code or in another language."""
    layer = source.layer
    usual = layer.schema.column(Role.NAME)
    if usual in {None, source.name} or source.kind == "parcel" or usual not in layer.table.columns:
        return ""
    value = layer.table.column(str(usual)).value(row)
    return "" if value is None else str(value)


def _in_project(extent: Extent | None, layer: VectorLayer, project: Project) -> Extent | None:
    known = project.crs.is_known and layer.crs.is_known
    if extent is None or layer.crs == project.crs or not known:
        return extent
    try:
        return transform_extent(extent, layer.crs, project.crs)
    except CrsError:
        return None


def _at_coordinates(typed: str, project: Project, around: Extent | None) -> list[Place]:
    found = []
    reach = AROUND_POINT_M / project.crs.unit_m
    for reading in readings(typed, project.crs, around):
        place = reading.in_crs(project.crs)
        if place is None:
            continue
        x, y = place
        extent = Extent(x - reach, y - reach, x + reach, y + reach)
        found.append(
            Place(typed, "coordinates", extent, crs=reading.crs, swapped=reading.swapped)
        )  # fmt: skip
    return found


def _bookmarks(wanted: str, project: Project) -> list[Place]:
    found = []
    for bookmark in project.bookmarks:
        name = folded(bookmark.name)
        if wanted in name:
            extent, rank = bookmark_extent(bookmark), _rank_in(name, wanted)
            found.append(Place(bookmark.name, "bookmark", extent, rank=rank))
    return found


def _rank_in(name: str, wanted: str) -> int:
    """Return how well a name fits, as a list of names ranks it."""
    if name.startswith(wanted):
        return EXACT if name == wanted else PREFIX
    return WORD if f" {wanted}" in name else INSIDE


def bookmark_extent(bookmark: Bookmark) -> Extent:
    """Return what a bookmark shows, in its own CRS."""
    half = 500 * bookmark.units_per_px
    return Extent(bookmark.x - half, bookmark.y - half, bookmark.x + half, bookmark.y + half)


def _without_twins(found: list[Place], project: Project) -> list[Place]:
    """Return one place of each name and kind: that of the parcels, else of the fewest rows."""
    kept: dict[tuple[str, str], Place] = {}
    for place in found:
        if not place.layer_id:
            kept[f"{place.kind}{len(kept)}", place.text] = place
            continue
        key = (place.kind if place.kind != "column" else place.group, folded(place.text))
        other = kept.get(key)
        if other is None or _is_nearer(place, other, project):
            kept[key] = place
    return _one_of_each_row(list(kept.values()))


def _one_of_each_row(found: list[Place]) -> list[Place]:
    """Return one place of each row that has several names: the one that fits best."""
    kept: dict[tuple[str, int], Place] = {}
    others = []
    for place in found:
        if len(place.ids) != 1:
            others.append(place)
            continue
        key = place.layer_id, int(place.ids[0])
        if key not in kept or _fit(place) < _fit(kept[key]):
            kept[key] = place
    return [*others, *kept.values()]


def _fit(place: Place) -> tuple[int, bool]:
    """Return how well a place fits: by its name, then by whether that is its usual one."""
    return place.rank, bool(place.other)


def _is_nearer(place: Place, other: Place, project: Project) -> bool:
    if place.kind == "parcel" and project.parcels_id in (place.layer_id, other.layer_id):
        return place.layer_id == project.parcels_id
    return len(place.ids) < len(other.ids)


_KIND_ORDER = (
    "coordinates", "bookmark", "parcel", "sector", "commune", "name", "column",
)  # fmt: skip


def _best(found: list[Place]) -> tuple[Place, ...]:
    """Return the best places, those of a group together, the group of the best one first."""
    ranked = sorted(found, key=lambda p: (p.rank, _KIND_ORDER.index(p.kind), len(p.text)))
    groups: dict[str, list[Place]] = {}
    for place in ranked:
        groups.setdefault(place.group, []).append(place)
    taken: list[Place] = []
    for members in groups.values():
        taken += members[:MOST_IN_GROUP]
    return tuple(taken[:MOST_FOUND])
