"""The shipped document, its loading, its checking, its citations and its overrides."""

from __future__ import annotations

import copy
import datetime as dt
import itertools
import tomllib
from dataclasses import astuple, replace

import numpy as np
import pytest

from emadina_gis import paths
from emadina_gis.errors import ZoningError
from emadina_gis.regulation import (
    FLAGS,
    KINDS,
    NO_OVERRIDES,
    USES,
    Condition,
    check_override,
    cite,
    document_ids,
    load_document,
    parse_document,
    read_document,
    rule_of,
    ruling_of,
    sector_table,
)
from emadina_gis.regulation.ruling import RULED
from emadina_gis.words import load_words

ID = "ain-chock-2025"
DOCUMENT = load_document(ID)


@pytest.fixture
def content():
    path = paths.resources() / "regulation" / f"{ID}.toml"
    return copy.deepcopy(tomllib.loads(path.read_text(encoding="utf-8")))


def test_identity():
    assert ID in document_ids()
    assert load_document(ID) is DOCUMENT
    identity = DOCUMENT.identity
    assert (identity.kind, identity.decree, identity.bulletin) == ("PA", "2.25.303", "7392")
    assert identity.dates["decree_date"] == dt.date(2025, 4, 2)
    assert identity.dates["reservations_expire"].year == 2035


def test_every_sector_is_there():
    expected = (
        "A6 B3 B3s B4 B4s B5 C2 C3 C3s2 C4s C5s D1b D1j D1s2 D3 D4 E2 E3 E4 PBC4 PBC5 S4 I2s1 I3 I5"
        " I5s5 I5s7 I5s10 I5H I8s ZR PU1 PU2 PU3"
    )
    assert " ".join(DOCUMENT.sector_codes) == expected
    assert set(DOCUMENT.zones) == {"A", "B", "C", "D", "E", "PB", "S", "I", "ZR", "PU"}


def test_every_title_and_forbidden_use_is_in_three_languages():
    for thing in (*DOCUMENT.zones.values(), *DOCUMENT.sectors):
        assert all(thing.title.in_language(lang) for lang in ("fr", "ar", "en"))
        assert len({thing.title.fr, thing.title.ar}) == 2
    articles = {
        code: zone.forbidden.citation.article
        for code, zone in DOCUMENT.zones.items()
        if zone.forbidden
    }
    assert articles == dict(A="22", B="29", C="36", D="43", E="50", PB="57", S="65", I="71")


def test_height_law_of_housing_sectors():
    # 5.50 m and 3.00 m a level, but for S4 and zone I whose heights are the document's.
    for sector in DOCUMENT.sectors:
        if sector.zone.code in "ABCDEPB" and sector.no_number is None and not sector.mix:
            ruling = ruling_of(DOCUMENT, sector, Condition())
            assert ruling.max_height_m == 5.5 + 3 * ruling.levels


@pytest.mark.parametrize(
    ("sector", "kind", "case", "article", "page"),
    [
        ("B4", "coverage", Condition(lot=False), "30", ""),
        ("C3", "floor_ratio", Condition(), "37", "33"),
        ("E2", "coverage", Condition(lot=True), "51", "38"),
        ("E2", "court_m2", Condition(lot=True), "55", ""),
        ("B4", "band_depth_m", Condition(), "33", "30"),
        ("A6", "band_depth_m", Condition(uses=("hotel",)), "26", "27-28"),
        ("C3", "cession_share", Condition(), "4.1", "15"),
        ("ZR", "coverage", Condition(), "63", ""),
        ("PU1", "coverage", Condition(), "77", ""),
        ("C3s2", "coverage", Condition(), "37", "33"),
    ],
)
def test_citations(sector, kind, case, article, page):
    found = cite(DOCUMENT, sector, kind, case)
    assert (found.article, found.page) == (article, page)


def test_no_citation_where_there_is_no_rule():
    assert cite(DOCUMENT, "B4", "coverage", Condition(lot=True)) is None
    with pytest.raises(ZoningError, match="no-sector"):
        cite(DOCUMENT, "B9", "coverage")


def test_values_not_printed_carry_their_flag():
    found = cite(DOCUMENT, "B4s", "coverage", Condition(lot=False))
    assert (found.flag, found.verified_by) == ("assumed", "")
    assert "B4" in found.note.fr
    assert cite(DOCUMENT, "PBC5", "floor_ratio").flag == "interpretation"


def test_the_most_local_then_the_most_precise_rule_holds():
    e2 = DOCUMENT.sector("E2")
    assert rule_of(DOCUMENT, e2, "levels").value == 2
    assert rule_of(DOCUMENT, e2, "levels", Condition(road_width_min_m=12)).value == 3
    assert rule_of(DOCUMENT, e2, "levels", Condition(road_width_min_m=11)).value == 2
    industry = DOCUMENT.sector("I3")
    assert rule_of(DOCUMENT, industry, "cession_share").value == 0


@pytest.mark.parametrize(
    ("place", "change"),
    [
        ("schema", lambda c: c.update(schema=2)),
        ("zone", lambda c: c.pop("zone")),
        ("sector.B4.zone", lambda c: c["sector"]["B4"].update(zone="Q")),
        ("sector.B4.rules[0].kind", lambda c: c["sector"]["B4"]["rules"][0].update(kind="cos")),
        ("sector.B4.rules[0].value", lambda c: c["sector"]["B4"]["rules"][0].update(value=35)),
        ("sector.B4.rules[0].value", lambda c: c["sector"]["B4"]["rules"][0].update(value="x")),
        ("sector.B4.rules[0].article", lambda c: c["sector"]["B4"]["rules"][0].pop("article")),
        ("sector.B4.rules[0].note", lambda c: c["sector"]["B4"]["rules"][0].update(note="?")),
        ("sector.B4.rules[0].flag", lambda c: c["sector"]["B4"]["rules"][0].update(flag="?")),
        ("when.moon", lambda c: c["sector"]["B4"]["rules"][0].update(when={"moon": 1})),
        (
            "sector.B4.rules[7]",
            lambda c: c["sector"]["B4"]["rules"].append(c["sector"]["B4"]["rules"][0]),
        ),
        ("zone.A.form", lambda c: c["zone"]["A"].update(form="round")),
        (
            "sector.C3s2.mix",
            lambda c: c["sector"]["C3s2"].update(mix=[{"sector": "C3", "share": 0.5}]),
        ),
        (
            "sector.C3s2.mix",
            lambda c: c["sector"]["C3s2"].update(mix=[{"sector": "ZR", "share": 1.0}]),
        ),
        ("document.status", lambda c: c["document"].pop("status")),
        ("document.cc_date", lambda c: c["document"].update(cc_date="soon")),
        ("zone.B.title", lambda c: c["zone"]["B"].pop("title")),
    ],
)
def test_a_bad_file_is_refused_with_its_place(content, place, change):
    change(content)
    with pytest.raises(ZoningError) as caught:
        parse_document("x", content)
    assert place in caught.value.params["place"]
    for language in ("fr", "ar", "en"):
        assert all(load_words(language).error(caught.value))


def test_files_that_do_not_read(tmp_path):
    with pytest.raises(ZoningError, match="no-document"):
        load_document("nowhere")
    with pytest.raises(ZoningError, match="no-document"):
        read_document(tmp_path / "none.toml")
    broken = tmp_path / "broken.toml"
    broken.write_text("a = [", encoding="utf-8")
    with pytest.raises(ZoningError, match=r"zoning\.file"):
        read_document(broken)
    broken.write_bytes(b"\xff\xfe")
    with pytest.raises(ZoningError, match=r"zoning\.not-utf8"):
        read_document(broken)


def plain(key, value, kind):
    table = sector_table(DOCUMENT, NO_OVERRIDES.with_value("B4", key, value))
    return table.plain(kind)[DOCUMENT.index_of("B4")]


def test_overrides_replace_what_is_printed():
    assert np.isnan(plain("floor_ratio", 2.0, "floor_ratio")[0])
    assert plain("floor_ratio", 2.0, "floor_ratio")[1] == 2.0
    assert plain("floor_ratio.lot", 2.0, "floor_ratio").tolist() == [2.0, 1.3]
    assert plain("court_m2", 20, "court_m2").tolist() == [20, 20]
    assert plain("levels", 6, "max_height_m") == 23.5
    assert plain("max_height_m", 20, "max_height_m") == 20
    assert plain("limit_distance_m", 5, "rear_distance_m") == 5


def test_a_changed_base_shifts_its_variants():
    table = sector_table(DOCUMENT, NO_OVERRIDES.with_value("E2", "levels", 3))
    index = DOCUMENT.index_of("E2")
    wide = table.cases[table.lookup[index, 0, 1]][0][0]
    assert (wide.levels, wide.max_height_m) == (4, 17.5)


def test_rulings_made_twice_are_equal():
    """NaN is not equal to itself: one in a ruling would tell equal cases apart."""
    table = sector_table(DOCUMENT, NO_OVERRIDES)
    for ruling, _share in itertools.chain.from_iterable(table.cases):
        numbers = np.concatenate([np.ravel(v) for v in astuple(ruling)[1:]]).astype(float)
        assert not np.isnan(numbers).any(), ruling
        assert ruling == replace(ruling)
    assert sector_table(DOCUMENT, NO_OVERRIDES, 3.5).lookup.tolist() == table.lookup.tolist()


def test_only_sectors_with_a_rule_by_road_width_depend_on_the_road():
    table = sector_table(DOCUMENT, NO_OVERRIDES)
    parts = {
        sector.code: [sector, *(DOCUMENT.sector(code) for code, _share in sector.mix)]
        for sector in DOCUMENT.sectors
    }
    expected = {
        code
        for code, sectors in parts.items()
        for sector in sectors
        for _scope, rule in DOCUMENT.rules_of(sector)
        if rule.condition.road_width_min_m is not None and rule.kind in RULED
    }
    found = np.array(DOCUMENT.sector_codes)[table.depends_on_road]
    assert set(found) == expected == {"E2"}


def test_a_mix_follows_its_parts_and_its_own_values():
    index = DOCUMENT.index_of("C3s2")
    follows = sector_table(DOCUMENT, NO_OVERRIDES.with_value("C3", "coverage", 0.5))
    assert follows.plain("coverage")[index, 0] == pytest.approx(0.6 * 0.5 + 0.4 * 0.4)
    own = sector_table(DOCUMENT, NO_OVERRIDES.with_value("C3s2", "coverage", 0.2))
    assert own.plain("coverage")[index, 0] == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("Q", "coverage", 0.5), "zoning.no-sector"),
        (("B4", "moon", 0.5), "zoning.no-key"),
        (("B4", "coverage.both", 0.5), "zoning.no-key"),
        (("B4", "facade_share_max", 0.5), "zoning.no-key"),
        (("ZR", "coverage", 0.5), "zoning.no-key"),
        (("B4", "coverage", 35), "zoning.value"),
        (("B4", "coverage", float("nan")), "zoning.value"),
    ],
)
def test_overrides_that_make_no_sense_are_refused(args, code):
    with pytest.raises(ZoningError) as caught:
        check_override(DOCUMENT, *args)
    assert caught.value.code == code
    assert all(load_words("fr").error(caught.value))


def test_words_exist_for_what_documents_use():
    words = load_words("ar")
    keys = [f"regulation.kind.{kind}" for kind in KINDS]
    keys += [f"regulation.use.{use}" for use in USES]
    keys += [f"regulation.flag.{flag}" for flag in FLAGS if flag]
    keys += [f"regulation.date.{name}" for name in DOCUMENT.identity.dates]
    keys += [f"regulation.status.{DOCUMENT.identity.status}"]
    keys += [f"regulation.verified.{DOCUMENT.identity.verified_by}"]
    assert [key for key in keys if not words.has(key)] == []
