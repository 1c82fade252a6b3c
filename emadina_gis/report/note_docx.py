"""The parcel note as an editable DOCX: headings, tables and a map picture; right to left in Arabic.

It sets the blocks of `note_content`, as the PDF does; nothing is said or computed here.
"""

from __future__ import annotations

import base64
import datetime as dt
import io
from functools import partial
from typing import TYPE_CHECKING

from emadina_gis.errors import OutputError
from emadina_gis.io.atomic import replacing
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.report.docx_writer import PAGE_WIDTH_MM, DocxWriter
from emadina_gis.report.layout import Box
from emadina_gis.report.note_blocks import (
    Extract,
    Heading,
    Letterhead,
    Line,
    NewPage,
    Signature,
    Table,
)
from emadina_gis.report.note_content import foot_text, note_title
from emadina_gis.report.note_map import SIZE_MM, draw_extract
from emadina_gis.report.pdf.page_picture import page_picture

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from emadina_gis.report.note_blocks import Block, NotePart
    from emadina_gis.report.pdf import Paper

PICTURE_DPI = 150.0
#: What stands on the edge of the map's box is not cut by the edge of the picture.
INSET_MM = 1.0
AMBER, SOFT = "8A5A00", "6B675F"
_COLORS = {"": "", "strong": "", "soft": SOFT, "warning": AMBER}


def write_note_docx(parts: Sequence[NotePart], path: Path, ctx: Context = NULL_CONTEXT) -> Path:
    """Write a note as DOCX, its languages one after the other, read it back, and place it.

    Raises
    ------
    OutputError
        Where it cannot be written.
    """
    first = parts[0]
    writer = DocxWriter(first.words)
    writer.describe(note_title(first.note, first.words), _moment(first))
    writer.foot(foot_text(first.note, first.words))
    begun = False
    for place, part in enumerate(parts):
        writer.words = part.words
        inner = ctx.part(place / len(parts), (place + 1) / len(parts))
        for index, block in enumerate(part.blocks):
            inner.report(index / len(part.blocks), "report.phase.note")
            if isinstance(block, NewPage):
                if begun:
                    writer.break_page()
                begun = True
            else:
                _write(writer, part, block, inner)
    with replacing(path) as draft:
        writer.save(draft)
        _check(draft, path)
    return path


def _moment(part: NotePart) -> dt.datetime:
    return dt.datetime.combine(part.note.date, dt.time(), dt.UTC)


def _check(draft: Path, path: Path) -> None:
    from zipfile import BadZipFile

    from docx import Document
    from docx.opc.exceptions import PackageNotFoundError

    try:
        Document(str(draft))
    except (BadZipFile, PackageNotFoundError, KeyError) as error:
        raise OutputError("report.incomplete", path=str(path.parent)) from error


def _write(writer: DocxWriter, part: NotePart, block: Block, ctx: Context) -> None:
    if isinstance(block, Heading):
        writer.heading(block.text)
    elif isinstance(block, Line):
        text = f"• {block.text}" if block.bullet else block.text
        writer.paragraph(text, color=_COLORS[block.tone], bold=block.tone == "strong")
    elif isinstance(block, Table):
        writer.table(block.head, block.rows, shares=block.shares, numeric=block.numeric)
    elif isinstance(block, Extract):
        _extract(writer, part, block, ctx)
    elif isinstance(block, Letterhead):
        _letterhead(writer, block)
    elif isinstance(block, Signature):
        writer.paragraph(block.place, align="end")
        if block.signatory:
            writer.paragraph(block.signatory, bold=True, align="end")


def _extract(writer: DocxWriter, part: NotePart, block: Extract, ctx: Context) -> None:
    """Set the map as a picture of what the PDF draws, at the same scale on paper."""

    def draw(paper: Paper) -> None:
        place = Box(INSET_MM, 0.0, PAGE_WIDTH_MM - 2 * INSET_MM, SIZE_MM[1])
        draw_extract(paper, place, part.note, block.page, part.words, ctx)

    size = (PAGE_WIDTH_MM, SIZE_MM[1])
    picture = page_picture(size, draw, dpi=PICTURE_DPI, rtl=part.words.is_rtl)
    writer.picture(io.BytesIO(picture), PAGE_WIDTH_MM)


def _letterhead(writer: DocxWriter, block: Letterhead) -> None:
    profile = block.profile
    align = "start" if profile is None else "center"
    if profile is not None:
        said = [(line.fr, line.ar) for line in profile.lines]
        logo = base64.b64decode(profile.logo) if profile.logo else b""
        writer.two_languages(said, logo)
    put = partial(writer.paragraph, align=align)
    writer.heading(block.title, 1, align=align)
    if block.number:
        put(block.number, bold=True)
    if block.subtitle:
        put(block.subtitle, color=AMBER)
