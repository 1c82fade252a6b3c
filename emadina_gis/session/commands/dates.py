"""When a scenario was made or changed: commands carry the time, so that applying one stays pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emadina_gis.simulation.scenario import Scenario


def now() -> str:
    """Return the time, to the second, with its offset."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")


@dataclass(frozen=True)
class Dated:
    """A command that knows when it was given."""

    when: str = field(default_factory=now, kw_only=True, compare=False)


def stamped(scenario: Scenario, when: str) -> Scenario:
    """Return a scenario that was changed at a time."""
    return replace(scenario, modified=when)
