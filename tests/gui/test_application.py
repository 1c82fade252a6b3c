"""Start: one instance hands its files to the other; settings, language and theme of the system."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent

from emadina_gis.analysis.palettes import contrast
from emadina_gis.app.application import FirstInstance
from emadina_gis.app.models.areas import area_text
from emadina_gis.app.models.places import plain
from emadina_gis.app.status_bar import degrees_text, scale_of
from emadina_gis.app.theme import tokens
from emadina_gis.words import load_words


def test_a_second_instance_hands_its_files_to_the_first(qtbot, qapp, tmp_path):
    import json

    from PySide6.QtNetwork import QLocalSocket

    from emadina_gis.session.instance import server_name

    first = FirstInstance(qapp)
    asked = []
    first.asked.connect(asked.append)
    socket = QLocalSocket()
    socket.connectToServer(server_name())
    assert socket.waitForConnected(2_000)
    socket.write(json.dumps([str(tmp_path / "a.emadina")]).encode())
    socket.flush()
    qtbot.waitUntil(lambda: bool(asked), timeout=5_000)
    assert asked == [[tmp_path / "a.emadina"]]
    socket.abort()
    first.close()


def test_files_dropped_on_the_map_are_read(qtbot, window, tmp_path):
    dropped = []
    window.map.files_dropped.disconnect()
    window.map.files_dropped.connect(dropped.append)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "x.gpkg"))])
    event = QDropEvent(
        QPointF(50, 50),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.map.dropEvent(event)
    assert dropped == [[Path(tmp_path / "x.gpkg")]]


def test_another_session_of_the_same_project_opens_read_only(qtbot, window, tmp_path):
    from emadina_gis.io.lock import acquire, lock_path

    path = tmp_path / "shared.emadina"
    window.files.save_as(path)
    qtbot.waitUntil(lambda: window.files.path == path, timeout=20_000)
    window.files.new()
    lock = acquire(lock_path(path))
    window.files.open(path)
    qtbot.waitUntil(lambda: window.files.path == path, timeout=20_000)
    assert window.files.read_only
    assert "lecture seule" in window.windowTitle()
    lock.release()


def test_work_of_a_killed_process_is_offered_and_comes_back(qtbot, window):
    window.top.scenarios.add()
    project = window.desk.project
    window.files._copy.flush()
    window.files.close(keep=True)
    window.desk.store.mark_saved()
    window.files.new()
    assert window.files.offer_recovery()
    assert "retrouvé" in window.desk.notices.text
    from emadina_gis.io.recoverable import recoverable

    window.files.restore(recoverable()[0])
    qtbot.waitUntil(lambda: bool(window.desk.project.layers), timeout=20_000)
    assert [s.name for s in window.desk.project.scenarios] == [s.name for s in project.scenarios]
    assert window.files.has_unsaved


def test_settings_are_applied_and_kept(qtbot, window):
    from emadina_gis.session.settings import load_settings

    panel = window.open_side("settings")
    box = panel.boxes["language"]
    box.setCurrentIndex(box.findData("en"))
    box.activated.emit(box.currentIndex())
    assert window.desk.speech.language == "en"
    assert load_settings().settings.language == "en"
    window.desk.preferences.change(language="fr")


@pytest.mark.parametrize("name", ["light", "dark"])
def test_texts_can_be_read_on_their_grounds(name):
    colors = tokens(name)
    pairs = (
        ("text", "panel"),
        ("secondary", "panel"),
        ("secondary", "sunken"),
        ("accent_text", "panel"),
        ("on_accent", "accent"),
        ("amber", "amber_soft"),
        ("red", "red_soft"),
        ("on_float", "float"),
        ("float_accent", "float"),
    )
    for ink, ground in pairs:
        assert contrast(colors[ink], colors[ground]) >= 4.5, (ink, ground)


@pytest.mark.parametrize(
    ("text", "scale"),
    [("1:5 000", 5_000), ("1/2000", 2_000), ("10\u202f000", 10_000), ("abc", None), ("0", None)],
)
def test_scales_are_read_as_people_type_them(text, scale):
    assert scale_of(text) == scale


def test_names_are_compared_without_accents_and_vowel_signs():
    assert plain("Aïn  Chock") == "ain chock"
    assert plain("الأُلفة") == plain("الالفه")


def test_degrees_are_said_with_minutes_and_seconds():
    assert degrees_text(-7.5911, "E", "O") == "7°35′28″O"


def test_areas_are_said_in_the_unit_of_the_settings():
    words = load_words("fr")
    assert area_text(12_345.0, "m2", words) == "12\u202f345\u00a0m²"
    assert area_text(12_345.0, "ha", words) == "1,2345\u00a0ha"
    assert area_text(12_345.0, "ha_a_ca", words) == "1 ha 23 a 45 ca"
