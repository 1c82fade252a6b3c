"""The dates of a planning document's life, as texts of a page; what is not known is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emadina_gis.regulation.wording import status_label
from emadina_gis.report.sheet_blocks import date_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emadina_gis.regulation import PlanningDocument
    from emadina_gis.words import Words


def life_texts(document: PlanningDocument, words: Words) -> dict[str, str]:
    """Return what is known of the life of a document, by placeholder of texts.

    Its stage, both committees, the public inquiry, the decree with its date, and the bulletin: one
    that is known from the press says so.
    """
    return dict(_known(document, words))


def _known(document: PlanningDocument, words: Words) -> Iterator[tuple[str, str]]:
    identity, dates = document.identity, document.identity.dates
    yield "stage", status_label(identity.status, words)
    for key, name in (("ctl", "ctl_date"), ("cc", "cc_date")):
        if name in dates:
            yield key, date_text(dates[name], words)
    ends = [dates.get(name) for name in ("enquiry_start", "enquiry_end")]
    first, last = (None if end is None else date_text(end, words) for end in ends)
    if first is not None and last is not None:
        yield "ep", words.text("document-life.from-to", first=first, last=last)
    elif first is not None:
        yield "ep", words.text("document-life.from", first=first)
    if identity.decree:
        decree, signed = words.isolated(identity.decree), dates.get("decree_date")
        if signed is not None:
            date = date_text(signed, words)
            decree = words.text("document-life.decree", decree=decree, date=date)
        yield "decree", decree
    if identity.bulletin:
        bulletin = words.isolated(identity.bulletin)
        is_press = identity.bulletin_source == "press"
        yield (
            "bulletin",
            words.text("document-life.press", bulletin=bulletin) if is_press else bulletin,
        )
