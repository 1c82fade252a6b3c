"""The main window: puts the parts together and lets them ask each other.

Owns arrangement, collapsing and the memory of both. Thin: what parts show and do is theirs.
"""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QByteArray, QPoint, Qt, QTimer
from PySide6.QtWidgets import QMenu, QSplitter, QWidget

from emadina_gis.app.actions import Actions
from emadina_gis.app.bottom_panel import BottomPanel
from emadina_gis.app.controls import column
from emadina_gis.app.dialogs.choose import Choose
from emadina_gis.app.layouts.views import LayoutViews
from emadina_gis.app.leaving import Leaving
from emadina_gis.app.map_area import MapArea
from emadina_gis.app.map_moves import MapMoves
from emadina_gis.app.massing.views import MapViews
from emadina_gis.app.outputs import Outputs
from emadina_gis.app.panels.command_palette import CommandPalette
from emadina_gis.app.panels.inspector import Inspector
from emadina_gis.app.panels.layers import LayersPanel
from emadina_gis.app.panels.welcome import WelcomePage
from emadina_gis.app.project_files import ProjectFiles
from emadina_gis.app.real_shapes import RealShapes
from emadina_gis.app.regulation.files import DocumentFiles
from emadina_gis.app.scenario_views import ScenarioViews
from emadina_gis.app.scenes import Scenes
from emadina_gis.app.side_panels import SidePanels
from emadina_gis.app.status_bar import StatusBar
from emadina_gis.app.tab_order import OrderedWindow
from emadina_gis.app.top_bar import TopBar
from emadina_gis.app.window_actions import window_actions
from emadina_gis.app.window_panels import WindowPanels
from emadina_gis.render.mesh_store import keeping_meshes
from emadina_gis.session.commands.scenarios import SetRegime

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QCloseEvent, QResizeEvent

    from emadina_gis.app.desk import Desk
    from emadina_gis.domain.layer import Layer

LAYERS_PX = 264
SIDE_PX = 344
BOTTOM_PX = 236
COMPACT_PX = 1440


class MainWindow(OrderedWindow):
    """The window over one desk."""

    def __init__(self, desk: Desk, *, use_gl: bool = True) -> None:
        super().__init__()
        self.desk = desk
        self.setObjectName("window")
        self.cache = keeping_meshes(desk.reader.cache)
        self.files = ProjectFiles(desk, self)
        self.choose = Choose(desk, self)
        self.leaving = Leaving(desk, self.files, self.choose)
        self.outputs = Outputs(desk, self)
        self.view_ = MapMoves(desk, lambda: self.map.canvas)
        self.actions_ = Actions(desk.voice, self)
        self.actions_.add(*window_actions(self))
        self.top = TopBar(desk, self.actions_, self)
        self.map = MapArea(desk, self.actions_, use_gl=use_gl)
        self.views = MapViews(desk, self.map, use_gl=use_gl)
        self.layers = LayersPanel(desk, self.cache)
        self.inspector = Inspector(desk)
        self.side = SidePanels(self.inspector)
        self.bottom = BottomPanel(desk)
        self.status = StatusBar(desk, self)
        self.welcome = WelcomePage(desk)
        self.palette_ = CommandPalette(desk, self.actions_, self)
        self.scenes = Scenes(desk, self.map.canvas, self.cache)
        self.panels = WindowPanels(self)
        self.scenarios = ScenarioViews(self)
        self.documents = DocumentFiles(self)
        self.real_shapes = RealShapes(desk, self)
        self._hidden: set[str] = set()
        self._may_close = False
        self._lay_out()
        self.layouts = LayoutViews(self, self._rows)
        self.setLocale(desk.speech.locale)
        self._connect()
        self._restore()

    # --- arrangement --------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self._columns = QSplitter(Qt.Orientation.Horizontal)
        self._rows = QSplitter(Qt.Orientation.Vertical)
        leading = self.layers
        leading.setObjectName("page")
        leading.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        for part in (leading, self.views, self.side):
            self._columns.addWidget(part)
        self._columns.setStretchFactor(1, 1)
        self._rows.addWidget(self._columns)
        self._rows.addWidget(self.bottom)
        self._rows.setStretchFactor(0, 1)
        for splitter in (self._columns, self._rows):
            splitter.setHandleWidth(1)
            splitter.setChildrenCollapsible(False)
        leading.setMinimumWidth(200)
        self.side.setMinimumWidth(270)
        self.map.setMinimumSize(280, 200)
        self.bottom.setMinimumHeight(self.desk.theme.px(BOTTOM_PX))
        holder = QWidget()
        whole = column(holder, spacing=0)
        for widget in (self.top, self.desk.notices):
            whole.addWidget(widget)
        whole.addWidget(self._rows, 1)
        whole.addWidget(self.status)
        self.setCentralWidget(holder)
        stops = (self.top.print, self.layers.add_button, self.layers.list, self.map.canvas)
        for before, after in pairwise(stops):
            QWidget.setTabOrder(before, after)
        self.setMinimumSize(640, 380)

    def _restore(self) -> None:
        recall = self.desk.preferences.recall
        geometry = recall("geometry")
        if not (geometry and self.restoreGeometry(QByteArray.fromBase64(geometry.encode()))):
            self.resize(1440, 900)
        scale = self.desk.preferences.settings.text_scale
        usual = [min(round(px * scale), self.width() * 2 // 7) for px in (LAYERS_PX, 900, SIDE_PX)]
        self._columns.setSizes(recall("columns") or usual)
        self._rows.setSizes(recall("rows") or [700, round(BOTTOM_PX * scale)])
        self._hidden = set(recall("hidden", []))
        self.layers.setVisible("layers" not in self._hidden)
        self._on_layers(self.desk.project.layers)

    def _collapsible(self) -> dict[str, QWidget]:
        return {"layers": self.layers, "inspector": self.side, "bottom": self.bottom}

    def remember(self) -> None:
        """Keep sizes and collapsed panels for the next start."""
        values: dict[str, object] = {"hidden": sorted(self._hidden)}
        if not any(part.isHidden() for part in self._collapsible().values()):
            values.update(columns=self._columns.sizes(), rows=self._rows.sizes())
        geometry = bytes(self.saveGeometry().toBase64().data()).decode()
        self.desk.preferences.remember(geometry=geometry, **values)

    def _show_toggles(self) -> None:
        for name, part in self._collapsible().items():
            self.actions_.check(f"view.{name}", not part.isHidden())

    def toggle_layers(self) -> None:
        """Show or hide the layers."""
        self._toggle(self.layers)

    def toggle_side(self) -> None:
        """Show or hide the trailing side."""
        self._toggle(self.side)

    def toggle_bottom(self) -> None:
        """Show or hide what is below the map."""
        self._toggle(self.bottom)

    def _toggle(self, part: QWidget) -> None:
        name = next(name for name, other in self._collapsible().items() if other is part)
        part.setVisible(part.isHidden())
        self._hidden = self._hidden | {name} if part.isHidden() else self._hidden - {name}
        self._show_toggles()

    def open_bottom(self, name: str) -> None:
        """Show a page below the map."""
        self.bottom.show()
        self._hidden.discard("bottom")
        self.bottom.open(name)
        self._show_toggles()

    def open_side(self, name: str) -> QWidget:
        """Show a panel in the trailing side."""
        panel = self.side.open(name)
        self._hidden.discard("inspector")
        self._show_toggles()
        panel.setFocus()
        return panel

    # --- connections --------------------------------------------------------------------------

    def _connect(self) -> None:
        desk = self.desk
        self._connect_map()
        self._connect_panels()
        self.files.opened.connect(self._on_opened)
        self.files.state_changed.connect(self._show_state)
        self.files.save_as_wanted.connect(self.save_as)
        self.scenes.built.connect(self.layers.show_ready)
        desk.watch(self, lambda project: project, lambda _project: self._show_state())
        desk.watch(self, lambda project: project.layers, self._on_layers)
        desk.watch_view(self, lambda view: view.selection, lambda _value: self._show_enabled())
        desk.speech.changed.connect(self._on_language)
        desk.results.changed.connect(self._show_enabled)
        desk.preferences.unsaved.connect(desk.notices.error)

    def _connect_map(self) -> None:
        area = self.map
        bar = area.bar
        bar.offer("sector", "selection.change-sector", self.change_sector)
        bar.offer("regime", "selection.regime", self._open_regime_menu)
        bar.offer("zoom", "selection.zoom", self.view_.zoom_selection)
        area.pointer_moved.connect(self.status.show_pointer)
        area.pointer_left.connect(self.status.hide_pointer)
        area.files_dropped.connect(self.open_files)
        area.context_asked.connect(self._open_map_menu)
        self.status.scale_asked.connect(area.canvas.set_scale)
        self.status.crs_asked.connect(self.panels.open_crs_menu)
        self.status.problems_asked.connect(lambda: self.open_side("problems"))
        self.top.search.chosen.connect(self.view_.go_to)

    def _connect_panels(self) -> None:
        layers = self.layers
        layers.add_asked.connect(self.choose_data)
        layers.zoom_asked.connect(self.view_.zoom_layer)
        layers.style_asked.connect(self.open_style)
        layers.table_asked.connect(self._open_table_of)
        layers.properties_asked.connect(self.panels.open_properties)
        self.inspector.note_asked.connect(self.write_note)
        self.bottom.collapse_asked.connect(self.toggle_bottom)
        self.bottom.table.zoom_asked.connect(lambda _id: self.view_.zoom_selection())
        welcome = self.welcome
        welcome.demo_asked.connect(self.open_demo)
        welcome.open_asked.connect(self.choose_project)
        welcome.add_asked.connect(self.choose_data)
        welcome.recent_asked.connect(self.open_project)
        welcome.missing_asked.connect(self.panels.find_missing)
        welcome.forget_asked.connect(self.panels.forget_recent)

    def _on_opened(self) -> None:
        self.side.close_panel()
        self.scenes.fit_next()

    def _on_layers(self, layers: tuple[Layer, ...]) -> None:
        self.map.set_cover(None if layers else self.welcome)
        for name, part in (("inspector", self.side), ("bottom", self.bottom)):
            if layers and part.isHidden():  # showing it takes long: each has a turn of its own
                QTimer.singleShot(0, part, partial(self._reveal, name, part))
            else:
                self._reveal(name, part)
        self._show_toggles()
        self.desk.view.forget_missing(self.desk.project)
        self._show_enabled()

    def _reveal(self, name: str, part: QWidget) -> None:
        part.setVisible(bool(self.desk.project.layers) and name not in self._hidden)
        self._show_toggles()

    def _on_language(self) -> None:
        self.setLocale(self.desk.speech.locale)
        self._show_state()

    def _show_state(self) -> None:
        desk, store = self.desk, self.desk.store
        title = desk.speech.title(desk.project.title)
        marks = "" if store.is_clean else " •"
        if self.files.read_only:
            marks = f" ({desk.speech.text('files.read-only-mark')})"
        self.setWindowTitle(f"{title}{marks} — emadina_gis")
        self._say_step("edit.undo", store.undo_label)
        self._say_step("edit.redo", store.redo_label)
        self._show_enabled()

    def _say_step(self, action_id: str, label: object) -> None:
        words = self.desk.words
        name = words.text(action_id)
        if label is not None:
            name = words.text(f"{action_id}-step", step=label.said(words))  # type: ignore[attr-defined]
        self.actions_.rename(action_id, name)

    def _show_enabled(self) -> None:
        desk = self.desk
        has_layers = bool(desk.project.layers)
        selected = desk.view.selected_count > 0
        parcels = len(self.inspector.selected_parcels()) > 0
        simulated = desk.results.active is not None
        enable = self.actions_.enable
        enable("edit.undo", desk.store.can_undo)
        enable("edit.redo", desk.store.can_redo)
        for action_id in ("edit.select-none", "view.zoom-selection"):
            enable(action_id, selected)
        for action_id in ("file.print-pdf", "file.print", "file.publish", "view.zoom-all",
                          "edit.select-by", "edit.select-all", "edit.search"):  # fmt: skip
            enable(action_id, has_layers)
        enable("edit.change-sector", parcels and simulated)
        enable("file.note", parcels and simulated)
        enable("file.compare", len(desk.project.scenarios) > 1 and simulated)

    # --- projects -----------------------------------------------------------------------------

    def open_demo(self) -> None:
        """Open the bundled region."""
        self.leaving.leave(self.files.open_demo)

    def new_project(self) -> None:
        """Start an empty project."""
        self.leaving.leave(self.files.new)

    def close_project(self) -> None:
        """Leave the project for the welcome page."""
        self.new_project()

    def choose_project(self) -> None:
        """Ask for a project and open it."""
        path = self.choose.project_to_open()
        if path is not None:
            self.open_project(path)

    def open_project(self, path: Path) -> None:
        """Open a project file."""
        self.leaving.leave(lambda: self.files.open(path))

    def open_files(self, files: list[Path]) -> None:
        """Open what was dropped or named: a project, or data to add."""
        projects = [path for path in files if path.suffix == ".emadina"]
        data = [path for path in files if path.suffix != ".emadina"]
        if projects:
            self.open_project(projects[0])
        if data:
            self.panels.diagnose(data)

    def choose_data(self) -> None:
        """Ask for data files and read them."""
        files = self.choose.data_files()
        if files:
            self.open_files(files)

    def save(self) -> None:
        """Write the project file."""
        self.files.save()

    def save_as(self) -> None:
        """Ask for a file and write it."""
        title = self.desk.speech.title(self.desk.project.title)
        path = self.choose.save_as("file.save-as", title, ".emadina")
        if path is not None:
            self.files.save_as(path)

    # --- the map ------------------------------------------------------------------------------

    def measure(self, *, area: bool) -> None:
        """Measure lengths or areas on the map."""
        self.map.choose_measure(area=area)

    def select_all(self) -> None:
        """Select all rows of the active layer."""
        layer = self.bottom.table.layer or self.panels.selection.target
        if layer is not None:
            self.desk.view.select(layer.id, layer.table.ids)

    def change_sector(self) -> None:
        """Choose another sector for the selected parcels."""
        self.side.close_panel()
        self.side.show()
        self._show_toggles()
        self.inspector.open_chooser()

    def _open_regime_menu(self) -> None:
        button = self.map.bar.buttons["regime"]
        menu = QMenu(self)
        menu.addAction(self.desk.speech.text("regime.question")).setEnabled(False)
        for key, value in (("regime.yes", True), ("regime.no", False), ("regime.unknown", None)):
            menu.addAction(self.desk.speech.text(key), partial(self.set_regime, value))
        menu.popup(button.mapToGlobal(QPoint(0, -menu.sizeHint().height())))

    def set_regime(self, lot: bool | None) -> None:
        """Say whether the selected parcels come from a lotissement."""
        ids = self.inspector.selected_parcels()
        if len(ids):
            scenario_id = self.desk.results.scenario_id
            self.desk.do(SetRegime(scenario_id, np.asarray(ids).tolist(), lot))

    def _open_map_menu(self, x: float, y: float, position: QPoint) -> None:
        menu = self.actions_.menu(
            self,
            ("view.zoom-all", "view.zoom-selection", "", "edit.change-sector", "file.note", "",
             "edit.next-hit", "edit.select-like", "edit.invert-selection", "edit.select-none"),
        )  # fmt: skip
        menu.addSeparator()
        copy = self.desk.speech.text("map.copy-coordinates")
        menu.addAction(copy, lambda: self.panels.copy_coordinates(x, y))
        menu.popup(position)

    # --- panels and outputs -------------------------------------------------------------------

    def open_style(self, layer_id: str) -> None:
        """Show the style of a layer."""
        self.panels.open_style(layer_id)

    def open_active_style(self) -> None:
        """Show the style of the active layer."""
        layer = self.bottom.table.layer
        if layer is not None:
            self.open_style(layer.id)

    def _open_table_of(self, layer_id: str) -> None:
        self.desk.view.activate_layer(layer_id)
        self.open_bottom("table")

    def open_select_by(self) -> None:
        """Show the panel that selects by a formula."""
        self.panels.open_select_by()

    def open_palette(self) -> None:
        """Show all actions by name."""
        self.palette_.open()

    def focus_search(self) -> None:
        """Put the cursor into the search field."""
        self.top.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.top.search.selectAll()

    def focus_map(self) -> None:
        """Give the keys to the map."""
        self.map.canvas.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def focus_layers(self) -> None:
        """Give the keys to the layer list."""
        self.layers.show()
        self.layers.list.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def add_scenario(self) -> None:
        """Add a scenario and show it."""
        self.top.scenarios.add()

    def import_scenario(self) -> None:
        """Ask for the file of a scenario, and add it."""
        self.scenarios.files.ask_import()

    def step_scenario(self, by: int) -> None:
        """Show the next or the previous scenario."""
        self.top.scenarios.step(by)

    def compare(self) -> None:
        """Show the scenario beside the reference, and why they differ."""
        self.scenarios.compare()

    def print_pdf(self) -> None:
        """Print a sheet into a PDF."""
        self.outputs.ask_sheet(self.map.canvas.viewport)

    def print_native(self) -> None:
        """Print a sheet on a printer."""
        self.outputs.print_native(self.map.canvas.viewport)

    def publish(self) -> None:
        """Offer the web map and the annexes."""
        self.open_side("publish")

    def write_note(self) -> None:
        """Write the note of the selected parcels."""
        self.outputs.ask_note(self.inspector.selected_parcels())

    def escape(self) -> None:
        """Cancel the running job, else close what is open, else select nothing."""
        if self.map.cancel_drawing() or self.desk.jobs.cancel_shown() or self.map.leave_tool():
            return
        if self.side.current != "inspector":
            self.side.close_panel()
        elif self.inspector.is_choosing:
            self.inspector.close_chooser()
        elif not self.scenarios.stop_comparing():
            self.desk.view.clear_selection()

    # --- Qt -----------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.top.set_compact(self.width() < self.desk.theme.px(COMPACT_PX))

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.files.has_unsaved and not self._may_close:
            event.ignore()
            self.leaving.leave(self.close, self._close_now)
            return
        self.remember()
        self.hide()
        self.scenes.shut_down()
        self.scenarios.shut_down()
        self.desk.plan.shut_down()
        self.desk.jobs.stop()
        self.desk.reader.close()
        self.files.close()
        self.views.shut_down()
        self.map.shut_down()
        super().closeEvent(event)

    def _close_now(self) -> None:
        self._may_close = True
        self.close()
