"""``BlockFigures``: what the parcels of a block may carry, under the names of `Outcome`.

Figures are written once and never again: outcomes share those of the blocks that do not differ.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.regulation import Ruling
    from emadina_gis.simulation.grouping import Block

    Floats = NDArray[np.float64]
    Case = tuple[tuple[Ruling, float], ...]

#: Names of the columns of numbers.
NUMBERS = (
    "reference_area_m2",
    "free_cession_m2",
    "to_acquire_m2",
    "max_footprint_m2",
    "gross_floor_area_m2",
    "net_floor_area_m2",
    "net_floor_area_low_m2",
    "net_floor_area_high_m2",
    "central_net_m2",
    "levels_built",
)


@dataclass(frozen=True, eq=False)
class BlockFigures:
    """The figures of a block; see `Outcome` for what they are.

    Attributes
    ----------
    block : Block
    case : Case
        Rulings that bite, with their shares; empty where there is no sector or no number.
    empty : ndarray of bool, shape (k,)
        Nothing fits, under either regime.
    binding_codes : ndarray of int8, shape (k,)
    kept : dict
        What was worked out of the figures, for those who ask again.
    """

    block: Block
    case: Case
    reference_area_m2: Floats
    free_cession_m2: Floats
    to_acquire_m2: Floats
    max_footprint_m2: Floats
    gross_floor_area_m2: Floats
    net_floor_area_m2: Floats
    net_floor_area_low_m2: Floats
    net_floor_area_high_m2: Floats
    central_net_m2: Floats
    levels_built: Floats
    empty: NDArray[np.bool_]
    binding_codes: NDArray[np.int8]
    kept: dict[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.block)

    def take(self, kept: NDArray[np.bool_]) -> BlockFigures:
        """Return the figures without those of some rows."""
        numbers: dict[str, Any] = {name: getattr(self, name)[kept] for name in NUMBERS}
        return BlockFigures(
            self.block.take(kept),
            self.case,
            empty=self.empty[kept],
            binding_codes=self.binding_codes[kept],
            **numbers,
        )


def no_figures(block: Block, case: Case) -> BlockFigures:
    """Return the figures of parcels that have none."""
    numbers: dict[str, Any] = dict.fromkeys(NUMBERS, np.full(len(block), np.nan))
    return BlockFigures(
        block,
        case,
        empty=np.zeros(len(block), dtype=bool),
        binding_codes=np.zeros(len(block), dtype=np.int8),
        **numbers,
    )
