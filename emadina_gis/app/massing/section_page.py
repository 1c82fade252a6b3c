"""The street section of the selected parcel, with what is assumed told beneath.

Owns when it is computed, in the background; its lengths are the simulation's, its drawing the
painter's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from emadina_gis.app.controls import column, row
from emadina_gis.app.massing.facts import section_facts
from emadina_gis.app.massing.palette import section_ink
from emadina_gis.errors import EmadinaError
from emadina_gis.render.painter.section import paint_section
from emadina_gis.session.jobs import NewestWins
from emadina_gis.workflows.massing import rows_of_ids
from emadina_gis.workflows.street_section import street_section

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent, QShowEvent

    from emadina_gis.app.desk import Desk
    from emadina_gis.render.massing.section import StreetSection

#: Room over the drawing for the choice of views.
TOP_PX = 52.0


class SectionSheet(QWidget):
    """The drawing; without a section the sentence that says what to do."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.section: StreetSection | None = None
        self.message = ""
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = self._desk.theme
        painter.fillRect(self.rect(), theme.color("panel"))
        whole = QRectF(self.rect())
        inner = whole.adjusted(12, TOP_PX, -12, -6)
        if self.section is None:
            painter.setFont(theme.font())
            painter.setPen(theme.color("secondary"))
            middle = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(whole.adjusted(60, 40, -60, -40), middle, self.message)
        else:
            paint_section(painter, inner, self.section, self._desk.words, section_ink(theme))
        painter.end()


class SectionPage(QWidget):
    """The section of the first selected parcel."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._newest = NewestWins(desk.jobs)
        self._shown_for: tuple[object, ...] = ()
        self._error: EmadinaError | None = None
        self.sheet = SectionSheet(desk)
        self.facts = QLabel()
        self.facts.setWordWrap(True)
        self.facts.setTextFormat(Qt.TextFormat.PlainText)
        self.facts.setProperty("tone", "secondary")
        whole = column(self, spacing=0)
        whole.addWidget(self.sheet, 1)
        bar = QFrame()
        bar.setObjectName("statusbar")
        row(bar, margins=(14, 6, 14, 6)).addWidget(self.facts, 1)
        whole.addWidget(bar)
        desk.watch_view(self, lambda view: view.selection, lambda _value: self.refresh())
        desk.results.changed.connect(self.refresh)
        desk.speech.changed.connect(self._say)
        desk.theme.bind(self, self.sheet.update)

    def refresh(self) -> None:
        """Compute the section again where something it depends on is other than last time."""
        desk = self._desk
        project, found = desk.project, desk.results.active
        ids = desk.view.selected(project.parcels_id)
        wanted = (ids.tobytes(), found)
        if not self.isVisible() or wanted == self._shown_for:
            return
        self._shown_for = wanted
        if found is None or not len(ids):
            self._newest.cancel()
            self._take(None)
            return
        rows = rows_of_ids(project, ids)
        self.facts.setText(desk.speech.text("massing.section-working"))
        self._newest.submit(
            lambda ctx: street_section(project, found, int(rows[0]), ctx),
            done=self._take,
            failed=self._on_failed,
        )

    def _take(self, section: StreetSection | None, error: EmadinaError | None = None) -> None:
        self.sheet.section, self._error = section, error
        self._say()

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, EmadinaError):
            raise error
        self._take(None, error)

    def _say(self) -> None:
        words, section = self._desk.words, self.sheet.section
        self.sheet.message = words.text("massing.section-empty")
        if self._error is not None:
            self.sheet.message = "\n".join(words.error(self._error))
        told = "" if section is None else section_facts(section, words)
        count = len(self._desk.view.selected(self._desk.project.parcels_id))
        if section is not None and count > 1:
            told = f"{words.plural('massing.fact.first-of', count)} {told}"
        self.facts.setText(told or words.text("massing.section-how"))
        self.sheet.setAccessibleName(words.text("massing.view.section"))
        self.sheet.setAccessibleDescription(told or self.sheet.message)
        self.sheet.update()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()
        self._say()

    def shut_down(self) -> None:
        """Stop working."""
        self._newest.cancel()
