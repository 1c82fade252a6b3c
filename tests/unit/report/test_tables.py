from __future__ import annotations

import csv
import io

import numpy as np
import pytest

from emadina_gis.report.tables import csv_text, safe_cell, table_of_rows
from emadina_gis.report.totals import amount_text, balance
from emadina_gis.simulation import capacity
from emadina_gis.simulation.outcome import totals_dict
from emadina_gis.simulation.people import capacity_columns
from emadina_gis.simulation.totals import summarise
from emadina_gis.words import load_words
from tests.unit.report.conftest import inputs_of


def test_rows_take_the_geometry_of_their_parcels(outcome, project):
    columns = capacity_columns(outcome)
    table = table_of_rows(columns, project.parcels.table)
    assert list(table.names) == list(columns)
    assert table.row_count == 30
    assert table.crs == project.parcels.crs
    assert table.ids.tolist() == project.parcels.table.ids.tolist()


def test_missing_values_are_empty_in_csv(outcome):
    rows = list(csv.DictReader(io.StringIO(csv_text(capacity_columns(outcome)))))
    assert len(rows) == 30
    unknown = next(row for row in rows if row["status"] == "regime_unknown")
    assert unknown["net_floor_area_m2"] == ""
    assert float(unknown["net_floor_area_low_m2"]) < float(unknown["net_floor_area_high_m2"])
    assert "nan" not in csv_text(capacity_columns(outcome)).lower()


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\r=x", "=cmd|' /C calc'!A0"]
)
def test_formulas_are_shielded(text):
    assert safe_cell(text) == "'" + text


def test_numbers_and_plain_texts_are_untouched():
    assert safe_cell(-3.5) == -3.5
    assert safe_cell("T.1/C") == "T.1/C"


def test_negative_numbers_keep_their_sign_in_csv():
    assert (
        csv_text({"a": np.array([-1.5]), "b": np.array(["-x"], dtype=object)}) == "a,b\n-1.5,'-x\n"
    )


def test_the_four_figures_stand_beside_each_other(outcome):
    total = summarise(outcome).total
    rows = balance(total, total)
    assert [row.figure for row in rows[:4]] == ["existing", "allowed", "addition", "expected"]
    assert {row.measure for row in rows} == {"net_floor_area_m2", "dwellings", "people"}
    assert all(row.difference == 0 for row in rows)
    assert all(row.scenario is None for row in balance(total))
    value, span = amount_text(rows[1].reference, load_words("fr"))
    assert "\u202f" in value
    assert " à " in span


def test_a_document_without_numbers_leaves_the_totals_unknown(project, document):
    table = project.parcels.table.with_column("sector", ["ZR"] * 30)
    total = summarise(capacity(inputs_of(table, document), document)).total
    rows = {(row.measure, row.figure): row.reference for row in balance(total)}
    assert rows["dwellings", "existing"].value > 0
    assert {rows["dwellings", name].value for name in ("allowed", "addition", "expected")} == {None}
    assert totals_dict(total)["people"]["allowed"] == {"value": None, "low": None, "high": None}
    assert amount_text(rows["people", "allowed"], load_words("fr"))[1] == ""
