"""A closed drawing in the doctor: a converter is offered, and runs on a click only."""

from __future__ import annotations

import os
import sys

import ezdxf
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from emadina_gis.app.doctor.convert_section import ConvertSection
from emadina_gis.io.reader import InlineReader

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the converter here is a script of POSIX")
PATIENCE_MS = 60_000


@pytest.fixture
def panel(qtbot, window):
    """Give the doctor's panel of a window, reading in this process."""
    made = window.side.panel("import")
    made.reading._reader = InlineReader()
    return made


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "plan.dwg"
    path.write_bytes(b"AC1027" + b"\0" * 200)
    return path


def _install(tmp_path, monkeypatch, body):
    folder = tmp_path / "bin"
    folder.mkdir()
    path = folder / "dwg2dxf"
    path.write_text(f"#!{sys.executable}\nimport shutil, sys\n{body}\n")
    path.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


def _drawing(path):
    document = ezdxf.new("R2010")
    corners = [(294_000, 331_000), (294_020, 331_000), (294_020, 331_020)]
    document.modelspace().add_lwpolyline(corners, close=True, dxfattribs={"layer": "LOTS"})
    document.saveas(path)


def _drop(qtbot, window, panel, path):
    window.open_files([path])
    qtbot.waitUntil(lambda: not panel.reading.is_running, timeout=PATIENCE_MS)
    QApplication.processEvents()


def _button(panel):
    return panel.page.findChild(ConvertSection).buttons[0]


def test_a_click_converts_and_shows_what_the_drawing_holds(
    qtbot, window, panel, source, tmp_path, monkeypatch
):
    made, started = tmp_path / "made.dxf", tmp_path / "started"
    _drawing(made)
    body = f"open({str(started)!r}, 'w').close(); shutil.copy({str(made)!r}, sys.argv[3])"
    _install(tmp_path, monkeypatch, body)
    _drop(qtbot, window, panel, source)
    assert "LibreDWG dwg2dxf" in _button(panel).text()
    assert not started.exists()
    qtbot.mouseClick(_button(panel), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.candidates[0].layer is not None, timeout=PATIENCE_MS)
    said = {problem.code: problem for problem in panel.candidates[0].problems}
    assert said["dxf.converted"].params["converter"] == "LibreDWG dwg2dxf"
    assert panel.candidates[0].path == source


def test_a_converter_that_fails_can_be_asked_again(
    qtbot, window, panel, source, tmp_path, monkeypatch
):
    _install(tmp_path, monkeypatch, "sys.exit(3)")
    _drop(qtbot, window, panel, source)
    old = _button(panel)
    qtbot.mouseClick(old, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: _button(panel) is not old, timeout=PATIENCE_MS)
    assert _button(panel).isEnabled()
    assert panel.candidates[0].error.code == "dwg.convertible"
