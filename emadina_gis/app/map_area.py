"""The middle of the window: the canvas, and what floats over it: tools, selection bar, drop hint.

Owns where they lie and which gesture is in use; what gestures mean for the selection is
`map_selecting`'s. What can be done with a selection is asked by signals.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QToolButton, QWidget

from emadina_gis.app.canvas.compare_area import ComparePanes, Panes
from emadina_gis.app.canvas.draw import DrawArea, DrawLine
from emadina_gis.app.canvas.map_canvas import MapCanvas
from emadina_gis.app.canvas.measure import MeasureArea, MeasureLength
from emadina_gis.app.controls import row
from emadina_gis.app.map_selecting import MapSelecting
from emadina_gis.app.panels.layer_legend import Elided
from emadina_gis.app.panels.select_options import SelectOptions
from emadina_gis.app.pointing import Pointing
from emadina_gis.session.view_state import Tool

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QResizeEvent

    from emadina_gis.app.actions import Actions
    from emadina_gis.app.canvas.draw import Ended, Points
    from emadina_gis.app.canvas.gestures import Gesture
    from emadina_gis.app.desk import Desk
    from emadina_gis.domain.viewport import Viewport

GAP_PX = 12
TOOL_PX = 34
#: Room under the selection bar for the scale bar.
BELOW_BAR_PX = 40
#: Room above the legend for the choice of views.
SWITCH_PX = 48


class ToolStrip(QFrame):
    """Tools of the map, one above the other; in two columns where the map is low."""

    def __init__(self, actions: Actions, ids: tuple[str, ...], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("strip")
        self._grid = QGridLayout(self)
        self._grid.setSpacing(2)
        self._grid.setContentsMargins(4, 4, 4, 4)
        self.buttons: dict[str, QToolButton] = {}
        for action_id in ids:
            button = actions.button(action_id)
            button.setIconSize(QSize(18, 18))
            button.setFixedSize(TOOL_PX, TOOL_PX)
            self.buttons[action_id] = button
        self._rows = 0
        self.fit(len(ids) * (TOOL_PX + 2))

    def fit(self, height_px: int) -> None:
        """Stand in as few columns as a height allows."""
        most = max(1, (height_px - 8) // (TOOL_PX + 2))
        columns = -(-len(self.buttons) // most)
        rows = -(-len(self.buttons) // columns)
        if rows != self._rows:
            self._rows = rows
            for index, button in enumerate(self.buttons.values()):
                self._grid.addWidget(button, index % rows, index // rows)
        self.adjustSize()


class SelectionBar(QFrame):
    """How much is selected, and what can be done with it."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setObjectName("floating")
        self.offered: frozenset[str] = frozenset()
        self.count = Elided("")
        self._line = row(self, spacing=4, margins=(16, 6, 8, 6))
        self._line.addWidget(self.count)
        self._line.addSpacing(8)
        self.buttons: dict[str, QPushButton] = {}
        self.more = desk.voice.tool("selecting.more", "ellipsis", None, "on_float")
        self._line.addWidget(self.more)
        self.close_button = desk.voice.tool(
            "selection.clear", "x", desk.view.clear_selection, "on_float"
        )
        self._line.addWidget(self.close_button)
        self.hide()

    def offer(self, name: str, key: str, clicked: object) -> QPushButton:
        """Add what can be done with a selection."""
        button = self._desk.voice.button(key, clicked)  # type: ignore[arg-type]
        self._line.insertWidget(self._line.count() - 2, button)
        self.buttons[name] = button
        return button

    def fit(self, width_px: int) -> None:
        """Show what is offered, and leave out the least where the map is narrow."""
        left_out: set[str] = set()
        for name in ("", "zoom", "regime", "sector"):
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
        #: Makes the tool that measures areas, or lengths.
        self.make_measure: Callable[[bool], Gesture] = _plain_measure
        self._use_gl = use_gl
        self.setAcceptDrops(True)
        self.canvas = MapCanvas(self, words=desk.words, use_gl=use_gl)
        self.strip = ToolStrip(
            actions,
            ("tool.select", "tool.pan", "tool.rectangle", "tool.lasso", "tool.polygon",
             "tool.buffer", "tool.measure", "tool.measure-area", "view.zoom-in", "view.zoom-out",
             "view.zoom-all"),
            self,
        )  # fmt: skip
        self.pointing = Pointing(desk)
        self.selecting = MapSelecting(desk, lambda: self.canvas, self.pointing)
        self.options = SelectOptions(desk, lambda: self.selecting.layer_id, self)
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
        canvas.clicked.connect(self.selecting.take_click)
        canvas.rectangle_selected.connect(self.selecting.take_rectangle)
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
        canvas.frame_drawn.connect(self._show_layer)
        for floating in (self.bar, self.options):
            floating.installEventFilter(self)

    def set_cover(self, cover: QWidget | None) -> None:
        """Lay a page over the map (the welcome page), or take it away."""
        if self.cover is not None and self.cover is not cover:
            self.cover.hide()
        self.cover = cover
        if cover is not None:
            cover.setParent(self)
            cover.show()
        self.strip.setVisible(cover is None)
        if cover is None:
            self.options.show_layers()
        else:
            self.options.hide()
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
        if tool is Tool.MEASURE:
            return self.make_measure(self._measures_area)
        return self.selecting.gesture(tool)

    def cancel_drawing(self) -> bool:
        """Give up what a tool has begun; False where nothing was."""
        has_begun = any(pane.tool.is_drawing for pane in self.panes.canvases)
        for pane in self.panes.canvases:
            pane.tool.cancel(pane)
        return has_begun

    def leave_tool(self) -> bool:
        """Take up the everyday tool in place of one that draws; False where none was in use."""
        view = self._desk.view
        draws = view.tool.selects and view.tool is not Tool.SELECT
        if draws:
            view.set_tool(Tool.SELECT)
        return draws

    def _show_layer(self) -> None:
        """Show the layer that is selected in, once another scene is drawn."""
        if self.options.layer.currentData() != self.selecting.layer_id:
            self.options.show_layers()

    def _on_selection(self, selection: object) -> None:
        for canvas in self.panes.canvases:
            canvas.set_selection(self._desk.view.view.selection)
        count = self._desk.view.selected_count
        layer_id = self._desk.project.parcels_id
        parcels = len(self._desk.view.selected(layer_id)) if layer_id else 0
        self.bar.count.set_full(self._said_selection(count, parcels))
        self.bar.offered = frozenset(("sector", "regime", "zoom") if parcels else ("zoom",))
        self.bar.setVisible(count > 0)
        self._place()

    def _said_selection(self, count: int, parcels: int) -> str:
        """Return how much is selected and in which layer."""
        speech, layers = self._desk.speech, tuple(self._desk.view.view.selection)
        if parcels == count:
            return speech.plural("selection.parcels", count)
        said = speech.plural("selection.features", count)
        if len(layers) == 1 and self._desk.project.has_layer(layers[0]):
            return f"{said} · {speech.title(self._desk.project.layer(layers[0]).title)}"
        return f"{said} · {speech.plural('selecting.layers', len(layers))}"

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        placed = {QEvent.Type.LayoutRequest, QEvent.Type.Show, QEvent.Type.Hide}
        floating = (self.bar, self.options, self._legend, self._head)
        if watched in floating and event.type() in placed:
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        width, height = self.width(), self.height()
        above = self._place_head(width)
        self.panes.place(QRect(0, above, width, height - above))
        self._drop_hint.setGeometry(GAP_PX, GAP_PX, width - 2 * GAP_PX, height - 2 * GAP_PX)
        self.strip.fit(height - above - GAP_PX - BELOW_BAR_PX)
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
        self._place_options(above, rtl)
        for floating in (self.strip, self.options, self.bar):
            floating.raise_()

    def _place_options(self, above: int, rtl: bool) -> None:
        """Lay the options beside the tools, under the choice of views where both lack room."""
        self.options.adjustSize()
        options, beside = self.options, self.strip.width() + 2 * GAP_PX
        top = above + GAP_PX
        switch = self._switch()
        if not switch.isEmpty() and options.width() + beside > self.width() - switch.width():
            top = max(top, above + switch.bottom() + GAP_PX // 2)
        left = self.width() - beside - options.width() if rtl else beside
        options.move(left, top)

    def _switch(self) -> QRect:
        """Return the room that the choice of views takes at the trailing corner."""
        views = self.parentWidget()
        switch = None if views is None else views.findChild(QFrame, "segments")
        if switch is None or switch.isHidden():
            return QRect()
        return QRect(0, 0, switch.width() + 2 * GAP_PX, switch.y() + switch.height())

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


def _plain_measure(area: bool) -> Gesture:
    return MeasureArea() if area else MeasureLength()
