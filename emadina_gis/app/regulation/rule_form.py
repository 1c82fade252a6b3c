"""The form of one rule: value with its unit, when it applies, where it is printed, who read it."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QWidget

from emadina_gis.app.controls import column, narrow_list, plain_label, row
from emadina_gis.app.kind_field import KindField
from emadina_gis.app.panels.sector_values import CalmField
from emadina_gis.regulation import KINDS, Citation, Condition, PlanningDocument
from emadina_gis.regulation.edit import sector_scope, with_rule, without_rule
from emadina_gis.regulation.form import RuleLine, kinds_to_add
from emadina_gis.regulation.kinds import FLAGS
from emadina_gis.regulation.wording import (
    flag_label,
    kind_label,
    regime_label,
    scope_text,
    verification_text,
)

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk
    from emadina_gis.app.regulation.binder import Binder
    from emadina_gis.errors import EmadinaError

#: Regimes a rule may be made for: both, lots, other land.
REGIMES: tuple[bool | None, ...] = (None, True, False)
#: Fields that take both columns: what they say is long.
WHOLE_LINES = frozenset({"regime", "flag", "verifier", "note"})


class RuleForm(QWidget):
    """Reads and changes one rule; `expected` carries the key of the rule to show after a change."""

    expected = Signal(object)

    def __init__(self, desk: Desk, binder: Binder) -> None:
        super().__init__()
        self._desk, self._binder = desk, binder
        self.line: RuleLine | None = None
        self._code = ""
        self._filling = False
        self.title = plain_label("", "bold", wrap=True)
        self.scope = plain_label("", "secondary", wrap=True)
        self.value = KindField()
        self.regime, self.flag, self.kind = _box(), _box(), _box()
        self.road = CalmField()
        self.article, self.page, self.verifier, self.note = (QLineEdit() for _ in range(4))
        self.error = plain_label("", "error", wrap=True)
        self.remove_button = desk.voice.button(
            "regulation.page.remove", self.remove, icon="trash-2"
        )
        self.add_button = desk.voice.button("regulation.page.add", self.add, icon="plus")
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.road.setRange(0.0, 200.0)
        self.road.setDecimals(1)
        form = QGridLayout()
        form.setHorizontalSpacing(10)
        form.setVerticalSpacing(4)
        fields: tuple[tuple[str, QWidget], ...] = (
            ("value", self.value), ("road", self.road), ("regime", self.regime),
            ("article", self.article), ("page", self.page), ("flag", self.flag),
            ("verifier", self.verifier), ("note", self.note),
        )  # fmt: skip
        place = 0
        for name, field in fields:
            whole_line = name in WHOLE_LINES
            place += place % 2 if whole_line else 0
            self._add_field(form, place, f"regulation.page.field.{name}", field)
            place += 2 if whole_line else 1
        for side in range(2):
            form.setColumnStretch(side, 1)
        whole = column(self, spacing=8, margins=(12, 0, 12, 12))
        for widget in (self.title, self.scope):
            whole.addWidget(widget)
        whole.addLayout(form)
        for (_, before), (_, after) in pairwise(fields):
            QWidget.setTabOrder(before, after)
        whole.addWidget(self.error)
        whole.addWidget(self.remove_button)
        whole.addSpacing(8)
        whole.addWidget(self._desk.voice.label("regulation.page.add-title", "section"))
        another = row(spacing=6)
        another.addWidget(self.kind, 1)
        another.addWidget(self.add_button)
        whole.addLayout(another)
        self._desk.speech.bind(self.kind, "regulation.page.add-title", self.kind.setAccessibleName)
        whole.addStretch(1)

    def _add_field(self, form: QGridLayout, place: int, key: str, field: QWidget) -> None:
        label = self._desk.voice.label(key, "secondary")
        label.setBuddy(field)
        self._desk.speech.bind(field, key, field.setAccessibleName)
        line, side = divmod(place, 2)
        width = 2 if key.rpartition(".")[2] in WHOLE_LINES else 1
        form.addWidget(label, 2 * line, side, 1, width)
        form.addWidget(field, 2 * line + 1, side, 1, width)
        form.setRowMinimumHeight(2 * line + 1, field.sizeHint().height() + 6)

    def _connect(self) -> None:
        self.value.valueChanged.connect(lambda _value: self._save())
        self.road.valueChanged.connect(lambda _width: self._save())
        for box in (self.regime, self.flag):
            box.activated.connect(lambda _at: self._save())
        for line in (self.article, self.page, self.verifier, self.note):
            line.editingFinished.connect(self._save)
        self._binder.refused.connect(self._on_refused)

    # --- showing ------------------------------------------------------------------------------

    def show_line(self, line: RuleLine | None, code: str) -> None:
        """Show a rule of a sector's form, or that there is none."""
        self.line, self._code = line, code
        document = self._binder.document
        self._filling = True
        self.error.setText("")
        self._show_kinds(document)
        for widget in self._fields():
            widget.setEnabled(line is not None)
        if line is not None and document is not None:
            self._fill(line, document)
        else:
            self.title.setText(self._desk.speech.text("regulation.page.no-rule"))
            self.scope.setText("")
        self._filling = False

    def _fields(self) -> tuple[QWidget, ...]:
        return (
            self.value, self.regime, self.road, self.article, self.page, self.verifier,
            self.flag, self.note, self.remove_button,
        )  # fmt: skip

    def _fill(self, line: RuleLine, document: PlanningDocument) -> None:
        words, rule = self._desk.words, line.rule
        cited = rule.citation
        self.title.setText(kind_label(document, rule.kind, words))
        self.scope.setText(self._scope_said(line, document))
        self._show_value(line)
        self.regime.clear()
        for regime in REGIMES:
            both = words.text("regulation.page.both")
            self.regime.addItem(both if regime is None else regime_label(words, lot=regime))
        self.regime.setCurrentIndex(REGIMES.index(rule.condition.lot))
        self.road.setSuffix(f"\u00a0{words.unit('m')}")
        self.road.setSpecialValueText(words.text("regulation.page.any-road"))
        self.road.setValue(rule.condition.road_width_min_m or 0.0)
        self.article.setText(cited.article)
        self.page.setText(cited.page)
        self.verifier.setText(verification_text(cited, words))
        self.note.setText(cited.note.in_language(words.language))
        for text in (self.article, self.page, self.verifier, self.note):
            text.setCursorPosition(0)
        self.flag.clear()
        for flag in FLAGS:
            self.flag.addItem(flag_label(flag, words) or words.text("regulation.page.no-doubt"))
        self.flag.setCurrentIndex(FLAGS.index(cited.flag))

    def _scope_said(self, line: RuleLine, document: PlanningDocument) -> str:
        words = self._desk.words
        if line.scope == sector_scope(self._code):
            return scope_text(document, line.scope, words)
        where = scope_text(document, line.scope, words)
        return words.text("regulation.page.wider", scope=where)

    def _show_value(self, line: RuleLine) -> None:
        kind = KINDS[line.rule.kind]
        self.value.take_kind(kind, self._desk.words)
        self.value.setSingleStep(kind.step * self.value.factor)
        self.value.setValue(line.rule.value * self.value.factor)

    def _show_kinds(self, document: PlanningDocument | None) -> None:
        self.kind.clear()
        if document is None or document.index_of(self._code) < 0:
            return
        for name in kinds_to_add(document, self._code):
            self.kind.addItem(kind_label(document, name, self._desk.words), name)

    # --- changing -----------------------------------------------------------------------------

    def written(self) -> tuple[float, Condition, Citation]:
        """Return what the fields say: value, condition, citation."""
        assert self.line is not None
        rule = self.line.rule
        condition = replace(
            rule.condition,
            lot=REGIMES[self.regime.currentIndex()],
            road_width_min_m=self.road.value() or None,
        )
        note, language = rule.citation.note, self._desk.words.language
        if self.note.text().strip() != note.in_language(language):
            note = replace(note, **{language: self.note.text().strip()})
        citation = replace(
            rule.citation,
            article=self.article.text().strip(),
            page=self.page.text().strip(),
            verified_by=self._verified_by(rule.citation),
            flag=FLAGS[self.flag.currentIndex()],
            note=note,
        )
        return self.value.number, condition, citation

    def _verified_by(self, cited: Citation) -> str:
        """Return who verified: the name that was there, unless another was written."""
        written = self.verifier.text().strip()
        same = written == verification_text(cited, self._desk.words)
        return cited.verified_by if same else written

    def _save(self) -> None:
        line = self.line
        if self._filling or line is None:
            return
        value, condition, citation = self.written()
        rule = line.rule
        if (value, condition, citation) == (rule.value, rule.condition, rule.citation):
            return

        def make(document: PlanningDocument) -> PlanningDocument:
            if condition != rule.condition:
                document = without_rule(
                    document, line.scope, kind=rule.kind, condition=rule.condition
                )
            return with_rule(
                document,
                line.scope,
                kind=rule.kind,
                value=value,
                citation=citation,
                condition=condition,
            )

        self.expected.emit((line.scope, rule.kind, repr(condition)))
        self._binder.change(make, f"{line.scope}/{rule.kind}/{condition!r}")

    def remove(self) -> None:
        """Take the rule out of the document."""
        line = self.line
        if line is not None:
            self._binder.change(
                lambda document: without_rule(
                    document, line.scope, kind=line.rule.kind, condition=line.rule.condition
                )
            )

    def add(self) -> None:
        """Add a rule of the chosen kind to the sector, to be completed."""
        kind = self.kind.currentData()
        if not kind or self._binder.document is None:
            return
        scope = sector_scope(self._code)
        cited = Citation(article="–", flag="to_check")
        start = self._start_value(kind)
        self.expected.emit((scope, kind, repr(Condition())))
        self._binder.change(
            lambda document: with_rule(document, scope, kind=kind, value=start, citation=cited)
        )

    def _start_value(self, kind: str) -> float:
        """Return what the sector takes from its zone or document, else the least usual value."""
        document = self._binder.document
        assert document is not None
        sector = document.sector(self._code)
        known = [rule.value for _scope, rule in document.rules_of(sector) if rule.kind == kind]
        usual = KINDS[kind].usual
        return known[-1] if known else (usual[0] if usual else KINDS[kind].low)

    def _on_refused(self, error: EmadinaError) -> None:
        self.show_line(self.line, self._code)
        self.error.setText(" ".join(self._desk.words.error(error)))


def _box() -> QComboBox:
    """Return a list for half of the form."""
    box = narrow_list()
    box.setMinimumContentsLength(6)
    return box
