"""``DocxWriter``: paragraphs, tables and pictures of an editable document, in either direction.

The only module that knows python-docx's elements. Numbers and codes inside Arabic keep their own
direction; tables of an Arabic document run from the right.
"""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

from emadina_gis.words.numbers import LRM, directed_parts, numbers_in_order

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from pathlib import Path

    from emadina_gis.words import Words

FONT = "IBM Plex Sans"
ARABIC_FONT = "IBM Plex Sans Arabic"
PAGE_MM = (210, 297)
SIDE_MM, TOP_MM = 18, 16
PAGE_WIDTH_MM = 174.0
LOGO_MM = 18
HEADING_PT = {1: 17, 2: 11}
BODY_PT, TABLE_PT = 9, 8
HEADING_COLOR = "0F5C5C"
HEAD_FILL, LINE_COLOR = "EDEAE3", "BDB8AE"


class DocxWriter:
    """A document whose paragraphs run in the direction of `words`."""

    def __init__(self, words: Words) -> None:
        from docx import Document

        self.words = words
        self.document = Document()
        self._page()
        self._styles()

    def _page(self) -> None:
        from docx.shared import Mm

        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(PAGE_MM[0]), Mm(PAGE_MM[1])
        section.left_margin = section.right_margin = Mm(SIDE_MM)
        section.top_margin = section.bottom_margin = Mm(TOP_MM)

    def _styles(self) -> None:
        from docx.oxml.ns import qn
        from docx.shared import Pt

        style = self.document.styles["Normal"]
        style.font.name, style.font.size = FONT, Pt(BODY_PT)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        fonts.set(qn("w:cs"), ARABIC_FONT)
        properties = style.element.get_or_add_rPr()
        properties.append(_complex_size(BODY_PT))
        style.paragraph_format.space_after = Pt(2)
        for level in HEADING_PT:
            heading = self.document.styles[f"Heading {level}"]
            heading.font.name = FONT
            heading.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:cs"), ARABIC_FONT)
            spacing = heading.paragraph_format
            spacing.space_before, spacing.space_after = Pt(8), Pt(2)
            spacing.keep_with_next = True

    def describe(self, title: str, moment: dt.datetime) -> None:
        """Set what the file says of itself; the time is given, never read from a clock."""
        properties = self.document.core_properties
        properties.title = title
        properties.author = properties.last_modified_by = "emadina_gis"
        properties.language = self.words.language
        properties.created = properties.modified = moment

    def foot(self, text: str) -> None:
        """Write a line at the foot of every page."""
        paragraph = self.document.sections[0].footer.paragraphs[0]
        self._fill(paragraph, text, color="6B675F", size_pt=TABLE_PT)

    def paragraph(
        self, text: str, *, color: str = "", bold: bool = False, align: str = "start"
    ) -> None:
        """Add a paragraph."""
        paragraph = self.document.add_paragraph()
        self._fill(paragraph, text, color=color, bold=bold)
        self._align(paragraph, align)

    def heading(self, text: str, level: int = 2, *, align: str = "start") -> None:
        """Add a heading, which stays with what follows it."""
        paragraph = self.document.add_paragraph(style=f"Heading {level}")
        self._fill(paragraph, text, color=HEADING_COLOR, bold=True, size_pt=HEADING_PT[level])
        self._align(paragraph, align)

    def break_page(self) -> None:
        """Begin a page."""
        from docx.enum.text import WD_BREAK

        self.document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)

    def picture(self, stream: io.BytesIO, width_mm: float) -> None:
        """Add a picture of a width."""
        from docx.shared import Mm

        self.document.add_picture(stream, width=Mm(width_mm))

    def save(self, path: Path) -> None:
        """Write the document; its parts carry no clock, so that it can be made again."""
        made = io.BytesIO()
        self.document.save(made)
        with (
            zipfile.ZipFile(made) as old,
            zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new,
        ):
            for entry in old.infolist():
                undated = zipfile.ZipInfo(entry.filename)
                undated.compress_type = zipfile.ZIP_DEFLATED
                new.writestr(undated, old.read(entry))

    # --- tables -------------------------------------------------------------------------------

    def table(
        self,
        head: Sequence[str],
        rows: Sequence[Sequence[str]],
        *,
        shares: Sequence[float],
        numeric: Sequence[int] = (),
    ) -> None:
        """Add a table; its columns run in the document's direction, its head on every page."""
        listed = [head, *rows] if head else list(rows)
        if not listed:
            return
        table = self._new_table(len(listed[0]), shares, ruled=bool(head))
        for index, row in enumerate(listed):
            is_head = bool(head) and index == 0
            self._row(table, row, numeric, is_head=is_head)
        self._small_gap()

    def _new_table(self, columns: int, shares: Sequence[float], *, ruled: bool) -> Any:
        from docx.oxml import OxmlElement
        from docx.shared import Mm

        table = self.document.add_table(rows=0, cols=columns)
        table.style = "Table Grid" if ruled else "Normal Table"
        table.autofit = False
        for place, share in zip(table.columns, shares, strict=True):
            place.width = Mm(PAGE_WIDTH_MM * share)
        if ruled:
            table._tbl.tblPr.append(_borders())  # noqa: SLF001 - no public way
        if self.words.is_rtl:
            visual = OxmlElement("w:bidiVisual")
            table._tbl.tblPr.insert_element_before(  # noqa: SLF001 - no public way
                visual, "w:tblStyleRowBandSize", "w:tblStyleColBandSize", "w:tblW", "w:jc",
                "w:tblInd", "w:tblBorders", "w:tblLayout", "w:tblLook",
            )  # fmt: skip
        return table

    def _row(
        self,
        table: Any,
        row: Sequence[str],
        numeric: Sequence[int],
        *,
        is_head: bool,
    ) -> None:
        from docx.oxml import OxmlElement

        line = table.add_row()
        properties = line._tr.get_or_add_trPr()  # noqa: SLF001 - no public way
        properties.append(OxmlElement("w:cantSplit"))
        if is_head:
            properties.append(OxmlElement("w:tblHeader"))
        for place, (cell, text) in enumerate(zip(line.cells, row, strict=True)):
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = 0
            self._fill(paragraph, text, bold=is_head, size_pt=TABLE_PT)
            self._align(paragraph, "end" if place in numeric else "start")
            if is_head:
                _shade(cell)

    def two_languages(self, lines: Sequence[tuple[str, str]], logo: bytes) -> None:
        """Add a letterhead: French on the left, a logo between, Arabic on the right."""
        from docx.shared import Mm

        table = self.document.add_table(rows=1, cols=3)
        table.autofit = False
        for cell, share in zip(table.rows[0].cells, (0.42, 0.16, 0.42), strict=True):
            cell.width = Mm(PAGE_WIDTH_MM * share)
        left, middle, right = table.rows[0].cells
        self._cell_lines(left, [french for french, _arabic in lines if french], rtl=False)
        self._cell_lines(right, [arabic for _french, arabic in lines if arabic], rtl=True)
        if logo:
            run = middle.paragraphs[0].add_run()
            run.add_picture(io.BytesIO(logo), height=Mm(LOGO_MM))
        self._align(middle.paragraphs[0], "center")
        self._small_gap()

    def _cell_lines(self, cell: Any, lines: Sequence[str], *, rtl: bool) -> None:
        for index, line in enumerate(lines):
            paragraph = cell.paragraphs[0] if index == 0 else cell.add_paragraph()
            paragraph.paragraph_format.space_after = 0
            bold = index == len(lines) - 1
            self._run(paragraph, line, bold=bold, size_pt=BODY_PT, rtl=rtl)
            if rtl:
                _set_rtl(paragraph)
            self._align(paragraph, "center")

    def _small_gap(self) -> None:
        from docx.shared import Pt

        gap = self.document.add_paragraph()
        gap.paragraph_format.space_after = 0
        gap.paragraph_format.line_spacing = Pt(5)

    # --- text ---------------------------------------------------------------------------------

    def _fill(
        self, paragraph: Any, text: str, *, color: str = "", bold: bool = False, size_pt: int = 0
    ) -> None:
        """Add text to a paragraph, in the document's direction; a run for each isolated part."""
        rtl = self.words.is_rtl
        for part, part_rtl in directed_parts(numbers_in_order(text), rtl=rtl):
            # Numbers after Arabic letters turn around without a mark of their own direction.
            marked = part if part_rtl == rtl else f"{LRM}{part}{LRM}"
            self._run(paragraph, marked, color=color, bold=bold, size_pt=size_pt, rtl=part_rtl)
        if rtl:
            _set_rtl(paragraph)

    def _run(
        self,
        paragraph: Any,
        text: str,
        *,
        color: str = "",
        bold: bool = False,
        size_pt: int = 0,
        rtl: bool,
    ) -> None:
        from docx.oxml import OxmlElement
        from docx.shared import Pt, RGBColor

        run = paragraph.add_run(text)
        if bold:
            run.bold = run.font.cs_bold = True
        if color:
            run.font.color.rgb = RGBColor.from_string(color)
        if size_pt:
            run.font.size = Pt(size_pt)
            run._element.get_or_add_rPr().append(_complex_size(size_pt))  # noqa: SLF001
        if rtl:
            run._element.get_or_add_rPr().append(OxmlElement("w:rtl"))  # noqa: SLF001

    def _align(self, paragraph: Any, align: str) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        # In a paragraph that runs right to left, "right" means the end of the line: the left.
        sides = {"center": WD_ALIGN_PARAGRAPH.CENTER, "end": WD_ALIGN_PARAGRAPH.RIGHT}
        if align in sides:
            paragraph.alignment = sides[align]


def _complex_size(size_pt: int) -> Any:
    """Return the size of Arabic letters, which Word keeps apart from that of Latin ones."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    size = OxmlElement("w:szCs")
    size.set(qn("w:val"), str(2 * size_pt))
    return size


def _borders() -> Any:
    """Return thin lines around the cells of a table."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", LINE_COLOR)):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    return borders


def _set_rtl(paragraph: Any) -> None:
    from docx.oxml import OxmlElement

    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001 - no public way
    properties.insert_element_before(
        OxmlElement("w:bidi"), "w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind",
        "w:contextualSpacing", "w:jc", "w:rPr",
    )  # fmt: skip


def _shade(cell: Any) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "clear")
    shade.set(qn("w:fill"), HEAD_FILL)
    cell._tc.get_or_add_tcPr().append(shade)  # noqa: SLF001 - no public way
