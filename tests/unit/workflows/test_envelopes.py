"""Envelopes of a project: the whole of it for comparison, some parcels for drawing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely

from emadina_gis.domain.crs import Crs
from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.schema import Role
from emadina_gis.errors import JobCancelled, MissingInput, NotMetric
from emadina_gis.progress import Context
from emadina_gis.simulation.parcels import Fronts
from emadina_gis.workflows.envelopes import KnownShapes, envelopes_of
from emadina_gis.workflows.simulating import scenario_outcome
from tests.builders import a_project, parcel_table, street_table, vector_layer


def a_town(parcels=40, scenarios=1):
    streets = vector_layer("streets", street_table(6), "Voies")
    schema = streets.schema.with_role(Role.ROAD_WIDTH_M, "width_m")
    made = a_project().with_parcels(parcels).with_layer(replace(streets, schema=schema))
    return made.with_scenarios(scenarios).build()


def test_the_whole_project_on_real_shapes():
    found = envelopes_of(a_town(), "reference")
    assert len(found.shaped) == 40
    both = ~np.isnan(found.difference_m2)
    assert both.sum() > 20
    assert found.footprints.parcels.limits.fronts[15] == Fronts.THROUGH
    shaped, plain = found.gross_totals_m2
    assert shaped > 0
    assert plain > 0


def test_what_is_known_is_kept_between_scenarios(monkeypatch):
    project, known = a_town(), KnownShapes()
    first = envelopes_of(project, "reference", known=known)
    read = []
    from emadina_gis.simulation import real_parcels as module

    with monkeypatch.context() as patch:
        patch.setattr(module, "outlines_of", lambda *chunk: read.append(chunk))
        second = envelopes_of(project, "s1", known=known)
    assert not read
    fresh = envelopes_of(project, "s1")
    assert second.shaped.gross_floor_area_m2 == pytest.approx(
        fresh.shaped.gross_floor_area_m2, nan_ok=True
    )
    assert second.footprints.parcels.rings is first.footprints.parcels.rings


def test_another_width_is_read_again():
    project, known = a_town(), KnownShapes()
    envelopes_of(project, "reference", known=known)
    parcels = project.parcels
    wider = parcels.table.with_column("road_width_m", np.full(40, 60.0))
    other = replace(
        project,
        layers=tuple(
            replace(layer, table=wider) if layer is parcels else layer for layer in project.layers
        ),
    )
    again = envelopes_of(other, "reference", known=known)
    fresh = envelopes_of(other, "reference")
    assert again.shaped.gross_floor_area_m2 == pytest.approx(
        fresh.shaped.gross_floor_area_m2, nan_ok=True
    )


def test_other_streets_are_read_again():
    project, known = a_town(), KnownShapes()
    before = envelopes_of(project, "reference", known=known).footprints
    without = replace(
        project,
        layers=tuple(layer for layer in project.layers if layer.table.main_kind != Kind.LINE),
    )
    after = envelopes_of(without, "reference", known=known).footprints
    assert (after.parcels.streets != before.parcels.streets).any()
    again = envelopes_of(without, "reference", known=known).footprints
    assert again.parcels.rings is after.parcels.rings


def test_parcels_without_a_street_layer_are_read_from_their_gaps():
    project = a_project().with_parcels(40).build()
    found = envelopes_of(project, "reference")
    assert (found.footprints.parcels.streets > 0).all()


def test_streets_in_another_system_are_brought_over():
    project = a_town()
    streets = next(layer for layer in project.vector_layers if layer.table.main_kind == Kind.LINE)
    degrees = replace(streets, table=streets.table.to_crs(Crs.parse("EPSG:4326")))
    layers = tuple(degrees if layer is streets else layer for layer in project.layers)
    there = envelopes_of(replace(project, layers=layers), "reference")
    here = envelopes_of(project, "reference")
    assert (there.footprints.parcels.streets == here.footprints.parcels.streets).all()


def test_degrees_are_refused():
    lots = vector_layer("parcels", parcel_table(4).to_crs(Crs.parse("EPSG:4326")))
    project = replace(a_project().with_layer(lots).build(), parcels_id="parcels")
    with pytest.raises(NotMetric, match="not-metric"):
        envelopes_of(project, "reference")


def test_no_parcels_are_said_so():
    with pytest.raises(MissingInput):
        envelopes_of(a_project().build(), "reference")


def test_it_stops_when_asked():
    ctx = Context()
    project = a_town()
    found = scenario_outcome(project, "reference")
    ctx.cancel()
    with pytest.raises(JobCancelled):
        envelopes_of(project, "reference", ctx, found=found)


def test_invalid_outlines_do_not_stop_the_others():
    table = parcel_table(4)
    bow = shapely.Polygon([(0, 0), (12, 25), (12, 0), (0, 25)])
    broken = table.with_geometries(np.array([1]), np.array([bow], dtype=object))
    layer = vector_layer("parcels", broken)
    project = replace(a_project().with_layer(layer).build(), parcels_id="parcels")
    found = envelopes_of(project, "reference")
    assert np.isfinite(found.shaped.net_floor_area_high_m2[[0, 2]]).all()
