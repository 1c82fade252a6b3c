"""The part of the checker that every PDF passes before it gets its name: pages, fonts, letters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from emadina_gis.errors import Problem, Severity
from emadina_gis.report.proof_codes import are_legible
from emadina_gis.report.proof_fonts import embedding_of
from emadina_gis.report.proof_stream import texts_of
from emadina_gis.report.proof_text import has_presentation_forms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from emadina_gis.report.proof_marks import TextMark

_BEGIN = b"BT"
_TEXT_OBJECT = re.compile(rb"\bBT\b.*?\bET\b", re.DOTALL)


def quick_proof(pdf: Any) -> tuple[Problem, ...]:
    """Return what is wrong with the fonts and the letters of an open pikepdf file.

    Letters that no font has are warnings: the page is still of use.
    """
    found = list(wrong_fonts(pdf))
    known: dict[Any, Mapping[int, str]] = {}
    for index, page in enumerate(pdf.pages):
        objects = _text_objects(page)
        if not are_legible(objects, page.get("/Resources"), known):
            found += _letters(_shown(pdf, page, objects), index + 1)
    return tuple(found)


def _text_objects(page: Any) -> list[bytes]:
    """Return the text objects of a page's drawing: nothing else of it is read."""
    import pikepdf

    contents = page.Contents
    streams = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    drawing = b"\n".join(stream.read_bytes() for stream in streams)
    objects, at = [], drawing.find(_BEGIN)
    while at >= 0:
        found = _TEXT_OBJECT.match(drawing, at)
        if found:
            objects.append(found[0])
        at = drawing.find(_BEGIN, found.end() if found else at + 1)
    return objects


def _shown(pdf: Any, page: Any, objects: list[bytes]) -> tuple[TextMark, ...]:
    """Return the texts of a page without their places, as the interpreter reads them."""
    import pikepdf

    return texts_of(pikepdf.Stream(pdf, b"\n".join(objects)), page.get("/Resources"))


def wrong_fonts(pdf: Any) -> Iterator[Problem]:
    """Find fonts that another computer may not have."""
    fonts = dict(pair for page in pdf.pages for pair in embedding_of(page))
    for name, is_embedded in sorted(fonts.items()):
        if not is_embedded:
            params = {"font": name}
            yield Problem("proof.font-not-embedded", Severity.ERROR, name, params=params)


def _letters(marks: tuple[TextMark, ...], number: int) -> Iterator[Problem]:
    lost = [mark for mark in marks if mark.lost]
    shaped = [mark for mark in marks if has_presentation_forms(mark.text)]
    for code, wrong in (("proof.letters-lost", lost), ("proof.letters-shaped", shaped)):
        if wrong:
            params = {"page": number, "text": wrong[0].text}
            yield Problem(code, Severity.WARNING, str(number), len(wrong), params)
