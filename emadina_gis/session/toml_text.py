"""TOML text of plain values: what `tomllib` reads, written back, unknown keys included."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from typing import Any

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def toml_text(tree: Mapping[str, Any]) -> str:
    """Return TOML that `tomllib.loads` reads back equal (None values are left out)."""
    return "\n".join(_lines(tree, ())) + "\n"


def _lines(tree: Mapping[str, Any], path: tuple[str, ...]) -> list[str]:
    plain = {k: v for k, v in tree.items() if v is not None and not isinstance(v, Mapping)}
    nested = {k: v for k, v in tree.items() if isinstance(v, Mapping)}
    lines = [f"{_key(key)} = {_value(value)}" for key, value in plain.items()]
    for key, value in nested.items():
        inner = (*path, key)
        lines += ["", f"[{'.'.join(_key(part) for part in inner)}]", *_lines(value, inner)]
    return lines


def _key(key: str) -> str:
    return key if _BARE_KEY.fullmatch(key) else _text(key)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(_value(item) for item in value)}]"
    if isinstance(value, Mapping):
        pairs = (f"{_key(k)} = {_value(v)}" for k, v in value.items() if v is not None)
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    return repr(value)
