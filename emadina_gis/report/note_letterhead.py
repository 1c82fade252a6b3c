"""The head of a note: an agency's lines in French and Arabic about its logo, then the title.

Without an agency only the title stands there, and says that the paper is a working document.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from emadina_gis.report.flow import ACCENT, AMBER, Flow
from emadina_gis.report.layout import Box
from emadina_gis.report.pdf.placed_picture import draw_picture

if TYPE_CHECKING:
    from emadina_gis.project.agency import AgencyProfile
    from emadina_gis.report.note_blocks import Letterhead

LOGO_MM = 18.0
#: Part of the width that the lines of one language take; the logo stands between them.
SIDE_SHARE = 0.41


def letterhead_block(flow: Flow, block: Letterhead) -> None:
    """Set the head of a note: French on the left, Arabic on the right, whatever it is read in."""
    if block.profile is not None:
        _agency(flow, block.profile)
    align = "start" if block.profile is None else "center"
    flow.text(block.title, replace(flow.kind.sized(1.7), weight="semibold", align=align))
    if block.number:
        flow.text(block.number, flow.sized(1.1, weight="medium", align=align))
    if block.subtitle:
        flow.text(block.subtitle, flow.sized(0.95, color=AMBER, align=align))
    flow.space(0.3)
    flow.rule(ACCENT, 0.5)
    flow.space(0.4)


def _agency(flow: Flow, profile: AgencyProfile) -> None:
    top, width = flow.y, flow.box.width * SIDE_SHARE
    french = [line.fr for line in profile.lines if line.fr]
    arabic = [line.ar for line in profile.lines if line.ar]
    heights = [
        _lines(flow, french, Box(flow.box.x, top, width, 0), rtl=False),
        _lines(flow, arabic, Box(flow.box.right - width, top, width, 0), rtl=True),
    ]
    if profile.logo:
        heights.append(LOGO_MM)
        if not flow.dry:
            middle = flow.box.x + (flow.box.width - LOGO_MM) / 2
            draw_picture(flow.paper, Box(middle, top, LOGO_MM, LOGO_MM), profile.logo)
    flow.y = top + max(heights)
    flow.space(0.8)


def _lines(flow: Flow, lines: list[str], place: Box, *, rtl: bool) -> float:
    """Set the lines of one language under one another; return their height."""
    y = place.y
    for index, line in enumerate(lines):
        last = index == len(lines) - 1
        kind = flow.sized(1.0, weight="semibold" if last else "regular", align="center", rtl=rtl)
        here = Box(place.x, y, place.width, 0)
        if flow.dry:
            y += flow.paper.text_height(line, kind, place.width)
        else:
            y += flow.paper.text(here, line, kind)
    return y - place.y
