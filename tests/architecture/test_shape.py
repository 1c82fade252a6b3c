"""Sizes, names and directions that no linter of ours checks."""

from __future__ import annotations

import ast
import statistics
import subprocess
import sys

import pytest

from tests.architecture.source import all_python, body_lines, functions, listed, modules

MODULE_LINES = 500
FUNCTION_LINES = 50
MEDIAN_LINES = 10
FORBIDDEN_NAMES = {"utils", "util", "misc", "common", "helpers", "helper", "base", "manager"}
QT_DRAWING = (
    "render.painter",
    "render.labels",
    "render.furniture",
    "render.symbols",
    "report.pdf",
    "report.free_end",
)
DRAWING_QT = {"QtCore", "QtGui", "QtSvg"}


def test_modules_are_short() -> None:
    long = {m.name: m.lines for m in all_python() if m.lines > MODULE_LINES}
    assert not long, listed(long.items())


def test_functions_are_short() -> None:
    long = {
        f"{module.name}:{function.name}": body_lines(function)
        for module in modules()
        for function in functions(module)
        if body_lines(function) > FUNCTION_LINES
    }
    assert not long, listed(long.items())


def test_the_median_function_is_short() -> None:
    sizes = [body_lines(function) for module in modules() for function in functions(module)]
    assert statistics.median(sizes) < MEDIAN_LINES


def test_modules_are_named_after_things() -> None:
    parts = {(m.name, part.strip("_")) for m in all_python() for part in m.name.split(".")}
    wrong = sorted(name for name, part in parts if part in FORBIDDEN_NAMES)
    assert not wrong, listed(wrong)


def test_every_module_says_what_it_owns() -> None:
    silent = [m.name for m in modules() if not ast.get_docstring(m.tree)]
    assert not silent, listed(silent)


def test_qt_stays_in_its_rooms() -> None:
    wrong = []
    for module in modules():
        room = module.name.removeprefix("emadina_gis.")
        if room.split(".")[0] == "app":
            continue
        may_draw = any(room == name or room.startswith(name + ".") for name in QT_DRAWING)
        for node in ast.walk(module.tree):
            wrong += [
                f"{module.name} {imported}"
                for imported in _qt_parts(node)
                if not may_draw or imported not in DRAWING_QT
            ]
    assert not wrong, listed(wrong)


def _qt_parts(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
        return [name.removeprefix("PySide6.") for name in names if name.startswith("PySide6")]
    if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("PySide6"):
        part = (node.module or "").removeprefix("PySide6").strip(".")
        return [part] if part else [alias.name for alias in node.names]
    return []


@pytest.mark.parametrize(
    "room",
    ["domain", "regulation", "analysis", "simulation", "project", "io", "session", "cli", "words"],
)
def test_a_room_without_qt_does_not_load_it(room: str) -> None:
    names = [
        module.name
        for module in modules()
        if module.name.split(".")[1:2] == [room] and not module.name.endswith("__main__")
    ]
    code = (
        "import importlib, sys\n"
        f"for name in {names!r}: importlib.import_module(name)\n"
        "sys.exit(any(name.startswith('PySide6') for name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr or "Qt was loaded"


def test_no_module_imports_itself_in_a_circle() -> None:
    grimp = pytest.importorskip("grimp")
    graph = grimp.build_graph("emadina_gis", exclude_type_checking_imports=True, cache_dir=None)
    imports = {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}
    circles = _circles(imports)
    assert not circles, listed(circles)


def _circles(imports: dict[str, set[str]]) -> list[list[str]]:
    """Return the strongly connected components of more than one module (Tarjan)."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(name: str) -> None:
        order[name] = low[name] = len(order)
        stack.append(name)
        for other in imports.get(name, ()):
            if other not in order:
                visit(other)
                low[name] = min(low[name], low[other])
            elif other in stack:
                low[name] = min(low[name], order[other])
        if low[name] == order[name]:
            part = [stack.pop()]
            while part[-1] != name:
                part.append(stack.pop())
            if len(part) > 1:
                found.append(sorted(part))

    for name in sorted(imports):
        if name not in order:
            visit(name)
    return found
