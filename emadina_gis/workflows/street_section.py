"""The street section of a parcel of the project: across its street, to what stands opposite.

Finds the front and the line of the cut on the map; the lengths and rules are those of the
simulation. Away from the main thread.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from emadina_gis.errors import AnalysisError
from emadina_gis.progress import NULL_CONTEXT
from emadina_gis.regulation import Condition, cite
from emadina_gis.render.massing.section import (
    BEYOND_M,
    MOST_STREET_M,
    OPEN_M,
    Across,
    CutBody,
    CutLine,
    at_width,
    cut_bodies,
    section_of_levels,
)
from emadina_gis.workflows.massing import Standing, standing_beside, storey_of
from emadina_gis.workflows.volumes import Volumes, volumes_of

if TYPE_CHECKING:
    from emadina_gis.progress import Context
    from emadina_gis.project import Project
    from emadina_gis.regulation import Citation, Ruling
    from emadina_gis.render.massing.section import StreetSection
    from emadina_gis.simulation.scenario_outcome import ScenarioOutcome

#: A parcel is cut as deep as this, in metres.
DEEPEST_M = 500.0
#: Kinds of rule whose articles a section names.
CITED = ("prospect_factor", "band_depth_m", "front_setback_m", "max_height_m", "levels")


@dataclass(frozen=True, eq=False)
class _Site:
    """The parcel of a section among those about it."""

    project: Project
    found: ScenarioOutcome
    volumes: Volumes
    row: int
    line: CutLine


def street_section(
    project: Project, found: ScenarioOutcome, row: int, ctx: Context = NULL_CONTEXT
) -> StreetSection:
    """Return the section across the street of a parcel.

    Parameters
    ----------
    project : Project
    found : ScenarioOutcome
        Outcome of the scenario shown.
    row : int
        Row of the parcel.
    ctx : Context

    Raises
    ------
    AnalysisError
        ``section.no-ruling`` where no rule of the document bites the parcel, ``section.no-front``
        where none of its sides faces a street.
    MissingInput, NotMetric
        As `metric_parcels`.
    """
    ruling = ruling_at(found, row)
    if ruling is None:
        raise AnalysisError("section.no-ruling", sector=sector_at(found, row))
    volumes = volumes_of(project, found, np.array([row]), ctx.part(0.0, 0.7))
    line = volumes.front(row)
    if line is None:
        raise AnalysisError("section.no-front")
    ctx.check()
    taken = volumes.taken_m(row)
    projected = CutLine(line.at + taken * line.inwards, line.inwards)
    section = _section(_Site(project, found, volumes, row, projected), ruling)
    return at_width(replace(section, taken_m=taken, streets=volumes.streets(row)))


def _section(site: _Site, ruling: Ruling) -> StreetSection:
    storey_m = storey_of(site.found)
    shape = site.volumes.layer.table.shapes(np.array([site.row]))[0]
    line, levels = site.line, site.volumes.levels
    depth = max((end for _, end in line.spans(shape, -0.5, DEEPEST_M)), default=0.0)
    bodies = cut_bodies(
        line,
        levels.footprint.to_shapely(),
        (levels.base_m, levels.top_m),
        (-0.5, depth + 0.5),
        levels=levels.level,
    )
    met = _opposite(site)
    road = site.volumes.road_m(site.row)
    section = section_of_levels(ruling, bodies, depth_m=depth, road_m=road, storey_m=storey_m)
    reach = road if road > 0 else MOST_STREET_M
    corridor = np.array([line.piece(-reach - 3 * BEYOND_M, depth + BEYOND_M)], dtype=object)
    layer = site.volumes.layer
    standing = standing_beside(site.project, layer, corridor, storey_m=storey_m)
    return replace(
        section,
        existing=_standing_cut(line, standing, (-0.4, depth + BEYOND_M)),
        across=_across(site, met, standing),
        citations=_citations(site.found, site.row),
        sector=sector_at(site.found, site.row),
        parcel=_label(site),
        reduced=bool(levels.reduced.any()),
    )


def _label(site: _Site) -> str:
    """Return the parcel's name as a person knows it, its number where it has none."""
    names = site.found.outcome.inputs.parcel_id
    name = None if names is None else names[site.row]
    return str(site.row + 1) if name is None else str(name)


def ruling_at(found: ScenarioOutcome, row: int) -> Ruling | None:
    """Return the numbers that bite a parcel, the larger part's in a mix; None where none does."""
    outcome = found.outcome
    case = int(outcome.case[row])
    rulings = outcome.table.cases[case] if case >= 0 else ()
    return rulings[0][0] if rulings else None


def sector_at(found: ScenarioOutcome, row: int) -> str:
    """Return the code of a parcel's sector, empty where it has none."""
    number = int(found.outcome.inputs.sector[row])
    return "" if number < 0 else found.outcome.document.sector_codes[number]


def _citations(found: ScenarioOutcome, row: int) -> dict[str, Citation]:
    """Return where the rules of a parcel's sector are printed, on streets as wide as its own."""
    code, inputs = sector_at(found, row), found.outcome.inputs
    if not code:
        return {}
    columns = (inputs.road_width_m, inputs.side_road_width_m)
    widths = [float(width[row]) for width in columns if width is not None]
    case = Condition(road_width_min_m=max((w for w in widths if w > 0), default=None))
    cited = {kind: cite(found.outcome.document, code, kind, case) for kind in CITED}
    return {kind: citation for kind, citation in cited.items() if citation is not None}


# --- opposite ----------------------------------------------------------------------------------


def _opposite(site: _Site) -> tuple[int, float, float] | None:
    """Return the parcel met across the street: its row, where it begins and where it ends.

    Distances are measured over the street, positive.
    """
    rows = site.volumes.around[site.volumes.around != site.row]
    shapes = site.volumes.layer.table.shapes(rows)
    piece = site.line.piece(-MOST_STREET_M, -OPEN_M)
    found: list[tuple[float, float, int]] = []
    for index in shapely.STRtree(shapes).query(piece, predicate="intersects").tolist():
        for low, high in site.line.spans(shapes[index], -MOST_STREET_M - DEEPEST_M, -OPEN_M):
            if high - low > OPEN_M:
                found.append((-high, -low, int(rows[index])))
    if not found:
        return None
    begin, end, row = min(found)
    return row, begin, end


def _across(site: _Site, met: tuple[int, float, float] | None, standing: Standing) -> Across | None:
    if met is None:
        return None
    row, begin, end = met
    return Across(
        depth_m=end - begin,
        allowed_m=float(site.found.outcome.max_height_m[row]),
        sector=sector_at(site.found, row),
        existing=_standing_cut(site.line, standing, (-end - BEYOND_M, -begin + 0.4)),
        gap_m=begin,
    )


def _standing_cut(
    line: CutLine, standing: Standing, span_m: tuple[float, float]
) -> tuple[CutBody, ...]:
    return cut_bodies(line, standing.shapes, (0.0, standing.height_m), span_m)
