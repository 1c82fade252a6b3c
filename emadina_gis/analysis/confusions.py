"""Which classes of a style cannot be told apart by eye, on light and on dark ground.

Colours are laid over the ground as the map lays them, seen with each kind of vision of
`color_vision`, and compared by CIEDE2000. Classes with different signs (hatching, dashes, markers)
are told apart by those.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.analysis.color_vision import Vision, ciede2000, lab, linear_rgb, seen_as
from emadina_gis.analysis.palettes import QUALITATIVE, RAMPS, RampKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.symbol import Symbol

#: Colours nearer than this (CIEDE2000) are not found again in a legend; about 1 is just seen side
#: by side.
LEAST_DISTANCE = 5.0


@dataclass(frozen=True)
class Look:
    """What of a class the eye goes by.

    Attributes
    ----------
    color : str
        ``#rrggbb``, laid over the ground with `opacity`.
    sign : Hashable
        What tells the class apart beside its colour.
    """

    color: str
    opacity: float = 1.0
    sign: Hashable = None


@dataclass(frozen=True)
class Confusion:
    """Two classes that look alike.

    Attributes
    ----------
    first, second : int
        Places of the classes, the earlier one first.
    vision : Vision
        Who takes them for the same.
    ground : str
        Colour of the ground on which they are nearest.
    distance : float
        CIEDE2000.
    """

    first: int
    second: int
    vision: Vision
    ground: str
    distance: float


@dataclass(frozen=True)
class Remedy:
    """What would tell the classes apart.

    Attributes
    ----------
    kind : str
        ``"ramp"``, ``"colors"``, ``"fewer"`` or ``"pattern"``.
    value : str or int
        Id of a ramp, or how many classes at most.
    """

    kind: str
    value: str | int = ""


def look_of(symbol: Symbol, opacity: float = 1.0, *, is_line: bool = False) -> Look | None:
    """Return what the eye goes by in a symbol; None where nothing is drawn.

    Parameters
    ----------
    opacity : float
        That of the layer.
    """
    color = (symbol.stroke or symbol.fill) if is_line else symbol.color
    if color is None:
        return None
    pattern = symbol.pattern and (
        symbol.pattern.kind,
        symbol.pattern.angle_deg,
        round(symbol.pattern.spacing_mm, 1),
    )
    sign = (
        pattern,
        symbol.marker,
        symbol.picture,
        symbol.dash if is_line or not symbol.fill else None,
        symbol.dashes_mm if is_line or not symbol.fill else None,
        round(symbol.size_mm, 1),
        round(symbol.stroke_mm, 1) if is_line else None,
    )
    inside = symbol.fill_opacity if symbol.fill and not is_line else 1.0
    return Look(color, inside * opacity, sign)


def confusions(looks: Sequence[Look], grounds: Sequence[str]) -> tuple[Confusion, ...]:
    """Return the pairs of classes that cannot be told apart, the nearest first.

    Each pair is told once, for the kind of vision and the ground on which it is nearest.
    """
    if len(looks) < 2:
        return ()
    nearest = np.full((len(looks), len(looks)), np.inf)
    where: dict[tuple[int, int], tuple[Vision, str]] = {}
    apart = _apart(looks)
    for ground in grounds:
        laid = _laid(looks, ground)
        for vision in Vision:
            distance = np.where(apart, np.inf, _distances(laid, vision))
            for first, second in np.argwhere(np.triu(distance < nearest, 1)).tolist():
                where[first, second] = (vision, ground)
            nearest = np.minimum(nearest, distance)
    near = np.argwhere(np.triu(nearest < LEAST_DISTANCE, 1)).tolist()
    found = [Confusion(a, b, *where[a, b], float(nearest[a, b])) for a, b in near]
    return tuple(sorted(found, key=lambda one: one.distance))


def remedy(
    looks: Sequence[Look], grounds: Sequence[str], *, ramp_id: str = "", is_ordered: bool
) -> Remedy:
    """Return what would tell the classes apart.

    Parameters
    ----------
    ramp_id : str
        Ramp that the colours come from; another of its kind is looked for first.
    is_ordered : bool
        Whether classes follow one another (classes of values); otherwise they are names.
    """
    opacity = min(look.opacity for look in looks)
    if not is_ordered:
        enough = _is_clear(QUALITATIVE[: len(looks)], opacity, grounds)
        fits = len(looks) <= len(QUALITATIVE)
        return Remedy("colors") if fits and enough else Remedy("pattern")
    kind = RAMPS[ramp_id].kind if ramp_id in RAMPS else RampKind.SEQUENTIAL
    alike = [one for one in RAMPS.values() if one.kind is kind]
    for one in alike:
        if _is_clear(one.colors(len(looks)), opacity, grounds):
            return Remedy("ramp", one.id)
    for count in range(len(looks) - 1, 1, -1):
        if _is_clear(alike[0].colors(count), opacity, grounds):
            return Remedy("fewer", count)
    return Remedy("pattern")


def _is_clear(colors: Sequence[str], opacity: float, grounds: Sequence[str]) -> bool:
    """Whether everybody tells all of some colours apart; ends at the first who does not."""
    looks = [Look(color, opacity) for color in colors]
    for ground in grounds:
        laid = _laid(looks, ground)
        for vision in Vision:
            distances = _distances(laid, vision)
            if (distances[np.triu_indices(len(looks), 1)] < LEAST_DISTANCE).any():
                return False
    return True


def _apart(looks: Sequence[Look]) -> NDArray[np.bool_]:
    """Return which pairs have different signs, shape (n, n)."""
    signs = {sign: index for index, sign in enumerate(dict.fromkeys(look.sign for look in looks))}
    number = np.array([signs[look.sign] for look in looks])
    return np.asarray(number[:, None] != number[None, :])


def _laid(looks: Sequence[Look], ground: str) -> NDArray[np.float64]:
    """Return the colours over a ground, mixed as screens mix them, in linear light."""
    opacity = np.array([[look.opacity] for look in looks])
    coded = np.array([_coded(look.color) for look in looks])
    mixed = np.rint(coded * opacity + _coded(ground) * (1 - opacity)).astype(int)
    return linear_rgb(["#" + "".join(f"{c:02x}" for c in color) for color in mixed.tolist()])


def _coded(color: str) -> NDArray[np.float64]:
    return np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)], dtype=np.float64)


def _distances(linear: NDArray[np.float64], vision: Vision) -> NDArray[np.float64]:
    seen = lab(seen_as(linear, vision))
    return ciede2000(seen[:, None], seen[None, :])
