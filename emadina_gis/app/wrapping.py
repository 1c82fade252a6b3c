"""Widgets in lines, as words in a paragraph: what has no room goes to the next line.

For buttons beside each other that large texts or long languages push out of their panel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMargins, QRect, QSize, Qt
from PySide6.QtWidgets import QSizePolicy, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

#: A widget has become larger or is shown again, perhaps in another language or size.
_PLACING = frozenset({
    QEvent.Type.LayoutRequest, QEvent.Type.LayoutDirectionChange, QEvent.Type.Show,
    QEvent.Type.StyleChange, QEvent.Type.FontChange,
})  # fmt: skip


class Wrapping(QWidget):
    """Lines from the side where reading begins, each about a middle of its own.

    A widget that may grow takes what its line leaves.
    """

    def __init__(self, *widgets: QWidget, spacing: int = 6) -> None:
        super().__init__()
        self._spacing = spacing
        self._widgets = widgets
        for widget in widgets:
            widget.setParent(self)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def event(self, event: QEvent) -> bool:
        """Place the widgets anew where what they need may have changed."""
        if event.type() in _PLACING:
            self.updateGeometry()
            self._place()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        margins = self.contentsMargins()
        room = width - margins.left() - margins.right()
        heights = [_height(line, self._widths(line, room)) for line in self._lines(room)]
        between = self._spacing * max(len(heights) - 1, 0)
        return sum(heights) + between + margins.top() + margins.bottom()

    def sizeHint(self) -> QSize:
        """Return the size of all widgets on one line."""
        shown = self._shown()
        widths = [_width(widget) for widget in shown]
        width = sum(widths) + self._spacing * max(len(shown) - 1, 0)
        return self._with_margins(QSize(width, _height(shown, widths)))

    def minimumSizeHint(self) -> QSize:
        """Return the size of the largest widget: others go below."""
        least = QSize(0, 0)
        for widget in self._shown():
            least = least.expandedTo(widget.minimumSizeHint())
        return self._with_margins(least)

    # --- lines --------------------------------------------------------------------------------

    def _place(self) -> None:
        inside = self.contentsRect()
        top = inside.top()
        for line in self._lines(inside.width()):
            widths = self._widths(line, inside.width())
            height = _height(line, widths)
            self._place_line(line, widths, QRect(inside.left(), top, inside.width(), height))
            top += height + self._spacing

    def _place_line(self, line: list[QWidget], widths: list[int], rect: QRect) -> None:
        is_rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        x = rect.right() + 1 if is_rtl else rect.left()
        for widget, width in zip(line, widths, strict=True):
            left = x - width if is_rtl else x
            tall = _tall(widget, width)
            widget.setGeometry(left, rect.top() + (rect.height() - tall) // 2, width, tall)
            x += (-1 if is_rtl else 1) * (width + self._spacing)

    def _widths(self, line: list[QWidget], room: int) -> list[int]:
        """Return the width of each widget of a line; those that may grow share what it leaves."""
        widths = [min(_width(widget), room) for widget in line]
        growers = [place for place, widget in enumerate(line) if _grows(widget)]
        spare = max(room - sum(widths) - self._spacing * (len(line) - 1), 0)
        for number, place in enumerate(growers):
            share = spare // (len(growers) - number)
            widths[place] += share
            spare -= share
        return widths

    def _lines(self, width: int) -> list[list[QWidget]]:
        lines: list[list[QWidget]] = []
        used = 0
        for widget in self._shown():
            wanted = _width(widget)
            if not lines or used + self._spacing + wanted > width:
                lines.append([widget])
                used = wanted
            else:
                lines[-1].append(widget)
                used += self._spacing + wanted
        return lines

    def _shown(self) -> list[QWidget]:
        return [widget for widget in self._widgets if not widget.isHidden()]

    def _with_margins(self, size: QSize) -> QSize:
        margins: QMargins = self.contentsMargins()
        return size.grownBy(margins)


def growing(widget: QWidget) -> QWidget:
    """Let a widget take what its line leaves."""
    policy = widget.sizePolicy()
    policy.setHorizontalPolicy(QSizePolicy.Policy.Expanding)
    widget.setSizePolicy(policy)
    return widget


def _width(widget: QWidget) -> int:
    return int(widget.sizeHint().expandedTo(widget.minimumSizeHint()).width())


def _height(widgets: list[QWidget], widths: list[int]) -> int:
    return max((_tall(*pair) for pair in zip(widgets, widths, strict=True)), default=0)


def _tall(widget: QWidget, width: int) -> int:
    return int(
        widget.heightForWidth(width) if widget.hasHeightForWidth() else widget.sizeHint().height()
    )


def _grows(widget: QWidget) -> bool:
    return widget.sizePolicy().horizontalPolicy() == QSizePolicy.Policy.Expanding
