"""What the editor shows of a project without a page: the templates, each with what it is for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QPushButton, QWidget

from emadina_gis.app.controls import clear, column, row, scrolling
from emadina_gis.app.layouts.menus import template_name
from emadina_gis.app.panels.layer_legend import Elided

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk
    from emadina_gis.workflows.layouts import KnownTemplate, TemplateList

WIDTH_PX = 560
LEAST_PX = 160


class EmptyPage(QWidget):
    """A sentence, and a button for each template.

    Signals
    -------
    template_chosen(KnownTemplate)
        A page is to be made from a template.
    """

    template_chosen = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._known: TemplateList | None = None
        self.buttons: dict[str, QPushButton] = {}
        inner, page = QWidget(), QWidget()
        inner.setMaximumWidth(desk.theme.px(WIDTH_PX))
        whole = column(inner, spacing=6, margins=(16, 32, 16, 24))
        hint = desk.voice.label("layout-editor.empty-next", "muted")
        hint.setWordWrap(True)
        whole.addWidget(desk.voice.label("layout-editor.empty", "heading"))
        whole.addWidget(hint)
        whole.addSpacing(8)
        self._rows = column(spacing=2)
        whole.addLayout(self._rows)
        whole.addStretch(1)
        line = row(page)
        line.addStretch(1)
        line.addWidget(inner, 100)
        line.addStretch(1)
        column(self).addWidget(scrolling(page))
        desk.speech.changed.connect(self._show)

    def offer(self, known: TemplateList) -> None:
        """Offer templates."""
        self._known = known
        self._show()

    def _show(self) -> None:
        clear(self._rows)
        self.buttons = {}
        for one in self._known.templates if self._known is not None else ():
            self.buttons[one.id] = self._button(one)
            self._rows.addWidget(self.buttons[one.id])

    def _button(self, known: KnownTemplate) -> QPushButton:
        say = self._desk.speech
        name, about = template_name(known, say), say.title(known.template.about)
        button = _Row()
        button.setProperty("look", "row")
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.setAccessibleName(name)
        button.setAccessibleDescription(about)
        lines = column(button, spacing=2, margins=(10, 6, 10, 6))
        lines.addWidget(Elided(name, "bold"))
        if about:
            lines.addWidget(Elided(about, "secondary"))
            button.setToolTip(about)
        button.clicked.connect(lambda _on: self.template_chosen.emit(known))
        return button


class _Row(QPushButton):
    """A button as high as the lines in it."""

    def sizeHint(self) -> QSize:
        inside = self.layout()
        return super().sizeHint() if inside is None else inside.totalSizeHint()

    def minimumSizeHint(self) -> QSize:
        return QSize(LEAST_PX, self.sizeHint().height())
