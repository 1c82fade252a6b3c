"""The check of a document: what the printed text of Aïn Chock got wrong, and faults put in."""

from __future__ import annotations

import copy
import datetime as dt
import tomllib

import numpy as np
import pytest

from emadina_gis.errors import Severity, ZoningError
from emadina_gis.regulation import (
    NO_OVERRIDES,
    Citation,
    check_document,
    check_sectors,
    document_ids,
    document_text_of,
    load_document,
    parse_document,
    refuse_unsound,
    sector_table,
    sectors_in_error,
    with_rule,
)
from emadina_gis.regulation.life import lapse_date
from emadina_gis.words import load_words

DOCUMENT = load_document("ain-chock-2025")
CONTENT = tomllib.loads(document_text_of("ain-chock-2025"))


@pytest.fixture
def content():
    return copy.deepcopy(CONTENT)


def found(document, *names):
    """Return (code, where, named params…) of the findings of a document."""
    return {
        (p.code, p.where, *(p.params[name] for name in names if name in p.params))
        for p in check_document(document)
    }


#: The anomalies of the printed regulation that three readers found by eye.
ANOMALIES = {
    "art. 10 says R+7 for 23.50 m, art. 24 R+6": (
        ("zoning.printed-differ", "10", "levels"),
        ("kind",),
    ),
    "§4.3 cites art. 14 for 12": (("zoning.cited-wrong", "4.3", "14", "12"), ("cited", "right")),
    "art. 21 cites art. 11 for 14": (("zoning.cited-wrong", "21", "11", "14"), ("cited", "right")),
    "social mix compulsory in A by art. 21, forbidden by art. 22": (
        ("zoning.printed-opposed", "zone.A", "21", "22"),
        ("first", "second"),
    ),
    "§4.5 and 4.6 are absent": (
        ("zoning.numbering", "article.4", "4.4", "4.7"),
        ("before", "after"),
    ),
    "C3s is used and never defined": (("zoning.sector-undefined", "C3s"), ()),
    "I2s1 is printed twice in art. 73": (("zoning.sector-twice", "I2s1", "73"), ("article",)),
    "B4s has no coverage": (("zoning.not-printed", "B4s", "coverage"), ("kind",)),
    "B4s has no floor ratio": (("zoning.not-printed", "B4s", "floor_ratio"), ("kind",)),
    "PBC4 has no minimum plot": (("zoning.unlike-others", "PBC4", "min_plot_m2"), ("kind",)),
    "PB does not say the base of its ratio": (("zoning.no-ratio-base", "PB"), ()),
    "I5H has no base height in art. 73": (
        ("zoning.not-printed", "I5H", "max_height_m"),
        ("kind",),
    ),
}


@pytest.mark.parametrize("anomaly", ANOMALIES)
def test_each_known_anomaly_is_found(anomaly):
    expected, names = ANOMALIES[anomaly]
    assert expected in found(DOCUMENT, *names)


def test_nothing_else_is_found_in_the_printed_text():
    known = {expected[:2] for expected, _names in ANOMALIES.values()}
    others = {
        (p.code, p.where) for p in check_document(DOCUMENT) if p.severity is not Severity.INFO
    }
    assert others - known == {("zoning.unverified", DOCUMENT.id)}
    assert not [p for p in check_document(DOCUMENT) if p.severity is Severity.ERROR]


def test_anomalies_are_found_by_rule(content):
    """Each goes away where the text is put right: nothing is a list."""
    for article in content["article"]:
        article["lists"] = list(dict.fromkeys(article.get("lists", [])))
        for cited in article.get("cites", []):
            cited["article"] = {"14": "12", "11": "14"}[cited["article"]]
        if article["number"] == "4":
            article["parts"] = ["4.1", "4.2", "4.3", "4.4", "4.5", "4.6", "4.7"]
    content["printed"] = [s for s in content["printed"] if s.get("scope") == "sector.A6"]
    content["zone"]["PB"]["ratio_base"] = {"article": "58"}
    content["sector"]["PBC4"]["unlimited"] = [
        {"kind": kind, "article": "58"} for kind in ("min_plot_m2", "min_frontage_m")
    ]
    for code in ("B4s", "I5H"):
        for rule in content["sector"][code]["rules"]:
            rule.pop("flag", None)
    left = [p for p in check_document(parse_document("x", content)) if p.severity != "info"]
    assert [p.code for p in left] == ["zoning.unverified"]


def sector(content, code):
    return content["sector"][code]["rules"]


def drop(rules, kind):
    rules[:] = [rule for rule in rules if rule["kind"] != kind]


def put(rules, kind, value, **more):
    rules.append({"kind": kind, "value": value, "article": "30", **more})


def change(rules, kind, value):
    next(rule for rule in rules if rule["kind"] == kind)["value"] = value


#: Faults put into the document: (change, code, place, whether the document is refused).
FAULTS = {
    "a gap in a sector": (
        lambda c: drop(sector(c, "B4"), "levels"),
        ("zoning.gap", "sector.B4", True),
    ),
    "a gap in a zone": (
        lambda c: drop(c["zone"]["E"]["rules"], "band_depth_m"),
        ("zoning.gap", "sector.E2", True),
    ),
    "a height for hotels only": (
        lambda c: next(rule for rule in sector(c, "B5") if rule["kind"] == "max_height_m").update(
            when={"use": ["hotel"]}
        ),
        ("zoning.gap", "sector.B5", True),
    ),
    "a sector without a form": (
        lambda c: c["sector"]["C2"].update(form="none"),
        ("zoning.gap", "sector.C2", True),
    ),
    "two values for one case": (
        lambda c: put(sector(c, "B4"), "coverage", 0.5, when={"use": ["housing"]}),
        ("zoning.contradiction", "sector.B4.rules[7]", True),
    ),
    "two values that overlap by use": (
        lambda c: [
            put(c["zone"]["C"]["rules"], "front_setback_m", value, when={"use": uses})
            for value, uses in ((5, ["office", "hotel"]), (6, ["hotel", "commerce"]))
        ],
        ("zoning.contradiction", "zone.C.rules[15]", True),
    ),
    "two values for the whole document": (
        lambda c: [
            put(c["general"]["rules"], "bonus_cap", value, when=when)
            for value, when in ((0.1, {"lot": True}), (0.3, {"use": ["office"]}))
        ],
        ("zoning.contradiction", "general.rules[30]", True),
    ),
    "levels that do not fit the height": (
        lambda c: change(sector(c, "I3"), "max_height_m", 6.0),
        ("zoning.height-too-low", "sector.I3", True),
    ),
    "levels that do not fit in one case": (
        lambda c: put(sector(c, "C3"), "levels", 9, when={"use": ["hotel"]}),
        ("zoning.height-too-low", "sector.C3", True),
    ),
    "a height in decimetres": (
        lambda c: change(sector(c, "C2"), "max_height_m", 115.0),
        ("zoning.height-too-high", "sector.C2", False),
    ),
    "a ratio no envelope reaches": (
        lambda c: change(sector(c, "C2"), "floor_ratio", 9.0),
        ("zoning.ratio-out-of-reach", "sector.C2", False),
    ),
    "a floor ratio as a percentage": (
        lambda c: change(sector(c, "E4"), "floor_ratio", 35),
        ("zoning.unit", "sector.E4.rules[3]", False),
    ),
    "a plot in hectares": (
        lambda c: change(sector(c, "D4"), "min_plot_m2", 0.1),
        ("zoning.unit", "sector.D4.rules[4]", False),
    ),
    "a rule under a road that is nowhere": (
        lambda c: put(sector(c, "B4"), "levels", 5, when={"road_width_min_m": 900}),
        ("zoning.unreachable", "sector.B4.rules[7]", False),
    ),
    "a rule the engine reads for both regimes only": (
        lambda c: put(sector(c, "B4"), "levels", 8, when={"lot": True}),
        ("zoning.unreachable", "sector.B4.rules[7]", False),
    ),
    "a zone's rule that all its sectors replace": (
        lambda c: put(c["zone"]["C"]["rules"], "levels", 7),
        ("zoning.unreachable", "zone.C.rules[14]", False),
    ),
    "a precise rule hidden by a later one": (
        lambda c: [
            put(sector(c, "B4"), "levels", value, when={"road_width_min_m": width})
            for value, width in ((6, 30), (5, 20))
        ],
        ("zoning.unreachable", "sector.B4.rules[7]", False),
    ),
    "rules of a sector without numbers": (
        lambda c: put(sector(c, "PU1"), "levels", 3),
        ("zoning.unreachable", "sector.PU1.rules[0]", False),
    ),
    "a ratio nobody speaks of": (
        lambda c: drop(sector(c, "D3"), "coverage"),
        ("zoning.ratio-not-said", "sector.D3", False),
    ),
    "an article that does not exist": (
        lambda c: sector(c, "B4")[0].update(article="99"),
        ("zoning.cited-missing", "sector.B4.rules[0]", False),
    ),
    "a part that does not exist": (
        lambda c: c["general"]["rules"][0].update(article="4.6"),
        ("zoning.cited-missing", "general.rules[0]", False),
    ),
    "an article of another zone": (
        lambda c: sector(c, "B4")[0].update(article="37"),
        ("zoning.cited-zone", "sector.B4.rules[0]", False),
    ),
    "an article that is about something else": (
        lambda c: c["article"][0].update(cites=[{"article": "5", "topic": "green"}]),
        ("zoning.cited-wrong", "article.1", False),
    ),
    "an article that is not there": (
        lambda c: (
            c["article"].remove(next(a for a in c["article"] if a["number"] == "78"))
            or c["article"].append({"number": "80", "topics": ["heritage"]})
        ),
        ("zoning.numbering", "document", False),
    ),
    "an article entered twice": (
        lambda c: c["article"].append({"number": "7", "topics": ["green"]}),
        ("zoning.article-twice", "article.7", False),
    ),
    "a sector named and not defined": (
        lambda c: c["article"][0].update(names=["B7"]),
        ("zoning.sector-undefined", "article.1", False),
    ),
    "a zone named and not defined": (
        lambda c: c["printed"].append({"article": "21", "scope": "zone.Q", "topic": "green"}),
        ("zoning.zone-undefined", "printed[5]", False),
    ),
    "a printed value that no rule holds": (
        lambda c: c["printed"].append(
            {"article": "30", "scope": "sector.B4", "kind": "coverage", "value": 0.33}
        ),
        ("zoning.printed-not-recorded", "sector.B4", False),
    ),
    "a restructuring zone said to be protected": (
        lambda c: c["zone"]["ZR"].update(nature="protected"),
        ("zoning.nature", "zone.ZR", False),
    ),
    "a sector twice, in small letters": (
        lambda c: c["sector"].update(b4=copy.deepcopy(c["sector"]["B4"])),
        ("zoning.sector-alike", "sector.b4", False),
    ),
    "a zone without a sector": (
        lambda c: c["sector"].pop("ZR"),
        ("zoning.zone-empty", "zone.ZR", False),
    ),
    "forbidden uses missing": (
        lambda c: c["zone"]["B"].pop("forbidden"),
        ("zoning.no-forbidden-uses", "zone.B", False),
    ),
    "an enquiry that ends before it starts": (
        lambda c: c["document"].update(enquiry_end=dt.date(2024, 3, 1)),
        ("zoning.dates", "document.enquiry_end", False),
    ),
    "an approval without its decree": (
        lambda c: c["document"].pop("decree"),
        ("zoning.no-decree", "document.decree", False),
    ),
    "reservations that last fifteen years": (
        lambda c: c["document"].update(reservations_expire=dt.date(2040, 4, 2)),
        ("zoning.lapse", "document.reservations_expire", False),
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_put_in_is_found_at_its_place(content, fault):
    make, (code, place, is_refused) = FAULTS[fault]
    make(content)
    document = parse_document("x", content)
    at = [p for p in check_document(document) if p.code == code and p.params.get("place") == place]
    assert at
    for language in ("fr", "ar", "en"):
        assert all(all(load_words(language).problem(problem)) for problem in at)
    if not is_refused:
        refuse_unsound(document)
        return
    assert at[0].severity is Severity.ERROR
    with pytest.raises(ZoningError) as caught:
        refuse_unsound(document)
    assert caught.value.params["place"] == place
    for language in ("fr", "ar", "en"):
        assert all(load_words(language).error(caught.value))


def test_a_document_without_sectors_is_refused(content):
    content["sector"].clear()
    document = parse_document("x", content)
    assert check_document(document)[0].code == "zoning.no-sectors"
    with pytest.raises(ZoningError, match="unsound"):
        refuse_unsound(document)


def test_sectors_in_error_are_given_no_number(content):
    drop(sector(content, "C3"), "levels")
    put(sector(content, "B4"), "coverage", 0.5, when={"use": ["housing"]})
    document = parse_document("x", content)
    assert sectors_in_error(document) == {"C3", "C3s2", "B4"}
    table = sector_table(document, NO_OVERRIDES)
    without = np.array(document.sector_codes)[~table.has_number]
    assert set(without) == {"C3", "C3s2", "B4", "ZR", "PU1", "PU2", "PU3"}
    assert np.isnan(table.plain("max_height_m")[document.index_of("C3")])
    sound = sector_table(DOCUMENT, NO_OVERRIDES)
    assert np.array_equal(
        sound.plain("max_height_m")[DOCUMENT.index_of("B5")],
        table.plain("max_height_m")[document.index_of("B5")],
    )


def test_a_contradiction_of_a_zone_concerns_all_its_sectors(content):
    FAULTS["two values that overlap by use"][0](content)
    assert sectors_in_error(parse_document("x", content)) == {"C2", "C3", "C3s2", "C4s", "C5s"}


def test_an_incomplete_document_may_have_gaps_but_no_contradiction(content):
    content["document"]["missing"] = {"fr": "les hauteurs"}
    drop(sector(content, "B4"), "levels")
    document = parse_document("x", content)
    refuse_unsound(document)
    assert ("zoning.incomplete", "x") in found(document)
    put(sector(content, "B5"), "coverage", 0.5, when={"use": ["housing"]})
    with pytest.raises(ZoningError, match="unsound"):
        refuse_unsound(parse_document("x", content))


def test_sectors_of_a_map_against_a_document():
    problems = check_sectors(DOCUMENT, {"B4": 2, "Z9": 2, "D3": 1})
    unknown = [p for p in problems if p.code == "zoning.sector-without-document"]
    unused = {p.where for p in problems if p.code == "zoning.sector-without-land"}
    assert [(p.where, p.count) for p in unknown] == [("Z9", 2)]
    assert unused == set(DOCUMENT.sector_codes) - {"B4", "D3"}
    assert all(all(load_words("fr").problem(problem)) for problem in problems)


def test_reservations_lapse_ten_years_after_the_decree(content):
    assert lapse_date(DOCUMENT) == dt.date(2035, 4, 2)
    del content["document"]["reservations_expire"]
    content["document"]["decree_date"] = dt.date(2024, 2, 29)
    assert lapse_date(parse_document("x", content)) == dt.date(2034, 2, 28)
    del content["document"]["decree_date"]
    assert lapse_date(parse_document("x", content)) is None


def test_editing_away_a_gap_makes_the_sector_sound_again(content):
    drop(sector(content, "B4"), "levels")
    document = parse_document("x", content)
    assert "B4" in sectors_in_error(document)
    mended = with_rule(document, "sector.B4", kind="levels", value=4, citation=Citation("30"))
    assert sectors_in_error(mended) == frozenset()


@pytest.mark.parametrize("document_id", document_ids())
def test_bundled_documents_hold_no_contradiction(document_id):
    refuse_unsound(load_document(document_id))
