"""The first hour of a planner: the demo, a parcel, a scenario, a sheet, a web map, and back again.

One person, one window, from the welcome page on; other stories of the same hour stand beside it.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from collections import Counter

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from emadina_gis import paths
from emadina_gis.simulation.parcels import Regime
from emadina_gis.words import load_words
from tests.stories.cut_texts import cut_texts, hidden_by_scrolling
from tests.stories.person import LEFT, Heartbeat, read

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
#: The event loop must never be silent for as long as a person would call a freeze.
FREEZE_S = 2.0
NUMBER = re.compile(r"[+−]?\d[\d ]*(?:,\d+)?")
CLOSE = 12


def title_with_unknown_regime(window):
    """Return the title of a parcel whose regime nobody knows, and a place inside it."""
    parcels = window.desk.project.parcels
    regime = window.desk.results.active.summary.outcome.inputs.regime
    rows = np.flatnonzero(regime == Regime.UNKNOWN)
    sizes = parcels.table.numbers("area_m2")[rows]
    row = int(rows[np.argmin(np.abs(sizes - 400.0))])
    place = parcels.table.shapes(np.array([row]))[0].representative_point()
    return parcels.table.strings("parcel_id")[row], row, (place.x, place.y)


def numbers_in(text):
    """Return the numbers of a text as a person reads them."""
    return [
        float(found.replace(" ", "").replace(",", ".").replace("−", "-"))
        for found in NUMBER.findall(read(text))
    ]


def opens_the_demo(person):
    person.clicks("Démonstration")
    person.waits(lambda: "Parcelles" in person.layers())
    person.waits_for_the_picture()
    assert "Casablanca" in person.reads(person.window.top)


def reads_the_parcel(person):
    """Find a parcel of unknown regime, click it, and read what the inspector says."""
    window = person.window
    title, row, (x, y) = title_with_unknown_regime(window)
    person.types(title, "Titre, secteur, rue, équipement, coordonnées…")
    person.waits_to_read(f"Parcelle {title}", window.inspector)
    window.map.canvas.set_scale(1_000)
    person.presses(Qt.Key.Key_D, CONTROL)
    assert "Rien n'est sélectionné" in person.reads(window.inspector)
    person.waits_for_the_picture()
    person.clicks_on_map(x, y)
    told = person.reads(window.inspector)
    sector = window.desk.project.parcels.table.strings("sector")[row]
    assert f"Parcelle {title}" in told
    assert f"Secteur {sector}" in told
    assert "les deux cas sont calculés" in told
    assert "Règle déterminante" in told
    assert re.search(r"art\. \d+", told)
    assert "Interdit ici" in told
    assert "Ce que l'on ne sait pas" in told
    outcome = window.desk.results.active.columns
    low = outcome["net_floor_area_low_m2"].numbers[row]
    high = outcome["net_floor_area_high_m2"].numbers[row]
    assert low < high
    assert {float(round(low)), float(round(high))} <= set(numbers_in(told))
    return title, row


def sets_the_regime_and_undoes(person):
    window = person.window
    person.clicks("Oui", window.inspector)
    person.waits_for_figures()
    assert "les deux cas" not in person.reads(window.inspector)
    for undo, redo in (
        (lambda: person.bot.mouseClick(window.top.undo, LEFT),
         lambda: person.bot.mouseClick(window.top.redo, LEFT)),
        (lambda: person.presses(Qt.Key.Key_Z, CONTROL),
         lambda: person.presses(Qt.Key.Key_Z, CONTROL | SHIFT)),
    ):  # fmt: skip
        undo()
        person.waits_to_read("les deux cas", window.inspector)
        person.waits_for_figures()
        redo()
        person.waits(lambda: "les deux cas" not in person.reads(window.inspector))
        person.waits_for_figures()


def colours_by_an_outcome(person):
    window = person.window
    person.opens_menu_of_layer("Parcelles")
    person.chooses_in_menu("Style…")
    panel = window.side
    person.chooses("Par classes de valeurs", "Couleur", panel)
    person.chooses("Plancher net (scénario)", "Colonne", panel)
    person.chooses("Quantiles", "Méthode", panel)
    assert person.window.side.panel("style").count.value() == 5
    person.waits_for_the_picture()


def the_legend_is_what_is_drawn(person):
    """Compare the swatches and bounds of the legend with pixels of the map and their values."""
    window = person.window
    for name in ("Équipements", "Bâtiments"):
        if name in person.layers() and window.desk.project.layers[
            person.layers().index(name)
        ].visible:  # fmt: skip
            person.clicks_in_layer(name, "Afficher ou masquer")
    legend = person.legend("Parcelles")
    classes = {text: color for text, color in legend.items() if text.endswith("m²")}
    assert len(classes) == 5, legend
    picture = person.picture()
    table = window.desk.project.parcels.table
    values = window.desk.results.active.columns["net_floor_area_m2"].numbers
    view = window.map.canvas.viewport.extent
    bounds = table.bounds
    inside = (
        (bounds[:, 0] > view.xmin) & (bounds[:, 2] < view.xmax)
        & (bounds[:, 1] > view.ymin) & (bounds[:, 3] < view.ymax) & np.isfinite(values)
    )  # fmt: skip
    ratio = picture.devicePixelRatio()
    seen = 0
    for text, color in classes.items():
        low, high = numbers_in(text)
        rows = np.flatnonzero(inside & (values > low + 1) & (values < high - 1))[:25]
        if len(rows) < 5:
            continue
        colors = Counter()
        for shape in table.shapes(rows):
            x, y = shape.representative_point().coords[0]
            pixel = person.pixel_of(x, y) * ratio
            if picture.rect().contains(pixel):
                colors[picture.pixelColor(pixel).name()] += 1
        most = colors.most_common(1)[0][0]
        assert far_apart(most, color) <= CLOSE, (text, color, colors)
        seen += 1
    assert seen >= 2


def far_apart(one, other):
    """Return the largest difference between two colours."""
    parts = [(int(c[i : i + 2], 16) for i in (1, 3, 5)) for c in (one, other)]
    return max(abs(a - b) for a, b in zip(*parts, strict=True))


def works_on_layers_and_undoes(person):
    """Hide, reorder, fade and rename; then undo it all."""
    window = person.window
    before = window.desk.project.layers
    names = person.layers()
    person.clicks_in_layer("Parcelles", "Afficher ou masquer")
    person.activates_layer("Parcelles")
    person.bot.keyClick(window.layers.list, Qt.Key.Key_Up, ALT)
    assert person.layers().index("Parcelles") == names.index("Parcelles") - 1
    person.opens_menu_of_layer("Parcelles")
    fades(person)
    person.renames_layer("Parcelles", "Cadastre")
    assert "Cadastre" in person.layers()
    assert window.desk.project.parcels.opacity < 0.6
    assert not window.desk.project.parcels.visible
    for _step in range(4):
        person.presses(Qt.Key.Key_Z, CONTROL)
    assert window.desk.project.layers is before or window.desk.project.layers == before
    assert person.layers() == names


def fades(person):
    """Drag the slider of the open menu to the left, as one drag."""
    from PySide6.QtWidgets import QApplication, QSlider

    menu = QApplication.activePopupWidget()
    slider = menu.findChild(QSlider)
    start = QPoint(slider.width() - 8, slider.height() // 2)
    end = QPoint(slider.width() // 2, slider.height() // 2)
    person.bot.mousePress(slider, LEFT, pos=start)
    for step in range(1, 9):
        person.bot.mouseMove(slider, start + (end - start) * step / 8)
    person.bot.mouseRelease(slider, LEFT, pos=end)
    menu.close()


def rezones_in_a_scenario(person):
    """Add a scenario, select by rectangle and by formula, change the sector, read the totals."""
    window = person.window
    person.clicks("Ajouter un scénario")
    person.waits_for_figures()
    assert "comme la référence" in person.reads(window.bottom)
    person.activates_layer("Parcelles")
    selects_by_rectangle(person)
    by_rectangle = window.desk.view.selected_count
    assert by_rectangle > 1
    person.chooses_from_all("Édition", "Sélectionner par attribut ou lieu…")
    person.types("sector = 'D3' et area_m2 > 300", "Condition", window.side)
    person.waits(lambda: window.desk.view.selected_count > by_rectangle)
    count = window.desk.view.selected_count
    person.waits(lambda: count in numbers_in(person.reads(window.side)))
    assert numbers_in(person.reads(window.map.bar))[0] == count
    person.clicks("Changer de secteur…", window.map.bar)
    chooser = window.inspector.chooser
    person.types("B4", "Filtrer les secteurs", chooser)
    person.waits(lambda: not chooser.isVisible())
    person.waits_for_figures()
    assert_the_balance_tells_the_change(person)


def selects_by_rectangle(person):
    window = person.window
    person.clicks("Sélectionner par rectangle", window.map.strip)
    middle = window.map.canvas.rect().center()
    person.drags_on_map(middle - QPoint(90, 60), middle + QPoint(60, 40))
    person.waits(lambda: "parcelles sélectionnées" in person.reads(window.map.bar))
    person.clicks("Sélectionner", window.map.strip)


def assert_the_balance_tells_the_change(person):
    window = person.window
    balance = window.bottom.balance
    active = window.desk.results.active.summary.total
    reference = window.desk.results.reference.summary.total
    for figure in ("allowed", "addition", "expected"):
        change = active.value("dwellings", figure) - reference.value("dwellings", figure)
        card = balance.cards[figure]
        assert card.is_difference
        assert numbers_in(card.headline) == [float(round(change))]
    assert not balance.cards["existing"].is_difference
    by_sector = {read(bar.name): bar for bar in balance.chart.bars}
    assert read(by_sector["B4"].difference).startswith("écart +")
    assert read(by_sector["D3"].difference).startswith("écart −")
    person.clicks("Par arrondissement", window.bottom)
    by_commune = {read(bar.name): bar for bar in balance.chart.bars}
    assert "Aïn-Chock" in by_commune
    assert "écart" in read(by_commune["Aïn-Chock"].difference)
    person.clicks("Par secteur", window.bottom)
    person.clicks("Référence", window.top.scenarios)
    person.waits_for_figures()
    assert "écart" not in person.reads(window.bottom).replace("Écarts", "")
    person.clicks("Scénario", window.top.scenarios)
    person.waits_for_figures()


def prints_and_publishes(person, folder):
    """Print the A3 sheet and publish the web map; read both back."""
    sheet = folder / "planche.pdf"
    person.dialogs.answer(sheet)
    person.clicks("Imprimer la planche")
    person.chooses_in_menu("Planche A3")
    person.waits(lambda: "planche.pdf est écrit, avec" in person.notice())  # names without room
    person.dialogs.answer(folder)
    person.clicks("Publier")
    person.clicks("Écrire la page…", person.window.side)
    person.waits(lambda: person.notice().startswith("Écrit : ") and "pdf" not in person.notice())
    return sheet, next(folder.glob("**/*.html"))


def assert_sheet_can_be_read(sheet):
    pikepdf = pytest.importorskip("pikepdf")
    with pikepdf.open(sheet) as pdf:
        box = [float(value) for value in pdf.pages[0].mediabox]
    size_mm = sorted(round((b - a) / 72 * 25.4) for a, b in zip(box[:2], box[2:], strict=True))
    assert size_mm == [297, 420]
    reader = shutil.which("pdftotext")
    if reader is None:
        return
    told = subprocess.run([reader, "-layout", sheet, "-"], capture_output=True, check=True)
    text = read(told.stdout.decode("utf-8"))
    for wanted in ("Casablanca-Settat", "1/50 000", "EPSG:26191", "Ajout possible"):
        assert wanted in text, wanted
    assert "Parcelles · Plancher net" in text


def assert_web_map_needs_no_internet(page):
    html = page.read_text(encoding="utf-8")
    assert not re.search(r"""(?:src|href)=["']https?://""", html)
    assert "Parcelles" in html


def saves_closes_and_finds_it_again(person, path):
    window = person.window
    person.dialogs.answer(path)
    person.presses(Qt.Key.Key_S, CONTROL)
    person.waits(lambda: f"Enregistré : {path.name}" in person.notice())
    saved = window.desk.project
    person.chooses_from_all("Projet", "Fermer le projet")
    person.waits(lambda: window.welcome.isVisible())
    person.clicks(path.stem, window.welcome)
    person.waits(lambda: "Parcelles" in person.layers())
    person.waits_for_the_picture()
    found = window.desk.project
    assert found is not saved
    assert found == saved
    for old, new in zip(saved.vector_layers, found.vector_layers, strict=True):
        assert old.table.fingerprint == new.table.fingerprint
    assert [read(tab.text()) for tab in window.top.scenarios.tabs.values()] == [
        "Référence",
        "Scénario",
    ]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_first_hour(person, tmp_path, record_property):
    gaps = {}
    heart = Heartbeat()
    with heart.listening():
        opens_the_demo(person)
    gaps["opens"] = heart.longest_s
    _title, row = reads_the_parcel(person)
    sets_the_regime_and_undoes(person)
    colours_by_an_outcome(person)
    the_legend_is_what_is_drawn(person)
    works_on_layers_and_undoes(person)
    with heart.listening():
        rezones_in_a_scenario(person)
    gaps["rezones"] = heart.longest_s
    with heart.listening():
        sheet, page = prints_and_publishes(person, tmp_path)
    gaps["prints and publishes"] = heart.longest_s
    assert_sheet_can_be_read(sheet)
    assert_web_map_needs_no_internet(page)
    with heart.listening():
        saves_closes_and_finds_it_again(person, tmp_path / "Ma région.emadina")
    gaps["saves and opens"] = heart.longest_s
    parcels = person.window.desk.project.parcels
    assert parcels.table.ids[row] in {
        row_id for change in person.window.desk.project.reference.changes for row_id in change.ids
    }
    said = ", ".join(f"{name} {gap:.2f} s" for name, gap in gaps.items())
    print(f"\nlongest silence of the event loop: {said}")
    record_property("longest_silence", said)
    assert max(gaps.values()) < FREEZE_S, said


# --- other stories of the same hour ----------------------------------------------------------


def sentences(language):
    """Return the sentences of a language that have no gaps, by key."""
    catalogue = load_words(language)
    return {key: catalogue.text(key) for key in whole_keys()}


def whole_keys():
    """Return the keys of the window's sentences that are said as they are."""
    path = paths.resources() / "words" / "app.toml"
    return [
        key
        for key, entry in flat(tomllib.loads(path.read_text(encoding="utf-8")))
        if isinstance(entry["fr"], str) and "{" not in entry["fr"]
    ]


def flat(entries, before=""):
    for name, entry in entries.items():
        if "fr" in entry and not isinstance(entry["fr"], dict | type(None)):
            yield before + name, entry
        elif isinstance(entry, dict) and "fr" not in entry:
            yield from flat(entry, f"{before}{name}.")


def left_in_other_languages(person, language):
    """Return texts on the screen that are sentences of another language."""
    mine = {read(text) for text in sentences(language).values()}
    others = {
        read(text)
        for other in {"fr", "ar", "en"} - {language}
        for text in sentences(other).values()
        if len(text) > 3
    }
    given = {read(scenario.name) for scenario in person.window.desk.project.scenarios[1:]}
    return [text for text in person.reads().split(" | ") if text in others - mine - given]


SWITCHES = (("ar", "Langue", "العربية"), ("en", "اللغة", "English"), ("fr", "Language", "Français"))


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_language_switches_while_the_demo_is_open(person):
    window = person.window
    window.resize(1366, 768)
    opens_the_demo(person)
    title, row, _place = title_with_unknown_regime(window)
    window.desk.view.select(window.desk.project.parcels_id, [row])
    person.clicks("Ajouter un scénario")
    person.chooses_from_all("Édition", "Préférences")
    for language, label, name in SWITCHES:
        person.chooses(name, label, window.side)
        person.waits_for_the_picture()
        rtl = language == "ar"
        assert (window.layoutDirection() == Qt.LayoutDirection.RightToLeft) == rtl
        assert (window.layers.x() > window.views.x()) == rtl
        assert (window.side.x() < window.views.x()) == rtl
        assert left_in_other_languages(person, language) == []
        assert cut_texts(window) == []
        person.presses(Qt.Key.Key_Escape)
        assert title in person.reads(window.inspector)
        for page in ("balance", "table", "land", "why"):
            window.open_bottom(page)
            person.waits_for_figures()
            assert cut_texts(window) == [], (language, page)
            assert left_in_other_languages(person, language) == [], (language, page)
        window.open_bottom("balance")
        assert hidden_by_scrolling(window.bottom.balance) == [], language
        for panel in (
            "style",
            "select",
            "change",
            "scenario",
            "values",
            "about",
            "guide",
            "report",
            "problems",
            "import",
            "export",
            "geometry",
            "settings",
        ):
            window.open_style(window.desk.project.parcels_id)
            window.open_side(panel)
            shows_the_parcels(person, panel)
            assert cut_texts(window) == [], (language, panel)
            assert left_in_other_languages(person, language) == [], (language, panel)
        looks_at_every_view(person, language)


def shows_the_parcels(person, panel):
    """Let a panel about one layer show the parcels."""
    window = person.window
    opened = {"export": window.panels.open_export, "geometry": window.panels.open_geometry}
    if panel in opened:
        opened[panel](window.desk.project.parcels_id)
        person.waits_for_figures()
    if panel == "export":  # what is lost is found in the background
        person.waits(lambda: window.side.panel("export").write_button.isEnabled())


def looks_at_every_view(person, language):
    """Show volumes, section and each tab of the regulation; nothing is cut or left in another."""
    window = person.window
    for view in ("volume", "section", "regulation"):
        page = window.views.show_view(view)
        for tab in ("rules", "identity", "findings", "versions") if view == "regulation" else ("",):
            if tab:
                page.show_tab(tab)
            person.waits_for_figures()
            assert cut_texts(window) == [], (language, view, tab)
            assert left_in_other_languages(person, language) == [], (language, view, tab)
    window.views.show_view("map")
