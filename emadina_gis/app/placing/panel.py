"""The panel that places a layer: method, control points, what they tell, apply.

Owns the widgets; each change goes out as another draft. Nothing is applied before the button.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QPushButton, QScrollArea, QWidget

from emadina_gis.app.controls import clear, column, narrow_list, plain_label
from emadina_gis.app.panels.crs_chooser import CrsChooser
from emadina_gis.app.panels.layer_legend import Elided
from emadina_gis.app.panels.side_page import SidePage
from emadina_gis.app.placing.card import CoordinateField, PointCard, side_by_side
from emadina_gis.app.placing.outcome import residual_text, told
from emadina_gis.app.wrapping import Wrapping, growing
from emadina_gis.domain.layer import RasterLayer
from emadina_gis.domain.placement import PlacementMethod
from emadina_gis.domain.placement_reading import UNITS_M
from emadina_gis.workflows.placing import Draft, DraftPoint

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk
    from emadina_gis.domain.crs import Crs
    from emadina_gis.domain.layer import Layer
    from emadina_gis.domain.placement_reading import Offset

DRAWING_METHODS = (
    PlacementMethod.SIMILARITY,
    PlacementMethod.RIGID,
    PlacementMethod.SHIFT,
    PlacementMethod.AFFINE,
    PlacementMethod.PROJECTIVE,
)
PICTURE_METHODS = (
    PlacementMethod.SIMILARITY,
    PlacementMethod.AFFINE,
    PlacementMethod.PROJECTIVE,
    PlacementMethod.POLYNOMIAL_2,
    PlacementMethod.POLYNOMIAL_3,
)
PLAN_SCALES = (500, 1000, 2000, 5000, 10_000, 25_000, 50_000)
_KNOWS_UNIT = {PlacementMethod.RIGID, PlacementMethod.SHIFT}
_LAID_OUT_MS = 30
_ORIGIN = np.zeros((1, 2))


class PlacePanel(SidePage):
    """Control points of one layer.

    Signals
    -------
    draft_changed(Draft)
        The person said something.
    apply_asked(), save_asked(), load_asked(), copy_asked(), forget_asked()
        What is to be done with it.
    """

    draft_changed = Signal(object)
    apply_asked = Signal()
    save_asked = Signal()
    load_asked = Signal()
    copy_asked = Signal()
    forget_asked = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "placing.title")
        self.draft = Draft()
        self.is_picture = False
        self._siblings = 0
        self._crs_shown: Crs | None = None
        self.offsets: tuple[Offset, ...] = ()
        self.name = Elided("", "bold")
        self.hint = plain_label("", "secondary", wrap=True)
        self.crs = CrsChooser(desk)
        self.method = narrow_list()
        self.unit = narrow_list()
        self.plan_scale = narrow_list()
        self.plan_scale.setEditable(True)
        self.plan_scale.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.grid_step = CoordinateField(desk.speech)
        self.offset = (CoordinateField(desk.speech), CoordinateField(desk.speech))
        self.suggestions = QWidget()
        self.together = QCheckBox()
        self.cards: list[PointCard] = []
        self.told = column(spacing=6)
        self._make_buttons()
        self._lay_out()
        self._connect()

    def _make_buttons(self) -> None:
        voice = self._desk.voice
        self.add = voice.button("placing.add-point", self._add, icon="plus")
        self.load = voice.button("placing.load", self.load_asked.emit, icon="folder-open")
        self.save = voice.button("placing.save", self.save_asked.emit, icon="save")
        self.copy = voice.button("placing.copy", self.copy_asked.emit, icon="file-image")
        self.forget = voice.button("placing.forget", self.forget_asked.emit, icon="unlink")
        self.apply = voice.button("placing.apply", self.apply_asked.emit, look="accent")

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setVerticalSpacing(6)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        offset = side_by_side(self.offset)
        self._rows: dict[str, QWidget] = {
            "placing.how": self.method,
            "placing.unit-of-drawing": self.unit,
            "placing.offset": offset,
            "placing.plan-scale": self.plan_scale,
            "placing.grid-step": self.grid_step,
        }
        self.content.addWidget(self.name)
        self.content.addWidget(self.hint)
        for key, widget in {"placing.crs": self.crs, **self._rows}.items():
            label = self._desk.voice.label(key)
            label.setBuddy(widget)
            self._desk.speech.bind(widget, key, widget.setAccessibleName)
            for axis, field in zip("xy", self.offset if widget is offset else (), strict=False):
                self._desk.speech.bind(field, f"placing.offset-{axis}", field.setAccessibleName)
            if widget is self.crs:
                form.addRow(label)
                form.addRow(widget)
            else:
                form.addRow(label, widget)
        self._form = form
        column(self.suggestions, spacing=4)
        self._points = column(spacing=8)
        self.content.addLayout(form)
        self.content.addWidget(self.suggestions)
        self.content.addLayout(self._points)
        self.content.addWidget(self.add)
        self.content.addStretch(1)
        self.foot.addLayout(self.told)
        self.foot.addWidget(self.together)
        files = (self.load, self.save, self.copy, self.forget)
        self.foot.addWidget(Wrapping(*map(growing, files)))
        self.foot.addWidget(self.apply)

    def _connect(self) -> None:
        self.crs.chosen.connect(self._on_crs)
        self.method.activated.connect(lambda _i: self._on_method())
        self.unit.activated.connect(lambda _i: self._set(unit_m=float(self.unit.currentData())))
        line = self.plan_scale.lineEdit()
        if line is not None:
            line.editingFinished.connect(self._on_plan_scale)
        self.plan_scale.activated.connect(lambda _i: self._on_plan_scale())
        self.grid_step.editingFinished.connect(
            lambda: self._set(grid_step=self.grid_step.value or 0.0)
        )
        for field in self.offset:
            field.editingFinished.connect(self._on_offset)
        self._desk.speech.changed.connect(self._say_again)

    # --- showing ------------------------------------------------------------------------------

    def start(self, layer: Layer, draft: Draft, siblings: int) -> None:
        """Show another layer with what was said of it, and how many others are of its drawing."""
        self.is_picture = isinstance(layer, RasterLayer)
        self.offsets = ()
        self._siblings = siblings
        self.together.setChecked(True)
        self._crs_shown = None
        self.name.set_full(self._desk.speech.title(layer.title))
        self.forget.setVisible(self.is_picture and layer.placement is not None)
        self._clear_cards()
        self._fill_lists()
        self._say_together()
        self.show_draft(draft)

    def _say_together(self) -> None:
        self.together.setVisible(self._siblings > 0)
        self.together.setText(self._desk.speech.plural("placing.together", self._siblings))

    def _say_again(self) -> None:
        self._clear_cards()
        self._crs_shown = None
        self._fill_lists()
        self._say_together()
        self.show_draft(self.draft)

    def _fill_lists(self) -> None:
        words = self._desk.words
        methods = PICTURE_METHODS if self.is_picture else DRAWING_METHODS
        self.method.clear()
        for method in methods:
            least = words.plural("placing.least", method.least_points)
            name = words.text(f"placing.method.{method.value}")
            self.method.addItem(f"{name} · {least}", method.value)
        self.unit.clear()
        for unit, metres in UNITS_M.items():
            self.unit.addItem(words.text(f"placing.unit.{unit}"), metres)
        self.plan_scale.clear()
        self.plan_scale.addItem(words.text("placing.scale-not-stated"), 0.0)
        for denominator in PLAN_SCALES:
            text = words.text("placing.scale-of", scale=words.number(denominator))
            self.plan_scale.addItem(text, float(denominator))

    def show_draft(self, draft: Draft) -> None:
        """Show what was said and what follows from it."""
        before, self.draft = self.draft, draft
        if self._crs_shown != draft.crs:
            self._crs_shown = draft.crs
            self.crs.offer((), draft.crs)
        self.method.setCurrentIndex(self.method.findData(draft.method.value))
        self.unit.setCurrentIndex(self._unit_index(draft.unit_m))
        self._show_plan_scale(draft.plan_scale)
        self.grid_step.show_value(draft.grid_step or None, 1)
        self._show_offset(draft)
        self._show_rows(draft.method)
        self._show_cards()
        self._show_told()
        self.hint.setText(self._desk.speech.text(self._hint_key()))
        self.apply.setEnabled(draft.placement is not None)
        self.copy.setEnabled(draft.placement is not None)
        self.copy.setVisible(self.is_picture)
        self.save.setEnabled(bool(draft.whole))
        changed = [i for i, p in enumerate(draft.points) if p not in before.points]
        if len(changed) == 1:
            card = self.cards[changed[0]]
            QTimer.singleShot(_LAID_OUT_MS, card, lambda: self._reveal(card))

    def _unit_index(self, unit_m: float) -> int:
        values = list(UNITS_M.values())
        near = [abs(unit_m / value - 1) for value in values]
        return near.index(min(near))

    def _show_plan_scale(self, scale: float) -> None:
        index = self.plan_scale.findData(scale)
        if index >= 0:
            self.plan_scale.setCurrentIndex(index)
        else:
            text = self._desk.speech.text("placing.scale-of", scale=self._desk.words.number(scale))
            self.plan_scale.setEditText(text)

    def _show_offset(self, draft: Draft) -> None:
        offset = draft.offset
        if offset is None and draft.method is PlacementMethod.SHIFT and draft.fit is not None:
            offset = (float(v) for v in draft.fit.transform.apply(_ORIGIN)[0])  # type: ignore[assignment]
        for field, value in zip(self.offset, offset or (None, None), strict=True):
            field.show_value(value, 3)

    def _show_rows(self, method: PlacementMethod) -> None:
        shown = {
            "placing.unit-of-drawing": method in _KNOWS_UNIT and not self.is_picture,
            "placing.offset": method is PlacementMethod.SHIFT,
            "placing.plan-scale": self.is_picture,
            "placing.grid-step": self.is_picture,
        }
        for key, visible in shown.items():
            self._form.setRowVisible(self._rows[key], visible)
        self.suggestions.setVisible(method is PlacementMethod.SHIFT and bool(self.offsets))

    def show_suggestions(self, offsets: tuple[Offset, ...]) -> None:
        """Offer whole offsets that would bring the layer onto the others."""
        self.offsets = offsets
        layout = self.suggestions.layout()
        if layout is None:
            return
        clear(layout)
        words = self._desk.words
        for offset in offsets:
            dx, dy = (words.number(value, signed=True) for value in (offset.dx, offset.dy))
            button = QPushButton(words.text("placing.suggested", dx=dx, dy=dy))
            button.clicked.connect(
                lambda _on=False, found=offset: self._set(offset=(found.dx, found.dy))
            )
            layout.addWidget(button)
        self._show_rows(self.draft.method)

    def _clear_cards(self) -> None:
        clear(self._points)
        self.cards.clear()

    def _show_cards(self) -> None:
        while len(self.cards) > len(self.draft.points):
            card = self.cards.pop()
            card.hide()
            self._points.removeWidget(card)
            card.deleteLater()
        while len(self.cards) < len(self.draft.points):
            self._make_card(len(self.cards))
        doubtful = self.draft.doubtful
        decimals = 7 if self.draft.crs.is_geographic else 3
        for index, (card, point) in enumerate(zip(self.cards, self.draft.points, strict=True)):
            card.show_point(index + 1, point, decimals)
            tone = "amber" if index == doubtful else "secondary"
            card.show_residual(residual_text(self.draft, index, self._desk.words), tone)
            card.show_cross(self._cross_text(point))

    def _cross_text(self, point: DraftPoint) -> str:
        if not self.is_picture or point.source is None or point.target is not None:
            return ""
        cross = self.draft.cross_near(point.source)
        if cross is None:
            return ""
        x, y = (self._desk.words.number(value) for value in cross)
        return self._desk.speech.text("placing.take-cross-at", x=x, y=y)

    def _make_card(self, index: int) -> None:
        card = PointCard(self._desk.voice, is_picture=self.is_picture)
        card.place_typed.connect(lambda side, place: self._on_place(index, side, place))
        card.used_changed.connect(
            lambda on: self._change(index, replace(self.draft.points[index], used=on))
        )
        card.removed.connect(lambda: self.draft_changed.emit(self.draft.without_point(index)))
        card.cross_taken.connect(lambda: self._take_cross(index))
        self.cards.append(card)
        self._points.addWidget(card)

    def _reveal(self, card: PointCard) -> None:
        """Scroll to the point that is being worked on."""
        area = self._page.parentWidget()
        area = area.parentWidget() if area is not None else None
        if isinstance(area, QScrollArea):
            area.ensureWidgetVisible(card)

    def _show_told(self) -> None:
        clear(self.told)
        for text, tone in told(self.draft, self._desk.words, is_picture=self.is_picture):
            self.told.addWidget(plain_label(text, tone, wrap=True))

    def _hint_key(self) -> str:
        draft = self.draft
        if draft.method is PlacementMethod.SHIFT:
            return "placing.hint.shift"
        if any(point.source is not None and point.target is None for point in draft.points):
            return "placing.hint.target"
        if any(point.target is not None and point.source is None for point in draft.points):
            return "placing.hint.source"
        if len(draft.whole) < draft.method.least_points:
            return "placing.hint.picture" if self.is_picture else "placing.hint.drawing"
        return "placing.hint.more"

    # --- what the person does -----------------------------------------------------------------

    def _set(self, **changes: object) -> None:
        changed = replace(self.draft, **changes)  # type: ignore[arg-type]
        if changed != self.draft:
            self.draft_changed.emit(changed)

    def _change(self, index: int, point: DraftPoint) -> None:
        self.draft_changed.emit(self.draft.with_point(index, point))

    def _on_place(self, index: int, side: str, place: tuple[float, float]) -> None:
        self.draft_changed.emit(self.draft.picked(side, place, index))

    def _take_cross(self, index: int) -> None:
        source = self.draft.points[index].source
        cross = None if source is None else self.draft.cross_near(source)
        if cross is not None:
            self._on_place(index, "target", cross)

    def _add(self) -> None:
        self.draft_changed.emit(self.draft.with_point(len(self.draft.points), DraftPoint()))
        self.cards[-1].fields["source"][0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_crs(self, crs: Crs) -> None:
        if crs.is_known:
            self._set(crs=crs)

    def _on_method(self) -> None:
        method, reading = PlacementMethod(self.method.currentData()), self.draft.scale_reading
        if method in _KNOWS_UNIT and reading.kind == "unit":
            self._set(method=method, unit_m=UNITS_M[reading.unit])
        else:
            self._set(method=method)

    def _on_offset(self) -> None:
        if not any(field.isModified() for field in self.offset):
            return
        x, y = (field.value for field in self.offset)
        for field in self.offset:
            field.setModified(False)
        self._set(offset=None if x is None or y is None else (x, y))

    def _on_plan_scale(self) -> None:
        from emadina_gis.app.placing.coordinates import number_of

        index = self.plan_scale.findText(self.plan_scale.currentText())
        if index >= 0:
            self._set(plan_scale=float(self.plan_scale.itemData(index)))
            return
        typed = self.plan_scale.currentText().replace("/", ":").rpartition(":")[2]
        self._set(plan_scale=number_of(typed) or 0.0)
