"""A layout on another paper: its frames kept in millimetres, or fitted by one rule.

The rule: margins and the gaps of the page stay, what stands beside the maps grows with the type of
the paper, and the maps take the rest. Where that leaves the maps too little, all grows alike. Of a
sheet that is folded, what lies outside keeps its size.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.project.layout_arrange import grown, kept_on_page
from emadina_gis.project.layout_rules import (
    CHECK_BAR_ENDS_MM,
    CHECK_BAR_LENGTHS_MM,
    page_size_mm,
)
from emadina_gis.project.layouts import CheckBarContent, Content, MapContent, TextContent
from emadina_gis.project.paper import PAPER_MM, column_scale, text_scale

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emadina_gis.project.layouts import Frame, Layout, PageFormat

#: Least part that the maps keep of what they had of the page, before all is scaled alike.
LEAST_MAP_PART = 0.45
#: Margins are never scaled below this.
LEAST_MARGIN_MM = 5.0
#: What lies outside of a folded sheet: an upright A4.
FOLDED_MM = PAPER_MM["A4"]
#: Text is never scaled below this.
LEAST_TEXT_PT = 4.5
_DECIMALS = 2


def on_paper(layout: Layout, page: PageFormat, *, landscape: bool, fitted: bool) -> Layout:
    """Return the layout on another paper, its frames fitted to it or kept where they stand."""
    moved = replace(layout, page=page, landscape=landscape)
    if not layout.frames or (page, landscape) == (layout.page, layout.landscape):
        return moved
    if fitted:
        return replace(moved, frames=_fitted(layout, moved))
    size = page_size_mm(moved)
    return replace(moved, frames=tuple(kept_on_page(grown(f), size) for f in layout.frames))


@dataclass(frozen=True)
class _Ruler:
    """How the coordinates of an axis go over: straight lines between breaks."""

    breaks: tuple[float, ...]
    images: tuple[float, ...]

    def at(self, value: float) -> float:
        return float(np.interp(value, self.breaks, self.images))


def _fitted(old: Layout, new: Layout) -> tuple[Frame, ...]:
    factor = column_scale(new.page) / column_scale(old.page)
    type_factor = text_scale(new.page) / text_scale(old.page)
    before, after = page_size_mm(old), page_size_mm(new)
    maps = [f for f in old.frames if isinstance(f.content, MapContent)]
    margin = min(side for f in old.frames for side in (f.x, f.y))
    margin = max(min(margin, LEAST_MARGIN_MM * 2), 0.0)
    folded = old.fold_marks and min(*before, *after) > FOLDED_MM[1]
    rule = (1.0 if folded else factor, margin)
    across = _ruler([(f.x, f.right) for f in maps], before[0], after[0], rule)
    down = _ruler([(f.y, f.bottom) for f in maps], before[1], after[1], rule)
    if folded:
        down = _above_fold(before[1], after[1], margin)
    return tuple(_carried(frame, (across, down), after, type_factor) for frame in old.frames)


def _carried(
    frame: Frame, rulers: tuple[_Ruler, _Ruler], page_mm: tuple[float, float], type_factor: float
) -> Frame:
    across, down = rulers
    x, right = (round(across.at(value), _DECIMALS) for value in (frame.x, frame.right))
    y, bottom = (round(down.at(value), _DECIMALS) for value in (frame.y, frame.bottom))
    width, height = round(right - x, _DECIMALS), round(bottom - y, _DECIMALS)
    grown_by = min(width / frame.width, height / frame.height)
    content = _content(frame.content, width, min(type_factor, grown_by))
    made = replace(frame, x=x, y=y, width=width, height=height, content=content)
    return kept_on_page(grown(made), page_mm)


def _content(content: Content, width: float, type_factor: float) -> Content:
    if isinstance(content, TextContent) and content.size_pt:
        return replace(content, size_pt=round(max(content.size_pt * type_factor, LEAST_TEXT_PT), 1))
    if isinstance(content, CheckBarContent) and content.length_mm + CHECK_BAR_ENDS_MM > width:
        room = width - CHECK_BAR_ENDS_MM
        lengths = (length for length in (100.0, 50.0, 20.0) if length <= room)
        return replace(content, length_mm=next(lengths, CHECK_BAR_LENGTHS_MM[0]))
    return content


def _ruler(
    spans: Sequence[tuple[float, float]], before: float, after: float, rule: tuple[float, float]
) -> _Ruler:
    """Return the ruler of an axis; `spans` are the stretches of it that maps cover."""
    factor, margin = rule
    inner = (margin, before - margin)
    taken = _joined([(max(a, inner[0]), min(b, inner[1])) for a, b in spans])
    stretched = sum(b - a for a, b in taken)
    fixed = (inner[1] - inner[0] - stretched) * factor
    room = after - 2 * margin - fixed
    least = LEAST_MAP_PART * stretched / (inner[1] - inner[0]) * (after - 2 * margin)
    if not taken or room < least:
        return _Ruler((0.0, *inner, before), (0.0, margin, after - margin, after))
    cuts = sorted({*inner, *(edge for span in taken for edge in span)})
    image, images = margin, [margin]
    for low, high in pairwise(cuts):
        is_map = any(a <= low and high <= b for a, b in taken)
        image += (high - low) * (room / stretched if is_map else factor)
        images.append(image)
    return _Ruler((0.0, *cuts, before), (0.0, *images, after))


def _above_fold(before: float, after: float, margin: float) -> _Ruler:
    """Return the ruler of a folded sheet: what lies outside keeps its size, the rest stretches."""
    fold = FOLDED_MM[1]
    breaks = (0.0, margin, before - fold, before - margin, before)
    return _Ruler(breaks, (0.0, margin, after - fold, after - margin, after))


def _joined(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    joined: list[tuple[float, float]] = []
    for low, high in sorted(span for span in spans if span[1] > span[0]):
        if joined and low <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(high, joined[-1][1]))
        else:
            joined.append((low, high))
    return joined
