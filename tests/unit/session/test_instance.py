"""One instance per person."""

from __future__ import annotations

import subprocess
import sys

from emadina_gis.session.instance import LOCK_NAME, InstanceLock, server_name


def test_the_second_is_told_and_the_first_gives_back(tmp_path):
    first, second = InstanceLock(tmp_path), InstanceLock(tmp_path)
    assert first.acquire()
    assert first.acquire()
    assert first.is_held
    assert not second.acquire()
    assert not second.is_held
    first.release()
    first.release()
    assert second.acquire()
    second.release()


def test_a_killed_instance_leaves_no_lock(tmp_path):
    code = (
        "import os, sys; from pathlib import Path\n"
        "from emadina_gis.session.instance import InstanceLock\n"
        f"lock = InstanceLock(Path({str(tmp_path)!r}))\n"
        "print(lock.acquire(), flush=True); os.abort()"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.stdout.strip() == "True"
    lock = InstanceLock(tmp_path)
    assert lock.acquire()
    lock.release()


def test_a_folder_that_refuses_does_not_stop_the_program(tmp_path):
    (tmp_path / LOCK_NAME).mkdir()
    lock = InstanceLock(tmp_path)
    assert lock.acquire()
    assert not lock.is_held


def test_each_person_has_a_server_name(tmp_path):
    assert server_name(tmp_path) == server_name(tmp_path)
    assert server_name(tmp_path) != server_name(tmp_path / "x")
    assert server_name().startswith("emadina-gis-")
