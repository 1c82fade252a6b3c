"""The command line as other programs and people use it: names, exit codes, keys, whole files."""

from __future__ import annotations

import argparse
import csv
import io
import json
import sys
from dataclasses import replace

import pytest
from PySide6.QtGui import QImage

from emadina_gis.__main__ import main
from emadina_gis.cli.parser import build_parser
from emadina_gis.cli.request import window_request
from emadina_gis.domain.title import Title
from emadina_gis.io.project_file import save_project
from emadina_gis.simulation.scenario import Scenario, SetSector
from emadina_gis.words import load_words
from emadina_gis.workflows.demo import open_demo

CAPACITY_COLUMNS = [
    "parcel_id",
    "sector",
    "document",
    "status",
    "reason",
    "reference_area_m2",
    "max_height_m",
    "max_levels",
    "max_footprint_m2",
    "gross_floor_area_m2",
    "net_floor_area_m2",
    "net_floor_area_low_m2",
    "net_floor_area_high_m2",
    "binding_rule",
    "binding_detail",
    "article",
    "existing_floor_area_m2",
    "residual_floor_area_m2",
    "dwellings",
    "population",
    "jobs",
    "parking_places",
    "free_cession_m2",
    "to_acquire_m2",
    "green_m2",
]
PARCELS = """parcel_id,sector,area_m2,frontage_m,depth_m,road_width_m,issu_lotissement
T.1/C,B4,300,12,25,20,oui
T.2/C,B4,300,12,25,20,non
T.3/C,B4,300,12,25,20,
T.4/C,Q9,300,12,25,20,oui
T.5/C,B4,300,12,25,,oui
"""


@pytest.fixture(scope="module")
def demo():
    return open_demo(load_words("fr"))


@pytest.fixture
def parcels_csv(tmp_path):
    path = tmp_path / "parcels.csv"
    path.write_text(PARCELS, encoding="utf-8")
    return path


@pytest.fixture
def project_file(demo, tmp_path):
    """A project with the parcels alone and a second scenario."""
    parcels = demo.parcels
    villas = parcels.table.ids[parcels.table.strings("sector") == "D3"][:50]
    change = SetSector(tuple(int(i) for i in villas), "B4")
    scenario = Scenario("b4", "Boulevard B4", (change,))
    project = replace(
        demo,
        title=Title.plain("Essai"),
        layers=(parcels,),
        scenarios=(*demo.scenarios, scenario),
    )
    path = tmp_path / "essai.emadina"
    save_project(project, path)
    return path


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_capacity_writes_the_contract_in_the_order_of_the_input(parcels_csv, tmp_path):
    out = tmp_path / "capacity.csv"
    code = main(["capacity", str(parcels_csv), "--document", "ain-chock-2025", "-o", str(out)])
    assert code == 0
    text = out.read_text(encoding="utf-8")
    assert text.splitlines()[0].split(",") == CAPACITY_COLUMNS
    rows = rows_of(text)
    assert [row["parcel_id"] for row in rows] == ["T.1/C", "T.2/C", "T.3/C", "T.4/C", "T.5/C"]
    assert float(rows[0]["net_floor_area_m2"]) == pytest.approx(928.2)
    assert float(rows[1]["net_floor_area_m2"]) == pytest.approx(382.5)
    assert rows[2]["status"] == "regime_unknown"
    assert rows[2]["net_floor_area_m2"] == ""
    assert rows[3]["status"] == "no_sector"
    assert rows[4]["status"] == "missing_input"


def test_capacity_reads_standard_input_and_writes_standard_output(monkeypatch, capsys):
    stdin = io.TextIOWrapper(io.BytesIO(PARCELS.encode()), encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", stdin)
    assert main(["capacity", "-", "--document", "ain-chock-2025", "-o", "-"]) == 0
    assert len(rows_of(capsys.readouterr().out)) == 5


def test_a_setting_changes_the_figures(parcels_csv, tmp_path):
    out = tmp_path / "c.json"
    arguments = ["capacity", str(parcels_csv), "--document", "ain-chock-2025", "-o", str(out)]
    assert main([*arguments, "--set", "net_to_gross=0.9"]) == 0
    assert json.loads(out.read_text())[0]["net_floor_area_m2"] == pytest.approx(1092 * 0.9)


def test_every_argument_of_every_command_is_explained():
    parser = build_parser(load_words("en"))
    (commands,) = (a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
    for name, command in commands.choices.items():
        assert [a.dest for a in command._actions if not a.help] == [], name


def test_list_keys_is_json_with_sources(capsys):
    assert main(["capacity", "--list-keys"]) == 0
    keys = json.loads(capsys.readouterr().out)
    assert {"key", "value", "low", "high", "source"} <= set(keys[0])


@pytest.mark.parametrize(
    ("extra", "code"),
    [
        (["--document", "nowhere-1999"], 3),
        (["--document", "ain-chock-2025", "--set", "no equals"], 2),
        (["--document", "ain-chock-2025", "--set", "no_such_key=1"], 3),
        ([], 2),
    ],
)
def test_wrong_requests_have_their_exit_code_and_leave_nothing(parcels_csv, tmp_path, extra, code):
    out = tmp_path / "c.csv"
    assert main(["capacity", str(parcels_csv), *extra, "-o", str(out)]) == code
    assert not out.exists()


def test_an_input_is_never_replaced(parcels_csv, capsys):
    before = parcels_csv.read_bytes()
    arguments = ["capacity", str(parcels_csv), "--document", "ain-chock-2025"]
    assert main([*arguments, "-o", str(parcels_csv)]) == 5
    assert parcels_csv.read_bytes() == before
    assert capsys.readouterr().err.strip()


def test_an_output_folder_that_is_not_there_is_said(parcels_csv, tmp_path, capsys):
    out = tmp_path / "absent" / "c.csv"
    code = main(["capacity", str(parcels_csv), "--document", "ain-chock-2025", "-o", str(out)])
    assert code == 5
    assert "Traceback" not in capsys.readouterr().err


def test_inspect_says_json_even_of_what_is_no_geodata(tmp_path, capsys):
    path = tmp_path / "letter.gpkg"
    path.write_bytes(b"Dear planner, this is no data.")
    assert main(["inspect", str(path), "--json"]) == 3
    (entry,) = json.loads(capsys.readouterr().out)
    assert entry["readable"] is False
    assert entry["problems"]


def test_inspect_describes_layers(tmp_path, capsys, demo):
    from emadina_gis.io.write import write_layer

    path = tmp_path / "p.gpkg"
    write_layer(demo.vector_layer("arrondissements").table, path)
    assert main(["inspect", str(path), "--json"]) == 0
    (entry,) = json.loads(capsys.readouterr().out)
    (layer,) = entry["layers"]
    assert layer["features"] == layer["declared"] == 17
    assert layer["crs"]["id"] == "EPSG:26191"
    assert layer["crs"]["source"] == "declared"


def test_import_convert_and_render(tmp_path, demo):
    from emadina_gis.io.write import write_layer

    source, project = tmp_path / "p.gpkg", tmp_path / "p.emadina"
    write_layer(demo.vector_layer("arrondissements").table, source)
    assert main(["import", str(source), "-o", str(project)]) == 0
    geojson = tmp_path / "p.geojson"
    assert main(["convert", str(source), "-o", str(geojson), "--to-crs", "EPSG:4326"]) == 0
    assert len(json.loads(geojson.read_text())["features"]) == 17
    picture = tmp_path / "p.png"
    size = ["--width", "400", "--height", "300"]
    field = ["--color-by", "population_2024"]
    assert main(["render", str(project), "-o", str(picture), *size, *field]) == 0
    image = QImage(str(picture))
    assert (image.width(), image.height()) == (400, 300)


def test_negative_numbers_work_in_extents(tmp_path, demo):
    from emadina_gis.io.write import write_layer

    source, picture = tmp_path / "p.geojson", tmp_path / "p.png"
    write_layer(demo.vector_layer("arrondissements").table, source)
    size = ["--width", "200", "--height", "200"]
    extent = ["--extent", "-7.8,33.4,-7.4,33.7"]
    assert main(["render", str(source), "-o", str(picture), *size, *extent]) == 0
    assert not QImage(str(picture)).isNull()


def test_simulate_and_compare_give_the_keys_of_the_contract(project_file, tmp_path):
    out = tmp_path / "o.json"
    arguments = ["simulate", str(project_file), "--scenario", "Boulevard B4", "-o", str(out)]
    assert main(arguments) == 0
    outcome = json.loads(out.read_text())
    keys = {"schema", "document", "scenario", "baseline", "coefficients", "totals"}
    assert keys | {"by_sector", "by_commune", "parcels", "warnings"} <= set(outcome)
    for figures in outcome["totals"].values():
        assert set(figures) == {"existing", "allowed", "addition", "expected"}
        assert all({"value", "low", "high"} <= set(figure) for figure in figures.values())
    assert main(["compare", str(project_file), "reference", "b4", "-o", str(out)]) == 0
    found = json.loads(out.read_text())
    assert {"a", "b", "totals", "why"} <= set(found)
    assert {"key", "a", "b", "difference", "low", "high"} <= set(found["totals"][0])
    assert {"sector", "rule", "edit", "key", "difference"} <= set(found["why"][0])
    allowed = next(row for row in found["totals"] if row["key"] == "net_floor_area_m2.allowed")
    reasons = [r for r in found["why"] if r["key"] == "net_floor_area_m2.allowed"]
    assert sum(r["difference"] for r in reasons) == pytest.approx(allowed["difference"])


def test_the_land_budget_is_json_or_a_table(project_file, tmp_path, capsys):
    out = tmp_path / "land.json"
    land = ["land", str(project_file)]
    assert main([*land, "--scenario", "Boulevard B4", "-o", str(out)]) == 0
    found = json.loads(out.read_text(encoding="utf-8"))
    assert (found["scenario"], found["document"]) == ("Boulevard B4", "ain-chock-2025")
    assert {"total", "by_sector", "raw_land", "reserve", "densities", "reference"} <= set(found)
    total, before = found["total"], found["reference"]["total"]
    assert total["gross_m2"] == pytest.approx(before["gross_m2"])
    assert sum(total["steps_m2"].values()) == pytest.approx(total["gross_m2"])
    capsys.readouterr()
    assert main([*land, "-o", "-"]) == 0
    assert json.loads(capsys.readouterr().out)["reference"] is None
    table = tmp_path / "land.csv"
    assert main([*land, "--scenario", "b4", "--lang", "ar", "-o", str(table)]) == 0
    rows = rows_of(table.read_text(encoding="utf-8"))
    assert {row["side"] for row in rows} == {"scenario", "reference"}
    whole = next(row for row in rows if row["by"] == "total")
    assert float(whole["gross_m2"]) == pytest.approx(total["gross_m2"])
    assert main([*land, "--scenario", "nowhere", "-o", str(tmp_path / "no.json")]) == 3
    assert not (tmp_path / "no.json").exists()


def test_indicators_list_and_run(project_file, capsys):
    assert main(["indicators", str(project_file), "--list", "-o", "-"]) == 0
    listed = json.loads(capsys.readouterr().out)
    ready = [entry["id"] for entry in listed if entry["available"]]
    assert ready
    assert main(["indicators", str(project_file), "--run", ready[0], "-o", "-"]) == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert found["value"] is not None


def test_a_broken_project_is_refused_in_a_sentence(tmp_path, capsys):
    path = tmp_path / "broken.emadina"
    path.write_bytes(b"SQLite format 3\x00" + b"\x00" * 200)
    out = tmp_path / "o.json"
    assert main(["simulate", str(path), "--scenario", "x", "-o", str(out)]) == 3
    assert not out.exists()
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_help_speaks_each_language(language, capsys):
    assert main(["capacity", "--help", "--lang", language]) == 0
    assert load_words(language).text("cli.help.zones") in " ".join(capsys.readouterr().out.split())


def test_usage_errors_are_two(capsys):
    assert main(["render", "demo"]) == 2
    assert capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "files", "demo", "language"),
    [
        ([], 0, False, ""),
        (["demo"], 0, True, ""),
        (["demo", "--lang", "ar"], 0, True, "ar"),
        (["--lang=en", "a.gpkg", "b.shp"], 2, False, "en"),
        (["essai.emadina"], 1, False, ""),
    ],
)
def test_files_and_the_demo_open_the_window(arguments, files, demo, language):
    asked = window_request(arguments)
    assert asked is not None
    assert (len(asked.files), asked.demo, asked.language) == (files, demo, language)


@pytest.mark.parametrize("arguments", [["demo", "--headless", "out"], ["web", "p"], ["--foo"]])
def test_commands_and_unknown_options_are_for_the_command_line(arguments):
    assert window_request(arguments) is None


def test_an_unknown_option_is_a_usage_error(capsys):
    assert main(["--foo"]) == 2
    assert capsys.readouterr().err
