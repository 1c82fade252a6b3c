"""Templates of labels: columns, formulas, parts that are left out, and what is wrong with them."""

from __future__ import annotations

import numpy as np
import pytest

from emadina_gis.analysis.label_template import (
    filled,
    label_columns,
    template,
    without_column,
    writes_any,
)
from emadina_gis.domain.column import column_of
from emadina_gis.domain.style import LabelRule, LabelStyle
from emadina_gis.errors import AnalysisError
from emadina_gis.words.numbers import format_number, without_isolates

COLUMNS = {
    "name": column_of(["Aïn Chock", "Anfa", None]),
    "area": column_of([25000.0, None, None]),
}


def texts_of(_name, column, decimals):
    if column.is_number:
        return numbers(column.numbers, max(decimals, 0))
    return ["" if value is None else value for value in column.strings]


def numbers(values, decimals):
    return ["" if np.isnan(one) else format_number(one, "fr", max(decimals, 0)) for one in values]


def written(text):
    return [without_isolates(line) for line in filled(template(text), COLUMNS, texts_of, numbers)]


def test_columns_and_formulas_are_written_with_their_decimals():
    assert written("{name} : {area / 10000:1} ha")[0] == "Aïn Chock : 2,5 ha"
    assert written("{AREA:0}")[0] == "25\u202f000"


def test_brackets_are_left_out_where_a_value_is_missing_and_empty_rows_say_nothing():
    assert written("{name}[ · {area:0} m²]") == ["Aïn Chock · 25\u202f000 m²", "Anfa", ""]


def test_values_stand_in_isolates_so_that_mixed_scripts_keep_their_order():
    (first, *_rest) = filled(template("{name} – م²"), COLUMNS, texts_of, numbers)
    assert first == "\u2068Aïn Chock\u2069 – م²"


@pytest.mark.parametrize("text", ["{name", "name}", "[{name}", "{name}]", "[[{name}]]"])
def test_brackets_that_do_not_match_are_told(text):
    with pytest.raises(AnalysisError) as told:
        template(text)
    assert told.value.code == "labels.brackets"


def test_a_column_that_is_not_there_is_told():
    with pytest.raises(AnalysisError) as told:
        written("{owner}")
    assert told.value.code == "formula.no-column"


def test_what_a_label_may_write_is_known_whatever_the_case():
    label = LabelStyle("", template="{Owner} {area / 2}", circled_field="width")
    assert label_columns(label) == {"Owner", "area", "width"}
    assert writes_any(label, {"owner"})
    assert not writes_any(label, {"name"})


def test_labels_outlive_a_column_that_only_orders_them():
    label = LabelStyle("name", priority_field="rank", class_field="use", rules=(LabelRule("x"),))
    assert without_column(label, "name") is None
    assert without_column(label, "rank") == LabelStyle(
        "name", class_field="use", rules=(LabelRule("x"),)
    )
    assert without_column(label, "use") == LabelStyle("name", priority_field="rank")
