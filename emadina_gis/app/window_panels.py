"""Panels of the trailing side and what they are for: import, selection, problems, help.

Owns their making and their connections to the window.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from emadina_gis.app.crs_entry import add_crs_entry
from emadina_gis.app.doctor.delivery_report import DeliveryReport
from emadina_gis.app.doctor.map_preview import MapPreview
from emadina_gis.app.doctor.panel import DoctorPanel
from emadina_gis.app.labelling import Labelling
from emadina_gis.app.models.accuracy import prepare
from emadina_gis.app.notices import Offer
from emadina_gis.app.panels.about import AboutPanel
from emadina_gis.app.panels.atlas import AtlasPanel
from emadina_gis.app.panels.coefficients import CoefficientsPanel, FigurePanel
from emadina_gis.app.panels.crs_chooser import USUAL, crs_name
from emadina_gis.app.panels.export_layer import ExportPanel
from emadina_gis.app.panels.geometry_check import GeometryPanel
from emadina_gis.app.panels.guide import GuidePanel
from emadina_gis.app.panels.note import NotePanel
from emadina_gis.app.panels.printed_state import PrintedStatePanel
from emadina_gis.app.panels.problems import ProblemsPanel
from emadina_gis.app.panels.properties import PropertiesPanel
from emadina_gis.app.panels.publish import PublishPanel
from emadina_gis.app.panels.raster_style import RasterStylePanel
from emadina_gis.app.panels.report_problem import ReportPanel
from emadina_gis.app.panels.select_by import SelectByPanel
from emadina_gis.app.panels.settings import SettingsPanel
from emadina_gis.app.panels.style import StylePanel
from emadina_gis.app.placing.placing import Placing
from emadina_gis.app.raster_feed import RasterFeed
from emadina_gis.app.raster_readout import RasterReadout
from emadina_gis.app.reach import Reach
from emadina_gis.app.selection_actions import SelectionActions
from emadina_gis.app.table.pages import TablePages
from emadina_gis.app.wayfinding import Wayfinding
from emadina_gis.domain.crs import Crs
from emadina_gis.domain.layer import RasterLayer
from emadina_gis.session.commands.project import SetProjectCrs
from emadina_gis.session.phrase import Phrase
from emadina_gis.session.recent import moved_to, without_recent
from emadina_gis.workflows.relinking import relink

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from emadina_gis.app.main_window import MainWindow
    from emadina_gis.errors import Problem
    from emadina_gis.project import Project
    from emadina_gis.session.commands.sources import Relink


class WindowPanels(QObject):
    """Makes panels when they are asked for."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._opening: tuple[Problem, ...] = ()
        self._drawing: tuple[Problem, ...] = ()
        self._printing: tuple[Problem, ...] = ()
        self._lost: tuple[Problem, ...] = ()
        desk, side = window.desk, window.side
        side.offer("style", self._make_style)
        self._preview = MapPreview(desk, lambda: window.map, lambda: window.welcome)
        side.offer("import", self._make_doctor)
        side.offer("export", lambda: self._closing(ExportPanel(desk, window.choose)))
        window.layers.export_asked.connect(self.open_export)
        side.offer(
            "publish", lambda: self._closing(PublishPanel(desk, window.choose, window.outputs))
        )
        side.offer("atlas", lambda: self._closing(AtlasPanel(desk, window.choose)))
        side.offer("select", lambda: self._closing(SelectByPanel(desk)))
        side.offer("note", self._make_note)
        side.offer("settings", lambda: self._closing(SettingsPanel(desk, window.actions_)))
        side.offer("about", lambda: self._closing(AboutPanel(desk)))
        side.offer("guide", lambda: self._closing(GuidePanel(desk, window.actions_)))
        side.offer("report", lambda: self._closing(ReportPanel(desk, window.choose)))
        side.offer("state", lambda: self._closing(PrintedStatePanel(desk, self._open_copy)))
        side.offer("raster-style", lambda: self._closing(self._make_raster_style()))
        side.offer(
            "coefficients", lambda: self._closing(CoefficientsPanel(desk, window.scenarios.live))
        )
        side.offer("figure", lambda: self._closing(FigurePanel(desk, window.scenarios.live)))
        side.offer("properties", self._make_properties)
        side.offer("geometry", self._make_geometry)
        window.layers.geometry_asked.connect(self.open_geometry)
        self.placing = Placing(window)
        self.tables = TablePages(window)
        self.labelling = Labelling(window)
        self.rasters = RasterFeed(window)
        self.readout = RasterReadout(window)
        self.reach = Reach(window)
        self.ways = Wayfinding(window)
        self.ways.lost_changed.connect(self._on_lost)
        self.selection = SelectionActions(window)
        window.bottom.balance.figure_asked.connect(self.open_figure)
        window.bottom.balance.refreshed.connect(self._refresh_figure)
        side.offer("problems", self._make_problems)
        window.files.problems_found.connect(self._on_opening)
        window.scenes.problems_changed.connect(self._on_drawing)
        window.outputs.found.connect(self._on_printing)
        self.problems()

    def problems(self) -> ProblemsPanel:
        """Return the problems panel: it counts for the status bar, shown or not."""
        panel = self._window.side.panel("problems")
        assert isinstance(panel, ProblemsPanel)
        return panel

    def _make_problems(self) -> QWidget:
        panel = ProblemsPanel(self._window.desk)
        panel.closed.connect(self._window.side.close_panel)
        panel.count_changed.connect(self._window.status.show_problems)
        panel.relink_asked.connect(self.relink)
        panel.show_all()
        return panel

    def _make_style(self) -> QWidget:
        panel = StylePanel(self._window.desk, self._window.cache)
        panel.labels_asked.connect(self.labelling.open)
        panel.tried.connect(self._window.scenes.try_style)
        return self._closing(panel)

    def _open_copy(self, project: Project) -> None:
        window = self._window
        window.leaving.leave(lambda: window.files.open_copy(project))

    def _make_doctor(self) -> QWidget:
        panel = DoctorPanel(self._window.desk, self._preview)
        DeliveryReport(self._window, panel)
        panel.files_asked.connect(self._window.choose_data)
        return self._closing(panel)

    def _make_raster_style(self) -> QWidget:
        slow = (self.rasters.is_slow, self.rasters.build_overviews)
        return RasterStylePanel(self._window.desk, slow)

    def _make_properties(self) -> QWidget:
        panel = PropertiesPanel(self._window.desk)
        panel.closed.connect(self._window.side.close_panel)
        panel.relink_asked.connect(self.relink)
        return panel

    def _make_note(self) -> QWidget:
        window = self._window
        panel = NotePanel(window.desk, window.choose, window.map.draw)
        panel.written.connect(window.outputs.tell_written)
        panel.series_written.connect(window.outputs.tell_series)
        return self._closing(panel)

    def _make_geometry(self) -> QWidget:
        panel = GeometryPanel(self._window.desk)
        panel.place_asked.connect(self._window.view_.zoom_place)
        return self._closing(panel)

    def _closing(self, panel: QWidget) -> QWidget:
        panel.closed.connect(self._window.side.close_panel)  # type: ignore[attr-defined]
        return panel

    def _on_opening(self, problems: tuple[Problem, ...]) -> None:
        self._opening = tuple(problems)
        self._drawing = self._printing = ()
        self._show_other()

    def _on_drawing(self, problems: tuple[Problem, ...]) -> None:
        self._drawing = tuple(problems)
        self._show_other()

    def _on_lost(self, problems: tuple[Problem, ...]) -> None:
        self._lost = tuple(problems)
        self._show_other()

    def _on_printing(self, problems: tuple[Problem, ...]) -> None:
        self._printing = tuple(problems)
        self._show_other()

    def _show_other(self) -> None:
        self.problems().set_other((*self._opening, *self._drawing, *self._lost, *self._printing))

    def note_settings(self) -> None:
        """Tell what was wrong with the settings file."""
        self._on_opening(self._window.desk.preferences.problems)

    def open_properties(self, layer_id: str) -> None:
        """Show what a layer is, its CRS and its roles."""
        panel = self._window.open_side("properties")
        if isinstance(panel, PropertiesPanel):
            panel.show_layer(layer_id)

    def open_export(self, layer_id: str = "") -> None:
        """Offer the export of a layer: the one given, else the active one."""
        panel = self._window.open_side("export")
        if isinstance(panel, ExportPanel):
            panel.export(layer_id or self._window.desk.view.active_layer_id)

    def open_geometry(self, layer_id: str = "") -> None:
        """Check the geometry of a layer: the one given, else the active one."""
        panel = self._window.open_side("geometry")
        if isinstance(panel, GeometryPanel):
            panel.open_layer(layer_id)

    def open_style(self, layer_id: str) -> None:
        """Show the style of a layer."""
        raster = isinstance(self._window.desk.project.layer(layer_id), RasterLayer)
        panel = self._window.open_side("raster-style" if raster else "style")
        if isinstance(panel, StylePanel | RasterStylePanel):
            panel.edit(layer_id)

    def open_figure(self, card_key: str) -> None:
        """Show how a figure of the balance is computed."""
        panel = self._window.open_side("figure")
        balance = self._window.bottom.balance
        if isinstance(panel, FigurePanel):
            panel.show_card(balance.cards[card_key], balance.measure)

    def _refresh_figure(self) -> None:
        side, balance = self._window.side, self._window.bottom.balance
        if side.current != "figure":
            return
        panel = side.panel("figure")
        if isinstance(panel, FigurePanel) and panel.card_key in balance.cards:
            panel.show_card(balance.cards[panel.card_key], balance.measure)

    def relink(self, layer_id: str) -> None:
        """Ask where the file of a layer lies now, and take it."""
        files = self._window.choose.data_files()
        if files:
            self.take_file(layer_id, files[0])

    def take_file(self, layer_id: str, path: Path) -> None:
        """Take a file for a layer, once it was looked at in the background."""
        desk = self._window.desk
        layer = desk.project.layer(layer_id)

        def take(command: Relink) -> None:
            if desk.do(command):
                desk.notices.done(Phrase("file.located", {"name": path.name}))

        desk.jobs.submit_shown(
            "job.reading",
            lambda ctx: relink(layer, path, reader=desk.reader, ctx=ctx),
            done=take,
            failed=desk.notices.error,
        )

    def open_select_by(self) -> None:
        """Show selection by a formula on the active layer."""
        panel = self._window.open_side("select")
        if isinstance(panel, SelectByPanel):
            panel.start()

    def diagnose(self, files: list[Path]) -> None:
        """Read files and show what they are, before anything is added."""
        panel = self._window.open_side("import")
        if isinstance(panel, DoctorPanel):
            panel.read(files)

    def open_crs_menu(self) -> None:
        """Offer the systems in which the map can be shown, above the name of the present one."""
        window, button = self._window, self._window.status.crs
        menu = QMenu(window)
        present = window.desk.project.crs
        known = dict.fromkeys((*(Crs(code) for code in USUAL), *([present] * present.is_known)))
        for crs in known:
            action = menu.addAction(crs_name(window.desk, crs), partial(self._show_in, crs))
            action.setCheckable(True)
            action.setChecked(crs == present)
        add_crs_entry(menu, window.desk, self._show_in)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(button.mapToGlobal(QPoint(0, -menu.sizeHint().height())))

    def _show_in(self, crs: Crs) -> None:
        """Show the map in a system, once the ways there were found in the background."""
        desk = self._window.desk
        project = desk.project

        def done(_found: None) -> None:
            desk.do(SetProjectCrs(crs))

        desk.jobs.submit(lambda _ctx: prepare(project, crs), done=done)

    def copy_coordinates(self, x: float, y: float) -> None:
        """Put the coordinates of a place on the clipboard."""
        QGuiApplication.clipboard().setText(f"{x:.2f} {y:.2f}")
        self._window.desk.notices.done(Phrase("map.copied"))

    # --- recent projects that are gone --------------------------------------------------------

    def find_missing(self, path: Path) -> None:
        """Offer where a missing project may be, to look for it, or to forget it."""
        window = self._window
        found = moved_to(path, ())
        offers = [Offer("missing.choose", window.choose_project),
                  Offer("missing.forget", lambda: self.forget_recent(path))]  # fmt: skip
        following = Phrase("missing.next")
        if found:
            following = Phrase("missing.found", {"path": str(found[0].parent)})
            offers.insert(0, Offer("missing.open-found", lambda: window.open_project(found[0])))
        window.desk.notices.tell(Phrase("missing.what", {"name": path.name}), following, *offers)

    def forget_recent(self, path: Path) -> None:
        """Take a project off the list of recent ones."""
        preferences = self._window.desk.preferences
        preferences.take(without_recent(preferences.settings, path))
