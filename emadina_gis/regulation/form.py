"""The rules that bite a sector, laid out for a person to read and change: no widget, no words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emadina_gis.regulation.edit import EVERYWHERE, sector_scope, zone_scope
from emadina_gis.regulation.kinds import GROUPS, KINDS

if TYPE_CHECKING:
    from emadina_gis.regulation.model import PlanningDocument, Rule

_ORDER = {name: index for index, name in enumerate(KINDS)}


@dataclass(frozen=True)
class RuleLine:
    """One rule of a sector's form.

    Attributes
    ----------
    scope : str
        Where it is written: ``"sector.B4"``, ``"zone.B"`` or ``""`` for the whole document.
    rule : Rule
    is_replaced : bool
        A rule of a nearer scope with the same condition holds in its place.
    """

    scope: str
    rule: Rule
    is_replaced: bool = False

    @property
    def group(self) -> str:
        """Part of the form it belongs to, one of `kinds.GROUPS`."""
        return KINDS[self.rule.kind].group

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it from other lines of the form: scope, kind, condition."""
        return (self.scope, self.rule.kind, repr(self.rule.condition))


def rule_lines(document: PlanningDocument, code: str) -> tuple[RuleLine, ...]:
    """Return the rules that bite a sector, by group, kind and then from the nearest scope out.

    Raises
    ------
    ZoningError
        ``zoning.no-sector`` if the document has none of that code.
    """
    sector = document.sector(code)
    scopes = (EVERYWHERE, zone_scope(sector.zone.code), sector_scope(code))
    lines = [(scope, rule) for scope, rule in document.rules_of(sector)]
    nearest: dict[tuple[str, str], int] = {}
    for scope, rule in lines:
        name = (rule.kind, repr(rule.condition))
        nearest[name] = max(scope, nearest.get(name, scope))
    ordered = sorted(
        lines,
        key=lambda line: (
            GROUPS.index(KINDS[line[1].kind].group),
            _ORDER[line[1].kind],
            -line[0],
            line[1].condition.precision,
        ),
    )
    return tuple(
        RuleLine(scopes[scope], rule, scope < nearest[(rule.kind, repr(rule.condition))])
        for scope, rule in ordered
    )


def kinds_to_add(document: PlanningDocument, code: str) -> tuple[str, ...]:
    """Return the kinds of rule that a sector does not state itself, in the order of the form."""
    own = {
        line.rule.kind for line in rule_lines(document, code) if line.scope == sector_scope(code)
    }
    return tuple(name for name in KINDS if name not in own)
