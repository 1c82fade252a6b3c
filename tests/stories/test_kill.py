"""The process is killed at any moment: what was shown 200 ms before is there at the next start.

Five kills in the ordinary suite; the variable EMADINA_KILLS asks for more.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time

import pytest

from emadina_gis.app.application import _start
from emadina_gis.io.project_file import load_project, save_project
from emadina_gis.io.recoverable import recoverable
from tests.builders import a_project
from tests.conftest import ROOT
from tests.stories.killed import JOURNAL, assert_whole, step_of

KILLS = int(os.environ.get("EMADINA_KILLS", "5"))
#: What was shown this long before the kill must be there.
KEPT_AFTER_S = 0.2
LONGEST_LIFE_S = 1.5
PATIENCE_S = 40.0

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(180),
    pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL"),
]


def killed_at_random(folder, seed, project):
    """Let a window work on a project and kill it; return two steps.

    The first was shown 200 ms before the kill, the second is the last that was shown.
    """
    said = folder / "said.txt"
    with said.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.stories.killed", str(folder), str(seed), str(project)],
            cwd=ROOT,
            stdout=output,
            stderr=output,
        )
    journal = folder / JOURNAL
    deadline = time.monotonic() + PATIENCE_S
    while not (journal.is_file() and journal.stat().st_size):
        assert process.poll() is None, said.read_text(encoding="utf-8")
        assert time.monotonic() < deadline, "nothing was done"
        time.sleep(0.01)
    life_s = random.Random(seed).uniform(0.0, LONGEST_LIFE_S)
    time.sleep(life_s)
    killed = time.monotonic()
    process.send_signal(signal.SIGKILL)
    process.wait()
    lines = [line.split() for line in journal.read_text(encoding="utf-8").splitlines()]
    shown = [int(step) for when, step in lines if float(when) <= killed - KEPT_AFTER_S]
    return max(shown, default=0), int(lines[-1][1])


@pytest.mark.parametrize("seed", range(KILLS))
def test_what_was_shown_before_a_kill_is_offered_at_the_next_start(person, tmp_path, seed):
    window = person.window
    path = tmp_path / "essai.emadina"
    project = "demo"
    if seed:
        save_project(a_project().with_parcels(2_000).build(), path)
        project = path
    kept, last = killed_at_random(tmp_path, seed, project)
    saved = 0
    if seed:
        # An interrupted save leaves the whole old file or the whole new one.
        found, _problems = load_project(path)
        assert_whole(found)
        saved = step_of(found)
        assert saved <= last
    _start(window, [], demo=False)
    if recoverable():
        assert "Du travail non enregistré a été retrouvé" in person.notice()
        person.clicks("Reprendre", window.desk.notices)
        person.waits(lambda: step_of(window.desk.project) > 0)
        person.waits_for_figures()
        assert_whole(window.desk.project)
        assert max(step_of(window.desk.project), saved) >= kept
        assert window.files.has_unsaved
        assert window.desk.project.parcels.table.row_count >= 2_000
    else:
        assert saved >= kept
    assert kept <= last


def test_what_a_kill_left_is_not_lost_by_opening_the_same_project(person, tmp_path):
    """Who opens the demo again before answering still finds the work of the killed process."""
    kept, _last = killed_at_random(tmp_path, 2, "demo")
    window = person.window
    _start(window, [], demo=False)
    assert "Du travail non enregistré" in person.notice()
    person.clicks("Démonstration")
    person.waits(lambda: "Parcelles" in person.layers())
    person.waits_for_figures()
    window.desk.store.mark_saved()
    window.files.close()
    window.files.new()
    assert window.files.offer_recovery()
    person.clicks("Reprendre", window.desk.notices)
    person.waits(lambda: step_of(window.desk.project) > 0)
    assert step_of(window.desk.project) >= kept
