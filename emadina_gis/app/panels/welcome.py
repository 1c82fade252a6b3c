"""The welcome page: the demo, open, new, recent projects with the missing ones marked.

Shown over the map while the project is empty. What a click does is asked by signals.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QWidget

from emadina_gis.app.controls import clear, column, plain_label, row
from emadina_gis.session.recent import RecentProject, recent_projects

if TYPE_CHECKING:
    from pathlib import Path

    from emadina_gis.app.desk import Desk

CARD_PX = 560
MOST_RECENT = 6


class WelcomePage(QFrame):
    """What one can start with."""

    demo_asked = Signal()
    open_asked = Signal()
    add_asked = Signal()
    recent_asked = Signal(object)
    missing_asked = Signal(object)
    forget_asked = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        card = QWidget()
        card.setMaximumWidth(CARD_PX)
        content = column(card, spacing=16, margins=(24, 24, 24, 24))
        content.addWidget(desk.voice.label("welcome.title", "figure-plain"))
        lead = desk.voice.label("welcome.lead", "muted")
        lead.setWordWrap(True)
        content.addWidget(lead)
        self.demo = desk.voice.button(
            "welcome.demo", self.demo_asked.emit, look="accent", icon="map"
        )
        self.open = desk.voice.button("welcome.open", self.open_asked.emit, icon="folder-open")
        self.add = desk.voice.button("welcome.files", self.add_asked.emit, icon="file-plus")
        buttons = row()
        for button in (self.demo, self.open, self.add):
            buttons.addWidget(button)
        buttons.addStretch(1)
        content.addLayout(buttons)
        drop = desk.voice.label("welcome.drop", "secondary")
        drop.setWordWrap(True)
        content.addWidget(drop)
        self._recent_title = desk.voice.label("welcome.recent", "section")
        content.addWidget(self._recent_title)
        self._recent = column(spacing=2)
        content.addLayout(self._recent)
        self.rows: dict[Path, QPushButton] = {}
        outer = column(self)
        outer.addStretch(2)
        middle = row(margins=(16, 0, 16, 0))
        middle.addStretch(1)
        middle.addWidget(card, 100)
        middle.addStretch(1)
        outer.addLayout(middle)
        outer.addStretch(3)
        desk.preferences.changed.connect(self._show_recent)
        desk.speech.changed.connect(self._show_recent)
        self._show_recent()

    def _show_recent(self) -> None:
        clear(self._recent)
        self.rows.clear()
        listed = recent_projects(self._desk.preferences.settings)[:MOST_RECENT]
        self._recent_title.setVisible(bool(listed))
        for item in listed:
            self._recent.addWidget(self._row(item))

    def _row(self, item: RecentProject) -> QWidget:
        widget = QWidget()
        line = row(widget, spacing=8)
        button = QPushButton(self._desk.words.isolated(item.name))
        button.setProperty("look", "link")
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        path = item.path
        signal = self.recent_asked if item.is_there else self.missing_asked
        button.clicked.connect(lambda: signal.emit(path))
        line.addWidget(button)
        folder = plain_label(self._desk.words.isolated(item.folder), "secondary")
        line.addWidget(folder)
        line.addStretch(1)
        if not item.is_there:
            missing = self._desk.speech.text("welcome.missing")
            line.addWidget(plain_label(missing, "amber"))
            button.setAccessibleDescription(missing)
            line.addWidget(
                self._desk.voice.tool("welcome.forget", "x", lambda: self.forget_asked.emit(path))
            )
        self.rows[path] = button
        return widget
