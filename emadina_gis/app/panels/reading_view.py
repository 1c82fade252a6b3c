"""One parcel's reading as widgets: notices, rows with their articles, the rule that decides.

Shows what ``report.reading`` says, nothing else; the note and the web popup say the same words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from emadina_gis.app.controls import Voice, column, framed, hairline, plain_label, row

if TYPE_CHECKING:
    from emadina_gis.report.citations import Binding
    from emadina_gis.report.reading import ParcelReading
    from emadina_gis.report.reading_rows import ReadingRow

#: Longer values are sentences, not figures; longer citations wrap.
LONGEST_BOLD = 30
LONGEST_CITE = 22
TOP = Qt.AlignmentFlag.AlignTop


class ReadingView:
    """Builds the parts of a reading into a page."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice

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
        tone = "bold" if len(line.value) <= LONGEST_BOLD else ""
        value = plain_label(line.value, "amber" if unknown else tone, wrap=True)
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
