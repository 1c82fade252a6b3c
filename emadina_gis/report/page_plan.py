"""``PagePlan``: one plan of a page, from which map, legend, table and texts are drawn.

Everything that must agree on a page is decided here once: where each map stands, what it shows and
which classes are drawn in it, the length of its scale bar, the positions of its grid, the figures
of tables and charts. Frozen data in millimetres; knows nothing of Qt.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from emadina_gis.domain.title import Title
from emadina_gis.project.layouts import Sight
from emadina_gis.report.map_frame import ScaleBar
from emadina_gis.report.page_charts import PaperChart
from emadina_gis.report.page_tables import PaperTable

if TYPE_CHECKING:
    from emadina_gis.domain.extent import Extent
    from emadina_gis.errors import Problem
    from emadina_gis.project.layouts import Frame, PictureContent
    from emadina_gis.render.massing.scene import MassingScene
    from emadina_gis.render.massing.section import StreetSection
    from emadina_gis.render.scene import Scene
    from emadina_gis.report.layout import Box
    from emadina_gis.report.legend import LegendGroup
    from emadina_gis.report.map_frame import GridPlan, MapFrame
    from emadina_gis.report.page_content import Tile, TitleLine


@dataclass(frozen=True)
class MapPlan:
    """A map on the page.

    Attributes
    ----------
    id : str
        Of its frame.
    frame : MapFrame
        Where it stands, which extent it shows at which scale.
    scene : Scene
        What it draws: only the layers of this map.
    groups : tuple of LegendGroup
        The classes drawn in it, with their counts; a legend lists these and nothing else.
    has_labels : bool
        Whether labels are placed.
    highlight : tuple of shapely geometries
        Outlined with an accent line.
    """

    id: str
    frame: MapFrame
    scene: Scene
    groups: tuple[LegendGroup, ...]
    grid: GridPlan | None = None
    has_labels: bool = True
    highlight: tuple[Any, ...] = ()
    border_mm: float = 0.35

    @property
    def is_empty(self) -> bool:
        """Whether nothing of the data lies in it."""
        return not self.groups and not self.highlight


@dataclass(frozen=True)
class LegendPlan:
    """The legend of a map."""

    of_map: str
    groups: tuple[LegendGroup, ...]
    title: str
    columns: int = 0
    note: str = ""

    @property
    def count(self) -> int:
        """Number of classes."""
        return sum(len(group.items) for group in self.groups)


@dataclass(frozen=True)
class TextPlan:
    """A text with its placeholders filled in."""

    text: str
    size_pt: float
    weight: str
    color: str
    align: str


@dataclass(frozen=True)
class PicturePlan:
    """A picture of the project."""

    content: PictureContent


@dataclass(frozen=True)
class NorthPlan:
    """The arrow of grid north: its foot, its height, and where true north lies.

    Attributes
    ----------
    true_north_deg : float or None
        Angle from grid north, positive to the east; None where it is not known.
    letter : str
        Written over the tip.
    """

    x: float
    y: float
    size: float
    true_north_deg: float | None
    letter: str = ""


@dataclass(frozen=True)
class OverviewPlan:
    """Where a map lies: a small map, the extent that it shows, and the sheets of a series."""

    frame: MapFrame
    scene: Scene
    shown: Extent
    tiles: tuple[Tile, ...] = ()
    tile: int = -1


@dataclass(frozen=True)
class TitlePlan:
    """The title block: its levels, Arabic above French, and what is said under them."""

    lines: tuple[TitleLine, ...]


@dataclass(frozen=True)
class FactsPlan:
    """Facts of a page, as labels and values in order."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class SourcesPlan:
    """Sources of the layers that the page draws; whether any of them is synthetic."""

    lines: tuple[str, ...]
    is_synthetic: bool


@dataclass(frozen=True)
class CheckBarPlan:
    """A bar of exactly `length_mm` from (x, y)."""

    x: float
    y: float
    length_mm: float


@dataclass(frozen=True)
class SaidPlan:
    """A sentence in the place of a content that cannot be drawn."""

    text: str


@dataclass(frozen=True)
class ViewPlan:
    """A street section or volumes, drawn as vectors under a title and over a note."""

    view: StreetSection | MassingScene
    title: str
    note: str = ""
    sight: Sight = Sight.CORNER


Item = (
    MapPlan
    | ViewPlan
    | LegendPlan
    | TextPlan
    | PicturePlan
    | ScaleBar
    | NorthPlan
    | OverviewPlan
    | TitlePlan
    | FactsPlan
    | SourcesPlan
    | CheckBarPlan
    | SaidPlan
    | PaperTable
    | PaperChart
)


@dataclass(frozen=True)
class PlacedFrame:
    """A frame of the page: where it stands when it is drawn, and what is drawn in it.

    Attributes
    ----------
    box : Box
        In millimetres from the top left corner, mirrored where the page is.
    type_pt : float
        Size of its body type before it shrinks to fit.
    """

    frame: Frame
    box: Box
    item: Item
    type_pt: float


@dataclass(frozen=True)
class FoldMark:
    """A short line at the edge of the paper where it is folded, from and to in millimetres."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True)
class PagePlan:
    """A page: its paper, its frames in drawing order, and what was found while composing it.

    Attributes
    ----------
    is_black : bool
        All its maps are in black and white: so is what stands beside them.
    """

    page: Box
    rtl: bool
    body_pt: float
    frames: tuple[PlacedFrame, ...]
    folds: tuple[FoldMark, ...] = ()
    is_black: bool = False
    problems: tuple[Problem, ...] = ()
    name: Title | None = None

    @property
    def maps(self) -> tuple[MapPlan, ...]:
        """The maps, in drawing order."""
        return tuple(p.item for p in self.frames if isinstance(p.item, MapPlan))

    def placed(self, frame_id: str) -> PlacedFrame | None:
        """Return a frame by id, None where the page has none."""
        return next((placed for placed in self.frames if placed.frame.id == frame_id), None)

    @property
    def scale(self) -> int:
        """Scale of the largest map; 0 without a map."""
        areas = [(m.frame.box.width * m.frame.box.height, m.frame.scale) for m in self.maps]
        return max(areas)[1] if areas else 0


@dataclass(frozen=True)
class DrawnPage:
    """What drawing a page did.

    Attributes
    ----------
    listed : Mapping[str, int]
        Legend frame id → how many of its classes are listed; the rest is told as a number.
    as_pictures : tuple of str
        Layers whose fill became a picture, by id.
    problems : tuple of Problem
        Those of the plan and what did not fit; then labels without a place.
    """

    plan: PagePlan
    listed: Mapping[str, int] = field(default_factory=dict)
    as_pictures: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
