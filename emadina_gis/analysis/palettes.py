"""Colours: ramps that colour-blind people tell apart, a qualitative set, and planning colours.

Owns lists of hexadecimal colours and their interpolation; knows nothing of data.

Sources: *viridis* of matplotlib (S. van der Walt, N. Smith, E. Firing; CC0); *cividis* (J. R.
Nuñez, C. R. Anderton, R. S. Renslow, *PLOS ONE* 13 (7), 2018; as matplotlib publishes it, under its
BSD-like licence); ``brewer-…`` of ColorBrewer 2.0 (Cynthia Brewer, Mark Harrower, The Pennsylvania
State University; Apache License 2.0), those marked there as safe for colour-blind readers. The
others are this program's own.
"""

from __future__ import annotations

import colorsys
import hashlib
from dataclasses import dataclass
from enum import StrEnum

from emadina_gis.errors import AnalysisError

#: So many classes take this part of a ramp of ColorBrewer's.
_FEW_CLASSES, _FEW_ENDS = 6, (0.08, 0.88)


class RampKind(StrEnum):
    """What a ramp is for."""

    SEQUENTIAL = "sequential"
    DIVERGING = "diverging"


@dataclass(frozen=True)
class Ramp:
    """A named series of colours, from low to high.

    Attributes
    ----------
    id : str
        Stable key; ``words`` names it ``palette.<id>``.
    anchors : tuple of str
        Colours ``#rrggbb`` between which others are interpolated.
    """

    id: str
    kind: RampKind
    anchors: tuple[str, ...]

    def colors(self, count: int, *, dark: bool = False) -> tuple[str, ...]:
        """Return `count` colours; on a dark ground the ramp runs from dark to light.

        Raises
        ------
        AnalysisError
            With code ``classes.count`` if `count` is below 1.
        """
        if count < 1:
            raise AnalysisError("classes.count", count=count, most=0)
        turned = dark and self.kind is RampKind.SEQUENTIAL
        anchors = self.anchors[::-1] if turned else self.anchors
        if count == 1:
            return (_at(anchors, 0.6),)
        first, last = self._ends(count)
        if turned:
            first, last = 1 - last, 1 - first
        step = (last - first) / (count - 1)
        return tuple(_at(anchors, first + index * step) for index in range(count))

    def _ends(self, count: int) -> tuple[float, float]:
        """Return the part of the ramp that `count` classes take.

        A few classes need neither the colour that is nearly paper nor the one that is nearly
        black, as ColorBrewer's schemes of a few classes.
        """
        cut = self.id.startswith("brewer-") and self.kind is RampKind.SEQUENTIAL
        return _FEW_ENDS if cut and count <= _FEW_CLASSES else (0.0, 1.0)


RAMPS: dict[str, Ramp] = {
    ramp.id: ramp
    for ramp in (
        Ramp("cividis", RampKind.SEQUENTIAL,
             ("#fee838", "#e1cc55", "#c3b369", "#a59c74", "#8a8678", "#707173", "#575d6d",
              "#3b496c", "#123570", "#00224e")),
        Ramp("viridis", RampKind.SEQUENTIAL,
             ("#fde725", "#addc30", "#5ec962", "#28ae80", "#21918c", "#2c728e", "#3b528b",
              "#472d7b", "#440154")),
        Ramp("brewer-ylorbr", RampKind.SEQUENTIAL,
             ("#ffffe5", "#fff7bc", "#fee391", "#fec44f", "#fe9929", "#ec7014", "#cc4c02",
              "#993404", "#662506")),
        Ramp("brewer-ylgnbu", RampKind.SEQUENTIAL,
             ("#ffffd9", "#edf8b1", "#c7e9b4", "#7fcdbb", "#41b6c4", "#1d91c0", "#225ea8",
              "#253494", "#081d58")),
        Ramp("brewer-blues", RampKind.SEQUENTIAL,
             ("#f7fbff", "#deebf7", "#c6dbef", "#9ecae1", "#6baed6", "#4292c6", "#2171b5",
              "#08519c", "#08306b")),
        Ramp("brewer-puor", RampKind.DIVERGING,
             ("#7f3b08", "#b35806", "#e08214", "#fdb863", "#fee0b6", "#f7f7f7", "#d8daeb",
              "#b2abd2", "#8073ac", "#542788", "#2d004b")),
        Ramp("brewer-rdbu", RampKind.DIVERGING,
             ("#67001f", "#b2182b", "#d6604d", "#f4a582", "#fddbc7", "#f7f7f7", "#d1e5f0",
              "#92c5de", "#4393c3", "#2166ac", "#053061")),
        Ramp("lagoon", RampKind.SEQUENTIAL,
             ("#f1ecd9", "#c5dcc0", "#86c2b0", "#45a39d", "#1b7e86", "#135a70", "#123a55")),
        Ramp("ember", RampKind.SEQUENTIAL,
             ("#fbf0d3", "#f7d59a", "#f0b060", "#e2833a", "#c4562a", "#963325", "#611c21")),
        Ramp("plum", RampKind.SEQUENTIAL,
             ("#f4ecf3", "#dcc9e2", "#bfa0cd", "#9e77b5", "#7b5198", "#573577", "#351e53")),
        Ramp("slate", RampKind.SEQUENTIAL,
             ("#eff1f2", "#d0d8de", "#a9b8c4", "#8097aa", "#5b778f", "#3e586f", "#26394b")),
        Ramp("dawn", RampKind.SEQUENTIAL,
             ("#fde9a0", "#f6c667", "#e2a05b", "#bd7a63", "#8d5e71", "#5a4a77", "#2a3a6e")),
        Ramp("teal-orange", RampKind.DIVERGING,
             ("#0f5d63", "#4a9a9a", "#a4cdc8", "#f2efe8", "#f0c391", "#d5873c", "#8f4a12")),
        Ramp("blue-red", RampKind.DIVERGING,
             ("#274b87", "#6a8fc2", "#b6cbe2", "#f2f0ee", "#eebfae", "#cf7a68", "#8f2b33")),
    )
}  # fmt: skip
DEFAULT_RAMP = "brewer-ylorbr"

#: Twelve hues, neighbours in the list also unlike in lightness.
QUALITATIVE = (
    "#3b76af", "#e8a33d", "#2f8f6b", "#c4524f", "#5f3f8a", "#8ac6d0", "#5e3d22", "#e59ab5",
    "#5f6b75", "#e9e38c", "#214d72", "#b5d38a",
)  # fmt: skip

#: Ground colour of each zone's family, from the lightest sector to the densest.
_ZONE_RAMPS: dict[str, tuple[str, str]] = {
    "A": ("#c9682c", "#a84a1c"),
    "B": ("#f0c583", "#d67d3c"),
    "C": ("#dcc6e3", "#a67fbd"),
    "D": ("#f8f0c8", "#efdf8c"),
    "E": ("#edaaa6", "#b95552"),
    "I": ("#c3cddc", "#71809d"),
    "PB": ("#a9c99a", "#6f9d66"),
    "PU": ("#d3d7b3", "#a3a877"),
    "S": ("#b89478", "#8b6a50"),
    "ZR": ("#cfc4b2", "#a89a83"),
}

#: Where the sectors of the known documents stand between the two colours of their zone.
_SECTOR_SHADES: dict[str, float] = {
    "A6": 0.4,
    "B3": 0.05, "B3s": 0.2, "B4": 0.4, "B4s": 0.55, "B5": 1.0,
    "C2": 0.0, "C3": 0.3, "C4s": 0.6, "C5s": 1.0,
    "D4": 0.0, "D3": 0.6, "D1j": 0.8, "D1b": 1.0, "D1s2": 0.9,
    "E2": 0.15, "E3": 0.75, "E4": 1.0,
    "I2s1": 0.0, "I3": 0.2, "I5": 0.4, "I5s5": 0.5, "I5s7": 0.65, "I5s10": 0.9, "I5H": 0.8,
    "I8s": 1.0,
    "PBC4": 0.3, "PBC5": 0.9, "PU1": 0.1, "PU2": 0.5, "PU3": 0.9, "S4": 0.5, "ZR": 0.5,
}  # fmt: skip


def ramp(ramp_id: str) -> Ramp:
    """Return a ramp by id.

    Raises
    ------
    AnalysisError
        With code ``palette.unknown``.
    """
    if ramp_id not in RAMPS:
        raise AnalysisError("palette.unknown", palette=ramp_id)
    return RAMPS[ramp_id]


def qualitative(count: int) -> tuple[str, ...]:
    """Return `count` colours for categories; beyond twelve they repeat lighter, then darker."""
    shades = (0.0, 0.45, -0.3)
    found = []
    for index in range(count):
        turn, place = divmod(index, len(QUALITATIVE))
        shade = shades[turn % len(shades)]
        towards = "#ffffff" if shade > 0 else "#000000"
        found.append(mixed(QUALITATIVE[place], towards, abs(shade)))
    return tuple(found)


def zone_of_sector(sector: str) -> str:
    """Return the family of a sector code: ``PBC5`` → ``PB``, ``I5s7`` → ``I``; empty if none."""
    code = sector.strip().upper()
    return next((zone for zone in ("PB", "PU", "ZR") if code.startswith(zone)), code[:1])


def sector_color(sector: str) -> str:
    """Return the colour of a sector: that of its zone, darker where it is denser.

    A code that no known document has takes a shade from its own text, so that it is the same in
    each project and each session.
    """
    code = sector.strip()
    share = _stable_share(code)
    ends = _ZONE_RAMPS.get(zone_of_sector(code))
    if ends is None:
        return _any_color(share)
    return mixed(ends[0], ends[1], _SECTOR_SHADES.get(code, share))


def mixed(a: str, b: str, share: float) -> str:
    """Return the colour between `a` (0) and `b` (1), mixed in linear light."""
    pairs = zip(_linear(a), _linear(b), strict=True)
    return "#" + "".join(_hex_of_linear(x + (y - x) * share) for x, y in pairs)


def luminance(color: str) -> float:
    """Return the relative luminance of a colour, 0 to 1 (WCAG 2 definition)."""
    red, green, blue = _linear(color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(a: str, b: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2 definition)."""
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


def _at(anchors: tuple[str, ...], position: float) -> str:
    place = position * (len(anchors) - 1)
    index = min(int(place), len(anchors) - 2)
    return mixed(anchors[index], anchors[index + 1], place - index)


def _any_color(share: float) -> str:
    red, green, blue = colorsys.hls_to_rgb(share, 0.72, 0.35)
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in (red, green, blue))


def _stable_share(text: str) -> float:
    digest = hashlib.blake2b(text.encode(), digest_size=2).digest()
    return int.from_bytes(digest) / 0xFFFF


def _linear(color: str) -> tuple[float, float, float]:
    red, green, blue = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return _to_linear(red), _to_linear(green), _to_linear(blue)


def _to_linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _hex_of_linear(value: float) -> str:
    channel = value * 12.92 if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055
    return f"{round(min(max(channel, 0.0), 1.0) * 255):02x}"
