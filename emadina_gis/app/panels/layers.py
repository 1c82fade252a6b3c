"""The layers panel: list with legend; show, order, rename, fade; what else can be done by menu.

Owns the list; each change is a command. Order by drag or Alt+Up and Alt+Down, Space shows and
hides, F2 renames, Delete removes, the menu key opens the menu.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QWidget,
    QWidgetAction,
)

from emadina_gis.app.controls import Slider, column, plain_label, row
from emadina_gis.app.models.layer_scales import Limit, out_of_scale, said_limit
from emadina_gis.app.models.legend import (
    has_one_symbol,
    legend_is_ready,
    legend_items,
    symbol_item,
)
from emadina_gis.app.panels.layer_legend import swatch_pixmap
from emadina_gis.app.panels.layer_row import LayerRow
from emadina_gis.domain.layer import Layer, RasterLayer, VectorLayer
from emadina_gis.render.legend import coloured_by
from emadina_gis.session.commands.layers import (
    MoveLayer,
    RemoveLayer,
    RenameLayer,
    SetLayerOpacity,
    SetLayerVisible,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PySide6.QtGui import QDropEvent, QKeyEvent

    from emadina_gis.app.desk import Desk
    from emadina_gis.app.models.legend import Item
    from emadina_gis.domain.column import Column
    from emadina_gis.domain.viewport import Viewport
    from emadina_gis.render.derived import DerivedCache

LAYER_ID = Qt.ItemDataRole.UserRole
#: Height of a row until it is made.
ROW_PX = 28
#: Rows wait for work in the background, which would slow each of them down, but not for long.
BUSY_PAUSE_MS = 40
MOST_PAUSES = 50
#: What a change of style or outcome means for the rows is shown so much later: the map goes first.
LATER_MS = 15


class LayerList(QListWidget):
    """The list; drops and keys become signals, the order is the store's."""

    moved = Signal(str, int)
    key_pressed = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)

    def dropEvent(self, event: QDropEvent) -> None:
        """Say where the layer was dropped; the store answers with the new order."""
        item = self.currentItem()
        event.setDropAction(Qt.DropAction.IgnoreAction)
        event.accept()
        if item is not None:
            self.moved.emit(item.data(LAYER_ID), self._index_at(event.position().toPoint()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that change the current layer."""
        item = self.currentItem()
        name = _KEYS.get((Qt.Key(event.key()), _alt(event)))
        if not self.count() or name is None:
            super().keyPressEvent(event)
            return
        self.key_pressed.emit(item.data(LAYER_ID), name)

    def _index_at(self, point: QPoint) -> int:
        source = self.currentRow()
        for index in range(self.count()):
            rect = self.visualItemRect(self.item(index))
            if point.y() < rect.center().y():
                return index - 1 if index > source else index
        return self.count() - 1


def _alt(event: QKeyEvent) -> bool:
    return bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)


_KEYS = {
    (Qt.Key.Key_Up, True): "up",
    (Qt.Key.Key_Down, True): "down",
    (Qt.Key.Key_Space, False): "eye",
    (Qt.Key.Key_F2, False): "rename",
    (Qt.Key.Key_Delete, False): "remove",
    (Qt.Key.Key_Return, False): "zoom",
    (Qt.Key.Key_Enter, False): "zoom",
    (Qt.Key.Key_Menu, False): "menu",
}


class LayersPanel(QWidget):
    """Layers with their legend; `zoom`, `style`, `table` and `properties` ask for other rooms."""

    add_asked = Signal()
    zoom_asked = Signal(str)
    style_asked = Signal(str)
    table_asked = Signal(str)
    properties_asked = Signal(str)
    export_asked = Signal(str)
    geometry_asked = Signal(str)
    place_asked = Signal(str)
    labels_asked = Signal(str)
    unplaced_asked = Signal(str)

    def __init__(self, desk: Desk, cache: DerivedCache) -> None:
        super().__init__()
        self._desk = desk
        self._cache = cache
        self._rows: dict[str, LayerRow] = {}
        self._theme: tuple[str, tuple[Item, ...], str] | None = None
        self._shown: dict[str, tuple[object, ...]] = {}
        self._folded: set[str] = set()
        self._unplaced: dict[str, int] = {}
        self._out_of_scale: dict[str, Limit] = {}
        self._pauses = 0
        self._builder = QTimer(self)
        self._builder.setSingleShot(True)
        self._builder.timeout.connect(self._build_next)
        self._shower = QTimer(self)
        self._shower.setSingleShot(True)
        self._shower.setInterval(LATER_MS)
        self._shower.timeout.connect(self._show_changed)
        self._fitter = QTimer(self)
        self._fitter.setSingleShot(True)
        self._fitter.timeout.connect(self._fit_rows)
        self.list = LayerList()
        head = row(margins=(14, 10, 10, 4))
        head.addWidget(desk.voice.label("layers.title", "section"), 1)
        self.add_button = desk.voice.tool("layers.add", "plus", self.add_asked.emit)
        head.addWidget(self.add_button)
        whole = column(self, spacing=0)
        whole.addLayout(head)
        whole.addWidget(self.list, 1)
        self._empty = desk.voice.label("layers.empty", "secondary")
        self._empty.setWordWrap(True)
        self._empty.setContentsMargins(16, 4, 16, 16)
        whole.addWidget(self._empty)
        self._rest = QWidget()
        whole.addWidget(self._rest, 1)
        desk.speech.bind(self, "layers.title", self.list.setAccessibleName)
        self._connect()

    def _connect(self) -> None:
        desk = self._desk
        self.list.moved.connect(self._move)
        self.list.key_pressed.connect(self._on_key)
        self.list.customContextMenuRequested.connect(self._on_context)
        self.list.currentItemChanged.connect(self._on_current)
        desk.watch(self, lambda project: project.layers, self._on_layers)
        desk.watch_view(self, lambda view: view.active_layer_id, self._on_active)
        desk.watch_view(self, lambda view: view.viewport, self._on_viewport)
        desk.speech.changed.connect(self._show_all)
        desk.theme.changed.connect(self._show_all_soon)
        desk.results.changed.connect(self._show_soon)

    def show_ready(self) -> None:
        """Show the legends of layers that were classified meanwhile."""
        self._show_soon()

    def _show_soon(self) -> None:
        """Show what has changed when the map has been asked for its picture: that goes first."""
        if not self._shower.isActive():
            self._shower.start()

    def show_theme(self, layer_id: str, items: tuple[Item, ...], coloured_by: str) -> None:
        """Show other classes for a layer that is coloured by something else for a while."""
        self._theme = (layer_id, items, coloured_by) if items else None
        self._show_changed()

    def show_unplaced(self, counts: dict[str, int]) -> None:
        """Say how many labels of each layer have no place in the view."""
        self._unplaced = counts
        self._show_changed()

    def _on_viewport(self, _viewport: Viewport | None) -> None:
        """Say which layers are not drawn at this scale."""
        if self._limits() != self._out_of_scale:
            self._show_changed()

    def _limits(self) -> dict[str, Limit]:
        viewport = self._desk.view.viewport
        return {} if viewport is None else out_of_scale(self._desk.project, viewport)

    @property
    def is_complete(self) -> bool:
        """Whether all rows are made."""
        return len(self._rows) == self.list.count()

    def row_of(self, layer_id: str) -> LayerRow:
        """Return the widget of a layer as it is now, made if it was not."""
        if layer_id not in self._rows:
            self._build(self._ids().index(layer_id))
        if self._shower.isActive():
            self._show_changed()
        return self._rows[layer_id]

    def start_rename(self, layer_id: str) -> None:
        """Let the person type another name for a layer."""
        self.row_of(layer_id).start_rename()

    def menu_of(self, layer_id: str) -> QMenu:
        """Return the menu of a layer."""
        menu = QMenu(self)
        layer = self._desk.project.layer(layer_id)
        say = self._desk.speech.text
        menu.addAction(say("layers.zoom"), lambda: self.zoom_asked.emit(layer_id))
        menu.addAction(say("layers.style"), lambda: self.style_asked.emit(layer_id))
        if isinstance(layer, VectorLayer):
            menu.addAction(say("layers.table"), lambda: self.table_asked.emit(layer_id))
            menu.addAction(say("layers.labels"), lambda: self.labels_asked.emit(layer_id))
        menu.addAction(say("layers.properties"), lambda: self.properties_asked.emit(layer_id))
        if isinstance(layer, VectorLayer):
            menu.addAction(say("layers.export"), lambda: self.export_asked.emit(layer_id))
        if isinstance(layer, VectorLayer):
            menu.addAction(say("layers.geometry"), lambda: self.geometry_asked.emit(layer_id))
        if isinstance(layer, RasterLayer) or layer.table.has_geometry:
            menu.addAction(say("placing.open-layer"), lambda: self.place_asked.emit(layer_id))
        menu.addSeparator()
        menu.addAction(self._opacity_action(menu, layer))
        menu.addSeparator()
        menu.addAction(say("layers.up"), lambda: self._step(layer_id, -1))
        menu.addAction(say("layers.down"), lambda: self._step(layer_id, 1))
        menu.addAction(say("layers.rename"), lambda: self.start_rename(layer_id))
        menu.addSeparator()
        menu.addAction(say("layers.remove"), lambda: self._desk.do(RemoveLayer(layer_id)))
        return menu

    def _opacity_action(self, menu: QMenu, layer: Layer) -> QWidgetAction:
        action = QWidgetAction(menu)
        widget = QWidget()
        line = row(widget, margins=(12, 4, 12, 4))
        slider = Slider()
        slider.setRange(0, 100)
        slider.setValue(round(layer.opacity * 100))
        slider.setFixedSize(110, 22)
        name = self._desk.speech.text("layers.opacity")
        slider.setAccessibleName(name)
        value = plain_label(self._percent(slider.value()), "secondary")
        slider.valueChanged.connect(lambda percent: self._fade(layer.id, percent))
        slider.valueChanged.connect(lambda percent: value.setText(self._percent(percent)))
        for part in (plain_label(name), slider, value):
            line.addWidget(part)
        action.setDefaultWidget(widget)
        return action

    def _percent(self, percent: int) -> str:
        return self._desk.words.quantity(percent, "percent")

    def _fade(self, layer_id: str, percent: int) -> None:
        self._desk.do(SetLayerOpacity(layer_id, percent / 100))

    def _on_layers(self, layers: tuple[Layer, ...]) -> None:
        if [layer.id for layer in layers] != self._ids():
            self._rebuild(layers)
        self._empty.setVisible(not layers)
        self.list.setVisible(bool(layers))
        self._rest.setVisible(not layers)
        self._show_soon()

    def _ids(self) -> list[str]:
        return [self.list.item(index).data(LAYER_ID) for index in range(self.list.count())]

    def _rebuild(self, layers: tuple[Layer, ...]) -> None:
        """Bring the list in order; rows that are new follow one by one, see `_build_next`."""
        self.list.blockSignals(True)
        position = self.list.verticalScrollBar().value()
        had_focus = self.list.hasFocus()
        self._put_in_order([layer.id for layer in layers])
        self.list.blockSignals(False)
        self._on_active(self._desk.view.active_layer_id)
        self.list.verticalScrollBar().setValue(position)
        if had_focus:
            self.list.setFocus()
        self._pauses = 0
        self._builder.start(0)

    def _put_in_order(self, wanted: list[str]) -> None:
        kept = set(wanted)
        for index, layer_id in reversed(list(enumerate(self._ids()))):
            if layer_id not in kept:
                self._take_row(index)
        for index, layer_id in enumerate(wanted):
            ids = self._ids()
            if ids[index + 1 : index + 2] == [layer_id]:
                self._take_row(index)  # this one moved down, the others stay
            elif ids[index : index + 1] != [layer_id]:
                if layer_id in ids:
                    self._take_row(ids.index(layer_id))
                self._insert_row(index, layer_id)

    def _insert_row(self, index: int, layer_id: str) -> None:
        item = QListWidgetItem()
        item.setData(LAYER_ID, layer_id)
        item.setText(self._desk.speech.title(self._desk.project.layer(layer_id).title))
        item.setSizeHint(QSize(0, ROW_PX))
        self.list.insertItem(index, item)

    def _take_row(self, index: int) -> None:
        """Take a row off the list; the list deletes its widget."""
        layer_id = self.list.takeItem(index).data(LAYER_ID)
        self._rows.pop(layer_id, None)
        self._shown.pop(layer_id, None)

    def _build_next(self) -> None:
        """Make one row per turn of the event loop: a project has many, and each takes a while.

        Until then the list shows the name alone.
        """
        if self._is_busy and self._pauses < MOST_PAUSES:
            self._pauses += 1
            self._builder.start(BUSY_PAUSE_MS)
            return
        for index, layer_id in enumerate(self._ids()):
            if layer_id not in self._rows:
                self._build(index)
                self._builder.start(0)
                return

    @property
    def _is_busy(self) -> bool:
        return self._desk.jobs.is_busy or self._desk.results.is_busy

    def _build(self, index: int) -> None:
        item = self.list.item(index)
        layer_id = item.data(LAYER_ID)
        layer = self._desk.project.layer(layer_id)
        widget = LayerRow(self._desk.voice)
        widget.eye_clicked.connect(lambda: self._toggle(layer_id))
        widget.unfold_clicked.connect(lambda: self._fold(layer_id))
        widget.menu_asked.connect(lambda: self._open_menu(layer_id))
        widget.renamed.connect(lambda name: self._desk.do(RenameLayer(layer_id, name)))
        widget.rename_ended.connect(self.list.setFocus)
        widget.unplaced_asked.connect(lambda: self.unplaced_asked.emit(layer_id))
        self._rows[layer_id] = widget
        self._shown[layer_id] = self._key_of(layer, self._desk.view.active_layer_id)
        self._show_layer(item, layer)
        item.setText("")
        self.list.setItemWidget(item, widget)

    def _show_all(self) -> None:
        self._shown.clear()
        self._show_changed()

    def _show_all_soon(self) -> None:
        self._shown.clear()
        self._show_soon()

    def _show_changed(self) -> None:
        """Show the layers whose looks depend on something that has changed."""
        self._shower.stop()
        active = self._desk.view.active_layer_id
        self._out_of_scale = self._limits()
        for index, layer in enumerate(self._desk.project.layers):
            if layer.id not in self._rows:
                continue
            key = self._key_of(layer, active)
            old = self._shown.get(layer.id)
            if old is None or any(a is not b and a != b for a, b in zip(old, key, strict=True)):
                self._shown[layer.id] = key
                self._show_layer(self.list.item(index), layer)

    def _key_of(self, layer: Layer, active: str) -> tuple[object, ...]:
        parts: tuple[object, ...] = (layer.title, layer.visible, layer.style, layer.id == active)
        parts = (*parts, layer.id in self._folded, self._is_ready(layer))
        parts = (*parts, self._unplaced.get(layer.id, 0), self._out_of_scale.get(layer.id))
        if isinstance(layer, VectorLayer):
            columns = id(self._desk.results.columns_of(layer))
            return (*parts, id(layer.table), columns, self._theme_of(layer))
        return (*parts, 0, 0, None)

    def _theme_of(self, layer: Layer) -> tuple[str, tuple[Item, ...], str] | None:
        return self._theme if self._theme is not None and self._theme[0] == layer.id else None

    def _is_ready(self, layer: Layer) -> bool:
        return legend_is_ready(layer, self._columns(layer), self._cache)

    def _columns(self, layer: Layer) -> Mapping[str, Column]:
        return self._desk.results.columns_of(layer) if isinstance(layer, VectorLayer) else {}

    def _show_layer(self, item: QListWidgetItem, layer: Layer) -> None:
        widget = self._rows[layer.id]
        name = self._desk.speech.title(layer.title)
        active = layer.id == self._desk.view.active_layer_id
        state = f"layers.said-{'shown' if layer.visible else 'hidden'}{'-active' if active else ''}"
        item.setData(Qt.ItemDataRole.AccessibleTextRole, name)
        widget.show_layer(name, visible=layer.visible, active=active)
        items: tuple[Item, ...] = ()
        if isinstance(layer, VectorLayer) and has_one_symbol(layer):
            widget.show_swatch(
                swatch_pixmap(symbol_item(layer)) if layer.table.has_geometry else None
            )
        elif layer.visible and self._is_ready(layer):
            items = legend_items(layer, self._columns(layer), self._cache, self._desk.words)
        if not has_one_symbol(layer):
            widget.show_swatch(None)
        of = coloured_by(layer, self._desk.words) if isinstance(layer, VectorLayer) else ""
        theme = self._theme_of(layer)
        if theme is not None:
            _id, items, of = theme
        limit = self._out_of_scale.get(layer.id)
        if limit is not None:
            items = ()
        count = self._unplaced.get(layer.id, 0) if layer.visible else 0
        widget.show_unplaced(self._desk.speech.plural("layers.unplaced", count) if count else "")
        widget.show_legend(items, folded=layer.id in self._folded, coloured_by=of)
        widget.show_limit(said_limit(limit, self._desk.words) if limit is not None else "")
        said = (self._desk.speech.text(state), of, *(one.text for one in items))
        told = ", ".join(part for part in said if part)
        item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, told)
        self._fitter.start()
        item.setSizeHint(QSize(0, widget.sizeHint().height()))

    def _fit_rows(self) -> None:
        for index in range(self.list.count()):
            item = self.list.item(index)
            widget = self.list.itemWidget(item)
            if widget is not None:
                item.setSizeHint(QSize(0, widget.sizeHint().height()))

    def _toggle(self, layer_id: str) -> None:
        visible = not self._desk.project.layer(layer_id).visible
        self._desk.do(SetLayerVisible(layer_id, visible))

    def _fold(self, layer_id: str) -> None:
        self._folded ^= {layer_id}
        self._show_changed()

    def _move(self, layer_id: str, index: int) -> None:
        self._desk.do(MoveLayer(layer_id, index))

    def _step(self, layer_id: str, step: int) -> None:
        index = self._ids().index(layer_id) + step
        if 0 <= index < self.list.count():
            self._move(layer_id, index)

    def _on_key(self, layer_id: str, name: str) -> None:
        actions: dict[str, Callable[[], object]] = {
            "up": lambda: self._step(layer_id, -1),
            "down": lambda: self._step(layer_id, 1),
            "eye": lambda: self._toggle(layer_id),
            "rename": lambda: self.start_rename(layer_id),
            "remove": lambda: self._desk.do(RemoveLayer(layer_id)),
            "zoom": lambda: self.zoom_asked.emit(layer_id),
            "menu": lambda: self._open_menu(layer_id),
        }
        actions[name]()

    def _on_context(self, point: QPoint) -> None:
        item = self.list.itemAt(point)
        if item is not None:
            menu = self.menu_of(item.data(LAYER_ID))
            menu.popup(self.list.viewport().mapToGlobal(point))

    def _open_menu(self, layer_id: str) -> None:
        more = self.row_of(layer_id).more
        self.menu_of(layer_id).popup(more.mapToGlobal(QPoint(0, more.height())))

    def _on_current(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self._desk.view.activate_layer(item.data(LAYER_ID))

    def _on_active(self, layer_id: str) -> None:
        ids = self._ids()
        if layer_id in ids and self.list.currentRow() != ids.index(layer_id):
            self.list.blockSignals(True)
            self.list.setCurrentRow(ids.index(layer_id))
            self.list.blockSignals(False)
        self._show_changed()
