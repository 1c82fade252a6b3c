"""How the areas of a layer fit their neighbours: overlaps, gaps, borders that do not match.

Owns the limits that a person sets and the background work; findings are the domain's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QWidget

from emadina_gis.app.controls import column, plain_label, row
from emadina_gis.app.models.geometry_texts import GeometryTexts, coverage_problems
from emadina_gis.app.number_field import stand_like_text
from emadina_gis.app.panels.geometry_walk import Findings, Stops, Walk
from emadina_gis.domain.coverage import CoverageLimits
from emadina_gis.errors import EmadinaError
from emadina_gis.session.jobs import JobState
from emadina_gis.workflows.mending import coverage_of

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk
    from emadina_gis.domain.coverage import CoverageCheck
    from emadina_gis.domain.layer import VectorLayer
    from emadina_gis.errors import Problem
    from emadina_gis.session.jobs import JobHandle

_WIDEST_M = 5.0
_LARGEST_M2 = 1000.0
_FIELD_PX = 104


class CoverageFindings(QWidget):
    """Two limits, a button, and what was found.

    Parameters
    ----------
    walk : Walk, optional
        One that stands elsewhere and serves several lists.
    """

    place_asked = Signal(str, float, float)

    def __init__(self, desk: Desk, walk: Walk | None = None) -> None:
        super().__init__()
        self._desk = desk
        self._layer: VectorLayer | None = None
        self.check: CoverageCheck | None = None
        self._error: EmadinaError | None = None
        self._job: JobHandle | None = None
        usual = CoverageLimits()
        self.gap_width = _number(usual.gap_width_m, _WIDEST_M, 0.05)
        self.overlap = _number(usual.overlap_m2, _LARGEST_M2, 0.1)
        self.search = desk.voice.button("geometry.coverage.search", self.start)
        self.stop_button = desk.voice.button("geometry.stop", self.stop, look="link")
        self.state = plain_label("", "secondary", wrap=True)
        self.findings = Findings(desk, "geometry.coverage.title", walk)
        self.findings.place_asked.connect(self.place_asked)
        lead = desk.voice.label("geometry.coverage.lead", "secondary")
        lead.setWordWrap(True)
        whole = column(self)
        whole.addWidget(desk.voice.label("geometry.coverage.title", "section"))
        whole.addWidget(lead)
        for key, field in (("width", self.gap_width), ("overlap", self.overlap)):
            whole.addLayout(self._line(f"geometry.coverage.{key}", field))
        for widget in (self.search, self.stop_button, self.state, self.findings):
            whole.addWidget(widget)
        desk.jobs.changed.connect(self._on_jobs)
        desk.speech.changed.connect(self._show)
        desk.theme.changed.connect(self._show)
        self._show()

    def _line(self, key: str, field: QDoubleSpinBox) -> QHBoxLayout:
        line = row()
        label = self._desk.voice.label(key)
        label.setBuddy(field)
        self._desk.speech.bind(field, key, field.setAccessibleName)
        line.addWidget(label, 1)
        line.addWidget(field)
        return line

    @property
    def limits(self) -> CoverageLimits:
        """What the person asked for."""
        return CoverageLimits(self.overlap.value(), self.gap_width.value())

    def show_layer(self, layer: VectorLayer | None) -> None:
        """Take another layer, or another state of it; nothing is known of it yet."""
        self.stop()
        self._layer, self.check, self._error = layer, None, None
        self._show()

    def start(self) -> None:
        """Compare neighbours in the background."""
        layer, limits = self._layer, self.limits
        self.stop()
        if layer is None:
            return
        self._error = None
        self._job = self._desk.jobs.submit_shown(
            "geometry.comparing",
            lambda ctx: (layer, coverage_of(layer, ctx, limits)),
            done=self._take,
            failed=self._on_failed,
        )
        self._show()

    def stop(self) -> None:
        """Stop what runs."""
        if self._job is not None:
            self._job.cancel()

    def _take(self, found: tuple[VectorLayer, CoverageCheck]) -> None:
        layer, check = found
        self._job = None
        if layer is self._layer:
            self.check = check
        self._show()

    def _on_failed(self, error: Exception) -> None:
        self._job = None
        if not isinstance(error, EmadinaError):
            raise error
        self._error = error
        self._show()

    def _on_jobs(self) -> None:
        """Say that the work was stopped, by the button or by Esc."""
        if self._job is not None and self._job.state is JobState.CANCELLED:
            self._job = None
            self._show()

    def _show(self) -> None:
        check, layer = self.check, self._layer
        busy = self._job is not None
        self.stop_button.setVisible(busy)
        self.search.setEnabled(not busy and layer is not None)
        text = self._state()
        self.state.setText(text)
        self.state.setVisible(bool(text))
        stops: tuple[Stops, ...] = ()
        if check is not None and layer is not None:
            texts = GeometryTexts(layer, self._desk.words)
            found = coverage_problems(check)
            stops = tuple(_stops_of(problem, check, texts) for problem in found)
        self.findings.show_stops("" if layer is None else layer.id, stops)

    def _state(self) -> str:
        speech = self._desk.speech
        if self._job is not None:
            return speech.text("geometry.comparing")
        if self._error is not None:
            return " ".join(self._desk.words.error(self._error))
        if self.check is None:
            return ""
        found = coverage_problems(self.check)
        key = "geometry.coverage.compared" if found else "geometry.coverage.clean"
        return speech.plural(key, self.check.compared)


def _stops_of(problem: Problem, check: CoverageCheck, texts: GeometryTexts) -> Stops:
    what, following = texts.problem(problem)
    pairs, gaps, severity = check.overlaps, check.gaps, problem.severity
    if problem.code == "coverage.overlap":
        what = texts.total(what, float(pairs.areas_m2.sum()))
        return Stops(
            what, following, severity, pairs.ids.ravel(), pairs.ids.__getitem__, pairs.places,
            lambda at: texts.overlap(check, at), len(pairs),
        )  # fmt: skip
    if problem.code == "coverage.gap":
        what = texts.total(what, float(gaps.areas_m2.sum()))
        return Stops(
            what, following, severity, gaps.ids, gaps.ids_of, gaps.places,
            lambda at: texts.gap(check, at), len(gaps),
        )  # fmt: skip
    loose = check.unsnapped if problem.code == "coverage.unsnapped" else check.unsnapped[:0]
    return Stops(
        what, following, severity, loose, lambda at: loose[[at]], check.unsnapped_places,
        lambda at: texts.name(int(loose[at])), len(loose),
    )  # fmt: skip


def _number(value: float, most: float, step: float) -> QDoubleSpinBox:
    field = stand_like_text(QDoubleSpinBox())
    field.setRange(0.0, most)
    field.setDecimals(2)
    field.setSingleStep(step)
    field.setValue(value)
    field.setFixedWidth(_FIELD_PX)
    return field
