"""The middle of the window: the canvas, and what floats over it: tools, selection bar, drop hint.

Owns what gestures on the map mean for the view state: a click selects, a rectangle selects. What
can be done with a selection is asked by signals.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QToolButton, QWidget

from emadina_gis.app.canvas.compare_area import ComparePanes, Panes
from emadina_gis.app.canvas.draw import DrawArea, DrawLine
from emadina_gis.app.canvas.gestures import Gesture, Navigate, Pan, SelectRectangle
from emadina_gis.app.canvas.map_canvas import MapCanvas
from emadina_gis.app.canvas.measure import MeasureArea, MeasureLength
from emadina_gis.app.controls import column, plain_label, row
from emadina_gis.render.spatial_index import Hit, identify, select_extent
from emadina_gis.session.view_state import SelectMode, Tool

if TYPE_CHECKING:
    from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QResizeEvent

    from emadina_gis.app.actions import Actions
    from emadina_gis.app.canvas.draw import Ended, Points
    from emadina_gis.app.desk import Desk
    from emadina_gis.domain.extent import Extent
    from emadina_gis.domain.viewport import Viewport

GAP_PX = 12
#: Room under the selection bar for the scale bar.
BELOW_BAR_PX = 40
#: Room above the legend for the choice of views.
SWITCH_PX = 48


class ToolStrip(QFrame):
    """Tools of the map, one above the other."""

    def __init__(self, actions: Actions, ids: tuple[str, ...], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("strip")
        whole = column(self, spacing=2, margins=(4, 4, 4, 4))
        self.buttons: dict[str, QToolButton] = {}
        for action_id in ids:
            button = actions.button(action_id)
            button.setIconSize(QSize(18, 18))
            button.setFixedSize(34, 34)
            whole.addWidget(button)
            self.buttons[action_id] = button


class SelectionBar(QFrame):
    """How much is selected, and what can be done with it."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setObjectName("floating")
        self.offered: frozenset[str] = frozenset()
        self.count = plain_label("")
        self._line = row(self, spacing=4, margins=(16, 6, 8, 6))
        self._line.addWidget(self.count)
        self._line.addSpacing(8)
        self.buttons: dict[str, QPushButton] = {}
        self.close_button = desk.voice.tool(
            "selection.clear", "x", desk.view.clear_selection, "on_float"
        )
        self._line.addWidget(self.close_button)
        self.hide()

    def offer(self, name: str, key: str, clicked: object) -> QPushButton:
        """Add what can be done with a selection."""
        button = self._desk.voice.button(key, clicked)  # type: ignore[arg-type]
        self._line.insertWidget(self._line.count() - 1, button)
        self.buttons[name] = button
        return button

    def fit(self, width_px: int) -> None:
        """Show what is offered, and leave out the least where the map is narrow."""
        left_out: set[str] = set()
        for name in ("", "zoom", "regime"):
            left_out.add(name)
            for offered, button in self.buttons.items():
                button.setVisible(offered in self.offered and offered not in left_out)
            self._line.activate()
            if self.sizeHint().width() <= width_px:
                break
        self.resize(min(self.sizeHint().width(), width_px), self.sizeHint().height())


class MapArea(QWidget):
    """Canvas with floating parts; `files_dropped` carries paths."""

    files_dropped = Signal(object)
    pointer_moved = Signal(float, float)
    pointer_left = Signal()
    context_asked = Signal(float, float, QPoint)

    def __init__(self, desk: Desk, actions: Actions, *, use_gl: bool = True) -> None:
        super().__init__()
        self._desk = desk
        self._actions = actions
        self._measures_area = False
        self._use_gl = use_gl
        self.setAcceptDrops(True)
        self.canvas = MapCanvas(self, words=desk.words, use_gl=use_gl)
        self.strip = ToolStrip(
            actions,
            ("tool.select", "tool.pan", "tool.rectangle", "tool.measure",
             "tool.measure-area", "view.zoom-in", "view.zoom-out", "view.zoom-all"),
            self,
        )  # fmt: skip
        self.bar = SelectionBar(desk, self)
        self._drop_hint = QLabel(self)
        self._drop_hint.setObjectName("dropping")
        self._drop_hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._drop_hint.hide()
        desk.speech.bind(self._drop_hint, "drop.hint", self._drop_hint.setText)
        self.cover: QWidget | None = None
        self._legend: QWidget | None = None
        self._head: QWidget | None = None
        self.panes = ComparePanes(self.canvas, self._make_other)
        self._connect()

    def _make_other(self) -> MapCanvas:
        """Make a second map, told of the same clicks, selection, tools and words."""
        other = MapCanvas(self, words=self._desk.words, use_gl=self._use_gl)
        self._connect_canvas(other)
        other.set_selection(self._desk.view.view.selection)
        other.set_tool(self._gesture(self._desk.view.tool))
        return other

    def _connect_canvas(self, canvas: MapCanvas) -> None:
        theme = self._desk.theme
        canvas.clicked.connect(self._on_clicked)
        canvas.rectangle_selected.connect(self._on_rectangle)
        canvas.cursor_moved.connect(self.pointer_moved.emit)
        canvas.cursor_left.connect(self.pointer_left.emit)
        canvas.context_requested.connect(self.context_asked.emit)
        theme.bind(canvas, lambda: canvas.set_theme(theme.name))

    def _connect(self) -> None:
        desk, canvas = self._desk, self.canvas
        canvas.viewport_changed.connect(self._on_viewport)
        self._connect_canvas(canvas)
        desk.speech.changed.connect(self._on_language)
        desk.watch_view(self, lambda view: view.selection, self._on_selection)
        desk.watch_view(self, lambda view: view.tool, self._on_tool)
        self.bar.installEventFilter(self)

    def set_cover(self, cover: QWidget | None) -> None:
        """Lay a page over the map (the welcome page), or take it away."""
        if self.cover is not None and self.cover is not cover:
            self.cover.hide()
        self.cover = cover
        if cover is not None:
            cover.setParent(self)
            cover.show()
        self.strip.setVisible(cover is None)
        self._place()

    def float_legend(self, legend: QWidget) -> None:
        """Keep a legend at the trailing corner above the map."""
        self._legend = legend
        legend.installEventFilter(self)

    def head_with(self, head: QWidget) -> None:
        """Keep a bar above the map; it takes room from the map while it is shown."""
        self._head = head
        head.setParent(self)
        head.hide()
        head.installEventFilter(self)

    def show_panes(self, panes: Panes) -> None:
        """Show one map, two side by side, or one over the other."""
        self.panes.show(panes)
        self._place()

    def shut_down(self) -> None:
        """Stop the work of all maps."""
        self.panes.shut_down()
        self.canvas.shut_down()

    def _on_viewport(self, viewport: Viewport) -> None:
        self._desk.view.set_viewport(viewport)

    def _on_language(self) -> None:
        for canvas in self.panes.canvases:
            canvas.set_words(self._desk.words)
        self._on_selection(self._desk.view.view.selection)
        self._place()

    def choose_measure(self, *, area: bool) -> None:
        """Measure lengths or areas."""
        self._measures_area = area
        self._desk.view.set_tool(Tool.MEASURE)
        self._on_tool(Tool.MEASURE)

    def draw(self, ended: Ended, *, area: bool) -> None:
        """Draw an area or a line on the map, once; a tool that is chosen meanwhile ends it."""

        def told(points: Points) -> None:
            self._on_tool(self._desk.view.tool)
            ended(points)

        for canvas in self.panes.canvases:
            canvas.set_tool((DrawArea if area else DrawLine)(told))
            canvas.setFocus()

    def _on_tool(self, tool: Tool) -> None:
        for canvas in self.panes.canvases:
            canvas.set_tool(self._gesture(tool))
        area = tool is Tool.MEASURE and self._measures_area
        for other in Tool:
            self._actions.check(f"tool.{other.value}", other is tool and not area)
        self._actions.check("tool.measure-area", area)

    def _gesture(self, tool: Tool) -> Gesture:
        measuring = MeasureArea if self._measures_area else MeasureLength
        return measuring() if tool is Tool.MEASURE else _GESTURES[tool]()

    def _on_clicked(self, x: float, y: float, modifiers: Qt.KeyboardModifier) -> None:
        view = self._desk.view
        canvas = self.canvas
        hits = identify(canvas.scene, x, y, canvas.pick_tolerance, canvas.viewport.units_per_px)
        preferred = self._preferred(hits)
        if preferred is None:
            if not modifiers & _ADDING:
                view.clear_selection()
            return
        mode = SelectMode.TOGGLE if modifiers & _ADDING else SelectMode.REPLACE
        view.select(preferred.layer_id, [preferred.row_id], mode=mode)

    def _preferred(self, hits: tuple[Hit, ...]) -> Hit | None:
        """The hit in the active layer, else the parcel, else the topmost one."""
        for layer_id in (self._desk.view.active_layer_id, self._desk.project.parcels_id):
            found = next((hit for hit in hits if hit.layer_id == layer_id), None)
            if found is not None:
                return found
        return hits[0] if hits else None

    def _on_rectangle(self, extent: Extent, modifiers: Qt.KeyboardModifier) -> None:
        layer_id = self._selectable_layer()
        if not layer_id:
            return
        ids = select_extent(self.canvas.scene, layer_id, extent)
        mode = SelectMode.ADD if modifiers & _CONTROL else SelectMode.REPLACE
        self._desk.view.select(layer_id, ids, mode=mode)

    def _selectable_layer(self) -> str:
        """The active layer if it is drawn, else the parcels, else the topmost vector layer."""
        scene = self.canvas.scene
        wanted = (self._desk.view.active_layer_id, self._desk.project.parcels_id)
        for layer_id in wanted:
            if layer_id and scene.vector(layer_id) is not None:
                return layer_id
        return scene.vectors[-1].id if scene.vectors else ""

    def _on_selection(self, selection: object) -> None:
        for canvas in self.panes.canvases:
            canvas.set_selection(self._desk.view.view.selection)
        count = self._desk.view.selected_count
        layer_id = self._desk.project.parcels_id
        parcels = len(self._desk.view.selected(layer_id)) if layer_id else 0
        key = "selection.parcels" if parcels == count else "selection.features"
        self.bar.count.setText(self._desk.speech.plural(key, count))
        self.bar.offered = frozenset(("sector", "regime", "zoom") if parcels else ("zoom",))
        self.bar.setVisible(count > 0)
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        placed = {QEvent.Type.LayoutRequest, QEvent.Type.Show, QEvent.Type.Hide}
        if watched in (self.bar, self._legend, self._head) and event.type() in placed:
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        width, height = self.width(), self.height()
        above = self._place_head(width)
        self.panes.place(QRect(0, above, width, height - above))
        self._drop_hint.setGeometry(GAP_PX, GAP_PX, width - 2 * GAP_PX, height - 2 * GAP_PX)
        self.strip.adjustSize()
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        self.strip.move(width - self.strip.width() - GAP_PX if rtl else GAP_PX, above + GAP_PX)
        top = height - self.bar.sizeHint().height() - BELOW_BAR_PX
        beside = self.strip.width() + GAP_PX if self.strip.geometry().bottom() > top else 0
        room = width - beside
        self.bar.fit(room - 2 * GAP_PX)
        left = (room - self.bar.width()) // 2 + (0 if rtl else beside)
        self.bar.move(left, top)
        if self._legend is not None:
            left = GAP_PX if rtl else width - self._legend.width() - GAP_PX
            self._legend.move(left, (above or SWITCH_PX) + GAP_PX)
            self._legend.raise_()
        if self.cover is not None:
            self.cover.setGeometry(0, 0, width, height)
            self.cover.raise_()
        for floating in (self.strip, self.bar):
            floating.raise_()

    def _place_head(self, width: int) -> int:
        """Lay the bar above the map; return the room it takes."""
        if self._head is None or self._head.isHidden() or self.cover is not None:
            return 0
        height = self._head.sizeHint().height()
        self._head.setGeometry(0, 0, width, height)
        return height

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._place()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            self._drop_hint.show()
            self._drop_hint.raise_()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._drop_hint.hide()
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self._drop_hint.hide()
        files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if files:
            event.acceptProposedAction()
            self.files_dropped.emit(files)


_GESTURES: dict[Tool, type[Gesture]] = {
    Tool.PAN: Pan,
    Tool.SELECT: Navigate,
    Tool.RECTANGLE: SelectRectangle,
}
_CONTROL = Qt.KeyboardModifier.ControlModifier
_ADDING = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
