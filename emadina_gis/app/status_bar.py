"""The line below: scale, system, position under the pointer, problems, the running job.

Owns how they are said; coordinates are never mirrored.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QMenu, QProgressBar, QWidget

from emadina_gis.app.controls import add_all, plain_label, row
from emadina_gis.app.models.accuracy import (
    accuracy_text,
    elsewhere,
    metres_text,
    prepare,
    worst_accuracy_m,
)
from emadina_gis.app.models.places import crs_title
from emadina_gis.app.models.positions import (
    DMS,
    SCALES,
    SYSTEMS,
    degrees_text,
    map_text,
    next_scale,
    other_text,
    rounded_scale,
    scale_of,
    scale_text,
    system_name,
)
from emadina_gis.errors import Severity
from emadina_gis.progress import phase_params
from emadina_gis.session.jobs import NewestWins
from emadina_gis.words import load_words
from emadina_gis.words.numbers import format_number

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk
    from emadina_gis.domain.crs import Crs
    from emadina_gis.domain.viewport import Viewport

#: What the window remembers the chosen system of positions under.
SYSTEM = "pointer_system"
__all__ = ["StatusBar", "degrees_text", "scale_of"]


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
        self.scale.installEventFilter(self)
        self.scales = desk.voice.tool("pointer.scales", "chevron-down", self.open_scales,
                                      "secondary")  # fmt: skip
        self.scales.setFixedSize(desk.theme.px(24), desk.theme.px(24))
        self.scales.setIconSize(QSize(desk.theme.px(14), desk.theme.px(14)))
        self.crs = desk.voice.button("status.crs-unknown", self.crs_asked.emit)
        self.position = _position_label(desk.theme.px(210))
        self._pointer: tuple[float, float] | None = None
        recalled = desk.preferences.recall(SYSTEM, DMS)
        self.system = recalled if recalled in SYSTEMS else DMS
        self.geographic = desk.voice.button("pointer.system", self.open_systems)
        self.geographic.setMinimumWidth(desk.theme.px(190))
        self.geographic.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.problems = desk.voice.button("status.problems-none", self.problems_asked.emit)
        self.job = plain_label("")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(120)
        self.cancel = desk.voice.tool("status.cancel", "x", desk.jobs.cancel_shown)
        self.cancel.setFixedSize(24, 24)
        #: Systems whose operations were found: the pointer does not wait for others.
        self._at_hand: set[tuple[Crs, str]] = set()
        self._preparing = NewestWins(desk.jobs)
        self._crs_timer = QTimer(self)
        self._crs_timer.setSingleShot(True)
        self._crs_timer.timeout.connect(lambda: self._show_crs(desk.project.crs))
        self._lay_out()
        self._connect()
        self.hide_pointer()

    def _lay_out(self) -> None:
        line = row(self, spacing=8, margins=(12, 2, 12, 2))
        add_all(line, self.scale, self.scales)
        line.addSpacing(4)
        add_all(line, self.crs, self.position, self.geographic)
        line.addStretch(1)
        add_all(line, self.job, self.bar, self.cancel, self.problems)
        self.setFixedHeight(self._desk.theme.px(30))

    def _connect(self) -> None:
        desk = self._desk
        desk.speech.bind(self.scale, "status.scale", self.scale.setToolTip,
                         self.scale.setAccessibleName)  # fmt: skip
        desk.watch(self, lambda project: project.crs, self._show_crs)
        desk.watch(self, lambda project: project.layers, lambda _layers: self._show_crs_soon())
        desk.watch_view(self, lambda view: view.viewport, self._show_viewport)
        desk.jobs.changed.connect(self._show_job)
        desk.speech.changed.connect(self._retranslate)
        self._show_job()
        self.show_problems(0)

    def show_pointer(self, x: float, y: float) -> None:
        """Show the position of the pointer, in map units and in the chosen system."""
        self._pointer = x, y
        crs, words = self._desk.project.crs, self._desk.words
        self.position.setText(map_text(x, y, crs, words))
        known = (crs, self.system) in self._at_hand
        self._say_system(other_text(x, y, crs, self.system, words) if known else "")

    def hide_pointer(self) -> None:
        """Show no position: the pointer left the map."""
        self._pointer = None
        self.position.setText("")
        self._say_system("")

    def _say_system(self, text: str) -> None:
        """Show a position in the chosen system, or the name of that system."""
        self.geographic.setText(text or system_name(self.system, self._desk.words))

    def open_systems(self) -> None:
        """Offer the systems in which the position can be shown."""
        menu = QMenu(self)
        for system in SYSTEMS:
            name = system_name(system, self._desk.words)
            action = menu.addAction(name, partial(self._choose_system, system))
            action.setCheckable(True)
            action.setChecked(system == self.system)
        _pop_above(menu, self.geographic)

    def _choose_system(self, system: str) -> None:
        self.system = system
        self._desk.preferences.remember(**{SYSTEM: system})
        if self._pointer is None:
            self.hide_pointer()
        self._show_crs(self._desk.project.crs)

    def open_scales(self) -> None:
        """Offer the scales of plans."""
        menu = QMenu(self)
        for scale in SCALES:
            menu.addAction(
                scale_text(scale, self._desk.words), partial(self.scale_asked.emit, float(scale))
            )
        _pop_above(menu, self.scale)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        pressed = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress
        if watched is self.scale and pressed and isinstance(event, QKeyEvent):
            steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
            viewport = self._desk.view.viewport
            key = Qt.Key(event.key())
            if key in steps and viewport is not None:
                now = viewport.scale_denominator(self._desk.project.crs.unit_m)
                self.scale_asked.emit(next_scale(now, steps[key]))
                return True
        return super().eventFilter(watched, event)

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

    def _show_crs(self, crs: Crs) -> None:
        """Say the map's system now, and how exactly layers lie on it once that is known."""
        self._say_crs(self._crs_name(crs))
        project, system = self._desk.project, self.system

        def work(_ctx: object) -> None:
            prepare(project, crs)
            other_text(0.0, 0.0, crs, system, load_words("en"))  # finds its operation

        def done(_nothing: object) -> None:
            self._at_hand.add((crs, system))
            if self._desk.project.crs == crs:
                self._show_accuracy(crs)
            if self._pointer is not None:
                self.show_pointer(*self._pointer)

        self._preparing.submit(work, done=done)

    def _crs_name(self, crs: Crs) -> str:
        words = self._desk.words
        if not crs.is_known:
            return words.text("status.crs-unknown")
        name = crs_title(crs, words)
        return f"{name} · {words.isolated(crs.id)}" if crs.id else name

    def _say_crs(self, text: str) -> None:
        self.crs.setText(text)
        self.crs.setAccessibleName(text)

    def _show_accuracy(self, crs: Crs) -> None:
        worst_m = worst_accuracy_m(self._desk.project)
        text = self._crs_name(crs)
        if worst_m is not None:
            accuracy = metres_text(worst_m, self._desk.words)
            text = f"{text} · {self._desk.speech.text('accuracy.status', accuracy=accuracy)}"
        self._say_crs(text)
        self.crs.setToolTip(self._accuracies())

    def _accuracies(self) -> str:
        """Return which layers are in another system, and how exactly they lie on the map."""
        desk, words = self._desk, self._desk.words
        layers = elsewhere(desk.project)
        lines = [words.text("status.crs")]
        if desk.project.layers and desk.project.crs.is_known and not layers:
            lines.append(words.text("accuracy.all-same"))
        alike: dict[str, list[str]] = {}
        for layer in layers:
            text = accuracy_text(layer, desk.project.crs, words)
            alike.setdefault(text, []).append(desk.speech.title(layer.title))
        lines += [f"{text} : {', '.join(names)}" for text, names in alike.items()]
        return "\n".join(lines)

    def _show_crs_soon(self) -> None:
        """Say how exactly layers lie on the map, once they are shown."""
        self._crs_timer.start()

    def _show_viewport(self, viewport: Viewport | None) -> None:
        if viewport is None:
            self.scale.setText("")
            return
        if self.scale.hasFocus() and self.scale.isModified():
            return
        denominator = viewport.scale_denominator(self._desk.project.crs.unit_m)
        number = format_number(rounded_scale(denominator), self._desk.speech.language)
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
        self.bar.setUpdatesEnabled(False)  # it would paint the window at once, not with the rest
        self.bar.setRange(0, 100 if job.fraction else 0)
        self.bar.setValue(round(job.fraction * 100))
        self.bar.setUpdatesEnabled(True)

    def _retranslate(self) -> None:
        self._show_crs(self._desk.project.crs)
        self.hide_pointer()
        self._show_viewport(self._desk.view.viewport)
        self.show_problems(self._problem_count)
        self._show_job()


def _pop_above(menu: QMenu, widget: QWidget) -> None:
    """Open a menu above a widget of the line below."""
    menu.aboutToHide.connect(menu.deleteLater)
    menu.popup(widget.mapToGlobal(QPoint(0, -menu.sizeHint().height())))


def _position_label(width_px: int) -> QLabel:
    label = plain_label("")
    label.setMinimumWidth(width_px)
    label.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    return label
