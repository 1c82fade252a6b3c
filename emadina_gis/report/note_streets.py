"""The named streets that border a piece of land: width, state, and how far along they run.

Read from layers of lines that have a name and a width. Knows nothing of rules or of words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.schema import Role
from emadina_gis.domain.title import Title

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from emadina_gis.domain.layer import VectorLayer
    from emadina_gis.domain.table import FeatureTable
    from emadina_gis.project import Project
    from emadina_gis.report.plan_index import PlanIndex

#: A street whose width is not known is looked for this far from its line.
USUAL_HALF_M = 6.0
#: The edge of the land may stand this far behind the edge of the street.
BEHIND_M = 3.0
WIDEST_HALF_M = 40.0
#: A street along less of the land than this only meets its corner.
LEAST_ALONG_M = 3.0
#: Usual names of columns beside those that play a role.
_ARABIC_NAME = "name_ar"
_STATE = "state"


@dataclass(frozen=True)
class Street:
    """A street along a piece of land.

    Attributes
    ----------
    width_m : float or None
        Of the street as planned, None where the layer does not say.
    along_m : float
        Length of the land's outline that looks onto it.
    state : str
        As the layer writes it; empty where it does not.
    """

    name: Title
    width_m: float | None
    along_m: float
    state: str = ""


def streets_of(project: Project, plan: PlanIndex, shape: shapely.Geometry) -> tuple[Street, ...]:
    """Return the named streets along a piece of land, the longest side first.

    Parameters
    ----------
    plan : PlanIndex
        The metric system in which distances are measured.
    shape : Polygon or MultiPolygon
        In the project's CRS.
    """
    one = np.empty(1, dtype=object)
    one[0] = shape
    land = plan.placed(one, project.crs)[0]
    found: dict[tuple[str, float | None], Street] = {}
    for layer in project.vector_layers:
        if not _is_of_streets(layer):
            continue
        for street in _along(layer, plan, land):
            key = (street.name.fr, street.width_m)
            before = found.get(key)
            if before is None or before.along_m < street.along_m:
                found[key] = street
    return tuple(sorted(found.values(), key=lambda street: -street.along_m))


def _is_of_streets(layer: VectorLayer) -> bool:
    columns, schema = layer.table.columns, layer.schema
    named = schema.column(Role.NAME) in columns and schema.column(Role.ROAD_WIDTH_M) in columns
    return named and layer.table.main_kind == Kind.LINE


def _along(layer: VectorLayer, plan: PlanIndex, land: shapely.Geometry) -> Iterator[Street]:
    rows = _near(layer, plan, land)
    if not len(rows):
        return
    table = layer.table
    lines = plan.placed(table.shapes(rows), table.crs)
    width = table.numbers(layer.schema.column(Role.ROAD_WIDTH_M) or "")[rows]
    half = np.where(width > 0, width / 2, USUAL_HALF_M)
    strips = shapely.buffer(lines, half + BEHIND_M, cap_style="flat")
    along = shapely.length(shapely.intersection(shapely.boundary(land), strips))
    for place in np.flatnonzero(along >= LEAST_ALONG_M).tolist():
        name = _name(layer, table, int(rows[place]))
        if name is not None:
            known = float(width[place]) if width[place] > 0 else None
            state = _cell(table, _STATE, int(rows[place]))
            yield Street(name, known, float(along[place]), state)


def _near(layer: VectorLayer, plan: PlanIndex, land: shapely.Geometry) -> NDArray[np.intp]:
    """Return the rows whose bounds come near the land, in the layer's own system."""
    one = np.empty(1, dtype=object)
    one[0] = shapely.box(*land.bounds).buffer(WIDEST_HALF_M + BEHIND_M)
    left, bottom, right, top = shapely.total_bounds(plan.unplaced(one, layer.table.crs))
    xmin, ymin, xmax, ymax = layer.table.bounds.T
    near = (xmin <= right) & (xmax >= left) & (ymin <= top) & (ymax >= bottom)
    return np.flatnonzero(near)


def _name(layer: VectorLayer, table: FeatureTable, row: int) -> Title | None:
    french = _cell(table, layer.schema.column(Role.NAME) or "", row)
    arabic = _cell(table, _ARABIC_NAME, row)
    name = french or arabic
    return Title(name, arabic or name, name) if name else None


def _cell(table: FeatureTable, column: str, row: int) -> str:
    if column not in table.columns:
        return ""
    value: Any = table.column(column).value(row)
    return "" if value is None else str(value)
