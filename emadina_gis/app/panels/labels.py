"""The label page: what labels say, how they look, where they stand, and which have no place.

Owns the layer that is shown; each change is an undoable command.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QTabBar, QWidget

from emadina_gis.app.controls import column, narrow_list, plain_label, row, scrolling
from emadina_gis.app.models.columns import named_columns
from emadina_gis.app.models.labels import styled_with, template_problem
from emadina_gis.app.panels.formula_field import FormulaField, quoted
from emadina_gis.app.panels.label_classes import LabelClasses
from emadina_gis.app.panels.label_forms import LabelForms
from emadina_gis.app.panels.unplaced import Unplaced
from emadina_gis.session.commands.labels import LabelOnly
from emadina_gis.session.commands.styles import SetLabels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QShowEvent

    from emadina_gis.app.desk import Desk
    from emadina_gis.app.models.columns import NamedColumn
    from emadina_gis.app.models.labels import NotPlaced
    from emadina_gis.domain.layer import VectorLayer

#: More rows are not kept as "only these".
MOST_ROWS = 5_000


class LabelsPanel(QWidget):
    """Labels of one layer, live; beside them what has no place.

    Signals
    -------
    closed(), shown()
        The page asks to be closed; it is seen from now on.
    """

    closed = Signal()
    shown = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._page = QWidget()
        self.content = column(self._page, spacing=12, margins=(16, 8, 16, 16))
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.layer_id = ""
        self._count = 0
        self.layers = narrow_list()
        self.template = FormulaField(desk, "labels.part.template")
        self.example = plain_label("", "secondary", wrap=True)
        self.example.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.classes = LabelClasses(desk)
        self.forms = LabelForms(desk, lambda: self.layer, self.change)
        self.unplaced = Unplaced(desk)
        self.only = plain_label("", "muted", wrap=True)
        self.only_button = desk.voice.button("labels.only-selected", self._take_selection)
        self.all_button = desk.voice.button("labels.all-rows", self._label_all)
        self.raised = plain_label("", "muted", wrap=True)
        self.lower_button = desk.voice.button(
            "labels.lower", lambda: self.change("raised", ()), look="link"
        )
        self._lay_out()
        self.layers.activated.connect(lambda _at: self.edit(str(self.layers.currentData())))
        self.template.submitted.connect(self._on_template)
        self.template.line.editingFinished.connect(self._on_template)
        self.classes.changed.connect(lambda rules: self.change("rules", rules))
        desk.speech.bind(self, "labels.layer", self.layers.setAccessibleName)
        desk.watch(self, lambda project: project.layers, lambda _layers: self._follow())
        desk.watch_view(self, lambda view: view.selection, lambda _ids: self._show_only())
        desk.results.changed.connect(self._follow)
        desk.speech.changed.connect(self._show)
        desk.speech.changed.connect(self._say_count)
        self._say_count()

    def _lay_out(self) -> None:
        voice = self._desk.voice
        self._frame()
        self.content.addWidget(self.layers)
        self.content.addWidget(self.forms.columns())
        self.content.addWidget(voice.label("labels.template", "secondary"))
        self.content.addWidget(self.template)
        hint = voice.label("labels.template-hint", "muted")
        hint.setWordWrap(True)
        self.content.addWidget(hint)
        self.content.addWidget(self.example)
        self.content.addWidget(self.forms.values())
        groups = (
            ("letters", self.forms.letters()), ("place", self.forms.place()),
            ("which", self.forms.which()), ("classes", self.forms.classes()),
        )  # fmt: skip
        for key, form in groups:
            self.content.addWidget(voice.label(f"labels.group.{key}", "section"))
            self.content.addWidget(form)
        self.content.addWidget(self.classes)
        self.content.addWidget(self.only)
        buttons = row()
        buttons.addWidget(self.only_button, 1)
        buttons.addWidget(self.all_button, 1)
        self.content.addLayout(buttons)
        self.content.addWidget(self.raised)
        self.content.addWidget(self.lower_button)
        self.content.addStretch(1)

    def _frame(self) -> None:
        """Lay out the title, the two tabs and what they show."""
        voice = self._desk.voice
        head = row(margins=(14, 12, 10, 4))
        head.addWidget(voice.label("labels.title", "heading"), 1)
        head.addWidget(voice.tool("panel.close", "x", self.closed.emit))
        bar = QWidget()
        column(bar, margins=(16, 0, 16, 0)).addWidget(self.tabs)
        stack = QStackedWidget()
        stack.addWidget(scrolling(self._page))
        other = QWidget()
        column(other, margins=(16, 8, 16, 12)).addWidget(self.unplaced)
        stack.addWidget(other)
        for _page in range(stack.count()):
            self.tabs.addTab("")
        self.tabs.currentChanged.connect(stack.setCurrentIndex)
        whole = column(self, spacing=0)
        whole.addLayout(head)
        whole.addWidget(bar)
        whole.addWidget(stack, 1)
        self._desk.speech.bind(self, "labels.tab", lambda text: self.tabs.setTabText(0, text))
        self._desk.speech.bind(bar, "labels.title", self.tabs.setAccessibleName)

    def show_listed(self, listed: tuple[NotPlaced, ...], count: int) -> None:
        """Show what has no place in the view, and how many there are in all."""
        self._count = count
        self.unplaced.show_listed(listed, count)
        self._say_count()

    def _say_count(self) -> None:
        self.tabs.setTabText(1, self._desk.speech.text("labels.unplaced.tab", count=self._count))

    def show_unplaced(self) -> None:
        """Show what has no place."""
        self.tabs.setCurrentIndex(1)
        self.unplaced.table.setFocus()

    def edit(self, layer_id: str = "") -> None:
        """Show the labels of a layer: the one given, else the first that can have some."""
        known = [layer.id for layer in self._offered()]
        self.layer_id = layer_id if layer_id in known else next(iter(known), "")
        self.template.show_error("")
        self._show()

    @property
    def layer(self) -> VectorLayer | None:
        """The layer whose labels are shown."""
        return self._desk.project.known_vector(self.layer_id)

    def change(self, part: str, value: Any) -> None:
        """Change one part of the labels."""
        layer = self.layer
        if layer is not None:
            self._desk.do(SetLabels(layer.id, styled_with(layer, part, value), part))

    def _offered(self) -> list[VectorLayer]:
        return [layer for layer in self._desk.project.vector_layers if layer.table.has_geometry]

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show()
        self.shown.emit()

    def _follow(self) -> None:
        """Show what has changed where it is seen; filling all fields takes a while."""
        if self.isVisible():
            self._show()

    def _show(self) -> None:
        offered = self._offered()
        self.layers.clear()
        for one in offered:
            self.layers.addItem(self._desk.speech.title(one.title), one.id)
        self.layers.setCurrentIndex(self.layers.findData(self.layer_id))
        layer = self.layer
        self._page.setEnabled(layer is not None)
        if layer is None:
            return
        label = layer.style.label
        self.forms.show_values()
        for form in self.forms.forms[1:]:
            form.setEnabled(label is not None)
        named = named_columns(self._desk, layer)
        self.template.set_columns(named)
        self.example.setText(example_template(named))
        if not self.template.line.hasFocus():
            self.template.line.blockSignals(True)
            self.template.set_text(label.template if label else "")
            self.template.line.blockSignals(False)
        self.classes.show_classes(layer, label)
        self._show_only()

    def _show_only(self) -> None:
        layer = self.layer
        label = None if layer is None else layer.style.label
        only = None if label is None else label.only_rows
        raised = 0 if label is None else len(label.raised)
        say = self._desk.speech
        self.only.setText("" if only is None else say.plural("labels.only", len(only)))
        self.only.setVisible(only is not None)
        self.all_button.setVisible(only is not None)
        self.only_button.setEnabled(label is not None and 0 < self._selected() <= MOST_ROWS)
        self.raised.setText(say.plural("labels.raised", raised) if raised else "")
        self.raised.setVisible(bool(raised))
        self.lower_button.setVisible(bool(raised))

    def _selected(self) -> int:
        return len(self._desk.view.view.selection.get(self.layer_id, ()))

    def _take_selection(self) -> None:
        ids = self._desk.view.view.selection.get(self.layer_id)
        if ids is not None and len(ids):
            self._desk.do(LabelOnly(self.layer_id, tuple(int(one) for one in ids)))

    def _label_all(self) -> None:
        self._desk.do(LabelOnly(self.layer_id, None))

    def _on_template(self) -> None:
        layer = self.layer
        if layer is None:
            return
        text = self.template.text().strip()
        label = layer.style.label
        if text == (label.template if label else ""):
            self.template.show_error("")
            return
        offered = [named.field for named in named_columns(self._desk, layer)]
        problem = template_problem(text, offered)
        said = "" if problem is None else " ".join(self._desk.words.error(problem))
        self.template.show_error(said)
        if problem is None:
            self.change("template", text)


def example_template(named: Sequence[NamedColumn]) -> str:
    """Return a template of columns that a layer has: a name, and a number in square brackets."""
    texts = [quoted(one.field) for one in named if not one.is_number][:1]
    numbers = [quoted(one.field) for one in named if one.is_number][:1]
    words = "".join(f"{{{name}}}" for name in texts)
    return words + "".join(f"[ – {{{name}:1}}]" for name in numbers)
