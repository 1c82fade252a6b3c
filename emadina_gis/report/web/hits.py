"""What bites each parcel, as the popups of the web map say it: a line per hit, in three languages.

Owns which hits may leave and how short they are said; what hits is the simulation's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.layer import Diffusion
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.report.reading_hits import amount_text, nature_text
from emadina_gis.report.situation import Hit, expiry_of, hits_of
from emadina_gis.report.web.fields import in_languages
from emadina_gis.simulation.hits import find_hits

if TYPE_CHECKING:
    import datetime as dt

    from numpy.typing import NDArray

    from emadina_gis.project import Project
    from emadina_gis.regulation import PlanningDocument
    from emadina_gis.report.plan_index import PlanIndex
    from emadina_gis.words import Words

_ROWS = 8192


@dataclass(frozen=True, eq=False)
class HitTexts:
    """What bites n parcels.

    Attributes
    ----------
    codes : ndarray of int32, shape (n,)
        Index into `said`, -1 where nothing bites.
    said : tuple of dict
        The text in each language.
    """

    codes: NDArray[np.int32]
    said: tuple[dict[str, str], ...]


def hit_texts(
    project: Project,
    index: PlanIndex,
    document: PlanningDocument,
    on: dt.date,
    *,
    ctx: Context = NULL_CONTEXT,
) -> HitTexts:
    """Return what bites each parcel, but for layers that may not leave."""
    layer = project.parcels
    count = 0 if layer is None else layer.table.row_count
    codes = np.full(count, -1, dtype=np.int32)
    said: list[dict[str, str]] = []
    public = {v.id for v in project.vector_layers if v.diffusion is not Diffusion.INTERNAL}
    expire = expiry_of(document)
    for start in range(0, count, _ROWS):
        ctx.report(start / count, "hits.phase.overlay")
        assert layer is not None
        rows = np.arange(start, min(start + _ROWS, count), dtype=np.intp)
        shapes = index.placed(layer.table.shapes(rows), layer.crs)
        found = find_hits(shapes, index.constraints, on, expire=expire, ctx=ctx.part(0, 0))
        lines: dict[int, list[Hit]] = {}
        for row, hit in zip(found.parcel, hits_of(found, index.constraints, document), strict=True):
            if hit.layer in public:
                lines.setdefault(int(row), []).append(hit)
        for row, hits in lines.items():
            codes[start + row] = len(said)
            said.append(in_languages(_Lines(hits).text))
    return HitTexts(codes, tuple(said))


@dataclass(frozen=True)
class _Lines:
    hits: list[Hit]

    def text(self, words: Words) -> str:
        """Return the hits of a parcel, one after the other."""
        separator = words.text("hits.popup.separator")
        return separator.join(_line(hit, words) for hit in self.hits)


def _line(hit: Hit, words: Words) -> str:
    key = "hits.popup.lapsed" if hit.lapsed else "hits.popup.line"
    name = " ".join(part for part in (nature_text(hit, words), words.isolated(hit.index)) if part)
    return words.text(key, name=name, amount=amount_text(hit, words))
