"""What arrived, what is asked, what was decided: values that any window can show."""

from __future__ import annotations

import pytest
import shapely

from emadina_gis.domain.crs import MERCHICH_NORTH, Crs
from emadina_gis.io.diagnosis import MASKED
from emadina_gis.words import load_words
from emadina_gis.workflows.arrivals import arrived
from emadina_gis.workflows.diagnosis import (
    Question,
    Standing,
    Wishes,
    decisions_for,
    diagnose,
    diagnosed,
)
from emadina_gis.workflows.importing import layers_from, with_layers
from emadina_gis.workflows.intake import Intake
from emadina_gis.workflows.mending import examine, mended
from emadina_gis.workflows.opening import new_project
from tests.deliveries import (
    ARABIC_NAMES,
    X0,
    Y0,
    arabic_shapefile,
    clean_file,
    delivery_of_thirty,
    spikes,
    squares,
    with_owners,
    without_crs,
    write_layer,
)


def intake_of(*paths):
    """Return the intake after all was read."""
    found = arrived(paths)
    intake = Intake().begun(found)
    for arrival in diagnosed(found.files):
        intake = intake.with_arrival(arrival)
    return intake


def test_thirty_files_are_grouped(tmp_path):
    intake = intake_of(delivery_of_thirty(tmp_path / "livraison"))
    counts = {standing: len(intake.standing_as(standing)) for standing in Standing}
    assert counts == {Standing.READY: 15, Standing.TO_DECIDE: 12, Standing.UNREADABLE: 3}
    assert not intake.is_reading
    assert not intake.is_clean
    (group,) = intake.alike_in_crs()
    decided = intake.with_crs([item.key for item in group], MERCHICH_NORTH)
    assert len(decided.addable) == 27
    assert {layer.crs.id for layer in decided.layers(decided.addable)} == {"EPSG:26191", ""}
    taken_back = decided.with_crs([group[0].key], Crs(""))
    assert len(taken_back.addable) == 26


def test_a_stop_leaves_what_was_read_and_names_what_was_not(tmp_path):
    found = arrived([delivery_of_thirty(tmp_path / "livraison")])
    intake = Intake().begun(found).with_arrival(diagnose(found.files[0]))
    assert intake.is_reading
    stopped = intake.stop()
    assert not stopped.is_reading
    assert len(stopped.candidates) == 1
    assert stopped.waiting == found.files[1:]


def test_a_clean_file_asks_nothing(tmp_path):
    assert intake_of(clean_file(tmp_path / "a.gpkg")).is_clean


def test_what_was_decided_is_noted_and_not_asked_again(tmp_path):
    path = without_crs(tmp_path / "a.shp")
    intake = intake_of(path)
    item = intake.candidates[0]
    assert intake.questions(item) == {Question.CRS}
    (layer,) = intake.with_crs([item.key], MERCHICH_NORTH).layers([item])
    assert [problem.code for problem in layer.problems][-1] == "import.crs-chosen"
    project = with_layers(new_project(load_words("fr")), (layer,))
    assert decisions_for(path, project)["a"].crs == MERCHICH_NORTH
    again = diagnose(path, project).candidates[0]
    assert again.standing is Standing.READY
    assert again.layer.crs == MERCHICH_NORTH
    (anew,) = layers_from([again])
    assert "import.crs-chosen" in {problem.code for problem in anew.problems}


def test_another_file_of_the_same_name_is_asked_about(tmp_path):
    first, other = tmp_path / "un", tmp_path / "deux"
    first.mkdir()
    other.mkdir()
    path = without_crs(first / "a.shp")
    (layer,) = layers_from([item := diagnose(path).candidates[0]], {item.key: MERCHICH_NORTH})
    project = with_layers(new_project(load_words("fr")), (layer,))
    stranger = without_crs(other / "a.shp", y=Y0 + 900)
    assert diagnose(stranger, project).candidates[0].standing is Standing.TO_DECIDE


def test_exchanged_axes_are_noted_and_remembered(tmp_path):
    lonlat = shapely.box([33.50, 33.51], [-7.60, -7.60], [33.505, 33.515], [-7.59, -7.59])
    path = write_layer(tmp_path / "a.shp", lonlat, {"nom": list("ab")}, None)
    path.with_suffix(".prj").unlink(missing_ok=True)
    intake = intake_of(path)
    item = intake.candidates[0]
    assert item.may_be_swapped
    decided = intake.with_crs([item.key], Crs("EPSG:4326")).with_axes([item.key], swapped=True)
    assert decided.questions(item) == frozenset()
    (layer,) = decided.layers([item])
    assert layer.extent.xmin == pytest.approx(-7.6)
    project = with_layers(new_project(load_words("fr")), (layer,))
    again = diagnose(path, project)
    assert again.candidates[0].decided.swapped
    added = Intake().begun(arrived([path])).with_arrival(again)
    (twice,) = added.layers(added.addable)
    assert twice.extent.xmin == pytest.approx(-7.6)


def test_texts_read_anew_keep_the_key_and_the_decisions(tmp_path):
    path = arabic_shapefile(tmp_path / "a.shp")
    intake = intake_of(path)
    item = intake.candidates[0]
    assert item.diagnosis.texts == tuple(dict.fromkeys(ARABIC_NAMES))[: len(item.diagnosis.texts)]
    again = intake.read_again(diagnose(path, wishes=Wishes(encoding="cp1252")))
    assert again.candidates[0].key == item.key
    assert again.candidates[0].layer.id == item.key
    (layer,) = again.layers(again.candidates)
    assert "import.encoding-chosen" in {problem.code for problem in layer.problems}


def test_mending_is_done_and_taken_back(tmp_path):
    intake = intake_of(spikes(tmp_path / "a.gpkg"))
    item = intake.candidates[0]
    found = examine(item.layer)
    done = intake.mended(item.key, mended(item.layer, found.plan.of(found.plan.safe_ids)))
    assert done.candidates[0].layer.table.valid_reasons().tolist() == [None] * 4
    codes = {p.code for file in done.reported() for layer in file.layers for p in layer.problems}
    assert "geometry.mended" in codes
    assert done.unmended(item.key).candidates[0] is item
    assert intake.unmended(item.key) is intake


def test_samples_never_hold_personal_values(tmp_path):
    item = diagnose(with_owners(tmp_path / "a.gpkg")).candidates[0]
    samples = {one.name: one.sample for one in item.diagnosis.fields}
    assert samples["proprietaire"] == samples["cin"] == (MASKED,)
    assert samples["titre"] == ("T.1/C", "T.2/C", "T.3/C")


def test_rows_that_are_not_wanted_are_left(tmp_path):
    intake = intake_of(clean_file(tmp_path / "a.gpkg"), clean_file(tmp_path / "b.gpkg"))
    first = intake.candidates[0]
    assert len(intake.with_wanted(first.key, wanted=False).addable) == 1
    assert (
        len(intake.with_wanted(first.key, wanted=False).with_wanted(first.key, wanted=True).addable)
        == 2
    )


def test_what_was_added_stays_in_the_report(tmp_path):
    intake = intake_of(without_crs(tmp_path / "a.shp"))
    key = intake.candidates[0].key
    after = intake.with_crs([key], MERCHICH_NORTH).without({key})
    assert not after.candidates
    (layer,) = after.reported()[0].layers
    assert "import.crs-chosen" in {problem.code for problem in layer.problems}


def test_previews_lie_where_the_layer_will(tmp_path):
    from emadina_gis.workflows.previewing import preview_shapes

    intake = intake_of(without_crs(tmp_path / "a.shp"))
    item = intake.candidates[0]
    place = intake.placed(item, MERCHICH_NORTH, swapped=False)
    found = preview_shapes((place,), MERCHICH_NORTH)
    assert found.extent.as_tuple == pytest.approx((X0, Y0, X0 + 150, Y0 + 30))
    turned = intake.placed(item, MERCHICH_NORTH, swapped=True)
    assert preview_shapes((turned,), MERCHICH_NORTH).extent.xmin == pytest.approx(Y0)
    assert intake.placed(item, Crs(""), swapped=False) is None
    assert len(squares()) == 4
