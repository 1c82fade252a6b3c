"""The bar beside the tools: which layer is selected in, and what gestures do to the selection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDoubleSpinBox, QFrame, QPushButton, QToolButton, QWidget

from emadina_gis.app.controls import hairline, narrow_list, row
from emadina_gis.app.number_field import stand_like_text
from emadina_gis.domain.layer import VectorLayer
from emadina_gis.session.view_state import SelectMode, Tool

if TYPE_CHECKING:
    from collections.abc import Callable

    from emadina_gis.app.desk import Desk

#: Icon by mode, in the order of the buttons.
MODES = {
    SelectMode.REPLACE: "square",
    SelectMode.ADD: "plus",
    SelectMode.REMOVE: "minus",
    SelectMode.INTERSECT: "blend",
}
LAYER_PX = 168
BUTTON_PX = 30
LARGEST_REACH_M = 100_000.0


class SelectOptions(QFrame):
    """Shown while a tool that selects is in use; `around_asked` for what is near the selection."""

    around_asked = Signal(float)

    def __init__(self, desk: Desk, layer_id: Callable[[], str], parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._layer_id = layer_id
        self._listed: tuple[list[tuple[str, str]], str] | None = None
        self.setObjectName("strip")
        self.layer = narrow_list()
        self.layer.setFixedWidth(desk.theme.px(LAYER_PX))
        self.layer.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.layer.activated.connect(self._on_layer)
        self.modes = {mode: self._mode_button(mode) for mode in MODES}
        self.reach = stand_like_text(QDoubleSpinBox())
        self.reach.setRange(0.0, LARGEST_REACH_M)
        self.reach.setDecimals(0)
        self.reach.setFixedWidth(desk.theme.px(92))
        self.reach.setValue(desk.view.view.reach_m)
        self.reach.valueChanged.connect(desk.view.set_reach)
        self.around: QPushButton = desk.voice.button("selecting.around-selection", self._ask_around)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        line = row(self, spacing=3, margins=(6, 4, 6, 4))
        line.addWidget(self.layer)
        self._between = hairline(vertical=True)
        line.addWidget(self._between)
        for button in self.modes.values():
            line.addWidget(button)
        line.addWidget(self.reach)
        line.addWidget(self.around)

    def _connect(self) -> None:
        desk = self._desk
        for key, field in (("selecting.layer", self.layer), ("selecting.reach", self.reach)):
            desk.speech.bind(self, key, field.setAccessibleName, field.setToolTip)
        desk.watch(self, lambda project: project.layers, lambda _layers: self.show_layers())
        desk.watch_view(self, lambda view: view.active_layer_id, lambda _id: self.show_layers())
        desk.watch_view(self, lambda view: view.select_mode, self._show_mode)
        desk.watch_view(self, lambda view: view.tool, self._show_tool)
        desk.watch_view(self, lambda view: bool(view.selection), self.around.setEnabled)
        desk.speech.changed.connect(self._say)
        self._say()

    def _say(self) -> None:
        self.reach.setSuffix(f" {self._desk.words.unit('m')}")
        self._listed = None
        self.show_layers()

    def _mode_button(self, mode: SelectMode) -> QToolButton:
        def choose() -> None:
            self._desk.view.set_select_mode(mode)
            self._show_mode(mode)

        button = self._desk.voice.tool(f"selecting.mode.{mode.value}", MODES[mode], choose)
        button.setCheckable(True)
        button.setFixedSize(BUTTON_PX, BUTTON_PX)
        return button

    def _show_mode(self, mode: SelectMode) -> None:
        for other, button in self.modes.items():
            button.setChecked(other is mode)

    def _show_tool(self, tool: Tool) -> None:
        draws = tool.selects and tool is not Tool.SELECT
        for widget in (self._between, *self.modes.values()):
            widget.setVisible(draws)
        for widget in (self.reach, self.around):
            widget.setVisible(tool is Tool.BUFFER)
        if not draws:
            self._desk.view.set_select_mode(SelectMode.REPLACE)
        self.setVisible(tool.selects and self.layer.count() > 0)
        self.adjustSize()

    def show_layers(self) -> None:
        """List the layers that can be selected in, and the one that is."""
        listed = [
            (self._desk.speech.title(layer.title), layer.id)
            for layer in self._desk.project.layers
            if isinstance(layer, VectorLayer) and layer.visible and layer.table.has_geometry
        ]
        chosen = self._layer_id()
        if (listed, chosen) == self._listed:
            return
        self._listed = (listed, chosen)
        self.layer.blockSignals(True)
        self.layer.clear()
        for title, layer_id in listed:
            self.layer.addItem(title, layer_id)
        self.layer.setCurrentIndex(self.layer.findData(chosen))
        self.layer.blockSignals(False)
        self._show_tool(self._desk.view.tool)

    def _on_layer(self, index: int) -> None:
        self._desk.view.activate_layer(str(self.layer.itemData(index)))

    def _ask_around(self) -> None:
        self.around_asked.emit(self.reach.value())
