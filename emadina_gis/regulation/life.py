"""The life of a planning document: the order of its dates, and when its reservations lapse."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from emadina_gis.errors import Problem, Severity
from emadina_gis.regulation.kinds import DATES

if TYPE_CHECKING:
    from emadina_gis.regulation.model import PlanningDocument

#: Years after which the declaration of public utility of reservations ends (law 12-90, art. 28).
RESERVATION_YEARS = 10


def lapse_date(document: PlanningDocument) -> dt.date | None:
    """Return the date from which reservations follow their sector's rules, None if not known."""
    dates = document.identity.dates
    if "reservations_expire" in dates:
        return dates["reservations_expire"]
    approved = dates.get("decree_date")
    return None if approved is None else _years_after(approved, RESERVATION_YEARS)


def _years_after(date: dt.date, years: int) -> dt.date:
    is_leap_day = (date.month, date.day) == (2, 29)
    return date.replace(year=date.year + years, day=28 if is_leap_day else date.day)


def life_problems_of(document: PlanningDocument) -> Iterator[Problem]:
    """Yield dates out of order, an approval without its decree, a lapse not ten years later."""
    identity = document.identity
    known = [(name, identity.dates[name]) for name in DATES if name in identity.dates]
    for (first, before), (second, after) in pairwise(known):
        if after < before:
            params = {"first": first, "second": second, "place": f"document.{second}"}
            yield Problem("zoning.dates", Severity.WARNING, document.id, params=params)
    if identity.status == "homologated" and not (
        identity.decree and "decree_date" in identity.dates
    ):
        params = {"place": "document.decree"}
        yield Problem("zoning.no-decree", Severity.WARNING, document.id, params=params)
    approved, lapse = identity.dates.get("decree_date"), identity.dates.get("reservations_expire")
    if approved and lapse and lapse != _years_after(approved, RESERVATION_YEARS):
        told = {"years": RESERVATION_YEARS, "place": "document.reservations_expire"}
        yield Problem("zoning.lapse", Severity.WARNING, document.id, params=told)
