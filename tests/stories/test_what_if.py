"""“What if the D3 villas along the boulevard become B4?”, from the demo to the printed comparison.

At most twelve clicks and some typed words, by what can be read on the screen alone; each control is
whole in a window of 1366×768 when its turn comes.
"""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QDoubleSpinBox, QLineEdit

from emadina_gis.words import load_words
from tests.stories.person import LEFT, Person, read

MOST_CLICKS = 12
BOULEVARD = "Boulevard des Oliviers"
WITHIN_M = 150


class CountedPerson(Person):
    """A person whose clicks are counted, and who sees each control whole before it is used."""

    clicked = 0

    def clicks(self, text, where=None):
        """Click a button that is whole on the screen."""
        assert_whole(self.button(text, where))
        self.clicked += 1
        super().clicks(text, where)

    def types_into(self, label, text):
        """Click a field that says a label, type, press Enter."""
        field = self.field(label)
        self.clicked += 1
        self.bot.mouseClick(field, LEFT)
        self.types_here(text, field)

    def types_here(self, text, field=None):
        """Type where the cursor is, or into a field, and press Enter."""
        focus = field or QApplication.focusWidget()
        assert isinstance(focus, QLineEdit), focus
        assert_whole(focus)
        focus.selectAll()
        self.bot.keyClicks(focus, text)
        self.bot.keyClick(focus, Qt.Key.Key_Return)

    def field(self, label):
        """Return the field that says a label, a number's field too."""
        for spin in self.window.findChildren(QDoubleSpinBox):
            if spin.isVisible() and read(spin.accessibleName()) == label:
                return spin.lineEdit()
        for field in self.window.findChildren(QLineEdit):
            names = (field.placeholderText(), field.accessibleName())
            if field.isVisible() and label in (read(name) for name in names):
                return field
        raise AssertionError(f"no field says {label!r}")

    def chooses(self, text, label, where=None):
        """Open a list and choose an entry: two clicks."""
        boxes = [b for b in self.window.findChildren(QComboBox) if b.isVisible()]
        assert_whole(next(b for b in boxes if read(b.accessibleName()) == label))
        self.clicked += 2
        super().chooses(text, label, where)

    def chooses_in_menu(self, *texts):
        """Choose through submenus: a click for each."""
        self.clicked += len(texts)
        super().chooses_in_menu(*texts)


def assert_whole(widget):
    """See a control whole, without scrolling."""
    QApplication.processEvents()
    assert widget.visibleRegion().boundingRect() == widget.rect(), widget


@pytest.fixture
def counted(person, qtbot, monkeypatch):
    person.window.setGeometry(0, 0, 1366, 768)
    return CountedPerson(person.window, qtbot, monkeypatch)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("language", ["fr", "ar"])
def test_what_if_the_villas_along_the_boulevard_become_b4(counted, language, tmp_path):
    person, window = counted, counted.window
    preferences = window.desk.preferences
    preferences.take(replace(preferences.settings, language=language))
    words = load_words(language)

    def says(key, **params):
        return read(words.text(key, **params))

    person.clicks(says("welcome.demo"))
    person.waits(lambda: bool(person.layers()))
    person.waits_for_the_picture()
    person.clicked = 0

    person.types_into(says("places.hint"), BOULEVARD)
    person.waits(lambda: len(window.desk.view.selected("roads")) == 1)
    person.clicks(says("scenario.add"))
    person.waits_for_figures()
    person.clicks(says("menu.all"))
    person.chooses_in_menu(says("menu.edit"), says("edit.select-by"))
    roads = read(window.desk.speech.title(window.desk.project.layer("roads").title))
    person.chooses(f"{roads}", says("select.near"))
    person.types_into(says("select.hint"), "sector = 'D3'")
    person.types_into(says("select.distance"), str(WITHIN_M))
    person.waits(lambda: len(window.desk.view.selected("parcels")) > 100)
    ids = window.desk.view.selected("parcels")
    person.clicks(says("selection.change-sector"), window.map.bar)
    person.waits(lambda: isinstance(QApplication.focusWidget(), QLineEdit))
    person.types_here("B4")
    person.waits_for_figures()
    scenario = window.desk.project.scenario(window.desk.view.active_scenario_id)
    assert [(c.sector, len(c.ids)) for c in scenario.changes] == [("B4", len(ids))]
    assert_only_villas(window, ids)

    sheet = tmp_path / "comparaison.pdf"
    person.dialogs.answer(sheet)
    person.clicks(says("bar.print"))
    person.chooses_in_menu(says("print.comparison", name=scenario.name))
    person.waits_to_read(says("output.written", name=sheet.name))
    assert person.clicked <= MOST_CLICKS
    assert_tells_the_difference(window, sheet, words)


def assert_only_villas(window, ids):
    parcels = window.desk.project.parcels.table
    rows = parcels.rows_of_ids(ids)
    assert set(parcels.strings("sector")[rows]) == {"D3"}
    roads = window.desk.project.vector_layer("roads").table
    road = roads.shapes(np.flatnonzero(roads.strings("name_fr") == BOULEVARD))[0]
    assert max(shape.distance(road) for shape in parcels.shapes(rows)) <= WITHIN_M


def assert_tells_the_difference(window, sheet, words):
    active, reference = window.desk.results.active, window.desk.results.reference
    difference = active.summary.total.value("dwellings", "addition") - (
        reference.summary.total.value("dwellings", "addition")
    )
    assert difference > 0
    reader = shutil.which("pdftotext")
    if reader is None:
        return
    told = subprocess.run([reader, "-layout", sheet, "-"], capture_output=True, check=True)
    text = read(told.stdout.decode("utf-8"))
    assert read(words.number(difference, signed=True)) in text
