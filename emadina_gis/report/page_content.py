"""What a page shows, as data: its layout, its scenes, its figures and what fills its texts.

Made by the workflows from a project; read by the composition. The date is given, never read from a
clock, so that a page can be made again. Knows nothing of Qt.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from emadina_gis.domain.title import Title

if TYPE_CHECKING:
    import datetime as dt

    from emadina_gis.domain.extent import Extent
    from emadina_gis.project import Layout
    from emadina_gis.project.layouts import Frame
    from emadina_gis.render.massing.scene import MassingScene
    from emadina_gis.render.massing.section import StreetSection
    from emadina_gis.render.scene import Scene
    from emadina_gis.report.page_charts import PaperChart
    from emadina_gis.report.page_tables import PaperTable
    from emadina_gis.report.totals import BalanceRow

#: A drawing, or the sentence that says why there is none.
View: TypeAlias = "StreetSection | MassingScene | str"

_NO_SCENES: Mapping[str, Scene] = MappingProxyType({})
_NO_TABLES: Mapping[str, PaperTable] = MappingProxyType({})
_NO_VIEWS: Mapping[str, View] = MappingProxyType({})
_NO_TEXTS: Mapping[str, str] = MappingProxyType({})
_NO_CHARTS: Mapping[str, PaperChart] = MappingProxyType({})


@dataclass(frozen=True)
class TitleLine:
    """A level of the title block, in three languages: Arabic stands above, French below."""

    title: Title
    factor: float = 1.0
    weight: str = "regular"


@dataclass(frozen=True)
class Reason:
    """A part of a difference: the edit, the sector, the rule that decides there, how much."""

    edit: str
    sector: str
    rule: str
    difference: float


@dataclass(frozen=True)
class Tile:
    """A sheet of a series on the overview: its name and what it shows, in the project's CRS."""

    name: str
    extent: Extent


@dataclass(frozen=True)
class Changed:
    """What the printed scenario changes.

    Attributes
    ----------
    extent : Extent
        Its parcels with land around them, in the project's CRS.
    outline : tuple of shapely geometries
    """

    extent: Extent
    outline: tuple[object, ...] = ()


@dataclass(frozen=True)
class SheetContent:
    """What a sheet shows.

    Attributes
    ----------
    layout : Layout
        Page, frames, scale and centre.
    scene : Scene
        What every map shows that has no scene of its own.
    titles : tuple of TitleLine
        Levels of the title block, from the largest territory down.
    date : datetime.date
        Date printed on the sheet.
    focus : Extent or None
        What must be seen where the layout names no centre or no scale; None takes the scene.
    rows : tuple of BalanceRow
        The four figures; empty leaves the table out.
    scenario : str
        Name of the scenario beside the reference.
    reference : str
        Name of what it is compared with; empty calls it the reference.
    document, status : str
        Planning document and where it stands in its life.
    highlight : object array of shapely geometries, or empty
        Features outlined with an accent line (the page's feature of an atlas, a parcel).
    outlined : str
        What the accent line outlines, said under the legend; empty says nothing.
    name : Title or None
        Name of the page in a document of several: its bookmark, and ``{feature}`` in texts.
    reasons : tuple of Reason or None
        Why two scenarios differ; None where they were not compared.
    code : str
        Code by which the project's state is found again.
    scenes : Mapping[str, Scene]
        Frame id → what that map shows.
    tables, charts : Mapping
        Frame id → table or chart of figures that are not in this content.
    tiles : tuple of Tile
        Sheets of the series that the page belongs to.
    tile : int
        Position of the page in `tiles`; -1 for none.
    page, pages : int
        Number of the page and of all; 0 takes its place in the document.
    project : Title or None
        Title of the project.
    over : tuple of Frame
        Drawn over the frames of the layout: an overview in a map, names on an index sheet.
    changed : Changed or None
        What the scenario changes; None without a change, or where no frame asks.
    views : Mapping[str, View]
        Frame id → section, volumes, or the sentence that says why there is nothing to draw.
    filled : Mapping[str, str]
        What more placeholders of texts stand for: the life of the document, the changes.
    """

    layout: Layout
    scene: Scene
    titles: tuple[TitleLine, ...]
    date: dt.date
    focus: Extent | None = None
    rows: tuple[BalanceRow, ...] = ()
    scenario: str = ""
    document: str = ""
    status: str = ""
    years: int = 10
    highlight: tuple[object, ...] = ()
    name: Title | None = None
    reference: str = ""
    reasons: tuple[Reason, ...] | None = None
    outlined: str = ""
    code: str = ""
    scenes: Mapping[str, Scene] = field(default_factory=lambda: _NO_SCENES)
    tables: Mapping[str, PaperTable] = field(default_factory=lambda: _NO_TABLES)
    charts: Mapping[str, PaperChart] = field(default_factory=lambda: _NO_CHARTS)
    tiles: tuple[Tile, ...] = ()
    tile: int = -1
    page: int = 0
    pages: int = 0
    project: Title | None = None
    over: tuple[Frame, ...] = ()
    changed: Changed | None = None
    views: Mapping[str, View] = field(default_factory=lambda: _NO_VIEWS)
    filled: Mapping[str, str] = field(default_factory=lambda: _NO_TEXTS)

    def scene_of(self, frame_id: str) -> Scene:
        """Return what a map frame shows."""
        return self.scenes.get(frame_id, self.scene)
