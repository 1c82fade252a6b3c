"""From what a person drew to a change of a scenario: which parcels it catches, and what it takes.

Worked out once, when the change is made; the change keeps the drawing and the result. Each square
metre is taken once: what an earlier change of the scenario took is left out. Invalid parcels are
made valid for measuring only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from emadina_gis.domain.crs import Crs, transform_points
from emadina_gis.domain.kept import kept
from emadina_gis.domain.soundness import made_valid
from emadina_gis.errors import EmptyInput, MissingInput, NotMetric
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.simulation import changes as kinds
from emadina_gis.simulation.drawn import Drawn, drawn_of
from emadina_gis.simulation.scenario import Scenario, apply_scenario
from emadina_gis.workflows.simulating import document_of, parcel_inputs_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from emadina_gis.domain.table import FeatureTable
    from emadina_gis.project import Project
    from emadina_gis.simulation.changes import Amounts, Change
    from emadina_gis.simulation.parcels import ParcelInputs

    Floats = NDArray[np.float64]
    Rows = NDArray[np.intp]

_CHUNK_ROWS = 4096
#: Less than this is the inaccuracy of drawings, in m².
_SLIVER_M2 = 1.0
#: A drawn area catches the parcels of which it holds this share or more.
_MOST = 0.5
#: A parcel this near a road is on it, in metres.
_BORDER_M = 2.0
_DECIMALS = 2
_LINES = frozenset({"LineString", "MultiLineString"})


@dataclass(frozen=True, eq=False)
class Caught:
    """Parcels under a shape: their rows, and what lies inside, as a share and in m²."""

    rows: Rows
    share: Floats
    inside_m2: Floats


class Ground:
    """The parcels of a project as a scenario leaves them, to be drawn upon.

    Parameters
    ----------
    project : Project
    scenario : Scenario
        Its changes count as made.
    inputs : ParcelInputs, optional
        What the project's parcels give, where it is known.

    Raises
    ------
    MissingInput
        ``outcome.no-parcels`` or ``outcome.no-document``.
    NotMetric
        ``scenario.not-metric`` where the layer's coordinates are no lengths.
    """

    def __init__(
        self,
        project: Project,
        scenario: Scenario,
        ctx: Context = NULL_CONTEXT,
        *,
        inputs: ParcelInputs | None = None,
    ) -> None:
        if project.parcels is None:
            raise MissingInput("outcome.no-parcels")
        self._ctx = ctx
        self._table: FeatureTable = project.parcels.table
        self._crs: Crs = self._table.crs
        if self._crs.is_geographic or not self._crs.is_known:
            raise NotMetric("scenario.not-metric", layer=project.parcels.title.fr)
        document = document_of(project)
        read = inputs or parcel_inputs_of(project, document, ctx).inputs
        self._scenario = scenario
        self._inputs = apply_scenario(scenario, read, document).inputs

    @kept
    def taken(self) -> shapely.Geometry:
        """All the land that the scenario's changes take, as one shape."""
        whole = shapely.Polygon()
        for change in self._scenario.changes:
            area = self._footprint(change)
            if area is None:
                continue
            lifted = isinstance(change, kinds.LiftReservation | kinds.LiftServitude)
            whole = shapely.difference(whole, area) if lifted else shapely.union(whole, area)
        return whole

    def _footprint(self, change: Change) -> shapely.Geometry | None:
        if isinstance(change, kinds.AddRoad | kinds.AddTransitLine):
            return self.corridor(change.line, change.width_m) if change.width_m > 0 else None
        is_land = not isinstance(change, kinds.SetSector)
        area = getattr(change, "area", None)
        return self.placed(area) if is_land and area is not None else None

    def placed(self, drawn: Drawn) -> shapely.Geometry:
        """Return what was drawn in the system of the parcels, valid."""
        shape = drawn.shape
        source = Crs.parse(drawn.crs) if drawn.crs else self._crs
        if source.id != self._crs.id:
            shape = shapely.transform(shape, lambda xy: transform_points(xy, source, self._crs))
        return shape if shapely.is_valid(shape) else made_valid([shape])[0]

    def corridor(self, line: Drawn, width_m: float) -> shapely.Geometry:
        """Return the land of a road or a line with a width of its own."""
        half = width_m / 2 / self._crs.unit_m
        return shapely.buffer(self.placed(line), half, cap_style="flat", join_style="mitre")

    def widened(self, drawn: Drawn, side_m: float) -> Drawn:
        """Return the area within some metres of what was drawn."""
        if drawn.kind in _LINES:
            area = self.corridor(drawn, 2 * side_m)
        else:
            area = shapely.buffer(self.placed(drawn), side_m / self._crs.unit_m)
        return drawn_of(area, self._crs.id)

    def caught(self, shape: shapely.Geometry, margin_m: float = 0.0) -> Caught:
        """Return the parcels that a shape touches or comes near, with what lies inside it."""
        margin = margin_m / self._crs.unit_m
        shapely.prepare(shape)
        found: list[tuple[Rows, Floats]] = []
        rows = self._in_box(np.asarray(shapely.bounds(shape)), margin)
        for start in range(0, len(rows), _CHUNK_ROWS):
            self._ctx.report(start / len(rows))
            found.append(self._overlaid(rows[start : start + _CHUNK_ROWS], shape, margin))
        if not found:
            nothing = np.zeros(0)
            return Caught(np.zeros(0, dtype=np.intp), nothing, nothing)
        kept = np.concatenate([rows for rows, _share in found])
        share = np.concatenate([share for _rows, share in found])
        return Caught(kept, share, share * np.nan_to_num(self._inputs.area_m2[kept]))

    def _in_box(self, box: Floats, margin: float) -> Rows:
        bounds = self._table.bounds
        inside = (bounds[:, 0] <= box[2] + margin) & (bounds[:, 2] >= box[0] - margin)
        inside &= (bounds[:, 1] <= box[3] + margin) & (bounds[:, 3] >= box[1] - margin)
        return np.flatnonzero(inside)

    def _overlaid(self, rows: Rows, shape: shapely.Geometry, margin: float) -> tuple[Rows, Floats]:
        """Return the rows near a shape, and the share of each that lies inside."""
        shapes = self._table.shapes(rows)
        near = (
            shapely.dwithin(shape, shapes, margin) if margin else shapely.intersects(shape, shapes)
        )
        rows, shapes = rows[near], shapes[near]
        invalid = ~shapely.is_valid(shapes)
        shapes[invalid] = made_valid(shapes[invalid])
        whole = shapely.area(shapes)
        inside = shapely.area(shapely.intersection(shapes, shape))
        with np.errstate(invalid="ignore", divide="ignore"):
            share = np.where(whole > 0, inside / whole, 0.0)
        return rows, np.clip(share, 0.0, 1.0)

    def amounts(self, rows: Rows, values: Floats, least: float = 0.0) -> Amounts:
        """Return values by row id, those above a least one."""
        kept = np.flatnonzero(values > least)
        ids = self._inputs.row_ids()[rows[kept]].tolist()
        return tuple(zip(ids, np.round(values[kept], _DECIMALS).tolist(), strict=True))

    def new_land(self, area: shapely.Geometry) -> Amounts:
        """Return what a shape takes from each parcel that no earlier change took.

        Raises
        ------
        EmptyInput
            ``scenario.nothing-caught``.
        """
        found = self.caught(shapely.difference(area, self.taken))
        amounts = self.amounts(found.rows, found.inside_m2, _SLIVER_M2)
        return _something(amounts)

    def ids(self, rows: Rows) -> tuple[int, ...]:
        """Return the row ids of rows."""
        return tuple(self._inputs.row_ids()[rows].tolist())

    def rows_of(self, ids: Sequence[int]) -> Rows:
        """Return the rows of row ids."""
        return self._inputs.rows_of(np.asarray(ids, dtype=np.int64))

    def sectors(self, ids: Sequence[int]) -> NDArray[np.int32]:
        """Return the sectors of parcels as indices into the document's, -1 for none."""
        rows = self._inputs.rows_of(np.asarray(ids, dtype=np.int64))
        found: NDArray[np.int32] = self._inputs.sector[rows]
        return found

    def column(self, name: str, rows: Rows) -> Floats:
        """Return a column of the inputs in some rows, NaN where nobody gave it."""
        values = getattr(self._inputs, name)
        return np.full(len(rows), np.nan) if values is None else values[rows]

    def lifted(self, area: Drawn | None, ids: Sequence[int], name: str) -> Amounts:
        """Return what is given back of the land that a column counts as taken.

        Of chosen parcels, all of it. Under a drawn area, what the scenario took there, and of what
        the plan takes the area's share of the parcel: nobody knows where on the parcel it lies.
        """
        if area is None:
            rows = self.rows_of(ids)
            return _something(self.amounts(rows, np.nan_to_num(self.column(name, rows))))
        shape = self.placed(area)
        found = self.caught(shape)
        total = np.nan_to_num(self.column(name, found.rows))
        drawn, drawn_inside = self._drawn_land(name, shape, found.rows)
        plan = np.maximum(total - drawn, 0.0)
        return _something(
            self.amounts(found.rows, np.minimum(total, drawn_inside + found.share * plan))
        )

    def _drawn_land(self, name: str, shape: shapely.Geometry, rows: Rows) -> tuple[Floats, Floats]:
        """Return what the scenario takes of rows under a column's name: in all, and in a shape."""
        area = shapely.Polygon()
        for change in self._scenario.changes:
            if isinstance(change, _TAKERS[name]) and change.area is not None:
                area = shapely.union(area, self.placed(change.area))
        totals = [np.zeros(len(self._inputs)) for _ in range(2)]
        for values, part in zip(totals, (area, shapely.intersection(area, shape)), strict=True):
            found = self.caught(part)
            values[found.rows] = found.inside_m2
        return totals[0][rows], totals[1][rows]


_TAKERS: dict[str, Any] = {
    "equipment_m2": kinds.AddReservation,
    "servitude_m2": kinds.AddServitude | kinds.ProtectLand,
}


def _something(amounts: Amounts) -> Amounts:
    if not amounts:
        raise EmptyInput("scenario.nothing-caught")
    return amounts


def resolve_sector(ground: Ground, area: Drawn, sector: str) -> kinds.SetSector:
    """Return the change that puts in a sector the parcels of which an area holds half or more."""
    found = ground.caught(ground.placed(area))
    ids = ground.ids(found.rows[found.share >= _MOST])
    if not ids:
        raise EmptyInput("scenario.nothing-caught")
    return kinds.SetSector(ids, sector, area)


def resolve_reservation(
    ground: Ground, area: Drawn, *, index: str = "", nature: str = ""
) -> kinds.AddReservation:
    """Return the change that reserves a drawn area."""
    return kinds.AddReservation(ground.new_land(ground.placed(area)), index, nature, area)


def resolve_protection(ground: Ground, area: Drawn, *, reason: str = "") -> kinds.ProtectLand:
    """Return the change that protects a drawn area."""
    return kinds.ProtectLand(ground.new_land(ground.placed(area)), reason, area)


def resolve_servitude(
    ground: Ground, drawn: Drawn, *, nature: str = "", side_m: float = 0.0
) -> kinds.AddServitude:
    """Return the change that lays a servitude on an area, or on each side of a line.

    Parameters
    ----------
    side_m : float
        Width on each side, measured from what was drawn, in metres.
    """
    area = ground.widened(drawn, side_m) if side_m > 0 else drawn
    return kinds.AddServitude(ground.new_land(ground.placed(area)), nature, area)


def resolve_lifted_reservation(
    ground: Ground,
    *,
    area: Drawn | None = None,
    ids: Sequence[int] = (),
    sector: str = "",
    index: str = "",
) -> kinds.LiftReservation:
    """Return the change that gives reserved land back, on an area or on chosen parcels."""
    freed = ground.lifted(area, ids, "equipment_m2")
    return kinds.LiftReservation(freed, sector, index, area)


def resolve_lifted_servitude(
    ground: Ground,
    *,
    area: Drawn | None = None,
    ids: Sequence[int] = (),
    sector: str = "",
    nature: str = "",
) -> kinds.LiftServitude:
    """Return the change that reduces a servitude, on an area or on chosen parcels."""
    freed = ground.lifted(area, ids, "servitude_m2")
    return kinds.LiftServitude(freed, sector, nature, area)


def resolve_road(ground: Ground, line: Drawn, width_m: float, *, name: str = "") -> kinds.AddRoad:
    """Return the change that lays or widens a road along an axis.

    It takes its width from the parcels it crosses; those that border it afterwards front on a
    street of that width, where theirs was narrower or not known.
    """
    corridor = ground.corridor(line, width_m)
    land = ground.caught(shapely.difference(corridor, ground.taken))
    taken = ground.amounts(land.rows, land.inside_m2, _SLIVER_M2)
    near = ground.caught(corridor, _BORDER_M)
    left = near.rows[near.share < 1.0]
    now_m = ground.column("road_width_m", left)
    fronting = left[~(now_m >= width_m)]
    widths = ground.amounts(fronting, np.full(len(fronting), float(width_m)))
    if not taken and not widths:
        raise EmptyInput("scenario.nothing-caught")
    return kinds.AddRoad(line, float(width_m), taken, widths, name)


def resolve_transit(
    ground: Ground,
    line: Drawn,
    *,
    width_m: float = 0.0,
    mode: str = "",
    name: str = "",
    stops: Drawn | None = None,
) -> kinds.AddTransitLine:
    """Return the change that lays a transit line; without a width it runs in streets."""
    taken: Amounts = ()
    if width_m > 0:
        land = ground.caught(shapely.difference(ground.corridor(line, width_m), ground.taken))
        taken = ground.amounts(land.rows, land.inside_m2, _SLIVER_M2)
    return kinds.AddTransitLine(line, mode, float(width_m), taken, stops, name=name)


def served_by(ground: Ground, change: kinds.AddTransitLine) -> tuple[int, ...]:
    """Return the row ids of the parcels within reach of a transit line's stops, or of the line."""
    near = ground.placed(change.stops or change.line)
    return ground.ids(ground.caught(near, change.radius_m).rows)


def resolved_again(project: Project, scenario: Scenario, ctx: Context = NULL_CONTEXT) -> Scenario:
    """Return a scenario whose drawn changes catch the parcels as they are now, in order.

    For a layer that was refreshed, or a list of which an earlier change was taken out. A drawing
    that touches nothing any more is left out.
    """
    if project.parcels is None:
        raise MissingInput("outcome.no-parcels")
    inputs = parcel_inputs_of(project, document_of(project), ctx).inputs
    done = replace(scenario, changes=())
    for number, change in enumerate(scenario.changes):
        part = ctx.part(number / len(scenario.changes), (number + 1) / len(scenario.changes))
        try:
            made = _again(Ground(project, done, part, inputs=inputs), change)
        except EmptyInput:
            continue
        done = done.with_change(made)
    return done


def _again(ground: Ground, change: Change) -> Change:
    if isinstance(change, kinds.AddRoad):
        return resolve_road(ground, change.line, change.width_m, name=change.name)
    if isinstance(change, kinds.AddTransitLine):
        made = resolve_transit(ground, change.line, width_m=change.width_m)
        return replace(change, taken=made.taken)
    area = getattr(change, "area", None)
    if area is None:
        return change
    if isinstance(change, kinds.SetSector):
        return resolve_sector(ground, area, change.sector)
    if isinstance(change, kinds.LiftReservation):
        return replace(change, freed=ground.lifted(area, (), "equipment_m2"))
    if isinstance(change, kinds.LiftServitude):
        return replace(change, freed=ground.lifted(area, (), "servitude_m2"))
    if isinstance(change, kinds.AddReservation | kinds.AddServitude | kinds.ProtectLand):
        return replace(change, taken=ground.new_land(ground.placed(area)))
    return change
