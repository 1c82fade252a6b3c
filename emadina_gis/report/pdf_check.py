"""Reads a PDF back before it gets its name: pages, sizes, embedded fonts; writes its metadata.

Owns what pikepdf does; a file that QPdfWriter cut off on a full disk is found here.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emadina_gis.errors import OutputError
from emadina_gis.report.pdf_archive import conformance_of, make_lasting
from emadina_gis.report.pdf_fonts import name_subsets
from emadina_gis.report.pdf_geo import add_viewport
from emadina_gis.report.pdf_images import fit_pictures, share_equal
from emadina_gis.report.pdf_pages import rewrite_pages
from emadina_gis.report.proof_quick import quick_proof

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from emadina_gis.errors import Problem
    from emadina_gis.report.pdf_fonts import Shaper
    from emadina_gis.report.pdf_images import Recode
    from emadina_gis.report.pdf_pages import Drawing
    from emadina_gis.report.presets import Fineness

MM_PER_POINT = 25.4 / 72


@dataclass(frozen=True)
class PdfMeta:
    """What the file says about itself; `page_names` are its bookmarks, one per page or none."""

    title: str
    language: str
    date: dt.date
    subject: str = ""
    page_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class WrittenPdf:
    """What a written file holds.

    Attributes
    ----------
    sizes_mm : tuple of (float, float)
        Width and height of each page.
    fonts : tuple of str
        Names of the fonts, all embedded.
    problems : tuple of Problem
        Letters that cannot be read or copied.
    """

    path: Path
    sizes_mm: tuple[tuple[float, float], ...]
    fonts: tuple[str, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def page_count(self) -> int:
        """Number of pages."""
        return len(self.sizes_mm)


@dataclass(frozen=True)
class Finishing:
    """How a drawing becomes a file.

    Attributes
    ----------
    drawing : Drawing
        What was drawn on which page.
    profile : bytes
        Colour profile of its colours.
    shape : callable
        Shapes words, to find what glyphs mean that Qt does not name.
    recode : callable
        Encodes pictures again.
    """

    drawing: Drawing
    fineness: Fineness
    profile: bytes
    shape: Shaper
    recode: Recode


@dataclass(frozen=True)
class Joined:
    """Pages of files that were finished already; `conformance` is the lowest of theirs."""

    conformance: str


def finish_pdf(
    draft: Path, meta: PdfMeta, pages: int, finishing: Finishing | Joined | None = None
) -> WrittenPdf:
    """Rewrite a PDF that Qt drew, write its metadata, read it back and check it.

    Parameters
    ----------
    draft : Path
        The file; it is replaced when the new one is whole.
    pages : int
        Pages it must have at the end.
    finishing : Finishing, Joined or None
        What was drawn and how fine it is kept; None leaves the drawing as it is.

    Raises
    ------
    OutputError
        With code ``report.incomplete`` if the file is damaged, lacks pages or a font.
    """
    import pikepdf

    whole = draft.with_suffix(".whole.pdf")
    try:
        with pikepdf.open(draft, attempt_recovery=False) as pdf:
            _finish(pdf, meta, finishing, draft)
            _save(pdf, whole)
        with pikepdf.open(whole, attempt_recovery=False) as pdf:
            written = _read(pdf, draft)
        whole.replace(draft)
    except pikepdf.PdfError as error:
        raise OutputError("report.incomplete", path=str(draft.parent)) from error
    finally:
        whole.unlink(missing_ok=True)
    if written.page_count != pages:
        raise OutputError("report.incomplete", path=str(draft.parent))
    return written


def _finish(pdf: Any, meta: PdfMeta, finishing: Finishing | Joined | None, draft: Path) -> None:
    _write_meta(pdf, meta)
    if isinstance(finishing, Joined):
        make_lasting(pdf, meta, profile=b"", conformance=finishing.conformance)
    elif finishing is None:
        name_subsets(pdf)
    else:
        drawing = finishing.drawing
        if len(pdf.pages) != drawing.sheets:
            raise OutputError("report.incomplete", path=str(draft.parent))
        share_equal(pdf)
        rewriting = rewrite_pages(pdf, drawing, finishing.fineness, finishing.shape)
        fit_pictures(pdf, rewriting.picture_dpi, finishing.fineness, finishing.recode)
        for page, drawn in zip(pdf.pages, drawing.pages, strict=True):
            for view in drawn.views:
                add_viewport(page, view)
        make_lasting(pdf, meta, profile=finishing.profile, conformance=conformance_of(rewriting))
    _add_bookmarks(pdf, meta.page_names)
    if "/ID" in pdf.trailer:
        del pdf.trailer["/ID"]


def _save(pdf: Any, path: Path) -> None:
    import pikepdf

    pdf.save(
        path,
        deterministic_id=True,
        linearize=False,
        min_version="1.7",
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
    )


def _write_meta(pdf: Any, meta: PdfMeta) -> None:
    import pikepdf

    day = f"D:{meta.date:%Y%m%d}000000Z"
    pdf.docinfo = pdf.make_indirect(
        pikepdf.Dictionary(
            Title=pikepdf.String(meta.title),
            Subject=pikepdf.String(meta.subject),
            Creator=pikepdf.String("emadina_gis"),
            Producer=pikepdf.String("emadina_gis"),
            CreationDate=pikepdf.String(day),
            ModDate=pikepdf.String(day),
        )
    )
    pdf.Root.Lang = pikepdf.String(meta.language)
    # No /Direction R2L in Arabic: PDFium would then reverse the words of lines in French.
    pdf.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
    if "/Metadata" in pdf.Root:
        del pdf.Root.Metadata


def _add_bookmarks(pdf: Any, names: tuple[str, ...]) -> None:
    import pikepdf

    with pdf.open_outline() as outline:
        outline.root.extend(pikepdf.OutlineItem(name, index) for index, name in enumerate(names))


def _read(pdf: Any, path: Path) -> WrittenPdf:
    sizes, fonts = [], set()
    for page in pdf.pages:
        x0, y0, x1, y1 = (float(value) for value in page.mediabox)
        sizes.append((round((x1 - x0) * MM_PER_POINT, 1), round((y1 - y0) * MM_PER_POINT, 1)))
        for name, is_embedded in _fonts(page):
            if not is_embedded:
                raise OutputError("report.font-missing", font=name)
            fonts.add(name)
    return WrittenPdf(path, tuple(sizes), tuple(sorted(fonts)), quick_proof(pdf))


def _fonts(page: Any) -> Iterator[tuple[str, bool]]:
    resources = page.get("/Resources")
    listed = resources.get("/Font") if resources is not None else None
    for font in dict(listed).values() if listed is not None else ():
        holder = font.DescendantFonts[0] if "/DescendantFonts" in font else font
        descriptor = holder.get("/FontDescriptor")
        files = ("/FontFile", "/FontFile2", "/FontFile3")
        embedded = descriptor is not None and any(name in descriptor for name in files)
        yield str(font.BaseFont).lstrip("/"), embedded or font.Subtype == "/Type3"
