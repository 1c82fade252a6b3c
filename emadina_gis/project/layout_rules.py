"""What a layout must be to be drawn: sizes, numbers, references between its frames, limits.

Pure; gives faults as values, so that a command refuses them and a reader of files names them.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from emadina_gis.project.layouts import (
    ChartContent,
    CheckBarContent,
    Content,
    FactsContent,
    Frame,
    Layout,
    LegendContent,
    MapContent,
    MassingContent,
    NorthContent,
    OverviewContent,
    PictureContent,
    RevisionsContent,
    ScaleBarContent,
    SectionContent,
    SourcesContent,
    TableContent,
    TextContent,
    TitleBlockContent,
)
from emadina_gis.project.paper import paper_size_mm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

#: Least (width, height) in millimetres at which a content can be read.
LEAST_MM: dict[type, tuple[float, float]] = {
    MapContent: (20.0, 20.0),
    LegendContent: (20.0, 8.0),
    TableContent: (30.0, 12.0),
    ChartContent: (30.0, 20.0),
    TextContent: (5.0, 3.0),
    PictureContent: (3.0, 3.0),
    ScaleBarContent: (25.0, 6.0),
    NorthContent: (8.0, 8.0),
    OverviewContent: (15.0, 15.0),
    TitleBlockContent: (40.0, 15.0),
    FactsContent: (30.0, 10.0),
    SourcesContent: (25.0, 6.0),
    RevisionsContent: (40.0, 10.0),
    CheckBarContent: (14.0, 6.0),
    SectionContent: (60.0, 35.0),
    MassingContent: (40.0, 35.0),
}
#: Room for the end marks of a check bar beside its length.
CHECK_BAR_ENDS_MM = 4.0
CHECK_BAR_LENGTHS_MM = (10.0, 200.0)
MOST_FRAMES = 200
MOST_PICTURE_BYTES = 4 * 1024 * 1024
MOST_TEXT = 20_000
MOST_LEVELS = 20
MOST_ROWS = 1_000
MOST_LEGEND_COLUMNS = 8
MOST_PRICE_MAD_M2 = 1_000_000.0
MOST_REVISIONS = 60
TEXT_SIZES_PT = (3.0, 400.0)
MOST_BORDER_MM = 10.0
MOST_SCALE = 50_000_000
MOST_GRID_STEP_M = 1_000_000.0
ALIGNS = ("start", "center", "end")
WEIGHTS = ("regular", "semibold", "bold")
#: Frames may stand out of the page by what rounding of millimetres makes.
SLACK_MM = 0.01
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True)
class LayoutFault:
    """Why a layout cannot be drawn: a code, the frame it is about, and what the sentence names."""

    code: str
    frame: str = ""
    params: Mapping[str, object] = field(default_factory=dict)

    def told(self) -> dict[str, object]:
        """Return the parameters of an error."""
        return {"frame": self.frame, **self.params}


def page_size_mm(layout: Layout) -> tuple[float, float]:
    """Return (width, height) of the page of a layout in millimetres."""
    return paper_size_mm(layout.page, landscape=layout.landscape)


def least_size_mm(content: Content) -> tuple[float, float]:
    """Return the least (width, height) of a frame for its content."""
    width, height = LEAST_MM[type(content)]
    if isinstance(content, CheckBarContent):
        width = max(width, content.length_mm + CHECK_BAR_ENDS_MM)
    return width, height


def map_named_by(content: Content) -> str:
    """Return the id of the map frame that a content names; empty for none."""
    if isinstance(content, MapContent):
        return content.follows
    return str(getattr(content, "of_map", ""))


def without_map(content: Content, gone: Iterable[str]) -> Content:
    """Return a content that no longer names map frames that are gone: it takes the main one."""
    if map_named_by(content) not in set(gone):
        return content
    if isinstance(content, MapContent):
        return replace(content, follows="")
    if isinstance(
        content, LegendContent | ScaleBarContent | NorthContent | OverviewContent | FactsContent
    ):
        return replace(content, of_map="")
    return content


def with_maps_named(content: Content, names: Mapping[str, str]) -> Content:
    """Return a content with the map frames it names called by their new ids."""
    named = map_named_by(content)
    if named not in names:
        return content
    if isinstance(content, MapContent):
        return replace(content, follows=names[named])
    if isinstance(
        content, LegendContent | ScaleBarContent | NorthContent | OverviewContent | FactsContent
    ):
        return replace(content, of_map=names[named])
    return content


def layout_faults(layout: Layout) -> Iterator[LayoutFault]:
    """Yield everything that keeps a layout from being drawn; nothing for a sound one."""
    if not layout.id.strip():
        yield LayoutFault("layout.no-id")
    if len(layout.frames) > MOST_FRAMES:
        yield LayoutFault("layout.too-many-frames", params={"most": MOST_FRAMES})
    if not 0 <= layout.scale <= MOST_SCALE:
        yield LayoutFault("layout.value", params={"key": "scale", "value": layout.scale})
    if layout.center is not None and not all(map(math.isfinite, layout.center)):
        yield LayoutFault("layout.not-a-number", params={"key": "center"})
    if len(layout.revisions) > MOST_REVISIONS:
        yield LayoutFault("layout.too-many-revisions", params={"most": MOST_REVISIONS})
    yield from _ids(layout)
    for frame in layout.frames:
        yield from frame_faults(frame, page_size_mm(layout))
    yield from _references(layout)


def frame_faults(frame: Frame, page_mm: tuple[float, float]) -> Iterator[LayoutFault]:
    """Yield what is wrong with one frame on a page: its numbers, size, place and content."""
    sides = {"x": frame.x, "y": frame.y, "width": frame.width, "height": frame.height}
    unreal = [key for key, value in sides.items() if not math.isfinite(value)]
    if unreal:
        yield LayoutFault("layout.not-a-number", frame.id, {"key": unreal[0]})
        return
    yield from _size(frame, page_mm)
    if not 0.0 <= frame.border_mm <= MOST_BORDER_MM:
        yield _value(frame, "border_mm", frame.border_mm)
    if frame.background and not _COLOR.fullmatch(frame.background):
        yield LayoutFault("layout.color", frame.id, {"value": frame.background})
    check = _CHECKS.get(type(frame.content))
    if check is not None:
        yield from check(frame, frame.content)


def _size(frame: Frame, page_mm: tuple[float, float]) -> Iterator[LayoutFault]:
    least = least_size_mm(frame.content)
    if frame.width < least[0] - SLACK_MM or frame.height < least[1] - SLACK_MM:
        yield LayoutFault("layout.too-small", frame.id, {"width": least[0], "height": least[1]})
    low = min(frame.x, frame.y)
    over = max(frame.right - page_mm[0], frame.bottom - page_mm[1])
    if low < -SLACK_MM or over > SLACK_MM:
        yield LayoutFault("layout.off-page", frame.id, {"width": page_mm[0], "height": page_mm[1]})


def _value(frame: Frame, key: str, value: object) -> LayoutFault:
    return LayoutFault("layout.frame-value", frame.id, {"key": key, "value": value})


def _ids(layout: Layout) -> Iterator[LayoutFault]:
    for name, times in Counter(frame.id for frame in layout.frames).items():
        if not name.strip():
            yield LayoutFault("layout.no-id")
        elif times > 1:
            yield LayoutFault("layout.frame-twice", name)


def _references(layout: Layout) -> Iterator[LayoutFault]:
    maps = {frame.id for frame in layout.maps}
    for frame in layout.frames:
        named = map_named_by(frame.content)
        if named and named not in maps:
            yield LayoutFault("layout.no-such-map", frame.id, {"map": named})
    followed = {frame.id: map_named_by(frame.content) for frame in layout.maps}
    for start, first in followed.items():
        seen, name = {start}, first
        while name in followed and name not in seen:
            seen.add(name)
            name = followed[name]
        if name == start:
            yield LayoutFault("layout.follows-circle", start)
            return


def _map(frame: Frame, content: Content) -> Iterator[LayoutFault]:
    assert isinstance(content, MapContent)
    if not 0 <= content.scale <= MOST_SCALE:
        yield _value(frame, "scale", content.scale)
    if content.center is not None and not all(map(math.isfinite, content.center)):
        yield LayoutFault("layout.not-a-number", frame.id, {"key": "center"})
    if not 0.0 <= content.grid_step_m <= MOST_GRID_STEP_M:
        yield _value(frame, "grid_step_m", content.grid_step_m)


def _legend(frame: Frame, content: Content) -> Iterator[LayoutFault]:
    assert isinstance(content, LegendContent)
    if not 0 <= content.columns <= MOST_LEGEND_COLUMNS:
        yield _value(frame, "columns", content.columns)


def _table(frame: Frame, content: Content) -> Iterator[LayoutFault]:
    assert isinstance(content, TableContent)
    if not 1 <= content.most_rows <= MOST_ROWS:
        yield _value(frame, "most_rows", content.most_rows)
    if not 0.0 <= content.price_mad_m2 <= MOST_PRICE_MAD_M2:
        yield _value(frame, "price_mad_m2", content.price_mad_m2)


def _text(frame: Frame, content: Content) -> Iterator[LayoutFault]:
    assert isinstance(content, TextContent)
    low, high = TEXT_SIZES_PT
    if content.size_pt and not low <= content.size_pt <= high:
        yield _value(frame, "size_pt", content.size_pt)
    if content.align not in ALIGNS:
        yield _value(frame, "align", content.align)
    if content.weight not in WEIGHTS:
        yield _value(frame, "weight", content.weight)
    if content.color and not _COLOR.fullmatch(content.color):
        yield LayoutFault("layout.color", frame.id, {"value": content.color})
    text = content.text
    if max(map(len, (text.fr, text.ar, text.en))) > MOST_TEXT:
        yield LayoutFault("layout.text-too-long", frame.id, {"most": MOST_TEXT})


def _picture(frame: Frame, content: Content) -> Iterator[LayoutFault]:
    assert isinstance(content, PictureContent)
    if len(content.data) * 3 // 4 > MOST_PICTURE_BYTES + 2:
        most = MOST_PICTURE_BYTES // (1024 * 1024)
        yield LayoutFault("layout.picture-too-large", frame.id, {"most": most})
    elif content.data and not is_picture(content.data):
        yield LayoutFault("layout.picture-unreadable", frame.id, {"name": content.name})


def is_picture(data: str) -> bool:
    """Whether base 64 text begins like a PNG, a JPEG or an SVG."""
    try:
        raw = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        return False
    if raw.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
        return True
    return b"<svg" in raw[:4096]


def _levels(frame: Frame, content: Content) -> Iterator[LayoutFault]:
    assert isinstance(content, TitleBlockContent)
    if len(content.levels) > MOST_LEVELS:
        yield _value(frame, "levels", len(content.levels))


def _check_bar(frame: Frame, content: Content) -> Iterator[LayoutFault]:
    assert isinstance(content, CheckBarContent)
    low, high = CHECK_BAR_LENGTHS_MM
    if not low <= content.length_mm <= high:
        yield _value(frame, "length_mm", content.length_mm)


_CHECKS: dict[type, Callable[[Frame, Content], Iterator[LayoutFault]]] = {
    MapContent: _map,
    LegendContent: _legend,
    TableContent: _table,
    TextContent: _text,
    PictureContent: _picture,
    TitleBlockContent: _levels,
    CheckBarContent: _check_bar,
}
