"""The volumes of what is selected, turned by hand, with what is assumed told beneath.

Owns which parcels are shown and when their scene is built, in the background. What volumes are is
the simulation's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from emadina_gis.app.controls import column, plain_label, row
from emadina_gis.app.massing.facts import scene_facts
from emadina_gis.app.massing.orbit_view import OrbitView
from emadina_gis.app.massing.overlay import MassingOverlay
from emadina_gis.app.massing.palette import massing_palette
from emadina_gis.app.massing.segments import Segments
from emadina_gis.errors import EmadinaError
from emadina_gis.session.jobs import NewestWins
from emadina_gis.session.view_state import SelectMode
from emadina_gis.workflows.massing import (
    gathered,
    row_at,
    rows_in_extent,
    rows_of_block,
    rows_of_ids,
    scene_of,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QShowEvent

    from emadina_gis.app.desk import Desk
    from emadina_gis.domain.extent import Extent
    from emadina_gis.progress import Context
    from emadina_gis.project import Project
    from emadina_gis.render.massing.scene import MassingScene
    from emadina_gis.simulation.scenario_outcome import ScenarioOutcome
    from emadina_gis.workflows.massing import Gathered

    Rows = NDArray[np.intp]

SCOPES = {
    "selection": "massing.scope.selection",
    "block": "massing.scope.block",
    "around": "massing.scope.around",
}
PRESETS = {
    "top": "massing.preset.top",
    "isometric": "massing.preset.isometric",
    "street": "massing.preset.street",
}
GAP_PX = 12


@dataclass(frozen=True, eq=False)
class Made:
    """A scene with what it was made of: of the same parcels another selection takes no time."""

    found: ScenarioOutcome
    rows: Rows
    parts: Gathered
    scene: MassingScene


class VolumePage(QWidget):
    """The view with its choices."""

    def __init__(self, desk: Desk, *, use_gl: bool = True) -> None:
        super().__init__()
        self._desk = desk
        self._newest = NewestWins(desk.jobs)
        self._shown_for: tuple[object, ...] = ()
        self._kept: Made | None = None
        self._taken_px = 0
        self._scope = "selection"
        self.view = OrbitView(MassingOverlay(desk.speech, desk.theme), use_gl=use_gl)
        self.scope = Segments(desk.voice, SCOPES, self.choose_scope, self.view)
        self.presets = Segments(desk.voice, PRESETS, self.view.show_preset, self.view)
        self.strip = self._made_strip()
        self.empty = plain_label("", "muted", wrap=True)
        self.empty.setParent(self.view)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.facts = QLabel()
        self.facts.setWordWrap(True)
        self.facts.setTextFormat(Qt.TextFormat.PlainText)
        self.facts.setProperty("tone", "secondary")
        self.setFocusProxy(self.view)
        self._lay_out()
        self._connect()

    def _made_strip(self) -> QFrame:
        strip = QFrame(self.view)
        strip.setObjectName("strip")
        line = column(strip, spacing=2, margins=(4, 4, 4, 4))
        voice, view = self._desk.voice, self.view
        for key, icon, act in (
            ("massing.zoom-in", "zoom-in", lambda: view.zoom_by(1.5)),
            ("massing.zoom-out", "zoom-out", lambda: view.zoom_by(1 / 1.5)),
            ("massing.face-north", "compass", view.face_north),
            ("massing.reset", "refresh-cw", view.reset),
        ):
            button = voice.tool(key, icon, act)
            button.setIconSize(QSize(18, 18))
            button.setFixedSize(34, 34)
            line.addWidget(button)
        return strip

    def _lay_out(self) -> None:
        whole = column(self, spacing=0)
        whole.addWidget(self.view, 1)
        bar = QFrame()
        bar.setObjectName("statusbar")
        row(bar, margins=(14, 6, 14, 6)).addWidget(self.facts, 1)
        whole.addWidget(bar)
        self.scope.check(self._scope)

    def _connect(self) -> None:
        desk = self._desk
        desk.watch_view(self, lambda view: view.selection, lambda _value: self.refresh())
        desk.results.changed.connect(self.refresh)
        desk.speech.changed.connect(self._say)
        desk.theme.bind(self, lambda: self.view.set_palette(massing_palette(desk.theme)))
        self.view.preset_changed.connect(self.presets.check)
        self.view.resized.connect(self._place)
        self.view.place_clicked.connect(self._on_clicked)

    # --- what is shown ------------------------------------------------------------------------

    def choose_scope(self, scope: str) -> None:
        """Show the selection, its block, or all that the map shows."""
        self._scope = scope
        self.scope.check(scope)
        self.refresh()

    def _wanted(self) -> tuple[object, ...]:
        """Return what the scene depends on."""
        desk = self._desk
        ids = desk.view.selected(desk.project.parcels_id)
        viewport = desk.view.viewport if self._scope == "around" else None
        return (self._scope, ids.tobytes(), viewport, desk.results.active)

    def refresh(self) -> None:
        """Build the scene again where something it depends on is other than last time."""
        wanted = self._wanted()
        if not self.isVisible() or wanted == self._shown_for:
            return
        self._shown_for = wanted
        found, project = self._desk.results.active, self._desk.project
        ids = self._desk.view.selected(project.parcels_id)
        if found is None or (self._scope != "around" and not len(ids)):
            self._newest.cancel()
            self._take(None)
            return
        viewport, scope, kept = self._desk.view.viewport, self._scope, self._kept
        extent = None if viewport is None else viewport.extent
        self._say_working(0.0)

        def work(ctx: Context) -> Made:
            chosen = rows_of_ids(project, np.asarray(ids))
            rows = rows_shown(project, scope, chosen, extent)
            basis = kept if _is_of(kept, found, rows) else None
            parts = basis.parts if basis else gathered(project, found, rows, ctx.part(0.0, 0.8))
            scene = scene_of(parts, chosen, ctx=ctx.part(0.8, 1.0))
            return Made(found, rows, parts, scene)

        self._newest.submit(
            work,
            done=self._take,
            failed=self._on_failed,
            progress=lambda part, _phase: self._say_working(part),
        )

    def _say_working(self, part: float) -> None:
        percent = self._desk.words.quantity(round(100 * part), "percent")
        self.facts.setText(self._desk.speech.text("massing.working", part=percent))

    def _take(self, made: Made | None) -> None:
        before, self._kept = self._kept, made
        same = before is not None and made is not None and np.array_equal(before.rows, made.rows)
        self.view.show_scene(None if made is None else made.scene, reset=not same)
        self._say()

    def _on_clicked(self, east: float, north: float, modifiers: Qt.KeyboardModifier) -> None:
        """Select the parcel that was pointed at."""
        project = self._desk.project
        row = row_at(project, east, north)
        if row is None or project.parcels is None:
            return
        adding = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        mode = SelectMode.TOGGLE if modifiers & adding else SelectMode.REPLACE
        ids = project.parcels.table.ids[[row]]
        self._desk.view.select(project.parcels_id, ids, mode=mode)

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, EmadinaError):
            raise error
        self._take(None)
        self.empty.setText(" ".join(self._desk.words.error(error)))

    def _say(self) -> None:
        say, scene = self._desk.speech.text, self.view.scene
        shown = scene is not None
        self.empty.setVisible(not shown)
        for part in (self.presets, self.strip):
            part.setVisible(shown)
        if scene is None:
            has_outcome = self._desk.results.active is not None
            self.empty.setText(say("massing.empty" if has_outcome else "massing.no-outcome"))
            self.facts.setText(say("massing.how"))
        else:
            view, words = self.view, self._desk.words
            by_painter = not view.pictures.uses_gl
            self.facts.setText(scene_facts(scene, words, view.left_out, by_painter=by_painter))
        self.view.setAccessibleName(say("massing.view.volume"))
        self.view.setAccessibleDescription(self.facts.text() if shown else self.empty.text())
        self._place()

    # --- Qt -----------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()
        self._say()

    def make_room(self, width_px: int) -> None:
        """Leave the trailing upper corner free for what floats there."""
        self._taken_px = width_px
        self._place()

    def _place(self) -> None:
        """Put what floats to its corners; mirrored in Arabic."""
        width, height = self.view.width(), self.view.height()
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        for part in (self.scope, self.presets, self.strip):
            part.adjustSize()
        beside = self.scope.width() + self._taken_px + 3 * GAP_PX <= width
        top = GAP_PX if beside else 2 * GAP_PX + self.scope.height()
        self.scope.move(width - self.scope.width() - GAP_PX if rtl else GAP_PX, top)
        under = top + GAP_PX + self.scope.height()
        self.strip.move(width - self.strip.width() - GAP_PX if rtl else GAP_PX, under)
        low = height - self.presets.height() - GAP_PX
        self.presets.move(width - self.presets.width() - GAP_PX, low)
        inset = min(80, width // 8)
        self.empty.setGeometry(inset, under, width - 2 * inset, max(height - 2 * under, 40))

    def shut_down(self) -> None:
        """Stop working and free the GPU."""
        self._newest.cancel()
        self.view.close_pictures()


def rows_shown(project: Project, scope: str, chosen: Rows, extent: Extent | None) -> Rows:
    """Return the rows of the parcels of a scope."""
    if scope == "around" and extent is not None:
        return rows_in_extent(project, extent)
    return rows_of_block(project, chosen) if scope == "block" else chosen


def _is_of(made: Made | None, found: ScenarioOutcome, rows: Rows) -> bool:
    """Whether a scene is of the same parcels and outcome."""
    return made is not None and made.found is found and np.array_equal(made.rows, rows)
