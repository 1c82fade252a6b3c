"""From the code on a sheet back to its project, as a person does it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from emadina_gis.app.panels.printed_state import PrintedStatePanel
from emadina_gis.domain.title import Title
from emadina_gis.session.commands.sheets import SetLayout
from emadina_gis.workflows.printed_states import keep_printed, state_code

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from emadina_gis.app.main_window import MainWindow


def _panel(window: MainWindow) -> PrintedStatePanel:
    panel = window.open_side("state")
    assert isinstance(panel, PrintedStatePanel)
    return panel


def _search(panel: PrintedStatePanel, qtbot: QtBot, code: str) -> None:
    panel.code.clear()
    qtbot.keyClicks(panel.code, code)
    qtbot.keyClick(panel.code, Qt.Key.Key_Return)


def _says(panel: PrintedStatePanel, text: str) -> bool:
    return any(text in label.text() for label in panel.findChildren(QLabel))


def test_the_present_state_is_named(window: MainWindow, qtbot: QtBot) -> None:
    panel = _panel(window)
    _search(panel, qtbot, state_code(window.desk.project))
    qtbot.waitUntil(lambda: _says(panel, "l'état actuel"))


def test_an_old_state_opens_as_a_copy(window: MainWindow, qtbot: QtBot) -> None:
    old = replace(window.desk.project, title=Title.plain("Avant l'enquête"))
    code = state_code(old)
    assert keep_printed(old, code) == ()
    panel = _panel(window)
    _search(panel, qtbot, code.lower().replace("-", " "))
    qtbot.waitUntil(lambda: _says(panel, "Avant l'enquête"))
    before = window.desk.project
    button = next(b for b in panel.findChildren(QPushButton) if "copie" in b.text())
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.desk.project is not before)
    opened = window.desk.project
    assert opened.title.fr == "Avant l'enquête"
    assert opened.id != old.id
    assert state_code(opened) == code
    assert window.files.path is None
    assert window.files.has_unsaved


def test_what_is_no_code_and_what_is_unknown_are_told(window: MainWindow, qtbot: QtBot) -> None:
    panel = _panel(window)
    _search(panel, qtbot, "planche 12")
    qtbot.waitUntil(lambda: _says(panel, "n'est pas un code"))
    _search(panel, qtbot, "0000-0000")
    qtbot.waitUntil(lambda: _says(panel, "Aucun état du code"))


def test_what_is_found_on_a_sheet_is_told(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    layout = window.desk.project.layouts[0]
    window.desk.do(SetLayout(replace(layout, center=(900_000.0, 900_000.0), scale=1000)))
    path = tmp_path / "vide.pdf"
    window.outputs.write_sheet(layout.id, path)
    qtbot.waitUntil(lambda: "vide.pdf est écrit, avec 2 constats" in window.desk.notices.text)
    assert "Légende" in window.desk.notices.text
    assert path.exists()
    button = next(b for b in window.findChildren(QPushButton) if "Voir les constats" in b.text())
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    panel = window.side.panel("problems")
    assert any("page" in label.text() for label in panel.findChildren(QLabel))
