"""The part of the checker that every PDF passes before it gets its name: pages, fonts, letters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from emadina_gis.errors import Problem, Severity
from emadina_gis.report.proof_fonts import fonts_in
from emadina_gis.report.proof_stream import texts_of
from emadina_gis.report.proof_text import has_presentation_forms

if TYPE_CHECKING:
    from emadina_gis.report.proof_marks import TextMark

_TEXT_OBJECT = re.compile(rb"\bBT\b.*?\bET\b", re.DOTALL)


def quick_proof(pdf: Any) -> tuple[Problem, ...]:
    """Return what is wrong with the fonts and the letters of an open pikepdf file.

    Letters that no font has are warnings: the page is still of use.
    """
    found = list(wrong_fonts(pdf))
    for index, page in enumerate(pdf.pages):
        found += _letters(texts_shown(pdf, page), index + 1)
    return tuple(found)


def texts_shown(pdf: Any, page: Any) -> tuple[TextMark, ...]:
    """Return the texts of a page without their places: nothing but its text objects is read."""
    import pikepdf

    contents = page.Contents
    streams = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    drawing = b"\n".join(stream.read_bytes() for stream in streams)
    texts = b"\n".join(_TEXT_OBJECT.findall(drawing))
    return texts_of(pikepdf.Stream(pdf, texts), page.get("/Resources"))


def wrong_fonts(pdf: Any) -> Iterator[Problem]:
    """Find fonts that another computer may not have."""
    fonts = {font.name: font for page in pdf.pages for font in fonts_in(page)}
    for name, font in sorted(fonts.items()):
        if not font.is_embedded:
            params = {"font": name}
            yield Problem("proof.font-not-embedded", Severity.ERROR, name, params=params)


def _letters(marks: tuple[TextMark, ...], number: int) -> Iterator[Problem]:
    lost = [mark for mark in marks if mark.lost]
    shaped = [mark for mark in marks if has_presentation_forms(mark.text)]
    for code, wrong in (("proof.letters-lost", lost), ("proof.letters-shaped", shaped)):
        if wrong:
            params = {"page": number, "text": wrong[0].text}
            yield Problem(code, Severity.WARNING, str(number), len(wrong), params)
