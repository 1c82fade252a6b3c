"""Atlas: a page per feature of a layer, or a series of tiles; how many pages, then written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QComboBox, QWidget

from emadina_gis.app.controls import column, hairline, narrow_list, plain_label, set_tone
from emadina_gis.app.notices import Offer
from emadina_gis.app.panels.atlas_fields import FeatureFields, SeriesFields, fill
from emadina_gis.app.panels.side_page import SidePage
from emadina_gis.errors import EmadinaError
from emadina_gis.report.atlas import plan_atlas
from emadina_gis.report.presets import Preset
from emadina_gis.session.jobs import NewestWins
from emadina_gis.session.phrase import Phrase
from emadina_gis.workflows.atlas import (
    AtlasRequest,
    SeriesRequest,
    print_atlas,
    print_series,
    series_tiles,
)
from emadina_gis.workflows.printing import SheetChoice

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from emadina_gis.app.desk import Desk
    from emadina_gis.app.dialogs.choose import Choose
    from emadina_gis.domain.layer import VectorLayer
    from emadina_gis.progress import Context
    from emadina_gis.report.atlas_write import WrittenAtlas

FEATURES, SERIES = "features", "series"
ONE_FILE, FILES = "one", "files"


class AtlasPanel(SidePage):
    """Choices of an atlas, the number of its pages, and its writing in the background."""

    def __init__(self, desk: Desk, choose: Choose) -> None:
        super().__init__(desk, "atlas.panel.title")
        self._choose = choose
        self._newest = NewestWins(desk.jobs)
        self.kind, self.layout_list, self.layers = (self._list() for _ in range(3))
        self.features, self.series = FeatureFields(desk), SeriesFields(desk)
        self.files, self.preset = self._list(), self._list()
        self.count = plain_label("", "secondary", wrap=True)
        self.write_button = desk.voice.button(
            "atlas.panel.write", self.ask, look="accent", icon="printer"
        )
        self._lay_out()
        desk.watch(self, lambda project: (project.layers, project.layouts), lambda _: self._show())
        desk.watch_view(self, lambda view: view.selection, lambda _ids: self._on_selection())
        desk.watch_view(self, lambda view: view.viewport, lambda _view: self._on_viewport())
        desk.results.changed.connect(self._show)
        desk.speech.changed.connect(self._show)
        self._show()

    def _lay_out(self) -> None:
        for key, widget in (("kind", self.kind), ("layout", self.layout_list)):
            self._labelled(f"atlas.panel.{key}", widget)
        self._labelled("atlas.panel.layer", self.layers)
        self.content.addWidget(hairline())
        for fields in (self.features, self.series):
            fields.changed.connect(self._count_soon)
            self.content.addWidget(fields)
        self.content.addWidget(hairline())
        for key, widget in (("files", self.files), ("preset", self.preset)):
            self._labelled(f"atlas.panel.{key}", widget)
        self.content.addStretch(1)
        self.foot.addWidget(self.count)
        self.foot.addWidget(self.write_button)

    def _list(self) -> QComboBox:
        box = narrow_list()
        box.activated.connect(lambda _index: self._show())
        return box

    def _labelled(self, key: str, widget: QWidget) -> None:
        whole = QWidget()
        lines = column(whole, spacing=2)
        label = plain_label("", "secondary", wrap=True)
        lines.addWidget(label)
        lines.addWidget(widget)
        self._desk.speech.bind(self, key, label.setText, widget.setAccessibleName)
        self.content.addWidget(whole)

    # --- what is chosen -----------------------------------------------------------------------

    @property
    def is_series(self) -> bool:
        """Whether tiles are printed, not features."""
        return bool(self.kind.currentData() == SERIES)

    @property
    def is_split(self) -> bool:
        """Whether each page gets its file."""
        return bool(self.files.currentData() == FILES)

    @property
    def layer(self) -> VectorLayer | None:
        """The layer whose features make pages, or that the tiles cover."""
        project, chosen = self._desk.project, str(self.layers.currentData() or "")
        return project.vector_layer(chosen) if chosen and project.has_layer(chosen) else None

    def request(self) -> AtlasRequest | SeriesRequest | None:
        """Return what is asked for, None where the project has no layer or no layout."""
        layer, layout = self.layer, str(self.layout_list.currentData() or "")
        if layer is None or not layout:
            return None
        preset = Preset(str(self.preset.currentData()))
        if self.is_series:
            tiles = self.series.choice()
            return SeriesRequest(layout, tiles, layer.id, is_split=self.is_split, preset=preset)
        pages = self.features.choice()
        return AtlasRequest(layout, layer.id, pages, is_split=self.is_split, preset=preset)

    # --- the page -----------------------------------------------------------------------------

    def open_layer(self, layer_id: str) -> None:
        """Offer an atlas over a layer."""
        found = self.layers.findData(layer_id)
        if found >= 0:
            self.layers.setCurrentIndex(found)
        self._show()

    def _show(self) -> None:
        say, project = self._desk.speech, self._desk.project
        for box, name, kinds in (
            (self.kind, "kind", (FEATURES, SERIES)),
            (self.files, "files", (ONE_FILE, FILES)),
            (self.preset, "preset", tuple(map(str, Preset))),
        ):
            fill(box, [(say.text(f"atlas.panel.{name}-{kind}"), kind) for kind in kinds], kinds[0])
        if not self.preset.property("chosen"):
            self.preset.setProperty("chosen", True)
            self.preset.setCurrentIndex(self.preset.findData(str(Preset.SCREEN)))
        fill(self.layout_list, [(say.title(one.title), one.id) for one in project.layouts])
        layers = [layer for layer in project.vector_layers if layer.table.has_geometry]
        usual = self._desk.view.active_layer_id or project.parcels_id
        fill(self.layers, [(say.title(layer.title), layer.id) for layer in layers], usual)
        self.features.setVisible(not self.is_series)
        self.series.setVisible(self.is_series)
        self.features.show_layer(self.layer)
        self.series.show_again()
        self._count_soon()

    def _on_selection(self) -> None:
        self.features.show_selection()
        self._count_soon()

    def _on_viewport(self) -> None:
        fields = self.series if self.is_series else self.features
        if fields.seen.isChecked() and self.isVisible():
            self._count_soon()

    # --- how many pages -----------------------------------------------------------------------

    def _count_soon(self) -> None:
        self.write_button.setEnabled(False)
        self.features.where.show_error("")
        counted = self._counting()
        if counted is None:
            self._say(self._desk.speech.text("atlas.panel.nothing"))
            return
        self._newest.submit(counted, done=self._show_count, failed=self._show_refusal)

    def _counting(self) -> Callable[[Context], int] | None:
        """Return what counts the pages in the background."""
        request, layer = self.request(), self.layer
        project, words = self._desk.project, self._desk.words
        if request is None or layer is None:
            return None
        if isinstance(request, SeriesRequest):
            more = int(request.tiles.has_index)
            return lambda _ctx: len(series_tiles(project, request)) + more
        columns = self._desk.results.columns_of(layer)
        return lambda _ctx: len(plan_atlas(layer, project, words, request.pages, columns))

    def _show_count(self, count: int) -> None:
        self._say(self._desk.speech.plural("atlas.panel.count", count))
        self.write_button.setEnabled(True)

    def _show_refusal(self, error: Exception) -> None:
        if not isinstance(error, EmadinaError):
            raise error
        what, following = self._desk.words.error(error)
        if error.code.startswith("formula.") and not self.is_series:
            self.features.where.show_error(what)
        self._say(f"{what} {following}".strip(), "error")

    def _say(self, text: str, tone: str = "secondary") -> None:
        self.count.setText(text)
        set_tone(self.count, tone)

    # --- writing ------------------------------------------------------------------------------

    def ask(self) -> None:
        """Ask where to write and write."""
        layer = self.layer
        if layer is None:
            return
        if self.is_split:
            path = self._choose.folder("atlas.panel.save-folder")
        else:
            name = self._desk.speech.title(layer.title)
            path = self._choose.save_as("atlas.panel.save-as", name, ".pdf")
        if path is not None:
            self.write(path)

    def write(self, path: Path) -> None:
        """Write the atlas in the background; a run that was stopped goes on."""
        request = self.request()
        if request is None:
            return
        project, words, results = self._desk.project, self._desk.words, self._desk.results
        choice = SheetChoice(results.scenario_id, outcome_of=results.outcome_of)

        def work(ctx: Context) -> WrittenAtlas:
            if isinstance(request, SeriesRequest):
                return print_series(project, request, path, words, choice=choice, ctx=ctx)
            return print_atlas(project, request, path, words, choice=choice, ctx=ctx)

        self._desk.jobs.submit_shown(
            "job.atlas",
            work,
            done=self._tell,
            failed=self._desk.notices.error,
            cancelled=lambda: self._desk.notices.tell(
                Phrase("atlas.panel.stopped"), Phrase("atlas.panel.stopped-next")
            ),
        )

    def _tell(self, written: WrittenAtlas) -> None:
        told = Phrase("atlas.panel.done", {"name": written.path.name}, written.page_count)
        file, folder = written.path, written.manifest_path.parent
        self._desk.notices.done(
            told,
            Offer("output.open", lambda: _open(file)),
            Offer("output.folder", lambda: _open(folder)),
        )


def _open(path: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
