"""What is drawn in each frame of a page, decided from the one plan of its maps and figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from emadina_gis.domain.crs import grid_convergence_deg
from emadina_gis.errors import CrsError, Problem, Severity
from emadina_gis.project.layouts import (
    ChartContent,
    ChartKind,
    CheckBarContent,
    FactsContent,
    Frame,
    Ink,
    Layout,
    LegendContent,
    MapContent,
    MassingContent,
    NorthContent,
    OverviewContent,
    PictureContent,
    RevisionsContent,
    ScaleBarContent,
    SectionContent,
    Sight,
    SourcesContent,
    TableContent,
    TableKind,
    TextContent,
    TitleBlockContent,
)
from emadina_gis.report.layout import Box
from emadina_gis.report.map_frame import scale_bar
from emadina_gis.report.page_charts import balance_chart
from emadina_gis.report.page_content import TitleLine
from emadina_gis.report.page_council import view_plan
from emadina_gis.report.page_maps import overview_plan
from emadina_gis.report.page_plan import (
    CheckBarPlan,
    FactsPlan,
    Item,
    LegendPlan,
    MapPlan,
    NorthPlan,
    PicturePlan,
    SaidPlan,
    SourcesPlan,
    TextPlan,
    TitlePlan,
)
from emadina_gis.report.page_tables import balance_table, reasons_table, revisions_table
from emadina_gis.report.page_text import filled, page_values
from emadina_gis.report.sheet_blocks import date_text, north_text, ratio_text, source_texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from emadina_gis.domain.title import Title
    from emadina_gis.report.page_content import SheetContent
    from emadina_gis.words import Words

#: Height of the arrow of north in its frame, its widest part, and its foot under the middle.
NORTH_SHARE = 0.66
NORTH_WIDTH = 0.6
NORTH_FOOT = 0.7
CHECK_END_MM = 2.0


@dataclass
class Making:
    """What the items of a page are made from, and what was found meanwhile."""

    content: SheetContent
    layout: Layout
    maps: Mapping[str, MapPlan]
    words: Words
    problems: list[Problem] = field(default_factory=list)

    def map_of(self, frame_id: str) -> MapPlan | None:
        """Return the map that a frame names, else the main one; None where it is not drawn."""
        named = self.layout.map_of(frame_id)
        return None if named is None else self.maps.get(named.id)

    def is_idle(self, frame: Frame) -> bool:
        """Whether a frame of the standard page has nothing to say: it takes no room there."""
        return isinstance(frame.content, TableContent) and not self.content.rows

    def said(self, key: str, frame: Frame, code: str = "page.nothing-to-show") -> SaidPlan:
        """Note that a frame cannot be drawn and return the sentence in its place."""
        problem = Problem(code, Severity.WARNING, frame.id)
        if problem not in self.problems:
            self.problems.append(problem)
        return SaidPlan(self.words.text(key))


def item_of(making: Making, frame: Frame, box: Box) -> Item:
    """Return what is drawn in a frame."""
    return _MAKERS[type(frame.content)](making, frame, box)


def _map(making: Making, frame: Frame, box: Box) -> Item:
    del box
    found = making.maps.get(frame.id)
    return found or making.said("page.said.map-empty", frame, "page.map-empty")


def _legend(making: Making, frame: Frame, box: Box) -> Item:
    del box
    content: LegendContent = frame.content  # type: ignore[assignment]
    found = making.map_of(content.of_map)
    if found is None or not found.groups:
        return making.said("page.said.legend-empty", frame)
    title = _own(content.title, making.words) or making.words.text("report.legend.title")
    note = _outlined(making.content, making.words) if found.highlight else ""
    return LegendPlan(found.id, found.groups, title, content.columns, note)


def _outlined(content: SheetContent, words: Words) -> str:
    """Return what the accent line is; of what a scenario changes where nothing else says it."""
    if content.outlined or content.changed is None:
        return content.outlined
    return words.text("report.comparison.outline")


def _own(title: Title, words: Words) -> str:
    """Return a title that a person gave, in the language, else in another; empty for none."""
    every = (title.text(words.language), title.fr, title.ar, title.en)
    return next((words.isolated(text) for text in every if text), "")


def _table(making: Making, frame: Frame, box: Box) -> Item:
    del box
    wanted: TableContent = frame.content  # type: ignore[assignment]
    content, words = making.content, making.words
    title = _own(wanted.title, words)
    given = content.tables.get(frame.id)
    if given is not None:
        return given.titled(title)
    if wanted.table is TableKind.BALANCE and content.rows:
        table = balance_table(
            content.rows,
            words,
            scenario=content.scenario,
            years=content.years,
            reference=content.reference,
        )
        return table.titled(title)
    if wanted.table is TableKind.COMPARISON and content.reasons is not None:
        return reasons_table(content.reasons, words).titled(title)
    return making.said(f"page.said.table.{wanted.table}", frame)


def _chart(making: Making, frame: Frame, box: Box) -> Item:
    del box
    wanted: ChartContent = frame.content  # type: ignore[assignment]
    content, words = making.content, making.words
    title = _own(wanted.title, words)
    given = content.charts.get(frame.id)
    if given is not None:
        return given.titled(title)
    if wanted.chart is ChartKind.BALANCE and content.rows:
        chart = balance_chart(
            content.rows,
            words,
            scenario=content.scenario,
            reference=content.reference,
            years=content.years,
        )
        return chart.titled(title)
    return making.said(f"page.said.chart.{wanted.chart}", frame)


def _text(making: Making, frame: Frame, box: Box) -> Item:
    del box
    wanted: TextContent = frame.content  # type: ignore[assignment]
    main = making.map_of("")
    values = page_values(making.content, main.frame.scale if main else 0, making.words)
    text, language = wanted.text, making.words.language
    written = next((t for t in (text.text(language), text.fr, text.ar, text.en) if t), "")
    return TextPlan(
        filled(written, values), wanted.size_pt, wanted.weight, wanted.color, wanted.align
    )


def _picture(making: Making, frame: Frame, box: Box) -> Item:
    del box
    wanted: PictureContent = frame.content  # type: ignore[assignment]
    if not wanted.data:
        return making.said("page.said.picture-none", frame, "page.picture-none")
    return PicturePlan(wanted)


def _scale_bar(making: Making, frame: Frame, box: Box) -> Item:
    content: ScaleBarContent = frame.content  # type: ignore[assignment]
    found = making.map_of(content.of_map)
    if found is None:
        return making.said("page.said.no-map", frame)
    if not found.scene.crs.is_projected:
        why = "in-degrees" if found.scene.crs.is_known else "without-system"
        return making.said(f"page.said.map-{why}", frame, f"page.map-{why}")
    return scale_bar(box, found.frame.scale, making.words)


def _north(making: Making, frame: Frame, box: Box) -> Item:
    content: NorthContent = frame.content  # type: ignore[assignment]
    found = making.map_of(content.of_map)
    if found is None:
        return making.said("page.said.no-map", frame)
    size = min(box.height * NORTH_SHARE, box.width / NORTH_WIDTH)
    foot = box.y + box.height / 2 + size * NORTH_FOOT
    letter = making.words.text("page.north")
    return NorthPlan(box.x + box.width / 2, foot, size, _true_north(found), letter)


def _true_north(of: MapPlan) -> float | None:
    if not of.scene.crs.is_projected:
        return None
    try:
        return grid_convergence_deg(of.scene.crs, *of.frame.extent.center)
    except CrsError:
        return None


def _overview(making: Making, frame: Frame, box: Box) -> Item:
    content: OverviewContent = frame.content  # type: ignore[assignment]
    found = making.map_of(content.of_map)
    plan = None
    if found is not None:
        of = making.layout.frame(found.id).content
        ink = of.ink if isinstance(of, MapContent) else Ink.COLOUR
        plan = overview_plan(making.content, found, ink, box, making.words)
    return plan or making.said("page.said.no-map", frame)


def _title(making: Making, frame: Frame, box: Box) -> Item:
    del box
    content: TitleBlockContent = frame.content  # type: ignore[assignment]
    given = dict.fromkeys(content.levels)
    levels = tuple(TitleLine(level) for level in content.levels)
    return TitlePlan((*levels, *(t for t in making.content.titles if t.title not in given)))


def _facts(making: Making, frame: Frame, box: Box) -> Item:
    del box
    content: FactsContent = frame.content  # type: ignore[assignment]
    return FactsPlan(tuple(_pairs(making, making.map_of(content.of_map))))


def _pairs(making: Making, of: MapPlan | None) -> Iterator[tuple[str, str]]:
    content, words = making.content, making.words

    def pair(name: str, value: str) -> tuple[str, str]:
        return words.text(f"report.fact.{name}"), value

    if of is not None:
        yield pair("scale", _scale_text(of, words))
        yield pair("crs", crs_text(of, words))
        north = _true_north(of)
        if north is not None:
            yield pair("north", north_text(north, words))
        if of.grid is not None:
            yield pair("grid", words.quantity(of.grid.step_m, "m"))
    if content.document:
        yield pair("document", content.document)
    if content.status:
        yield pair("status", content.status)
    yield pair("date", date_text(content.date, words))
    if content.code:
        yield pair("code", words.isolated(content.code))


def _scale_text(of: MapPlan, words: Words) -> str:
    ratio = ratio_text(of.frame.scale, words)
    if of.scene.crs.is_known and not of.scene.crs.is_projected:
        return words.text("page.scale-in-degrees", scale=ratio)
    return ratio


def crs_text(of: MapPlan, words: Words) -> str:
    """Return the coordinate system of a map as a sheet names it."""
    crs = of.scene.crs
    if not crs.is_known:
        return words.text("report.crs.unknown")
    if crs.id == "EPSG:26191":
        return words.text("report.crs.zone_1")
    return words.text("report.crs.named", name=crs.name, id=crs.id)


def _sources(making: Making, frame: Frame, box: Box) -> Item:
    del frame, box
    drawn = {group.layer_id for one in making.maps.values() for group in one.groups}
    layers = {d.id: d.layer for one in making.maps.values() for d in one.scene.layers}
    shown = tuple(layer for layer_id, layer in layers.items() if layer_id in drawn)
    is_synthetic = any(layer.provenance.synthetic for layer in shown)
    return SourcesPlan(tuple(source_texts(shown, making.words)), is_synthetic)


def _revisions(making: Making, frame: Frame, box: Box) -> Item:
    del box
    content: RevisionsContent = frame.content  # type: ignore[assignment]
    table = revisions_table(making.layout.revisions, making.words)
    return table.titled(_own(content.title, making.words))


def _check_bar(making: Making, frame: Frame, box: Box) -> Item:
    content: CheckBarContent = frame.content  # type: ignore[assignment]
    if box.width < content.length_mm:
        making.problems.append(Problem("page.does-not-fit", Severity.WARNING, frame.id))
    room = max(box.width - content.length_mm, 0.0)
    x = box.x + min(CHECK_END_MM, room / 2)
    if making.words.is_rtl:
        x = box.right - content.length_mm - min(CHECK_END_MM, room / 2)
    return CheckBarPlan(x, box.y + 0.5, content.length_mm)


def _view(making: Making, frame: Frame, box: Box) -> Item:
    del box
    wanted: SectionContent | MassingContent = frame.content  # type: ignore[assignment]
    found = making.content.views.get(frame.id)
    if found is None:
        return making.said("page.said.view-none", frame)
    if isinstance(found, str):
        making.said("page.said.view-none", frame)
        return SaidPlan(found)
    sight = wanted.sight if isinstance(wanted, MassingContent) else Sight.CORNER
    return view_plan(found, _own(wanted.title, making.words), sight, making.words)


_Maker = Callable[[Making, Frame, Box], Item]
_MAKERS: dict[type[Any], _Maker] = {
    MapContent: _map,
    LegendContent: _legend,
    TableContent: _table,
    ChartContent: _chart,
    TextContent: _text,
    PictureContent: _picture,
    ScaleBarContent: _scale_bar,
    NorthContent: _north,
    OverviewContent: _overview,
    TitleBlockContent: _title,
    FactsContent: _facts,
    SourcesContent: _sources,
    RevisionsContent: _revisions,
    CheckBarContent: _check_bar,
    SectionContent: _view,
    MassingContent: _view,
}
