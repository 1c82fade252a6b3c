"""What a planning document says of itself, in the person's language. No files, no figures."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from emadina_gis.regulation.check import errors_of_sector
from emadina_gis.regulation.kinds import KINDS
from emadina_gis.regulation.model import Text
from emadina_gis.words.numbers import isolate_number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from emadina_gis.errors import Problem
    from emadina_gis.regulation.diff import Difference
    from emadina_gis.regulation.model import Citation, Condition, PlanningDocument
    from emadina_gis.words import Words

PERCENT = 100.0


def kind_label(document: PlanningDocument, kind: str, words: Words) -> str:
    """Return what a kind of rule is called: the document's own label, else ours."""
    own = document.label(kind, words.language)
    return own or words.text(f"regulation.kind.{kind}")


def use_label(use: str, words: Words) -> str:
    """Return the name of an intended use."""
    return words.text(f"regulation.use.{use}")


def regime_label(words: Words, *, lot: bool) -> str:
    """Return the name of a regime."""
    return words.text("regulation.lot" if lot else "regulation.raw")


def status_label(status: str, words: Words) -> str:
    """Return where a document stands in its life."""
    return words.text(f"regulation.status.{status}")


def date_label(name: str, words: Words) -> str:
    """Return the name of a date of a document's life."""
    return words.text(f"regulation.date.{name}")


def group_label(group: str, words: Words) -> str:
    """Return the name of a part of a form (`kinds.GROUPS`)."""
    return words.text(f"regulation.group.{group}")


def flag_label(flag: str, words: Words) -> str:
    """Return how a value is doubtful, empty where it is not."""
    return words.text(f"regulation.flag.{flag}") if flag else ""


def citation_text(citation: Citation | None, words: Words) -> str:
    """Return "art. 30 · p. 29", or the source of a value without an article; else empty."""
    if citation is None:
        return ""
    if not citation.article:
        return words.isolated(citation.source.in_language(words.language))
    article = isolate_number(citation.article, words.language)
    if not citation.page:
        return words.text("regulation.citation", article=article)
    page = isolate_number(citation.page, words.language)
    return words.text("regulation.citation_page", article=article, page=page)


def doubts_of(citation: Citation, words: Words) -> list[str]:
    """Return what must be told with a value: its flag and its note; empty where all is plain."""
    told = [flag_label(citation.flag, words)] if citation.flag else []
    note = citation.note.in_language(words.language)
    return [*told, words.isolated(note)] if note else told


def verification_text(citation: Citation, words: Words) -> str:
    """Return who verified a value, empty where nobody did."""
    who = citation.verified_by
    key = f"regulation.verified.{who}"
    return words.text(key) if who and words.has(key) else words.isolated(who)


def condition_text(condition: Condition, words: Words) -> str:
    """Return when a rule applies, empty where it always does."""
    told = []
    if condition.lot is not None:
        told.append(regime_label(words, lot=condition.lot))
    if condition.uses:
        told.append(_listed((use_label(use, words) for use in condition.uses), words))
    if condition.road_width_min_m is not None:
        width = words.quantity(
            condition.road_width_min_m, "m", _decimals(condition.road_width_min_m)
        )
        told.append(words.text("regulation.road_from", width=width))
    return " · ".join(told)


def _listed(items: Iterable[str], words: Words) -> str:
    return words.text("report.list_separator").join(items)


def _decimals(number: float, most: int = 2) -> int:
    return 0 if abs(number - round(number)) < 1e-9 else most


def value_text(kind: str, value: float, words: Words) -> str:
    """Return a value of a kind of rule with its unit: ratios as percentages."""
    unit = KINDS[kind].unit
    if unit == "ratio":
        share = value * PERCENT
        return words.quantity(share, "percent", _decimals(share, 1))
    if unit == "flag":
        return words.text("regulation.yes" if value else "regulation.no")
    if unit in {"m", "m2", "per_ha"}:
        return words.quantity(value, unit, _decimals(value))
    return words.number(value, _decimals(value))


def scope_text(document: PlanningDocument, scope: str, words: Words) -> str:
    """Return whose rules a scope means: the document, "Zone B", "Sector B4", or an article."""
    owner, _, code = scope.partition(".")
    if not scope or (owner not in _OWNERS and code.islower()):
        # Keys of the file's own parts tell a person nothing.
        return words.isolated(document.identity.title.in_language(words.language))
    shown = isolate_number(code, words.language)
    key = _OWNERS.get(owner)
    return words.text(key, code=shown) if key else words.text("regulation.part", part=shown)


_OWNERS = {
    "sector": "regulation.sector",
    "zone": "regulation.zone",
    "article": "regulation.article",
}


def no_number_text(document: PlanningDocument, code: str, words: Words) -> str:
    """Return why a sector is given no number: the rules it lacks, else its first contradiction."""
    errors = errors_of_sector(document, code)
    lacking = [p for p in errors if p.code == "zoning.gap"]
    if lacking:
        kinds = dict.fromkeys(_named(document, "kind", p.params["kind"], words) for p in lacking)
        sector = isolate_number(code, words.language)
        return words.text("regulation.lacking", sector=sector, kinds=_listed(kinds, words))
    return finding_text(errors[0], document, words)[0] if errors else ""


def finding_text(problem: Problem, document: PlanningDocument, words: Words) -> tuple[str, str]:
    """Return a finding of the check and what to do, with kinds, topics and dates in words."""
    params = {key: _named(document, key, value, words) for key, value in problem.params.items()}
    case = [
        f"{kind_label(document, kind, words)} {value_text(kind, value, words)}"
        for kind, value in problem.params.get("case", ())
    ]
    if case:
        params["kind"] = f"{params['kind']} ({_listed(case, words)})"
    title = document.identity.title.in_language(words.language)
    where = title if problem.where == document.id else problem.where
    return words.problem(replace(problem, where=where, params=params))


def _named(document: PlanningDocument, name: str, value: Any, words: Words) -> Any:
    if name == "kind":
        return kind_label(document, value, words) if value in KINDS else words.text(_FORM)
    if name == "topic":
        topics = [document.printed.topics.get(key) for key in str(value).split(", ")]
        named = [topic.in_language(words.language) for topic in topics if topic is not None]
        return _listed(named, words) or value
    if name == "regime":
        return regime_label(words, lot=value == "lot")
    if name in {"first", "second"} and words.has(f"regulation.date.{value}"):
        return date_label(value, words)
    return words.text(f"regulation.nature.{value}") if name == "nature" else value


_FORM = "regulation.finding.form"


def difference_text(
    difference: Difference, old: PlanningDocument, new: PlanningDocument, words: Words
) -> str:
    """Return what differs between two versions, as one line."""
    document = old if difference.new is None else new
    what = _what(difference, document, words)
    before = _side(difference, difference.old, difference.old_citation, words)
    after = _side(difference, difference.new, difference.new_citation, words)
    scope = scope_text(document, difference.scope, words)
    params = {"scope": scope, "what": what, "old": before, "new": after}
    return words.text(f"regulation.difference.{difference.change.value}", **params)


def _what(difference: Difference, document: PlanningDocument, words: Words) -> str:
    if not difference.kind:
        key = f"regulation.field.{difference.field}"
        return words.text(key) if words.has(key) else date_label(difference.field, words)
    label = kind_label(document, difference.kind, words)
    condition = condition_text(difference.condition, words)
    return f"{label} ({condition})" if condition else label


#: Entries whose values are codes, with the words that say them.
_CODED = {
    "status": "regulation.status",
    "verified_by": "regulation.verified",
    "bulletin_source": "regulation.source",
    "form": "regulation.form",
    "nature": "regulation.nature",
    "default_use": "regulation.use",
    "other_use": "regulation.use",
}
_PROFILE = re.compile(
    r"housing_share value ([\d.]+), low ([\d.]+), high ([\d.]+).*?(?:other_use (\w+))?"
)


def _entry(field: str, value: str, words: Words) -> str:
    """Return an entry that is no number: codes, dates, yes and no in words, the rest as written."""
    if not value:
        return words.text("regulation.nothing")
    key = f"{_CODED.get(field, '')}.{value}"
    if field in _CODED and words.has(key):
        return words.text(key)
    if value in {"True", "False"}:
        return words.text("regulation.yes" if value == "True" else "regulation.no")
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return isolate_number("/".join(reversed(value.split("-"))), words.language)
    profile = _PROFILE.fullmatch(value)
    return words.isolated(value) if profile is None else _profile(profile, words)


def _profile(found: re.Match[str], words: Words) -> str:
    share, low, high = (PERCENT * float(number) for number in found.groups()[:3])
    told = words.text(
        "regulation.profile",
        share=words.quantity(share, "percent"),
        span=words.span(low, high, "percent"),
    )
    return " · ".join([told, *([use_label(found[4], words)] if found[4] else [])])


def _side(
    difference: Difference,
    value: float | str | Text | None,
    citation: Citation | None,
    words: Words,
) -> str:
    if isinstance(value, Text):
        value = value.in_language(words.language)
    if value is None:
        return words.text("regulation.nothing")
    if isinstance(value, str):
        return _entry(difference.field, value, words)
    said = value_text(difference.kind, value, words)
    cited = citation_text(citation, words)
    return f"{said} ({cited})" if cited else said
