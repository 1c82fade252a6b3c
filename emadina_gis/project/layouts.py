"""Printed pages as data: a layout is a page with frames, and each frame holds one content.

Everything is in millimetres on paper, from the top left corner, y down. A layout without frames is
composed from the standard template of its page. Knows nothing of drawing, files or Qt.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from emadina_gis.domain.title import Title
from emadina_gis.errors import CommandError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

#: Scenario that a map or a table shows: the one that is printed, else the reference.
CHOSEN = "chosen"
REFERENCE = "reference"
EMPTY_TITLE = Title("", "", "")


class PageFormat(StrEnum):
    """Paper sizes of ISO 216."""

    A4 = "A4"
    A3 = "A3"
    A2 = "A2"
    A1 = "A1"
    A0 = "A0"


class Grid(StrEnum):
    """Coordinate grid of a map."""

    NONE = "none"
    CROSSES = "crosses"
    LINES = "lines"


class Ink(StrEnum):
    """How layers are drawn: in their own colours, or by the black and white signs of plans."""

    COLOUR = "colour"
    BLACK_AND_WHITE = "black-and-white"


class TableKind(StrEnum):
    """What a table lists."""

    BALANCE = "balance"
    COMPARISON = "comparison"
    COUNCIL = "council"
    LAND_BUDGET = "land-budget"
    EQUIPMENT = "equipment"
    ATTRIBUTES = "attributes"


class Sight(StrEnum):
    """From where volumes are looked at."""

    CORNER = "isometric"
    STREET = "street"
    ABOVE = "top"


class ChartKind(StrEnum):
    """What a chart shows."""

    BALANCE = "balance"
    LAND_BUDGET = "land-budget"
    SECTORS = "sectors"


@dataclass(frozen=True)
class MapContent:
    """A map.

    Attributes
    ----------
    scale : int
        Denominator; 0 takes the layout's, and where that is 0 a round one that holds the extent.
    center : tuple of float, or None
        In the project's CRS; None takes the layout's, else what must be seen (an atlas page's
        feature, the parcels, the view).
    scenario : str
        `CHOSEN`, `REFERENCE` or the id of a scenario.
    column : str
        Outcome column that colours the parcels; empty keeps the style of the layer.
    layers : tuple of str
        Ids of the layers that are drawn; empty draws those that are visible.
    follows : str
        Id of another map frame whose centre and scale this one takes; empty for its own.
    grid_step_m : float
        Distance between grid lines; 0 takes a round one near 10 cm on paper.
    of_changes : bool
        Looks at what the printed scenario changes, with land around it; the parcels are outlined
        and the streets named. Where nothing changes it is a map like the others.
    """

    scale: int = 0
    center: tuple[float, float] | None = None
    scenario: str = CHOSEN
    column: str = ""
    layers: tuple[str, ...] = ()
    follows: str = ""
    grid: Grid = Grid.CROSSES
    grid_step_m: float = 0.0
    ink: Ink = Ink.COLOUR
    labels: bool = True
    of_changes: bool = False


@dataclass(frozen=True)
class LegendContent:
    """The classes that a map frame draws on this page; `columns` 0 takes as many as needed."""

    of_map: str = ""
    title: Title = EMPTY_TITLE
    columns: int = 0


@dataclass(frozen=True)
class TableContent:
    """A table; `layer`, `columns` and `most_rows` are read for the attributes of a layer.

    `price_mad_m2` is what a square metre to acquire costs in the figures for a council; 0 is not
    known.
    """

    table: TableKind = TableKind.BALANCE
    title: Title = EMPTY_TITLE
    layer: str = ""
    columns: tuple[str, ...] = ()
    most_rows: int = 40
    price_mad_m2: float = 0.0


@dataclass(frozen=True)
class ChartContent:
    """A chart of figures that a table of the page may hold too."""

    chart: ChartKind = ChartKind.BALANCE
    title: Title = EMPTY_TITLE


@dataclass(frozen=True)
class TextContent:
    """A text in three languages.

    Attributes
    ----------
    text : Title
        May hold ``{project}``, ``{scenario}``, ``{scale}``, ``{date}``, ``{page}``, ``{pages}``,
        ``{feature}``, ``{document}``, ``{status}``, ``{code}``, ``{reference}``, the life of the
        document (``{stage}``, ``{ctl}``, ``{ep}``, ``{cc}``, ``{decree}``, ``{bulletin}``: dots to
        write on where it is not known), ``{changes}`` and ``{procedure}``.
    size_pt : float
        0 takes the body size of the page.
    align : str
        ``"start"``, ``"center"`` or ``"end"``, in the direction of the language.
    """

    text: Title = EMPTY_TITLE
    size_pt: float = 0.0
    weight: str = "regular"
    color: str = ""
    align: str = "start"


@dataclass(frozen=True)
class PictureContent:
    """A picture (PNG, JPEG or SVG) kept in the project: its name and its bytes in base 64."""

    name: str = ""
    data: str = ""


@dataclass(frozen=True)
class ScaleBarContent:
    """The scale bar of a map frame."""

    of_map: str = ""


@dataclass(frozen=True)
class NorthContent:
    """Grid north of a map frame, with the line of true north."""

    of_map: str = ""


@dataclass(frozen=True)
class OverviewContent:
    """Where a map frame lies in its surroundings, or a sheet in its series."""

    of_map: str = ""


@dataclass(frozen=True)
class TitleBlockContent:
    """The title block (cartouche): the levels of territory, the plan, the agency's own lines."""

    levels: tuple[Title, ...] = ()


@dataclass(frozen=True)
class FactsContent:
    """Scale, system, north, grid, document, status, dates, and the code of the project's state."""

    of_map: str = ""


@dataclass(frozen=True)
class SourcesContent:
    """Sources, years and licences of the layers that a page draws."""


@dataclass(frozen=True)
class RevisionsContent:
    """The table of revisions of the layout."""

    title: Title = EMPTY_TITLE


@dataclass(frozen=True)
class CheckBarContent:
    """A bar of exactly `length_mm` to check a print with a ruler."""

    length_mm: float = 100.0


@dataclass(frozen=True)
class SectionContent:
    """The section across the street of a parcel that the printed scenario changes."""

    title: Title = EMPTY_TITLE


@dataclass(frozen=True)
class MassingContent:
    """The volumes of the parcels that the printed scenario changes, with their heights."""

    title: Title = EMPTY_TITLE
    sight: Sight = Sight.CORNER


Content = (
    MapContent
    | LegendContent
    | TableContent
    | ChartContent
    | TextContent
    | PictureContent
    | ScaleBarContent
    | NorthContent
    | OverviewContent
    | TitleBlockContent
    | FactsContent
    | SourcesContent
    | RevisionsContent
    | CheckBarContent
    | SectionContent
    | MassingContent
)


@dataclass(frozen=True)
class Frame:
    """A rectangle of a page with its content.

    Attributes
    ----------
    id : str
        Stable within its layout.
    x, y, width, height : float
        Left, top and size in millimetres. Arabic pages are mirrored when they are drawn.
    border_mm : float
        Width of the line around it; 0 draws none.
    background : str
        Colour ``#rrggbb``; empty is paper.
    keeps_side : bool
        The frame stays on its side in a mirrored (Arabic) page.
    locked : bool
        The editor does not move it.
    """

    id: str
    x: float
    y: float
    width: float
    height: float
    content: Content
    border_mm: float = 0.0
    background: str = ""
    keeps_side: bool = False
    locked: bool = False

    @property
    def right(self) -> float:
        """Right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Bottom edge."""
        return self.y + self.height


@dataclass(frozen=True)
class Revision:
    """A line of the table of revisions."""

    index: str
    date: dt.date
    text: str
    by: str = ""


@dataclass(frozen=True)
class Layout:
    """A printed page: paper, frames and what stands in its title block.

    Attributes
    ----------
    id : str
        Stable key, also the name on the command line.
    scale : int
        Denominator of the main map; 0 chooses a round one that holds the extent.
    center : tuple of float, or None
        Centre of the main map in the project's CRS; None centres on the parcels.
    with_table, with_grid : bool
        Whether the standard page of a layout without frames has its table and its grid.
    frames : tuple of Frame
        In drawing order: the last lies on top. Empty stands for the standard page.
    fold_marks : bool
        Marks to fold the sheet to A4 with the title block outside.
    masks_titles : bool
        No land title is written on the page: neither as a label nor in a table.
    template : str
        Template that it was made from; empty for none.
    """

    id: str
    title: Title
    page: PageFormat = PageFormat.A3
    landscape: bool = True
    scale: int = 0
    center: tuple[float, float] | None = None
    subtitle: Title | None = None
    with_table: bool = True
    with_grid: bool = True
    frames: tuple[Frame, ...] = field(default=())
    revisions: tuple[Revision, ...] = field(default=())
    fold_marks: bool = False
    template: str = ""
    masks_titles: bool = False

    def frame(self, frame_id: str) -> Frame:
        """Return a frame by id.

        Raises
        ------
        CommandError
            With code ``layout.no-frame``.
        """
        for frame in self.frames:
            if frame.id == frame_id:
                return frame
        raise CommandError("layout.no-frame", frame=frame_id)

    @property
    def maps(self) -> Iterator[Frame]:
        """The frames that hold a map, in drawing order."""
        return (frame for frame in self.frames if isinstance(frame.content, MapContent))

    @property
    def main_map(self) -> Frame | None:
        """The largest map frame that follows no other; None without a map."""
        own = [f for f in self.maps if isinstance(f.content, MapContent) and not f.content.follows]
        return max(own, key=lambda frame: frame.width * frame.height, default=None)

    def map_of(self, frame_id: str) -> Frame | None:
        """Return the map that a legend, bar or arrow belongs to: the one named, else the main."""
        named = (frame for frame in self.maps if frame.id == frame_id)
        return next(named, self.main_map)

    def with_frame(self, frame: Frame) -> Layout:
        """Return the layout with a frame replaced, or added on top where it is new."""
        if all(old.id != frame.id for old in self.frames):
            return replace(self, frames=(*self.frames, frame))
        return replace(
            self, frames=tuple(frame if old.id == frame.id else old for old in self.frames)
        )
