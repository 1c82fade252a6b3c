"""The formulas that the project keeps for a layer: chosen, named and deleted beside the field."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QLineEdit, QMenu, QPushButton, QWidget

from emadina_gis.analysis.formula import Formula, FormulaError, formula
from emadina_gis.app.controls import column, row
from emadina_gis.session.commands import RemoveFormula, SaveFormula

if TYPE_CHECKING:
    from collections.abc import Callable

    from emadina_gis.app.desk import Desk
    from emadina_gis.project.formulas import SavedFormula


class SavedFormulas(QWidget):
    """A button with a menu, and the line in which a formula is named.

    Signals
    -------
    chosen(str)
        A formula, in the language of the window.
    refused(EmadinaError)
        What is to be saved cannot be read.
    """

    chosen = Signal(str)
    refused = Signal(object)

    def __init__(
        self, desk: Desk, layer_id: Callable[[], str], text: Callable[[], str],
        resolve: Callable[[str], Formula],
    ) -> None:  # fmt: skip
        super().__init__()
        self._desk = desk
        self._layer_id = layer_id
        self._text = text
        self._resolve = resolve
        self.button: QPushButton = desk.voice.button(
            "formula-field.saved", self._open, icon="bookmark"
        )
        self.name = QLineEdit()
        self.name.returnPressed.connect(self._save)
        self._naming = QWidget()
        line = row(self._naming, spacing=6)
        line.addWidget(self.name, 1)
        line.addWidget(desk.voice.tool("formula-field.keep", "check", self._save))
        line.addWidget(desk.voice.tool("panel.close", "x", self._naming.hide))
        self._naming.hide()
        whole = column(self, spacing=6)
        whole.addWidget(self.button)
        whole.addWidget(self._naming)
        desk.speech.bind(
            self, "formula-field.save-hint", self.name.setPlaceholderText,
            self.name.setAccessibleName,
        )  # fmt: skip

    def saved(self) -> tuple[SavedFormula, ...]:
        """Return the formulas kept for the layer, by name."""
        kept = (one for one in self._desk.project.formulas if one.layer_id == self._layer_id())
        return tuple(sorted(kept, key=lambda one: one.name))

    def _open(self) -> None:
        menu = self._menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.button.mapToGlobal(QPoint(0, self.button.height())))

    def _menu(self) -> QMenu:
        say, menu, saved = self._desk.speech.text, QMenu(self), self.saved()
        if not saved:
            menu.addAction(say("formula-field.no-saved")).setEnabled(False)
        for one in saved:
            menu.addAction(one.name, partial(self._choose, one))
        menu.addSeparator()
        keep = menu.addAction(say("formula-field.save"), self._ask_name)
        keep.setEnabled(bool(self._text().strip()))
        for one in saved:
            menu.addAction(say("formula-field.forget", name=one.name), partial(self._forget, one))
        return menu

    def _choose(self, one: SavedFormula) -> None:
        self.chosen.emit(formula(one.text).said(self._desk.words.language))

    def _forget(self, one: SavedFormula) -> None:
        self._desk.do(RemoveFormula(one.layer_id, one.name))

    def _ask_name(self) -> None:
        try:
            self._resolve(self._text())
        except FormulaError as error:
            self.refused.emit(error)
            return
        self._naming.show()
        self.name.clear()
        self.name.setFocus()

    def _save(self) -> None:
        try:
            text = self._resolve(self._text()).text
        except FormulaError as error:
            self.refused.emit(error)
            return
        if self._desk.do(SaveFormula(self._layer_id(), self.name.text(), text)):
            self._naming.hide()
