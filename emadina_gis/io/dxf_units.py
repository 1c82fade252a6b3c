"""Metres in one unit of a drawing: what its header says, weighed against where it lies.

Headers are often those of a template, so a unit counts only where the coordinates agree with it;
else the drawing stays as it is and the readings are listed for the person. Knows no entities.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.extent import Extent
from emadina_gis.errors import Problem, Severity
from emadina_gis.io.crs_guess import guess_crs

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Values of $INSUNITS → name of the unit and metres in it.
HEADER_UNITS = {
    1: ("inch", 0.0254),
    2: ("foot", 0.3048),
    3: ("mile", 1609.344),
    4: ("mm", 0.001),
    5: ("cm", 0.01),
    6: ("m", 1.0),
    7: ("km", 1000.0),
    10: ("yard", 0.9144),
    13: ("µm", 1e-6),
    14: ("dm", 0.1),
    15: ("dam", 10.0),
    16: ("hm", 100.0),
    21: ("us-foot", 1200 / 3937),
}
_TRIED = {"m": 1.0, "mm": 0.001, "cm": 0.01, "km": 1000.0}
_LEAST_CONFIDENCE = 0.45
_LEAST_IN_DEGREES = 0.75
_STRAYS_PERCENT = 5
_FEW = 20
#: Widths in metres between which a plan of its own, without map coordinates, may lie.
_SMALLEST_PLAN_M = 2.0
_LARGEST_PLAN_M = 3000.0
_LARGEST_SCALED_M = 20_000.0
#: Letters taller than this in the median are not in metres.
_TALLEST_LETTER_M = 30.0
_METRES_IN_DEGREE = 111_320.0


@dataclass(frozen=True)
class UnitReading:
    """What the unit of a drawing is.

    Attributes
    ----------
    metres : float
        Factor applied to the coordinates; 1 where they stay as drawn.
    true_metres : float
        Best estimate of metres in a unit as drawn, for tolerances in metres.
    code : str
        Problem that says it; empty where there is nothing to say.
    declared : str
        Unit in the header; empty where it has none.
    candidates : tuple of str
        Units that fit, likeliest first.
    is_local : bool
        Whether the drawing lies in no known coordinate system.
    width : float
        Larger side of where most of the drawing lies, in its own units.
    """

    metres: float = 1.0
    true_metres: float = 1.0
    code: str = ""
    declared: str = ""
    candidates: tuple[str, ...] = ()
    is_local: bool = False
    width: float = 0.0

    def problems(self, where: str) -> list[Problem]:
        """Return what a person must know of the unit and the place of the drawing."""
        params = {
            "declared": self.declared or "–",
            "metres": self.metres if self.metres != 1.0 else self.true_metres,
            "factor": f"{self.metres:g}",
            "candidates": ", ".join(self.candidates) or "–",
            "width": round(self.width, 3),
        }
        found = []
        if self.code:
            found.append(Problem(self.code, Severity.WARNING, where, 1, params))
        if self.is_local:
            found.append(Problem("dxf.local", Severity.WARNING, where, 1, params))
        return found


def read_unit(
    header: int, points: NDArray[np.float64], letter_height: float, *, has_crs: bool = False
) -> UnitReading:
    """Return the unit of a drawing.

    Parameters
    ----------
    header : int
        $INSUNITS.
    points : ndarray of float64, shape (n, 2)
        Coordinates as drawn.
    letter_height : float
        Median height of its texts as drawn, NaN without texts.
    has_crs : bool
        Whether the drawing names its coordinate system.
    """
    declared, factor = HEADER_UNITS.get(header, ("", 1.0))
    extent = usual_extent(points)
    if extent is None:
        return UnitReading(declared=declared)
    width = max(extent.width, extent.height)
    place = _place(extent)
    if place == "degrees":
        return UnitReading(true_metres=_METRES_IN_DEGREE, declared=declared, width=width)
    if place or has_crs:
        code = "dxf.unit-contradicted" if factor != 1.0 else ""
        return UnitReading(code=code, declared=declared, candidates=("m",), width=width)
    for unit, metres in _likely_first(declared, factor):
        if metres != 1.0 and _place(_scaled(extent, metres)) == "metres":
            return UnitReading(metres, metres, "dxf.scaled", declared, (unit,), width=width)
    return _read_local(declared, factor, width, letter_height)


def usual_extent(points: NDArray[np.float64]) -> Extent | None:
    """Return where most points lie: a few strays at the origin do not mislead a guess."""
    kept = points[np.isfinite(points).all(axis=1)]
    if not len(kept):
        return None
    at_origin = (kept == 0.0).all(axis=1)
    if 2 * at_origin.sum() < len(kept):
        kept = kept[~at_origin]
    cut = _STRAYS_PERCENT if len(kept) >= _FEW else 0
    low, high = np.percentile(kept, [cut, 100 - cut], axis=0)
    return Extent(float(low[0]), float(low[1]), float(high[0]), float(high[1]))


def _place(extent: Extent) -> str:
    """Return ``"metres"`` or ``"degrees"`` where coordinates lie at home as such; else nothing."""
    for candidate in guess_crs(extent):
        if candidate.confidence >= _LEAST_CONFIDENCE and not candidate.swapped:
            is_home = candidate.crs.id not in {"EPSG:4326", "EPSG:4261"}
            if is_home:
                return "metres"
            if candidate.confidence >= _LEAST_IN_DEGREES:
                return "degrees"
    return ""


def _likely_first(declared: str, factor: float) -> list[tuple[str, float]]:
    small = {unit: metres for unit, metres in _TRIED.items() if metres < 1.0}
    return list(({declared: factor, **small} if declared else small).items())


def _scaled(extent: Extent, factor: float) -> Extent:
    return Extent(*(value * factor for value in extent.as_tuple))


def _read_local(declared: str, factor: float, width: float, letter: float) -> UnitReading:
    """Return the unit of a drawing with coordinates of its own."""
    fits_metres = _SMALLEST_PLAN_M <= width <= _LARGEST_PLAN_M
    fits_metres = fits_metres and not letter > _TALLEST_LETTER_M
    fits_declared = _SMALLEST_PLAN_M <= width * factor <= _LARGEST_SCALED_M
    if factor != 1.0 and fits_declared and not fits_metres:
        return UnitReading(
            factor, factor, "dxf.scaled", declared, (declared,), is_local=True, width=width
        )
    candidates = _fitting(width, letter)
    if factor == 1.0:
        code = "" if fits_metres or not candidates or width < _SMALLEST_PLAN_M else "dxf.unit-doubt"
        return UnitReading(1.0, 1.0, code, declared, candidates, is_local=True, width=width)
    listed = tuple(dict.fromkeys((*candidates, declared)))
    return UnitReading(1.0, 1.0, "dxf.unit-doubt", declared, listed, is_local=True, width=width)


def _fitting(width: float, letter: float) -> tuple[str, ...]:
    """Return the units in which a width is that of a plan and the letters can be read."""
    return tuple(
        unit
        for unit, metres in _TRIED.items()
        if metres <= 1.0
        and _SMALLEST_PLAN_M <= width * metres <= _LARGEST_PLAN_M
        and not letter * metres > _TALLEST_LETTER_M
    )
