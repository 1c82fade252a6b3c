"""Labels: which ones, where, and how they are drawn; Arabic shaped by Qt.

Candidates of all layers are placed by priority without overlap; what found no place is listed.
"""

from __future__ import annotations

from emadina_gis.render.labels.drawing import (
    CIRCLE_MM,
    LabelSprite,
    block_of,
    draw_labels,
    redrawn,
    sprite,
    sprites,
)
from emadina_gis.render.labels.lettering import (
    FAMILIES,
    SMALLEST_SCREEN_PX,
    Lettering,
    text_outline,
)
from emadina_gis.render.labels.placed import EXPECTED, PlacedLabel, Placement, Reason, Unplaced
from emadina_gis.render.labels.placing import MOST_LABELS, place_labels
from emadina_gis.render.labels.survey import MOST_NAMED
from emadina_gis.render.labels.texts import label_lines

__all__ = [
    "CIRCLE_MM",
    "EXPECTED",
    "FAMILIES",
    "MOST_LABELS",
    "MOST_NAMED",
    "SMALLEST_SCREEN_PX",
    "LabelSprite",
    "Lettering",
    "PlacedLabel",
    "Placement",
    "Reason",
    "Unplaced",
    "block_of",
    "draw_labels",
    "label_lines",
    "place_labels",
    "redrawn",
    "sprite",
    "sprites",
    "text_outline",
]
