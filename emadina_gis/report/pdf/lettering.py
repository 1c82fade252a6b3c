"""Types: how a text looks, and the shipped fonts it is set in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication

from emadina_gis import paths
from emadina_gis.domain.viewport import MM_PER_INCH
from emadina_gis.errors import OutputError

RESOLUTION_DPI = 1200
UNITS_PER_MM = RESOLUTION_DPI / MM_PER_INCH
POINTS_PER_INCH = 72
FAMILIES = ["IBM Plex Sans", "IBM Plex Sans Arabic"]
INK = "#22211f"
_WEIGHTS = {
    "regular": QFont.Weight.Normal,
    "medium": QFont.Weight.Medium,
    "semibold": QFont.Weight.DemiBold,
    "bold": QFont.Weight.Bold,
}


@dataclass(frozen=True)
class Type:
    """How a text looks: size in points, weight, colour, and where it stands in its box.

    Attributes
    ----------
    align : str
        ``"start"`` and ``"end"`` follow the direction of the text; ``"center"``, ``"left"`` and
        ``"right"`` do not.
    rtl : bool or None
        Direction of the paragraph; None takes the paper's.
    """

    size_pt: float = 7.0
    weight: str = "regular"
    color: str = INK
    align: str = "start"
    rtl: bool | None = None
    leading: float = 1.0

    def sized(self, factor: float) -> Type:
        """Return the type at another size."""
        return replace(self, size_pt=self.size_pt * factor)


def prepare_qt() -> QGuiApplication:
    """Return the running Qt application with the shipped fonts, started unseen where none is.

    Raises
    ------
    OutputError
        With code ``report.font-missing`` if a shipped font is not there.
    """
    application = QGuiApplication.instance()
    if not isinstance(application, QGuiApplication):
        application = QGuiApplication(["emadina-gis", "-platform", "offscreen"])
    known = set(QFontDatabase.families())
    if not known.issuperset(FAMILIES):
        for font in sorted((paths.resources() / "fonts").glob("*.ttf")):
            QFontDatabase.addApplicationFont(str(font))
        lacking = [name for name in FAMILIES if name not in set(QFontDatabase.families())]
        if lacking:
            raise OutputError("report.font-missing", font=lacking[0])
    return application


def font_of(kind: Type) -> QFont:
    """Return the font of a type on paper."""
    pixels = max(1, round(kind.size_pt * RESOLUTION_DPI / POINTS_PER_INCH))
    return QFont(_font(pixels, kind.weight))


@lru_cache(maxsize=256)
def _font(pixels: int, weight: str) -> QFont:
    font = QFont()
    font.setFamilies(FAMILIES)
    font.setPixelSize(pixels)
    font.setWeight(_WEIGHTS[weight])
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    # No fi ligature, so that words are found again in the file; Arabic joins by other features.
    font.setFeature(QFont.Tag("liga"), 0)
    return font


def alignment_of(align: str, *, rtl: bool) -> Qt.AlignmentFlag:
    """Return where a text stands in its box, in a direction of reading."""
    if align == "center":
        return Qt.AlignmentFlag.AlignHCenter
    to_right = align == "right" or (align == "end") != rtl if align != "left" else False
    side = Qt.AlignmentFlag.AlignRight if to_right else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignAbsolute
