"""The classes of a layer, made once for its columns and style and kept as long as they live.

What the map, the legend, print, the web map and the table read; where a class comes from is told
by `domain.classes` and `analysis.rules`.
"""

from __future__ import annotations

import threading
from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any
from weakref import ref

from emadina_gis.analysis.rules import rule_classes, style_columns
from emadina_gis.domain.classes import DrawnClasses, shaded, symbology_classes
from emadina_gis.domain.symbology import Rules

if TYPE_CHECKING:
    from emadina_gis.domain.column import Column
    from emadina_gis.domain.layer import VectorLayer
    from emadina_gis.render.derived import DerivedCache


#: Classes kept for a column: a few scenarios beside each other, and the last steps of undo.
MOST_KEPT = 8


class _Same:
    """Objects as part of a key: equal while they live and are the very same."""

    def __init__(self, objects: tuple[object, ...]) -> None:
        self._refs = tuple(ref(one) for one in objects)
        self._hash = hash(tuple(id(one) for one in objects))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Same) or len(self._refs) != len(other._refs):
            return False
        pairs = zip(self._refs, other._refs, strict=True)
        return all(a() is b() and a() is not None for a, b in pairs)


class _Recent:
    """The classes made last on a column: breaks that are being dragged would fill the memory."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: dict[Hashable, DrawnClasses] = {}

    def get(self, key: Hashable) -> DrawnClasses | None:
        with self._lock:
            found = self._made.pop(key, None)
            if found is not None:
                self._made[key] = found
            return found

    def keep(self, key: Hashable, made: DrawnClasses) -> DrawnClasses:
        """Return what is kept: what another thread made meanwhile comes first."""
        with self._lock:
            found = self._made.setdefault(key, made)
            while len(self._made) > MOST_KEPT:
                del self._made[next(iter(self._made))]
            return found


def columns_read(layer: VectorLayer, columns: Mapping[str, Column]) -> tuple[str, ...]:
    """Return the names of the columns that decide how a layer looks.

    Parameters
    ----------
    columns : Mapping[str, Column]
        Outcome columns on the layer's rows, which come before those of the table.
    """
    return style_columns(layer.style, dict.fromkeys((*columns, *layer.table.columns)))


def layer_classes(
    layer: VectorLayer, *, cache: DerivedCache, columns: Mapping[str, Column]
) -> DrawnClasses:
    """Return the classes of a layer."""
    owner, key = _place(layer, columns)
    recent = cache.get(owner, "classes", _Recent)
    found = recent.get(key)
    return recent.keep(key, _made(layer, columns)) if found is None else found


def known_classes(
    layer: VectorLayer, *, cache: DerivedCache, columns: Mapping[str, Column]
) -> DrawnClasses | None:
    """Return the classes of a layer where they were made already."""
    owner, key = _place(layer, columns)
    recent: _Recent | None = cache.known(owner, "classes")
    return None if recent is None else recent.get(key)


def _place(layer: VectorLayer, columns: Mapping[str, Column]) -> tuple[Any, Any]:
    """Return what the classes are kept by: one of their columns, else the table, and the rest."""
    found = [_column(layer, columns, name) for name in columns_read(layer, columns)]
    read = [column for column in found if column is not None]
    style = layer.style
    owner: Any = read[0] if read else layer.table
    return owner, (style.symbology, style.opacity, _Same(tuple(read[1:])))


def _made(layer: VectorLayer, columns: Mapping[str, Column]) -> DrawnClasses:
    style, table = layer.style, layer.table
    symbology = style.symbology
    if isinstance(symbology, Rules):
        made = rule_classes(symbology, table, columns)
    else:
        field = getattr(symbology, "field", "")
        made = symbology_classes(symbology, _column(layer, columns, field), table.row_count)
    if style.opacity is None:
        return made
    return shaded(made, style.opacity, _column(layer, columns, style.opacity.field))


def _column(layer: VectorLayer, columns: Mapping[str, Column], name: str) -> Column | None:
    return columns.get(name) or layer.table.columns.get(name)
