"""``proof``: a written PDF is read back and compared with the plan that it was drawn from.

Reads the file by itself (content streams, fonts) and shares no code with the drawing. What every
file passes before it gets its name is ``proof_quick``.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from emadina_gis.errors import OutputError, Problem, Severity
from emadina_gis.report import proof_checks, proof_texts
from emadina_gis.report.layout import Box
from emadina_gis.report.page_plan import DrawnPage, PagePlan
from emadina_gis.report.proof_checks import Proof
from emadina_gis.report.proof_quick import wrong_fonts
from emadina_gis.report.proof_stream import read_marks

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from pathlib import Path
    from typing import Any

    from emadina_gis.report.proof_marks import PageMarks
    from emadina_gis.words import Words

#: Checks that need no plan: of notes and of every other document of pages.
_ALONE = (proof_texts.letters, proof_checks.outside, proof_checks.too_small)
_OF_PLAN = (
    proof_checks.wrong_size,
    proof_texts.texts,
    proof_checks.classes,
    proof_checks.scale_bars,
    proof_checks.grids,
    proof_checks.georeferences,
    proof_checks.check_bars,
)


def proof(
    path: Path,
    pages: Sequence[DrawnPage | PagePlan],
    words: Words,
    *,
    texts: Iterable[str] = (),
    private: Collection[str] = (),
) -> tuple[Problem, ...]:
    """Return what is wrong with a written PDF; nothing where it is as planned.

    Parameters
    ----------
    path : Path
        The file.
    pages : sequence of DrawnPage or PagePlan
        What was drawn on each page, in order.
    words : Words
        In the language of the pages.
    texts : iterable of str
        What must stand in the document, on whatever page (a note).
    private : collection of str
        Names and numbers that must not stand in it.

    Raises
    ------
    OutputError
        With code ``report.incomplete`` if the file cannot be opened.
    """
    plans = [page if isinstance(page, DrawnPage) else DrawnPage(page) for page in pages]
    blank = DrawnPage(PagePlan(Box(0.0, 0.0, 0.0, 0.0), words.is_rtl, 0.0, ()))
    found: list[Problem] = []
    read: list[PageMarks] = []
    with _opened(path) as pdf:
        found += wrong_fonts(pdf)
        if len(pdf.pages) != len(plans) and plans:
            params = {"wanted": len(plans), "found": len(pdf.pages)}
            found.append(Problem("proof.page-count", Severity.ERROR, params=params))
        for index, page in enumerate(pdf.pages):
            drawn = plans[index] if index < len(plans) else blank
            grid = words.text("page.layer.grid")
            one = Proof(index + 1, read_marks(page), drawn, words.language, grid)
            read.append(one.marks)
            found += _page(one, private, is_planned=index < len(plans))
    found += proof_texts.missing_texts(read, texts, rtl=words.is_rtl)
    return tuple(found)


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    import pikepdf

    try:
        with pikepdf.open(path, attempt_recovery=False) as pdf:
            yield pdf
    except (pikepdf.PdfError, OSError) as error:
        raise OutputError("report.incomplete", path=str(path)) from error


def _page(one: Proof, private: Collection[str], *, is_planned: bool) -> Iterator[Problem]:
    for check in (*_ALONE, *(_OF_PLAN if is_planned else ())):
        yield from check(one)
    yield from proof_checks.private(one, private)
