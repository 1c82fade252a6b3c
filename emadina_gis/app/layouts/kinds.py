"""The kinds of content of a frame: their names, icons, and what a new frame of each begins with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from emadina_gis.project.layouts import (
    ChartContent,
    CheckBarContent,
    Content,
    FactsContent,
    Frame,
    LegendContent,
    MapContent,
    MassingContent,
    NorthContent,
    OverviewContent,
    PictureContent,
    RevisionsContent,
    ScaleBarContent,
    SectionContent,
    SourcesContent,
    TableContent,
    TextContent,
    TitleBlockContent,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from emadina_gis.app.speech import Speech
    from emadina_gis.errors import Problem


@dataclass(frozen=True)
class KindOfFrame:
    """A kind: its name in ``words`` and as an id, its icon, a new content and its size on A3."""

    name: str
    icon: str
    content: Content
    size_mm: tuple[float, float]


KINDS: tuple[KindOfFrame, ...] = (
    KindOfFrame("map", "map", MapContent(), (160.0, 120.0)),
    KindOfFrame("legend", "list", LegendContent(), (80.0, 80.0)),
    KindOfFrame("table", "table", TableContent(), (90.0, 50.0)),
    KindOfFrame("chart", "chart-column", ChartContent(), (90.0, 60.0)),
    KindOfFrame("text", "type", TextContent(size_pt=12.0), (80.0, 20.0)),
    KindOfFrame("picture", "image", PictureContent(), (40.0, 40.0)),
    KindOfFrame("scale-bar", "ruler", ScaleBarContent(), (80.0, 12.0)),
    KindOfFrame("north", "compass", NorthContent(), (14.0, 16.0)),
    KindOfFrame("overview", "crosshair", OverviewContent(), (50.0, 40.0)),
    KindOfFrame("title-block", "stamp", TitleBlockContent(), (100.0, 40.0)),
    KindOfFrame("facts", "info", FactsContent(), (90.0, 26.0)),
    KindOfFrame("sources", "database", SourcesContent(), (90.0, 20.0)),
    KindOfFrame("revisions", "history", RevisionsContent(), (100.0, 24.0)),
    KindOfFrame("check-bar", "minus", CheckBarContent(), (110.0, 10.0)),
    KindOfFrame("section", "building-2", SectionContent(), (150.0, 70.0)),
    KindOfFrame("massing", "box", MassingContent(), (110.0, 80.0)),
)
_OF_CONTENT = {type(kind.content): kind for kind in KINDS}
_BY_NAME = {kind.name: kind for kind in KINDS}


def kind_of(content: Content) -> str:
    """Return the name of the kind of a content."""
    return _OF_CONTENT[type(content)].name


def with_kind(problem: Problem, frames: Iterable[Frame], speech: Speech) -> Problem:
    """Return a problem of a page that calls its frame by its kind, as the lists do."""
    content = next((one.content for one in frames if one.id == problem.where), None)
    if content is None:
        return problem
    name = speech.text(f"layout-editor.kind.{kind_of(content)}")
    params = {
        key: name if value == problem.where else value for key, value in problem.params.items()
    }
    return replace(problem, where=name, params=params)


def icon_of(content: Content) -> str:
    """Return the icon of the kind of a content."""
    return _OF_CONTENT[type(content)].icon


def new_frame(name: str, page_mm: tuple[float, float], factor: float) -> Frame:
    """Return a frame of a kind in the middle of a page, as large as the type of the paper asks."""
    kind = _BY_NAME[name]
    width = min(kind.size_mm[0] * factor, page_mm[0] - 16.0)
    height = min(kind.size_mm[1] * factor, page_mm[1] - 16.0)
    if name == "check-bar":
        width = kind.size_mm[0]
    x, y = (page_mm[0] - width) / 2, (page_mm[1] - height) / 2
    return Frame(name, round(x, 1), round(y, 1), round(width, 1), round(height, 1), kind.content)
