"""The note panel: every way in, what is told in place, and what is written."""

from __future__ import annotations

import pytest

from emadina_gis.app.panels.note import CORNERS, DRAWN, LIST, SOURCES, TITLES
from emadina_gis.domain.title import Title
from emadina_gis.io.agency_file import write_profile
from emadina_gis.project.agency import AgencyProfile
from tests.gui.small_project import X0, Y0
from tests.stories.cut_texts import cut_texts

PATIENCE_MS = 60_000


@pytest.fixture
def panel(window):
    """Give the panel open in the trailing side."""
    return window.open_side("note")


@pytest.fixture
def title(window):
    """Give the title of the first parcel."""
    return str(window.desk.project.parcels.table.strings("parcel_id")[0])


def written(qtbot, window, panel, path):
    panel.write(path)
    qtbot.waitUntil(lambda: path.name in window.desk.notices.text, timeout=PATIENCE_MS)
    assert path.stat().st_size > 1000


def told(qtbot, panel):
    qtbot.waitUntil(lambda: bool(panel.error.text()), timeout=PATIENCE_MS)
    return panel.error.text()


def test_titles_that_are_typed(qtbot, window, panel, title, tmp_path):
    panel.take_source(TITLES)
    panel.titles.setPlainText(f"{title}; T.999/Z")
    written(qtbot, window, panel, tmp_path / "note.docx")


def test_the_selection(qtbot, window, panel, title, tmp_path):
    parcels = window.desk.project.parcels
    window.desk.view.select("parcels", parcels.table.ids[:1])
    assert panel.selected_titles() == (title,)
    written(qtbot, window, panel, tmp_path / "note.docx")


def test_an_outline_that_is_drawn(qtbot, window, panel, tmp_path):
    panel.take_source(DRAWN)
    panel.take_drawing([(X0, Y0), (X0 + 30, Y0), (X0 + 30, Y0 + 30)])
    assert "450" in panel.said.text()
    written(qtbot, window, panel, tmp_path / "note.docx")


def test_exchanged_corners_are_asked_about_in_place(qtbot, window, panel, tmp_path):
    panel.take_source(CORNERS)
    rows = [(Y0, X0), (Y0, X0 + 30), (Y0 + 30, X0 + 30)]
    lines = [f"{place};{x};{y}" for place, (x, y) in enumerate(rows, start=1)]
    panel.corners.setPlainText("\n".join(["id;X;Y", *lines]))
    path = tmp_path / "note.docx"
    panel.write(path)
    assert "X et Y semblent intervertis" in told(qtbot, panel)
    assert panel.swap_button.isVisible()
    assert not path.exists()
    window.choose.save_as = lambda _key, _name, _ending: path
    panel.swap_button.click()
    qtbot.waitUntil(path.exists, timeout=PATIENCE_MS)
    assert not panel.error.text()


def test_a_title_that_is_not_there_is_told_in_place(qtbot, panel, tmp_path):
    panel.take_source(TITLES)
    panel.titles.setPlainText("T.999/Z")
    panel.write(tmp_path / "note.pdf")
    assert "T.999/Z" in told(qtbot, panel)
    assert not list(tmp_path.iterdir())


def test_a_series_from_a_list(qtbot, window, panel, title, tmp_path):
    listed = tmp_path / "liste.csv"
    listed.write_text(f"Titre\n{title}\nT.999/Z\n", encoding="utf-8")
    panel.take_source(LIST)
    panel.format.setCurrentIndex(1)
    panel.write_series(tmp_path / "fiches")
    assert "Choisissez d'abord" in panel.error.text()
    panel.title_list = listed
    panel.write_series(tmp_path / "fiches")
    qtbot.waitUntil(lambda: "1 fiche écrite" in window.desk.notices.text, timeout=PATIENCE_MS)
    assert len(list((tmp_path / "fiches").glob("*.docx"))) == 1


def test_a_profile_is_taken_into_the_project_and_can_be_undone(qtbot, window, panel, tmp_path):
    path = tmp_path / "agence.toml"
    write_profile(AgencyProfile(agency=Title.plain("Agence Urbaine")), path)
    window.choose.file_to_open = lambda _key, _patterns: path
    panel.import_agency()
    qtbot.waitUntil(lambda: window.desk.project.agency is not None, timeout=PATIENCE_MS)
    assert panel.agency.text() == "Agence Urbaine"
    assert panel.number_part.isVisible()
    window.desk.store.undo()
    assert window.desk.project.agency is None
    assert "document de travail" in panel.agency.text()


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_nothing_is_cut_in_any_language(window, panel, language):
    window.desk.speech.set_language(language)
    window.open_side("note")
    for source in SOURCES:
        panel.take_source(source)
        assert not cut_texts(panel)
