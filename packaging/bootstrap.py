"""Set the project up and run it, tests and tools, with nothing but Python and its library.

Owns the virtual environment in ``.venv``, the system packages that Qt and OpenGL need, and the
commands behind ``make``. Must not know anything of the program: it starts it, no more. A fresh
stamp in ``.venv`` means that all is there; then nothing is checked and no network is used.
"""

from __future__ import annotations

import ctypes
import glob
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
WINDOWS = sys.platform == "win32"
LINUX = sys.platform.startswith("linux")
BIN = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = BIN / ("python.exe" if WINDOWS else "python")
STAMP = VENV / "emadina-stamp.json"
LOCKS = {
    "run": ROOT / "packaging" / "requirements.lock",
    "test": ROOT / "packaging" / "requirements-dev.lock",
}
OLDEST, NEWEST = (3, 11), (3, 13)

# Shared library → names of the package that holds it, on Debian and Ubuntu of several years.
QT_LIBRARIES = {
    "libglib-2.0.so.0": ("libglib2.0-0t64", "libglib2.0-0"),
    "libEGL.so.1": ("libegl1",),
    "libGL.so.1": ("libgl1",),
    "libdbus-1.so.3": ("libdbus-1-3",),
    "libfontconfig.so.1": ("libfontconfig1",),
    "libxkbcommon.so.0": ("libxkbcommon0",),
    "libexpat.so.1": ("libexpat1",),
}
SCREEN_LIBRARIES = {
    "libxcb-cursor.so.0": ("libxcb-cursor0",),
    "libxkbcommon-x11.so.0": ("libxkbcommon-x11-0",),
    "libxcb-icccm.so.4": ("libxcb-icccm4",),
    "libxcb-keysyms.so.1": ("libxcb-keysyms1",),
    "libxcb-xkb.so.1": ("libxcb-xkb1",),
    "libxcb-shape.so.0": ("libxcb-shape0",),
}
SCREEN_PROGRAMS = {"Xvfb": ("xvfb",), "xauth": ("xauth",)}


class SetupError(Exception):
    """One clear sentence about what a person has to do before the set-up can go on."""


def say(text: str) -> None:
    """Print one line of progress on the error stream, so that output stays clean."""
    print(text, file=sys.stderr, flush=True)


def has_display() -> bool:
    """Whether a window can be opened."""
    if not LINUX:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


# --- system packages -----------------------------------------------------------------------------


def needed_libraries(level: str) -> dict[str, tuple[str, ...]]:
    """Return library or program → candidate packages for a level on this machine."""
    if not LINUX:
        return {}
    needed = dict(QT_LIBRARIES)
    if level == "test" or has_display():
        needed.update(SCREEN_LIBRARIES)
    if level == "test":
        needed.update(SCREEN_PROGRAMS)
    return needed


def is_there(name: str) -> bool:
    """Whether a shared library can be loaded, or a program found."""
    if ".so" not in name:
        return shutil.which(name) is not None
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def is_root() -> bool:
    """Whether packages may be installed."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def apt_has(package: str) -> bool:
    """Whether the package lists of this machine offer a package."""
    shown = subprocess.run(
        ["apt-cache", "policy", package], capture_output=True, text=True, check=False
    )
    candidates = [line for line in shown.stdout.splitlines() if "Candidate:" in line]
    return bool(candidates) and "(none)" not in candidates[0]


def apt_name(candidates: tuple[str, ...]) -> str:
    """Return the first candidate which this release of the system has."""
    if len(candidates) == 1 or shutil.which("apt-cache") is None:
        return candidates[-1]
    return next((name for name in candidates if apt_has(name)), candidates[-1])


def apt_install(groups: list[tuple[str, ...]], purpose: str) -> None:
    """Install packages, or raise with the command that does.

    Parameters
    ----------
    groups : list of tuple of str
        For each need, the candidate names of its package.
    purpose : str
        What they are for, said to the person.

    Raises
    ------
    SetupError
        If this person may not install packages, or apt failed.
    """
    if not is_root():
        listed = " ".join(apt_name(group) for group in groups)
        message = f"{purpose} is missing. Run this once, then try again:\n  "
        raise SetupError(message + f"sudo apt-get update && sudo apt-get install -y {listed}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    say(f"{purpose}: installing system packages…")
    subprocess.run(["apt-get", "update", "-qq"], env=environment, check=False)
    names = [apt_name(group) for group in groups]
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *names]
    done = subprocess.run(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if done.returncode:
        say(done.stdout.decode(errors="replace")[-3000:])
        raise SetupError(f"apt could not install {' '.join(names)}; its last words are above.")


def ensure_system(level: str) -> None:
    """Have the libraries of Qt and OpenGL, Python's venv, and for tests a virtual screen.

    Raises
    ------
    SetupError
        With the exact command for all of them, where this person cannot install them.
    """
    missing = {
        name: packages for name, packages in needed_libraries(level).items() if not is_there(name)
    }
    if not has_venv() and lacks_venv(find_python()):
        missing["the venv module of Python"] = (venv_package(find_python()),)
    if not missing:
        return
    if shutil.which("apt-get") is None:
        wanted = ", ".join(sorted(missing))
        raise SetupError(f"Install with your system's package tool what provides: {wanted}")
    apt_install(list(missing.values()), "What Qt, OpenGL and venv need from the system")


# --- the virtual environment ---------------------------------------------------------------------


def version_of(python: str) -> tuple[int, ...]:
    """Return (major, minor) of an interpreter, or () if it does not start."""
    code = "import sys; print(*sys.version_info[:2])"
    try:
        asked = subprocess.run(
            [python, "-c", code], capture_output=True, text=True, check=False, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired):
        return ()
    words = asked.stdout.split()
    return tuple(int(word) for word in words) if asked.returncode == 0 and words else ()


def candidate_pythons() -> list[str]:
    """Return interpreters to try, the one running this first, then the newest.

    ``glob.glob`` passes over folders that this person may not read; ``Path.glob`` raises.
    """
    found = [sys.executable]
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        on_path = shutil.which(f"python3.{minor}")
        if on_path:
            found.append(on_path)
        pyenv = Path(os.environ.get("PYENV_ROOT", str(Path.home() / ".pyenv"))) / "versions"
        found += glob.glob(str(pyenv / f"3.{minor}.*" / "bin" / "python3"))  # noqa: PTH207
        local = Path(os.environ.get("LOCALAPPDATA", "")) / "Programs" / "Python"
        found += glob.glob(str(local / f"Python3{minor}" / "python.exe"))  # noqa: PTH207
    return found


def find_python() -> str:
    """Return an interpreter of a version that all dependencies support.

    Raises
    ------
    SetupError
        If there is none.
    """
    for python in candidate_pythons():
        if OLDEST <= version_of(python) <= NEWEST:
            return python
    raise SetupError(
        "No Python 3.11, 3.12 or 3.13 was found on this machine: install one from "
        "https://www.python.org/downloads/ or your system's packages, then try again."
    )


def lacks_venv(python: str) -> bool:
    """Whether an interpreter cannot make a virtual environment."""
    code = "import venv, ensurepip"
    return subprocess.run([python, "-c", code], capture_output=True, check=False).returncode != 0


def venv_package(python: str) -> str:
    """Return the system package that brings the venv module of an interpreter."""
    major, minor = version_of(python)
    return f"python{major}.{minor}-venv"


def has_venv() -> bool:
    """Whether ``.venv`` is there, works, has a version we support and was made in this folder."""
    return PYTHON.exists() and OLDEST <= version_of(str(PYTHON)) <= NEWEST and not _was_moved()


def ensure_venv() -> None:
    """Create ``.venv`` if it is missing, broken, of a wrong version or from another folder."""
    if has_venv():
        return
    python = find_python()
    say(f"Creating .venv with {python}")
    subprocess.run([python, "-m", "venv", "--clear", str(VENV)], check=True)


def _was_moved() -> bool:
    return bool(read_stamp()) and read_stamp().get("root") != str(ROOT)


def lock_digest(level: str) -> str:
    """Return what must not have changed since the last set-up of a level."""
    digest = hashlib.sha256(LOCKS[level].read_bytes())
    digest.update((ROOT / "pyproject.toml").read_bytes())
    return digest.hexdigest()


def read_stamp() -> dict[str, object]:
    """Return what the last set-up left, or an empty dictionary."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def is_fresh(level: str) -> bool:
    """Whether the last set-up still holds."""
    stamp = read_stamp()
    if stamp.get("root") != str(ROOT) or stamp.get(level) != lock_digest(level):
        return False
    checked = stamp.get("libraries")
    return isinstance(checked, list) and set(needed_libraries(level)) <= set(checked)


def write_stamp(level: str) -> None:
    """Note that a level is set up; what tests need includes what running needs."""
    levels = ("run", "test") if level == "test" else ("run",)
    stamp: dict[str, object] = {name: lock_digest(name) for name in levels}
    if level == "run" and read_stamp().get("test") == lock_digest("test"):
        stamp["test"] = lock_digest("test")
    stamp["root"] = str(ROOT)
    stamp["libraries"] = sorted(needed_libraries(level))
    STAMP.write_text(json.dumps(stamp, indent=1), encoding="utf-8")


def pip(*arguments: str) -> None:
    """Run pip of ``.venv``, showing which package it is at.

    Raises
    ------
    SetupError
        If pip failed; its last lines are printed first.
    """
    command = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "--no-input"]
    with subprocess.Popen(
        [*command, "--progress-bar", "off", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        cwd=ROOT,
    ) as process:
        lines = []
        for line in process.stdout or ():
            lines.append(line.rstrip())
            if line.startswith("Collecting") and sys.stderr.isatty():
                print(f"\r  {line.split()[1]:<60}", end="", file=sys.stderr, flush=True)
    if sys.stderr.isatty():
        print("\r" + " " * 64 + "\r", end="", file=sys.stderr)
    if process.returncode:
        say("\n".join(lines[-30:]))
        raise SetupError(
            "pip could not install the dependencies; its last words are above. "
            "The first set-up needs the network, later ones do not."
        )


def set_up(level: str) -> None:
    """Make ``.venv`` hold exactly the locked dependencies of a level, and the project.

    Parameters
    ----------
    level : str
        ``"run"`` or ``"test"``.
    """
    if is_fresh(level):
        return
    ensure_system(level)
    ensure_venv()
    lock = LOCKS[level]
    count = sum("==" in line for line in lock.read_text(encoding="utf-8").splitlines())
    say(f"Installing {count} locked packages into .venv (once; a minute or two)…")
    pip("--require-hashes", "--no-deps", "-r", str(lock))
    pip("--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    write_stamp(level)
    say("Set-up done.")


# --- commands ------------------------------------------------------------------------------------


def execute(*command: str, environment: dict[str, str] | None = None) -> int:
    """Run a program of ``.venv`` in the root of the checkout and return its status."""
    path = os.pathsep.join([str(BIN), os.environ.get("PATH", "")])
    merged = {**os.environ, "PATH": path, "VIRTUAL_ENV": str(VENV), **(environment or {})}
    merged.pop("PYTHONHOME", None)
    return subprocess.run(command, cwd=ROOT, env=merged, check=False).returncode


def script(name: str) -> str:
    """Return the path of a program installed in ``.venv``."""
    return str(BIN / (name + ".exe" if WINDOWS else name))


def command_run(arguments: list[str]) -> int:
    """Open the window on the demo region; without a display, do the same job into ``out/``."""
    set_up("run")
    program = script("emadina-gis")
    if has_display():
        return execute(program, *(arguments or ["demo"]))
    say("No display: doing the demo headless into out/ (map, sheet, web map, figures).")
    return execute(program, *(arguments or ["demo", "--headless", "out/"]))


def command_test(arguments: list[str]) -> int:
    """Run all tests by kind, or what the arguments ask of pytest."""
    set_up("test")
    return execute(str(PYTHON), str(ROOT / "packaging" / "test_kinds.py"), *arguments)


def command_lint(arguments: list[str]) -> int:
    """Check style, format, types and import contracts; all of them, then say which failed."""
    set_up("test")
    checks = {
        "ruff check": [script("ruff"), "check", *arguments],
        "ruff format": [script("ruff"), "format", "--check", *arguments],
        "mypy": [script("mypy")],
        "import contracts": [script("lint-imports"), "--no-logo"],
    }
    failed = []
    for name, command in checks.items():
        say(f"— {name}")
        if execute(*command):
            failed.append(name)
    say(f"Lint: {'failed: ' + ', '.join(failed) if failed else 'all clean'}.")
    return 1 if failed else 0


def command_bench(arguments: list[str]) -> int:
    """Measure and print a table and JSON."""
    set_up("test")
    return execute(str(PYTHON), "-m", "tests.benchmarks", *arguments)


def command_demo_data(arguments: list[str]) -> int:
    """Build the bundled demo region again from the published packages."""
    set_up("test")
    return execute(str(PYTHON), "-m", "layers.build", *arguments)


def command_freeze(arguments: list[str]) -> int:
    """Build ``dist/emadina-gis`` with PyInstaller and run its self-test."""
    set_up("run")
    pip("--require-hashes", "--no-deps", "-r", str(ROOT / "packaging" / "requirements-freeze.lock"))
    spec = str(ROOT / "packaging" / "pyinstaller" / "emadina-gis.spec")
    options = ["--noconfirm", "--distpath", "dist", "--workpath", "build", "--log-level", "WARN"]
    status = execute(str(PYTHON), "-m", "PyInstaller", *options, *arguments, spec)
    if status:
        return status
    program = ROOT / "dist" / "emadina-gis" / ("emadina-gis.exe" if WINDOWS else "emadina-gis")
    return execute(str(program), "--self-test")


def command_setup(arguments: list[str]) -> int:
    """Set up only: ``setup`` or ``setup test``."""
    set_up(arguments[0] if arguments else "run")
    return 0


COMMANDS = {
    "run": command_run,
    "test": command_test,
    "lint": command_lint,
    "bench": command_bench,
    "demo-data": command_demo_data,
    "freeze": command_freeze,
    "setup": command_setup,
}


def main(arguments: list[str]) -> int:
    """Run one command and return the exit status."""
    if not arguments or arguments[0] not in COMMANDS:
        say(f"Usage: python3 packaging/bootstrap.py {'|'.join(COMMANDS)}")
        return 2
    try:
        return COMMANDS[arguments[0]](arguments[1:])
    except SetupError as error:
        say(str(error))
        return 3
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
