"""The label page: what is chosen is on the map, what has no place is listed and can come first."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QWidget

from emadina_gis.domain.style import LabelPlace, LabelRule, LabelStyle
from emadina_gis.session.commands.styles import SetLabels
from emadina_gis.words import LANGUAGES
from tests.stories.cut_texts import cut_texts


@pytest.fixture
def panel(qtbot, window):
    window.desk.view.activate_layer("parcels")
    window.panels.labelling.open("parcels")
    window.map.canvas.set_scale(900)
    return window.side.panel("labels")


def label(window, layer_id="parcels"):
    return window.desk.project.vector_layer(layer_id).style.label


def field(panel, kind, name):
    """Return the field that a screen reader calls by a name."""
    return next(one for one in panel.findChildren(kind) if one.accessibleName() == name)


def choose(box, value):
    box.setCurrentIndex(box.findData(value))
    box.activated.emit(box.currentIndex())


def placed(window):
    labels = window.panels.labelling._labels
    return [] if labels is None else [one.lines for one in labels.placement.labels]


def test_a_column_is_written_on_the_map(qtbot, window, panel):
    choose(field(panel, QComboBox, "Colonne"), "sector")
    assert label(window) == LabelStyle("sector")
    qtbot.waitUntil(lambda: ("D3",) in placed(window), timeout=10_000)


def test_without_a_column_nothing_else_can_be_set(window, panel):
    assert not field(panel, QDoubleSpinBox, "Taille").isEnabled()
    choose(field(panel, QComboBox, "Colonne"), "sector")
    assert field(panel, QDoubleSpinBox, "Taille").isEnabled()


def test_a_template_is_typed_and_what_is_wrong_is_said_in_place(qtbot, window, panel):
    line = panel.template.line
    qtbot.keyClicks(line, "{sector")
    qtbot.keyClick(line, Qt.Key.Key_Escape)
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert "accolade" in panel.template._error.text()
    assert label(window) is None
    line.clear()
    qtbot.keyClicks(line, "{owner}")
    panel.template.submitted.emit()
    assert "owner" in panel.template._error.text()
    line.setText("{sector}[ – {area_m2:0} m²]")
    panel.template.submitted.emit()
    assert panel.template._error.text() == ""
    assert label(window).template == "{sector}[ – {area_m2:0} m²]"


def test_owners_are_never_offered(panel):
    box = field(panel, QComboBox, "Colonne")
    assert box.findData("sector") >= 0
    assert box.findData("owner") < 0


def test_trying_a_size_is_one_step_back(window, panel):
    window.desk.do(SetLabels("parcels", LabelStyle("sector")))
    size = field(panel, QDoubleSpinBox, "Taille")
    for _click in range(3):
        size.stepUp()
    assert label(window).size_mm == pytest.approx(3.2)
    window.desk.store.undo()
    assert label(window).size_mm == LabelStyle("sector").size_mm


def test_fields_are_those_of_the_kind_of_features(window, panel):
    follow = field(panel, QCheckBox, "Suivre la ligne")
    assert not follow.isVisibleTo(panel)
    panel.edit("streets")
    assert follow.isVisibleTo(panel)
    choose(field(panel, QComboBox, "Colonne"), "name")
    assert label(window, "streets").along_line


def test_scales_are_denominators_and_places_have_an_order(window, panel):
    window.desk.do(SetLabels("parcels", LabelStyle("sector")))
    field(panel, QDoubleSpinBox, "À partir de l'échelle").setValue(5000)
    assert label(window).max_units_per_px == pytest.approx(5000 * 25.4e-3 / 96)
    panel.change("places", (LabelPlace.ABOVE,))
    assert field(panel, QCheckBox, "Cette place seulement").isChecked()


def test_a_class_has_its_own_look(window, panel):
    window.desk.do(SetLabels("parcels", LabelStyle("parcel_id")))
    choose(field(panel, QComboBox, "Selon la colonne"), "sector")
    bold = field(panel, QWidget, "« B4 » en gras")
    bold.click()
    assert label(window).rules == (LabelRule("B4", bold=True),)
    assert field(panel, QWidget, "« B4 » en gras") is bold  # the keys stay where they are
    field(panel, QWidget, "Étiqueter « D3 »").click()
    assert LabelRule("D3", shown=False) in label(window).rules


def test_only_the_selection_is_labelled(window, panel):
    window.desk.do(SetLabels("parcels", LabelStyle("sector")))
    ids = window.desk.project.parcels.table.ids[:2]
    window.desk.view.select("parcels", ids)
    panel.only_button.click()
    assert label(window).only_rows == tuple(ids.tolist())
    assert "2 objets" in panel.only.text()
    panel.all_button.click()
    assert label(window).only_rows is None


@pytest.fixture
def crowded(qtbot, window, panel):
    """Return the page where names of parcels do not fit."""
    window.desk.do(SetLabels("parcels", LabelStyle("parcel_id", size_mm=6.0)))
    window.map.canvas.set_scale(1000)
    panel.show_unplaced()
    qtbot.waitUntil(lambda: panel.unplaced.model.rowCount() > 5, timeout=10_000)
    return panel


def test_what_has_no_place_is_listed_counted_and_shown(qtbot, window, crowded):
    row = window.layers.row_of("parcels")
    assert "sans place" in row.unplaced.text()
    table = crowded.unplaced.table
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_Down)
    one = crowded.unplaced.current
    before = window.map.canvas.viewport
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert window.map.canvas.viewport != before
    assert window.desk.view.view.selection["parcels"].tolist() == [one.row_id]


def test_a_label_can_come_first(window, crowded):
    crowded.unplaced.table.selectRow(3)
    one = crowded.unplaced.current
    crowded.unplaced.first.click()
    assert label(window).raised == (one.row_id,)
    assert "1 étiquette" in crowded.raised.text()
    crowded.lower_button.click()
    assert label(window).raised == ()


def test_the_count_of_a_row_leads_to_the_list(qtbot, window, crowded):
    crowded.tabs.setCurrentIndex(0)
    window.layers.row_of("parcels").unplaced.click()
    assert crowded.tabs.currentIndex() == 1
    assert window.side.current == "labels"


def test_no_label_stands_under_a_tool(qtbot, window, panel):
    window.desk.do(SetLabels("parcels", LabelStyle("sector", size_mm=2.0)))
    canvas = window.map.canvas
    canvas.set_viewport(canvas.viewport.zoomed(1.0))
    qtbot.waitUntil(lambda: len(placed(window)) > 3, timeout=10_000)
    labels = window.panels.labelling._labels
    view = labels.request.viewport
    strip = window.map.strip.geometry()
    for one in labels.placement.labels:
        x, y = view.to_screen(one.x, one.y)
        assert not strip.contains(round(x), round(y))


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_cut_in_any_language(qtbot, window, crowded, language):
    window.desk.preferences.change(language=language)
    for tab in (0, 1):
        crowded.tabs.setCurrentIndex(tab)
        qtbot.wait(50)
        assert cut_texts(crowded) == []
