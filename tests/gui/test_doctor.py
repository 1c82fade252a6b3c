"""The doctor's panel: one file or thirty, seen, decided, mended, reported and added."""

from __future__ import annotations

import json
import time

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel, QMenu

from emadina_gis.app.doctor.crs_section import HARDLY_LIKELY, CrsSection
from emadina_gis.app.doctor.layer_page import LayerPage
from emadina_gis.app.doctor.summary_page import SummaryPage
from emadina_gis.domain.crs import Crs
from emadina_gis.domain.schema import Role
from emadina_gis.io.description import CrsCandidate
from emadina_gis.io.reader import InlineReader
from emadina_gis.workflows.diagnosis import Standing
from tests.deliveries import (
    ARABIC_NAMES,
    X0,
    Y0,
    arabic_shapefile,
    bow_ties,
    clean_file,
    delivery_of_thirty,
    spikes,
    swapped_degrees,
    with_owners,
    without_crs,
)
from tests.gui.small_project import open_small_project
from tests.stories.cut_texts import cut_texts

LEFT = Qt.MouseButton.LeftButton
PATIENCE_MS = 60_000
ESC_S = 0.2
#: Layers of the project that the window has.
BEFORE = 2


@pytest.fixture
def panel(qtbot, window):
    """Give the doctor's panel of a window, reading in this process."""
    made = window.side.panel("import")
    made.reading._reader = InlineReader()
    return made


def drop(qtbot, window, panel, *paths):
    """Drop files and wait until all are read."""
    window.open_files(list(paths))
    qtbot.waitUntil(lambda: not panel.reading.is_running, timeout=PATIENCE_MS)
    QApplication.processEvents()


def told(widget):
    """Return all texts of a widget."""
    return " | ".join(label.text() for label in widget.findChildren(QLabel))


def layer_names(window):
    return [window.desk.speech.title(layer.title) for layer in window.desk.project.layers]


# --- one file -------------------------------------------------------------------------------------


def test_a_clean_file_is_added_at_once(qtbot, window, panel, tmp_path):
    drop(qtbot, window, panel, clean_file(tmp_path / "ilots.gpkg"))
    assert layer_names(window)[0] == "ilots"
    assert window.side.current == "inspector"


def test_a_guess_is_shown_on_the_map_before_it_is_chosen(qtbot, window, panel, tmp_path):
    before = window.map.canvas.viewport
    drop(qtbot, window, panel, without_crs(tmp_path / "sans.shp"))
    assert isinstance(panel.page, LayerPage)
    assert not panel.add_button.isEnabled()
    preview = panel._preview
    qtbot.waitUntil(lambda: preview.shapes is not None, timeout=PATIENCE_MS)
    offers = panel.page.crs.offers
    assert offers[0][0].crs.id == "EPSG:26191"
    assert not any(button.isChecked() for _candidate, button in offers)
    low, high = preview.shapes.xy.min(axis=0), preview.shapes.xy.max(axis=0)
    np.testing.assert_allclose([*low, *high], [X0, Y0, X0 + 150, Y0 + 30], atol=0.01)
    guess = offers[0][1]
    QApplication.sendEvent(guess, QEvent(QEvent.Type.Leave))
    assert preview.shapes is None
    QApplication.sendEvent(guess, QEvent(QEvent.Type.Enter))
    qtbot.waitUntil(lambda: preview.shapes is not None, timeout=PATIENCE_MS)
    QApplication.sendEvent(guess, QEvent(QEvent.Type.Leave))
    other = panel.page.crs.other
    other.setCurrentIndex(other.findData("EPSG:26192"))
    other.activated.emit(other.currentIndex())
    qtbot.waitUntil(
        lambda: preview.shapes is not None and abs(preview.shapes.xy[0, 1] - Y0) > 1000,
        timeout=PATIENCE_MS,
    )
    assert len(window.desk.project.layers) == BEFORE
    window.escape()
    assert preview.shapes is None
    assert window.map.canvas.viewport.extent.center == pytest.approx(before.extent.center)


def added(window):
    """Return the layer that was added last: it is the active one."""
    return window.desk.project.layer(window.desk.view.active_layer_id)


def test_what_is_chosen_is_added_and_not_asked_again(qtbot, window, panel, tmp_path):
    path = without_crs(tmp_path / "sans.shp")
    drop(qtbot, window, panel, path)
    button = next(b for c, b in panel.page.crs.offers if c.crs.id == "EPSG:26191")
    qtbot.mouseClick(button, LEFT, pos=QPoint(12, button.height() // 2))
    assert len(window.desk.project.layers) == BEFORE
    qtbot.mouseClick(panel.add_button, LEFT)
    layer = added(window)
    assert layer.crs.id == "EPSG:26191"
    assert "import.crs-chosen" in {problem.code for problem in layer.problems}
    drop(qtbot, window, panel, path)
    again = [*panel.candidates, *panel.intake.added]
    assert [panel.intake.standing(item) for item in again] == [Standing.READY]


def test_axes_are_exchanged_or_kept_as_the_person_says(qtbot, window, panel, tmp_path):
    drop(qtbot, window, panel, swapped_degrees(tmp_path / "inverse.geojson"))
    axes = panel.page.axes
    assert not axes.swap.isChecked()
    assert not axes.keep.isChecked()
    assert "crs.axes-swapped" not in {row.code for row in panel.page.rows}
    assert not panel.add_button.isEnabled()
    axes.keep.click()
    assert panel.add_button.isEnabled()
    assert not panel.intake.swapped
    axes.swap.click()
    QApplication.sendEvent(axes.swap, QEvent(QEvent.Type.Leave))
    assert panel.intake.swapped == {panel.page.key}


def test_guesses_that_are_hardly_likely_stand_behind_a_link(qtbot, window):
    lambert = Crs("EPSG:26191")
    guesses = (
        CrsCandidate(lambert, 0.9, "lands-on-project"),
        CrsCandidate(lambert, HARDLY_LIKELY / 2, "lands-on-project-swapped", swapped=True),
    )
    section = CrsSection(window.desk, guesses)
    qtbot.addWidget(section)
    section.show()
    likely, unlikely = (button for _candidate, button in section.offers)
    assert likely.isVisible()
    assert not unlikely.isVisible()
    assert "axes inversés" in unlikely.text()
    assert "axes inversés" not in likely.text()
    section.more.click()
    assert unlikely.isVisible()
    assert section.more.isHidden()
    again = CrsSection(window.desk, guesses)
    qtbot.addWidget(again)
    again.choose(lambert, swapped=True)
    assert not again.others.isHidden()


def test_the_canvas_shows_the_preview_in_the_accent(qtbot, window, panel, tmp_path):
    drop(qtbot, window, panel, without_crs(tmp_path / "sans.shp", y=Y0 - 60))
    canvas = window.map.canvas
    qtbot.waitUntil(lambda: panel._preview.shapes is not None, timeout=PATIENCE_MS)
    QApplication.processEvents()
    x, y = canvas.viewport.to_screen(X0 + 15, Y0 - 60)
    picture = canvas.grab().toImage()
    ratio = picture.devicePixelRatio()
    seen = {
        picture.pixelColor(round(x * ratio), round((y + dy) * ratio)).name() for dy in range(-3, 4)
    }
    assert canvas.colors.accent in seen


def test_texts_are_read_again_with_the_encoding_that_is_chosen(qtbot, window, panel, tmp_path):
    path = arabic_shapefile(tmp_path / "quartiers.shp")
    drop(qtbot, window, panel, path)
    item = panel.candidates[0]
    assert item.layer.table.strings("nom").tolist() == list(ARABIC_NAMES)
    section = panel.page.encoding
    box = section.box
    qtbot.waitUntil(lambda: bool(section._texts), timeout=PATIENCE_MS)
    index = next(i for i in range(box.count()) if box.itemData(i) == "cp1252")
    box.highlighted.emit(index)
    assert "ÓíÏí" in told(section)
    box.highlighted.emit(0)
    assert ARABIC_NAMES[1] in told(section)
    box.setCurrentIndex(index)
    box.activated.emit(index)
    qtbot.waitUntil(lambda: panel.candidates[0].encoding == "cp1252", timeout=PATIENCE_MS)
    assert panel.candidates[0].layer.table.strings("nom")[0] != ARABIC_NAMES[0]
    assert panel.candidates[0].key == item.key
    assert panel.page.encoding.box.currentText().startswith("cp1252")


def test_fields_show_values_and_take_another_role(qtbot, window, panel, tmp_path):
    drop(qtbot, window, panel, with_owners(tmp_path / "parcelles.gpkg"))
    fields = panel.page.fields
    text = told(fields)
    assert "T.1/C" in text
    assert "Bennani" not in text
    assert "BK123456" not in text
    qtbot.mouseClick(fields.roles["usage"], LEFT)
    menu = next(menu for menu in fields.findChildren(QMenu) if menu.isVisible())
    name = window.desk.speech.text("role.land_state")
    action = next(action for action in menu.actions() if action.text() == name)
    action.trigger()
    menu.close()
    assert fields.roles["usage"].text() == name
    qtbot.mouseClick(panel.add_button, LEFT)
    assert added(window).schema.column(Role.LAND_STATE) == "usage"


def test_all_that_is_safe_is_mended_and_taken_back(qtbot, window, panel, tmp_path):
    drop(qtbot, window, panel, spikes(tmp_path / "pointes.gpkg"))
    item = panel.candidates[0]
    came = item.layer.table.geometry
    qtbot.waitUntil(lambda: "Réparer" in _buttons(panel.page.mending), timeout=PATIENCE_MS)
    assert "1 géométrie peut être réparée" in told(panel.page.mending)
    _click(qtbot, panel.page.mending, "Réparer tout ce qui est sûr")
    qtbot.waitUntil(lambda: bool(panel.intake.originals), timeout=PATIENCE_MS)
    assert "geometry.mended" in {problem.code for problem in panel.candidates[0].problems}
    assert panel.candidates[0].layer.table.valid_reasons()[0] is None
    _click(qtbot, panel.page.mending, "Annuler la réparation")
    assert panel.candidates[0].layer.table.geometry is came


def test_what_a_fault_concerns_is_shown_on_the_map(qtbot, window, panel, tmp_path):
    drop(qtbot, window, panel, bow_ties(tmp_path / "papillons.gpkg", count=2))
    row = next(row for row in panel.page.rows if row.code == "geometry.self-intersection")
    qtbot.waitUntil(lambda: _tool(row) is not None, timeout=PATIENCE_MS)
    qtbot.mouseClick(_tool(row), LEFT)
    qtbot.waitUntil(
        lambda: panel._preview.shapes is not None and len(panel._preview.shapes.offsets) == 3,
        timeout=PATIENCE_MS,
    )


def _tool(row):
    from PySide6.QtWidgets import QToolButton

    return next(iter(row.findChildren(QToolButton)), None)


def _buttons(widget):
    from PySide6.QtWidgets import QPushButton

    return " | ".join(b.text() for b in widget.findChildren(QPushButton) if b.isVisible())


def _click(qtbot, widget, text):
    from PySide6.QtWidgets import QPushButton

    button = next(b for b in widget.findChildren(QPushButton) if b.text().strip() == text)
    qtbot.mouseClick(button, LEFT)


# --- thirty files ---------------------------------------------------------------------------------


def test_a_folder_of_thirty_files_is_one_calm_summary(qtbot, window, panel, tmp_path):
    drop(qtbot, window, panel, delivery_of_thirty(tmp_path / "livraison"))
    assert QApplication.activeModalWidget() is None
    assert isinstance(panel.page, SummaryPage)
    counts = {s: len(panel.intake.standing_as(s)) for s in Standing}
    assert counts == {Standing.READY: 15, Standing.TO_DECIDE: 12, Standing.UNREADABLE: 3}
    text = told(panel.page)
    for part in ("À décider (12)", "Prêtes (15)", "Illisibles (3)"):
        assert part in text
    assert "compte rendu.docx" in text
    assert len(panel.page.shared) == 1
    button = panel.page.shared[0].offers[0][1]
    qtbot.mouseClick(button, LEFT, pos=QPoint(12, button.height() // 2))
    qtbot.waitUntil(lambda: len(panel.intake.addable) == 27)
    assert len(window.desk.project.layers) == BEFORE
    qtbot.mouseClick(panel.add_button, LEFT)
    assert len(window.desk.project.layers) == BEFORE + 27
    assert {layer.crs.id for layer in window.desk.project.layers} <= {"EPSG:26191", ""}
    assert "Illisibles (3)" in told(panel.page)
    window.actions_.qt("edit.undo").trigger()
    assert len(window.desk.project.layers) == BEFORE


def test_a_layer_of_the_list_opens_and_closes(qtbot, window, panel, tmp_path):
    drop(qtbot, window, panel, delivery_of_thirty(tmp_path / "livraison"))
    item = panel.intake.standing_as(Standing.UNREADABLE)[0]
    panel.page.opened.emit(item.key)
    assert isinstance(panel.page, LayerPage)
    assert item.path.name in told(panel.page)
    _click(qtbot, panel.page, "Retour à la liste")
    assert isinstance(panel.page, SummaryPage)


def test_a_layer_that_is_not_wanted_stays_behind(qtbot, window, panel, tmp_path):
    drop(qtbot, window, panel, delivery_of_thirty(tmp_path / "livraison"))
    item = panel.intake.standing_as(Standing.READY)[0]
    check = panel.page.checks[item.key]
    qtbot.mouseClick(check, LEFT, pos=QPoint(8, check.height() // 2))
    assert len(panel.intake.addable) == 14


class SlowReader(InlineReader):
    """Takes its time over every file and looks up from it only at its end."""

    def read_layer(self, *args, **named):
        time.sleep(0.6)
        return super().read_layer(*args, **named)


def test_escape_stops_within_a_fifth_of_a_second(qtbot, window, panel, tmp_path):
    panel.reading._reader = SlowReader()
    window.open_files([delivery_of_thirty(tmp_path / "livraison")])
    qtbot.waitUntil(lambda: len(panel.candidates) >= 1, timeout=PATIENCE_MS)
    start = time.perf_counter()
    window.actions_.qt("app.cancel").trigger()
    qtbot.waitUntil(lambda: "Lecture arrêtée" in told(panel), timeout=5_000)
    took = time.perf_counter() - start
    assert took < ESC_S, took
    read = len(panel.candidates)
    assert 1 <= read < 30
    assert panel.intake.stopped
    assert len(panel.intake.waiting) == 30 - len(panel.intake.files)
    qtbot.waitUntil(lambda: not window.desk.jobs.is_busy, timeout=PATIENCE_MS)
    assert len(panel.candidates) == read
    panel.reading._reader = InlineReader()
    _click(qtbot, panel.page, "Reprendre la lecture")
    qtbot.waitUntil(lambda: not panel.reading.is_running, timeout=PATIENCE_MS)
    assert len(panel.candidates) == 30


def test_the_name_of_the_file_at_work_is_said(qtbot, window, panel, tmp_path):
    panel.reading._reader = SlowReader()
    window.open_files([clean_file(tmp_path / "a.gpkg"), clean_file(tmp_path / "b.gpkg")])
    qtbot.waitUntil(lambda: "Lecture de b.gpkg" in told(panel), timeout=PATIENCE_MS)
    assert "1 sur 2" in told(panel)
    qtbot.waitUntil(lambda: not panel.reading.is_running, timeout=PATIENCE_MS)
    assert len(window.desk.project.layers) == BEFORE + 2


# --- report ---------------------------------------------------------------------------------------


def test_the_report_is_written_without_personal_values(qtbot, window, panel, tmp_path):
    drop(
        qtbot,
        window,
        panel,
        with_owners(tmp_path / "parcelles.gpkg"),
        without_crs(tmp_path / "x.shp"),
    )
    page, data = tmp_path / "rapport.html", tmp_path / "rapport.json"
    window.choose.save_as = lambda _key, _name, ending: page if ending == ".html" else data
    qtbot.mouseClick(panel.report_button, LEFT)
    menu = next(menu for menu in panel.findChildren(QMenu) if menu.isVisible())
    for action in menu.actions():
        action.trigger()
    menu.close()
    qtbot.waitUntil(lambda: page.exists() and data.exists(), timeout=PATIENCE_MS)
    text = page.read_text(encoding="utf-8")
    assert "parcelles.gpkg" in text
    for secret in ("Bennani", "BK123456", str(tmp_path)):
        assert secret not in text
        assert secret not in data.read_text(encoding="utf-8")
    names = [file["path"] for file in json.loads(data.read_text(encoding="utf-8"))["files"]]
    assert names == ["parcelles.gpkg", "x.shp"]


# --- languages and states -------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_every_page_speaks_every_language(qtbot, window, panel, tmp_path, language):
    drop(qtbot, window, panel, delivery_of_thirty(tmp_path / "livraison"))
    window.desk.preferences.change(language=language)
    QApplication.processEvents()
    for item in panel.candidates[:4]:
        panel.open_layer(item.key)
        QApplication.processEvents()
        assert panel.page.minimumSizeHint().width() <= 344
        assert cut_texts(panel) == []
    panel.open_list()
    assert cut_texts(panel) == []
    assert window.desk.words.plural("doctor.group.to-decide", 12) in told(panel.page)


def test_an_empty_panel_says_what_it_is_for(qtbot, window, panel):
    window.actions_.qt("doctor.open-panel").trigger()
    assert "Déposez des fichiers" in told(panel)
    assert not panel.add_button.isEnabled()
    assert panel.report_button.isHidden()
    window.choose.data_files = list
    _click(qtbot, panel, "Ajouter des données…")


def test_a_preview_lifts_the_welcome_page_and_gives_it_back(qtbot, window, panel, tmp_path):
    window.desk.store.mark_saved()
    window.files.new()
    QApplication.processEvents()
    assert window.map.cover is window.welcome
    drop(qtbot, window, panel, without_crs(tmp_path / "sans.shp"))
    qtbot.waitUntil(lambda: window.map.cover is None, timeout=PATIENCE_MS)
    panel.closed.emit()
    assert window.map.cover is window.welcome
    open_small_project(window, qtbot)
