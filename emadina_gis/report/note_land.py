"""``Land``: the pieces of land that notes are about, by title, by row, by corners or drawn.

Owns which land adjoins which; rules apply to the whole of such land. Knows nothing of what is
printed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from emadina_gis.domain.schema import Role
from emadina_gis.domain.soundness import made_valid
from emadina_gis.errors import EmptyInput
from emadina_gis.report.corners import Corners, outlines_of
from emadina_gis.report.titles import rows_of_titles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from emadina_gis.project import Project

#: Outlines closer than this stand against each other: surveys leave gaps of centimetres.
ADJOINING_M = 0.05
#: Land that shares less than this length only meets at a corner.
LEAST_SHARED_M = 0.5


@dataclass(frozen=True, eq=False)
class Land:
    """A piece of land that a note is about.

    Attributes
    ----------
    name : str
        Land title, or the name of a corner list.
    shape : Polygon or MultiPolygon
        In the project's CRS.
    corners : Corners
        Of the largest part's outline.
    row : int or None
        Row of the parcel layer, None for land given by its corners.
    title_area_m2 : float or None
        Area written on the title, None where it is unknown.
    more_outlines : tuple of Corners
        Of holes and of further parts.
    members : tuple of str
        Names of the land that it was put together from; empty for a single piece.
    """

    name: str
    shape: shapely.Geometry
    corners: Corners
    row: int | None = None
    title_area_m2: float | None = None
    more_outlines: tuple[Corners, ...] = ()
    members: tuple[str, ...] = ()

    @property
    def outlines(self) -> tuple[Corners, ...]:
        """All outlines, the largest part's first."""
        return (self.corners, *self.more_outlines)


def land_of_titles(
    project: Project, titles: Sequence[str]
) -> tuple[tuple[Land, ...], tuple[str, ...]]:
    """Return the land of titles, and the titles that the parcel layer does not have."""
    layer = project.parcels
    if layer is None:
        return (), tuple(titles)
    rows, missing = rows_of_titles(layer, titles)
    return lands_of_rows(project, rows), missing


def land_of_row(project: Project, row: int) -> Land:
    """Return the land of a row of the parcel layer."""
    return lands_of_rows(project, np.array([row], dtype=np.intp))[0]


def lands_of_rows(project: Project, rows: NDArray[np.intp]) -> tuple[Land, ...]:
    """Return the land of rows of the parcel layer.

    Raises
    ------
    EmptyInput
        With code ``report.note-without-shape`` where one of them has no outline.
    """
    layer = project.parcels
    assert layer is not None
    table = layer.table.take(rows)
    if project.crs.is_known and table.crs.is_known:
        table = table.to_crs(project.crs)
    shapes = made_valid(table.shapes())
    title, area = layer.schema.column(Role.PARCEL_ID), layer.schema.column(Role.AREA_M2)
    names = [None] * len(rows) if title is None else table.column(title).arrow.to_pylist()
    known = title_areas_m2(table.numbers(area)) if area is not None else [None] * len(rows)
    found = []
    for place, row in enumerate(rows.tolist()):
        name = str(row + 1) if names[place] is None else str(names[place])
        found.append(_land(name, shapes[place], row, known[place]))
    return tuple(found)


def title_areas_m2(values: NDArray[np.float64]) -> list[float | None]:
    """Return areas of titles, None where there is none."""
    return [float(value) if value > 0 else None for value in values.tolist()]


def _land(name: str, shape: shapely.Geometry | None, row: int, area_m2: float | None) -> Land:
    if shape is None or not shape.area:
        raise EmptyInput("report.note-without-shape", title=name)
    first, *more = outlines_of(shape)
    return Land(name, shape, first, row, area_m2, tuple(more))


def land_of_corners(corners: Corners, name: str) -> Land:
    """Return the land that a corner list encloses."""
    return Land(name, corners.polygon, corners)


def land_of_shape(shape: shapely.Geometry, name: str) -> Land:
    """Return the land of a polygon in the project's CRS.

    Raises
    ------
    EmptyInput
        With code ``report.note-without-shape`` where it covers no land.
    """
    whole = made_valid(np.array([shape], dtype=object))[0]
    if whole is None or not whole.area:
        raise EmptyInput("report.note-without-shape", title=name)
    first, *more = outlines_of(whole)
    return Land(name, whole, first, None, None, tuple(more))


def merged_units(lands: Sequence[Land], separator: str, unit_m: float = 1.0) -> tuple[Land, ...]:
    """Return the units that adjoining land makes; land that adjoins nothing makes none.

    Parameters
    ----------
    separator : str
        Between the names of the land of a unit.
    unit_m : float
        Metres in one map unit.
    """
    groups: list[set[int]] = []
    for first, second in _adjoining(lands, unit_m):
        joined = {first, second}.union(*(g for g in groups if g & {first, second}))
        groups = [g for g in groups if not g & joined] + [joined]
    units = [sorted(group) for group in groups]
    return tuple(_united([lands[place] for place in unit], separator) for unit in sorted(units))


def _adjoining(lands: Sequence[Land], unit_m: float) -> list[tuple[int, int]]:
    """Return the pairs of places whose land shares a side."""
    if len(lands) < 2:
        return []
    shapes = np.array([land.shape for land in lands], dtype=object)
    reach = ADJOINING_M / unit_m
    near = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=reach)
    first, second = near[:, near[0] < near[1]]
    edges = shapely.boundary(shapes[second])
    along = shapely.intersection(edges, shapely.buffer(shapes[first], reach))
    shared = shapely.length(along) * unit_m >= LEAST_SHARED_M
    return list(zip(first[shared].tolist(), second[shared].tolist(), strict=True))


def _united(lands: Sequence[Land], separator: str) -> Land:
    whole = shapely.union_all([land.shape for land in lands])
    areas = [land.title_area_m2 for land in lands]
    known = [area for area in areas if area is not None]
    names = tuple(land.name for land in lands)
    total = sum(known) if len(known) == len(areas) else None
    first, *more = outlines_of(whole)
    unit = Land(separator.join(names), whole, first, None, total, tuple(more))
    return replace(unit, members=names)
