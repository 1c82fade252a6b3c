"""Changes as a person asks for them: drawn or selected, with what they catch."""

from __future__ import annotations

import pytest
import shapely

from emadina_gis.domain.crs import MERCHICH_NORTH
from emadina_gis.errors import AnalysisError, EmptyInput
from emadina_gis.session.commands.land_changes import AddChange
from emadina_gis.session.commands.scenarios import AddScenario
from emadina_gis.simulation.change_wording import change_text
from emadina_gis.simulation.drawn import drawn_of
from emadina_gis.words import LANGUAGES, load_words
from emadina_gis.workflows.making_changes import RECIPES, Asked, make_change
from emadina_gis.workflows.simulating import document_of, scenario_outcome
from tests.gui.small_project import X0, Y0, small_project

FIRST_LOT = (X0, Y0, X0 + 19, Y0 + 19)


@pytest.fixture(scope="module")
def project():
    return AddScenario("Essai", scenario_id="essai").apply(small_project())


def area(box=FIRST_LOT):
    return drawn_of(shapely.box(*box), MERCHICH_NORTH.id)


def line(x=X0 + 19.5):
    return drawn_of(shapely.LineString([(x, Y0 - 10), (x, Y0 + 110)]), MERCHICH_NORTH.id)


ASKED = {
    "set_sector": Asked("set_sector", area(), texts={"sector": "B4"}),
    "add_reservation": Asked("add_reservation", area(), texts={"index": "E9", "nature": "école"}),
    "add_servitude": Asked("add_servitude", line(), numbers={"side_m": 3.0}),
    "add_road": Asked("add_road", line(), texts={"name": "AC 9"}, numbers={"width_m": 20.0}),
    "add_transit_line": Asked("add_transit_line", line(), numbers={"corridor_m": 8.0}),
    "protect_land": Asked("protect_land", area(), texts={"reason": "zone humide"}),
    "derogation": Asked(
        "derogation",
        ids=(20, 21),
        texts={"key": "max_height_m", "reference": "L-14", "date": "2026-03-31"},
        numbers={"value": 23.0},
    ),
    "grant_bonus": Asked(
        "grant_bonus", ids=(20,), texts={"bonus": "permeability"}, numbers={"permeable_share": 0.25}
    ),
}


@pytest.mark.parametrize("kind", ASKED)
def test_each_kind_is_made_added_and_told_in_each_language(project, kind):
    change = make_change(project, "essai", ASKED[kind])
    assert change.kind == kind
    changed = AddChange("essai", change).apply(project)
    before, after = (scenario_outcome(p, "essai") for p in (project, changed))
    assert len(after.outcome.inputs) == len(before.outcome.inputs)
    for language in LANGUAGES:
        assert change_text(change, document_of(project), load_words(language))


def test_what_was_reserved_is_lifted_again(project):
    reserved = AddChange("essai", make_change(project, "essai", ASKED["add_reservation"]))
    with_reserve = reserved.apply(project)
    lifted = make_change(
        with_reserve, "essai", Asked("lift_reservation", ids=(0,), texts={"fallback": "B4"})
    )
    assert dict(lifted.freed) == pytest.approx({0: 361.0})
    back = AddChange("essai", lifted).apply(with_reserve)
    assert scenario_outcome(back, "essai").outcome.inputs.equipment_m2[0] == pytest.approx(0.0)


def test_selected_parcels_stand_in_for_a_drawn_area(project):
    change = make_change(project, "essai", Asked("protect_land", ids=(3, 4)))
    assert sorted(dict(change.taken)) == [3, 4]


@pytest.mark.parametrize("kind", [name for name, recipe in RECIPES.items() if recipe.shape])
def test_nothing_drawn_and_nothing_selected_is_refused(project, kind):
    with pytest.raises(EmptyInput):
        make_change(project, "essai", Asked(kind, numbers={"width_m": 20.0}))


@pytest.mark.parametrize("kind", ["derogation", "grant_bonus"])
def test_no_parcel_selected_is_refused(project, kind):
    with pytest.raises(EmptyInput, match="nothing-selected"):
        make_change(project, "essai", Asked(kind, texts={"key": "levels"}))


def test_a_wrong_date_and_a_bonus_without_its_inputs_are_refused(project):
    texts = {"key": "levels", "date": "31 mars"}
    with pytest.raises(AnalysisError, match="wrong-date"):
        make_change(project, "essai", Asked("derogation", ids=(1,), texts=texts))
    with pytest.raises(AnalysisError, match=r"bonus\.basis"):
        make_change(project, "essai", Asked("grant_bonus", ids=(20,), texts={"bonus": "parking"}))
