"""Problems of a layer as rows: how bad, what, how many, what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from emadina_gis.app.controls import column, plain_label, row
from emadina_gis.app.panels.problems import SEVERITY_LOOKS
from emadina_gis.errors import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from emadina_gis.app.desk import Desk

_ORDER = (Severity.ERROR, Severity.WARNING, Severity.INFO)


def worst_first(problems: Iterable[Problem]) -> list[Problem]:
    """Return problems, the worst first."""
    return sorted(problems, key=lambda problem: _ORDER.index(problem.severity))


def sentences(desk: Desk, problem: Problem) -> tuple[str, str]:
    """Return what was found and what to do next; a finding of a plugin may have no sentence."""
    words = desk.words
    if words.has(f"problem.{problem.code}.what"):
        return words.problem(problem)
    return words.text("problems.unnamed", code=problem.code, count=problem.count), ""


class ProblemRow(QWidget):
    """A problem, with a button to what it concerns once that is known."""

    def __init__(self, desk: Desk, problem: Problem) -> None:
        super().__init__()
        self._desk = desk
        self.code = problem.code
        self._line = row(self, spacing=8)
        _fill(self._line, desk, problem)

    def offer_place(self, show: Callable[[], object]) -> None:
        """Offer to show what it concerns on the map."""
        tool = self._desk.voice.tool("doctor.show-on-map", "locate", show)
        self._line.addWidget(tool, 0, Qt.AlignmentFlag.AlignTop)


def problem_row(desk: Desk, problem: Problem) -> ProblemRow:
    """Return a row for a problem."""
    return ProblemRow(desk, problem)


def _fill(line: QHBoxLayout, desk: Desk, problem: Problem) -> None:
    icon, token = SEVERITY_LOOKS[problem.severity]
    mark = QLabel()
    mark.setPixmap(desk.theme.icon(icon, token, 15).pixmap(15, 15))
    mark.setAccessibleName(desk.speech.text(f"problems.severity.{problem.severity.value}"))
    line.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
    texts = column(spacing=1)
    what, following = sentences(desk, problem)
    texts.addWidget(plain_label(what, wrap=True))
    if following:
        texts.addWidget(plain_label(following, "secondary", wrap=True))
    line.addLayout(texts, 1)
