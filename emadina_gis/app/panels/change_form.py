"""Adding a change to a scenario: what kind, where (drawn or selected), and what is told of it.

The form knows which fields a kind has; what the change catches is ``workflows.making_changes``'s.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QWidget

from emadina_gis.app.controls import column, narrow_list, plain_label, row
from emadina_gis.app.kind_field import KindField
from emadina_gis.app.panels.sector_values import PERCENT, CalmField
from emadina_gis.app.panels.side_page import SidePage
from emadina_gis.errors import EmadinaError
from emadina_gis.regulation import KINDS
from emadina_gis.regulation.wording import kind_label
from emadina_gis.session.commands.land_changes import AddChange
from emadina_gis.session.phrase import Phrase
from emadina_gis.simulation.bonus import BONUS_KINDS
from emadina_gis.simulation.change_wording import bonus_input_label, bonus_label
from emadina_gis.simulation.drawn import Drawn, drawn_of
from emadina_gis.workflows.making_changes import RECIPES, Asked, Recipe, make_change
from emadina_gis.workflows.simulating import document_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from emadina_gis.app.canvas.draw import Ended, Points
    from emadina_gis.app.desk import Desk
    from emadina_gis.regulation import PlanningDocument
    from emadina_gis.simulation.changes import Change

#: Fields that are chosen from a list, not written.
CHOSEN = ("sector", "fallback", "key", "bonus")
WRITTEN = ("index", "nature", "name", "mode", "reason", "reference", "date", "obligations")
LENGTHS = ("width_m", "side_m", "corridor_m")
NUMBERS = (*LENGTHS, "value")
#: Widths a form begins with, in metres: the commonest road of the plan, a rail corridor's side.
BEGINS = {"width_m": 20.0, "side_m": 8.0}
MOST_INPUTS = max(len(kind.inputs) for kind in BONUS_KINDS.values())


class ChangeForm(SidePage):
    """One change, to be added; `scenario_asked` wants a scenario that may be changed."""

    scenario_asked = Signal()

    def __init__(self, desk: Desk, draw: Callable[..., None]) -> None:
        super().__init__(desk, "change-form.title")
        self._draw = draw
        self.drawn: Drawn | None = None
        self.kind = QComboBox()
        self.where = plain_label("", "muted", wrap=True)
        self.draw_button = desk.voice.button("change-form.draw", self.start_drawing, icon="pencil")
        self.boxes = {name: narrow_list() for name in CHOSEN}
        self.lines = {name: QLineEdit() for name in WRITTEN}
        self.value = KindField()
        lengths = {name: CalmField() for name in LENGTHS}
        self.numbers: dict[str, CalmField] = {**lengths, "value": self.value}
        self.inputs = [CalmField() for _ in range(MOST_INPUTS)]
        self._labels: dict[str, QWidget] = {}
        self._input_labels = [plain_label("", "section") for _ in self.inputs]
        self.error = plain_label("", "error", wrap=True)
        self.add_button = desk.voice.button("change-form.add", self.add, look="accent", icon="plus")
        self._lay_out()
        self._connect()
        self._show_texts()

    def _lay_out(self) -> None:
        self.content.setSpacing(6)
        self._add("change-form.kind-label", self.kind, "kind")
        self.content.addWidget(self._desk.voice.label("change-form.where", "section"))
        where = row(spacing=8)
        where.addWidget(self.where, 1)
        where.addWidget(self.draw_button)
        self.content.addLayout(where)
        for name in (*CHOSEN, *NUMBERS, *WRITTEN):
            field = {**self.boxes, **self.lines, **self.numbers}[name]
            self._add(f"change-form.field.{name.replace('_', '-')}", field, name)
        for label, field in zip(self._input_labels, self.inputs, strict=True):
            label.setBuddy(field)
            field.setRange(0.0, 1e7)
            self.content.addWidget(label)
            self.content.addWidget(field)
        for name, field in self.numbers.items():
            field.setRange(0.0, 1e6)
            field.setDecimals(1)
            field.setValue(BEGINS.get(name, 0.0))
        self.lines["date"].setPlaceholderText("2026-03-31")
        self.content.addStretch(1)
        foot = column(spacing=6)
        foot.addWidget(self.error)
        foot.addWidget(self.add_button)
        self.foot.addLayout(foot)

    def _add(self, key: str, field: QWidget, name: str) -> None:
        label = self._desk.voice.label(key, "section")
        label.setBuddy(field)
        self._desk.speech.bind(field, key, field.setAccessibleName)
        self._labels[name] = label
        self.content.addWidget(label)
        self.content.addWidget(field)

    def _connect(self) -> None:
        desk = self._desk
        self.kind.activated.connect(lambda _at: self._on_kind())
        self.boxes["key"].activated.connect(lambda _at: self._show_value())
        self.boxes["bonus"].activated.connect(lambda _at: self._show_fields())
        desk.speech.changed.connect(self._show_texts)
        desk.watch(self, lambda project: project.document_id, lambda _id: self._show_texts())
        desk.watch_view(self, lambda view: view.selection, lambda _ids: self._show_where())
        desk.watch_view(self, lambda view: view.active_scenario_id, lambda _id: self._show_where())

    # --- showing ------------------------------------------------------------------------------

    @property
    def recipe(self) -> Recipe:
        """The recipe of the chosen kind."""
        return RECIPES[self.kind.currentData() or next(iter(RECIPES))]

    def _document(self) -> PlanningDocument | None:
        try:
            return document_of(self._desk.project)
        except EmadinaError:
            return None

    def _show_texts(self) -> None:
        words, document = self._desk.words, self._document()
        _fill(self.kind, [(words.text(f"change-form.kind.{kind}"), kind) for kind in RECIPES])
        if document is not None:
            sectors = [(words.isolated(code), code) for code in document.sector_codes]
            none = (words.text("change-form.own-sector"), "")
            _fill(self.boxes["sector"], sectors)
            _fill(self.boxes["fallback"], [none, *sectors])
            keys = [name for name, kind in KINDS.items() if kind.editable]
            _fill(self.boxes["key"], [(kind_label(document, name, words), name) for name in keys])
            bonuses = [(bonus_label(bonus.key, words), bonus.key) for bonus in document.bonuses]
            _fill(self.boxes["bonus"], bonuses)
        for name in LENGTHS:
            self.numbers[name].setSuffix(f"\u00a0{words.unit('m')}")
        self._show_value()
        self._show_fields()
        self._show_where()

    def _show_fields(self) -> None:
        recipe = self.recipe
        shown = {*recipe.texts, *recipe.numbers}
        for name, field in {**self.boxes, **self.lines, **self.numbers}.items():
            field.setVisible(name in shown)
            self._labels[name].setVisible(name in shown)
        wanted = self._bonus_inputs()
        for at, (label, field) in enumerate(zip(self._input_labels, self.inputs, strict=True)):
            there = at < len(wanted)
            label.setVisible(there)
            field.setVisible(there)
            if there:
                self._name_input(wanted[at], label, field)
        self.draw_button.setVisible(bool(recipe.shape))

    def _name_input(self, name: str, label: QLabel, field: CalmField) -> None:
        words = self._desk.words
        text = bonus_input_label(name, words)
        label.setText(text)
        field.setAccessibleName(text)
        field.setSuffix(f"\u00a0{words.unit('percent')}" if _is_share(name) else "")

    def _bonus_inputs(self) -> tuple[str, ...]:
        if "bonus" not in self.recipe.texts:
            return ()
        kind = BONUS_KINDS.get(self.boxes["bonus"].currentData() or "")
        return kind.inputs if kind is not None else ()

    def _show_value(self) -> None:
        kind = KINDS.get(self.boxes["key"].currentData() or "")
        if kind is None:
            return
        self.value.take_kind(kind, self._desk.words)

    def _show_where(self) -> None:
        words, project, view = self._desk.words, self._desk.project, self._desk.view
        count = len(view.selected(project.parcels_id)) if project.parcels_id else 0
        if self.drawn is not None:
            self.where.setText(self._drawn_text(self.drawn))
        elif self._uses_selection and count:
            self.where.setText(words.plural("change-form.selected", count))
        else:
            self.where.setText(words.text(f"change-form.nothing.{self.recipe.shape or 'parcels'}"))
        self.add_button.setEnabled(self._is_ready(count))

    @property
    def _uses_selection(self) -> bool:
        return self.recipe.takes_selection

    def _is_ready(self, selected: int) -> bool:
        return self.drawn is not None or (self._uses_selection and selected > 0)

    def _drawn_text(self, drawn: Drawn) -> str:
        words, unit_m = self._desk.words, self._desk.project.crs.unit_m
        shape = drawn.shape
        if shape.area:
            size = words.quantity(shape.area * unit_m**2 / 1e4, "ha", 2)
            return words.text("change-form.drawn-area", size=size)
        size = words.quantity(shape.length * unit_m, "m")
        return words.text("change-form.drawn-line", size=size)

    # --- doing --------------------------------------------------------------------------------

    def choose(self, kind: str) -> None:
        """Begin a change of a kind."""
        self.kind.setCurrentIndex(self.kind.findData(kind))
        self._on_kind()

    def _on_kind(self) -> None:
        self.drawn = None
        self.error.setText("")
        self._show_fields()
        self._show_where()

    def start_drawing(self) -> None:
        """Let the person draw on the map."""
        self.error.setText("")
        area = self.recipe.shape == "area"
        key = "change-form.hint.area" if area else "change-form.hint.line"
        self.where.setText(self._desk.speech.text(key))
        ended: Ended = self._take_drawing
        self._draw(ended, area=area)

    def _take_drawing(self, points: Points) -> None:
        crs = self._desk.project.crs
        area = self.recipe.shape == "area"
        shape = shapely.make_valid(shapely.Polygon(points)) if area else shapely.LineString(points)
        if area and not shape.area:
            self.error.setText(self._desk.speech.text("change-form.flat"))
            return
        self.drawn = drawn_of(shape, crs.id, geographic=crs.is_geographic)
        self._show_where()

    def asked(self) -> Asked:
        """Return what the form says."""
        recipe, project = self.recipe, self._desk.project
        texts = {name: self._text(name) for name in recipe.texts}
        numbers = {name: self._number(name) for name in recipe.numbers}
        fields = zip(self._bonus_inputs(), self.inputs, strict=False)
        numbers.update(
            (name, field.value() / (PERCENT if _is_share(name) else 1.0)) for name, field in fields
        )
        ids = self._desk.view.selected(project.parcels_id).tolist()
        return Asked(self.kind.currentData(), self.drawn, tuple(ids), texts, numbers)

    def _text(self, name: str) -> str:
        if name in self.boxes:
            return str(self.boxes[name].currentData() or "")
        return self.lines[name].text()

    def _number(self, name: str) -> float:
        return self.value.number if name == "value" else self.numbers[name].value()

    def add(self) -> None:
        """Work out what the change catches, and add it to the scenario at work."""
        results = self._desk.results
        if results.is_reference:
            self.scenario_asked.emit()
        project = self._desk.project
        scenario_id, asked = self._desk.view.active_scenario_id, self.asked()
        if scenario_id == project.reference_id:
            return
        self.error.setText("")
        self._desk.jobs.submit_shown(
            "job.changing",
            lambda ctx: make_change(project, scenario_id, asked, ctx),
            done=lambda change: self._take(scenario_id, change),
            failed=self._on_failed,
        )

    def _take(self, scenario_id: str, change: Change) -> None:
        if self._desk.do(AddChange(scenario_id, change)):
            self.drawn = None
            self._show_where()
            self._desk.notices.done(Phrase("change-form.added"))

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, EmadinaError):
            raise error
        self.error.setText(" ".join(self._desk.words.error(error)))


def _is_share(name: str) -> bool:
    """Whether an input of a bonus is a share, written as a percentage."""
    return name.endswith("_share")


def _fill(box: QComboBox, entries: list[tuple[str, str]]) -> None:
    """Fill a list; what was chosen stays chosen."""
    chosen = box.currentData()
    box.clear()
    for text, data in entries:
        box.addItem(text, data)
    box.setCurrentIndex(max(box.findData(chosen), 0))
