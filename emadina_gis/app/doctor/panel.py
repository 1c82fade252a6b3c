"""The doctor's panel: one calm page for what arrived, whether it is one file or thirty.

Nothing is added before the person says so, unless there is nothing to decide and nothing to tell.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal

from emadina_gis.app.controls import clear, plain_label, row
from emadina_gis.app.doctor.layer_page import LayerPage
from emadina_gis.app.doctor.reading import Reading
from emadina_gis.app.doctor.summary_page import SummaryPage
from emadina_gis.app.panels.side_page import SidePage
from emadina_gis.app.when_seen import WhenSeen
from emadina_gis.domain.layer import VectorLayer
from emadina_gis.errors import EmadinaError
from emadina_gis.progress import NULL_CONTEXT
from emadina_gis.project.model import parcels_like
from emadina_gis.session.commands.layers import AddLayers
from emadina_gis.session.commands.project import SetParcelsLayer
from emadina_gis.session.history import weigh
from emadina_gis.session.phrase import Phrase
from emadina_gis.workflows.arranging import Arrangement, arranged, leading
from emadina_gis.workflows.diagnosis import Arrival, ImportCandidate, Standing, Wishes
from emadina_gis.workflows.intake import Intake
from emadina_gis.workflows.previewing import Placed
from emadina_gis.workflows.remembering import remember

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from PySide6.QtGui import QHideEvent, QShowEvent

    from emadina_gis.app.desk import Desk
    from emadina_gis.app.doctor.map_preview import MapPreview
    from emadina_gis.domain.crs import Crs
    from emadina_gis.domain.layer import Layer
    from emadina_gis.domain.schema import Schema
    from emadina_gis.progress import Context
    from emadina_gis.session.view_state import Ids
    from emadina_gis.workflows.arrivals import Arrivals

#: While files are read the page is made anew at most so often.
SHOW_MS = 120
#: Layers of more rows are arranged in the background.
MOST_AT_ONCE = 20_000


class DoctorPanel(SidePage):
    """Shows an `Intake` and takes decisions about it.

    Signals
    -------
    report_asked()
        A report of what arrived is to be written.
    files_asked()
        Files are to be chosen.
    """

    report_asked = Signal()
    files_asked = Signal()

    def __init__(self, desk: Desk, preview: MapPreview) -> None:
        super().__init__(desk, "import.title")
        self.intake = Intake()
        self.page: LayerPage | SummaryPage | None = None
        self._preview = preview
        self._at_work: Path | None = None
        self._queue: list[Path] = []
        self._open = ""
        self._is_adding = False
        self.reading = Reading(desk, desk.reader)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(SHOW_MS)
        self._later.timeout.connect(self._show)
        self._state = plain_label("", "muted", wrap=True)
        self.add_button = desk.voice.button("import.add", self.add, look="accent", icon="plus")
        self.report_button = desk.voice.button("doctor.report", self.report_asked.emit)
        self.foot.addWidget(self._state)
        buttons = row()
        buttons.addWidget(self.report_button)
        buttons.addWidget(self.add_button, 1)
        self.foot.addLayout(buttons)
        self.summary = self._made_summary()
        self._connect()
        self._show()

    def _connect(self) -> None:
        self.reading.listed.connect(self._on_listed)
        self.reading.began.connect(self._on_began)
        self.reading.read.connect(self._on_read)
        self.reading.stopped.connect(self._on_stopped)
        self.reading.ended.connect(self._on_ended)
        self._desk.speech.changed.connect(self._remake)
        self._desk.theme.changed.connect(WhenSeen(self, self._remake).ask)
        self._desk.watch(self, lambda project: project.id, lambda _id: self._forget_added())

    def _forget_added(self) -> None:
        """Let go of the layers that were added to a project that was left: they may be large."""
        self.intake = replace(self.intake, added=())

    @property
    def candidates(self) -> tuple[ImportCandidate, ...]:
        """The layers that arrived and were not added yet."""
        return self.intake.candidates

    # --- reading ------------------------------------------------------------------------------

    def read(self, files: Iterable[Path]) -> None:
        """Read files and folders in the background; those of before give way."""
        if self.reading.is_running:
            self._queue += files
            return
        self.intake = Intake()
        self._open = ""
        self._preview.clear()
        self.reading.start(files)
        self._show()

    def stop(self) -> None:
        """Read no further; what was read stays listed."""
        self.reading.stop()

    def resume(self) -> None:
        """Read what a stop left."""
        waiting = self.intake.waiting
        self.intake = self.intake.begun_again()
        self.reading.resume(waiting)
        self._show()

    def _on_listed(self, arrivals: Arrivals) -> None:
        self.intake = self.intake.begun(arrivals)
        self._show_later()

    def _on_began(self, path: Path) -> None:
        self._at_work = path
        self._show_later()

    def _on_read(self, arrival: Arrival) -> None:
        self.intake = self.intake.with_arrival(arrival)
        self._show_later()

    def _on_stopped(self) -> None:
        self._queue.clear()
        self.intake = self.intake.stop()
        self._show()

    def _on_ended(self) -> None:
        self._at_work = None
        if self._queue:
            waiting, self._queue = self._queue, []
            self.reading.start(waiting)
            return
        if self.intake.is_clean:
            self.add()
        if not self._is_adding:
            self._show()

    # --- decisions ----------------------------------------------------------------------------

    def open_layer(self, key: str) -> None:
        """Show all about a layer."""
        self._open = key
        self._show()

    def open_list(self) -> None:
        """Go back to the list."""
        self._open = ""
        self._preview.clear()
        self._show()

    def choose_crs(self, keys: list[str], crs: Crs, *, swapped: bool) -> None:
        """Take a system, and an order of axes, for layers."""
        self.intake = self.intake.with_crs(keys, crs).with_axes(keys, swapped=swapped)
        self._show_place(keys, crs, swapped=swapped)
        self._show_state()
        if isinstance(self.page, SummaryPage):
            self._show_later()

    def read_as(self, path: Path, encoding: str) -> None:
        """Read the texts of a file anew with an encoding."""

        def take(arrival: Arrival) -> None:
            self.intake = self.intake.read_again(arrival)
            self._show()

        self.reading.read_again(path, Wishes(encoding=encoding), take)

    def agree_to_sources(self, item: ImportCandidate) -> None:
        """Read a virtual raster with the files beside it that it names."""

        def take(arrival: Arrival) -> None:
            self.intake = self.intake.replaced(item.key, arrival)
            self._show()

        self.reading.read_again(item.path, Wishes(follow_sources=True), take)

    def convert(self, item: ImportCandidate, program: Path) -> None:
        """Convert a drawing with a program of the person's own and show what it holds."""

        def take(arrival: Arrival | None) -> None:
            if arrival is not None:
                self.intake = self.intake.replaced(item.key, arrival)
                self._open = ""
            self._show()

        self.reading.convert(item.path, program, take)

    def add(self) -> None:
        """Add the layers that are ready and wanted, with what was decided."""
        wanted, intake, there = self.intake.addable, self.intake, self._desk.project.layers
        if not wanted or self._is_adding:
            return

        def layers(ctx: Context) -> Arrangement:
            made = arranged(intake.layers(wanted), there)
            weigh((layer.table for layer in made.layers if isinstance(layer, VectorLayer)), ctx)
            return made

        tables = (item.layer.table for item in wanted if isinstance(item.layer, VectorLayer))
        if sum(table.row_count for table in tables) <= MOST_AT_ONCE:
            self._add(wanted, layers(NULL_CONTEXT))
            return
        self._is_adding = True
        self._later.stop()
        self._preview.forget()
        self._show_state()
        self._desk.jobs.submit(
            layers, done=lambda made: self._add(wanted, made), failed=self._on_not_added
        )

    def _on_not_added(self, error: Exception) -> None:
        self._is_adding = False
        self._show_state()
        if not isinstance(error, EmadinaError):
            raise error
        self._desk.notices.error(error)

    def _add(self, wanted: tuple[ImportCandidate, ...], made: Arrangement) -> None:
        self._is_adding, layers = False, made.layers
        if not self._desk.do(AddLayers(layers, over=made.over)):
            return
        self._take_parcels(layers)
        self._remember(layers)
        self._desk.view.activate_layer(leading(layers).id)
        self._desk.notices.done(Phrase("import.added", count=len(layers)))
        self.intake = self.intake.without({item.key for item in wanted})
        self._open = ""
        self._preview.forget()
        self._show()
        if not self.intake.candidates and not self.intake.waiting:
            self.closed.emit()

    def _remember(self, layers: tuple[Layer, ...]) -> None:
        """Keep what the person decided, for the next files of the same senders."""
        chosen, swapped = dict(self.intake.crs), self.intake.swapped
        decided = {*chosen, *swapped, *self.intake.schemas}
        kept = tuple(layer for layer in layers if layer.id in decided)
        if kept:
            self._desk.jobs.submit(lambda _ctx: remember(kept, chosen, swapped))

    def _take_parcels(self, layers: tuple[Layer, ...]) -> None:
        if not self._desk.project.parcels_id and parcels_like(layers):
            self._desk.do(SetParcelsLayer(parcels_like(layers)))

    # --- the page -----------------------------------------------------------------------------

    def _show_later(self) -> None:
        if not self._later.isActive():
            self._later.start()

    def _remake(self) -> None:
        """Make all pages anew: in another language, or in other colours."""
        clear(self.content)
        self.summary = self._made_summary()
        self._show()

    def _made_summary(self) -> SummaryPage:
        page = SummaryPage(self._desk)
        page.opened.connect(self.open_layer)
        page.wanted.connect(self._want)
        page.crs_shown.connect(lambda keys, crs, on: self._show_place(keys, crs, swapped=on))
        page.crs_chosen.connect(lambda keys, crs, on: self.choose_crs(keys, crs, swapped=on))
        page.stop_asked.connect(self.stop)
        page.resume_asked.connect(self.resume)
        self.content.addWidget(page)
        return page

    def _show(self) -> None:
        self._later.stop()
        clear(self.content, keep=1)
        self.page = None
        alone = self._alone()
        opened = self.intake.candidate(self._open) or alone
        if opened is not None:
            self.page = self._layer_page(opened, back=opened is not alone)
            self.content.addWidget(self.page)
        elif self.intake.candidates or self.intake.waiting or self.intake.left_out:
            self.page = self.summary
            self.summary.show_intake(self.intake, self._at_work)
        else:
            self._say_empty()
        self.summary.setVisible(self.page is self.summary)
        self.content.addStretch(1)
        self._show_state()

    def _say_empty(self) -> None:
        key = "import.reading" if self.reading.is_running else "doctor.empty"
        text = self._desk.speech.text(key)
        self.content.addWidget(plain_label(text, "muted", wrap=True))
        if not self.reading.is_running:
            add = self._desk.voice.button("file.add", self.files_asked.emit, icon="file-plus")
            self.content.addWidget(add)

    def _alone(self) -> ImportCandidate | None:
        """Return the layer that arrived alone; None where there is more to see."""
        if len(self.intake.candidates) != 1 or self.intake.waiting or self.intake.left_out:
            return None
        return self.intake.candidates[0]

    def _layer_page(self, item: ImportCandidate, *, back: bool) -> LayerPage:
        page = LayerPage(self._desk, self.intake, item, back=back)
        keys = [item.key]
        page.back_asked.connect(self.open_list)
        page.crs_shown.connect(lambda crs, on: self._show_place(keys, crs, swapped=on))
        page.crs_chosen.connect(lambda crs, on: self.choose_crs(keys, crs, swapped=on))
        page.zoom_asked.connect(lambda: self._show_own_place(item))
        page.encoding_chosen.connect(lambda name: self.read_as(item.path, name))
        page.sources_agreed.connect(lambda: self.agree_to_sources(item))
        page.conversion_agreed.connect(lambda program: self.convert(item, program))
        page.texts_trusted.connect(lambda: self._trust(item))
        page.schema_changed.connect(lambda schema: self._take_schema(item, schema))
        page.rows_asked.connect(lambda ids: self._show_rows(item, ids))
        page.mended.connect(lambda layer: self._take_mended(item, layer))
        page.mending_undone.connect(lambda: self._take_back(item))
        page.placed.connect(self._take_placed)
        self._show_own_place(item)
        return page

    def _want(self, key: str, wanted: bool) -> None:
        self.intake = self.intake.with_wanted(key, wanted=wanted)
        self._show_state()

    def _trust(self, item: ImportCandidate) -> None:
        self.intake = self.intake.trusting([item.key])
        self._show()

    def _take_schema(self, item: ImportCandidate, schema: Schema) -> None:
        self.intake = self.intake.with_schema(item.key, schema)

    def _take_mended(self, item: ImportCandidate, layer: VectorLayer) -> None:
        self.intake = self.intake.mended(item.key, layer)
        self._show()

    def _take_placed(self, item: ImportCandidate) -> None:
        self.intake = self.intake.with_places(item)
        self._show()

    def _take_back(self, item: ImportCandidate) -> None:
        self.intake = self.intake.unmended(item.key)
        self._show()

    # --- the map ------------------------------------------------------------------------------

    def _show_rows(self, item: ImportCandidate, ids: Ids) -> None:
        """Show some rows of a layer where they lie, or would lie by the best guess."""
        layer = item.layer
        if not isinstance(layer, VectorLayer):
            return
        crs, swapped = self._likely(item)
        rows = layer.table.rows_of_ids(ids)
        some = replace(layer, table=layer.table.take(rows))
        self._preview.show((Placed(some, crs, swapped),))

    def _likely(self, item: ImportCandidate) -> tuple[Crs, bool]:
        """Return the system of a layer, else the best guess, to look at it."""
        crs, swapped = self._decided(item)
        if crs.is_known or not item.crs_candidates:
            return crs, swapped
        best = item.crs_candidates[0]
        return best.crs, best.swapped

    def _show_own_place(self, item: ImportCandidate) -> None:
        crs, swapped = self._likely(item)
        self._show_place([item.key], crs, swapped=swapped)

    def _show_place(self, keys: list[str], crs: Crs, *, swapped: bool) -> None:
        """Show where layers would lie in a system; an unknown one shows what was chosen."""
        found = [self.intake.candidate(key) for key in keys]
        placed = []
        for item in found:
            if item is None:
                continue
            looked, turned = (crs, swapped) if crs.is_known else self._decided(item)
            place = self.intake.placed(item, looked, swapped=turned)
            placed += [place] if place is not None else []
        self._preview.show(tuple(placed))

    def _decided(self, item: ImportCandidate) -> tuple[Crs, bool]:
        return self.intake.crs_of(item), item.key in self.intake.swapped

    # --- the foot -----------------------------------------------------------------------------

    def _show_state(self) -> None:
        say = self._desk.speech
        ready = len(self.intake.addable)
        waiting = len([c for c in self.intake.standing_as(Standing.TO_DECIDE) if self._wants(c)])
        is_free = not (self.reading.is_running or self._is_adding)
        self.add_button.setEnabled(bool(ready) and is_free)
        if ready > 1:
            self.add_button.setText(" " + say.plural("doctor.add-many", ready))
        else:
            self.add_button.setText(" " + say.text("import.add"))
        self.report_button.setVisible(bool(self.intake.files))
        text = say.plural("doctor.waiting", waiting) if waiting else ""
        self._state.setText(text)
        self._state.setVisible(bool(text))

    def _wants(self, item: ImportCandidate) -> bool:
        return self.intake.is_wanted(item)

    # --- Qt -----------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Show the layer at its place again, when the panel comes back."""
        super().showEvent(event)
        item = self.intake.candidate(self.page.key) if isinstance(self.page, LayerPage) else None
        if item is not None and not event.spontaneous():
            self._show_own_place(item)

    def hideEvent(self, event: QHideEvent) -> None:
        """Leave the map as it was, however the panel is left."""
        super().hideEvent(event)
        if not event.spontaneous():
            self._preview.clear()
