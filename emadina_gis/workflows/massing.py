"""Volumes of a project: what the levels of some parcels may fill, with what stands beside.

Gathers layers and outcomes into a `MassingScene`, away from the main thread. Says how every height
was found; a height nobody gives stays unknown and is drawn flat.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from emadina_gis.domain.folding import folded
from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.schema import Role
from emadina_gis.progress import NULL_CONTEXT
from emadina_gis.render.massing.camera import Subject
from emadina_gis.render.massing.prisms import Prisms, Tone, prisms_of
from emadina_gis.render.massing.scene import GroundPlan, MassingScene, build_massing
from emadina_gis.render.rings import oriented
from emadina_gis.simulation.parcels import Regime
from emadina_gis.workflows.volumes import (
    Volumes,
    in_crs_of,
    metric_parcels,
    role_numbers,
    rows_beside,
    streets_beside,
    volumes_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from emadina_gis.domain.extent import Extent
    from emadina_gis.domain.layer import VectorLayer
    from emadina_gis.progress import Context
    from emadina_gis.project import Project
    from emadina_gis.simulation.scenario_outcome import ScenarioOutcome
    from emadina_gis.simulation.solids import LevelSolids

    Floats = NDArray[np.float64]
    Rows = NDArray[np.intp]
    Shapes = NDArray[np.object_]

#: What stands within this distance of the parcels is drawn with them, in metres.
BESIDE_M = 45.0
#: More is not shown at once: the nearest to the middle of the map are.
MOST_PARCELS = 10_000
MOST_BUILDINGS = 20_000
#: Parcels nearer than this touch, in metres.
TOUCHING_M = 0.6
MOST_IN_BLOCK = 2_000
#: Names of columns that hold heights of buildings, without accents.
HEIGHT_NAMES = frozenset(map(folded, ("height_m", "height", "hauteur_m", "hauteur", "haut")))


@dataclass(frozen=True, eq=False)
class Standing:
    """What stands, with how its heights were found.

    ``facts`` counts buildings by ``given``, ``from_levels``, ``from_area`` and ``unknown``.
    """

    shapes: Shapes
    height_m: Floats
    facts: Mapping[str, float]


@dataclass(frozen=True, eq=False)
class Gathered:
    """What a scene is made of, whichever of its parcels is selected.

    Attributes
    ----------
    rows : ndarray of intp, shape (k,)
        Parcels shown.
    plan : GroundPlan
    allowed, existing : Prisms
    subject : Subject or None
    facts : mapping
    """

    rows: Rows
    plan: GroundPlan
    allowed: Prisms
    existing: Prisms
    subject: Subject | None
    facts: Mapping[str, float]


def massing_scene(
    project: Project, found: ScenarioOutcome, rows: Rows, ctx: Context = NULL_CONTEXT
) -> MassingScene:
    """Return the volumes of some parcels with what stands about them; see `gathered`."""
    return scene_of(gathered(project, found, rows, ctx.part(0.0, 0.7)), ctx=ctx.part(0.7, 1.0))


def gathered(
    project: Project, found: ScenarioOutcome, rows: Rows, ctx: Context = NULL_CONTEXT
) -> Gathered:
    """Return what the volumes of some parcels are made of, with what stands about them.

    Parameters
    ----------
    project : Project
    found : ScenarioOutcome
        Outcome of the scenario shown.
    rows : ndarray of intp
        Rows of the parcels, the most wanted first: not more than `MOST_PARCELS` are shown.
    ctx : Context

    Raises
    ------
    MissingInput, NotMetric
        As `metric_parcels`.
    """
    beyond = max(0, len(rows) - MOST_PARCELS)
    rows = np.sort(rows[:MOST_PARCELS])
    volumes = volumes_of(project, found, rows, ctx.part(0.0, 0.8))
    parcels = volumes.layer
    shapes = parcels.table.shapes(rows)
    beside = rows_beside(parcels.table, shapes, distance_m=BESIDE_M)
    ctx.check()
    standing = standing_beside(project, parcels, shapes, storey_m=storey_of(found))
    ctx.report(0.9)
    return Gathered(
        rows,
        GroundPlan(parcels.table.shapes(beside), road_areas(project, parcels, shapes), shapes),
        prisms_of_levels(volumes.levels),
        standing_prisms(standing, rows, shapes),
        subject_of(volumes, found, shapes),
        {**_facts(found, volumes, standing), "parcels_beyond": float(beyond)},
    )


def scene_of(
    gathered: Gathered, chosen: Rows | None = None, *, ctx: Context = NULL_CONTEXT
) -> MassingScene:
    """Return the scene of what was gathered.

    Parameters
    ----------
    gathered : Gathered
    chosen : ndarray of intp, optional
        Parcels among others that are told apart; none where all are chosen.
    ctx : Context
    """
    allowed = gathered.allowed
    if chosen is not None and not np.isin(gathered.rows, chosen).all():
        picked = np.isin(allowed.owner, chosen)
        allowed = allowed.with_tone(np.where(picked, Tone.CHOSEN, allowed.tone).astype(np.uint8))
    return build_massing(
        gathered.plan,
        allowed,
        gathered.existing,
        subject=gathered.subject,
        facts=gathered.facts,
        ctx=ctx,
    )


def subject_of(volumes: Volumes, found: ScenarioOutcome, shapes: Shapes) -> Subject | None:
    """Return what a view is to show: the parcels, and for one of them the street before it."""
    if not len(shapes):
        return None
    xmin, ymin, xmax, ymax = shapely.total_bounds(shapes).tolist()
    highest = float(np.nanmax(found.outcome.max_height_m[volumes.rows], initial=0.0))
    subject = Subject(
        middle=((xmin + xmax) / 2, (ymin + ymax) / 2),
        extent_m=(max(xmax - xmin, 5.0), max(ymax - ymin, 5.0)),
        height_m=highest if highest > 0 else 10.0,
    )
    line = volumes.front(int(volumes.rows[0])) if len(volumes.rows) == 1 else None
    if line is None:
        return subject
    return replace(
        subject,
        inwards_deg=math.degrees(math.atan2(line.inwards[0], line.inwards[1])),
        street_m=(float(line.at[0]), float(line.at[1])),
        road_width_m=volumes.road_m(int(volumes.rows[0])),
    )


def storey_of(found: ScenarioOutcome) -> float:
    """Return the height of a storey in a scenario, in metres."""
    return float(found.outcome.parameters["storey_m"])


def prisms_of_levels(levels: LevelSolids) -> Prisms:
    """Return the bodies of levels for drawing."""
    tone = np.full(len(levels), Tone.ALLOWED, dtype=np.uint8)
    footprint = oriented(levels.footprint)
    return Prisms(footprint, levels.base_m, levels.top_m, levels.row, tone)


def standing_prisms(standing: Standing, rows: Rows, shapes: Shapes) -> Prisms:
    """Return what stands for drawing; what has no known height lies flat in a tone of its own.

    Parameters
    ----------
    standing : Standing
    rows : ndarray of intp, shape (k,)
        Parcels shown, with their `shapes`: what stands on one of them belongs to it.
    """
    known = np.isfinite(standing.height_m)
    tone = np.where(known, Tone.EXISTING, Tone.UNKNOWN).astype(np.uint8)
    top = np.where(known, standing.height_m, 0.0)
    owner = np.full(len(top), -1, dtype=np.int64)
    inside = shapely.point_on_surface(standing.shapes)
    building, parcel = shapely.STRtree(shapes).query(inside, predicate="intersects")
    owner[building] = rows[parcel]
    return prisms_of(standing.shapes, 0.0, top, owner=owner, tone=tone)


def _facts(found: ScenarioOutcome, volumes: Volumes, standing: Standing) -> dict[str, float]:
    levels = volumes.levels
    with_volume = np.unique(levels.row)
    outcome, shown = found.outcome, with_volume.astype(np.intp)
    regime = outcome.inputs.regime
    unknown = len(shown) if regime is None else int((regime[shown] == Regime.UNKNOWN).sum())
    is_mixed = np.array([len(case) > 1 for case in outcome.table.cases] or [False])
    return {
        "parcels_as_lot": float(unknown),
        "parcels_mixed": float(is_mixed[outcome.case[shown]].sum()),
        "parcels": float(len(volumes.rows)),
        "parcels_without": float(len(volumes.rows) - len(with_volume)),
        "parcels_reduced": float(len(np.unique(levels.row[levels.reduced]))),
        "storey_m": storey_of(found),
        "highest_m": float(levels.top_m.max()) if len(levels) else math.nan,
        "floor_area_m2": levels.floor_area_m2,
        **{f"buildings_{name}": value for name, value in standing.facts.items()},
    }


# --- which parcels -----------------------------------------------------------------------------


def rows_of_ids(project: Project, ids: NDArray[np.int64]) -> Rows:
    """Return the rows of selected parcels that are still there."""
    parcels = project.parcels
    if parcels is None:
        return np.zeros(0, dtype=np.intp)
    rows = parcels.table.rows_of_ids(ids)
    return rows[rows >= 0]


def rows_of_block(project: Project, rows: Rows) -> Rows:
    """Return the parcels that touch the given ones, and those that touch them, and so on."""
    table = metric_parcels(project).table
    known = np.zeros(table.row_count, dtype=bool)
    known[rows] = True
    newest = rows
    while len(newest) and known.sum() < MOST_IN_BLOCK:
        tree = shapely.STRtree(table.shapes(newest))
        near = rows_beside(table, tree.geometries, distance_m=TOUCHING_M)
        near = near[~known[near]]
        hit = tree.query(table.shapes(near), predicate="dwithin", distance=TOUCHING_M)[0]
        newest = near[np.unique(hit)]
        known[newest] = True
    return np.flatnonzero(known)


def rows_in_extent(project: Project, extent: Extent) -> Rows:
    """Return the parcels within an extent of the map, those nearest its middle first."""
    bounds = metric_parcels(project).table.bounds
    xmin, ymin, xmax, ymax = extent.as_tuple
    inside = (bounds[:, 0] <= xmax) & (bounds[:, 2] >= xmin)
    inside &= (bounds[:, 1] <= ymax) & (bounds[:, 3] >= ymin)
    rows = np.flatnonzero(inside)
    middle = np.array([(xmin + xmax) / 2, (ymin + ymax) / 2])
    away = np.hypot(*((bounds[rows, :2] + bounds[rows, 2:]) / 2 - middle).T)
    nearest: Rows = rows[np.argsort(away, kind="stable")]
    return nearest


def row_at(project: Project, east: float, north: float) -> int | None:
    """Return the parcel that lies at a place, None where none does."""
    table = metric_parcels(project).table
    bounds = table.bounds
    inside = (bounds[:, 0] <= east) & (bounds[:, 2] >= east)
    inside &= (bounds[:, 1] <= north) & (bounds[:, 3] >= north)
    rows = np.flatnonzero(inside)
    hit = rows[shapely.contains_xy(table.shapes(rows), east, north)]
    return int(hit[0]) if len(hit) else None


# --- what stands -------------------------------------------------------------------------------


def buildings_layer(project: Project) -> VectorLayer | None:
    """Return the layer of buildings: polygons that are not the parcels and know what stands."""
    wanted = (Role.EXISTING_LEVELS, Role.EXISTING_FLOOR_AREA_M2)
    for layer in project.vector_layers:
        is_parcels = layer.id == project.parcels_id
        if is_parcels or not layer.table.has_geometry or layer.table.main_kind != Kind.POLYGON:
            continue
        if any(layer.schema.column(role) in layer.table.columns for role in wanted):
            return layer
    return None


def standing_beside(
    project: Project, parcels: VectorLayer, shapes: Shapes, *, storey_m: float
) -> Standing:
    """Return what stands near some shapes, in the CRS of the parcels."""
    layer = buildings_layer(project)
    nothing = Standing(np.zeros(0, dtype=object), np.zeros(0), {"layer": 0.0})
    if layer is None:
        return nothing
    table = in_crs_of(layer.table, parcels)
    rows = rows_beside(table, shapes, distance_m=BESIDE_M)
    left_out = max(0, len(rows) - MOST_BUILDINGS)
    rows = rows[:MOST_BUILDINGS]
    footprints = table.shapes(rows)
    height, facts = heights_of(layer, rows, footprints, storey_m=storey_m)
    return Standing(footprints, height, {**facts, "layer": 1.0, "left_out": float(left_out)})


def heights_of(
    layer: VectorLayer, rows: Rows, footprints: Shapes, *, storey_m: float
) -> tuple[Floats, dict[str, float]]:
    """Return the heights of buildings, NaN where nothing tells them, and how each was found.

    A height that is given holds; else the levels times the height of a storey; else the floor area
    over the footprint, in whole levels.
    """
    table = layer.table
    height = np.full(len(rows), np.nan)
    facts: dict[str, float] = {}
    named = next((n for n in table.names if folded(n) in HEIGHT_NAMES), "")
    sources = {"given": table.numbers(named)[rows] if named else height}
    levels = role_numbers(layer, Role.EXISTING_LEVELS, rows)
    sources["from_levels"] = levels * storey_m
    floor = role_numbers(layer, Role.EXISTING_FLOOR_AREA_M2, rows)
    area = shapely.area(footprints)
    sources["from_area"] = np.ceil(floor / np.where(area > 0, area, np.nan) - 1e-6) * storey_m
    for name, values in sources.items():
        taken = np.isnan(height) & (values > 0)
        height = np.where(taken, values, height)
        facts[name] = float(taken.sum())
    facts["unknown"] = float(np.isnan(height).sum())
    return height, facts


# --- streets -----------------------------------------------------------------------------------


def road_areas(project: Project, parcels: VectorLayer, shapes: Shapes) -> Shapes:
    """Return the land of streets near some shapes: their lines, as wide as they are to be."""
    found = streets_beside(project, parcels, shapes, distance_m=BESIDE_M)
    nothing: Shapes = np.zeros(0, dtype=object)
    if found is None or not len(shapes):
        return nothing
    lines, width = found
    wide = np.flatnonzero(width > 0)
    hull = shapely.convex_hull(shapely.multipoints(shapely.get_coordinates(shapes)))
    areas = shapely.buffer(lines[wide], width[wide] / 2, cap_style="flat")
    cut = shapely.intersection(areas, shapely.buffer(hull, BESIDE_M))
    kept: Shapes = cut[~shapely.is_empty(cut)]
    return kept
