"""What is registered, by whom, and how it is taken out again: one door for ours and others'.

Owns the list of indicators and readers with their owners, and the guard around foreign code: an
exception names the plugin and disables it. Holds no global state: whoever starts the program makes
the registry.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from emadina_gis.analysis.indicator import Indicator, Measure
from emadina_gis.errors import AnalysisError, EmadinaError, JobCancelled, PluginError

if TYPE_CHECKING:
    from pathlib import Path

    from emadina_gis.analysis.indicator import Inputs
    from emadina_gis.domain.layer import Layer, Title
    from emadina_gis.progress import Context

T = TypeVar("T")
OURS = ""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Reader:
    """A way to read files of some kinds into layers.

    Attributes
    ----------
    suffixes : tuple of str
        Endings in lower case, such as ``".sub"``.
    read : callable
        ``read(path, ctx) → layers``; raises `LayerReadError` on a file it cannot read.
    """

    id: str
    title: Title
    suffixes: tuple[str, ...]
    read: Callable[[Path, Context], tuple[Layer, ...]]
    owner: str = OURS


class Registry:
    """Indicators and readers by id, each with its owner.

    Parameters
    ----------
    on_disabled : callable, optional
        Called with the plugin's id and the error after its code failed.
    """

    def __init__(self, on_disabled: Callable[[str, PluginError], None] | None = None) -> None:
        self._on_disabled = on_disabled
        self._indicators: dict[str, Indicator] = {}
        self._readers: dict[str, Reader] = {}
        self._disabled: set[str] = set()

    @property
    def indicators(self) -> Mapping[str, Indicator]:
        """All indicators by id."""
        return MappingProxyType(dict(self._indicators))

    @property
    def readers(self) -> Mapping[str, Reader]:
        """All readers by id."""
        return MappingProxyType(dict(self._readers))

    @property
    def disabled(self) -> frozenset[str]:
        """Ids of plugins whose code failed."""
        return frozenset(self._disabled)

    @property
    def owners(self) -> frozenset[str]:
        """Ids of plugins that have something registered."""
        found = {item.owner for item in self._indicators.values()}
        found |= {item.owner for item in self._readers.values()}
        return frozenset(found - {OURS})

    def indicator(self, indicator_id: str) -> Indicator:
        """Return an indicator; raises `AnalysisError` ``indicator.unknown``."""
        if indicator_id not in self._indicators:
            raise AnalysisError("indicator.unknown", id=indicator_id)
        return self._indicators[indicator_id]

    def reader_for(self, path: Path) -> Reader | None:
        """Return the reader of a file's ending; the last registered comes first."""
        suffix = path.suffix.lower()
        found = [reader for reader in self._readers.values() if suffix in reader.suffixes]
        return found[-1] if found else None

    def add_indicator(self, indicator: Indicator) -> None:
        """Register an indicator; raises `PluginError` ``plugin.taken`` if the id is taken."""
        self._check_free(indicator.id, indicator.owner, self._indicators)
        if indicator.owner:
            indicator = replace(indicator, compute=self._guarded_indicator(indicator))
        self._indicators[indicator.id] = indicator

    def add_reader(self, reader: Reader) -> None:
        """Register a reader; raises `PluginError` ``plugin.taken`` if the id is taken."""
        self._check_free(reader.id, reader.owner, self._readers)
        if reader.owner:
            reader = replace(reader, read=self._guarded_reader(reader))
        self._readers[reader.id] = reader

    def remove_owner(self, owner: str) -> None:
        """Take out all that a plugin registered; raises ``plugin.ours`` for our own."""
        if owner == OURS:
            raise PluginError("plugin.ours")
        self._indicators = {k: v for k, v in self._indicators.items() if v.owner != owner}
        self._readers = {k: v for k, v in self._readers.items() if v.owner != owner}

    def guarded(self, owner: str, call: Callable[[], T]) -> T:
        """Return what foreign code returns; when it fails, it is named, taken out and disabled.

        Errors of our own tree (a missing input) and cancelling pass through: they are no failure.

        Raises
        ------
        PluginError
            With code ``plugin.failed``.
        """
        try:
            return call()
        except (EmadinaError, JobCancelled):
            raise
        except Exception as error:
            _log.info("plugin %s failed: %s", owner, type(error).__name__, exc_info=error)
            failure = PluginError("plugin.failed", plugin=owner, reason=type(error).__name__)
            self._disable(owner, failure)
            raise failure from error

    def _disable(self, owner: str, failure: PluginError) -> None:
        self.remove_owner(owner)
        self._disabled.add(owner)
        if self._on_disabled is not None:
            self._on_disabled(owner, failure)

    def _guarded_indicator(self, indicator: Indicator) -> Callable[[Inputs], Measure]:
        compute, owner = indicator.compute, indicator.owner

        def run(inputs: Inputs) -> Measure:
            return self.guarded(owner, lambda: _measure(compute(inputs)))

        return run

    def _guarded_reader(self, reader: Reader) -> Callable[[Path, Context], tuple[Layer, ...]]:
        read, owner = reader.read, reader.owner

        def run(path: Path, ctx: Context) -> tuple[Layer, ...]:
            return self.guarded(owner, lambda: tuple(read(path, ctx)))

        return run

    def _check_free(self, item_id: str, owner: str, taken: Mapping[str, object]) -> None:
        if item_id in taken:
            raise PluginError("plugin.taken", plugin=owner, item=item_id)


class Door:
    """What a plugin gets to register itself with; everything it brings bears its id."""

    def __init__(self, registry: Registry, owner: str) -> None:
        self._registry = registry
        self._owner = owner

    def indicator(self, indicator: Indicator) -> None:
        """Register an indicator."""
        self._registry.add_indicator(replace(indicator, owner=self._owner))

    def reader(self, reader: Reader) -> None:
        """Register a reader of files."""
        self._registry.add_reader(replace(reader, owner=self._owner))


def _measure(value: object) -> Measure:
    if not isinstance(value, Measure):
        raise TypeError(type(value).__name__)
    return value
