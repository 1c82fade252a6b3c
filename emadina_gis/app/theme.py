"""``Theme``: the palette of the moment, the style sheet made from it, and tinted icons.

Owns the tokens of ``resources/themes`` and what is generated from them. Knows no panel.
"""

from __future__ import annotations

import re
import time
import tomllib
from collections import deque
from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer

from emadina_gis import paths

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

THEME_NAMES = ("light", "dark", "contrast_light", "contrast_dark")
BODY_PX = 13
#: No text is smaller, whatever the person's factor.
SMALLEST_PX = 12
SMALL_PX = 12
FIGURE_PX = 20
#: Height of a line of text in a control (larger Arabic needs more than its share), and the least
#: height of what is clicked.
TALL_PX, LESS_PX = 24, 6
TARGET_PX = 24
ICON_PX = 18
#: Icons are painted in other colours for so long in one turn of the event loop.
SLICE_S = 0.008
#: Icons of the style sheet, with the token of their colour.
SHEET_ICONS = {"chevron-down": "secondary", "chevron-up": "secondary", "check": "on_accent"}
_TOKEN = re.compile(r"@([a-z_]+)")
_FAMILIES = ["IBM Plex Sans", "IBM Plex Sans Arabic", "Noto Sans", "DejaVu Sans"]


@lru_cache(maxsize=len(THEME_NAMES))
def tokens(name: str) -> Mapping[str, str]:
    """Return the colours of a theme, one of `THEME_NAMES`, by ink."""
    path = paths.resources() / "themes" / f"{name}.toml"
    return dict(tomllib.loads(path.read_text(encoding="utf-8"))["colors"])


def system_theme() -> str:
    """Return the theme that the system asks for: light or dark, with more contrast or not."""
    hints = QGuiApplication.styleHints()
    scheme = "dark" if hints.colorScheme() == Qt.ColorScheme.Dark else "light"
    wanted = hints.accessibility().contrastPreference()
    return f"contrast_{scheme}" if wanted == Qt.ContrastPreference.HighContrast else scheme


def tinted_icons(name: str) -> Path:
    """Return a folder with the icons that the style sheet names, in the colours of a theme."""
    folder = paths.user_cache() / "icons" / name
    folder.mkdir(parents=True, exist_ok=True)
    for icon, token in SHEET_ICONS.items():
        svg = (paths.resources() / "icons" / f"{icon}.svg").read_text(encoding="utf-8")
        tinted = svg.replace("currentColor", tokens(name)[token])
        (folder / f"{icon}.svg").write_text(tinted, encoding="utf-8")
    return folder


class Theme(QObject):
    """The colours in use.

    Signals
    -------
    chosen()
        Others are in use from now on: icons are painted in the next turns of the event loop.
    changed()
        Icons are painted; whatever else has colours is to take the new ones.
    """

    chosen = Signal()
    changed = Signal()

    def __init__(self, choice: str, text_scale: float = 1.0, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._choice = choice
        self._text_scale = text_scale
        self._bound: dict[int, list[Callable[[], None]]] = {}
        self._unpainted: deque[int] = deque()
        self._painter = QTimer(self, interval=0)
        self._painter.timeout.connect(self._paint_some)
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._on_system)
        hints.accessibility().contrastPreferenceChanged.connect(self._on_system)

    @property
    def name(self) -> str:
        """One of `THEME_NAMES`; the system's where the choice is "system"."""
        return self._choice if self._choice in THEME_NAMES else system_theme()

    @property
    def text_scale(self) -> float:
        """Factor on all text sizes."""
        return self._text_scale

    def choose(self, choice: str, text_scale: float) -> None:
        """Take another theme or another size of text."""
        if (choice, text_scale) == (self._choice, self._text_scale):
            return
        self._choice = choice
        self._text_scale = text_scale
        self._tell()

    def hex(self, ink: str) -> str:
        """Return the colour of a ink as ``#rrggbb``."""
        return tokens(self.name)[ink]

    def color(self, ink: str) -> QColor:
        """Return the colour of a ink."""
        return QColor(self.hex(ink))

    def px(self, size_px: float) -> int:
        """Return a size of text in pixels with the person's factor, never below 12 by it."""
        return max(round(size_px * self._text_scale), min(round(size_px), SMALLEST_PX))

    def font(self, size_px: float = BODY_PX, *, bold: bool = False) -> QFont:
        """Return the window's font: Latin and Arabic of one family, tabular digits."""
        font = QFont()
        font.setFamilies(_FAMILIES)
        font.setPixelSize(self.px(size_px))
        font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
        font.setFeature(QFont.Tag("tnum"), 1)
        return font

    def style_sheet(self) -> str:
        """Return the style sheet of the window in these colours."""
        path = paths.resources() / "themes" / "window.qss"
        values = dict(tokens(self.name))
        values.update(
            body=f"{self.px(BODY_PX)}px",
            small=f"{self.px(SMALL_PX)}px",
            figure=f"{self.px(FIGURE_PX)}px",
            heading=f"{self.px(16)}px",
            tall=f"{self.px(TALL_PX) - LESS_PX}px",
            tall_bar=f"{self.px(TALL_PX) - LESS_PX + 2}px",
            tall_check=f"{self.px(TARGET_PX)}px",
            icons=tinted_icons(self.name).as_posix(),
        )
        return _TOKEN.sub(lambda match: values[match[1]], path.read_text(encoding="utf-8"))

    def palette(self) -> QPalette:
        """Return Qt's palette in these colours, for what a style sheet does not reach."""
        palette = QPalette()
        for role, ink in _ROLES.items():
            palette.setColor(role, self.color(ink))
        for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, self.color("disabled"))
        return palette

    def icon(self, name: str, ink: str = "text", size_px: int = ICON_PX) -> QIcon:
        """Return a line icon in a colour of the theme; a null icon where there is none."""
        icon = QIcon()
        normal = drawn_icon(name, self.hex(ink), size_px)
        if normal is None:
            return icon
        icon.addPixmap(normal, QIcon.Mode.Normal)
        faded = drawn_icon(name, self.hex("disabled"), size_px)
        if faded is not None:
            icon.addPixmap(faded, QIcon.Mode.Disabled)
        return icon

    def bind(self, owner: QObject, paint: Callable[[], None]) -> None:
        """Call `paint` now and at each change of theme, while `owner` lives."""
        slot = id(owner)
        if slot not in self._bound:
            self._bound[slot] = []
            owner.destroyed.connect(lambda: self._bound.pop(slot, None))
        self._bound[slot].append(paint)
        paint()

    def _on_system(self) -> None:
        if self._choice not in THEME_NAMES:
            self._tell()

    def _tell(self) -> None:
        self._unpainted = deque(self._bound)
        self._painter.start()
        self.chosen.emit()

    @property
    def is_painting(self) -> bool:
        """Whether icons are still to be painted in other colours, and `changed` to be told."""
        return self._painter.isActive()

    def _paint_some(self) -> None:
        """Paint icons for as long as nobody notices; the others follow in the next turns."""
        end_s = time.perf_counter() + SLICE_S
        while self._unpainted:
            for paint in self._bound.get(self._unpainted.popleft(), ()):
                paint()
            if time.perf_counter() > end_s:
                return
        self._painter.stop()
        self.changed.emit()


_ROLES = {
    QPalette.ColorRole.Window: "panel",
    QPalette.ColorRole.WindowText: "text",
    QPalette.ColorRole.Base: "panel",
    QPalette.ColorRole.AlternateBase: "sunken",
    QPalette.ColorRole.Text: "text",
    QPalette.ColorRole.Button: "panel",
    QPalette.ColorRole.ButtonText: "text",
    QPalette.ColorRole.ToolTipBase: "float",
    QPalette.ColorRole.ToolTipText: "on_float",
    QPalette.ColorRole.PlaceholderText: "secondary",
    QPalette.ColorRole.Highlight: "accent",
    QPalette.ColorRole.HighlightedText: "on_accent",
    QPalette.ColorRole.Link: "accent_text",
    QPalette.ColorRole.LinkVisited: "accent_text",
    QPalette.ColorRole.Accent: "accent",
}


@lru_cache(maxsize=512)
def _icon_text(name: str) -> str | None:
    path = paths.resources() / "icons" / f"{name}.svg"
    return path.read_text(encoding="utf-8") if path.is_file() else None


@lru_cache(maxsize=1024)
def drawn_icon(name: str, color: str, size_px: int) -> QPixmap | None:
    """Return the picture of a shipped icon in one colour, or None where it is not shipped."""
    text = _icon_text(name)
    if text is None:
        return None
    svg = text.replace("currentColor", color)
    ratio = QGuiApplication.primaryScreen().devicePixelRatio()
    sharp = max(2.0, ratio)
    pixmap = QPixmap(QSize(round(size_px * sharp), round(size_px * sharp)))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(svg.encode()).render(painter, QRectF(0, 0, pixmap.width(), pixmap.height()))
    painter.end()
    pixmap.setDevicePixelRatio(sharp)
    return pixmap
