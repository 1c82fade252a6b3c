"""The line below: scale, system, position under the pointer, problems, the running job.

Owns how they are said; coordinates are never mirrored.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QProgressBar, QWidget

from emadina_gis.app.controls import add_all, plain_label, row
from emadina_gis.domain.crs import WGS84, Crs, transform_points
from emadina_gis.errors import CrsError, Severity
from emadina_gis.progress import phase_params
from emadina_gis.words.numbers import format_number, isolate_number

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk
    from emadina_gis.domain.viewport import Viewport

_SCALE = re.compile(r"^\s*(?:1\s*[:/]\s*)?([\d\s\u202f\u00a0.,]+)\s*$")
LARGEST_SCALE = 1e9


def scale_of(text: str) -> float | None:
    """Return the denominator typed as ``1:5 000``, ``1/5000`` or ``5000``; None for other text."""
    match = _SCALE.match(text)
    digits = re.sub(r"\D", "", match[1]) if match else ""
    value = float(digits) if digits else 0.0
    return value if 1 <= value <= LARGEST_SCALE else None


def degrees_text(value: float, positive: str, negative: str) -> str:
    """Return an angle in degrees, minutes and seconds with its hemisphere."""
    seconds = round(abs(value) * 3600)
    degrees, rest = divmod(seconds, 3600)
    return f"{degrees}°{rest // 60:02d}′{rest % 60:02d}″{positive if value >= 0 else negative}"


class StatusBar(QFrame):
    """Scale, system, position, problems and work."""

    scale_asked = Signal(float)
    problems_asked = Signal()
    crs_asked = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._problem_count = 0
        self.setObjectName("statusbar")
        self.scale = QLineEdit()
        self.scale.setObjectName("scale")
        self.scale.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.scale.setFixedWidth(desk.theme.px(96))
        self.scale.returnPressed.connect(self._on_scale)
        self.scale.editingFinished.connect(lambda: self._show_viewport(desk.view.viewport))
        self.crs = desk.voice.button("status.crs-unknown", self.crs_asked.emit)
        self.position = _position_label(desk.theme.px(210))
        self.geographic = _position_label(desk.theme.px(170))
        self.problems = desk.voice.button("status.problems-none", self.problems_asked.emit)
        self.job = plain_label("")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(120)
        self.cancel = desk.voice.tool("status.cancel", "x", desk.jobs.cancel_shown)
        self.cancel.setFixedSize(20, 20)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        line = row(self, spacing=12, margins=(12, 2, 12, 2))
        add_all(line, self.scale, self.crs, self.position, self.geographic)
        line.addStretch(1)
        add_all(line, self.job, self.bar, self.cancel, self.problems)
        self.setFixedHeight(self._desk.theme.px(30))

    def _connect(self) -> None:
        desk = self._desk
        desk.speech.bind(self.scale, "status.scale", self.scale.setToolTip,
                         self.scale.setAccessibleName)  # fmt: skip
        desk.speech.bind(self.crs, "status.crs", self.crs.setToolTip)
        desk.watch(self, lambda project: project.crs, self._show_crs)
        desk.watch_view(self, lambda view: view.viewport, self._show_viewport)
        desk.jobs.changed.connect(self._show_job)
        desk.speech.changed.connect(self._retranslate)
        self._show_job()
        self.show_problems(0)

    def show_pointer(self, x: float, y: float) -> None:
        """Show the position of the pointer, in map units."""
        crs = self._desk.project.crs
        language = self._desk.speech.language
        decimals = 6 if crs.is_geographic else 2
        east, north = (format_number(value, language, decimals) for value in (x, y))
        self.position.setText(isolate_number(f"X {east}  Y {north}", "ar"))
        self.geographic.setText(isolate_number(self._geographic(x, y, crs), "ar"))

    def hide_pointer(self) -> None:
        """Show no position: the pointer left the map."""
        self.position.setText("")
        self.geographic.setText("")

    def show_problems(self, count: int, worst: Severity = Severity.INFO) -> None:
        """Show how many problems are known."""
        self._problem_count = count
        text = (
            self._desk.speech.plural("status.problems", count)
            if count
            else self._desk.speech.text("status.problems-none")
        )
        self.problems.setText(text)
        self.problems.setAccessibleName(text)
        icon, ink = ("circle-check", "secondary") if not count else ("triangle-alert", "amber")
        if worst is Severity.ERROR and count:
            ink = "red"
        self.problems.setIcon(self._desk.theme.icon(icon, ink, 14))

    def _geographic(self, x: float, y: float, crs: Crs) -> str:
        if not crs.is_known or crs.is_geographic:
            return ""
        try:
            lon, lat = transform_points(np.array([[x, y]]), crs, WGS84)[0]
        except CrsError:
            return ""
        if not (np.isfinite(lon) and np.isfinite(lat)):
            return ""
        north, south, east, west = self._desk.speech.text("status.hemispheres").split()
        return f"{degrees_text(lat, north, south)} {degrees_text(lon, east, west)}"

    def _show_crs(self, crs: Crs) -> None:
        text = self._desk.speech.text("status.crs-unknown")
        if crs.is_known:
            known = f"crs.{crs.id.replace(':', '-').lower()}"
            words = self._desk.words
            name = words.text(known) if words.has(known) else words.isolated(crs.name)
            text = f"{name} · {words.isolated(crs.id)}" if crs.id else name
        self.crs.setText(text)
        self.crs.setAccessibleName(text)

    def _show_viewport(self, viewport: Viewport | None) -> None:
        if viewport is None:
            self.scale.setText("")
            return
        if self.scale.hasFocus() and self.scale.isModified():
            return
        denominator = viewport.scale_denominator(self._desk.project.crs.unit_m)
        number = format_number(_rounded(denominator), self._desk.speech.language)
        self.scale.setText(f"1:{number}")

    def _on_scale(self) -> None:
        wanted = scale_of(self.scale.text())
        self.scale.setModified(False)
        if wanted is None:
            self._show_viewport(self._desk.view.viewport)
            return
        self.scale_asked.emit(wanted)

    def _show_job(self) -> None:
        shown = self._desk.jobs.shown
        for widget in (self.job, self.bar, self.cancel):
            widget.setVisible(bool(shown))
        if not shown:
            return
        job = shown[-1]
        words = self._desk.words
        text = words.text(job.title)
        if job.phase and words.has(job.phase):
            text = f"{text} · {words.text(job.phase, **phase_params(job.phase))}"
        percent = words.quantity(round(job.fraction * 100), "percent")
        self.job.setText(f"{text} {percent}" if job.fraction else text)
        self.bar.setRange(0, 100 if job.fraction else 0)
        self.bar.setValue(round(job.fraction * 100))

    def _retranslate(self) -> None:
        self._show_crs(self._desk.project.crs)
        self._show_viewport(self._desk.view.viewport)
        self.show_problems(self._problem_count)
        self._show_job()


def _rounded(denominator: float) -> float:
    digits = 10.0 ** max(len(str(int(denominator))) - 4, 0)
    return round(denominator / digits) * digits


def _position_label(width_px: int) -> QLabel:
    label = plain_label("")
    label.setMinimumWidth(width_px)
    label.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    return label
