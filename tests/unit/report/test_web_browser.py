"""The published page in a real browser: nothing runs, all is reached, on a desk and a phone."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
import shapely

from emadina_gis.domain.crs import MERCHICH_NORTH
from emadina_gis.domain.layer import Diffusion, FieldLabel, Provenance, Title, VectorLayer
from emadina_gis.domain.schema import Role, Schema
from emadina_gis.domain.style import (
    Categorized,
    Category,
    Pattern,
    PatternKind,
    Picture,
    Rule,
    Rules,
    Single,
    Style,
    Symbol,
)
from emadina_gis.domain.table import FeatureTable
from emadina_gis.render.derived import DerivedCache
from emadina_gis.render.scene import build_scene
from emadina_gis.report.web import After, WebContent, write_web
from emadina_gis.simulation import capacity
from emadina_gis.simulation.scenario_outcome import OutcomeColumns
from emadina_gis.words import load_words
from tests.builders import ORIGIN
from tests.chromium import Browser, find_chromium
from tests.unit.report.conftest import DATE, inputs_of

pytestmark = [
    pytest.mark.skipif(find_chromium() is None, reason="no Chromium"),
    pytest.mark.timeout(180),
]
NAMES = ("Avenue de l'Étoile", "شارع المسيرة الخضراء", "École El Ouafa", "شارع الأمل", "Rue 12")
PHONE = (360, 640)


def _streets(names=NAMES, **more):
    x, y = ORIGIN
    rows = range(len(names))
    lines = [shapely.LineString([(x, y + 40 * i), (x + 120, y + 40 * i)]) for i in rows]
    table = FeatureTable.from_columns(
        {"name": np.array(names, dtype=object), **more}, np.array(lines), crs=MERCHICH_NORTH
    )
    title = Title("Voies", "الطرق", "Roads")
    return VectorLayer("names", title, table, schema=Schema({Role.NAME: "name"}))


def _page(tmp_path, project, outcome, document, extra, title=None):
    """Write a page with the layer `extra`, the reference and a scenario beside it."""
    layers = (extra, *project.layers)
    public = tuple(replace(one, diffusion=Diffusion.PUBLIC) for one in layers)
    project = replace(project, layers=public)
    columns = OutcomeColumns(outcome)
    cache = DerivedCache()
    table = project.parcels.table
    sectors = table.strings("sector").copy()
    sectors[::5] = "B4"
    inputs = inputs_of(table.with_column("sector", sectors), document)
    moved = OutcomeColumns(capacity(inputs, document))
    after = build_scene(project, cache=cache, columns={"parcels": moved})
    content = WebContent(
        build_scene(project, cache=cache, columns={"parcels": columns}),
        title or project.title,
        DATE,
        parcels_id="parcels",
        columns=columns,
        document=document,
        after=After(Title.plain("Densifier"), Title.plain("Référence"), after, moved),
    )
    path = tmp_path / "map.html"
    write_web(content, path, load_words("fr"))
    return path


def _ask(browser, text):
    browser.run(
        "(() => { const i = document.getElementById('search'); "
        f"i.value = {text!r}; i.dispatchEvent(new Event('input')); }})()"
    )
    return browser.value("[...document.querySelectorAll('.found button')].map(b => b.textContent)")


def _speak(browser, language):
    browser.run(f"document.querySelector('.languages button[lang={language}]').click()")


@pytest.fixture
def page(tmp_path, project, outcome, document):
    return _page(tmp_path, project, outcome, document, _streets())


def test_the_page_opens_without_a_word_in_the_console_and_asks_for_nothing(page):
    with Browser() as browser:
        browser.open(page)
        time.sleep(0.3)
        browser.value("1")
        methods = [event.get("method") for event in browser.events]
        asked = [
            event["params"]["request"]["url"]
            for event in browser.events
            if event.get("method") == "Network.requestWillBeSent"
        ]
        assert "Runtime.exceptionThrown" not in methods
        assert "Log.entryAdded" not in methods
        assert all(url.startswith(("file:", "data:")) for url in asked)


def test_search_knows_accents_and_hamza(page):
    with Browser() as browser:
        browser.open(page)
        assert _ask(browser, "ECOLE el")[0].startswith("École El Ouafa")
        assert "المسيرة" in _ask(browser, "المسيره")[0]
        assert "الأمل" in _ask(browser, "شارع الامل")[0]
        assert _ask(browser, "18400") == []
        assert _ask(browser, "etoile")[0].startswith("Avenue de l'Étoile")
        browser.run("document.querySelector('.found button').click()")
        assert "Étoile" in browser.value("document.querySelector('.popup').textContent")


def test_the_divider_is_pulled_and_led_by_keys(page):
    with Browser() as browser:
        browser.open(page)
        now = "Number(document.querySelector('.divider').getAttribute('aria-valuenow'))"
        assert browser.value(now) == 50
        box = browser.value(
            "(() => { const b = document.querySelector('.grip').getBoundingClientRect();"
            " return [b.x + b.width / 2, b.y + b.height / 2]; })()"
        )
        browser.mouse("mousePressed", *box)
        for x in range(int(box[0]), 320, -40):
            browser.mouse("mouseMoved", x, box[1])
        browser.mouse("mouseReleased", 330, box[1])
        assert browser.value(now) < 35
        browser.key("Home", 36)
        assert browser.value(now) == 0
        browser.key("ArrowRight", 39)
        assert browser.value(now) == 2
        browser.key("End", 35)
        clips = browser.value(
            "[...document.querySelectorAll('.leaflet-pane')].map(p => p.style.clip).filter(Boolean)"
        )
        assert len(clips) == 2
        assert clips[0] != clips[1]


def test_a_changed_parcel_says_both(page):
    with Browser() as browser:
        browser.open(page)
        browser.run("map_emadina.setZoom(19, { animate: false })")
        for x in range(380, 1260, 30):
            browser.click(x, 300)
            text = browser.value("(document.querySelector('.popup') || {}).textContent || ''")
            if "Change dans le scénario" in text:
                break
        assert "Référence" in text
        assert "Densifier" in text
        assert "B4" in text


def test_arabic_mirrors_the_page_and_not_the_map(page):
    with Browser() as browser:
        browser.open(page)
        extent = "map_emadina.getBounds().toBBoxString()"
        before = browser.value(extent)
        _speak(browser, "ar")
        assert browser.value("document.documentElement.dir") == "rtl"
        direction = "getComputedStyle(document.getElementById('map_emadina')).direction"
        assert browser.value(direction) == "ltr"
        assert _box(browser, ".panel")[2] > 1200
        assert browser.value(extent) == before
        assert browser.value("document.querySelector('.leaflet-control-zoom-in').title") == "تقريب"


def test_enter_reads_what_is_in_the_middle(page):
    with Browser() as browser:
        browser.open(page)
        browser.run("map_emadina.setZoom(19, { animate: false })")
        browser.run("document.getElementById('map_emadina').focus()")
        shown = "Boolean(document.querySelector('.popup'))"
        for _ in range(8):
            browser.key("Enter", 13)
            if browser.value(shown):
                break
            browser.run("map_emadina.panBy([0, 12], { animate: false })")
        assert browser.value(shown)


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_on_a_phone_nothing_covers_another_thing(page, language):
    with Browser(*PHONE, mobile=True) as browser:
        browser.open(page)
        _speak(browser, language)
        wide = browser.value("document.documentElement.scrollWidth")
        assert wide <= PHONE[0]
        names = (".panel", ".leaflet-control-zoom", ".leaflet-control-scale")
        boxes = [_box(browser, name) for name in names]
        for place, one in enumerate(boxes):
            assert min(one) >= 0
            assert one[2] <= PHONE[0]
            assert one[3] <= PHONE[1]
            assert all(_apart(one, other) for other in boxes[place + 1 :])
        small = browser.value(
            "[...document.querySelectorAll('.panel header button')]"
            ".filter(b => b.getBoundingClientRect().height < 32).length"
        )
        assert small == 0
        assert boxes[0][3] < PHONE[1] / 2
        browser.run("document.querySelector('.toggle').click()")
        assert _box(browser, ".body")[3] - _box(browser, ".body")[1] > 200
        assert _box(browser, ".panel")[3] <= PHONE[1]


def _box(browser, name):
    """Return the left, top, right and bottom of an element."""
    return browser.value(
        f"(() => {{ const b = document.querySelector({name!r}).getBoundingClientRect();"
        " return [b.left, b.top, b.right, b.bottom]; })()"
    )


def _apart(one, other):
    beside = one[2] <= other[0] or other[2] <= one[0]
    return beside or one[3] <= other[1] or other[3] <= one[1]


def test_what_is_switched_off_leaves_legend_and_map(page):
    drawn = (
        "[...document.querySelectorAll('canvas.leaflet-zoom-animated')].some(c => c.width &&"
        " c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some(v => v))"
    )
    shown = "[...document.querySelectorAll('.panel .entry')].filter(e => e.offsetHeight > 0).length"
    with Browser() as browser:
        browser.open(page)
        browser.wait_for(drawn)
        browser.run("document.querySelectorAll('.panel .layer input').forEach(i => i.click())")
        browser.wait_for(f"!({drawn})")
        assert browser.value(shown) == 0


def test_nothing_hostile_runs_wherever_it_stands(tmp_path, project, outcome, document, hostile):
    more = (
        "window.__hit=1;//",
        "<iframe srcdoc='<script>parent.__hit=1</script>'>",
        "</title><script>window.__hit=1</script>",
    )
    texts = [text.replace("document.title='hit'", "window.__hit=1") for text in (*hostile, *more)]
    layer = _streets(texts, other=np.array(texts[::-1], dtype=object))
    values = ((texts[4], Title.plain(texts[5])),)
    label = FieldLabel(Title(texts[0], texts[1], texts[2]), texts[3], 0, values)
    kinds = tuple(Category(text, "#aa3311", text) for text in texts)
    layer = replace(
        layer,
        title=Title(texts[0], texts[14], texts[2]),
        style=Style(Categorized("name", kinds, Symbol(stroke="#aa3311"))),
        fields=(("name", label), ("other", FieldLabel(Title.plain(texts[6]), texts[7]))),
        provenance=Provenance(producer=texts[1], licence=texts[2], credit=Title.plain(texts[16])),
    )
    title = Title(texts[16], texts[0], texts[1])
    path = _page(tmp_path, project, outcome, document, layer, title=title)
    with Browser() as browser:
        browser.open(path)
        for language in ("fr", "ar", "en"):
            _speak(browser, language)
            for text in texts:
                _ask(browser, text[:20])
                browser.run("(document.querySelector('.found button') || { click() {} }).click()")
        time.sleep(0.3)
        assert browser.value("window.__hit || 0") == 0
        assert browser.value("document.scripts.length") <= 6
        assert browser.value("document.querySelectorAll('iframe, img, svg, object').length") == 0
        assert not [e for e in browser.events if e.get("method") == "Page.javascriptDialogOpening"]


def test_the_page_prints_on_paper(page, tmp_path):
    with Browser() as browser:
        browser.open(page)
        made = browser.pdf(tmp_path / "map.pdf").read_bytes()
        assert made.startswith(b"%PDF")


def test_what_a_style_draws_is_drawn_in_the_browser(tmp_path, project):
    """A hatch, a drawn marker and a rule limited by scale: as pixels, and in the legend."""
    shape = '<rect width="9" height="9"/>'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{shape}</svg>'
    marker = Symbol(fill="#ff0000", size_mm=8.0, picture=Picture("carré", svg))
    hatch = Pattern(PatternKind.HATCH, spacing_mm=2.0, width_mm=0.5, color="#0000ff")
    near = Rule(
        "", Symbol(fill="#ffffff", stroke=None, pattern=hatch), "près", max_units_per_px=1.0
    )
    far = Rule("", Symbol(fill="#00ff00", stroke=None), "loin")
    styles = {"parcels": Style(Rules((near, far))), "stops": Style(Single(marker))}
    layers = (
        replace(project.vector_layer(name), style=styles[name]) for name in ("stops", "parcels")
    )
    layers = tuple(replace(layer, diffusion=Diffusion.PUBLIC) for layer in layers)
    scene = build_scene(replace(project, layers=layers), cache=DerivedCache())
    path = tmp_path / "map.html"
    write_web(WebContent(scene, project.title, DATE), path, load_words("fr"))
    with Browser() as browser:
        browser.open(path)
        browser.wait_for(_seen("layer1", "r > 200 && b < 60"))
        assert browser.value(_seen("layer0", "b > 200 && r < 60"))
        assert not browser.value(_seen("layer0", "g > 200 && r < 60"))
        assert _legend(browser) == ["près"]
        browser.run("map_emadina.setZoom(16, {animate: false})")
        browser.wait_for(_seen("layer0", "g > 200 && r < 60"))
        assert _legend(browser) == ["loin"]


def _seen(pane, condition):
    """Return whether a pane holds a pixel of a colour."""
    return (
        f"(() => {{ const c = map_emadina.getPane('{pane}').querySelector('canvas');"
        "const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
        "for (let i = 0; i < d.length; i += 4) {"
        "const [r, g, b, a] = d.slice(i, i + 4);"
        f"if (a > 200 && {condition}) {{ return true; }} }} return false; }})()"
    )


def _legend(browser):
    return browser.value(
        "[...document.querySelectorAll('.entry:not([hidden]) span:not(.count)')]"
        ".map(e => e.textContent)"
    )
