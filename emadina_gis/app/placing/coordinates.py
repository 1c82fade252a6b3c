"""Coordinates as people type and paste them: spaces, decimal commas, two numbers at once."""

from __future__ import annotations

import math
import re

_NOT_DIGITS = re.compile(r"[\s\u00a0\u202f\u2066-\u2069\u200e\u200f']")
_NUMBER = re.compile(r"^[+\-\u2212]?\d+(\.\d+)?$")
_PAIR = re.compile(r"[;\t|]")


def number_of(text: str) -> float | None:
    """Return the number a person typed, None where it is none."""
    plain = _NOT_DIGITS.sub("", text).replace("\u2212", "-")
    if plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    elif "." in plain:
        plain = plain.replace(",", "")
    if not _NUMBER.match(plain):
        return None
    value = float(plain)
    return value if math.isfinite(value) else None


def pair_of(text: str) -> tuple[float, float] | None:
    """Return two numbers pasted together, None where there are not exactly two."""
    parts = [part for part in _PAIR.split(text.strip()) if part.strip()]
    if len(parts) == 1:
        parts = text.split()
    if len(parts) == 1 and text.count(",") in (1, 3) and "." in text:
        parts = text.split(",")
    if len(parts) != 2 or not all("." in p or "," in p or len(p) > 3 for p in parts):
        return None
    first, second = (number_of(part) for part in parts)
    return None if first is None or second is None else (first, second)


def typed(value: float | None, decimals: int = 3, point: str = ".") -> str:
    """Return a number as it stands in a field: plain digits, no needless zeros."""
    if value is None or not math.isfinite(value):
        return ""
    text = f"{value:.{decimals}f}"
    shown = text.rstrip("0").rstrip(".") if "." in text else text
    return shown.replace(".", point)
