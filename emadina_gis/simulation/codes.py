"""Statuses, reasons, rules and details of an outcome as codes, and columns of such words.

The words are keys for ``words`` and values for files: the same in every language.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

STATUSES = (
    "ok",
    "assumed",
    "regime_unknown",
    "nothing_fits",
    "no_rule",
    "missing_input",
    "no_sector",
    "several_sectors",
    "bad_geometry",
)
(OK, ASSUMED, REGIME_UNKNOWN, NOTHING_FITS, NO_RULE, MISSING, NO_SECTOR, SEVERAL, BAD) = range(9)

REASONS = (
    "",
    "value_not_printed",
    "side_road_as_first",
    "measure_estimated",
    "if_authorised",
    "regime_unknown",
    "envelope_empty",
    "set_by_plan",
    "area_missing",
    "frontage_missing",
    "road_width_missing",
    "outside_document",
    "several_sectors",
    "partly_outside",
    "geometry_invalid",
    "land_taken",
    "rule_missing",
)

BINDINGS = ("", "floor_ratio", "ground_coverage", "envelope")
FLOOR_RATIO, GROUND_COVERAGE, ENVELOPE = 1, 2, 3
DETAILS = ("", "ratio", "court", "prospect", "rear", "band", "side", "height")


@dataclass(frozen=True, eq=False)
class Labels:
    """Words of a column as codes: ``values[codes]``."""

    codes: NDArray[np.integer]
    values: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, row: int) -> str:
        return self.values[int(self.codes[row])]

    def to_array(self) -> NDArray[np.object_]:
        """Return the words themselves, shape (n,)."""
        words: NDArray[np.object_] = np.array(self.values, dtype=object)[self.codes]
        return words

    def count(self, value: str) -> int:
        """Return how many rows carry a word."""
        if value not in self.values:
            return 0
        return int(np.count_nonzero(self.codes == self.values.index(value)))
