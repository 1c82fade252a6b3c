"""Colours of what the canvas draws over the map, for each theme of the window.

Map colours belong to the data; the accent marks the selection everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CanvasColors:
    """Colours ``#rrggbb`` of background, texts, their halo, and the selection."""

    background: str
    ink: str
    quiet_ink: str
    halo: str
    accent: str
    casing: str


LIGHT = CanvasColors(
    background="#f7f5f0",
    ink="#2b2a27",
    quiet_ink="#5d5a53",
    halo="#ffffff",
    accent="#0f766e",
    casing="#ffffff",
)
DARK = CanvasColors(
    background="#23262a",
    ink="#ece9e2",
    quiet_ink="#b9b5ac",
    halo="#1a1c1f",
    accent="#0f766e",
    casing="#ffffff",
)
CONTRAST_LIGHT = CanvasColors(
    background="#ffffff",
    ink="#000000",
    quiet_ink="#2e2e2e",
    halo="#ffffff",
    accent="#004d45",
    casing="#ffffff",
)
CONTRAST_DARK = CanvasColors(
    background="#000000",
    ink="#ffffff",
    quiet_ink="#e2e2e2",
    halo="#000000",
    accent="#004d45",
    casing="#ffffff",
)
THEMES: dict[str, CanvasColors] = {
    "light": LIGHT,
    "dark": DARK,
    "contrast_light": CONTRAST_LIGHT,
    "contrast_dark": CONTRAST_DARK,
}
