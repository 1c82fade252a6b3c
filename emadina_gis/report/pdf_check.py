"""Reads a PDF back before it gets its name: pages, sizes, embedded fonts; writes its metadata.

Owns what pikepdf does; a file that QPdfWriter cut off on a full disk is found here.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emadina_gis.errors import OutputError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

MM_PER_POINT = 25.4 / 72
#: A subset of a font is named ABCDEF+Name.
SUBSET_LETTERS = 6


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
    """

    path: Path
    sizes_mm: tuple[tuple[float, float], ...]
    fonts: tuple[str, ...]

    @property
    def page_count(self) -> int:
        """Number of pages."""
        return len(self.sizes_mm)


def finish_pdf(draft: Path, meta: PdfMeta, pages: int) -> WrittenPdf:
    """Write the metadata into a PDF, read it back and check it.

    Raises
    ------
    OutputError
        With code ``report.incomplete`` if the file is damaged, lacks pages or a font.
    """
    import pikepdf

    whole = draft.with_suffix(".whole.pdf")
    try:
        with pikepdf.open(draft, attempt_recovery=False) as pdf:
            _write_meta(pdf, meta)
            _name_subsets(pdf)
            _add_bookmarks(pdf, meta.page_names)
            pdf.save(whole, deterministic_id=True, linearize=False)
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
    direction = "/R2L" if meta.language == "ar" else "/L2R"
    pdf.Root.ViewerPreferences = pikepdf.Dictionary(
        DisplayDocTitle=True, Direction=pikepdf.Name(direction)
    )
    if "/Metadata" in pdf.Root:
        del pdf.Root.Metadata


def _add_bookmarks(pdf: Any, names: tuple[str, ...]) -> None:
    import pikepdf

    with pdf.open_outline() as outline:
        outline.root.extend(pikepdf.OutlineItem(name, index) for index, name in enumerate(names))


def _name_subsets(pdf: Any) -> None:
    """Name font subsets after their content: Qt numbers them in an order that varies."""
    import pikepdf

    for item in pdf.objects:
        if not isinstance(item, pikepdf.Dictionary) or item.get("/Type") != "/FontDescriptor":
            continue
        plain = str(item.FontName).lstrip("/").rpartition("+")[2]
        files = [item[key] for key in ("/FontFile", "/FontFile2", "/FontFile3") if key in item]
        if files:
            digest = hashlib.blake2b(files[0].read_bytes(), digest_size=SUBSET_LETTERS).digest()
            letters = "".join(chr(ord("A") + byte % 26) for byte in digest)
            item.FontName = pikepdf.Name(f"/{letters}+{plain}")
    if "/ID" in pdf.trailer:
        del pdf.trailer["/ID"]


def _read(pdf: Any, path: Path) -> WrittenPdf:
    sizes, fonts = [], set()
    for page in pdf.pages:
        x0, y0, x1, y1 = (float(value) for value in page.mediabox)
        sizes.append((round((x1 - x0) * MM_PER_POINT, 1), round((y1 - y0) * MM_PER_POINT, 1)))
        for name, is_embedded in _fonts(page):
            if not is_embedded:
                raise OutputError("report.font-missing", font=name)
            fonts.add(name)
    return WrittenPdf(path, tuple(sizes), tuple(sorted(fonts)))


def _fonts(page: Any) -> Iterator[tuple[str, bool]]:
    resources = page.get("/Resources")
    listed = resources.get("/Font") if resources is not None else None
    for font in dict(listed).values() if listed is not None else ():
        holder = font.DescendantFonts[0] if "/DescendantFonts" in font else font
        descriptor = holder.get("/FontDescriptor")
        files = ("/FontFile", "/FontFile2", "/FontFile3")
        embedded = descriptor is not None and any(name in descriptor for name in files)
        yield str(font.BaseFont).lstrip("/"), embedded or font.Subtype == "/Type3"
