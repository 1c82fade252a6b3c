"""Areas written on land titles, and how far the drawn parcels are from them.

Titles give hectares, ares and centiares ("1ha 20a 35ca" is 12 035 m²). Both areas are kept beside
each other; neither corrects the other. Knows nothing of files.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Texts = NDArray[np.object_]

#: A reading threshold of this program, not an official tolerance: gaps are listed beyond both.
GAP_SHARE = 0.01
GAP_M2 = 1.0
_NUMBER = r"\d+(?:[.,]\d+)?"
_WRITTEN = (
    rf"^(?:(?P<ha>{_NUMBER})\s*(?:HECTARES?|HA|H|هكتار))?[\s,;.-]*"
    rf"(?:(?P<a>{_NUMBER})\s*(?:ARES?|A|آر|ار))?[\s,;.-]*"
    rf"(?:(?P<ca>{_NUMBER})\s*(?:CENTIARES?|CA|C|سنتيار))?[\s.]*$"
)
_SQUARE_METRES = rf"^(?P<m2>{_NUMBER})\s*(?:M2|M²|M\^2|م2|م²)\.?$"
_GROUPING = "([0-9])[ \u00a0\u202f]([0-9]{3})"
_UNIT_M2 = {"ha": 10_000.0, "a": 100.0, "ca": 1.0, "m2": 1.0}
#: Metres² of the units that a column of plain numbers may be in.
UNITS_M2 = {"m2": 1.0, "ha": 10_000.0, "a": 100.0, "km2": 1_000_000.0, "ft2": 0.09290304}
_LARGEST = 1e300
_SURE_SPREAD = 0.05
_LEAST_ROWS = 5


def spelled_areas_m2(texts: Texts) -> Floats:
    """Return areas in m² of texts such as "1ha 20a 35ca" or "258 m²"; NaN for others; shape (n,).

    A text without a unit is no area: "258" may be anything.
    """
    plain = pc.utf8_upper(pc.utf8_trim_whitespace(pa.array(texts, pa.string())))
    plain = pc.replace_substring_regex(plain, _GROUPING, r"\1\2")
    hectares = pc.extract_regex(plain, _WRITTEN)
    metres = pc.extract_regex(plain, _SQUARE_METRES)
    parts = [_parts_m2(hectares, unit) for unit in ("ha", "a", "ca")]
    total = np.where(np.isnan(parts).all(axis=0), np.nan, np.nansum(parts, axis=0))
    return np.where(np.isnan(total), _parts_m2(metres, "m2"), total)


def _parts_m2(found: pa.Array, unit: str) -> Floats:
    texts = pc.replace_substring(pc.struct_field(found, unit), ",", ".")
    filled = pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)
    numbers = pc.fill_null(filled.cast(pa.float64()), float("nan"))
    return np.asarray(numbers.to_numpy(zero_copy_only=False)) * _UNIT_M2[unit]


def unit_of_areas(written: Floats, geometry_m2: Floats) -> str:
    """Return the unit in which written areas agree with the drawn ones; empty when unsure.

    The middle half of the ratios must lie close together, so that a column that merely looks like
    areas is not taken for one.
    """
    usable = np.isfinite(written) & np.isfinite(geometry_m2) & (written > 0) & (geometry_m2 > 0)
    if usable.sum() < _LEAST_ROWS:
        return ""
    with np.errstate(over="ignore"):
        ratios = geometry_m2[usable] / written[usable]
    low, middle, high = np.percentile(np.minimum(ratios, _LARGEST), [25, 50, 75])
    for unit, metres2 in UNITS_M2.items():
        near = abs(middle / metres2 - 1.0) < _SURE_SPREAD
        if near and (high - low) / middle < _SURE_SPREAD:
            return unit
    return ""


@dataclass(frozen=True, eq=False)
class AreaGaps:
    """Areas of titles beside those of the drawn parcels.

    Attributes
    ----------
    title_m2, geometry_m2 : ndarray of float64, shape (n,)
        NaN where there is none.
    """

    title_m2: Floats
    geometry_m2: Floats

    @property
    def gap_m2(self) -> Floats:
        """Drawn area minus the title's; NaN where one is missing."""
        return self.geometry_m2 - self.title_m2

    @property
    def gap_share(self) -> Floats:
        """Gap as a share of the title's area."""
        with np.errstate(divide="ignore", invalid="ignore"):
            share = self.gap_m2 / self.title_m2
        return np.where(np.isfinite(share), share, np.nan)

    @property
    def compared(self) -> int:
        """How many rows have both areas."""
        return int(np.isfinite(self.gap_m2).sum())

    def beyond(self, share: float = GAP_SHARE, least_m2: float = GAP_M2) -> NDArray[np.intp]:
        """Return the rows whose gap passes both thresholds, the widest gap first."""
        gap = np.abs(self.gap_m2)
        with np.errstate(invalid="ignore"):
            rows = np.flatnonzero((gap > least_m2) & (gap > share * self.title_m2))
        return rows[np.argsort(-gap[rows], kind="stable")]


def area_gaps(title_m2: Floats, geometry_m2: Floats) -> AreaGaps:
    """Return both areas of each row; a drawn area of zero counts as missing."""
    drawn = np.where(geometry_m2 > 0, geometry_m2, np.nan)
    return AreaGaps(title_m2, drawn)
