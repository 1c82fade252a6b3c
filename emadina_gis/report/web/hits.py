"""What bites each parcel, as the popups of the web map say it: names once, then figures.

Owns which hits may leave; what hits is the simulation's. The page puts name and figures into the
sentences of `hits.popup`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.report.reading_hits import nature_text
from emadina_gis.report.situation import Hit, expiry_of, hits_of
from emadina_gis.report.web.languages import in_languages
from emadina_gis.report.web.withheld import masked
from emadina_gis.simulation.hits import find_hits

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from numpy.typing import NDArray

    from emadina_gis.project import Project
    from emadina_gis.regulation import PlanningDocument
    from emadina_gis.report.plan_index import PlanIndex
    from emadina_gis.words import Words

_ROWS = 8192
#: How the page says a hit: land under it, land it has left, a front along the land.
AREA, LAPSED, FRONT = range(3)


@dataclass(frozen=True, eq=False)
class HitTexts:
    """What bites n parcels, k hits in all.

    Attributes
    ----------
    names : tuple of dict
        What hits, in each language.
    row : ndarray of int, shape (k,)
        Parcel of each hit, rising.
    name, way : ndarray of int, shape (k,)
        Index into `names`; `AREA`, `LAPSED` or `FRONT`.
    amount : ndarray of int, shape (k,)
        Whole m², or whole metres of a front.
    share : ndarray of int, shape (k,)
        Tenths of a percent of the land.
    """

    names: tuple[dict[str, str], ...]
    row: NDArray[np.int64]
    name: NDArray[np.int64]
    way: NDArray[np.int64]
    amount: NDArray[np.int64]
    share: NDArray[np.int64]


@dataclass
class _Listed:
    names: list[dict[str, str]] = field(default_factory=list)
    places: dict[tuple[object, ...], int] = field(default_factory=dict)
    rows: list[tuple[int, int, int, int, int]] = field(default_factory=list)

    def add(self, row: int, hit: Hit) -> None:
        key = (hit.kind, hit.nature, hit.index)
        place = self.places.setdefault(key, len(self.names))
        if place == len(self.names):
            self.names.append(in_languages(lambda words: _name(hit, words)))
        share = 0 if hit.length_m is not None else round(round(hit.share, 3) * 1000)
        if hit.length_m is not None:
            way, amount = FRONT, round(hit.length_m)
        else:
            way, amount = (LAPSED if hit.lapsed else AREA), round(hit.area_m2)
        self.rows.append((row, place, way, amount, share))


def hit_texts(
    project: Project,
    index: PlanIndex,
    document: PlanningDocument,
    on: dt.date,
    *,
    layers: Collection[str],
    ctx: Context = NULL_CONTEXT,
) -> HitTexts:
    """Return what bites each parcel, from layers that may leave."""
    layer = project.parcels
    count = 0 if layer is None else layer.table.row_count
    listed = _Listed()
    expire = expiry_of(document)
    for start in range(0, count, _ROWS):
        ctx.report(start / count, "hits.phase.overlay")
        assert layer is not None
        rows = np.arange(start, min(start + _ROWS, count), dtype=np.intp)
        shapes = index.placed(layer.table.shapes(rows), layer.crs)
        found = find_hits(shapes, index.constraints, on, expire=expire, ctx=ctx.part(0, 0))
        for row, hit in zip(found.parcel, hits_of(found, index.constraints, document), strict=True):
            if hit.layer in layers:
                listed.add(start + int(row), hit)
    return _hit_texts(listed)


def _hit_texts(listed: _Listed) -> HitTexts:
    cells = np.array(listed.rows, dtype=np.int64).reshape(-1, 5)
    cells = cells[np.argsort(cells[:, 0], kind="stable")]
    row, name, way, amount, share = cells.T
    return HitTexts(tuple(listed.names), row, name, way, amount, share)


def _name(hit: Hit, words: Words) -> str:
    parts = (nature_text(hit, words), words.isolated(masked(hit.index)) if hit.index else "")
    return masked(" ".join(part for part in parts if part))
