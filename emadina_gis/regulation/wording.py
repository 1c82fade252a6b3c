"""What a planning document says of itself, in the person's language. No files, no figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emadina_gis.regulation.model import Citation, ForbiddenUses, PlanningDocument, Sector
    from emadina_gis.words import Words


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


def citation_text(citation: Citation, words: Words) -> str:
    """Return where a value is printed, with its page where it is known."""
    if citation.page:
        return words.text("regulation.citation_page", article=citation.article, page=citation.page)
    return words.text("regulation.citation", article=citation.article)


def doubts_of(citation: Citation, words: Words) -> list[str]:
    """Return what must be told with a value: its flag and its note; empty where all is plain."""
    told = [words.text(f"regulation.flag.{citation.flag}")] if citation.flag else []
    note = citation.note.in_language(words.language)
    return [*told, note] if note else told


def verification_text(citation: Citation, words: Words) -> str:
    """Return who verified a value, empty where nobody did."""
    if not citation.verified_by:
        return ""
    return words.text(f"regulation.verified.{citation.verified_by}")


def sector_title(sector: Sector, words: Words) -> str:
    """Return a sector's code and short title."""
    named = words.text("regulation.sector", code=sector.code)
    return f"{named} · {sector.title.in_language(words.language)}"


def zone_title(sector: Sector, words: Words) -> str:
    """Return the code of a sector's zone, as a person says it."""
    return words.text("regulation.zone", code=sector.zone.code)


def forbidden_text(forbidden: ForbiddenUses, words: Words) -> str:
    """Return what may not be built, with its article; translations say that they are unofficial."""
    cited = citation_text(forbidden.citation, words)
    heading = f"{words.text('regulation.forbidden')} ({cited})"
    text = f"{heading}\n{forbidden.text.in_language(words.language)}"
    if words.language == "fr":
        return text
    return f"{text} ({words.text('regulation.unofficial')})"


def decree_text(document: PlanningDocument, words: Words) -> str:
    """Return the decree, its bulletin and what is doubtful about them."""
    identity = document.identity
    date = identity.dates.get("decree_date")
    text = words.text(
        "regulation.decree",
        decree=identity.decree,
        date="" if date is None else date.isoformat(),
        bulletin=identity.bulletin,
    )
    if not identity.bulletin_source:
        return text
    return f"{text} ({words.text(f'regulation.bulletin.{identity.bulletin_source}')})"


def life_of(document: PlanningDocument, words: Words) -> list[tuple[str, str]]:
    """Return the status of a document and its dates (ISO), each with its name."""
    identity = document.identity
    status = words.text(f"regulation.status.{identity.status}")
    dates = [
        (words.text(f"regulation.date.{name}"), date.isoformat())
        for name, date in identity.dates.items()
    ]
    return [(identity.title.in_language(words.language), status), *dates]
