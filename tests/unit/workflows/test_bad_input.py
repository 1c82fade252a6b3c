"""Bad input: each case has its exit code, is said in three languages, and leaves nothing behind."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from emadina_gis.cli.main import run
from emadina_gis.domain.crs import MERCHICH_NORTH, UNKNOWN, Crs
from emadina_gis.domain.schema import Role, guessed_schema
from emadina_gis.domain.table import FeatureTable
from emadina_gis.errors import EmadinaError
from emadina_gis.io.project_file import load_project, save_project
from emadina_gis.project import StoredDocument
from emadina_gis.regulation import document_text_of, load_document
from emadina_gis.simulation.rows import Zoning, capacity_rows
from emadina_gis.simulation.scenario import Scenario, SetSector
from tests.builders import (
    DOCUMENT_ID,
    a_project,
    lots,
    parcel_table,
    vector_layer,
)

LANGUAGES = ("fr", "ar", "en")
HEAD = "parcel_id,sector,area_m2,frontage_m,depth_m,road_width_m,issu_lotissement"
GOOD = "T.1/C,B4,300,12,25,20,oui"
ARABIC = re.compile("[\u0620-\u064a]")


class Told:
    """What a command said and how it ended, in three languages."""

    def __init__(self, capsys, arguments):
        self.codes, self.said = [], {}
        capsys.readouterr()
        for language in LANGUAGES:
            self.codes.append(run([*map(str, arguments), "--lang", language]))
            self.said[language] = capsys.readouterr().err
        assert "Traceback" not in "".join(self.said.values())
        assert ARABIC.search(self.said["ar"])

    def names(self, *texts):
        """Whether all texts are said in every language."""
        return all(text in said for said in self.said.values() for text in texts)


def capacity(capsys, tmp_path, rows, *extra, head=HEAD):
    """Compute capacities of a CSV; return what was told and the rows written, None for none."""
    source, out = tmp_path / "parcels.csv", tmp_path / "out.json"
    source.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    arguments = ["capacity", source, "--document", DOCUMENT_ID, "-o", out, *extra]
    told = Told(capsys, arguments)
    return told, json.loads(out.read_text(encoding="utf-8")) if out.exists() else None


def base_project(table=None, **changes):
    layer = vector_layer("parcels", parcel_table(9) if table is None else table, "Parcelles")
    essay = Scenario("e", "Essai", (SetSector((0, 1), "B4"),))
    made = a_project().with_layer(layer).build()
    scenarios = (Scenario("reference", "Référence"), essay)
    return replace(made, parcels_id="parcels", scenarios=scenarios, **changes)


def simulated(capsys, tmp_path, project):
    """Simulate the scenario of a project; return what was told and the outcome."""
    path, out = tmp_path / "p.emadina", tmp_path / "outcome.json"
    save_project(project, path)
    told = Told(capsys, ["simulate", path, "--scenario", "Essai", "-o", out])
    return told, json.loads(out.read_text(encoding="utf-8")) if out.exists() else None


# --- parcels ----------------------------------------------------------------------------------


def test_a_sector_that_the_document_lacks_is_named_with_the_document(capsys, tmp_path):
    told, rows = capacity(capsys, tmp_path, [GOOD, "T.2/C,Q9,300,12,25,20,oui"])
    assert told.codes == [0, 0, 0]
    assert told.names("Q9", DOCUMENT_ID, "sector")
    assert [row["status"] for row in rows] == ["ok", "no_sector"]


def test_zones_without_outlines_are_refused(capsys, tmp_path):
    zones = tmp_path / "zones.csv"
    zones.write_text("sector\nB4\n", encoding="utf-8")
    told, rows = capacity(capsys, tmp_path, [GOOD], "--zones", zones)
    assert told.codes == [3, 3, 3]
    assert rows is None


def test_tables_that_cannot_lie_over_each_other_are_refused():
    table, document = parcel_table(9), load_document(DOCUMENT_ID)
    zones = FeatureTable.from_columns({"sector": ["B4"]}, lots(1), crs=MERCHICH_NORTH)
    bare = FeatureTable.from_columns({"sector": ["B4"]})
    for parcels, plan, code in (
        (table, bare, "zones.no-geometry"),
        (bare, zones, "zones.no-parcel-geometry"),
        (parcel_table(9, crs=UNKNOWN), zones, "zones.crs-unknown"),
    ):
        zoning = Zoning(plan, guessed_schema(plan.names))
        with pytest.raises(EmadinaError, match=code):
            capacity_rows(parcels, guessed_schema(parcels.names), document, zoning=zoning)


def test_a_parcel_of_no_area_is_named(capsys, tmp_path):
    bad = ["T.2/C,B4,0,12,25,20,oui", "T.3/C,B4,-5,12,25,20,oui"]
    told, rows = capacity(capsys, tmp_path, [GOOD, *bad])
    assert told.codes == [0, 0, 0]
    assert told.names("area_m2", "T.2/C")
    assert [row["status"] for row in rows] == ["ok", "missing_input", "missing_input"]


def test_two_columns_for_one_role_are_named(capsys, tmp_path):
    told, rows = capacity(capsys, tmp_path, [f"{GOOD},E2"], head=f"{HEAD},secteur")
    assert told.codes == [0, 0, 0]
    assert told.names("sector, secteur")
    assert rows[0]["sector"] == "B4"


def test_an_unknown_regime_is_said_and_both_are_computed(capsys, tmp_path):
    told, rows = capacity(capsys, tmp_path, [GOOD.replace("oui", "peut-être")])
    assert told.codes == [0, 0, 0]
    assert told.names("issu_lotissement", "peut-être")
    assert "1 valeur ne se lit pas" in told.said["fr"]
    assert rows[0]["status"] == "regime_unknown"
    assert rows[0]["net_floor_area_low_m2"] < rows[0]["net_floor_area_high_m2"]


def test_a_layer_in_degrees_is_said_and_nothing_is_measured_in_it(capsys, tmp_path):
    table = parcel_table(9).to_crs(Crs.parse("EPSG:4326"))
    for name in ("area_m2", "frontage_m", "depth_m"):
        table = table.without_column(name)
    told, outcome = simulated(capsys, tmp_path, base_project(table))
    assert told.codes == [0, 0, 0]
    assert told.names("EPSG:4326", "EPSG:26191")
    assert outcome["parcels"] == {"ok": 0, "assumed": 0, "without": 9}


@pytest.mark.parametrize(
    ("setting", "named"),
    [
        ("B4.floor_ratio=-1", ("floor_ratio", "B4")),
        ("B4.coverage.lot=35", ("coverage.lot", "B4")),
        ("B4.levels=2.5", ("levels", "B4")),
        ("Q9.coverage=0.3", ("Q9", DOCUMENT_ID)),
        ("B4.beauty=1", ("beauty", "B4")),
        ("ZR.coverage=0.3", ("coverage", "ZR")),
        ("net_to_gross=5", ("net_to_gross",)),
        ("housing_share.B=5", ("housing_share.B",)),
        ("take_up_free=1.5", ("take_up_free",)),
        ("no_such_key=1", ("no_such_key",)),
        ("B4.floor_ratio=much", ("B4.floor_ratio=much",)),
    ],
)
def test_an_impossible_setting_is_refused_with_its_name(capsys, tmp_path, setting, named):
    told, rows = capacity(capsys, tmp_path, [GOOD], "--set", setting)
    assert told.codes == [3, 3, 3]
    assert told.names(*named)
    assert rows is None


# --- layers and roles ---------------------------------------------------------------------------


def test_contradictory_roles_are_told_with_the_layers(capsys, tmp_path):
    project = base_project()
    parcels = project.parcels
    other = vector_layer("other", parcels.table, "Cadastre")
    schema = parcels.schema.with_role(Role.DEPTH_M, "area_m2")
    project = replace(project, layers=(replace(parcels, schema=schema), other))
    told, _outcome = simulated(capsys, tmp_path, project)
    assert told.codes == [0, 0, 0]
    assert told.names("Parcelles, Cadastre", "area_m2")


def constraints(**columns):
    made = {name: [value] for name, value in columns.items()}
    return vector_layer(
        "plan", FeatureTable.from_columns(made, lots(1), crs=MERCHICH_NORTH), "Réservations"
    )


def test_a_reservation_without_index_and_a_date_that_is_none_are_told(capsys, tmp_path):
    table = parcel_table(9)
    for name in ("plan_roads_m2", "equipment_m2", "servitude_m2"):
        table = table.without_column(name)
    project = base_project(table)
    plan = constraints(nature="école", indice=None, etat="à créer", date_caducite="le 32 mars")
    told, outcome = simulated(capsys, tmp_path, replace(project, layers=(plan, *project.layers)))
    assert told.codes == [0, 0, 0]
    codes = {warning["code"] for warning in outcome["warnings"]}
    assert {"hits.no-index", "hits.date-unread"} <= codes
    assert told.names("Réservations")


# --- documents -----------------------------------------------------------------------------------


def with_own(text):
    return base_project(document_id="mine", documents=(StoredDocument("mine", text),))


def test_a_sector_with_a_gap_has_no_number_and_the_rest_is_computed(capsys, tmp_path):
    text = document_text_of(DOCUMENT_ID)
    start = text.index("[sector.B4]")
    end = text.index("[sector.B4s]")
    rule = re.compile(r'  \{ kind = "max_height_m".*\n')
    gap = text[:start] + rule.sub("", text[start:end]) + text[end:]
    told, outcome = simulated(capsys, tmp_path, with_own(gap))
    assert told.codes == [0, 0, 0]
    assert told.names("B4", "max_height_m")
    assert outcome["parcels"]["without"] == 2


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("schema = 1", "schema = 9", "schema"),
        ('zone = "B"', 'zone = "ZZ"', ".zone"),
        ('kind = "levels", value = 4', 'kind = "levels", value = 4.5', ".value"),
        ("decree_date = 2025-04-02", 'decree_date = "avril"', "document.decree_date"),
        ("when = { lot = true } }", 'when = { lot = "oui" } }', ".when"),
    ],
)
def test_a_document_that_cannot_be_read_is_refused_with_its_place(
    capsys, tmp_path, old, new, place
):
    text = document_text_of(DOCUMENT_ID)
    assert old in text
    told, outcome = simulated(capsys, tmp_path, with_own(text.replace(old, new, 1)))
    assert told.codes == [3, 3, 3]
    assert told.names("mine", place)
    assert outcome is None


GAP = re.compile(r'  \{ kind = "max_height_m".*\n')
PLANTED = [
    (lambda sector: GAP.sub("", sector), ("sector.B4", "max_height_m")),
    (lambda sector: sector.replace("value = 4,", "value = 14,"), ("sector.B4", "14")),
    (lambda sector: sector + sector.splitlines()[4] + "\n", ("B4",)),
]


@pytest.mark.parametrize(("plant", "named"), PLANTED, ids=["gap", "height", "toml"])
def test_a_document_with_a_planted_fault_is_refused_with_its_place(capsys, tmp_path, plant, named):
    text = document_text_of(DOCUMENT_ID)
    start, end = text.index("[sector.B4]"), text.index("[sector.B4s]")
    path = tmp_path / "plan.toml"
    path.write_text(text[:start] + plant(text[start:end]) + text[end:], encoding="utf-8")
    told, rows = capacity(capsys, tmp_path, [GOOD], "--document", path)
    assert told.codes == [3, 3, 3]
    assert told.names("plan", *named) or told.names("plan", "line")
    assert rows is None


def test_a_document_in_another_encoding_says_so(capsys, tmp_path):
    path = tmp_path / "plan.toml"
    path.write_bytes("# été".encode("latin-1"))
    told, rows = capacity(capsys, tmp_path, [GOOD], "--document", path)
    assert told.codes == [3, 3, 3]
    assert told.names("plan.toml", "UTF-8")
    assert rows is None


@pytest.mark.parametrize("document_id", ["nowhere", ""])
def test_a_project_without_its_document_says_so(capsys, tmp_path, document_id):
    told, outcome = simulated(capsys, tmp_path, base_project(document_id=document_id))
    assert told.codes == [3, 3, 3]
    assert told.names(document_id)
    assert outcome is None


# --- files of scenarios --------------------------------------------------------------------------

LINE = {"type": "LineString", "coordinates": [[295_000, 328_000], [295_100, 328_000]]}
GIVEN = {"ids": ["T.18400/C"]}
REFUSED = [
    ({"schema": 9}, ()),
    ({"document": {"id": "ain-sebaa"}}, ("ain-sebaa", DOCUMENT_ID)),
    ({"name": ["a"]}, ("name",)),
    ({"change": "teleport"}, ("teleport", "changes[0]")),
    ({"change": "set_sector", **GIVEN, "sector": "Q9"}, ("Q9", "changes[0]")),
    (
        {"change": "set_sector_value", "sector": "B4", "key": "levels", "value": 2.5},
        ("levels", "B4", "changes[0]"),
    ),
    (
        {"change": "set_sector_value", "sector": "B4", "key": "coverage", "value": 35},
        ("coverage", "B4", "changes[0]"),
    ),
    ({"change": "set_regime", **GIVEN, "lot": "peut-être"}, ("changes[0].lot",)),
    (
        {"change": "lift_reservation", "freed": [["T.18400/C", 9]], "sector": "Q9"},
        ("Q9", "changes[0]"),
    ),
    ({"change": "add_reservation", "taken": [["T.18400/C", -5]]}, ("changes[0].taken",)),
    (
        {"change": "derogation", **GIVEN, "values": {"levels": 6}, "date": "le 32 mars"},
        ("changes[0].date",),
    ),
    ({"change": "derogation", **GIVEN, "values": {"levels": -6}}, ("levels", "changes[0]")),
    ({"change": "grant_bonus", **GIVEN, "bonus": "moon", "share": 0.2}, ("moon", "changes[0]")),
    ({"change": "add_road", "line": LINE, "width_m": -5}, ("changes[0].width_m",)),
    (
        {"change": "add_road", "line": {**LINE, "crs": "EPSG:99999"}, "width_m": 5},
        ("changes[0].line",),
    ),
]


def scenario_text(entries):
    content = {"schema": 2, "id": "x", "name": "Lu", "document": {"id": DOCUMENT_ID}}
    changes = {"changes": [entries]} if "change" in entries else entries
    return json.dumps({**content, "changes": [], **changes})


@pytest.mark.parametrize(("entries", "named"), REFUSED, ids=lambda value: str(value)[:40])
def test_a_scenario_that_cannot_be_used_never_enters_a_project(capsys, tmp_path, entries, named):
    project, source = tmp_path / "p.emadina", tmp_path / "s.json"
    save_project(base_project(), project)
    source.write_text(scenario_text(entries), encoding="utf-8")
    made, outcome = tmp_path / "made.emadina", tmp_path / "o.json"
    for arguments in (
        ["scenario-file", project, "--import", source, "-o", made],
        ["simulate", project, "--scenario", source, "-o", outcome],
    ):
        told = Told(capsys, arguments)
        assert told.codes == [3, 3, 3]
        assert told.names(*named)
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"p.emadina", "s.json"}
    assert len(load_project(project)[0].scenarios) == 2


def test_what_a_scenario_lost_is_told_and_the_rest_is_used(capsys, tmp_path):
    project, source = tmp_path / "p.emadina", tmp_path / "s.json"
    save_project(base_project(), project)
    change = {"change": "add_reservation", "taken": [["T.18400/C", 50], ["T.9/C", 10]]}
    source.write_text(scenario_text(change), encoding="utf-8")
    outcome = tmp_path / "o.json"
    told = Told(capsys, ["simulate", project, "--scenario", source, "-o", outcome])
    assert told.codes == [0, 0, 0]
    warnings = json.loads(outcome.read_text(encoding="utf-8"))["warnings"]
    codes = {warning["code"]: warning["count"] for warning in warnings}
    assert codes["scenario.parcels-lost"] == 1
    assert codes["scenario.no-index"] == 1


def test_a_scenario_file_that_is_not_there_is_said_so(capsys, tmp_path):
    project = tmp_path / "p.emadina"
    save_project(base_project(), project)
    arguments = ["scenario-file", project, "--import", tmp_path / "absent.json", "-o"]
    told = Told(capsys, [*arguments, tmp_path / "q.emadina"])
    assert told.codes == [3, 3, 3]
    assert told.names("absent.json")
    assert not (tmp_path / "q.emadina").exists()


def test_an_import_tells_two_columns_for_one_role(capsys, tmp_path):
    source = tmp_path / "parcels.csv"
    source.write_text(f"{HEAD},secteur\n{GOOD},E2\n", encoding="utf-8")
    told = Told(capsys, ["import", source, "-o", tmp_path / "made.emadina"])
    assert told.codes == [0, 0, 0]
    assert told.names("sector, secteur")
