"""Symbols as data: fills, lines, dashes, patterns and markers, in millimetres.

Lengths are millimetres on paper (the screen draws 96 px per 25.4 mm) or, with a ground scale,
millimetres at that scale, so that they grow with the map. Knows nothing of Qt or OpenGL.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

OPAQUE = 255
#: At this ground scale a millimetre is a metre on the ground.
METRES_SCALE = 1000.0
#: What is smaller than this on the picture is drawn as wide as this.
LEAST_GROUND_MM = 0.02


class Dash(StrEnum):
    """Line patterns of plans."""

    SOLID = "solid"
    DASHED = "dashed"
    DASH_DOT = "dash-dot"
    DOTTED = "dotted"


class Marker(StrEnum):
    """Shapes of points."""

    CIRCLE = "circle"
    SQUARE = "square"
    TRIANGLE = "triangle"
    DIAMOND = "diamond"
    CROSS = "cross"


class PatternKind(StrEnum):
    """Signs that fill areas of plans where colour does not."""

    HATCH = "hatch"
    CROSS_HATCH = "cross-hatch"
    GRID = "grid"
    DOTS = "dots"
    DOTTED_HATCH = "dotted-hatch"


@dataclass(frozen=True)
class Pattern:
    """Lines or dots inside areas, aligned to the map so that those of neighbours meet.

    Attributes
    ----------
    spacing_mm, width_mm : float
        Distance between lines (or dots), and width of a line (or dot), on paper.
    angle_deg : float
        Direction of the lines, counter-clockwise from the horizontal; added to that of the kind.
    """

    kind: PatternKind = PatternKind.HATCH
    spacing_mm: float = 1.5
    width_mm: float = 0.12
    angle_deg: float = 0.0
    color: str = "#22211f"


@dataclass(frozen=True)
class Picture:
    """A drawn marker that a symbol carries with it, so that it lies in the project.

    Attributes
    ----------
    name : str
        What a person calls it: the name of its file, or of a shipped one.
    svg : str
        Its drawing, as `svg_marker.safe_svg` left it; ``currentColor`` is the symbol's fill.
    """

    name: str
    svg: str


@dataclass(frozen=True)
class Symbol:
    """How a feature is drawn; None means not drawn.

    Attributes
    ----------
    fill, stroke : str or None
        Colours ``#rrggbb`` of the inside (or the marker) and of the outline (or the line).
    stroke_mm, size_mm : float
        Outline (or line) width, and marker size, in millimetres.
    casing : str or None
        Colour of a wider line under the line (roads, selection).
    casing_mm : float
        How much wider the casing is than the line.
    pattern : Pattern or None
        Drawn over the fill of polygons.
    dashes_mm : tuple of float
        Line, gap, … of a dash of one's own; empty: those of `dash`.
    ground_scale : float
        Denominator of the scale at which the millimetres hold, so that sizes grow with the map
        (at 1 000 they are metres on the ground); 0: on paper, at every scale.
    picture : Picture or None
        Drawn in place of the marker.
    """

    fill: str | None = "#b8c9c4"
    stroke: str | None = "#ffffff"
    stroke_mm: float = 0.15
    dash: Dash = Dash.SOLID
    marker: Marker = Marker.CIRCLE
    size_mm: float = 1.8
    fill_opacity: float = 1.0
    casing: str | None = None
    casing_mm: float = 0.5
    pattern: Pattern | None = None
    dashes_mm: tuple[float, ...] = ()
    ground_scale: float = 0.0
    picture: Picture | None = None

    @property
    def color(self) -> str | None:
        """The colour that stands for the symbol: of its fill, else of what else is drawn."""
        return self.fill or self.stroke or (self.pattern.color if self.pattern else None)

    @property
    def is_dashed(self) -> bool:
        """Whether the line has gaps."""
        return bool(self.dashes_mm) or self.dash is not Dash.SOLID

    def with_fill(self, color: str | None) -> Symbol:
        """Return the symbol with another fill."""
        return replace(self, fill=color)

    def on_paper(self, mm_per_m: float) -> Symbol:
        """Return the symbol with its lengths as they are on one picture.

        Parameters
        ----------
        mm_per_m : float
            Millimetres of the picture in a metre of the ground.
        """
        if not self.ground_scale:
            return self
        share = mm_per_m * self.ground_scale / 1000.0
        return replace(
            self,
            stroke_mm=_at_least(self.stroke_mm, share),
            size_mm=_at_least(self.size_mm, share),
            casing_mm=_at_least(self.casing_mm, share),
            dashes_mm=tuple(length * share for length in self.dashes_mm),
            pattern=None if self.pattern is None else _scaled(self.pattern, share),
            ground_scale=0.0,
        )


def _at_least(length_mm: float, share: float) -> float:
    return max(length_mm * share, LEAST_GROUND_MM) if length_mm else 0.0


def _scaled(pattern: Pattern, share: float) -> Pattern:
    return replace(
        pattern,
        spacing_mm=pattern.spacing_mm * share,
        width_mm=max(pattern.width_mm * share, LEAST_GROUND_MM),
    )


PLAIN_SYMBOL = Symbol()


def rgba(color: str | None, alpha: int = OPAQUE) -> tuple[int, int, int, int]:
    """Return (red, green, blue, alpha) of ``#rrggbb``; transparent for None."""
    if color is None:
        return 0, 0, 0, 0
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return red, green, blue, alpha
