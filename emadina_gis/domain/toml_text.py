"""TOML text of plain values: what `tomllib` reads, written back, unknown keys included."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Collection, Mapping
from typing import Any

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def toml_text(tree: Mapping[str, Any], inline: Collection[str] = ()) -> str:
    """Return TOML that `tomllib.loads` reads back equal (None values are left out).

    Parameters
    ----------
    inline : collection of str
        Keys whose tables stand on one line instead of under a heading of their own.
    """
    return "\n".join(_lines(tree, (), inline)) + "\n"


def _lines(tree: Mapping[str, Any], path: tuple[str, ...], inline: Collection[str]) -> list[str]:
    nested = {k: v for k, v in tree.items() if isinstance(v, Mapping) and k not in inline}
    plain = {k: v for k, v in tree.items() if v is not None and k not in nested}
    lines = [f"{_key(key)} = {_entry(value)}" for key, value in plain.items()]
    for key, value in nested.items():
        inner = (*path, key)
        lines += ["", f"[{'.'.join(_key(part) for part in inner)}]", *_lines(value, inner, inline)]
    return lines


def _key(key: str) -> str:
    return key if _BARE_KEY.fullmatch(key) else _text(key)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _entry(value: Any) -> str:
    """Return a value of a key of its own: a list of tables takes one line for each."""
    is_rows = isinstance(value, list | tuple) and any(isinstance(v, Mapping) for v in value)
    if not is_rows:
        return _value(value)
    rows = "".join(f"  {_value(item)},\n" for item in value)
    return f"[\n{rows}]"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(_value(item) for item in value)}]"
    if isinstance(value, Mapping):
        pairs = (f"{_key(k)} = {_value(v)}" for k, v in value.items() if v is not None)
        return f"{{ {', '.join(pairs)} }}"
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    return repr(value)
