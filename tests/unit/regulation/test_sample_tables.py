"""The shipped documents against tables of the same zones that somebody else typed."""

from __future__ import annotations

import csv

import pytest

from emadina_gis.regulation import Condition, load_document, rule_of

#: Columns of the tables, by kind of rule.
COLUMNS = {
    "max_height_m": "hauteur_max_m",
    "levels": "etages_max_rplus",
    "min_plot_m2": "surface_min_m2",
    "min_frontage_m": "facade_min_m",
    "floor_ratio": "cos",
    "coverage": "cus_emprise",
}
#: Where the table is known to differ: it gives I5H a base height that article 73 does not print,
#: says nothing of the regime of E, and repeats for PBC4 and C3s2 what is printed for others.
KNOWN = {("I5H", "max_height_m"), ("I5H", "levels"), ("PBC4", "min_plot_m2")} | {
    ("PBC4", "min_frontage_m")
}
NAMES = {"D1": "D1b", "C3S2": "C3s2"}
PLACES = {"Ain Harrouda": "ain-harrouda-incomplet", "Ain Sebaa": "ain-sebaa-incomplet"}


def rows_of(folder, name):
    path = folder / "casablanca_zoning_rules" / name
    if not path.is_file():
        pytest.skip("the tables of zones are not among the sample data")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def values_of(document, code, kind):
    sector = document.sector(code)
    parts = [document.sector(part) for part, _share in sector.mix] or [sector]
    cases = [Condition(lot=lot) for lot in (None, True, False)]
    found = (rule_of(document, part, kind, case) for part in parts for case in cases)
    return {rule.value for rule in found if rule is not None}


def test_ain_chock_agrees_with_another_reading(sample_data):
    document = load_document("ain-chock-2025")
    differing = set()
    for row in rows_of(sample_data, "zone_rules_ain_chock_AUC.csv"):
        code = NAMES.get(row["code"], row["code"])
        for kind, column in COLUMNS.items():
            known = values_of(document, code, kind)
            if row[column] and float(row[column]) not in known:
                differing.add((code, kind))
    assert differing == KNOWN


def test_incomplete_documents_hold_what_the_table_gives_and_no_more(sample_data):
    for row in rows_of(sample_data, "zone_rules_ain_harrouda_ain_sebaa_AUC.csv"):
        document = load_document(PLACES[row["secteur"]])
        sector = document.sector(row["code"])
        given = {kind: float(row[col]) for kind, col in COLUMNS.items() if row[col]}
        assert {rule.kind: rule.value for rule in sector.rules} == given
        assert (sector.no_number is not None) is (row["non_constructible"] == "1")
