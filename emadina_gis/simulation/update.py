"""Computing again only the parcels that a change touches, from an outcome already there.

What a scenario changes is a few sectors or a few parcels. Blocks of parcels whose rules did not
change are shared with the outcome already there; parcels that moved leave their block for a new
one. It gives the same columns and, but for rounding, the same totals as `capacity`.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING
from weakref import ref

import numpy as np

from emadina_gis.regulation import sector_table
from emadina_gis.simulation.capacity import capacity, cases_of, figures_of_blocks
from emadina_gis.simulation.columns import Outcome
from emadina_gis.simulation.grouping import Grouping, blocks_of
from emadina_gis.simulation.terms import terms_changed
from emadina_gis.simulation.totals import Summary, summarise

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from emadina_gis.regulation import Overrides, SectorTable
    from emadina_gis.simulation.figures import BlockFigures
    from emadina_gis.simulation.parcels import ParcelInputs

    #: Figures of a block as they were, and what is left of them.
    _Pair = tuple[BlockFigures, BlockFigures]

#: What no figure depends on: names, and what only says where a value comes from.
_ASIDE = frozenset(
    {"ids", "parcel_id", "depth_m", "commune_names", "taken_by", "origin_sector"}
    | {"terms", "special_terms"}
)
#: Land that nobody gave is none: such a column may come and go.
_LAND = frozenset({"plan_roads_m2", "equipment_m2", "servitude_m2", "no_build_m2"})
#: Above this share of the rows that moved, all are put in order again.
_MOST_MOVED = 0.5
#: Blocks may become this many times as many as there were by taking parcels out of them.
_MOST_PIECES = 3


def update_summary(reference: Summary, inputs: ParcelInputs, overrides: Overrides) -> Summary:
    """Return the totals of changed inputs, from those of a reference on the same parcels.

    Parameters
    ----------
    reference : Summary
        Totals whose outcome is taken over where nothing changed.
    inputs : ParcelInputs
        The reference's inputs with other values in some rows, as `apply_scenario` gives them; if
        there are other parcels, or columns come or go, everything is computed.
    overrides : Overrides
    """
    return summarise(update(reference.outcome, inputs, overrides))


def update(before: Outcome, inputs: ParcelInputs, overrides: Overrides) -> Outcome:
    """Return the outcome of changed inputs; see `update_summary`."""
    table = sector_table(before.document, overrides, before.parameters["storey_m"])
    moved = moved_rows(before.inputs, inputs)
    if moved is None or len(moved) > _MOST_MOVED * len(inputs):
        return capacity(inputs, before.document, before.parameters, overrides=overrides)
    if not len(moved):
        pairs = [(figures, figures) for figures in before.blocks]
        return _with_new_rules(before, inputs, table, pairs, before.grouping)
    pairs = _without(before.blocks, moved, len(inputs))
    raw_land_min_m2 = before.parameters["raw_land_min_m2"]
    come = tuple(blocks_of(inputs, moved, before.document, raw_land_min_m2))
    blocks = (*(left.block for _whole, left in pairs), *come)
    in_order = before.grouping.in_order
    if len(blocks) > _MOST_PIECES * (in_order + len(come)):
        return capacity(inputs, before.document, before.parameters, overrides=overrides)
    grouping = Grouping(inputs, before.document, blocks, in_order)
    return _with_new_rules(before, inputs, table, pairs, grouping)


def moved_rows(old: ParcelInputs, new: ParcelInputs) -> NDArray[np.intp] | None:
    """Return the rows in which inputs differ; None if all may."""
    if len(old) != len(new) or old.commune_codes != new.commune_codes:
        return None
    moved = terms_changed(old, new)
    for item in fields(new):
        first, second = getattr(old, item.name), getattr(new, item.name)
        if first is second or item.name in _ASIDE:
            continue
        if item.name in _LAND:
            first, second = (np.zeros(1) if v is None else v for v in (first, second))
        if not isinstance(first, np.ndarray) or not isinstance(second, np.ndarray):
            return None
        _mark_differing(moved, first, second)
    if _origin(old) is not _origin(new):
        _mark_differing(moved, _origin(old), _origin(new))
    return np.flatnonzero(moved)


def _origin(inputs: ParcelInputs) -> NDArray[np.int32]:
    return inputs.sector if inputs.origin_sector is None else inputs.origin_sector


def _mark_differing(moved: NDArray[np.bool_], first: NDArray[Any], second: NDArray[Any]) -> None:
    differs = first != second
    if first.dtype.kind == "f":  # unknown in both is no difference
        differs &= (first == first) | (second == second)  # noqa: PLR0124
    moved |= differs


def _without(blocks: tuple[BlockFigures, ...], moved: NDArray[np.intp], count: int) -> list[_Pair]:
    """Return the figures of blocks, whole and without the rows that moved."""
    stays = np.ones(count, dtype=bool)
    stays[moved] = False
    left = []
    for figures in blocks:
        kept = stays[figures.block.rows]
        if kept.all():
            left.append((figures, figures))
        elif kept.any():
            left.append((figures, figures.take(kept)))
    return left


def _with_new_rules(
    before: Outcome,
    inputs: ParcelInputs,
    table: SectorTable,
    known: list[_Pair],
    grouping: Grouping,
) -> Outcome:
    """Return the outcome of blocks; the figures of the first ones are known under their old rules.

    It says which rows differ from the outcome that ``before`` itself was updated from, if that is
    there still: previews come and go, the reference stays, with the columns made of it.
    """
    blocks = grouping.blocks
    table, cases = cases_of(inputs, blocks, table, before.parameters)
    again = [n for n, case in enumerate(cases) if n >= len(known) or known[n][1].case != case]
    made = figures_of_blocks(
        [blocks[number] for number in again], [cases[number] for number in again], before.parameters
    )
    now = dict(zip(again, made, strict=True))
    figures = tuple(now[n] if n in now else known[n][1] for n in range(len(blocks)))
    root = None if before.updated_from is None else before.updated_from()
    differed = set() if root is None else set(map(id, before.fresh))
    fresh = tuple(
        figures[n]
        for n in range(len(blocks))
        if n in now or (n < len(known) and id(known[n][0]) in differed)
    )
    return Outcome(inputs, table, before.parameters, figures, grouping, fresh, ref(root or before))
