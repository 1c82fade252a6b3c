"""Values that describe files (frozen dataclasses) as JSON and back, checked by their annotations.

Serves files and pipes between our own processes: what comes back is of the annotated types or is
refused; nothing is imported or called by name. Tables and arrays travel in ``io.mapped``.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from emadina_gis.domain.crs import Crs
from emadina_gis.domain.extent import Extent
from emadina_gis.domain.table import FeatureTable
from emadina_gis.errors import Problem, Severity
from emadina_gis.io import description

Value = TypeVar("Value")
_DEEPEST = 40
#: Names that annotations use and that modules import for type checking only.
_NAMES: dict[str, Any] = {
    "Crs": Crs,
    "Extent": Extent,
    "FeatureTable": FeatureTable,
    "Mapping": Mapping,
    "Path": Path,
    "Problem": Problem,
    "Severity": Severity,
    **{name: kind for name, kind in vars(description).items() if is_dataclass(kind)},
}
_SCALARS = (bool, int, float, str, type(None))


def encoded(value: Any, without: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return a dataclass as what JSON can hold; fields named in `without` are left out."""
    return {
        field.name: _encoded_field(getattr(value, field.name))
        for field in fields(value)
        if field.name not in without
    }


def _encoded_field(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return encoded(value)
    if isinstance(value, tuple):
        return [_encoded_field(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    return _encoded_any(value)


def _encoded_any(value: Any) -> Any:
    """Return any value; lists, tuples and mappings say which they are."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, np.ndarray):
        value = tuple(value.tolist())
    if isinstance(value, Mapping):
        return {"dict": [[str(key), _encoded_any(item)] for key, item in value.items()]}
    if isinstance(value, list | tuple):
        kind = "list" if isinstance(value, list) else "tuple"
        return {kind: [_encoded_any(item) for item in value]}
    return value if type(value) in _SCALARS else str(value)


def decoded(kind: type[Value], tree: Any, **known: Any) -> Value:
    """Return the dataclass of a tree; `known` gives the fields that the tree does not hold.

    Raises
    ------
    ValueError, TypeError
        Where the tree is not what `encoded` makes of that class.
    """
    if not isinstance(tree, dict):
        raise TypeError(kind.__name__)
    hints: dict[str, Any] = _hints(typing.cast("Any", kind))
    wrong = set(tree) - (set(hints) - set(known))
    if wrong:
        raise ValueError(f"{kind.__name__}.{min(wrong)}")
    made = {name: _decoded_field(hints[name], value) for name, value in tree.items()}
    return kind(**made, **known)


@lru_cache(maxsize=64)
def _hints(kind: Any) -> dict[str, Any]:
    found = typing.get_type_hints(kind, localns=_NAMES)
    return {field.name: found[field.name] for field in fields(kind)}


def _decoded_field(hint: Any, value: Any) -> Any:
    origin = typing.get_origin(hint)
    if origin in {types.UnionType, typing.Union}:
        return _decoded_union(typing.get_args(hint), value)
    if origin is tuple:
        return _decoded_tuple(typing.get_args(hint), value)
    if hint is Any or origin is not None:
        return _decoded_any(value)
    return _decoded_plain(hint, value)


def _decoded_plain(hint: Any, value: Any) -> Any:
    if isinstance(hint, type) and is_dataclass(hint):
        return decoded(hint, value)
    if hint is float and type(value) is int:
        return float(value)
    if hint in _SCALARS:
        return _checked(value, hint)
    if isinstance(hint, type) and issubclass(hint, Enum | Path):
        return hint(_checked(value, str))
    raise TypeError(str(hint))


def _checked(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise TypeError(kind.__name__)
    return value


def _decoded_union(hints: tuple[Any, ...], value: Any) -> Any:
    if value is None and type(None) in hints:
        return None
    for hint in hints:
        try:
            return _decoded_field(hint, value)
        except (ValueError, TypeError):
            continue
    raise TypeError(" | ".join(str(hint) for hint in hints))


def _decoded_tuple(hints: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise TypeError("tuple")
    if hints[1:] == (...,):
        return tuple(_decoded_field(hints[0], item) for item in value)
    if len(hints) != len(value):
        raise ValueError("tuple")
    return tuple(_decoded_field(hint, item) for hint, item in zip(hints, value, strict=True))


def _decoded_any(value: Any, depth: int = 0) -> Any:
    if type(value) in _SCALARS:
        return value
    if depth > _DEEPEST or not isinstance(value, dict) or len(value) != 1:
        raise ValueError("value")
    ((tag, items),) = value.items()
    if tag not in _MAKERS or not isinstance(items, list):
        raise ValueError("value")
    if tag == "dict":
        items = [_pair(item) for item in items]
        return {key: _decoded_any(item, depth + 1) for key, item in items}
    return _MAKERS[tag](_decoded_any(item, depth + 1) for item in items)


_MAKERS: dict[str, Callable[..., Any]] = {"dict": dict, "list": list, "tuple": tuple}


def _pair(item: Any) -> tuple[str, Any]:
    if not isinstance(item, list) or len(item) != 2 or not isinstance(item[0], str):
        raise ValueError("dict")
    return item[0], item[1]
