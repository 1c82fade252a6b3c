"""How the paper looks: ground, sheet, its picture, outlines, handles, guide lines.

Draws what it is given; decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from emadina_gis.project.layout_snap import SIDES, Handle, handle_points

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from emadina_gis.app.layouts.paper_scale import PaperScale
    from emadina_gis.app.layouts.preview import PagePicture
    from emadina_gis.app.theme import Theme
    from emadina_gis.project.layout_snap import Guide, Rect

HANDLE_PX = 8.0
CHIP_PX = 18.0
SHADOW_PX = 6
#: A side shorter than this has no handle in its middle.
LEAST_SIDE_PX = 40.0


@dataclass(frozen=True)
class PaperPainter:
    """Paints the parts of the view in its scale and in the colours of the moment."""

    painter: QPainter
    scale: PaperScale
    theme: Theme

    def sheet(self, width_mm: float, height_mm: float) -> None:
        """Draw the white sheet with a soft shadow on the ground."""
        place = self._rect_of(0.0, 0.0, width_mm, height_mm)
        shade = QColor(0, 0, 0, 10)
        for step in range(SHADOW_PX, 0, -1):
            grown = place.adjusted(-step / 2, -step / 2 + 1, step / 2, step / 2 + 1)
            self.painter.fillRect(grown, shade)
        self.painter.fillRect(place, QColor(Qt.GlobalColor.white))

    def picture(self, picture: PagePicture) -> None:
        """Draw the picture of the page, or of the part of it that it holds."""
        self.painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        part = picture.part
        self.painter.drawImage(
            self._rect_of(part.x, part.y, part.width, part.height), picture.image
        )

    def carried(self, picture: PagePicture, was: Rect, now: Rect) -> None:
        """Draw what the picture shows of a frame where the frame is carried to."""
        part, dots = picture.part, picture.px_per_mm
        source = QRectF(
            (was.x - part.x) * dots, (was.y - part.y) * dots, was.width * dots, was.height * dots
        )
        self.painter.setOpacity(0.8)
        self.painter.drawImage(self.place(now), picture.image, source)
        self.painter.setOpacity(1.0)

    def outline(self, rect: Rect, *, faint: bool = False) -> None:
        """Draw the line of a chosen frame, or the fainter one under the pointer."""
        place = self.place(rect)
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        if not faint:
            self.painter.setPen(QPen(QColor(255, 255, 255, 220), 4))
            self.painter.drawRect(place)
        self.painter.setPen(QPen(self.theme.color("accent"), 1.0 if faint else 2.0))
        self.painter.drawRect(place)

    def handles(self, rect: Rect) -> None:
        """Draw the eight handles of a frame."""
        self.painter.setPen(QPen(self.theme.color("accent"), 1.5))
        self.painter.setBrush(QColor(Qt.GlobalColor.white))
        half = HANDLE_PX / 2
        for x, y in (handle_points(rect)[handle] for handle in self.handles_of(rect)):
            at = QPointF(*self.scale.to_view(x, y))
            self.painter.drawRect(QRectF(at.x() - half, at.y() - half, HANDLE_PX, HANDLE_PX))

    def handles_of(self, rect: Rect) -> tuple[Handle, ...]:
        """Return the handles that a frame has room for: a small one has its corners only."""
        return room_for_handles(rect, self.scale.px_per_mm)

    def chip(self, rect: Rect, text: str, *, rtl: bool) -> None:
        """Write the name of a frame above its corner."""
        place = self.place(rect)
        self.painter.setFont(self.theme.font(11, bold=True))
        metrics = self.painter.fontMetrics()
        width = metrics.horizontalAdvance(text) + 12
        x = place.right() - width if rtl else place.left()
        height = self.theme.px(CHIP_PX)
        y = max(place.top() - height - 4, 2.0)
        chip = QRectF(x, y, width, height)
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(self.theme.color("accent"))
        self.painter.drawRoundedRect(chip, 4, 4)
        self.painter.setPen(self.theme.color("on_accent"))
        self.painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, text)

    def guides(self, guides: Iterable[Guide]) -> None:
        """Draw the lines that a frame has caught."""
        pen = QPen(self.theme.color("accent"), 1.0, Qt.PenStyle.DashLine)
        self.painter.setPen(pen)
        for guide in guides:
            ends = ((guide.at, guide.start), (guide.at, guide.end))
            if not guide.upright:
                ends = ((guide.start, guide.at), (guide.end, guide.at))
            one, other = (QPointF(*self.scale.to_view(*end)) for end in ends)
            self.painter.drawLine(one, other)

    def rubber(self, rect: Rect) -> None:
        """Draw the rectangle that chooses."""
        fill = self.theme.color("accent")
        fill.setAlpha(28)
        self.painter.setBrush(fill)
        self.painter.setPen(QPen(self.theme.color("accent"), 1.0, Qt.PenStyle.DashLine))
        self.painter.drawRect(self.place(rect))

    def moved(
        self, picture: PagePicture, before: Mapping[str, Rect], after: Mapping[str, Rect]
    ) -> None:
        """Carry what the picture shows of frames that stand elsewhere by now."""
        for name, now in after.items():
            was = before.get(name)
            if was is None or was == now:
                continue
            same_size = abs(was.width - now.width) < 0.01 and abs(was.height - now.height) < 0.01
            if same_size:
                self.carried(picture, was, now)

    def place(self, rect: Rect) -> QRectF:
        """Return a rectangle of the paper in pixels."""
        return self._rect_of(rect.x, rect.y, rect.width, rect.height)

    def _rect_of(self, x: float, y: float, width: float, height: float) -> QRectF:
        left, top = self.scale.to_view(x, y)
        return QRectF(left, top, width * self.scale.px_per_mm, height * self.scale.px_per_mm)


def room_for_handles(rect: Rect, px_per_mm: float) -> tuple[Handle, ...]:
    """Return the handles of a frame: corners always, those between where the side is long."""
    across = rect.width * px_per_mm >= LEAST_SIDE_PX
    down = rect.height * px_per_mm >= LEAST_SIDE_PX
    return tuple(
        handle
        for handle, (x, y) in SIDES.items()
        if (x and y) or (across and not x) or (down and not y)
    )
