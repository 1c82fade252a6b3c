"""The window and the process that reads files: whatever happens there, the window lives on."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from emadina_gis.app.doctor.panel import DoctorPanel
from tests.unit.io import odd_worker

DYING = (sys.executable, "-P", str(Path(odd_worker.__file__)), odd_worker.DYING)
READ_MS = 60_000
#: Making a process ready must not be felt.
LONGEST_S = 0.05


@pytest.fixture
def points(tmp_path):
    path = tmp_path / "points.geojson"
    path.write_text('{"type":"Point","coordinates":[-7.6,33.5]}')
    return path


def _panel(window):
    panel = window.open_side("import")
    assert isinstance(panel, DoctorPanel)
    return panel


def _read(window, qtbot, files):
    panel = _panel(window)
    with qtbot.waitSignal(panel.reading.ended, timeout=READ_MS):
        panel.read(files)
    return panel


def _processes(window):
    """Return who starts the processes of a window."""
    return window.desk.reader._reader


def _newest(window):
    """Return the name of the layer that was added last: what is clean is added at once."""
    return window.desk.speech.title(window.desk.project.layers[0].title)


def _is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_process_is_made_ready_without_keeping_the_window(window, qtbot):
    reader = _processes(window)
    began_s = time.perf_counter()
    reader.warm()
    assert time.perf_counter() - began_s < LONGEST_S
    (worker,) = reader._idle
    window.close()
    qtbot.waitUntil(lambda: not _is_alive(worker.pid), timeout=READ_MS)
    assert not worker.folder.exists()


def test_files_are_read_apart_and_nothing_is_left_when_the_window_closes(window, qtbot, points):
    _read(window, qtbot, [points])
    assert _newest(window) == "points"
    pids = [worker.pid for worker in _processes(window)._idle]
    assert pids
    window.desk.store.mark_saved()
    window.close()
    for pid in pids:
        qtbot.waitUntil(lambda pid=pid: not _is_alive(pid), timeout=READ_MS)


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_file_that_kills_the_parser_is_told_and_the_next_is_read(window, qtbot, points, tmp_path):
    reader = _processes(window)
    usual, reader._started_by = reader._started_by, DYING
    panel = _read(window, qtbot, [points])
    (candidate,) = panel.candidates
    assert candidate.error is not None
    assert candidate.error.code == "worker.died"
    assert window.isVisible()
    reader._started_by = usual
    other = tmp_path / "other"
    other.mkdir()
    (other / "next.geojson").write_text(points.read_text())
    for _ in range(3):  # spares that were made ready before die of a file each
        _read(window, qtbot, [other / "next.geojson"])
        if _newest(window) == "next":
            break
    assert _newest(window) == "next"
