"""The buttons that put chosen frames in order: aligned, spread, of one size, above or below."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QToolButton, QWidget

from emadina_gis.app.controls import hairline, row
from emadina_gis.project.layout_arrange import Align, Axis, Order

if TYPE_CHECKING:
    from collections.abc import Callable

    from emadina_gis.app.desk import Desk
    from emadina_gis.app.layouts.editing import Editing

ALIGNS: tuple[tuple[str, str, Align], ...] = (
    ("layout-editor.align.left", "align-start-vertical", Align.LEFT),
    ("layout-editor.align.center-x", "align-center-vertical", Align.CENTER_X),
    ("layout-editor.align.right", "align-end-vertical", Align.RIGHT),
    ("layout-editor.align.top", "align-start-horizontal", Align.TOP),
    ("layout-editor.align.center-y", "align-center-horizontal", Align.CENTER_Y),
    ("layout-editor.align.bottom", "align-end-horizontal", Align.BOTTOM),
)
SPREADS: tuple[tuple[str, str, Axis], ...] = (
    ("layout-editor.spread.x", "align-horizontal-distribute-center", Axis.X),
    ("layout-editor.spread.y", "align-vertical-distribute-center", Axis.Y),
)
ORDERS: tuple[tuple[str, str, Order], ...] = (
    ("layout-editor.front", "bring-to-front", Order.FRONT),
    ("layout-editor.back-most", "send-to-back", Order.BACK),
)


class ArrangeBar(QWidget):
    """Buttons for what is chosen; enabled as many frames as each needs."""

    def __init__(self, desk: Desk, editing: Editing) -> None:
        super().__init__()
        self._desk = desk
        self._editing = editing
        self._needs: dict[QToolButton, int] = {}
        self.buttons: dict[str, QToolButton] = {}
        line = row(self, spacing=0)
        for key, icon, align in ALIGNS:
            line.addWidget(self._button(key, icon, partial(editing.align, align), 2))
        line.addWidget(hairline(vertical=True))
        for key, icon, axis in SPREADS:
            line.addWidget(self._button(key, icon, partial(editing.distribute, axis), 3))
        line.addWidget(hairline(vertical=True))
        for key, icon, order in ORDERS:
            line.addWidget(self._button(key, icon, partial(editing.order, order), 1))
        line.addWidget(self._button("layout-editor.duplicate", "copy", editing.duplicate, 1))
        line.addWidget(self._button("layout-editor.remove", "trash-2", editing.remove, 1))
        editing.chosen_changed.connect(self._show_enabled)
        editing.changed.connect(self._show_enabled)
        self._show_enabled()

    def _button(
        self, key: str, icon: str, clicked: Callable[[], object], needs: int
    ) -> QToolButton:
        button = self._desk.voice.tool(key, icon, clicked)
        self._needs[button] = needs
        self.buttons[key.removeprefix("layout-editor.")] = button
        return button

    def _show_enabled(self) -> None:
        count = len(self._editing.chosen) if self._editing.can_edit else 0
        for button, needs in self._needs.items():
            button.setEnabled(count >= needs)
