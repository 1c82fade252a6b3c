"""The problems panel: what was found in the data, by layer, with what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QWidget

from emadina_gis.app.controls import clear, column, hairline, plain_label, row, scrolling
from emadina_gis.app.when_seen import WhenSeen
from emadina_gis.errors import Problem, Severity
from emadina_gis.simulation.outcome import warnings_of

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk
    from emadina_gis.domain.layer import Layer

#: Findings that end when the person shows where the file is.
MISSING_FILE = frozenset({"raster.file-missing"})
_ORDER = (Severity.ERROR, Severity.WARNING, Severity.INFO)
SEVERITY_LOOKS = {
    Severity.ERROR: ("circle-alert", "red"),
    Severity.WARNING: ("triangle-alert", "amber"),
    Severity.INFO: ("info", "secondary"),
}


@dataclass(frozen=True)
class Found:
    """A problem and the name of the layer it was found in; empty for the project."""

    problem: Problem
    layer_id: str = ""
    layer_name: str = ""


class ProblemsPanel(QWidget):
    """All that is known to be wrong or doubtful; `count_changed` feeds the status bar."""

    closed = Signal()
    count_changed = Signal(int, object)
    zoom_asked = Signal(str)
    relink_asked = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._other: tuple[Problem, ...] = ()
        page = QWidget()
        self._content = column(page, spacing=10, margins=(16, 8, 16, 16))
        head = row(margins=(14, 12, 10, 4))
        head.addWidget(desk.voice.label("problems.title", "heading"), 1)
        head.addWidget(desk.voice.tool("panel.close", "x", self.closed.emit))
        whole = column(self, spacing=0)
        whole.addLayout(head)
        whole.addWidget(scrolling(page), 1)
        self._known: list[object] | None = None
        self._page = WhenSeen(self, self._fill)
        desk.watch(self, lambda project: project.layers, self._on_layers)
        desk.results.changed.connect(self._on_results)
        desk.plan.changed.connect(self.show_all)
        desk.speech.changed.connect(self.show_all)
        desk.theme.changed.connect(self.show_all)

    def set_other(self, problems: tuple[Problem, ...]) -> None:
        """Take what was found while opening or drawing, beside what the layers know."""
        if problems != self._other:
            self._other = problems
            self.show_all()

    def found(self) -> tuple[Found, ...]:
        """Return all problems, the worst first."""
        project = self._desk.project
        listed = [
            Found(problem, layer.id, self._desk.speech.title(layer.title))
            for layer in project.layers
            for problem in layer.problems
        ]
        listed += [self._of_other(problem) for problem in (*self._other, *self._desk.plan.problems)]
        outcome = self._desk.results.active
        if outcome is not None:
            computed = (*outcome.problems, *warnings_of(outcome.summary))
            told = [item.problem for item in listed]
            listed += [Found(problem) for problem in computed if problem not in told]
        return tuple(sorted(listed, key=lambda item: _ORDER.index(item.problem.severity)))

    def _on_layers(self, layers: tuple[Layer, ...]) -> None:
        """Show the problems of the layers anew where one has others, or another name."""
        known: list[object] = [(layer.id, layer.title, layer.problems) for layer in layers]
        if known != self._known:
            self._known = known
            self.show_all()

    def _on_results(self) -> None:
        """Show what is found of other outcomes; of one that is dragged only where it is seen."""
        if self.isVisible() or not self._desk.results.is_preview:
            self.show_all()

    def show_all(self) -> None:
        """Count them anew; the page is made when somebody sees it."""
        listed = self.found()
        worst = listed[0].problem.severity if listed else Severity.INFO
        self.count_changed.emit(len(listed), worst)
        self._page.ask()

    def _fill(self) -> None:
        clear(self._content)
        listed = self.found()
        for index, item in enumerate(listed):
            if index:
                self._content.addWidget(hairline())
            self._content.addWidget(self._row(item))
        if not listed:
            text = self._desk.speech.text("problems.none")
            self._content.addWidget(plain_label(text, "muted", wrap=True))
        self._content.addStretch(1)

    def _of_other(self, problem: Problem) -> Found:
        project = self._desk.project
        if project.has_layer(problem.where):
            layer = project.layer(problem.where)
            return Found(problem, layer.id, self._desk.speech.title(layer.title))
        return Found(problem)

    def _row(self, item: Found) -> QWidget:
        widget = QWidget()
        line = row(widget, spacing=10)
        icon, token = SEVERITY_LOOKS[item.problem.severity]
        mark = QLabel()
        mark.setPixmap(self._desk.theme.icon(icon, token, 16).pixmap(16, 16))
        mark.setAccessibleName(
            self._desk.speech.text(f"problems.severity.{item.problem.severity.value}")
        )
        line.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        texts = column(spacing=2)
        what, following = self._sentences(item.problem)
        texts.addWidget(plain_label(what, wrap=True))
        if following:
            texts.addWidget(plain_label(following, "secondary", wrap=True))
        if item.layer_name:
            texts.addWidget(plain_label(item.layer_name, "section"))
        if item.problem.code in MISSING_FILE and item.layer_id:
            texts.addWidget(self._locate(item.layer_id), 0, Qt.AlignmentFlag.AlignLeading)
        line.addLayout(texts, 1)
        return widget

    def _locate(self, layer_id: str) -> QWidget:
        return self._desk.voice.button(
            "file.locate", lambda: self.relink_asked.emit(layer_id), look="link"
        )

    def _sentences(self, problem: Problem) -> tuple[str, str]:
        words = self._desk.words
        if words.has(f"problem.{problem.code}.what"):
            return words.problem(problem)
        return words.text("problems.unnamed", code=problem.code, count=problem.count), ""
