"""The geometry of a layer: what is wrong and where, what can be mended, how neighbours fit.

Owns the choice of the layer and the background work; findings are the domain's. Looks again when
the layer's geometry changes while it is seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Signal

from emadina_gis.app.controls import hairline, narrow_list, plain_label
from emadina_gis.app.models.geometry_texts import GeometryTexts
from emadina_gis.app.panels.geometry_coverage import CoverageFindings
from emadina_gis.app.panels.geometry_repairs import Repairs
from emadina_gis.app.panels.geometry_walk import Findings, Stops, Walk
from emadina_gis.app.panels.side_page import SidePage
from emadina_gis.domain.geometry import Kind
from emadina_gis.errors import EmadinaError
from emadina_gis.session.jobs import JobState
from emadina_gis.session.phrase import Phrase
from emadina_gis.workflows.mending import examine, mended, repair_of

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QShowEvent
    from PySide6.QtWidgets import QWidget

    from emadina_gis.app.desk import Desk
    from emadina_gis.domain.geometry_check import Finding
    from emadina_gis.domain.layer import VectorLayer
    from emadina_gis.domain.repair import RepairPlan
    from emadina_gis.progress import Context
    from emadina_gis.session.commands.geometry import RepairGeometry
    from emadina_gis.session.jobs import JobHandle
    from emadina_gis.workflows.mending import Examination

#: Share of the work that is mending; the rest is writing the working copy ahead of the command.
_MENDING_SHARE = 0.7


class GeometryPanel(SidePage):
    """Findings, repairs and neighbours of one layer.

    Signals
    -------
    place_asked(layer_id, x, y)
        Show a place of a layer, in its CRS.
    """

    place_asked = Signal(str, float, float)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "geometry.title")
        self.layer_id = ""
        self.examined: Examination | None = None
        self._job: JobHandle | None = None
        self.layers = narrow_list()
        self.state = plain_label("", "muted", wrap=True)
        self.stop_button = desk.voice.button("geometry.stop", self.stop, look="link")
        self.again = desk.voice.button("geometry.again", self.start, look="link")
        self.walk = Walk(desk)
        self.findings = Findings(desk, "geometry.findings", self.walk)
        self.repairs = Repairs(desk)
        self.coverage = CoverageFindings(desk, self.walk)
        self._lay_out()
        self.layers.activated.connect(lambda _at: self.show_layer(str(self.layers.currentData())))
        self.repairs.mend_asked.connect(self.mend)
        for part in (self.walk, self.repairs):
            part.place_asked.connect(self.place_asked)
        desk.speech.bind(self, "geometry.layer", self.layers.setAccessibleName)
        desk.watch(self, lambda project: project.layers, lambda _layers: self._on_layers())
        desk.jobs.changed.connect(self._on_jobs)
        desk.speech.changed.connect(self._on_language)
        desk.theme.changed.connect(self._show)

    def _lay_out(self) -> None:
        voice = self._desk.voice
        self._lines = [hairline(), hairline()]
        self._titles = [
            voice.label(f"geometry.{part}", "section") for part in ("findings", "repairs.title")
        ]
        order: tuple[QWidget, ...] = (
            self.layers, self.state, self.stop_button, self.again,
            self._titles[0], self.findings, self._lines[0],
            self._titles[1], self.repairs, self._lines[1], self.coverage,
        )  # fmt: skip
        for widget in order:
            self.content.addWidget(widget)
        self.content.addStretch(1)
        self.foot.addWidget(self.walk)

    # --- the layer ----------------------------------------------------------------------------

    @property
    def layer(self) -> VectorLayer | None:
        """The layer that is checked."""
        project = self._desk.project
        return project.vector_layer(self.layer_id) if project.has_layer(self.layer_id) else None

    def open_layer(self, layer_id: str = "") -> None:
        """Show a layer: the one given, else the active one, the parcels, or the first."""
        known = [layer.id for layer in self._offered()]
        wished = (layer_id, self._desk.view.active_layer_id, self._desk.project.parcels_id, *known)
        self._list_layers()
        self.show_layer(next((wish for wish in wished if wish in known), ""))

    def show_layer(self, layer_id: str) -> None:
        """Check another layer."""
        self.layer_id, self.examined = layer_id, None
        self.layers.setCurrentIndex(self.layers.findData(layer_id))
        self.coverage.show_layer(self.layer)
        self.start()

    def _offered(self) -> list[VectorLayer]:
        return [layer for layer in self._desk.project.vector_layers if layer.table.has_geometry]

    def _list_layers(self) -> None:
        offered = self._offered()
        self.layers.clear()
        for layer in offered:
            self.layers.addItem(self._desk.speech.title(layer.title), layer.id)
        self.layers.setCurrentIndex(self.layers.findData(self.layer_id))
        self.layers.setVisible(bool(offered))

    def _on_layers(self) -> None:
        """Look again where the geometry is another one and the panel is seen."""
        self._list_layers()
        layer = self.layer
        if layer is None:
            self.layer_id, self.examined = "", None
            self.stop()
            self.coverage.show_layer(None)
            self._show()
            return
        if self.examined is not None and not self._still_holds(layer):
            self.coverage.show_layer(layer)
            self.examined = None
            if self.isVisible():
                self.start()

    def _still_holds(self, layer: VectorLayer) -> bool:
        """Whether the geometry is the very one that was looked at, in the same system."""
        examined = self.examined
        if examined is None:
            return False
        old, new = examined.layer.table, layer.table
        chunks, others = old.geometry or (), new.geometry or ()
        same = len(chunks) == len(others) and all(
            a is b for a, b in zip(chunks, others, strict=True)
        )
        return same and old.crs == new.crs

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.examined is None and self._job is None and self.layer is not None:
            self.start()

    # --- work ---------------------------------------------------------------------------------

    def start(self) -> None:
        """Look at the layer in the background."""
        self.stop()
        layer = self.layer
        if layer is None:
            self._show()
            return
        self._job = self._desk.jobs.submit_shown(
            "geometry.checking",
            lambda ctx: examine(layer, ctx),
            done=self._take,
            failed=self._on_failed,
        )
        self._show()

    def stop(self) -> None:
        """Stop what runs."""
        if self._job is not None:
            self._job.cancel()

    def _take(self, examined: Examination) -> None:
        layer = self.layer
        if layer is None or layer.id != examined.layer.id:
            return
        self._job = None
        self.examined = examined
        if not self._still_holds(layer):
            self.start()
            return
        self._show()

    def _on_failed(self, error: Exception) -> None:
        self._job = None
        if not isinstance(error, EmadinaError):
            raise error
        self._show()
        self.state.setText(" ".join(self._desk.words.error(error)))

    def _on_jobs(self) -> None:
        """Say that the work was stopped, by the button or by Esc."""
        if self._job is not None and self._job.state is JobState.CANCELLED:
            self._job = None
            self._show()

    def mend(self, plan: RepairPlan, ids: NDArray[np.int64]) -> None:
        """Do a part of a plan in one step that can be undone, computed in the background."""
        layer, desk = self.layer, self._desk
        if layer is None or not len(ids):
            return

        def work(ctx: Context) -> RepairGeometry:
            part = plan.of(ids)
            changed = mended(layer, part, ctx.part(0.0, _MENDING_SHARE))
            desk.store.announce((changed,), ctx.part(_MENDING_SHARE, 1.0))
            return repair_of(layer, part, changed)

        def take(command: RepairGeometry) -> None:
            if desk.do(command):
                desk.notices.done(Phrase("geometry.repairs.done", count=command.count))

        desk.jobs.submit_shown("geometry.mending", work, done=take, failed=desk.notices.error)

    # --- showing ------------------------------------------------------------------------------

    def _on_language(self) -> None:
        self._list_layers()
        self._show()

    def _show(self) -> None:
        layer, examined = self.layer, self.examined
        busy = self._job is not None
        self.stop_button.setVisible(busy)
        self.again.setVisible(not busy and layer is not None and examined is None)
        for widget in (*self._titles, *self._lines, self.repairs):
            widget.setVisible(examined is not None)
        self.coverage.setVisible(layer is not None and layer.table.main_kind == Kind.POLYGON)
        self.state.setText(self._state())
        stops: tuple[Stops, ...] = ()
        if layer is not None and examined is not None:
            texts = GeometryTexts(layer, self._desk.words)
            stops = tuple(_stops_of(finding, texts) for finding in examined.check.findings)
        self._titles[0].setVisible(bool(stops))
        self.findings.show_stops(self.layer_id, stops)
        self.repairs.show_plan(layer, None if examined is None else examined.plan)
        self._titles[1].setVisible(examined is not None and len(examined.plan) > 0)
        self.repairs.setVisible(examined is not None and len(examined.plan) > 0)
        self._lines[0].setVisible(bool(stops) and not self.repairs.isHidden())
        self._lines[1].setVisible(not self.coverage.isHidden())

    def _state(self) -> str:
        speech, examined = self._desk.speech, self.examined
        if not self._offered():
            return speech.text("geometry.no-layer")
        if examined is None:
            return speech.text("geometry.checking" if self._job is not None else "geometry.stopped")
        check = examined.check
        key = "geometry.checked" if check.findings else "geometry.sound"
        said = speech.plural(key, check.row_count)
        return said if check.is_measured else f"{said}\n{speech.text('geometry.unmeasured')}"


def _stops_of(finding: Finding, texts: GeometryTexts) -> Stops:
    what, following = texts.problem(finding.problem())
    ids, mates = finding.ids, finding.mates
    both = ids[:, None] if mates is None else np.column_stack([ids, mates])
    return Stops(
        what,
        following,
        finding.severity,
        both.ravel(),
        lambda at: both[at],
        finding.places,
        lambda at: texts.name(int(ids[at])),
        finding.count,
    )
