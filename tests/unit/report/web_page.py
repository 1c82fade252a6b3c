"""Reads a published page back: its data unpacked as its own script unpacks them."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

import numpy as np

HIDDEN = "few"


def data_of(page: str) -> dict[str, Any]:
    """Return the data of a page."""
    found = re.search(
        r'<script type="application/json" id="emadina-data">(.*?)</script>', page, re.DOTALL
    )
    assert found is not None
    data: dict[str, Any] = json.loads(found[1])
    return data


def layer_of(page: str, layer_id: str) -> dict[str, Any]:
    """Return a layer of a page."""
    layers: list[dict[str, Any]] = data_of(page)["layers"]
    return next(layer for layer in layers if layer["id"] == layer_id)


def unpacked(text: str) -> list[int]:
    """Return packed numbers."""
    found, value, shift = [], 0, 0
    for byte in base64.b64decode(text):
        value |= (byte & 127) << shift
        shift += 7
        if not byte & 128:
            found.append(value)
            value, shift = 0, 0
    return found


def unfolded(value: int) -> int:
    """Return a signed number."""
    return -(value + 1) // 2 if value % 2 else value // 2


def whole(column: dict[str, Any]) -> list[int]:
    """Return a packed column."""
    if "plain" in column:
        return unpacked(column["plain"])
    runs = unpacked(column["runs"])
    pairs = zip(runs[::2], runs[1::2], strict=True)
    return [value for value, count in pairs for _ in range(count)]


def values_of(layer: dict[str, Any], key: str) -> list[Any]:
    """Return what a column says, row by row: None where missing, `HIDDEN` for a few."""
    field = next(field for field in layer["fields"] if field["key"] == key)
    column = layer["values"][key]
    codes = whole(column)
    if field["type"] == "number":
        scale = 10 ** field["decimals"]
        said = {0: None, 1: HIDDEN}
        return [said.get(code, unfolded(code - 2) / scale) for code in codes]
    listed = column["texts"] if field["type"] == "text" else field["values"]
    return [listed[code - 1] if code else None for code in codes]


def all_texts(page: str) -> str:
    """Return everything that a page says, unpacked or not, as one text to look in."""
    packed = re.findall(r'"([A-Za-z0-9+/=]{8,})"', page)
    opened = []
    for text in packed:
        try:
            opened.append(base64.b64decode(text, validate=True).decode("latin-1"))
        except ValueError:
            continue
    return page + json.dumps(data_of(page), ensure_ascii=False) + "".join(opened)


def rings_of(data: dict[str, Any], shapes: dict[str, Any]) -> np.ndarray[Any, Any]:
    """Return the points of a layer's shapes, in degrees, shape (n, 2)."""
    x0, y0, step_x, step_y = data["grid"]
    x = np.cumsum([unfolded(value) for value in unpacked(shapes["x"])])
    y = np.cumsum([unfolded(value) for value in unpacked(shapes["y"])])
    return np.column_stack([x0 + x * step_x, y0 + y * step_y])
