"""Colours of volumes and of sections, made from the tokens of the theme."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.render.massing.prisms import Tone
from emadina_gis.render.painter.section import SectionInk

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QColor

    from emadina_gis.app.theme import Theme

#: Token and opacity of each tone, by theme; a mix is (first, second, share of the second).
_TONES: dict[Tone, tuple[str, str, float, float]] = {
    Tone.GROUND: ("map", "map", 0.0, 1.0),
    Tone.ROAD: ("map", "line_strong", 0.45, 1.0),
    Tone.PARCEL: ("map", "panel", 0.55, 1.0),
    Tone.PARCEL_LINE: ("line_strong", "line_strong", 0.0, 1.0),
    Tone.EXISTING: ("chart_base", "panel", 0.35, 1.0),
    Tone.EXISTING_LINE: ("chart_base", "text", 0.45, 1.0),
    Tone.UNKNOWN: ("chart_base", "map", 0.55, 1.0),
    Tone.ALLOWED: ("accent", "panel", 0.25, 0.62),
    Tone.ALLOWED_LINE: ("accent_text", "accent_text", 0.0, 0.95),
    Tone.SELECTED: ("accent", "map", 0.62, 1.0),
    Tone.SELECTED_LINE: ("accent_text", "accent_text", 0.0, 1.0),
    Tone.CHOSEN: ("amber", "panel", 0.2, 0.8),
    Tone.CHOSEN_LINE: ("amber", "text", 0.3, 1.0),
}


def massing_palette(theme: Theme) -> NDArray[np.float32]:
    """Return colours by `Tone`, not premultiplied, shape (tones, 4), in [0, 1]."""
    colors = np.zeros((len(Tone), 4), dtype=np.float32)
    for tone, (first, second, share, opacity) in _TONES.items():
        one, other = _rgb(theme.color(first)), _rgb(theme.color(second))
        colors[tone, :3] = one + (other - one) * share
        colors[tone, 3] = opacity
    return colors


def _rgb(color: QColor) -> NDArray[np.float64]:
    return np.array([color.redF(), color.greenF(), color.blueF()])


def section_ink(theme: Theme) -> SectionInk:
    """Return the colours of a section on the screen."""
    return SectionInk(
        text=theme.hex("text"),
        quiet=theme.hex("secondary"),
        line=theme.hex("disabled"),
        ground=theme.hex("line_strong"),
        paper=theme.hex("panel"),
        existing=theme.hex("chart_base"),
        existing_line=theme.hex("secondary"),
        allowed=theme.hex("accent_text"),
        prospect=theme.hex("amber"),
        text_px=float(theme.px(12)),
    )
