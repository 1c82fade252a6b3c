"""Envelopes on real shapes of a whole project, beside what the formulas say.

Reads the parcels and the streets of a project once and keeps them: when some parcels or widths
change, only what lies about them is read again.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.schema import Role
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.simulation.neighbours import Roads, roads_of
from emadina_gis.simulation.polygon_envelope import PolygonFootprints
from emadina_gis.simulation.real_outcome import RealOutcome, real_outcome
from emadina_gis.simulation.real_parcels import RealParcels, real_parcels
from emadina_gis.workflows.simulating import scenario_outcome
from emadina_gis.workflows.volumes import in_crs_of, metric_parcels, roads_layer, role_numbers

if TYPE_CHECKING:
    from emadina_gis.domain.layer import VectorLayer
    from emadina_gis.domain.table import FeatureTable
    from emadina_gis.project import Project
    from emadina_gis.simulation.parcels import ParcelInputs
    from emadina_gis.simulation.scenario_outcome import ScenarioOutcome

PHASE = "phase.envelopes"


@dataclass(frozen=True, eq=False)
class _Kept:
    """Real parcels, what they were read from, and their footprints."""

    streets: FeatureTable | None
    inputs: ParcelInputs
    parcels: RealParcels
    footprints: PolygonFootprints

    def is_of(
        self, table: FeatureTable, streets: FeatureTable | None, inputs: ParcelInputs
    ) -> bool:
        """Whether it was read from these very tables and inputs."""
        return self.parcels.table is table and self.streets is streets and self.inputs is inputs


class KnownShapes:
    """The real parcels read last, and the footprints worked out of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: _Kept | None = None

    def of(
        self, project: Project, inputs: ParcelInputs, ctx: Context = NULL_CONTEXT
    ) -> PolygonFootprints:
        """Return the footprints of a project's parcels.

        Parameters
        ----------
        project : Project
        inputs : ParcelInputs
            Of its parcels, as a scenario leaves them.
        ctx : Context
            Progress and cancellation.

        Raises
        ------
        MissingInput, NotMetric
            As `metric_parcels`.
        """
        parcels = metric_parcels(project)
        layer = roads_layer(project)
        streets = None if layer is None else layer.table
        with self._lock:
            kept = self._kept
            if kept is not None and kept.is_of(parcels.table, streets, inputs):
                return kept.footprints
            known = kept if kept is not None and kept.streets is streets else None
            roads = _roads(layer, parcels) if known is None else known.parcels.roads
            real = real_parcels(
                parcels.table,
                inputs,
                roads,
                known=None if known is None else known.parcels,
                ctx=ctx,
            )
            footprints = _footprints(real, inputs, known)
            self._kept = _Kept(streets, inputs, real, footprints)
            return footprints


def _footprints(
    parcels: RealParcels, inputs: ParcelInputs, known: _Kept | None
) -> PolygonFootprints:
    if known is None or len(known.parcels) != len(parcels):
        return PolygonFootprints(parcels, inputs.plan_roads_m2)
    return known.footprints.taken_over(parcels, inputs.plan_roads_m2)


def _roads(layer: VectorLayer | None, parcels: VectorLayer) -> Roads | None:
    if layer is None:
        return None
    lines = np.flatnonzero(layer.table.kinds == Kind.LINE)
    width = role_numbers(layer, Role.ROAD_WIDTH_M, lines)
    shapes = in_crs_of(layer.table, parcels).shapes(lines)
    return roads_of(shapes, np.where(width > 0, width, np.nan), parcels.crs.unit_m)


def envelopes_of(
    project: Project,
    scenario_id: str,
    ctx: Context = NULL_CONTEXT,
    *,
    found: ScenarioOutcome | None = None,
    known: KnownShapes | None = None,
) -> RealOutcome:
    """Return what a scenario lets all parcels carry as they really lie, beside the formulas.

    Parameters
    ----------
    project : Project
    scenario_id : str
    ctx : Context
        Progress and cancellation.
    found : ScenarioOutcome, optional
        Outcome of the scenario, where it is known.
    known : KnownShapes, optional
        Where the parcels read are kept between calls.

    Raises
    ------
    MissingInput, NotMetric
        As `metric_parcels`.
    """
    outcome = (found or scenario_outcome(project, scenario_id, ctx.part(0.0, 0.1))).outcome
    shapes = known or KnownShapes()
    footprints = shapes.of(project, outcome.inputs, ctx.part(0.1, 0.6))
    ctx.report(0.6, PHASE)
    made = real_outcome(outcome, footprints, ctx.part(0.6, 1.0))
    ctx.report(1.0, PHASE)
    return made
