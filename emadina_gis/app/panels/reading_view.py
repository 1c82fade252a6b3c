"""One parcel's reading as widgets: notices, rows with their articles, the rule that decides.

Shows what ``report.reading`` says, nothing else; the note and the web popup say the same words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from emadina_gis.app.controls import Text, Voice, column, framed, hairline, plain_label, row
from emadina_gis.report.reading_rows import ReadingRow
from emadina_gis.simulation.explain import EXPLAINED
from emadina_gis.words.numbers import without_isolates

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent

    from emadina_gis.errors import EmadinaError
    from emadina_gis.report.citations import Binding
    from emadina_gis.report.reading import ParcelReading
    from emadina_gis.report.reading_hits import HitLine, HitsReading

#: Longer values are sentences, not figures; longer citations wrap.
LONGEST_BOLD = 30
LONGEST_CITE = 22
TOP = Qt.AlignmentFlag.AlignTop


class FigureLink(Text):
    """A figure that opens where it comes from: by a click, Enter or Space."""

    def __init__(self, text: str, tone: str, asked: Callable[[], object]) -> None:
        super().__init__(text)
        self._asked = asked
        self.setWordWrap(True)
        self.setProperty("tone", tone)
        self.setProperty("look", "figure")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the text, and dots below it that say it opens; a line where it has the focus."""
        super().paintEvent(event)
        metrics, flags = QFontMetrics(self.font()), int(self.alignment().value)
        text = metrics.boundingRect(
            self.contentsRect(), flags | int(Qt.TextFlag.TextWordWrap.value), self.text()
        )
        painter = QPainter(self)
        pen = QPen(self.palette().color(self.foregroundRole()), 1.0)
        pen.setStyle(Qt.PenStyle.SolidLine if self.hasFocus() else Qt.PenStyle.DotLine)
        painter.setPen(pen)
        at = min(text.bottom(), self.height() - 1)
        painter.drawLine(text.left(), at, text.right(), at)
        painter.end()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and not self.hasSelectedText():
            self._asked()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self._asked()
        else:
            super().keyPressEvent(event)


class ReadingView:
    """Builds the parts of a reading into a page."""

    def __init__(
        self, voice: Voice, figure_asked: Callable[[ReadingRow], object] | None = None
    ) -> None:
        self._voice = voice
        self._figure_asked = figure_asked

    def rows(self, rows: tuple[ReadingRow, ...]) -> QWidget:
        """Return label, value and article of each row, parted by hairlines."""
        widget = QWidget()
        grid = QGridLayout(widget)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(0, 4)
        grid.setColumnStretch(1, 5)
        for index, line in enumerate(rows):
            if index:
                grid.addWidget(hairline(), 2 * index - 1, 0, 1, 3)
            self._add_row(grid, 2 * index, line)
        return widget

    def _add_row(self, grid: QGridLayout, at: int, line: ReadingRow) -> None:
        label = plain_label(line.label, wrap=True)
        unknown = line.flag == "unknown"
        tone = "bold" if len(without_isolates(line.value)) <= LONGEST_BOLD else ""
        value = self._value(line, "amber" if unknown else tone)
        value.trail()
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        grid.addWidget(label, at, 0, TOP)
        if not line.citation:
            grid.addWidget(value, at, 1, 1, 2)
            return
        grid.addWidget(value, at, 1)
        cite = plain_label(line.citation, "secondary", wrap=len(line.citation) > LONGEST_CITE)
        cite.trail()
        if line.flag:
            key = f"inspector.flag.{line.flag}"
            words = self._voice.speech.words
            if words.has(key):
                cite.setToolTip(words.text(key))
                cite.setText(f"{line.citation} *" if line.citation else "*")
        grid.addWidget(cite, at, 2)

    def _value(self, line: ReadingRow, tone: str) -> Text:
        """Return the value; a figure whose computation can be shown opens it."""
        if self._figure_asked is None or line.key not in EXPLAINED:
            return plain_label(line.value, tone, wrap=True)
        asked = self._figure_asked
        made = FigureLink(line.value, tone, lambda: asked(line))
        tip = self._voice.speech.text("origin.ask")
        made.setToolTip(tip)
        made.setAccessibleDescription(tip)
        return made

    def notice(self, text: str) -> QFrame:
        """Return an amber box: what is missing, or what decides."""
        box = framed("binding")
        label = plain_label(text, wrap=True)
        layout = box.layout()
        if layout is not None:
            layout.addWidget(label)
        return box

    def binding(self, binding: Binding) -> QWidget:
        """Return the rule that decides, its article and what the document notes."""
        widget = QWidget()
        whole = column(widget, spacing=6)
        text = self._voice.speech.text("inspector.binding", rule=binding.sentence)
        whole.addWidget(self.notice(text))
        source = " — ".join(part for part in (binding.extract, binding.citation) if part)
        if source:
            whole.addWidget(self.quote(source))
        return widget

    def quote(self, text: str) -> QWidget:
        """Return a quiet text with a line at its side."""
        widget = QWidget()
        line = row(widget, spacing=8)
        bar = QFrame()
        bar.setObjectName("quote")
        bar.setFixedWidth(3)
        line.addWidget(bar)
        line.addWidget(plain_label(text, "quote", wrap=True), 1)
        return widget

    def section(self, key: str) -> QLabel:
        """Return a small heading."""
        return plain_label(self._voice.speech.text(key), "section")

    def listed(self, layout: QVBoxLayout, key: str, texts: tuple[str, ...]) -> None:
        """Add a heading with lines below it, where there are any."""
        if not texts:
            return
        layout.addWidget(self.section(key))
        for text in texts:
            layout.addWidget(plain_label(text, wrap=True))

    def forbidden(self, layout: QVBoxLayout, reading: ParcelReading) -> None:
        """Add what may not be built, by zone."""
        if not reading.forbidden:
            return
        layout.addWidget(self.section("inspector.forbidden"))
        for item in reading.forbidden:
            layout.addWidget(plain_label(item.text, wrap=True))
            source = item.citation
            if item.is_translation:
                note = self._voice.speech.text("inspector.translation")
                source = f"{source} · {note}" if source else note
            if source:
                layout.addWidget(plain_label(source, "secondary", wrap=True))

    def hits(
        self, layout: QVBoxLayout, hits: HitsReading | None, error: EmadinaError | None
    ) -> None:
        """Add what bites the parcel: the case, the hits in order, what is left and doubtful."""
        words = self._voice.speech.words
        layout.addWidget(self.section("hits.section"))
        if hits is None:
            text = words.text("hits.pending") if error is None else " ".join(words.error(error))
            layout.addWidget(plain_label(text, "muted", wrap=True))
            return
        for text in hits.case_text:
            layout.addWidget(plain_label(text, wrap=True))
        if hits.sectors:
            pairs = (ReadingRow(name, name, amount) for name, amount in hits.sectors)
            layout.addWidget(self.rows(tuple(pairs)))
        for line in hits.lines:
            layout.addWidget(hairline())
            layout.addWidget(self._hit(line))
        if hits.lines:
            layout.addWidget(hairline())
        layout.addWidget(plain_label(hits.remainder, "bold" if hits.lines else "", wrap=True))
        for text in hits.notices:
            layout.addWidget(plain_label(text, "secondary", wrap=True))

    def _hit(self, line: HitLine) -> QWidget:
        """Return a hit: its name and index with its area, what it does, by which article."""
        widget = QWidget()
        grid = QGridLayout(widget)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(0, 1)
        name = plain_label(f"{line.nature} · {line.index}", "bold", wrap=True)
        amount = plain_label(line.amount, "muted" if line.flag == "lapsed" else "")
        amount.trail()
        amount.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        grid.addWidget(name, 0, 0, TOP)
        grid.addWidget(amount, 0, 1, TOP)
        tone = "amber" if line.flag == "unknown" else ""
        grid.addWidget(plain_label(line.effect, tone, wrap=True), 1, 0, 1, 2)
        small = " · ".join(part for part in (line.state, line.detail, line.citation) if part)
        grid.addWidget(plain_label(small, "secondary", wrap=True), 2, 0, 1, 2)
        return widget
