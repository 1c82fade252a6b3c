"""Scenarios as files: written whole, read back the same, refused with the place."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from emadina_gis.cli.main import run
from emadina_gis.errors import AnalysisError, CommandError, MissingInput, OutputError
from emadina_gis.io.project_file import load_project
from emadina_gis.regulation import load_document
from emadina_gis.session import commands as c
from emadina_gis.simulation.scenario_text import document_version
from emadina_gis.workflows.exchanging import export_scenario, import_scenario
from emadina_gis.workflows.opening import save_project
from emadina_gis.workflows.simulating import comparison_document, outcome_of, scenario_file
from tests.builders import DOCUMENT_ID, a_full_project, parcel_table, vector_layer
from tests.unit.session.command_examples import CHANGES


def written(tmp_path, project=None):
    """Return a project with a scenario of every kind of change, and its file."""
    made = (project or a_full_project()).with_scenario(
        replace(a_full_project().scenario("s1"), changes=CHANGES, notes="à voir", author="Agence")
    )
    return made, export_scenario(made, "s1", tmp_path / "scénario.json")


def edited(path, **entries):
    content = json.loads(path.read_text(encoding="utf-8"))
    content.update(entries)
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_a_file_says_who_when_and_for_which_document(tmp_path):
    _project, path = written(tmp_path)
    text = path.read_text(encoding="utf-8")
    content = json.loads(text)
    assert content["schema"] == 2
    assert content["author"] == "Agence"
    assert content["exported"].endswith("+00:00")
    assert content["document"]["id"] == DOCUMENT_ID
    assert content["crs"] == "EPSG:26191"
    assert content["changes"][0]["ids"] == ["T.18403/C", "T.18404/C"]
    assert content["changes"][3]["taken"] == [["T.18403/C", 120.0], ["T.18404/C", 30.5]]
    assert content["changes"][0]["area"]["type"] == "Polygon"
    assert len(text.splitlines()) == len(content) + len(CHANGES) + 3


def test_what_was_written_is_read_back(tmp_path):
    project, path = written(tmp_path)
    found = import_scenario(path, project)
    assert found.problems == ()
    assert found.scenario == replace(project.scenario("s1"), name="Scénario 1")
    made = c.ImportScenario(found.scenario).apply(project)
    assert made.scenarios[-1].name == "Scénario 1 (2)"
    assert made.scenarios[-1].changes == CHANGES


def test_another_order_of_the_rows_finds_the_same_parcels(tmp_path):
    project, path = written(tmp_path)
    table = parcel_table(9).take(np.arange(9)[::-1])
    other = replace(project, layers=(vector_layer("parcels", table),))
    found = import_scenario(path, other).scenario
    assert found.changes == CHANGES


def test_parcels_that_are_gone_keep_their_title_and_are_told(tmp_path):
    project, path = written(tmp_path)
    fewer = replace(project, layers=(vector_layer("parcels", parcel_table(4)),))
    found = import_scenario(path, fewer)
    assert [(p.code, p.count) for p in found.problems] == [("scenario.parcels-lost", 5)]
    assert found.scenario.changes[0].ids == (3, "T.18404/C")
    outcome = outcome_of(fewer, found.scenario)
    assert "scenario.parcels-lost" in {problem.code for problem in outcome.problems}


def test_a_title_of_two_parcels_names_none(tmp_path):
    project, path = written(tmp_path)
    titles = parcel_table(9).strings("parcel_id").copy()
    titles[0] = "T.18403/C"
    table = parcel_table(9).with_column("parcel_id", titles)
    other = replace(project, layers=(vector_layer("parcels", table),))
    found = import_scenario(path, other)
    assert [(p.code, p.count) for p in found.problems] == [("scenario.title-twice", 1)]
    assert found.scenario.changes[0].ids == ("T.18403/C", 4)
    again = export_scenario(c.ImportScenario(found.scenario).apply(other), "s1", tmp_path / "b")
    assert json.loads(again.read_text(encoding="utf-8"))["changes"][0]["ids"][1] == "T.18404/C"


@pytest.mark.parametrize(
    ("entries", "code", "place"),
    [
        ({"schema": 3}, "scenario.too-new", None),
        ({"schema": "2"}, "scenario.file", "schema"),
        ({"format": "something-else"}, "scenario.file", "scénario.json"),
        ({"changes": [{"change": "teleport"}]}, "scenario.unknown-change", "changes[0]"),
        ({"changes": [{"change": "set_sector", "ids": [1]}]}, "scenario.file", "changes[0].sector"),
        ({"document": {"id": "ain-sebaa"}}, "scenario.other-document", None),
        ({"document": "ain-chock-2025"}, "scenario.file", "document"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_place(tmp_path, entries, code, place):
    project, path = written(tmp_path)
    with pytest.raises(AnalysisError) as refused:
        import_scenario(edited(path, **entries), project)
    assert refused.value.code == code
    assert refused.value.params.get("place") == place


@pytest.mark.parametrize("text", ["", "{", "[]", '"x"', "\x00", "[" * 100_000])
def test_what_is_no_file_of_ours_is_refused(tmp_path, text):
    path = tmp_path / "x.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(AnalysisError, match=r"scenario\.file"):
        import_scenario(path, a_full_project())
    with pytest.raises(AnalysisError, match=r"scenario\.no-file"):
        import_scenario(tmp_path / "none.json", a_full_project())


def test_another_version_of_the_document_is_told(tmp_path):
    project, path = written(tmp_path)
    told = {"document": {"id": DOCUMENT_ID, "version": "0" * 16}}
    found = import_scenario(edited(path, **told), project)
    assert [p.code for p in found.problems] == ["scenario.document-changed"]


def test_the_version_is_that_of_the_values():
    document = load_document(DOCUMENT_ID)
    rules = (replace(document.rules[0], value=0.123), *document.rules[1:])
    assert document_version(document) == document_version(replace(document))
    assert document_version(document) != document_version(replace(document, rules=rules))


def test_a_file_can_be_compared_with_a_scenario(tmp_path):
    project, path = written(tmp_path)
    assert scenario_file(path)["name"] == "Scénario 1"
    found = comparison_document(project, "reference", str(path))
    assert found["why"]
    with pytest.raises(AnalysisError, match="other-document"):
        comparison_document(project, "reference", str(edited(path, document={"id": "ain-sebaa"})))


def test_nothing_is_written_where_it_cannot_be(tmp_path):
    project, path = written(tmp_path)
    with pytest.raises(OutputError):
        export_scenario(project, "s1", tmp_path / "no" / "folder.json")
    with pytest.raises(CommandError):
        export_scenario(project, "nobody", path)
    with pytest.raises(MissingInput):
        export_scenario(replace(project, document_id=""), "s1", path)
    assert export_scenario(project, "s1", tmp_path / "v1.2").name == "v1.2.json"
    with pytest.raises(MissingInput):
        import_scenario(path, replace(project, layers=(), parcels_id=""))


def test_the_command_line_writes_and_reads_scenarios(tmp_path, capsys):
    project, _path = written(tmp_path)
    source = save_project(project, tmp_path / "a.emadina")
    out, target = tmp_path / "s1.json", tmp_path / "b.emadina"
    assert run(["scenario-file", str(source), "--export", "Scénario 1", "-o", str(out)]) == 0
    assert run(["scenario-file", str(source), "--import", str(out), "-o", str(target)]) == 0
    made, _problems = load_project(target)
    assert made.scenarios[-1].changes == CHANGES
    assert made.scenarios[-1].author == "Agence"
    assert run(["scenario-file", str(source), "--import", str(source), "-o", str(target)]) == 3
    assert run(["scenario-file", str(source), "--import", str(out), "-o", str(out)]) == 5
    assert run(["scenario-file", str(source), "--export", "Nul", "-o", str(out)]) == 3
    assert str(out) in capsys.readouterr().err


def test_every_change_is_kept_in_the_project_file(tmp_path):
    project, _path = written(tmp_path)
    made, _problems = load_project(save_project(project, tmp_path / "a.emadina"))
    assert made.scenario("s1") == project.scenario("s1")
