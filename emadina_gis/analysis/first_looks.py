"""How a layer looks when it is opened: by what its name says it is, else in a colour of its own.

Names are read in French, Arabic and English; a look says nothing about the data.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from emadina_gis.analysis.palettes import QUALITATIVE, mixed
from emadina_gis.domain.folding import folded
from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.style import Dash, Single, Style, Symbol

#: How far fills of areas are lightened, and their outlines darkened.
_LIGHT, _DARK = 0.55, 0.25
#: Opacity of areas through which others are seen.
_WASH = 0.45


@dataclass(frozen=True)
class _Look:
    """What names of a theme have in common, and their colour.

    Attributes
    ----------
    words : str
        Beginnings of words, folded, as a pattern.
    fill : str
        Of areas and points.
    line : str or None
        Of lines and outlines; None takes a darker fill.
    opacity : float
        Of fills of areas, in [0, 1]: what only warns lets the land be seen.
    is_ground : bool
        Whether other themes lie over its areas.
    """

    words: str
    fill: str
    line: str | None = None
    opacity: float = 1.0
    is_ground: bool = False

    def reads(self, name: str) -> bool:
        return re.search(rf"(?<![^\W\d])(?:ال)?(?:{self.words})", folded(name)) is not None


_END = r"(?![^\W\d])"
_LOOKS = (
    _Look(rf"parcel|cadastr|lots?{_END}|lotiss|قطع|بقع|رسم", "#efe6d2", "#9c917c", is_ground=True),
    _Look(rf"batiment|bati{_END}|building|construction|مبان|بناي", "#cdbfae", "#8a7a68",
          is_ground=True),
    _Look(rf"inond|flood|crue{_END}|فيضان", "#8fbce0", "#6b9cc4", _WASH),
    _Look(rf"eaux?{_END}|water|hydro(?!graph|log|gen)|oued|wadi|river|lac{_END}|lake|canal|مياه|بحير",
          "#a9cfe4", "#5d97b8"),
    _Look(rf"espaces? vert|green|parcs?{_END}|parks?{_END}|jardin|garden|open ?space|foret|forest"
          "|recreation|حديق|حدائق|خضراء|غاب", "#bfdcae", "#79a566"),
    _Look("stationn|parking|موقف", "#d9d6d1", "#9c978f"),
    _Look(r"street ?light|lampadaire|eclairage|اناره", "#e8a33d"),
    _Look(rf"route|voies?{_END}|voirie|rues?{_END}|street|roads?{_END}|centerline|chaussee|طرق|طريق|شارع|شوارع",
          "#a8a196", "#a8a196"),
    _Look(rf"tram|bus{_END}|metro{_END}|rails?{_END}|ترامواي|سكه", "#c4524f", "#c4524f"),
    _Look("hydrant|incendie|حريق", "#c4524f"),
    _Look(rf"equipement|facilit|ecole|schools?{_END}|sante|health|مرافق|تجهيز",
          "#8cb4d9", "#4d7aa5"),
)  # fmt: skip
#: Limits of a plan are thick and dashed, on white so that they are seen on any ground; those of
#: other areas are thin and dash-dot.
_ZONES = _Look("zon(?:e|ing|age)|sect(?:eur|or)|قطاع|منطق|تنطيق", "#5d574d")
_ZONE_MM, _LIMIT_MM = 0.35, 0.15


def says_what(name: str) -> bool:
    """Whether the name of a layer says what its features are."""
    return _look_of(name) is not None


def lies_over_land(name: str) -> bool:
    """Whether the name of a layer says that its areas lie over parcels and buildings."""
    look = _look_of(name)
    return look is not None and not look.is_ground


def first_wash(name: str, number: int) -> Style:
    """Return the style of areas that lie over finer ones, which are seen through them.

    Parameters
    ----------
    name, number
        As of `first_look`.
    """
    symbol = first_look(Kind.POLYGON, name, number).symbol
    return Style(Single(replace(symbol, fill_opacity=min(symbol.fill_opacity, _WASH))))


def first_limit(name: str, number: int) -> Style:
    """Return the style of areas of which only the limits are drawn, over finer ones.

    Parameters
    ----------
    name, number
        As of `first_look`.
    """
    if _ZONES.reads(name):
        limit = Symbol(None, _ZONES.fill, _ZONE_MM, Dash.DASHED, casing="#ffffff", casing_mm=0.3)
        return Style(Single(limit))
    color = QUALITATIVE[number % len(QUALITATIVE)]
    return Style(Single(Symbol(None, color, _LIMIT_MM, Dash.DASH_DOT)))


def first_look(kind: Kind, name: str, number: int) -> Style:
    """Return the style of a layer just opened.

    Parameters
    ----------
    name : str
        Name of the layer.
    number : int
        How many layers there are already: picks the next colour where the name says nothing.
    """
    look = _look_of(name)
    if look is None:
        color = QUALITATIVE[number % len(QUALITATIVE)]
        look = _Look("", mixed(color, "#ffffff", _LIGHT) if kind is Kind.POLYGON else color)
    return Style(Single(_symbol(kind, look)))


def _look_of(name: str) -> _Look | None:
    return next((look for look in _LOOKS if look.reads(name)), None)


def _symbol(kind: Kind, look: _Look) -> Symbol:
    line = look.line or mixed(look.fill, "#000000", _DARK)
    if kind is Kind.POINT:
        return Symbol(look.line or look.fill, "#ffffff", 0.15, size_mm=1.6)
    if kind is Kind.LINE:
        return Symbol(None, look.line or look.fill, 0.35)
    return Symbol(look.fill, line, 0.15, fill_opacity=look.opacity)
