"""How colours look to people who see fewer of them, and how far apart two colours are.

Simulation: G. M. Machado, M. M. Oliveira and L. A. F. Fernandes, *A Physiologically-based Model for
Simulation of Color Vision Deficiency*, IEEE TVCG 15 (6), 2009, matrices of severity 1.0, on linear
RGB. Distance: CIEDE2000 (CIE 142-2001; G. Sharma, W. Wu and E. N. Dalal, *Color Research and
Application* 30 (1), 2005), between colours under the white of D65.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


class Vision(StrEnum):
    """How a person sees colours."""

    NORMAL = "normal"
    PROTANOPIA = "protanopia"
    DEUTERANOPIA = "deuteranopia"
    TRITANOPIA = "tritanopia"


_MATRICES: dict[Vision, NDArray[np.float64]] = {
    Vision.NORMAL: np.eye(3),
    Vision.PROTANOPIA: np.array([
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ]),
    Vision.DEUTERANOPIA: np.array([
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ]),
    Vision.TRITANOPIA: np.array([
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ]),
}  # fmt: skip
#: Linear sRGB to XYZ (IEC 61966-2-1), and the white of D65.
_TO_XYZ = np.array([
    [0.4124564, 0.3575761, 0.1804375],
    [0.2126729, 0.7151522, 0.0721750],
    [0.0193339, 0.1191920, 0.9503041],
])  # fmt: skip
_WHITE = np.array([0.95047, 1.0, 1.08883])
_LAB_CUT = (6 / 29) ** 3
_TO_THE_7 = 25.0**7


def linear_rgb(colors: Sequence[str]) -> NDArray[np.float64]:
    """Return colours ``#rrggbb`` as linear light, shape (n, 3)."""
    found = [[int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)] for color in colors]
    coded = np.array(found, dtype=np.float64).reshape(-1, 3)
    linear = np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear)


def seen_as(linear: NDArray[np.float64], vision: Vision) -> NDArray[np.float64]:
    """Return linear colours as a person with a kind of vision sees them, shape (n, 3)."""
    return np.asarray(np.clip(linear @ _MATRICES[vision].T, 0.0, 1.0))


def hex_of(linear: NDArray[np.float64]) -> tuple[str, ...]:
    """Return linear colours as ``#rrggbb``."""
    coded = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    whole = np.rint(np.clip(coded, 0, 1) * 255).astype(int)
    return tuple("#" + "".join(f"{channel:02x}" for channel in color) for color in whole.tolist())


def lab(linear: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return CIE 1976 (L*, a*, b*) of linear colours, shape (n, 3)."""
    share = linear @ _TO_XYZ.T / _WHITE
    f = np.where(share > _LAB_CUT, np.cbrt(share), share * (29 / 6) ** 2 / 3 + 4 / 29)
    x, y, z = f.T
    return np.column_stack([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def ciede2000(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the distance of colours in L*a*b*, pairwise by broadcasting; about 1 is just seen."""
    light, light2 = first[..., 0], second[..., 0]
    chroma = (np.hypot(first[..., 1], first[..., 2]) + np.hypot(second[..., 1], second[..., 2])) / 2
    stretch = 1.5 - 0.5 * np.sqrt(chroma**7 / (chroma**7 + _TO_THE_7))
    c1, h1 = _polar(first[..., 1] * stretch, first[..., 2])
    c2, h2 = _polar(second[..., 1] * stretch, second[..., 2])
    turn = _hue_difference(c1, c2, h2 - h1)
    d_hue = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn) / 2)
    mean_l, mean_c, mean_h = (light + light2) / 2, (c1 + c2) / 2, _mean_hue(c1, c2, h1, h2)
    s_l = 1 + 0.015 * (mean_l - 50) ** 2 / np.sqrt(20 + (mean_l - 50) ** 2)
    s_c = 1 + 0.045 * mean_c
    s_h = 1 + 0.015 * mean_c * _hue_weight(mean_h)
    rotation = np.sin(np.radians(60 * np.exp(-(((mean_h - 275) / 25) ** 2))))
    rotation *= -2 * np.sqrt(mean_c**7 / (mean_c**7 + _TO_THE_7))
    l_part, c_part, h_part = (light2 - light) / s_l, (c2 - c1) / s_c, d_hue / s_h
    squared = l_part**2 + c_part**2 + h_part**2 + rotation * c_part * h_part
    return np.asarray(np.sqrt(np.maximum(squared, 0.0)))


def _polar(
    a: NDArray[np.float64], b: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return np.hypot(a, b), np.degrees(np.arctan2(b, a)) % 360


def _hue_difference(
    c1: NDArray[np.float64], c2: NDArray[np.float64], turn: NDArray[np.float64]
) -> NDArray[np.float64]:
    turn = np.where(turn > 180, turn - 360, np.where(turn < -180, turn + 360, turn))
    return np.where(c1 * c2 == 0, 0.0, turn)


def _mean_hue(
    c1: NDArray[np.float64],
    c2: NDArray[np.float64],
    h1: NDArray[np.float64],
    h2: NDArray[np.float64],
) -> NDArray[np.float64]:
    total = h1 + h2
    far = np.abs(h1 - h2) > 180
    mean = np.where(far, np.where(total < 360, total + 360, total - 360), total) / 2
    return np.where(c1 * c2 == 0, total, mean)


def _hue_weight(hue: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(
        1
        - 0.17 * np.cos(np.radians(hue - 30))
        + 0.24 * np.cos(np.radians(2 * hue))
        + 0.32 * np.cos(np.radians(3 * hue + 6))
        - 0.20 * np.cos(np.radians(4 * hue - 63))
    )
