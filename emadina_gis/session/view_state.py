"""``ViewState``: what is looked at, selected and active; not saved as history, not undone.

Owns the viewport, the selection by layer, the active scenario, layer and tool. Knows no widget:
widgets watch a part and hear of its changes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.viewport import Viewport
    from emadina_gis.project import Project

T = TypeVar("T")
Ids = Any  # sorted, read-only ndarray of int64


class Tool(StrEnum):
    """What a click on the map does."""

    PAN = "pan"
    SELECT = "select"
    RECTANGLE = "rectangle"
    LASSO = "lasso"
    POLYGON = "polygon"
    BUFFER = "buffer"
    MEASURE = "measure"

    @property
    def selects(self) -> bool:
        """Whether it selects features."""
        return self not in {Tool.PAN, Tool.MEASURE}


class SelectMode(StrEnum):
    """What a new selection does to the one that is there."""

    REPLACE = "replace"
    ADD = "add"
    REMOVE = "remove"
    INTERSECT = "intersect"
    TOGGLE = "toggle"


_NOTHING: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
_NOTHING.flags.writeable = False


@dataclass(frozen=True, eq=False)
class View:
    """One state of the view.

    Attributes
    ----------
    viewport : Viewport or None
        Part of the map shown, in the project's CRS; None before the first picture.
    selection : Mapping[str, ndarray of int64]
        Sorted row ids by layer id; layers without selected rows are not in it.
    select_mode : SelectMode
        What gestures do to the selection where no key says otherwise.
    reach_m : float
        How far around what is drawn the buffer tool selects, in metres.
    """

    viewport: Viewport | None = None
    selection: Mapping[str, Ids] = field(default_factory=lambda: MappingProxyType({}))
    active_scenario_id: str = ""
    active_layer_id: str = ""
    tool: Tool = Tool.SELECT
    select_mode: SelectMode = SelectMode.REPLACE
    reach_m: float = 50.0


class ViewState:
    """The current view, with watchers."""

    def __init__(self, view: View | None = None) -> None:
        self._view = View() if view is None else view
        self._watchers: list[Callable[[View], None]] = []
        self._before: Mapping[str, Ids] = {}

    @property
    def view(self) -> View:
        """The view as it is now."""
        return self._view

    @property
    def viewport(self) -> Viewport | None:
        """Part of the map shown."""
        return self._view.viewport

    @property
    def active_scenario_id(self) -> str:
        """Scenario whose outcome is shown."""
        return self._view.active_scenario_id

    @property
    def active_layer_id(self) -> str:
        """Layer that tools and the table work on."""
        return self._view.active_layer_id

    @property
    def tool(self) -> Tool:
        """The active tool."""
        return self._view.tool

    def selected(self, layer_id: str) -> Ids:
        """Return the selected row ids of a layer, sorted, shape (k,)."""
        return self._view.selection.get(layer_id, _NOTHING)

    @property
    def selected_count(self) -> int:
        """How many rows are selected in all layers."""
        return sum(len(ids) for ids in self._view.selection.values())

    def set_viewport(self, viewport: Viewport) -> None:
        """Show another part of the map."""
        if viewport != self._view.viewport:
            self._change(replace(self._view, viewport=viewport))

    def set_tool(self, tool: Tool) -> None:
        """Choose a tool."""
        if tool is not self._view.tool:
            self._change(replace(self._view, tool=tool))

    def set_select_mode(self, mode: SelectMode) -> None:
        """Say what gestures do to the selection."""
        if mode is not self._view.select_mode:
            self._change(replace(self._view, select_mode=mode))

    def set_reach(self, metres: float) -> None:
        """Say how far around what is drawn the buffer tool selects."""
        if metres != self._view.reach_m:
            self._change(replace(self._view, reach_m=metres))

    def activate_layer(self, layer_id: str) -> None:
        """Choose the layer that tools work on."""
        if layer_id != self._view.active_layer_id:
            self._change(replace(self._view, active_layer_id=layer_id))

    def activate_scenario(self, scenario_id: str) -> None:
        """Choose the scenario whose outcome is shown."""
        if scenario_id != self._view.active_scenario_id:
            self._change(replace(self._view, active_scenario_id=scenario_id))

    def select(self, layer_id: str, ids: object, *, mode: SelectMode = SelectMode.REPLACE) -> None:
        """Change the selection of a layer; replacing also clears that of the other layers.

        Parameters
        ----------
        layer_id : str
            Layer of the rows.
        ids : array-like of int, shape (k,)
            Row ids (not row numbers).
        mode : SelectMode
            Replace, add to, remove from, keep what is in both, or toggle.
        """
        given = _sorted_once(np.array(ids, dtype=np.int64))
        chosen = _combined(self.selected(layer_id), given, mode)
        clears = mode in {SelectMode.REPLACE, SelectMode.INTERSECT}
        kept = {} if clears else dict(self._view.selection)
        kept.pop(layer_id, None)
        if len(chosen):
            kept[layer_id] = chosen
        self._take(kept)

    def clear_selection(self) -> None:
        """Select nothing."""
        self._take({})

    def invert(self, layer_id: str, every: object) -> None:
        """Select the rows of a layer that are not selected now, of all row ids given."""
        self.select(layer_id, every, mode=SelectMode.TOGGLE)

    @property
    def can_reselect(self) -> bool:
        """Whether something was selected before."""
        return bool(self._before)

    def reselect(self, project: Project) -> None:
        """Select again what was selected before, as far as it is still there."""
        before = replace(self._view, selection=self._before)
        self._take(_kept(before, project))

    def _take(self, selection: dict[str, Ids]) -> None:
        if _same_selection(selection, self._view.selection):
            return
        if self._view.selection:
            self._before = self._view.selection
        self._change(replace(self._view, selection=MappingProxyType(selection)))

    def forget_missing(self, project: Project) -> None:
        """Drop layers, rows and scenarios that are no longer in the project."""
        scenarios = {scenario.id for scenario in project.scenarios}
        view = replace(self._view, selection=MappingProxyType(_kept(self._view, project)))
        if view.active_layer_id and not project.has_layer(view.active_layer_id):
            view = replace(view, active_layer_id="")
        if view.active_scenario_id not in scenarios:
            view = replace(view, active_scenario_id=project.reference_id)
        if not _same_view(view, self._view):
            self._change(view)

    def watch(self, part: Callable[[View], T], handler: Callable[[T], None]) -> Callable[[], None]:
        """Call `handler` with a part of the view whenever it is another object or value."""
        seen = [part(self._view)]

        def look(view: View) -> None:
            found = part(view)
            if found is not seen[0] and not _equal(found, seen[0]):
                seen[0] = found
                handler(found)

        self._watchers.append(look)

        def unwatch() -> None:
            if look in self._watchers:
                self._watchers.remove(look)

        return unwatch

    def _change(self, view: View) -> None:
        self._view = view
        for watcher in tuple(self._watchers):
            watcher(self._view)


def _sorted_once(ids: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the ids ascending, each once; row ids mostly come so already."""
    return ids if (ids[1:] > ids[:-1]).all() else np.unique(ids)


def _combined(old: Ids, given: Ids, mode: SelectMode) -> Ids:
    """Return the ids of both as a mode says; both are ascending, and so is what is returned."""
    if mode is SelectMode.ADD:
        given = _merged(old, given[~_among(given, old)])
    elif mode is SelectMode.REMOVE:
        given = old[~_among(old, given)]
    elif mode is SelectMode.INTERSECT:
        given = old[_among(old, given)]
    elif mode is SelectMode.TOGGLE:
        given = _merged(old[~_among(old, given)], given[~_among(given, old)])
    given.flags.writeable = False
    return given


def _among(ids: Ids, others: Ids) -> NDArray[np.bool_]:
    """Return which of some ascending ids are among others, which ascend too."""
    if not len(others):
        return np.zeros(len(ids), dtype=bool)
    places = np.minimum(np.searchsorted(others, ids), len(others) - 1)
    return np.asarray(others[places] == ids)


def _merged(first: Ids, second: Ids) -> Ids:
    """Return the ids of two ascending arrays that share none, ascending."""
    return np.sort(np.concatenate([first, second]), kind="stable")


def _kept(view: View, project: Project) -> dict[str, Ids]:
    kept: dict[str, Ids] = {}
    tables = {layer.id: layer.table for layer in project.vector_layers}
    for layer_id, ids in view.selection.items():
        if layer_id in tables:
            left = np.intersect1d(ids, tables[layer_id].ids, assume_unique=True)
            if len(left):
                left.flags.writeable = False
                kept[layer_id] = left
    return kept


def _same_selection(a: Mapping[str, Ids], b: Mapping[str, Ids]) -> bool:
    return a.keys() == b.keys() and all(np.array_equal(ids, b[key]) for key, ids in a.items())


def _same_view(a: View, b: View) -> bool:
    names = (a.active_layer_id, a.active_scenario_id) == (b.active_layer_id, b.active_scenario_id)
    return names and _same_selection(a.selection, b.selection)


def _equal(a: object, b: object) -> bool:
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return np.array_equal(a, b)  # type: ignore[arg-type]  # one may be another type: unequal
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        return _same_selection(a, b)
    return bool(a == b)
