"""Where a value is printed, which rule decides, and what a zone forbids, as texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emadina_gis.regulation import cite, rule_of
from emadina_gis.regulation.wording import citation_text
from emadina_gis.report.terms import granted_letter, granted_of, letter_text
from emadina_gis.simulation.constraint_natures import RESERVATIONS
from emadina_gis.simulation.parcels import Regime
from emadina_gis.words.numbers import format_number, isolate_number

if TYPE_CHECKING:
    from emadina_gis.regulation import PlanningDocument
    from emadina_gis.report.values import ParcelValues
    from emadina_gis.simulation.constraint_natures import Nature
    from emadina_gis.words import Words

#: Which kind of rule prints what a constraint of the envelope comes from.
_KIND_OF_DETAIL = {
    "prospect": "prospect_factor",
    "band": "band_depth_m",
    "side": "limit_distance_m",
    "rear": "rear_distance_m",
    "height": "max_height_m",
    "court": "court_m2",
    "ratio": "coverage",
}
_KIND_OF_RULE = {"floor_ratio": "floor_ratio", "ground_coverage": "coverage"}


@dataclass(frozen=True)
class Binding:
    """The rule that decides.

    Attributes
    ----------
    rule, detail : str
        Keys such as ``"ground_coverage"`` and ``"prospect"``.
    sentence : str
        In words, with the document's value.
    citation : str
        "art. 30 · p. 29".
    extract : str
        What the document notes beside the value; empty where it notes nothing.
    """

    rule: str
    detail: str
    sentence: str
    citation: str
    extract: str = ""


@dataclass(frozen=True)
class Forbidden:
    """What may not be built in a zone; `is_translation` where the text is not the printed one."""

    zone: str
    text: str
    citation: str
    is_translation: bool = False


def cited(values: ParcelValues, document: PlanningDocument, kind: str, words: Words) -> str:
    """Return where a kind of rule is printed for a parcel's sectors, joined where they differ."""
    letter = granted_letter(values, kind)
    if letter is not None:
        return letter_text(letter, words)
    found = [
        words.text("report.cite.scenario")
        if override_of(values, code, kind) is not None
        else citation_text(cite(document, code, kind, values.case(document)), words)
        for code in values.sectors
    ]
    return "; ".join(dict.fromkeys(text for text in found if text))


def article_of_nature(nature: Nature, document: PlanningDocument | None) -> str:
    """Return the article of a document that treats a kind of constraint; empty where none does."""
    if document is None:
        return ""
    printed = document.printed
    stated = {item.key: item.citation.article for item in printed.servitudes}
    stated |= {item.code: item.citation.article for item in printed.reservations}
    stated |= {item.code: item.citation.article for item in printed.linear_rules}
    for name in (nature.key.removesuffix("_rural"), *nature.codes):
        if name in stated:
            return stated[name]
    if nature.topic == RESERVATIONS:
        found = {item.citation.article for item in printed.reservations}
        return found.pop() if len(found) == 1 else ""
    treating = (item.number for item in printed.articles if nature.topic in item.topics)
    return ", ".join(treating)


def first_cited(
    values: ParcelValues, document: PlanningDocument, kinds: tuple[str, ...], words: Words
) -> str:
    """Return where the first of some kinds that the document prints stands."""
    found = (cited(values, document, kind, words) for kind in kinds)
    return next((text for text in found if text), "")


def rule_value(values: ParcelValues, document: PlanningDocument, kind: str) -> float | None:
    """Return the value of a kind of rule where it is the same in all of a parcel's sectors."""
    found = {_value(values, document, code, kind) for code in values.sectors}
    return found.pop() if len(found) == 1 else None


def _value(
    values: ParcelValues, document: PlanningDocument, sector: str, kind: str
) -> float | None:
    replaced = override_of(values, sector, kind)
    if replaced is not None:
        return replaced
    rule = rule_of(document, document.sector(sector), kind, values.case(document))
    return None if rule is None else rule.value


def override_of(values: ParcelValues, sector: str, kind: str) -> float | None:
    """Return what the scenario puts in place of a value of the document, None where it does not."""
    granted = granted_of(values, kind)
    if granted is not None:
        return granted[0]
    replaced = dict(values.outcome.table.overrides.of_sector(sector))
    regime = {Regime.LOT: "lot", Regime.RAW: "raw"}.get(values.regime)
    return replaced.get(f"{kind}.{regime}", replaced.get(kind))


def flag_of(values: ParcelValues, document: PlanningDocument, kind: str) -> str:
    """Return how a kind of rule is doubtful for a parcel: "assumed", "interpretation" or ""."""
    for code in values.sectors:
        found = cite(document, code, kind, values.case(document))
        if found is not None and found.flag:
            return found.flag
    return ""


def binding_of(values: ParcelValues, document: PlanningDocument, words: Words) -> Binding | None:
    """Return the rule that decides, or None where nothing fits or the regimes differ."""
    rule = values.word("binding")
    if not rule:
        return None
    detail = values.binding_detail
    first = rule.split("|")[0]
    first_detail = detail.split("|")[0]
    kind = _KIND_OF_RULE.get(first) or _KIND_OF_DETAIL.get(first_detail, "band_depth_m")
    return Binding(
        rule,
        detail,
        _sentence(values, document, first, detail=first_detail, words=words),
        _article(values, words)
        if not values.sectors
        else _binding_cite(values, document, kind, words),
        _extract(values, document, kind, words),
    )


def _binding_cite(values: ParcelValues, document: PlanningDocument, kind: str, words: Words) -> str:
    return cited(values, document, kind, words) or _article(values, words)


def _article(values: ParcelValues, words: Words) -> str:
    article = values.word("article")
    if not article:
        return ""
    text = isolate_number(article.replace("|", " | "), words.language)
    return words.text("regulation.citation", article=text)


def _sentence(
    values: ParcelValues, document: PlanningDocument, rule: str, *, detail: str, words: Words
) -> str:
    if rule == "floor_ratio":
        value = rule_value(values, document, "floor_ratio")
        label = document.label("floor_ratio", words.language)
        return words.text("report.binding.floor_ratio", label=label, value=_ratio(value, words))
    if rule == "ground_coverage":
        value = rule_value(values, document, "coverage")
        label = document.label("coverage", words.language)
        key = "report.binding.court" if detail == "court" else "report.binding.ground_coverage"
        return words.text(key, label=label, value=percent(value, words))
    return words.text(f"report.binding.{detail or 'envelope'}")


def _ratio(value: float | None, words: Words) -> str:
    return words.number(value, 2)


def percent(value: float | None, words: Words) -> str:
    """Return a share as a percentage, sign and digits isolated together."""
    if value is None:
        return words.number(None)
    whole = value * 100
    decimals = 0 if abs(whole - round(whole)) < 1e-9 else 1
    return isolate_number(
        f"{format_number(whole, words.language, decimals)}\u00a0%", words.language
    )


def _extract(values: ParcelValues, document: PlanningDocument, kind: str, words: Words) -> str:
    for code in values.sectors:
        found = cite(document, code, kind, values.case(document))
        if found is not None and found.note.fr:
            return words.isolated(found.note.in_language(words.language))
    return ""


def forbidden_of(
    values: ParcelValues, document: PlanningDocument, words: Words
) -> tuple[Forbidden, ...]:
    """Return what is forbidden in the zones of a parcel, once per zone."""
    zones = {document.sector(code).zone.code: document.sector(code).zone for code in values.sectors}
    return tuple(
        Forbidden(
            zone.code,
            words.isolated(zone.forbidden.text.in_language(words.language))
            if zone.forbidden.listed
            else words.text("report.forbidden.see_article"),
            citation_text(zone.forbidden.citation, words),
            words.language != "fr" and zone.forbidden.listed,
        )
        for zone in zones.values()
        if zone.forbidden is not None
    )
