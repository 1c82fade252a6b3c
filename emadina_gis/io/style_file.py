"""Styles of layers as JSON, to be kept beside data and to be handed from layer to layer.

Strict: only the fields of the style classes, each of its type and within its bounds; anything else
is refused with its place. A file holds no code and no path.
"""

from __future__ import annotations

import json
import math
import re
import types
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin, get_type_hints

from emadina_gis.domain.style import Style
from emadina_gis.domain.svg_marker import LONGEST_SVG, safe_svg
from emadina_gis.domain.symbology import Graduated
from emadina_gis.domain.title import Title
from emadina_gis.errors import EmadinaError, LayerReadError
from emadina_gis.io.atomic import replacing

if TYPE_CHECKING:
    from pathlib import Path

FORMAT = "emadina-style"
VERSION = 1
ENDING = ".emstyle"
_MOST_BYTES = 4_000_000
_LONGEST_TEXT = 4_000
_MOST_ITEMS = 2_000
_LONGEST_MM = 1_000.0
_KIND = "type"
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_COLORS = frozenset({
    "color", "colors", "fill", "stroke", "casing", "halo", "other", "missing",
})  # fmt: skip
_SHARES = frozenset({"fill_opacity", "least"})


def style_text(style: Style) -> str:
    """Return a style as the text of a file."""
    tree = {"format": FORMAT, "version": VERSION, "style": _plain(style)}
    return json.dumps(tree, ensure_ascii=False, indent=1) + "\n"


def style_of_text(text: str) -> Style:
    """Return the style of a text.

    Raises
    ------
    LayerReadError
        ``style-file.not-ours``, ``style-file.newer``, ``style-file.unknown`` or
        ``style-file.value`` (both with the place).
    """
    if len(text) > _MOST_BYTES:
        raise LayerReadError("style-file.not-ours")
    try:
        tree = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as exc:
        raise LayerReadError("style-file.not-ours") from exc
    if not isinstance(tree, dict) or tree.get("format") != FORMAT:
        raise LayerReadError("style-file.not-ours")
    if tree.get("version") != VERSION:
        raise LayerReadError("style-file.newer", version=str(tree.get("version"))[:20])
    unknown = sorted(tree.keys() - {"format", "version", "style"})
    if unknown:
        raise LayerReadError("style-file.unknown", place=unknown[0][:80])
    style = _typed(Style, tree.get("style"), "style")
    assert isinstance(style, Style)
    return style


def read_style(path: Path) -> Style:
    """Return the style of a file; raises what `style_of_text` raises, and ``style-file.file``."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise LayerReadError("style-file.not-ours")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as exc:
        raise LayerReadError("style-file.file", file=path.name) from exc
    return style_of_text(text)


def write_style(path: Path, style: Style) -> None:
    """Write a style to a file, whole or not at all; raises `OutputError`."""
    with replacing(path) as temporary:
        temporary.write_text(style_text(style), encoding="utf-8")


def _no_constant(name: str) -> float:
    raise ValueError(name)


def _plain(value: Any) -> Any:
    """Return a value as JSON; what is as by default is left out, so that files stay short."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if not is_dataclass(value):
        return value
    told = {
        item.name: _plain(getattr(value, item.name))
        for item in fields(value)
        if item.default is MISSING or getattr(value, item.name) != item.default
    }
    return {_KIND: type(value).__name__.lower(), **told}


@cache
def _hints(made: type) -> dict[str, Any]:
    return get_type_hints(made, localns={"Title": Title})


def _typed(hint: Any, tree: Any, place: str) -> Any:
    """Return what a tree says where a type is expected."""
    origin = get_origin(hint)
    if origin in {Union, types.UnionType}:
        return _one_of(get_args(hint), tree, place)
    if origin is tuple:
        return _tuple(get_args(hint), tree, place)
    if isinstance(hint, type) and is_dataclass(hint):
        return _object(hint, tree, place)
    if isinstance(hint, type) and issubclass(hint, Enum):
        if not isinstance(tree, str) or tree not in {one.value for one in hint}:
            raise _wrong(place)
        return hint(tree)
    return _simple(hint, tree, place)


def _one_of(hints: tuple[Any, ...], tree: Any, place: str) -> Any:
    if tree is None and type(None) in hints:
        return None
    classes = [hint for hint in hints if is_dataclass(hint)]
    if classes:
        named = tree.get(_KIND) if isinstance(tree, dict) else None
        found = [made for made in classes if getattr(made, "__name__", "").lower() == named]
        if len(classes) > 1 and not found:
            raise _wrong(f"{place}.{_KIND}")
        return _typed((found or classes)[0], tree, place)
    simple = {bool: bool, int: float, float: float, str: str}.get(type(tree))
    if simple not in hints and not (simple is float and float in hints):
        raise _wrong(place)
    return _simple(simple, tree, place)


def _tuple(hints: tuple[Any, ...], tree: Any, place: str) -> tuple[Any, ...]:
    if not isinstance(tree, list) or len(tree) > _MOST_ITEMS:
        raise _wrong(place)
    if len(hints) == 2 and hints[1] is Ellipsis:
        return tuple(_typed(hints[0], item, f"{place}.{i}") for i, item in enumerate(tree))
    if len(hints) != len(tree):
        raise _wrong(place)
    pairs = zip(hints, tree, strict=True)
    return tuple(_typed(hint, item, f"{place}.{i}") for i, (hint, item) in enumerate(pairs))


def _object(made: type, tree: Any, place: str) -> Any:
    if not isinstance(tree, dict) or tree.get(_KIND, made.__name__.lower()) != (
        made.__name__.lower()
    ):
        raise _wrong(place)
    known = {item.name: item for item in fields(made)}
    unknown = sorted(tree.keys() - known.keys() - {_KIND})
    if unknown:
        raise LayerReadError("style-file.unknown", place=f"{place}.{unknown[0][:80]}")
    hints = _hints(made)
    values = {
        name: _checked(name, _typed(hints[name], tree[name], f"{place}.{name}"), f"{place}.{name}")
        for name in known
        if name in tree
    }
    for name, item in known.items():
        if name not in values and item.default is MISSING and item.default_factory is MISSING:
            raise _wrong(f"{place}.{name}")
    found = made(**values)
    if isinstance(found, Graduated):
        _check_classes(found, place)
    return found


def _simple(hint: Any, tree: Any, place: str) -> Any:
    if hint is bool and isinstance(tree, bool):
        return tree
    if isinstance(tree, bool):
        raise _wrong(place)
    if hint is float and isinstance(tree, int | float):
        return float(tree)
    if hint is int and isinstance(tree, int):
        return tree
    longest = LONGEST_SVG * 2 if place.endswith(".svg") else _LONGEST_TEXT
    if hint is str and isinstance(tree, str) and len(tree) <= longest:
        return tree
    raise _wrong(place)


def _checked(name: str, value: Any, place: str) -> Any:
    """Return a value within the bounds that its name sets."""
    if name == "svg":
        try:
            return safe_svg(value)
        except EmadinaError as exc:
            raise _wrong(place) from exc
    found = value if isinstance(value, tuple) else (value,)
    for one in found:
        is_color = name in _COLORS and isinstance(one, str)
        if is_color and not _COLOR.fullmatch(one):
            raise _wrong(place)
        if isinstance(one, float) and not _is_within(name, one):
            raise _wrong(place)
    return value


def _is_within(name: str, number: float) -> bool:
    if not math.isfinite(number):
        return False
    if name.endswith("_mm"):
        return 0.0 <= number <= _LONGEST_MM
    return 0.0 <= number <= 1.0 if name in _SHARES else True


def _check_classes(found: Graduated, place: str) -> None:
    ascending = all(a < b for a, b in zip(found.breaks, found.breaks[1:], strict=False))
    if not ascending or len(found.breaks) != len(found.colors) + 1 or not found.colors:
        raise _wrong(f"{place}.breaks")


def _wrong(place: str) -> LayerReadError:
    return LayerReadError("style-file.value", place=place[:120])
