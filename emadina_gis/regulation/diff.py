"""Differences between two versions of a planning document, as ordered entries.

Nothing here says a sentence: `regulation.wording.difference_text` does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from emadina_gis.regulation.edit import EVERYWHERE, sector_scope, zone_scope
from emadina_gis.regulation.model import ANYWHERE, Text
from emadina_gis.regulation.writer import document_tree

if TYPE_CHECKING:
    from emadina_gis.regulation.model import Citation, Condition, PlanningDocument, Rule

    Rules = tuple[Rule, ...]
    Tree = Mapping[str, Any]
    Entry = Tree | None


class Change(StrEnum):
    """How an entry differs."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True)
class Difference:
    """One entry that differs between two versions.

    Attributes
    ----------
    change : Change
    scope : str
        ``""`` the document, ``"zone.B"``, ``"sector.B4"``, or a part such as ``"article.24"``.
    field : str
        ``"rule"``, or what else differs: ``"sector"``, ``"zone"``, ``"title"``, ``"form"``,
        ``"citation"``, an identity field, a printed part.
    kind : str
        Kind of rule; empty for what is no rule.
    condition : Condition
        When the rule applies.
    old, new : float, str, Text or None
        Values before and after.
    old_citation, new_citation : Citation or None
        Where each is printed.
    """

    change: Change
    scope: str
    field: str
    kind: str = ""
    condition: Condition = ANYWHERE
    old: float | str | Text | None = None
    new: float | str | Text | None = None
    old_citation: Citation | None = None
    new_citation: Citation | None = None


def differences(old: PlanningDocument, new: PlanningDocument) -> tuple[Difference, ...]:
    """Return what differs: identity, document, zones, sectors, then what is printed beside.

    The order is that of the old document, with what is new after it.
    """
    before, after = document_tree(old), document_tree(new)
    zones = [_zone(code, old, new, before, after) for code in _codes(old.zones, new.zones)]
    codes = _codes(old.sector_codes, new.sector_codes)
    sectors = [_sector(code, old, new, before, after) for code in codes]
    return (
        *_fields(EVERYWHERE, before["document"], after["document"]),
        *_rules(EVERYWHERE, old.rules, new.rules),
        *(found for listed in (*zones, *sectors) for found in listed),
        *_printed(before, after),
    )


def _codes(old: Iterable[str], new: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*old, *new)))


def _zone(
    code: str, old: PlanningDocument, new: PlanningDocument, before: Tree, after: Tree
) -> Iterator[Difference]:
    one, other = old.zones.get(code), new.zones.get(code)
    rules = (() if one is None else one.rules, () if other is None else other.rules)
    entries = (before["zone"].get(code), after["zone"].get(code))
    yield from _owner("zone", zone_scope(code), entries, rules)


def _sector(
    code: str, old: PlanningDocument, new: PlanningDocument, before: Tree, after: Tree
) -> Iterator[Difference]:
    rules = (_rules_of(old, code), _rules_of(new, code))
    entries = (before["sector"].get(code), after["sector"].get(code))
    yield from _owner("sector", sector_scope(code), entries, rules)


def _rules_of(document: PlanningDocument, code: str) -> Rules:
    return document.sector(code).rules if document.index_of(code) >= 0 else ()


def _owner(
    owner: str, scope: str, entries: tuple[Entry, Entry], rules: tuple[Rules, Rules]
) -> Iterator[Difference]:
    """Yield the differences of a zone or a sector; one that is gone is a single entry."""
    before, after = entries
    if before is None or after is None:
        how = _how(before, after)
        yield Difference(how, scope, owner, old=_text_of(before), new=_text_of(after))
    else:
        yield from _fields(scope, before, after)
    if after is not None:
        yield from _rules(scope, *rules)


def _fields(scope: str, before: Tree, after: Tree) -> Iterator[Difference]:
    for name in _codes(before, after):
        old, new = before.get(name), after.get(name)
        if old != new and name != "rules":
            yield Difference(_how(old, new), scope, name, old=_said(old), new=_said(new))


def _how(old: Any, new: Any) -> Change:
    if old is None:
        return Change.ADDED
    return Change.REMOVED if new is None else Change.CHANGED


def _said(value: Any) -> str | Text | None:
    """Return an entry as a person reads it: its text, its article, its items."""
    if isinstance(value, Mapping):
        if "fr" in value.get("text", value):
            return _text_of(value)
        items = (f"{key} {_said(item)}" for key, item in value.items())
        return str(value.get("article") or ", ".join(items))
    if isinstance(value, list):
        return " · ".join(str(_said(item)) for item in value)
    return None if value is None else str(value)


def _rules(scope: str, old: Rules, new: Rules) -> Iterator[Difference]:
    before = {(rule.kind, rule.condition): rule for rule in old}
    after = {(rule.kind, rule.condition): rule for rule in new}
    for key in dict.fromkeys((*before, *after)):
        yield from _rule(scope, key, before.get(key), after.get(key))


def _rule(
    scope: str, key: tuple[str, Condition], old: Rule | None, new: Rule | None
) -> Iterator[Difference]:
    same = old is not None and new is not None and old.value == new.value
    if same and old is not None and new is not None and old.citation == new.citation:
        return
    yield Difference(
        _how(old, new),
        scope,
        "citation" if same else "rule",
        *key,
        old=None if old is None else old.value,
        new=None if new is None else new.value,
        old_citation=None if old is None else old.citation,
        new_citation=None if new is None else new.citation,
    )


#: Printed parts that are lists, with what names an entry of each.
_LISTS = {
    "article": "number",
    "provision": "key",
    "reservation": "code",
    "servitude": "key",
    "linear": "code",
    "law": "reference",
}
_GENERAL = {"parking": "use", "bonus": "key"}
_NAMED = ("labels", "topics")


def _printed(before: Tree, after: Tree) -> Iterator[Difference]:
    for part in _NAMED:
        yield from _listed(part, before.get(part, {}), after.get(part, {}))
    for part, key in _GENERAL.items():
        one, other = (tree.get("general", {}).get(part, []) for tree in (before, after))
        yield from _listed(part, _by(one, key), _by(other, key))
    for part, key in _LISTS.items():
        yield from _listed(part, _by(before.get(part, []), key), _by(after.get(part, []), key))
    one, other = before.get("printed"), after.get("printed")
    if one != other:
        yield Difference(_how(one, other), EVERYWHERE, "printed", old=_said(one), new=_said(other))
    one, other = (tree.get("general", {}).get("ratio_base") for tree in (before, after))
    if one != other:
        how = _how(one, other)
        yield Difference(how, EVERYWHERE, "ratio_base", old=_said(one), new=_said(other))


def _by(rows: list[Tree], key: str) -> Tree:
    """Return rows by name; those of one name by their number too."""
    found: dict[str, Any] = {}
    for index, row in enumerate(rows):
        name = str(row[key])
        found[f"{name} ({index})" if name in found else name] = row
    return found


def _listed(part: str, before: Tree, after: Tree) -> Iterator[Difference]:
    for name in _codes(before, after):
        old, new = before.get(name), after.get(name)
        if old != new:
            how = _how(old, new)
            yield Difference(how, f"{part}.{name}", part, old=_text_of(old), new=_text_of(new))


def _text_of(row: Entry) -> Text | None:
    """Return the text or the title of an entry, else what it holds itself by language."""
    if row is None:
        return None
    text = row.get("text") or row.get("title") or row
    return Text(*(str(text.get(language, "")) for language in ("fr", "ar", "en")))
