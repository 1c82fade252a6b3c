"""What formulas compute: units, functions, texts without accents, dates, areas."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from emadina_gis.analysis.formula import (
    FormulaError,
    Given,
    evaluate,
    formula,
    kind_of,
    numbers_of,
    resolved,
    rows_where,
)
from emadina_gis.analysis.formula_matching import folded_texts
from emadina_gis.analysis.formula_print import printed, quoted_text
from emadina_gis.domain.crs import MERCHICH_NORTH, UNKNOWN, WGS84, Crs, transform_points
from emadina_gis.domain.folding import folded
from emadina_gis.domain.table import FeatureTable
from emadina_gis.errors import JobCancelled
from emadina_gis.progress import Context
from tests.unit.analysis.formula_trees import trees

UNITS = Given(
    units={"area_m2": "m2", "land": "ha", "width": "m", "people": "people"},
    aliases={"Superficie (m²)": "area_m2", "المساحة": "area_m2", "Habitants": "people"},
    today=dt.date(2024, 3, 1),
)


@pytest.fixture(scope="module")
def table() -> FeatureTable:
    return FeatureTable.from_columns(
        {
            "area_m2": [300.0, np.nan, 12_000.0],
            "land": [0.03, 2.0, 1.2],
            "width": [10.0, 20.0, 30.0],
            "people": [3, 40, 0],
            "name": ["École Ibn Sīnā", None, "مَدرسة الأمل"],
            "built": pa.array([dt.date(1999, 12, 31), None, dt.date(2024, 2, 29)]),
            "lot": [True, None, False],
            "code": ["12,5", "x", "007"],
            "code2": [1, 2, 3],
        },
        shapely.box([0, 0, 0], [0, 0, 0], [10, 20, 300], [30, 10, 40]),
        crs=MERCHICH_NORTH,
    )


def values(table, text):
    return evaluate(formula(text), table, given=UNITS).column.arrow.to_pylist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("if(area_m2 > 1000, 'large', 'small')", ["small", None, "large"]),
        ("si(lot; 1; 2)", [1, None, 2]),
        ("coalesce(area_m2, land)", [300, 20_000, 12_000]),
        ("coalesce(name, 'sans nom')", ["École Ibn Sīnā", "sans nom", "مَدرسة الأمل"]),
        ("round(area_m2 / 7; 1)", [42.9, None, 1714.3]),
        ("arrondi((2,5))", [3, 3, 3]),
        ("round(-2.5)", [-3, -3, -3]),
        ("min(width; 15; number(code))", [10, None, 7]),
        ("max(width, 25 m)", [25, 25, 30]),
        ("sqrt(area_m2 * 3)", [30, None, pytest.approx(189.7366596)]),
        ("sqrt(-width)", [None, None, None]),
        ("people / (width - 10)", [None, 4, 0]),
        ("upper(left(name, 5))", ["ÉCOLE", None, "مَدرس"]),
        ("right(name; 4)", ["Sīnā", None, "لأمل"]),
        ("middle(code, 2, 2)", ["2,", "", "07"]),
        ("characters(trim(concat('  ', code, ' ')))", [4, 1, 3]),
        ("concat('n° ', people, ' / ', lot)", ["n° 3 / true", None, "n° 0 / false"]),
        ("replace(code, '0', 'o')", ["12,5", "x", "oo7"]),
        ("number(code)", [12.5, None, 7]),
        ("text(area_m2 / 8)", ["37.5", None, "1500"]),
        ("annee(built)", [1999, None, 2024]),
        ("month(built) * 100 + day(built)", [1231, None, 229]),
        ("today() - built", [8827, None, 1]),
        ("built + 1", [dt.datetime(2000, 1, 1), None, dt.datetime(2024, 3, 1)]),
        ("text(built)", ["1999-12-31", None, "2024-02-29"]),
        ("built is missing or lot", [True, True, False]),
    ],
)
def test_functions(table, text, expected):
    assert values(table, text) == expected


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("name contains 'ecole'", [0]),
        ("name contains 'SINA'", [0]),
        ("name contains 'مدرسه'", [2]),
        ("name starts with 'école ibn'", [0]),
        ("name not starts with 'École'", [2]),
        ("name ends with 'الامل'", [2]),
        ("name comme 'ecole %sin_'", [0]),
        ("name like 'ecole'", []),
        ("built > '2000-01-01'", [2]),
        ("built = 31/12/1999", None),
        ("built = '31/12/1999'", [0]),
        ("built between '1999-12-31' and date(2024; 2; 29)", [0, 2]),
        ("built in ('29/02/2024')", [2]),
        ("width between 10 and 20", [0, 1]),
        ("width not between 10 and 20", [2]),
        ("[superficie (M²)] > 1 ha", [2]),
        ("المساحة > 1 هكتار", [2]),
        ("land >= 12 000 m2", None),
        ("land ≥ 12\u202f000 m²", [1, 2]),
        ("area_m2 = land", [0, 2]),
        ("area_m2 in (0,03 ha; 5)", [0]),
        ("Habitants / land > 10", [0, 1]),
        ("area() = 12 000,0 m²", None),
        ("aire() = area_m2", [0, 2]),
        ("perimeter() < 70", [1]),
        ("length() = 2 * (width + 30)", [0]),
    ],
)
def test_rows(table, text, rows):
    if rows is None:
        with pytest.raises(FormulaError):
            rows_where(formula(text), table, given=UNITS)
    else:
        assert rows_where(formula(text), table, given=UNITS).tolist() == rows


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("area_m2 * 2", "m2"), ("width * width", "m2"), ("area_m2 / width", "m"),
        ("area_m2 / land", ""), ("land + area_m2", "ha"), ("area()", "m2"), ("people", "people"),
        ("people / land", ""), ("sqrt(land * land)", "ha"), ("people / area_m2", "people/m2"),
        ("area_m2 * width", "m3"),
    ],
)  # fmt: skip
def test_units_come_out_of_arithmetic(table, text, unit):
    assert kind_of(formula(text), table, given=UNITS) == ("number", unit)
    assert evaluate(formula(text), table, given=UNITS).unit == unit


def test_titles_become_names_in_what_is_kept(table):
    said = formula(
        "si(المساحة entre 1 et 2 et non [habitants] est manquant; LAND; -LAND) in (1; 2)"
    )
    kept = resolved(said, table, given=UNITS)
    assert (
        kept.stored
        == kept.text
        == ("if(area_m2 between 1 and 2 and people is not missing, land, -land) in (1, 2)")
    )
    with pytest.raises(FormulaError):
        resolved(formula("nope = 1"), table, given=UNITS)


def test_the_name_of_a_column_tells_its_unit_where_nothing_else_does(table):
    assert rows_where(formula("area_m2 > 1 ha"), table).tolist() == [2]
    assert rows_where(formula("area_m2 > 1"), table).tolist() == [0, 2]


def test_a_ratio_of_two_areas_does_not_depend_on_their_units(table):
    assert numbers_of(formula("area_m2 / land"), table, given=UNITS)[2] == 1.0


@pytest.mark.parametrize(
    ("text", "code", "position"),
    [
        ("width + area_m2 > 1", "formula.units", 9),
        ("width > 3 ha", "formula.units", 9),
        ("code2 > 3 ha", "formula.no-unit", 9),
        ("round(width, 1, 2) > 1", "formula.argument-count", 1),
        ("if(width, 1, 2) = 1", "formula.kinds", 4),
        ("if(lot, 1, 'a') = 1", "formula.kinds", 12),
        ("upper(width) = 'a'", "formula.kinds", 7),
        ("left(name, width) = 'a'", "formula.constant", 12),
        ("name contains code", "formula.constant", 15),
        ("built > 'hier'", "formula.date", 9),
        ("built > '2023-02-29'", "formula.date", 9),
        ("eval(1) = 1", "formula.no-function", 1),
        ("1e400 > 1", "formula.number", 1),
        ("year(name) = 1", "formula.kinds", 6),
    ],
)
def test_refusals_say_where(table, text, code, position):
    with pytest.raises(FormulaError) as refused:
        kind_of(formula(text), table, given=UNITS)
    assert (refused.value.code, refused.value.params["position"]) == (code, position)


@given(trees)
def test_any_tree_gives_a_column_or_a_formula_error(table, tree):
    source = formula(printed(tree))
    try:
        result = evaluate(source, table, given=UNITS)
    except FormulaError:
        return
    assert len(result.column) == table.row_count
    assert kind_of(source, table, given=UNITS)[0] == result.kind


def test_areas_and_lengths_are_those_of_the_ground_in_any_system(table):
    shape = shapely.box(295_000, 329_000, 295_100, 329_050)
    for crs in (WGS84, Crs("EPSG:3857")):
        moved = shapely.transform(
            shape, lambda xy, crs=crs: transform_points(xy, MERCHICH_NORTH, crs)
        )
        away = FeatureTable.from_columns({}, np.array([moved, None]), crs=crs)
        area = numbers_of(formula("area()"), away)
        assert area[0] == pytest.approx(5_000, rel=2e-3)
        assert np.isnan(area[1])
        assert numbers_of(formula("perimeter()"), away)[0] == pytest.approx(300, rel=2e-3)
    nowhere = FeatureTable.from_columns({}, np.array([shape]), crs=UNKNOWN)
    with pytest.raises(FormulaError) as refused:
        numbers_of(formula("area()"), nowhere)
    assert refused.value.code == "formula.no-measure"


letters = st.characters(min_codepoint=0x20, max_codepoint=0x17F)
arabic = st.characters(min_codepoint=0x620, max_codepoint=0x66F)


@given(st.text(letters | arabic, max_size=12))
def test_texts_that_are_alike_are_alike_as_names(text):
    """Texts are folded less than names: what is alike in a formula is alike by name."""
    once = folded_texts(pa.array([text])).to_pylist()[0]
    assert folded(once) == folded(text)


def test_texts_keep_what_stands_between_words():
    found = folded_texts(pa.array([" Bâti-neuf_2 ", "Hôpital"])).to_pylist()
    assert found == [" bati-neuf_2 ", "hopital"]


@given(st.text(max_size=8))
def test_every_text_contains_itself(text):
    once = FeatureTable.from_columns({"a": [text]})
    assert rows_where(formula(f"a contains {quoted_text(text)}"), once).tolist() == [0]


def test_blocks_are_evaluated_alike_and_a_cancel_is_heeded():
    count = 150_000
    large = FeatureTable.from_columns({"a": np.arange(count, dtype=float)})
    assert rows_where(formula("a >= 65000 and a < 66000"), large).tolist() == [
        *range(65_000, 66_000)
    ]
    ctx = Context()
    ctx.cancel()
    with pytest.raises(JobCancelled):
        rows_where(formula("a > 1"), large, ctx=ctx)
