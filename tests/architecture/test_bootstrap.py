"""The set-up script: what it needs, what it says, when it does nothing."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from tests.architecture.source import ROOT

if TYPE_CHECKING:
    from pathlib import Path


def _script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "packaging" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def bootstrap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return the script with a stamp of its own."""
    module = _script("bootstrap")
    monkeypatch.setattr(module, "STAMP", tmp_path / "stamp.json")
    monkeypatch.setattr(module, "LINUX", True)
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    return module


def test_who_is_not_root_gets_the_exact_command(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "is_root", lambda: False)
    monkeypatch.setattr(bootstrap, "apt_has", lambda name: name == "libglib2.0-0")
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: f"bin/{name}")
    with pytest.raises(bootstrap.SetupError) as raised:
        bootstrap.apt_install([("libglib2.0-0t64", "libglib2.0-0"), ("libegl1",)], "Something")
    assert "sudo apt-get install -y libglib2.0-0 libegl1" in str(raised.value)


def test_a_system_without_apt_is_told_the_libraries(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "is_there", lambda name: name != "libEGL.so.1")
    monkeypatch.setattr(bootstrap.shutil, "which", lambda _name: None)
    with pytest.raises(bootstrap.SetupError, match=r"libEGL\.so\.1"):
        bootstrap.ensure_system("run")


def test_venv_and_libraries_are_named_in_one_command(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "is_root", lambda: False)
    monkeypatch.setattr(bootstrap, "is_there", lambda name: name != "libEGL.so.1")
    monkeypatch.setattr(bootstrap, "has_venv", lambda: False)
    monkeypatch.setattr(bootstrap, "lacks_venv", lambda _python: True)
    monkeypatch.setattr(bootstrap, "find_python", lambda: sys.executable)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: f"bin/{name}")
    with pytest.raises(bootstrap.SetupError, match=r"install -y libegl1 python3\.\d+-venv"):
        bootstrap.ensure_system("run")


def test_folders_of_others_are_passed_over(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0)
    monkeypatch.setenv("PYENV_ROOT", str(closed / "inner"))
    assert bootstrap.candidate_pythons()[0] == sys.executable


def test_a_screen_asks_for_more_and_tests_for_a_virtual_one(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    headless = set(bootstrap.needed_libraries("run"))
    monkeypatch.setenv("DISPLAY", ":1")
    with_screen = set(bootstrap.needed_libraries("run"))
    for_tests = set(bootstrap.needed_libraries("test"))
    assert headless < with_screen < for_tests
    assert "Xvfb" in for_tests


def test_no_python_of_ours_is_said_clearly(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "version_of", lambda _python: (3, 9))
    with pytest.raises(bootstrap.SetupError, match=r"3\.11, 3\.12 or 3\.13"):
        bootstrap.find_python()


def test_tests_include_what_running_needs(bootstrap: ModuleType) -> None:
    assert not bootstrap.is_fresh("run")
    bootstrap.write_stamp("test")
    assert bootstrap.is_fresh("test")
    assert bootstrap.is_fresh("run")


def test_running_does_not_include_the_tests(bootstrap: ModuleType) -> None:
    bootstrap.write_stamp("run")
    assert bootstrap.is_fresh("run")
    assert not bootstrap.is_fresh("test")


@pytest.mark.parametrize("key", ["run", "root"])
def test_another_lock_or_folder_is_not_fresh(bootstrap: ModuleType, key: str) -> None:
    bootstrap.write_stamp("run")
    stamp = json.loads(bootstrap.STAMP.read_text(encoding="utf-8"))
    stamp[key] = "another"
    bootstrap.STAMP.write_text(json.dumps(stamp), encoding="utf-8")
    assert not bootstrap.is_fresh("run")


def test_a_display_that_came_later_is_checked(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    bootstrap.write_stamp("run")
    monkeypatch.setenv("DISPLAY", ":1")
    assert not bootstrap.is_fresh("run")


def test_an_unknown_command_is_usage(bootstrap: ModuleType) -> None:
    assert bootstrap.main(["dance"]) == 2
    assert bootstrap.main([]) == 2


def test_the_table_sums_the_closing_lines() -> None:
    kinds = _script("test_kinds")
    by_folder = {kind.folder: kind for kind in kinds.KINDS}
    unit, gui = by_folder["unit"], by_folder["gui"]
    outcomes = [
        kinds.Outcome(unit, 0, "===== 90 passed, 2 skipped in 12.30s =====", 13.0),
        kinds.Outcome(gui, 1, "===== 1 failed, 9 passed in 40.00s =====", gui.budget_s + 1.0),
    ]
    lines = kinds.table(outcomes, 7)
    assert any("OVER BUDGET" in line and "gui" in line for line in lines)
    assert "Failed: gui" in lines
    assert lines[-1].startswith("===== 99 passed, 2 skipped, 1 failed in ")


def test_a_folder_without_tests_has_not_failed() -> None:
    kinds = _script("test_kinds")
    assert not kinds.has_failed(kinds.Outcome(kinds.KINDS[0], 5, "", 0.1))
    assert kinds.has_failed(kinds.Outcome(kinds.KINDS[0], -6, "", 0.1))


def test_what_failed_and_passed_alone_is_named_and_a_folder_of_failures_is_not_tried_again(
    monkeypatch, capsys
):
    kinds = _script("test_kinds")
    told = [(1, "=== 1 failed in 1.0s ===", ["tests/gui/test_a.py::test_b"]), (0, "", [])]
    monkeypatch.setattr(kinds, "run_pytest", lambda _arguments: told.pop(0))
    gui = next(kind for kind in kinds.KINDS if kind.folder == "gui")
    outcome = kinds.run_kind(gui, 1)
    assert not kinds.has_failed(outcome)
    lines = kinds.table([outcome], 1)
    assert any("Unsteady" in line and "test_a.py::test_b" in line for line in lines)
    many = [f"tests/gui/test_a.py::test_{k}" for k in range(kinds.MOST_UNSTEADY + 1)]
    told.append((1, "=== 4 failed in 1.0s ===", many))
    assert kinds.has_failed(kinds.run_kind(gui, 1))
    assert kinds.FAILED.match("FAILED tests/gui/test_a.py::test_b - AssertionError")[1] == (
        "tests/gui/test_a.py::test_b"
    )
    capsys.readouterr()


def test_a_unit_test_that_fails_is_not_tried_again(monkeypatch):
    kinds = _script("test_kinds")
    told = [(1, "=== 1 failed in 1.0s ===", ["tests/unit/test_a.py::test_b"])]
    monkeypatch.setattr(kinds, "run_pytest", lambda _arguments: told.pop(0))
    unit = next(kind for kind in kinds.KINDS if kind.folder == "unit")
    assert kinds.has_failed(kinds.run_kind(unit, 1))


GATES = {
    "thread": (
        (
            "import threading, time\n"
            "def test_it():\n    threading.Thread(target=time.sleep, args=(4,)).start()\n"
        ),
        "threads outlive the test",
    ),
    "log": (
        "import logging\ndef test_it():\n    logging.getLogger('x').warning('careful')\n",
        "unexpected log records",
    ),
    "warning": (
        "import warnings\ndef test_it():\n    warnings.warn('old', stacklevel=1)\n",
        "UserWarning: old",
    ),
}


@pytest.mark.parametrize("gate", sorted(GATES))
def test_every_gate_is_seen_to_fail(gate: str, tmp_path: Path) -> None:
    body, told = GATES[gate]
    conftest = ROOT / "tests" / "conftest.py"
    (tmp_path / "conftest.py").write_text(conftest.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "test_gate.py").write_text(body, encoding="utf-8")
    options = ["-p", "no:pytest-qt", "-p", "no:xvfb", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-c",
            str(ROOT / "pyproject.toml"),
            *options,
            str(tmp_path),
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 1, done.stdout
    assert told in done.stdout
