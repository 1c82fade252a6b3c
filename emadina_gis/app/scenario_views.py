"""How the window lives with scenarios: previews, the values of sectors, and comparison.

Makes the parts and connects them to the window; owns the scene of the second map, nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from emadina_gis.app.canvas.compare_area import Panes
from emadina_gis.app.colouring import GAINS, OWN, Colouring, Dress
from emadina_gis.app.comparing import Comparing, Mode
from emadina_gis.app.live import Live
from emadina_gis.app.panels.change_form import ChangeForm
from emadina_gis.app.panels.compare import CompareBar
from emadina_gis.app.panels.figure_origin import ParcelFigurePanel
from emadina_gis.app.panels.scenario_page import ScenarioPage
from emadina_gis.app.panels.sector_values import SectorValuesPanel
from emadina_gis.app.scenario_files import ScenarioFiles
from emadina_gis.app.theme_legend import ThemeLegend
from emadina_gis.session.jobs import NewestWins
from emadina_gis.session.phrase import Phrase
from emadina_gis.workflows.comparing import differing_rows

if TYPE_CHECKING:
    from emadina_gis.app.canvas.map_canvas import MapCanvas
    from emadina_gis.app.main_window import MainWindow
    from emadina_gis.render.scene import Scene
    from emadina_gis.report.reading_rows import ReadingRow

#: Between the top of the map and the sign that it lags.
LAG_PX = 14
_PANES = {Mode.SIDE: Panes.SIDE, Mode.SWIPE: Panes.SWIPE}


class ScenarioViews(QObject):
    """Live values and comparison of one window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        desk, area = window.desk, window.map
        self._newest = NewestWins(desk.jobs)
        self._mode = Mode.OFF
        self._drawn: tuple[object, ...] = ()
        self.lag = desk.voice.label("live.lagging")
        self.lag.setParent(area)
        self.lag.setObjectName("mapnote")
        self.lag.hide()
        self.live = Live(desk, area.canvas.frame_drawn, self)
        self.comparing = Comparing(desk, self)
        self.colouring = Colouring(lambda: self.comparing.pair, self)
        self.legend = ThemeLegend(desk, self.colouring, lambda: area.canvas.scene, area)
        name_of = window.top.scenarios.name_of
        self.bar = CompareBar(desk, self.comparing, name_of, area)
        window.bottom.why.compare_with(self.comparing, name_of)
        self.files = ScenarioFiles(window)
        self._connect()

    def _connect(self) -> None:
        window, area = self._window, self._window.map
        self.live.lagging_changed.connect(self._show_lag)
        area.float_legend(self.legend)
        area.head_with(self.bar)
        area.panes.made.connect(self._on_other_made)
        window.scenes.dress_with(self.colouring.dress)
        window.scenes.built.connect(self._on_built)
        self.colouring.changed.connect(window.scenes.build_soon)
        self.comparing.changed.connect(self._on_comparing)
        self.bar.differing_asked.connect(self.show_differing)
        window.side.offer("values", self._make_values)
        window.side.offer("change", self._make_change_form)
        window.side.offer("parcel-figure", self._make_figure)
        window.side.offer("scenario", self._make_page)
        tabs = window.top.scenarios
        tabs.page_asked.connect(self.open_page)
        tabs.export_asked.connect(self.files.ask_export)
        tabs.import_asked.connect(self.files.ask_import)
        window.inspector.values_asked.connect(self.open_values)
        window.inspector.figure_asked.connect(self.open_figure)

    def shut_down(self) -> None:
        """Stop what runs."""
        self.live.shut_down()
        self._newest.cancel()

    def _show_lag(self, lagging: bool) -> None:
        """Say on the map that what it shows is behind what is wished."""
        area = self._window.map
        self.lag.adjustSize()
        top = self.bar.height() if self.bar.isVisible() else 0
        self.lag.move((area.width() - self.lag.width()) // 2, top + LAG_PX)
        self.lag.setVisible(lagging)
        self.lag.raise_()

    # --- values -------------------------------------------------------------------------------

    def _make_values(self) -> SectorValuesPanel:
        panel = SectorValuesPanel(self._window.desk, self.live, self.colouring)
        panel.closed.connect(self._window.side.close_panel)
        panel.scenario_asked.connect(self._window.add_scenario)
        return panel

    def open_values(self) -> SectorValuesPanel:
        """Show the values of the sector of the selected parcels."""
        panel = self._window.open_side("values")
        assert isinstance(panel, SectorValuesPanel)
        return panel

    def _make_page(self) -> ScenarioPage:
        page = ScenarioPage(self._window.desk, self._window.top.scenarios.name_of)
        page.closed.connect(self._window.side.close_panel)
        page.change_asked.connect(lambda: self.open_change_form(""))
        return page

    def _make_change_form(self) -> ChangeForm:
        form = ChangeForm(self._window.desk, self._window.map.draw)
        form.closed.connect(self._window.side.close_panel)
        form.scenario_asked.connect(self._window.add_scenario)
        return form

    def open_change_form(self, kind: str = "") -> ChangeForm:
        """Show the form of a change to the scenario at work, maybe of a kind."""
        self._window.views.show_view("map")
        form = self._window.open_side("change")
        assert isinstance(form, ChangeForm)
        if kind:
            form.choose(kind)
        return form

    def open_page(self, scenario_id: str = "") -> None:
        """Show what a scenario is made of; the active one by default."""
        page = self._window.open_side("scenario")
        assert isinstance(page, ScenarioPage)
        page.show_scenario(scenario_id or self._window.desk.results.scenario_id)

    def _make_figure(self) -> ParcelFigurePanel:
        panel = ParcelFigurePanel(self._window.desk)
        panel.closed.connect(self._window.side.close_panel)
        return panel

    def open_figure(self, line: ReadingRow) -> None:
        """Show where a figure of the selected parcel comes from."""
        heading = self._window.inspector.heading.text()
        panel = self._window.open_side("parcel-figure")
        assert isinstance(panel, ParcelFigurePanel)
        panel.show_figure(heading, line)

    # --- comparison ---------------------------------------------------------------------------

    def compare(self) -> None:
        """Show the active scenario beside the one it is compared with, and why they differ."""
        comparing = self.comparing
        if comparing.is_same and len(self._window.desk.project.scenarios) > 1:
            self._window.step_scenario(1)
        if comparing.mode is Mode.OFF:
            comparing.show(Mode.SIDE)
        self._window.open_bottom("why")

    def show_differing(self) -> None:
        """Select the parcels that differ between both scenarios, and go there."""
        pair, parcels = self.comparing.pair, self._window.desk.project.parcels
        if pair is None or parcels is None:
            return
        rows = differing_rows(*pair)
        if not len(rows):
            self._window.desk.notices.done(Phrase("compare.no-difference"))
            return
        self._window.desk.view.select(parcels.id, parcels.table.ids[rows])
        self._window.view_.zoom_selection()

    def stop_comparing(self) -> bool:
        """Show one map again; False where one is shown."""
        if self.comparing.mode is Mode.OFF:
            return False
        self.comparing.show(Mode.OFF)
        return True

    def _on_comparing(self) -> None:
        mode = self.comparing.mode
        if mode is not self._mode:
            self._show_mode(mode)
        if self._dressed:
            self._window.scenes.build_soon()
        self._draw_other()

    @property
    def _dressed(self) -> bool:
        return self.colouring.theme != OWN

    def _show_mode(self, mode: Mode) -> None:
        before, self._mode = self._mode, mode
        area, views = self._window.map, self._window.views
        if mode is not Mode.OFF:
            views.show_view("map")
        has_parcels = bool(self._window.desk.project.parcels_id)
        views.switch.setVisible(mode is Mode.OFF and has_parcels)
        self.bar.setVisible(mode is not Mode.OFF)
        area.show_panes(_PANES.get(mode, Panes.ONE))
        self.legend.pinned = mode is not Mode.OFF
        if mode is Mode.DIFFERENCE and self.colouring.theme not in GAINS:
            self.colouring.choose(GAINS[0])
        elif before is Mode.DIFFERENCE and self.colouring.theme in GAINS:
            self.colouring.choose(OWN)
        self.legend.refresh()

    def _on_other_made(self, other: MapCanvas) -> None:
        handle, theme = self._window.map.panes.handle, self._window.desk.theme
        if handle is not None:
            speech = self._window.desk.speech
            speech.bind(handle, "compare.handle", handle.setAccessibleName, handle.setToolTip)
            theme.bind(handle, lambda: handle.set_theme(theme.name))
        del other

    def _on_built(self) -> None:
        self.legend.refresh()
        self._window.layers.show_theme(
            self._window.desk.project.parcels_id, self.legend.shown_items, self.legend.shown_name
        )
        self._draw_other()

    def _draw_other(self) -> None:
        """Make the scene of the first scenario for the second map, where it is shown."""
        window, panes = self._window, self._window.map.panes
        first, other = self.comparing.first, panes.other
        if panes.panes is Panes.ONE or other is None or first is None:
            self._newest.cancel()
            self._drawn = ()
            return
        project, theme = window.desk.project, self.colouring.theme
        drawn = (first, project.layers, project.crs, theme, window.scenes.rasters)
        if len(drawn) == len(self._drawn) and all(
            new is old for new, old in zip(drawn, self._drawn, strict=True)
        ):
            return
        self._drawn = drawn
        columns = {project.parcels_id: first.columns}
        make = window.scenes.maker(columns, self._dress_of_first())

        def show(scene: Scene) -> None:
            other.set_scene(scene)

        self._newest.submit(lambda _ctx: make(), done=show)

    def _dress_of_first(self) -> Dress | None:
        """Return the colouring of the first scenario: gains are the second one's to show."""
        if self.colouring.theme in GAINS:
            return None
        return self.colouring.dress(after=self.comparing.first)
