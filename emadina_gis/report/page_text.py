"""Texts of a page: placeholders filled in, and texts that do not fit made smaller, then cut.

A placeholder that is not known is shown as it is written, so that nobody wonders where it went.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from emadina_gis.report.flow import LEAST_PT, SHRINK, text_height
from emadina_gis.report.sheet_blocks import date_text, ratio_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from emadina_gis.report.layout import Box
    from emadina_gis.report.page_content import SheetContent
    from emadina_gis.report.pdf import Paper, Type
    from emadina_gis.words import Words

DATE_BLANK = "…… / …… / …………"
LINE_BLANK = "………………………………"
#: What a person fills in by hand where a placeholder is not known.
BLANKS = {
    "ctl": DATE_BLANK,
    "ep": "…… / …… – …… / …… / …………",
    "cc": DATE_BLANK,
    "decree": LINE_BLANK,
    "bulletin": LINE_BLANK,
    "changes": LINE_BLANK,
    "procedure": LINE_BLANK,
    "stage": LINE_BLANK,
}
ELLIPSIS = "\u2026"
_PLACEHOLDER = re.compile(r"\{([a-z]+)\}")


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return a text with its known placeholders filled in."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def page_values(content: SheetContent, scale: int, words: Words) -> dict[str, str]:
    """Return what the placeholders of a page stand for."""
    language = words.language
    named = {
        "project": content.project.text(language) if content.project else "",
        "scenario": content.scenario or content.reference,
        "feature": content.name.text(language) if content.name else "",
        "document": content.document,
        "status": content.status,
        "code": content.code,
        "reference": content.reference,
    }
    values = {key: words.isolated(value) if value else "" for key, value in named.items()}
    usual = words.text("report.balance.reference")
    values["scenario"] = values["scenario"] or usual
    values["reference"] = values["reference"] or usual
    values["scale"] = ratio_text(scale, words) if scale else words.number(None)
    values["date"] = date_text(content.date, words)
    values["page"] = words.number(max(content.page, 1))
    values["pages"] = words.number(max(content.pages, 1))
    return {**BLANKS, **values, **content.filled}


def set_text(paper: Paper, box: Box, text: str, kind: Type) -> bool:
    """Draw a text in a box, smaller or cut where it would not fit; whether it was cut."""
    least = min(LEAST_PT, kind.size_pt)
    while _height(paper, text, kind, box) > box.height and kind.size_pt > least:
        kind = replace(kind, size_pt=max(kind.size_pt * SHRINK, least))
    shown = text
    if _height(paper, text, kind, box) > box.height:
        shown = _cut(paper, text, kind, box)
    paper.text(box, shown, kind)
    return shown != text


def _height(paper: Paper, text: str, kind: Type, box: Box) -> float:
    return text_height(paper, text, kind, box.width) - 0.01


def _cut(paper: Paper, text: str, kind: Type, box: Box) -> str:
    """Return the longest beginning of a text that fits with an ellipsis after it."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if _height(paper, text[:middle].rstrip() + ELLIPSIS, kind, box) <= box.height:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + ELLIPSIS
