"""What a person confirmed for delivered files, kept for the next file of the same sender."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from emadina_gis.domain.layer import VectorLayer
from emadina_gis.domain.meaning import made_columns
from emadina_gis.session.deliveries import Delivery, load_deliveries, save_deliveries

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

    from emadina_gis.domain.crs import Crs
    from emadina_gis.domain.layer import Layer
    from emadina_gis.io.description import CrsCandidate

REMEMBERED = "remembered"


def delivery_of(layer: VectorLayer, crs: Crs | None = None, *, swapped: bool = False) -> Delivery:
    """Return what was confirmed for a layer as it was added; columns made by us stay out."""
    made = made_columns(layer.problems)
    columns = frozenset(layer.table.names) - made
    roles = {role: name for role, name in layer.schema if name in columns}
    return Delivery(columns, roles, "" if crs is None else crs.definition, swapped)


def remember(
    layers: Iterable[Layer],
    chosen: Mapping[str, Crs],
    swapped: Collection[str] = (),
    folder: Path | None = None,
) -> None:
    """Keep what was confirmed for layers that were added, where the folder can be written to.

    Parameters
    ----------
    chosen : Mapping of layer id to Crs
        The systems that the person chose.
    swapped : collection of layer ids
        Those whose axes were exchanged.
    """
    known = load_deliveries(folder)
    for layer in layers:
        if isinstance(layer, VectorLayer):
            crs = chosen.get(layer.id)
            known = known.with_delivery(delivery_of(layer, crs, swapped=layer.id in swapped))
    save_deliveries(known, folder)


def remembered_first(
    candidates: tuple[CrsCandidate, ...], delivery: Delivery | None
) -> tuple[CrsCandidate, ...]:
    """Return the guesses of a CRS, the one confirmed for a like file in front.

    One that the coordinates deny, so that it is not among the guesses, is not put among them.
    """
    if delivery is None or not delivery.crs:
        return candidates
    wanted = (delivery.crs, delivery.swapped)
    first = [one for one in candidates if (one.crs.definition, one.swapped) == wanted]
    rest = [one for one in candidates if (one.crs.definition, one.swapped) != wanted]
    return (*(replace(one, reason=REMEMBERED) for one in first), *rest)
