"""The project tree to JSON and back; tables become references to parts.

Each object is written with the name of its class (``"$"``); only the frozen dataclasses and enums
of the modules listed here are ever made, so a project file holds no code. Keys that this version
does not know are kept, by the place where they stood, and written again. Knows no database.
"""

from __future__ import annotations

import datetime as dt
import importlib
import math
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from emadina_gis.domain.layer import RasterLayer
from emadina_gis.domain.table import FeatureTable
from emadina_gis.errors import EmadinaError, ProjectFileError
from emadina_gis.io.parts import Part, decoded_table, encoded_table
from emadina_gis.project.model import Project

if TYPE_CHECKING:
    from emadina_gis.io.parts import FetchPart

_MODULES = (
    "emadina_gis.errors",
    "emadina_gis.domain.crs",
    "emadina_gis.domain.derived",
    "emadina_gis.domain.extent",
    "emadina_gis.domain.label_style",
    "emadina_gis.domain.layer",
    "emadina_gis.domain.placement",
    "emadina_gis.domain.raster_style",
    "emadina_gis.domain.schema",
    "emadina_gis.domain.style",
    "emadina_gis.domain.symbol",
    "emadina_gis.domain.symbology",
    "emadina_gis.domain.title",
    "emadina_gis.project.agency",
    "emadina_gis.project.formulas",
    "emadina_gis.project.layouts",
    "emadina_gis.project.model",
    "emadina_gis.simulation.changes",
    "emadina_gis.simulation.drawn",
    "emadina_gis.simulation.scenario",
)
_KIND = "$"
_VALUE = "="
_TABLE = "FeatureTable"
#: Keys of this version by the place they stood in: what a newer version wrote.
Kept = dict[str, dict[str, Any]]
StoredPath = Callable[[str], Any]


@dataclass
class EncodedProject:
    """A tree ready for JSON and the parts it refers to."""

    tree: dict[str, Any]
    parts: dict[str, Part]


@cache
def _classes() -> dict[str, type]:
    modules = [(name, importlib.import_module(name)) for name in _MODULES]
    return {
        label: value
        for name, module in modules
        for label, value in vars(module).items()
        if isinstance(value, type) and value.__module__ == name and _is_ours(value)
    }


def _fields_of(made: type) -> tuple[Field[Any], ...]:
    return fields(made)


def _is_ours(value: type) -> bool:
    return is_dataclass(value) or issubclass(value, Enum)


class _Encoder:
    def __init__(self, kept: Kept, stored_path: StoredPath) -> None:
        self.parts: dict[str, Part] = {}
        self._kept = kept
        self._stored_path = stored_path

    def value(self, value: Any, place: str) -> Any:
        if isinstance(value, Enum):
            return {_KIND: type(value).__name__, _VALUE: value.value}
        if isinstance(value, float) and not math.isfinite(value):
            return {_KIND: "float", _VALUE: repr(value)}
        if value is None or isinstance(value, bool | int | float | str):
            return value
        if isinstance(value, FeatureTable):
            return self._table(value)
        if is_dataclass(value) and not isinstance(value, type):
            return self._object(value, place)
        return self._collection(value, place)

    def _table(self, table: FeatureTable) -> dict[str, Any]:
        tree, parts = encoded_table(table)
        self.parts.update((part.key, part) for part in parts)
        return {_KIND: _TABLE, **tree}

    def _object(self, value: Any, place: str) -> dict[str, Any]:
        name = type(value).__name__
        if _classes().get(name) is not type(value):
            raise ProjectFileError("project.unsavable", kind=name)
        tree: dict[str, Any] = {_KIND: name}
        for item in _fields_of(type(value)):
            if item.init:
                tree[item.name] = self.value(getattr(value, item.name), f"{place}/{item.name}")
        if isinstance(value, RasterLayer):
            tree["path"] = self._stored_path(value.path)
        return {**self._kept.get(place, {}), **tree}

    def _collection(self, value: Any, place: str) -> Any:
        if isinstance(value, tuple | list):
            places = [_item_place(place, index, item) for index, item in enumerate(value)]
            return [self.value(item, where) for item, where in zip(value, places, strict=True)]
        if isinstance(value, Mapping):
            items = [
                [self.value(key, place), self.value(item, f"{place}/{key}")]
                for key, item in value.items()
            ]
            return {_KIND: "map", _VALUE: items}
        if isinstance(value, frozenset | set):
            items = sorted((self.value(item, place) for item in value), key=repr)
            return {_KIND: "set", _VALUE: items}
        if isinstance(value, dt.date):
            return {_KIND: type(value).__name__, _VALUE: value.isoformat()}
        raise ProjectFileError("project.unsavable", kind=type(value).__name__)


def _item_place(place: str, index: int, item: Any) -> str:
    """Return the place of an item of a list: by its id where it has one."""
    key = item.get("id") if isinstance(item, dict) else getattr(item, "id", None)
    return f"{place}/{key if isinstance(key, str) and key else index}"


def encode(
    project: Project, kept: Kept | None = None, stored_path: StoredPath = str
) -> EncodedProject:
    """Return the tree of a project.

    Parameters
    ----------
    kept : Kept, optional
        Unknown keys found when the project was opened.
    stored_path : callable, optional
        How the path of a linked raster is written.

    Raises
    ------
    ProjectFileError
        ``project.unsavable`` where the tree holds something that has no form in a file: a bug.
    """
    encoder = _Encoder(kept or {}, stored_path)
    tree = encoder.value(project, "")
    return EncodedProject(cast("dict[str, Any]", tree), encoder.parts)


class _Decoder:
    def __init__(self, fetch: FetchPart, found_path: Callable[[Any], str]) -> None:
        self._fetch = fetch
        self._found_path = found_path

    def value(self, tree: Any) -> Any:
        if isinstance(tree, list):
            return tuple(self.value(item) for item in tree)
        if not isinstance(tree, dict):
            return tree
        kind = tree.get(_KIND)
        if kind == _TABLE:
            return decoded_table(tree, self._fetch)
        if kind in _SIMPLE:
            return _SIMPLE[kind](self, tree[_VALUE])
        return self._made(str(kind), tree)

    def _made(self, kind: str, tree: dict[str, Any]) -> Any:
        made = _classes().get(kind)
        if made is None:
            raise ProjectFileError("project.unknown-kind", kind=kind[:80])
        if issubclass(made, Enum):
            return made(tree[_VALUE])
        known = {item.name: item for item in _fields_of(made) if item.init}
        values = {
            name: self.value(tree[name])
            for name in known
            if name in tree and not (made is RasterLayer and name == "path")
        }
        if made is RasterLayer:
            values["path"] = self._found_path(tree["path"])
        _check_complete(kind, known, values)
        return made(**values)

    def mapping(self, items: Any) -> dict[Any, Any]:
        return {self.value(key): self.value(item) for key, item in items}


def _check_complete(kind: str, known: dict[str, Field[Any]], values: dict[str, Any]) -> None:
    for name, item in known.items():
        optional = item.default is not MISSING or item.default_factory is not MISSING
        if name not in values and not optional:
            raise ProjectFileError("project.damaged", detail=f"{kind}.{name}")


_SIMPLE: dict[Any, Callable[[_Decoder, Any], Any]] = {
    "float": lambda _, value: float(value),
    "map": lambda decoder, value: decoder.mapping(value),
    "set": lambda decoder, value: frozenset(decoder.value(item) for item in value),
    "date": lambda _, value: dt.date.fromisoformat(value),
    "datetime": lambda _, value: dt.datetime.fromisoformat(value),
}


def decode(tree: Any, fetch: FetchPart, found_path: Callable[[Any], str] = str) -> Project:
    """Return the project of a tree; keys that this version does not know are left out.

    Parameters
    ----------
    fetch : callable
        Gives the bytes of a part by key.
    found_path : callable, optional
        Turns the stored path of a linked raster into the one to open.

    Raises
    ------
    ProjectFileError
        ``project.damaged`` or ``project.unknown-kind``.
    """
    decoder = _Decoder(fetch, found_path)
    try:
        project = decoder.value(tree)
    except EmadinaError:
        raise
    except (TypeError, ValueError, KeyError, AttributeError, RecursionError) as exc:
        raise ProjectFileError("project.damaged", detail=str(exc)[:200]) from exc
    if not isinstance(project, Project):
        raise ProjectFileError("project.damaged", detail="Project")
    return project


def unknown_keys(tree: Any) -> Kept:
    """Return the keys of a tree that this version does not know, without making the project."""
    found: Kept = {}
    _collect_unknown(tree, "", found)
    return found


def _collect_unknown(tree: Any, place: str, found: Kept) -> None:
    if isinstance(tree, list):
        for index, item in enumerate(tree):
            _collect_unknown(item, _item_place(place, index, item), found)
        return
    made = _classes().get(str(tree.get(_KIND))) if isinstance(tree, dict) else None
    if made is None or not is_dataclass(made):
        return
    known = {item.name for item in _fields_of(made) if item.init}
    unknown = {key: value for key, value in tree.items() if key not in known and key != _KIND}
    if unknown:
        found[place] = unknown
    for name in known & tree.keys():
        _collect_unknown(tree[name], f"{place}/{name}", found)
