"""Street sections and volumes on paper, as vectors: a title over them and a note under them.

Drawn by the painters of the window in the ink of paper. The drawings are never mirrored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF

from emadina_gis.domain.viewport import MM_PER_PX_AT_96_DPI
from emadina_gis.render.massing.camera import Camera, seen_from
from emadina_gis.render.massing.prisms import Tone
from emadina_gis.render.massing.scene import MassingScene
from emadina_gis.render.massing.section import StreetSection
from emadina_gis.render.painter.massing import paint_massing
from emadina_gis.render.painter.massing_marks import MarkInk, paint_marks
from emadina_gis.render.painter.roof_heights import paint_roof_heights
from emadina_gis.render.painter.section import SectionInk, paint_section
from emadina_gis.report.flow import SOFT, Flow, height_of, set_block
from emadina_gis.report.layout import Box
from emadina_gis.report.pdf.lettering import UNITS_PER_MM

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QPainter

    from emadina_gis.report.page_plan import ViewPlan
    from emadina_gis.report.pdf.lettering import Type
    from emadina_gis.report.pdf.paper import Paper
    from emadina_gis.words import Words

PX_PER_PT = 96 / 72
#: The note under a drawing is set in this part of the body type.
NOTE_PART = 0.88
_FACTOR = UNITS_PER_MM * MM_PER_PX_AT_96_DPI
#: Colours of volumes on paper, and how opaque.
_TONES: dict[Tone, tuple[str, float]] = {
    Tone.GROUND: ("#ffffff", 1.0),
    Tone.ROAD: ("#d8d3ca", 1.0),
    Tone.PARCEL: ("#f6f4ef", 1.0),
    Tone.PARCEL_LINE: ("#a9a296", 1.0),
    Tone.EXISTING: ("#c9c3b8", 1.0),
    Tone.EXISTING_LINE: ("#7b756b", 1.0),
    Tone.UNKNOWN: ("#e4dfd5", 1.0),
    Tone.ALLOWED: ("#9fd0ca", 1.0),
    Tone.ALLOWED_LINE: ("#0f5c5c", 1.0),
    Tone.SELECTED: ("#cfe5e2", 1.0),
    Tone.SELECTED_LINE: ("#0f5c5c", 1.0),
    Tone.CHOSEN: ("#e0b070", 1.0),
    Tone.CHOSEN_LINE: ("#6a3f06", 1.0),
}


def draw_view(paper: Paper, box: Box, plan: ViewPlan, kind: Type, words: Words) -> None:
    """Draw a section or volumes in a box, under their title and over their note."""

    def head(flow: Flow) -> None:
        flow.heading(plan.title)

    def note(flow: Flow) -> None:
        flow.space(0.15)
        flow.text(plan.note, flow.sized(NOTE_PART, color=SOFT))

    used = set_block(head, paper, box, kind)
    foot = height_of(note, paper, box.width, kind)
    room = Box(box.x, box.y + used, box.width, max(box.height - used - foot, 1.0))
    set_block(note, paper, Box(box.x, room.bottom, box.width, foot), kind)
    size = QRectF(0, 0, room.width / MM_PER_PX_AT_96_DPI, room.height / MM_PER_PX_AT_96_DPI)
    with paper.clipped(room) as painter:
        painter.scale(_FACTOR, _FACTOR)
        text_px = kind.size_pt * PX_PER_PT
        if isinstance(plan.view, StreetSection):
            paint_section(painter, size, plan.view, words, _section_ink(text_px, paper))
        else:
            _paint_volumes(painter, size, plan, words, _mark_ink(text_px, paper))


def _paint_volumes(
    painter: QPainter, size: QRectF, plan: ViewPlan, words: Words, ink: MarkInk
) -> None:
    scene = plan.view
    assert isinstance(scene, MassingScene)
    frame = Camera(width_px=round(size.width()), height_px=round(size.height()))
    camera = seen_from(str(plan.sight), scene.subject, frame)
    paint_massing(painter, size, scene, camera, _palette())
    paint_marks(painter, size, scene, camera, (words, ink))
    if not scene.marks:
        paint_roof_heights(painter, size, scene, camera, (words, ink))


def _palette() -> NDArray[np.float32]:
    colors = np.zeros((len(Tone), 4), dtype=np.float32)
    for tone, (name, opacity) in _TONES.items():
        parts = [int(name[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        colors[tone] = (*parts, opacity)
    return colors


def _section_ink(text_px: float, paper: Paper) -> SectionInk:
    if paper.is_black:
        return SectionInk(allowed="#000000", prospect="#000000", text_px=text_px)
    return SectionInk(text_px=text_px)


def _mark_ink(text_px: float, paper: Paper) -> MarkInk:
    if paper.is_black:
        return MarkInk(accent="#000000", person="#000000", text_px=text_px)
    return MarkInk(text_px=text_px)
