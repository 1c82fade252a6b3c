"""The project's own source as syntax trees, read once, for the tests of this folder."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "emadina_gis"
KEY = re.compile(r"^[a-z][a-z0-9_-]*(\.[A-Za-z0-9_-]+)+$")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One Python file: its dotted name, its path, its text and its tree."""

    name: str
    path: Path
    text: str
    tree: ast.Module

    @property
    def lines(self) -> int:
        """Count of lines."""
        return self.text.count("\n")


@dataclass(frozen=True)
class Call:
    """A call with a literal first argument: where, of what, with which keywords."""

    where: str
    name: str
    first: str
    keywords: frozenset[str]
    is_open: bool


def _read(path: Path) -> Module:
    text = path.read_text(encoding="utf-8")
    parts = path.relative_to(ROOT).with_suffix("").parts
    dotted = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    return Module(dotted, path, text, ast.parse(text))


def listed(found: Iterable[object]) -> str:
    """Return findings one a line, for the message of a failed test."""
    return "\n" + "\n".join(f"  {item}" for item in found)


@cache
def modules() -> tuple[Module, ...]:
    """Return all modules of the package."""
    return tuple(_read(path) for path in sorted(PACKAGE.rglob("*.py")))


@cache
def all_python() -> tuple[Module, ...]:
    """Return the package, the scripts and the tests."""
    folders = ("emadina_gis", "layers", "packaging", "tests")
    paths = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return tuple(_read(path) for path in paths)


def functions(module: Module) -> Iterator[Function]:
    """Yield every function and method of a module."""
    for node in ast.walk(module.tree):
        if isinstance(node, Function):
            yield node


def body_lines(function: Function) -> int:
    """Return the lines of a function without its docstring and decorators."""
    end = function.end_lineno or function.lineno
    lines = end - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is not None:
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines


@cache
def texts() -> frozenset[str]:
    """Return every string constant of the package that is not a docstring."""
    found: set[str] = set()
    for module in modules():
        docs = {id(node) for node in _docstrings(module.tree)}
        found.update(
            node.value
            for node in ast.walk(module.tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in docs
        )
    return frozenset(found)


def _docstrings(tree: ast.Module) -> Iterator[ast.Constant]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                yield first.value


@cache
def patterns() -> tuple[re.Pattern[str], ...]:
    """Return the f-strings of the package that can make a key, as patterns."""
    found = {
        "".join(
            re.escape(str(part.value)) if isinstance(part, ast.Constant) else "(.+)"
            for part in node.values
        )
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.JoinedStr)
    }
    return tuple(re.compile(f"^{text}$") for text in sorted(found) if "\\." in text)


def literal_calls() -> Iterator[Call]:
    """Yield the calls whose first argument is a literal that looks like a key or a code."""
    for module in modules():
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield Call(
                    f"{module.name}:{node.lineno}",
                    _name(node.func),
                    first.value,
                    frozenset(k.arg for k in node.keywords if k.arg),
                    any(k.arg is None for k in node.keywords),
                )


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""
