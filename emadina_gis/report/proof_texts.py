"""Texts of a page that was read back against the texts that its plan holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from emadina_gis.errors import Problem, Severity
from emadina_gis.report.map_frame import ScaleBar
from emadina_gis.report.page_charts import PaperChart
from emadina_gis.report.page_plan import (
    FactsPlan,
    LegendPlan,
    SaidPlan,
    SourcesPlan,
    TextPlan,
    TitlePlan,
)
from emadina_gis.report.page_tables import PaperTable
from emadina_gis.report.proof_checks import rect_of
from emadina_gis.report.proof_text import (
    has_letters_of,
    has_presentation_forms,
    holds,
    joined,
    keys_of,
    marks_in,
)

if TYPE_CHECKING:
    from emadina_gis.report.page_plan import Item, PlacedFrame
    from emadina_gis.report.proof_checks import Proof
    from emadina_gis.report.proof_marks import PageMarks

_LOST = ("????", "\ufffd", "\u25a1")
_DOES_NOT_FIT = "page.does-not-fit"


def texts(proof: Proof) -> Iterator[Problem]:
    """Find planned texts that the page does not hold, or holds in another order."""
    cut = {problem.where for problem in proof.drawn.problems if problem.code == _DOES_NOT_FIT}
    for placed in proof.drawn.plan.frames:
        if placed.frame.id not in cut:
            yield from _frame(proof, placed)


def _frame(proof: Proof, placed: PlacedFrame) -> Iterator[Problem]:
    box, rtl = rect_of(placed.box), proof.drawn.plan.rtl
    lines = keys_of(marks_in(proof.marks.texts, box, rtl=rtl))
    for text in planned_texts(placed.item, proof.language):
        if holds(lines, text):
            continue
        code = "text-order" if has_letters_of(lines, text) else "text-missing"
        yield proof.problem(code, text=text)


def missing_texts(
    pages: Sequence[PageMarks], wanted: Iterable[str], *, rtl: bool
) -> Iterator[Problem]:
    """Find texts that stand on no page of a document, nor over several of them."""
    lines = [line for page in pages for line in keys_of(joined(page.texts, rtl=rtl))]
    for text in wanted:
        if not holds(lines, text):
            code = "text-order" if has_letters_of(lines, text) else "text-missing"
            params = {"page": "-", "text": text}
            yield Problem(f"proof.{code}", Severity.ERROR, params=params)


def planned_texts(item: Item, language: str) -> Iterator[str]:
    """Return the texts that an item puts on a page, each in its reading order."""
    reader = _READERS.get(type(item))
    found = reader(item, language) if reader else iter(())
    return (text for text in found if text)


def _of_legend(item: LegendPlan, _language: str) -> Iterator[str]:
    yield item.title
    yield item.note
    for group in item.groups:
        yield group.title
        yield from (one.text for one in group.items)


def _of_said(item: TextPlan | SaidPlan, _language: str) -> Iterator[str]:
    yield from item.text.splitlines()


def _of_bar(item: ScaleBar, _language: str) -> Iterator[str]:
    yield from (text for _, text in item.texts)


def _of_titles(item: TitlePlan, language: str) -> Iterator[str]:
    for line in item.lines:
        yield line.title.ar
        yield line.title.fr
        if language == "en":
            yield line.title.en


def _of_facts(item: FactsPlan, _language: str) -> Iterator[str]:
    yield from (text for pair in item.pairs for text in pair)


def _of_sources(item: SourcesPlan, _language: str) -> Iterator[str]:
    yield from item.lines


def _of_table(item: PaperTable, _language: str) -> Iterator[str]:
    yield item.title
    yield item.before
    yield item.after
    for cell in (*item.heads, *(cell for row in item.rows for cell in row.cells)):
        yield cell.text
        yield cell.under


def _of_chart(item: PaperChart, _language: str) -> Iterator[str]:
    yield item.title
    yield item.note
    yield from (text for _, text in item.keys)
    for group in item.groups:
        yield group.label
        yield from (bar.text for bar in group.bars)


_READERS: dict[type[Any], Any] = {
    LegendPlan: _of_legend,
    TextPlan: _of_said,
    SaidPlan: _of_said,
    ScaleBar: _of_bar,
    TitlePlan: _of_titles,
    FactsPlan: _of_facts,
    SourcesPlan: _of_sources,
    PaperTable: _of_table,
    PaperChart: _of_chart,
}


def letters(proof: Proof) -> Iterator[Problem]:
    """Find glyphs that cannot be read or copied."""
    marks = proof.marks.texts
    lost = [mark for mark in marks if mark.lost]
    if lost:
        yield proof.problem("letters-lost", sum(m.lost for m in lost), text=lost[0].text)
    shaped = [mark for mark in marks if has_presentation_forms(mark.text)]
    if shaped:
        yield proof.problem("letters-shaped", len(shaped), text=shaped[0].text)
    broken = [mark for mark in marks if any(sign in mark.text for sign in _LOST)]
    if broken:
        yield proof.problem("letters-broken", len(broken), text=broken[0].text)
