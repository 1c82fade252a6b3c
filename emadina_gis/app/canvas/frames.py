"""What the canvas asks for and gets: a request, a frame, and who makes frames.

A frame is a picture of the map for one view; the canvas shows the last frame moved and scaled to
the present view while a new one is made. Knows no widget.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRectF, Signal
from PySide6.QtGui import QPainter

from emadina_gis.domain.viewport import MM_PER_PX_AT_96_DPI, Viewport

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QImage

    from emadina_gis.app.canvas.layer_drawing import ColoredIds
    from emadina_gis.render.scene import Scene

_SAME_SIZE_PX = 0.5
_NOTHING_PX = 0.01


@dataclass(frozen=True, eq=False)
class FrameRequest:
    """A picture that is wanted.

    Attributes
    ----------
    viewport : Viewport
        In device pixels.
    ratio : float
        Device pixels per logical pixel.
    fills : Mapping[str, QImage]
        Pictures of large layers that were made already, by layer id.
    ids : Mapping[str, ColoredIds]
        The same, still to be coloured.
    is_rough : bool
        Whether they are coloured without antialiasing, to be there at once.
    whole : frozenset of str
        Layers whose picture holds their lines too.
    is_wide : bool
        Whether there is a margin around the window: the view rests.
    """

    scene: Scene
    viewport: Viewport
    ratio: float
    background: str
    fills: Mapping[str, QImage] = field(default_factory=dict)
    ids: Mapping[str, ColoredIds] = field(default_factory=dict)
    is_rough: bool = False
    whole: frozenset[str] = frozenset()
    is_wide: bool = False

    @property
    def mm_per_px(self) -> float:
        """Millimetres of a device pixel."""
        return MM_PER_PX_AT_96_DPI / self.ratio


@dataclass(frozen=True, eq=False)
class Frame:
    """A picture and what it is of; unfinished ones come before the finished one."""

    image: QImage
    request: FrameRequest
    finished: bool = True

    def covers(self, viewport: Viewport) -> bool:
        """Whether the picture reaches over a whole view (logical pixels)."""
        now = in_device_px(viewport, self.request.ratio)
        rect = placed(self.request.viewport, now)
        return rect.adjusted(-_NOTHING_PX, -_NOTHING_PX, _NOTHING_PX, _NOTHING_PX).contains(
            QRectF(0, 0, now.width_px, now.height_px)
        )


class FrameSource(QObject):
    """Makes frames; the newest request wins.

    Signals
    -------
    frame_made(Frame)
        On the main thread.
    busy_changed(bool)
        Whether work is under way.
    """

    frame_made = Signal(object)
    busy_changed = Signal(bool)

    def request(self, wanted: FrameRequest) -> None:
        """Ask for a frame; replaces a request that was not begun."""
        raise NotImplementedError

    @property
    def is_preparing(self) -> bool:
        """Whether something that later views need is still being made, unseen."""
        return False

    def close(self) -> None:
        """Stop and free everything; no signal comes afterwards."""
        raise NotImplementedError


def padded(viewport: Viewport, margin_px: int) -> Viewport:
    """Return the view with a margin on all sides."""
    return viewport.resized(viewport.width_px + 2 * margin_px, viewport.height_px + 2 * margin_px)


def placed(frame: Viewport, now: Viewport) -> QRectF:
    """Return where a picture of the view `frame` lies in the view `now`, in pixels of `now`."""
    extent = frame.extent
    left, top = now.to_screen(extent.xmin, extent.ymax)
    scale = frame.units_per_px / now.units_per_px
    return QRectF(left, top, frame.width_px * scale, frame.height_px * scale)


def in_device_px(viewport: Viewport, ratio: float) -> Viewport:
    """Return the view in device pixels, `ratio` of them to a logical one."""
    return Viewport(
        viewport.x,
        viewport.y,
        viewport.units_per_px / ratio,
        round(viewport.width_px * ratio),
        round(viewport.height_px * ratio),
    )


def paint_frame(painter: QPainter, frame: Frame, viewport: Viewport) -> None:
    """Draw a frame where it belongs in a view (logical pixels), pixel by pixel at its own scale."""
    ratio = frame.request.ratio
    made = frame.request.viewport
    rect = placed(made, in_device_px(viewport, ratio))
    painter.save()
    if abs(rect.width() - made.width_px) < _SAME_SIZE_PX:
        rect = QRectF(round(rect.left()), round(rect.top()), made.width_px, made.height_px)
    else:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.scale(1 / ratio, 1 / ratio)
    painter.drawImage(rect, frame.image)
    painter.restore()
