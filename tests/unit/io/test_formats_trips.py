"""Written and read again: each value is equal, or its field is in the list of losses."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emadina_gis.domain.column import column_of
from emadina_gis.domain.crs import MERCHICH_NORTH
from emadina_gis.domain.geometry import chunk_from_shapely
from emadina_gis.domain.table import FeatureTable
from emadina_gis.errors import LayerWriteError
from emadina_gis.io.losses import losses
from emadina_gis.io.vector import read_layer
from emadina_gis.io.write import WRITABLE, write_layer
from emadina_gis.words import load_words

SUFFIXES = [suffix for suffix in WRITABLE if suffix != ".dxf"]
ROWS = 3
SQUARE = shapely.box(296000, 330000, 296040, 330030)
SHAPES = {
    "polygons": [SQUARE, None, shapely.MultiPolygon([SQUARE, shapely.box(0, 0, 9, 9)])],
    "heights": [shapely.force_3d(SQUARE, 7.5), SQUARE, None],
    "points": [shapely.Point(1, 2), shapely.Point(296000, 330000), None],
    "lines": [shapely.LineString([(1, 2), (3, 4)]), None, shapely.LineString([(0, 0), (9, 9)])],
}
_TEXTS = st.text(
    st.characters(blacklist_categories=["Cs", "Cn"], blacklist_characters="\0\r"), max_size=12
)
_TIMES = st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2100, 1, 1))
_KINDS: dict[str, tuple[pa.DataType, st.SearchStrategy[Any]]] = {
    "texte": (pa.string(), _TEXTS | st.sampled_from(["=1+1", "00123", "1E4", "é" * 200, "عين"])),
    "entier": (pa.int64(), st.integers(-(2**63), 2**63 - 1) | st.integers(-9, 9)),
    "réel": (pa.float64(), st.floats(allow_nan=False)),
    "oui": (pa.bool_(), st.booleans()),
    "jour": (pa.date32(), st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1))),
    "heure": (pa.timestamp("us"), _TIMES),
    "instant": (pa.timestamp("us", tz="UTC"), _TIMES.map(lambda t: t.replace(tzinfo=dt.UTC))),
}
_COLUMNS = st.fixed_dictionaries(
    {
        name: st.lists(st.none() | values, min_size=ROWS, max_size=ROWS)
        for name, (_, values) in _KINDS.items()
    }
)


def _table(columns, shapes):
    made = {name: column_of(pa.array(v, _KINDS[name][0])) for name, v in columns.items()}
    chunk = chunk_from_shapely(np.array(shapes, dtype=object))
    return FeatureTable(made, np.arange(ROWS), (chunk,), MERCHICH_NORTH)


def _same(before, after):
    if isinstance(before, float) and isinstance(after, int | float):
        return before == after or abs(before - after) <= 1e-12 * abs(before)
    return before == after


def _named(table, problems):
    """Return the new name of each field."""
    changed = [p.params["names"] for p in problems if p.code == "write.renamed"]
    pairs = [pair.split(" → ") for listed in changed for pair in listed.split(", ")]
    return {name: name for name in table.names} | dict(pairs)


@pytest.mark.parametrize("suffix", SUFFIXES)
@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(_COLUMNS)
def test_values_are_equal_or_listed(tmp_path, suffix, columns):
    table = _table(columns, SHAPES["polygons"])
    path = tmp_path / f"a{suffix}"
    problems = write_layer(table, path)
    foreseen = {(p.code, p.params.get("field")) for p in losses(table, suffix)}
    listed = {p.params.get("field") for p in problems}
    if any(p.code == "write.formula-quoted" for p in problems):
        listed.add("texte")
    result = read_layer(path)
    back = result.table
    blank = [p.count for p in result.problems if p.code == "table.blank-rows"]
    if back.row_count + sum(blank) == ROWS and blank:
        return
    assert back.row_count == ROWS
    for old, new in _named(table, problems).items():
        before = table.column(old).arrow.to_pylist()
        missing = new not in back.columns  # a field without a value
        after = [None] * ROWS if missing else back.column(new).arrow.to_pylist()
        assert old in listed or all(map(_same, before, after)), (old, before, after)
    told = {(p.code, p.params.get("field")) for p in problems if "field" in p.params}
    assert told <= foreseen


@pytest.mark.parametrize("kind", list(SHAPES))
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_geometry_comes_back_or_its_change_is_listed(tmp_path, suffix, kind):
    table = _table({"texte": ["a", "b", "c"]}, SHAPES[kind])
    path = tmp_path / f"a{suffix}"
    codes = {problem.code for problem in write_layer(table, path)}
    back = read_layer(path).table
    if back.crs.is_known:
        back = back.to_crs(MERCHICH_NORTH)
    read = back.shapes(np.arange(ROWS))
    for before, after in zip(SHAPES[kind], read, strict=True):
        if before is None:
            assert after is None
            continue
        assert shapely.hausdorff_distance(before, after) < 0.02
        heights_changed = codes & {"write.heights-zero", "write.heights-as-column"}
        assert before.has_z == after.has_z or heights_changed


def test_kinds_that_a_shapefile_cannot_mix_are_refused(tmp_path):
    table = _table({"texte": ["a", "b", "c"]}, [SQUARE, shapely.Point(1, 2), None])
    with pytest.raises(LayerWriteError):
        write_layer(table, tmp_path / "a.shp")
    assert list(tmp_path.iterdir()) == []


def test_names_that_clash_or_cannot_be_written_are_told(tmp_path):
    columns = {
        name: column_of(pa.array([number] * ROWS, pa.int64()))
        for number, name in enumerate(["Nom", "nom", 'a"<b>', "un nom de champ long", "fid"])
    }
    chunk = chunk_from_shapely(np.array(SHAPES["points"], dtype=object))
    table = FeatureTable(columns, np.arange(ROWS), (chunk,), MERCHICH_NORTH)
    for suffix in SUFFIXES:
        path = tmp_path / f"a{suffix}"
        names = _named(table, write_layer(table, path))
        back = read_layer(path).table
        values = [str(back.column(names[name]).value(0)) for name in table.names]
        assert values == ["0", "1", "2", "3", "4"], suffix


def test_every_loss_has_its_sentence():
    columns = {
        "texte": ["", " a", "\x01" + "é" * 200],
        "entier": [2**60, 1, None],
        "réel": [1e300, 1e-14, float("inf")],
        "oui": [True, None, False],
        "jour": [dt.date(2024, 1, 1)] * ROWS,
        "heure": [dt.datetime(2024, 1, 1, 1, 1, 1, 1)] * ROWS,
        "instant": [dt.datetime(2024, 1, 1, tzinfo=dt.UTC)] * ROWS,
    }
    table = _table(columns, SHAPES["heights"])
    for suffix in SUFFIXES:
        for problem in losses(table, suffix):
            for language in ("fr", "ar", "en"):
                what, following = load_words(language).problem(problem)
                assert "{" not in what + following
                assert problem.code not in what
