"""The working copy: what was committed is there after the process dies; locks say who has it."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from emadina_gis.domain.title import Title
from emadina_gis.errors import OutputError, ProjectFileError
from emadina_gis.io import project_database as database
from emadina_gis.io.lock import FileLock, Owner, acquire, lock_path, read_owner
from emadina_gis.io.project_file import load_project, save_project
from emadina_gis.io.recoverable import WorkingCopyInUse, discard, folder, recoverable
from emadina_gis.io.working_copy import WorkingCopy
from tests.unit.io.projects import full_project

ROOT = Path(__file__).resolve().parents[3]


def _titled(project, text):
    return replace(project, title=Title.plain(text))


@pytest.fixture
def project():
    return full_project()


def test_the_last_commit_is_what_is_restored(project):
    copy = WorkingCopy.create(project)
    for number in range(30):
        copy.commit(_titled(project, str(number)))
    copy.flush()
    assert copy.as_opened() == project
    copy.close(keep=True)
    (found,) = recoverable()
    assert (found.title, found.project_id, found.project_path) == ("29", "p1", None)
    restored, last = WorkingCopy.restore(found)
    assert last == _titled(project, "29")
    restored.commit(_titled(project, "30"))
    restored.flush()
    restored.close()
    assert recoverable() == []


def test_without_unsaved_changes_nothing_is_offered(project, tmp_path):
    copy = WorkingCopy.create(project)
    copy.commit(_titled(project, "x"))
    copy.mark_saved(tmp_path / "p.emadina")
    copy.close(keep=True)
    assert recoverable() == []
    assert list(folder().glob("*.sqlite*")) == []


def test_nothing_is_written_before_there_is_a_change_or_a_pause(project, monkeypatch):
    from emadina_gis.io import working_copy

    monkeypatch.setattr(working_copy, "SETTLE_S", 60.0)
    begun = time.monotonic()
    copy = WorkingCopy.create(project)
    assert list(folder().glob("*.sqlite*")) == []
    copy.close(keep=True)
    assert time.monotonic() - begun < 30
    copy = WorkingCopy.create(project)
    copy.commit(_titled(project, "x"))
    copy.flush()
    assert copy.as_opened() == project
    copy.close(keep=True)
    assert [found.title for found in recoverable()] == ["x"]


def test_closing_removes_the_copy_and_its_lock(project):
    copy = WorkingCopy.create(project)
    copy.close()
    assert list(folder().iterdir()) == []


def test_a_second_opener_is_told_who_has_it(project):
    copy = WorkingCopy.create(project)
    with pytest.raises(WorkingCopyInUse) as caught:
        WorkingCopy.create(project)
    assert caught.value.owner.pid == os.getpid()
    assert recoverable() == []
    copy.close()


def test_what_was_written_ahead_is_there_when_the_commit_comes(project):
    bare = replace(project, layers=())
    copy = WorkingCopy.create(bare)
    copy.write_ahead(project.layers)
    with closing(sqlite3.connect(copy.path)) as connection:
        before = database.keys(connection)
    copy.commit(project)
    copy.flush()
    with closing(sqlite3.connect(copy.path)) as connection:
        assert before == database.keys(connection) != set()
    copy.close(keep=True)
    assert WorkingCopy.restore(recoverable()[0])[1] == project


def test_discarding_removes_what_was_left(project):
    copy = WorkingCopy.create(project)
    copy.commit(_titled(project, "x"))
    copy.close(keep=True)
    (found,) = recoverable()
    discard(found)
    assert recoverable() == []


def test_opening_the_project_again_sets_unsaved_work_aside(project):
    copy = WorkingCopy.create(project)
    copy.commit(_titled(project, "x"))
    copy.close(keep=True)
    again = WorkingCopy.create(project)
    again.flush()
    (found,) = recoverable()
    assert (found.title, found.project_id) == ("x", "p1")
    restored, last = WorkingCopy.restore(found)
    assert last == _titled(project, "x")
    restored.close()
    again.close()
    assert recoverable() == []


def test_parts_that_were_not_written_in_time_come_from_the_project_file(project, tmp_path):
    path = tmp_path / "p.emadina"
    save_project(project, path)
    copy = WorkingCopy.create(project, project_path=path)
    copy.commit(_titled(project, "x"))
    copy.close(keep=True)
    with closing(sqlite3.connect(copy.path)) as connection:
        connection.execute("DELETE FROM part")
        connection.commit()
    (found,) = recoverable()
    with pytest.raises(ProjectFileError):
        WorkingCopy.restore(found, elsewhere=lambda _key: None)
    restored, last = WorkingCopy.restore(found)
    assert last == _titled(project, "x")
    restored.commit(_titled(project, "y"))
    restored.close(keep=True)
    path.unlink()
    copy, last = WorkingCopy.restore(recoverable()[0])
    copy.close()
    assert last == _titled(project, "y")


def test_a_save_takes_over_the_bytes_already_made(project, tmp_path, monkeypatch):
    copy = WorkingCopy.create(project)
    copy.flush()
    made = []
    monkeypatch.setattr(
        "emadina_gis.io.parts._column_bytes", lambda values: made.append(values) or b""
    )
    with copy.known_bytes() as known:
        save_project(project, tmp_path / "p.emadina", known_bytes=known)
    copy.close()
    monkeypatch.undo()
    assert made == []
    assert load_project(tmp_path / "p.emadina")[0] == project


def test_a_full_disk_is_told_and_the_next_commit_may_succeed(project, monkeypatch):
    told = []
    copy = WorkingCopy.create(project, on_error=told.append)
    copy.flush()
    whole = database.put_tree

    def full(*_):
        raise database.sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(database, "put_tree", full)
    copy.commit(_titled(project, "lost"))
    with pytest.raises(OutputError) as caught:
        copy.flush()
    assert caught.value.code == "output.disk-full"
    assert [error.code for error in told] == ["output.disk-full"]
    monkeypatch.setattr(database, "put_tree", whole)
    copy.commit(_titled(project, "kept"))
    copy.flush()
    copy.close(keep=True)
    assert recoverable()[0].title == "kept"


def test_a_damaged_copy_is_offered_without_a_title(project):
    path = folder() / "broken.sqlite"
    path.write_bytes(b"SQLite format 3\0" + b"\1" * 5000)
    (found,) = recoverable()
    assert (found.path, found.title) == (path, "")


def test_locks_lie_beside_the_file_and_go_away(tmp_path):
    path = tmp_path / "p.emadina"
    first = acquire(lock_path(path))
    assert isinstance(first, FileLock)
    assert first.is_held
    second = acquire(lock_path(path))
    assert isinstance(second, Owner)
    assert second.pid == os.getpid()
    first.refresh()
    first.release()
    first.release()
    assert list(tmp_path.iterdir()) == []


def test_a_lock_left_by_a_dead_process_is_taken_over(tmp_path):
    path = lock_path(tmp_path / "p.emadina")
    code = (
        "import os, sys; from pathlib import Path; from emadina_gis.io.lock import acquire;"
        f"lock = acquire(Path({str(path)!r})); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False)
    assert read_owner(path) is not None
    lock = acquire(path)
    assert isinstance(lock, FileLock)
    lock.release()


def test_a_fresh_lock_of_another_machine_is_respected_and_a_stale_one_is_not(tmp_path):
    path = lock_path(tmp_path / "p.emadina")
    path.write_text('{"host": "autre-poste", "user": "amina", "pid": 5, "since": "2026"}')
    found = acquire(path)
    assert isinstance(found, Owner)
    assert (found.host, found.user) == ("autre-poste", "amina")
    old = time.time() - 3600
    os.utime(path, (old, old))
    lock = acquire(path)
    assert isinstance(lock, FileLock)
    lock.release()


# --- killed processes -----------------------------------------------------------------------------

_EDITOR = """
import sys, time
from dataclasses import replace
from emadina_gis.domain.title import Title
from emadina_gis.io.working_copy import WorkingCopy
from tests.unit.io.projects import full_project
project = full_project(2000)
copy = WorkingCopy.create(project)
copy.flush()
for number in range(1, 100_000):
    copy.commit(replace(project, title=Title.plain(str(number))))
    print(number, time.time(), flush=True)
    time.sleep(0.004)
"""
_SAVER = """
import sys
from dataclasses import replace
from pathlib import Path
from emadina_gis.domain.title import Title
from emadina_gis.io.project_file import save_project
from tests.unit.io.projects import full_project
project = full_project(3000)
for number in range(100_000):
    save_project(replace(project, title=Title.plain(str(number))), Path(sys.argv[1]))
    print(number, flush=True)
"""


def _killed_after(code, *arguments, first_line_then_s):
    """Run a script, wait for its first line and then a while, kill it; return its lines."""
    process = subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    lines = [process.stdout.readline()]
    time.sleep(first_line_then_s)
    process.send_signal(signal.SIGKILL)
    rest, _ = process.communicate()
    return [line for line in [*lines, *rest.splitlines()] if line.strip()], time.time()


@pytest.mark.slow
def test_what_was_shown_200_ms_before_a_kill_is_there():
    rng = random.Random(7)
    for _ in range(6):
        lines, killed_at = _killed_after(_EDITOR, first_line_then_s=rng.uniform(0.05, 0.6))
        shown = [line.split() for line in lines if len(line.split()) == 2]
        before = [int(number) for number, when in shown if float(when) < killed_at - 0.3]
        (found,) = recoverable() or (None,)
        last = int(found.title) if found else 0
        assert last >= max(before, default=0)
        if found:
            copy, project = WorkingCopy.restore(found)
            assert project == _titled(full_project(2000), found.title)
            copy.close()


@pytest.mark.slow
def test_a_kill_during_a_save_leaves_the_old_or_the_new_file(tmp_path):
    rng = random.Random(11)
    path = tmp_path / "p.emadina"
    for _ in range(int(os.environ.get("EMADINA_KILLS", "8"))):
        lines, _ = _killed_after(_SAVER, str(path), first_line_then_s=rng.uniform(0.0, 0.25))
        opened, problems = load_project(path)
        assert problems == ()
        assert int(opened.title.fr) - int(lines[-1]) in {0, 1}
        assert opened == _titled(full_project(3000), opened.title.fr)


def test_a_copy_of_the_same_project_waits_until_the_last_one_is_removed(project):
    WorkingCopy.create(project).close(wait=False)
    again = WorkingCopy.create(project)
    again.flush()
    assert again.path.exists()
    again.close()
    assert not again.path.exists()
