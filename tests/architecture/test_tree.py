"""The tree as a whole: licences, paths of a machine, locks, documents, shipped assets."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.architecture.source import ROOT, listed, modules

SKIPPED = {
    ".git", ".venv", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", "__pycache__",
    ".import_linter_cache", "build", "dist", "out", "failed",
}  # fmt: skip
TEXT = {
    ".py",
    ".toml",
    ".md",
    ".yml",
    ".yaml",
    ".html",
    ".sh",
    ".spec",
    ".qss",
    ".lock",
    ".svg",
    "",
}
# Written in parts, so that this file does not find itself.
MACHINE_PATHS = re.compile("|".join(["/" + "work/", "/" + "farm/", "/" + r"root\b"]))
PERSONAL_PATHS = re.compile("|".join([r"/home/\w", r"/Users/\w", "/" + "tmp/"]))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
MAX_DIRECT_DEPENDENCIES = 18
MAX_FONT_BYTES = 3_000_000


def _files() -> list[Path]:
    found = []
    for path in sorted(ROOT.rglob("*")):
        inside = path.relative_to(ROOT).parts
        built = inside[:1] in {("build",), ("dist",), ("out",)}
        skipped = (SKIPPED - {"build"}).intersection(inside) or built
        if not skipped and path.is_file():
            found.append(path)
    return found


def test_no_path_of_a_machine() -> None:
    hits = []
    for path in _files():
        if path.suffix not in TEXT:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        place = path.relative_to(ROOT)
        # Tests may invent a person's folder; nothing else may name one.
        wanted = [MACHINE_PATHS] if place.parts[0] == "tests" else [MACHINE_PATHS, PERSONAL_PATHS]
        hits += [f"{place}: {match.group()}" for way in wanted for match in way.finditer(text)]
    assert not hits, listed(hits)


def _requirement_name(text: str) -> str:
    return re.split(r"[\s\[<>=!~;(]", text, maxsplit=1)[0]


def _runtime_closure() -> set[str]:
    waiting = [_requirement_name(text) for text in PROJECT["project"]["dependencies"]]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop().lower().replace("_", "-")
        if name in seen:
            continue
        try:
            requires = importlib.metadata.requires(name) or []
        except importlib.metadata.PackageNotFoundError:
            continue  # for another system or version of Python
        seen.add(name)
        waiting += [_requirement_name(text) for text in requires if "extra ==" not in text]
    return seen


def _licence(name: str) -> str:
    about = importlib.metadata.metadata(name)
    classifiers = [text for text in about.get_all("Classifier") or [] if "License" in text]
    expression = "".join(about.get_all("License-Expression") or [])
    return expression or " / ".join([*classifiers, "".join(about.get_all("License") or [])[:200]])


def _is_copyleft(licence: str) -> bool:
    """Whether every way to use it is GPL or AGPL; the LGPL allows what we do."""
    ways = re.split(r"\bOR\b", licence)
    return all(re.search(r"(?<!L)(?<!Lesser )\bA?GPL|Affero", way) is not None for way in ways)


def test_no_dependency_is_gpl() -> None:
    copyleft = {n: _licence(n) for n in _runtime_closure() if _is_copyleft(_licence(n))}
    assert not copyleft, listed(copyleft.items())


def test_direct_dependencies_are_few() -> None:
    assert len(PROJECT["project"]["dependencies"]) <= MAX_DIRECT_DEPENDENCIES


def _pins(lock: str) -> set[str]:
    text = (ROOT / "packaging" / lock).read_text(encoding="utf-8")
    return set(re.findall(r"^(\S+==\S+(?: ; [^\\\n]+)?)", text, flags=re.MULTILINE))


@pytest.mark.parametrize("lock", ["requirements-dev.lock", "requirements-freeze.lock"])
def test_every_lock_holds_what_running_needs(lock: str) -> None:
    assert not _pins("requirements.lock") - _pins(lock)


def test_every_direct_dependency_is_locked() -> None:
    locked = {pin.split("==")[0] for pin in _pins("requirements.lock")}
    direct = {_requirement_name(text).lower() for text in PROJECT["project"]["dependencies"]}
    assert not direct - locked


def test_locks_name_no_host() -> None:
    for path in sorted((ROOT / "packaging").glob("*.lock")):
        text = path.read_text(encoding="utf-8")
        assert "://" not in text
        assert not re.search(r"^(--index|--find-links|--extra)", text, flags=re.MULTILINE)


def test_fonts_are_few_and_licensed() -> None:
    fonts = sorted((ROOT / "resources" / "fonts").glob("*.ttf"))
    assert len(fonts) == 8
    assert sum(path.stat().st_size for path in fonts) <= MAX_FONT_BYTES
    assert "SIL Open Font License" in (ROOT / "resources" / "fonts" / "LICENSE.txt").read_text(
        "utf-8"
    )


@pytest.mark.parametrize("folder", ["fonts", "icons", "web/leaflet"])
def test_shipped_assets_carry_their_licence(folder: str) -> None:
    assert (ROOT / "resources" / folder / "LICENSE.txt").stat().st_size > 500


def _icons_named() -> set[str]:
    """Return the icons that actions and calls of ``icon`` name."""
    named: set[str] = set()
    for module in modules():
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.Call):
                continue
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            place = {"Action": 3, "icon": 0}.get(called)
            given = [] if place is None else node.args[place : place + 1]
            given += [word.value for word in node.keywords if word.arg == "icon"]
            named.update(str(a.value) for a in given if isinstance(a, ast.Constant) and a.value)
    return named


def test_every_icon_that_is_named_is_shipped() -> None:
    shipped = {path.stem for path in (ROOT / "resources" / "icons").glob("*.svg")}
    missing = sorted(_icons_named() - shipped)
    assert not missing, listed(missing)


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_the_guide_is_offline_and_complete(language: str) -> None:
    text = (ROOT / "resources" / "guide" / f"{language}.html").read_text(encoding="utf-8")
    assert f'lang="{language}"' in text
    assert ('dir="rtl"' in text) == (language == "ar")
    assert not re.search(r"""(src|href)=["']https?:""", text)
    french = (ROOT / "resources" / "guide" / "fr.html").read_text(encoding="utf-8")
    assert re.findall(r'id="([^"]+)"', text) == re.findall(r'id="([^"]+)"', french)


def test_the_workflow_is_readable() -> None:
    path = ROOT / ".github" / "workflows" / "tests.yml"
    jobs = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"]
    systems = str(jobs)
    assert all(name in systems for name in ("ubuntu", "windows", "macos", ".ci/run"))


def test_problem_codes_are_listed() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "packaging" / "problem_codes.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr


def test_documents_link_to_what_exists() -> None:
    broken = []
    for path in [*ROOT.glob("*.md"), *sorted((ROOT / "docs").rglob("*.md"))]:
        for target in re.findall(r"\]\(([^)#\s]+)", path.read_text(encoding="utf-8")):
            if "://" in target or target.startswith("mailto:"):
                continue
            if not (path.parent / target).exists():
                broken.append(f"{path.relative_to(ROOT)} → {target}")
    assert not broken, listed(broken)
