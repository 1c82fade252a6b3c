"""Drawn markers from files: a person's own SVG, and those that the program brings along."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from emadina_gis.domain.svg_marker import INK, LONGEST_SVG, safe_svg
from emadina_gis.domain.symbol import Picture
from emadina_gis.errors import AnalysisError, LayerReadError
from emadina_gis.paths import resources

if TYPE_CHECKING:
    from pathlib import Path

#: Pictograms of the program that stand in a disc (Lucide, ISC licence: see resources/icons).
SHIPPED = (
    "mosque", "school", "hospital", "trees", "landmark", "train-front", "house", "building-2",
    "map-pin", "star",
)  # fmt: skip
_DISC = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">'
    '<circle cx="12" cy="12" r="12" fill="{ink}"/>'
    '<g transform="translate(4.6 4.4) scale(0.62)" fill="none" stroke="#ffffff"'
    ' stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round">{shapes}</g></svg>'
)


def read_marker(path: Path) -> Picture:
    """Return the marker of an SVG file, with nothing in it that is not a shape.

    Raises
    ------
    LayerReadError
        ``marker.unreadable`` if the file cannot be read as text.
    AnalysisError
        Those of `safe_svg`.
    """
    try:
        if path.stat().st_size > 2 * LONGEST_SVG:
            raise AnalysisError("marker.too-long", most_kb=LONGEST_SVG // 1024)
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as exc:
        raise LayerReadError("marker.unreadable", file=path.name) from exc
    return Picture(path.stem, safe_svg(text))


@lru_cache(maxsize=1)
def shipped_markers() -> tuple[Picture, ...]:
    """Return the markers of the program: white pictograms on a disc in the symbol's colour."""
    return tuple(_in_disc(name) for name in SHIPPED)


def _in_disc(name: str) -> Picture:
    icon = (resources() / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    shapes = icon[icon.index(">", icon.index("<svg")) + 1 : icon.rindex("</svg>")]
    return Picture(name, safe_svg(_DISC.format(ink=INK, shapes=shapes)))
