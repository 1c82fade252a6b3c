"""The rules of a style: the one that is chosen, and buttons that add others.

Owns no rule: each change is told as another style and the place of the rule to choose.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from emadina_gis.analysis.rules import broken_rules
from emadina_gis.app.controls import column, row
from emadina_gis.app.models.columns import named_columns
from emadina_gis.app.models.style_classes import (
    moved_rule,
    with_new_rule,
    with_rule,
    without_rule,
)
from emadina_gis.app.panels.formula_field import quoted
from emadina_gis.app.panels.rule_form import RuleForm
from emadina_gis.domain.style import Rule, Rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from emadina_gis.app.desk import Desk
    from emadina_gis.domain.column import Column
    from emadina_gis.domain.layer import VectorLayer
    from emadina_gis.domain.style import Style


class RulesPage(QWidget):
    """The chosen rule; `styled` tells (style, place of the rule to choose)."""

    styled = Signal(object, int)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._layer: VectorLayer | None = None
        self._chosen = 0
        self.form = RuleForm(desk)
        self.add_button = desk.voice.button("style.rule.add", self.add, icon="plus")
        self.others_button = desk.voice.button("style.rule.add-others", self.add_others)
        buttons = row(spacing=6)
        buttons.addWidget(self.add_button, 1)
        buttons.addWidget(self.others_button, 1)
        whole = column(self, spacing=8)
        whole.addLayout(buttons)
        whole.addWidget(self.form)
        self.form.changed.connect(self._on_changed)
        self.form.move_asked.connect(self.step)
        self.form.remove_asked.connect(lambda: self.remove(self._chosen))

    def show_rules(self, layer: VectorLayer, chosen: int, columns: Mapping[str, Column]) -> None:
        """Show a rule of a layer; nothing for other styles."""
        symbology = layer.style.symbology
        self._layer = layer if isinstance(symbology, Rules) else None
        self.setVisible(self._layer is not None)
        if not isinstance(symbology, Rules):
            return
        self._chosen = chosen
        self.others_button.setVisible(not any(rule.is_else for rule in symbology.rules))
        has_rule = 0 <= chosen < len(symbology.rules)
        self.form.setVisible(has_rule)
        if has_rule:
            broken = {b.index: b.error for b in broken_rules(symbology, layer.table, columns)}
            error = " ".join(self._desk.words.error(broken[chosen])) if chosen in broken else ""
            named = named_columns(self._desk, layer)
            self.form.show_rule(symbology.rules[chosen], named, error)

    def add(self) -> None:
        """Add a rule that asks whether a column is there, to be changed by hand."""
        if self._layer is None:
            return
        names = [named.field for named in named_columns(self._desk, self._layer)]
        condition = f"not ({quoted(names[0])} is missing)" if names else "true"
        style = self._layer.style
        added = with_new_rule(style, Rule(condition, style.symbol))
        assert isinstance(added.symbology, Rules)
        place = [rule.is_else for rule in added.symbology.rules]
        self.styled.emit(added, place.index(True) - 1 if any(place) else len(place) - 1)
        self.form.condition.line.setFocus()
        self.form.condition.line.selectAll()

    def add_others(self) -> None:
        """Add the rule for all others."""
        if self._layer is not None:
            added = with_new_rule(self._layer.style, Rule("", self._layer.style.symbol))
            assert isinstance(added.symbology, Rules)
            self.styled.emit(added, len(added.symbology.rules) - 1)

    def step(self, step: int) -> None:
        """Put the chosen rule before or after its neighbour."""
        style = self._style
        if style is not None:
            moved = moved_rule(style, self._chosen, step)
            assert isinstance(moved.symbology, Rules)
            last = len(moved.symbology.rules) - 1
            self.styled.emit(moved, min(max(self._chosen + step, 0), last))

    def remove(self, index: int) -> None:
        """Take a rule away."""
        style = self._style
        if style is not None:
            self.styled.emit(without_rule(style, index), max(index - 1, 0))

    def _on_changed(self, rule: Rule) -> None:
        style = self._style
        if style is not None:
            self.styled.emit(with_rule(style, self._chosen, rule), self._chosen)

    @property
    def _style(self) -> Style | None:
        return None if self._layer is None else self._layer.style
