"""What a composed page holds, counted before it is drawn: corners of its maps, pictures, letters.

From it `presets` tells how large the file of the page will be. Knows nothing of Qt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.render.scene import DrawnLayer
from emadina_gis.report.map_frame import units_per_screen_px
from emadina_gis.report.page_plan import (
    FactsPlan,
    LegendPlan,
    MapPlan,
    OverviewPlan,
    SourcesPlan,
    TextPlan,
    TitlePlan,
    ViewPlan,
)
from emadina_gis.report.presets import PageLoad

if TYPE_CHECKING:
    from emadina_gis.domain.extent import Extent
    from emadina_gis.render.scene import Scene
    from emadina_gis.report.map_frame import MapFrame
    from emadina_gis.report.page_plan import Item, PagePlan

#: Letters of a table or chart cell and of a line of facts, about.
LETTERS_OF_TABLE = 600
#: Corners of a section or of a picture of volumes, about.
CORNERS_OF_VIEW = 4_000
LETTERS_OF_LABEL = 9
MOST_LABELS = 400


def page_load(plan: PagePlan) -> PageLoad:
    """Return about what the page of a plan holds."""
    loads = [_load_of(placed.item) for placed in plan.frames]
    return PageLoad(
        sum(load.corners for load in loads),
        sum(load.picture_mm2 for load in loads),
        sum(load.letters for load in loads),
    )


def _load_of(item: Item) -> PageLoad:
    if isinstance(item, MapPlan):
        return _map_load(item.scene, item.frame)
    if isinstance(item, OverviewPlan):
        return _map_load(item.scene, item.frame)
    if isinstance(item, ViewPlan):
        return PageLoad(CORNERS_OF_VIEW, letters=LETTERS_OF_TABLE)
    return PageLoad(letters=_letters(item))


def _letters(item: Item) -> int:
    if isinstance(item, LegendPlan):
        return sum(len(entry.text) for group in item.groups for entry in group.items)
    if isinstance(item, TextPlan):
        return len(item.text)
    if isinstance(item, TitlePlan):
        return sum(len(line.title.fr) + len(line.title.ar) for line in item.lines)
    if isinstance(item, FactsPlan):
        return sum(len(name) + len(value) for name, value in item.pairs)
    if isinstance(item, SourcesPlan):
        return sum(map(len, item.lines))
    return LETTERS_OF_TABLE


def _map_load(scene: Scene, frame: MapFrame) -> PageLoad:
    corners, picture_mm2, labelled = 0, 0.0, 0
    for drawn in scene.visible(units_per_screen_px(frame)):
        if isinstance(drawn, DrawnLayer):
            inside = _corners(scene, drawn, frame.extent)
            corners += inside
            labelled += drawn.label is not None and inside > 0
        else:
            picture_mm2 += frame.box.width * frame.box.height
    return PageLoad(corners, picture_mm2, labelled * MOST_LABELS * LETTERS_OF_LABEL)


def _corners(scene: Scene, drawn: DrawnLayer, extent: Extent) -> int:
    """Return how many corners of a layer lie in an extent."""
    count = 0
    for _first, chunk in scene.chunks(drawn):
        x, y = chunk.xy[:, 0], chunk.xy[:, 1]
        across = (x >= extent.xmin) & (x <= extent.xmax)
        count += int(np.count_nonzero(across & (y >= extent.ymin) & (y <= extent.ymax)))
    return count
