"""The parcel note as an editable DOCX: headings, tables and a map picture; right to left in Arabic.

Texts come from `note_text`; nothing is computed here.
"""

from __future__ import annotations

import datetime as dt
import math
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from emadina_gis.domain.layer import Title, VectorLayer
from emadina_gis.domain.style import Single, Style, Symbol
from emadina_gis.domain.table import FeatureTable
from emadina_gis.domain.viewport import MM_PER_INCH, Viewport
from emadina_gis.errors import OutputError
from emadina_gis.io.atomic import replacing
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.render.scene import Scene, drawn_layer
from emadina_gis.report import note_text
from emadina_gis.report.layout import Box
from emadina_gis.report.map_print import HIGHLIGHT, HIGHLIGHT_MM
from emadina_gis.report.note_pdf import extract_frame
from emadina_gis.report.picture import write_picture
from emadina_gis.words.numbers import (
    LRM,
    directed_parts,
    format_number,
    isolate_number,
    without_isolates,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emadina_gis.report.note import Note, NotePage
    from emadina_gis.report.note_text import Table
    from emadina_gis.report.reading_rows import ReadingRow
    from emadina_gis.words import Words

FONT = "IBM Plex Sans"
ARABIC_FONT = "IBM Plex Sans Arabic"
PICTURE_MM = (165.0, 110.0)
PICTURE_DPI = 150.0


class _Writer:
    """A document with paragraphs that run in the note's direction."""

    def __init__(self, words: Words) -> None:
        from docx import Document

        self.words = words
        self.document = Document()
        self._page()
        self._styles()

    def _page(self) -> None:
        from docx.shared import Mm

        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(20)
        section.top_margin = section.bottom_margin = Mm(18)

    def _styles(self) -> None:
        from docx.oxml.ns import qn
        from docx.shared import Pt

        style = self.document.styles["Normal"]
        style.font.name, style.font.size = FONT, Pt(10)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        fonts.set(qn("w:cs"), ARABIC_FONT)
        style.paragraph_format.space_after = Pt(3)

    def paragraph(self, text: str, *, color: str = "", bold: bool = False, size_pt: int = 0) -> Any:
        """Add a paragraph."""
        paragraph = self.document.add_paragraph()
        self.run(paragraph, text, color=color, bold=bold, size_pt=size_pt)
        return paragraph

    def heading(self, text: str, level: int = 2) -> None:
        """Add a heading."""
        sizes = {1: 18, 2: 12}
        paragraph = self.document.add_paragraph(style=f"Heading {level}")
        self.run(paragraph, text, color="0F5C5C", bold=True, size_pt=sizes[level])

    def run(
        self, paragraph: Any, text: str, *, color: str = "", bold: bool = False, size_pt: int = 0
    ) -> None:
        """Add text to a paragraph, in the note's direction; a run for each isolated part."""
        from docx.oxml import OxmlElement

        rtl = self.words.is_rtl
        for part, part_rtl in directed_parts(text, rtl=rtl):
            # Numbers after Arabic letters turn around without a mark of their own direction.
            marked = part if part_rtl == rtl else f"{LRM}{part}{LRM}"
            self._run(paragraph, marked, color=color, bold=bold, size_pt=size_pt, rtl=part_rtl)
        if rtl:
            paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))  # noqa: SLF001

    def _run(
        self, paragraph: Any, text: str, *, color: str, bold: bool, size_pt: int, rtl: bool
    ) -> None:
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn
        from docx.shared import Pt, RGBColor

        run = paragraph.add_run(text)
        run.bold = bold
        run.font.cs_bold = bold
        run.font.name = FONT
        run._element.rPr.rFonts.set(qn("w:cs"), ARABIC_FONT)  # noqa: SLF001 - no public way
        if color:
            run.font.color.rgb = RGBColor.from_string(color)
        if size_pt:
            run.font.size = Pt(size_pt)
            complex_size = OxmlElement("w:szCs")
            complex_size.set(qn("w:val"), str(2 * size_pt))
            run._element.get_or_add_rPr().append(complex_size)  # noqa: SLF001 - no public way
        if rtl:
            run._element.get_or_add_rPr().append(OxmlElement("w:rtl"))  # noqa: SLF001

    def table(
        self, rows: Sequence[tuple[str, ...]], *, head: bool, shares: tuple[float, ...]
    ) -> None:
        """Add a table; its columns run in the note's direction."""
        from docx.oxml import OxmlElement
        from docx.shared import Mm

        if not rows:
            return
        table = self.document.add_table(rows=0, cols=len(rows[0]))
        table.style = "Table Grid" if head else "Normal Table"
        table.autofit = False
        for place, share in zip(table.columns, shares, strict=True):
            place.width = Mm(170 * share)
        if self.words.is_rtl:
            table._tbl.tblPr.append(OxmlElement("w:bidiVisual"))  # noqa: SLF001
        for index, row in enumerate(rows):
            cells = table.add_row().cells
            for cell, text, share in zip(cells, row, shares, strict=True):
                cell.width = Mm(170 * share)
                self.run(cell.paragraphs[0], text, bold=head and index == 0)
        self.document.add_paragraph()


def write_note_docx(note: Note, path: Path, words: Words, ctx: Context = NULL_CONTEXT) -> Path:
    """Write a note as DOCX, read it back, and put it at its place."""
    from docx.enum.text import WD_BREAK

    writer = _Writer(words)
    properties = writer.document.core_properties
    properties.title = words.text("report.note.title")
    properties.author = "emadina_gis"
    properties.language = words.language
    moment = dt.datetime.combine(note.date, dt.time(), dt.UTC)
    properties.created = properties.modified = moment
    for index, page in enumerate(note.pages):
        if index:
            writer.document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        _write_page(writer, note, page, ctx.part(index / len(note.pages), 1.0))
    with replacing(path) as draft:
        writer.document.save(str(draft))
        _check(draft, path)
    return path


def _check(draft: Path, path: Path) -> None:
    from zipfile import BadZipFile

    from docx import Document
    from docx.opc.exceptions import PackageNotFoundError

    try:
        Document(str(draft))
    except (BadZipFile, PackageNotFoundError, KeyError) as error:
        raise OutputError("report.incomplete", path=str(path.parent)) from error


def _write_page(writer: _Writer, note: Note, page: NotePage, ctx: Context) -> None:
    words = writer.words
    writer.heading(words.text("report.note.title"), 1)
    writer.paragraph(words.text("report.note.subtitle"), color="8A5A00")
    missing = note_text.missing_text(note, words)
    if missing:
        writer.paragraph(missing, color="8A5A00")
    writer.heading(words.text("report.note.section_land"))
    writer.table(note_text.identity_pairs(note, page, words), head=False, shares=(0.3, 0.7))
    writer.heading(words.text("report.note.section_sectors"))
    for text in page.case_text:
        writer.paragraph(text, bold=True)
    if len(page.situation.shares) > 1 or page.situation.outside_m2:
        _table(writer, note_text.sectors_table(page, words))
    if page.reading is not None:
        _write_reading(writer, page)
    _write_map(writer, note, page, ctx)
    writer.heading(words.text("report.note.section_hits"))
    if page.hits.lines:
        _table(writer, note_text.hits_table(page, words))
    writer.paragraph(page.hits.remainder, bold=True)
    for notice in page.hits.notices:
        writer.paragraph(f"• {notice}", color="8A5A00")
    writer.heading(words.text("report.note.section_corners"))
    _table(writer, note_text.corners_table(page, words))
    _write_value(writer, note)


def _write_reading(writer: _Writer, page: NotePage) -> None:
    words, reading = writer.words, page.reading
    assert reading is not None
    writer.heading(words.text("report.note.section_capacity"))
    for notice in reading.notices:
        writer.paragraph(notice, color="8A5A00", bold=True)
    _rows(writer, reading.capacity)
    if reading.binding is not None:
        writer.heading(words.text("report.note.section_binding"))
        writer.paragraph(reading.binding.sentence)
        writer.paragraph(reading.binding.citation, color="6B675F")
    writer.heading(words.text("report.note.section_forbidden"))
    for item in reading.forbidden:
        marks = [item.text, item.citation]
        if item.is_translation:
            marks.append(words.text("report.note.unofficial_translation"))
        writer.paragraph(" · ".join(mark for mark in marks if mark))
    if not reading.forbidden:
        writer.paragraph(words.text("report.note.no_forbidden"))
    writer.heading(words.text("report.note.section_existing"))
    _rows(writer, reading.existing)
    writer.heading(words.text("report.note.section_facts"))
    _rows(writer, reading.land)
    writer.heading(words.text("report.note.section_unknown"))
    for text in (*reading.unknowns, *reading.assumptions):
        writer.paragraph(f"• {text}")


def _rows(writer: _Writer, rows: tuple[ReadingRow, ...]) -> None:
    listed = [(row.label, row.value, row.citation) for row in rows]
    writer.table(listed, head=False, shares=(0.36, 0.44, 0.2))


def _table(writer: _Writer, table: Table) -> None:
    writer.table([table.head, *table.rows], head=True, shares=table.shares)


def _write_value(writer: _Writer, note: Note) -> None:
    words = writer.words
    writer.heading(words.text("report.note.section_value"))
    for text in note_text.disclaimers(note, words):
        writer.paragraph(text)
        if text == words.text("report.note.disclaimer_law"):
            writer.paragraph(note_text.laws_text(words), color="6B675F")


def _write_map(writer: _Writer, note: Note, page: NotePage, ctx: Context) -> None:
    from docx.shared import Mm

    words = writer.words
    writer.heading(words.text("report.note.section_map"))
    unit_m = note.scene.crs.unit_m if note.scene.crs.is_known else 1.0
    frame = extract_frame(page, Box(0, 0, *PICTURE_MM), unit_m)
    units = frame.scale * MM_PER_INCH / PICTURE_DPI / 1000 / unit_m
    size = (math.ceil(side / MM_PER_INCH * PICTURE_DPI) for side in PICTURE_MM)
    viewport = Viewport(*frame.extent.center, units, *size)
    with tempfile.TemporaryDirectory() as folder:
        picture = Path(folder) / "map.png"
        scene = with_outline(note.scene, page)
        write_picture(scene, viewport, picture, words, dpi=PICTURE_DPI, ctx=ctx)
        writer.document.add_picture(str(picture), width=Mm(PICTURE_MM[0]))
    ratio = isolate_number(f"1/{format_number(frame.scale, words.language)}", words.language)
    name = without_isolates(words.text("report.crs.zone_1"))
    if note.scene.crs.id != "EPSG:26191":
        name = note.scene.crs.name if note.scene.crs.is_known else words.text("report.crs.unknown")
    writer.paragraph(f"{words.text('report.fact.scale')} {ratio} · {name}", color="6B675F")


def with_outline(scene: Scene, page: NotePage) -> Scene:
    """Return the scene with the land outlined on top of it."""
    shapes = np.empty(1, dtype=object)
    shapes[0] = page.land.shape
    table = FeatureTable.from_columns({}, shapes, crs=scene.crs)
    symbol = Symbol(fill=None, stroke=HIGHLIGHT, stroke_mm=HIGHLIGHT_MM, casing="#ffffff")
    layer = VectorLayer("land", Title.plain(page.land.name), table, Style(Single(symbol)))
    drawn = drawn_layer(layer, cache=scene.cache, columns={})
    return replace(scene, layers=(*scene.layers, drawn))
