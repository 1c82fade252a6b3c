"""What bites the selected parcel: read in the background, shown in the inspector, told if wrong."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from PySide6.QtWidgets import QLabel

from emadina_gis.app.panels.inspector import Inspector
from emadina_gis.app.panels.problems import ProblemsPanel
from emadina_gis.domain.crs import MERCHICH_NORTH
from emadina_gis.domain.layer import Title, VectorLayer
from emadina_gis.domain.schema import Role, guessed_schema
from emadina_gis.domain.table import FeatureTable
from emadina_gis.session.commands.fields import SetLayerRoles
from emadina_gis.session.commands.layers import AddLayers
from tests.gui.small_project import X0, Y0


def constraint_layer(nature="Enseignement", index="E7"):
    shape = shapely.box(X0, Y0, X0 + 10, Y0 + 19)
    table = FeatureTable.from_columns(
        {"nature": [nature], "indice": [index], "etat": ["A CREER"]},
        np.array([shape], dtype=object),
        crs=MERCHICH_NORTH,
    )
    title = Title("Réserves", "المخصصات", "Reserves")
    return VectorLayer("plan", title, table, schema=guessed_schema(table.names))


@pytest.fixture
def with_plan(window, qtbot):
    def add(layer):
        window.desk.do(AddLayers((layer,)))
        qtbot.waitUntil(
            lambda: (
                window.desk.plan.index is not None
                and window.desk.plan.index.holds_for(window.desk.project)
                and not window.desk.results.is_busy
            ),
            timeout=20_000,
        )

    return add


def shown(window):
    inspector = window.findChild(Inspector)
    return " ".join(label.text() for label in inspector.findChildren(QLabel))


def test_a_hit_is_shown_with_its_area_and_what_is_left(window, qtbot, with_plan):
    with_plan(constraint_layer())
    window.desk.view.select("parcels", np.array([0]))
    qtbot.waitUntil(lambda: "E7" in shown(window), timeout=5_000)
    text = shown(window).replace("\xa0", " ")
    assert "Ce qui frappe la parcelle" in text
    assert "190 m² · 52,6 %" in text
    assert "Reste hors réservations et servitudes" in text
    window.desk.view.select("parcels", np.array([20]))
    qtbot.waitUntil(lambda: "Aucune contrainte du plan" in shown(window), timeout=5_000)


def test_wrong_data_and_contradictory_roles_are_in_the_problems(window, qtbot, with_plan):
    with_plan(constraint_layer("Zlorg", None))
    panel = window.findChild(ProblemsPanel)
    codes = {found.problem.code: found for found in panel.found()}
    assert codes["hits.unknown-nature"].layer_name == "Réserves"
    schema = window.desk.project.parcels.schema.with_role(Role.DEPTH_M, "frontage_m")
    window.desk.do(SetLayerRoles("parcels", schema))
    qtbot.waitUntil(lambda: not window.desk.results.is_busy, timeout=20_000)
    codes = {found.problem.code: found for found in panel.found()}
    assert codes["roles.column-twice"].layer_name == "Parcelles"


def test_another_project_forgets_the_plan(window, with_plan):
    with_plan(constraint_layer())
    project = window.desk.project
    window.desk.store.replace_project(replace(project, layers=(), parcels_id=""))
    assert window.desk.plan.index is None
