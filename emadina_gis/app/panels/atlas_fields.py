"""What a person chooses of an atlas: which features, in which order, named how; or which tiles.

Owns the fields; what they mean is decided by ``report.atlas`` and ``report.series``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QSpinBox, QWidget

from emadina_gis.app.controls import column, narrow_list, plain_label
from emadina_gis.app.models.columns import named_columns
from emadina_gis.app.number_field import stand_like_text
from emadina_gis.app.panels.formula_field import FormulaField
from emadina_gis.io.diagnosis import may_be_personal
from emadina_gis.report.atlas import AS_LAYOUT, AtlasChoice
from emadina_gis.report.series import OVERLAP_MM, Naming, SeriesChoice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emadina_gis.app.desk import Desk
    from emadina_gis.domain.extent import Extent
    from emadina_gis.domain.layer import VectorLayer

SCALES = (200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000)
SERIES_SCALES = (500, 1_000, 2_000, 5_000, 10_000, 25_000)
USUAL_SERIES = 2_000
PATTERN = "\0pattern"
_MOST_MARGIN = 300
_MARGIN = 10


class Fields(QWidget):
    """Fields under one another, each with its label; `changed` when a person changes one."""

    changed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._lines = column(self, spacing=8)
        self._labels: list[tuple[str, QWidget]] = []
        self.seen = QCheckBox()
        self.seen.toggled.connect(lambda _on: self.changed.emit())

    def _labelled(self, key: str, widget: QWidget) -> QWidget:
        """Add a field with its label above it, and return both as one."""
        whole = QWidget()
        lines = column(whole, spacing=2)
        label = plain_label("", "secondary", wrap=True)
        lines.addWidget(label)
        lines.addWidget(widget)
        self._desk.speech.bind(self, key, label.setText, widget.setAccessibleName)
        self._lines.addWidget(whole)
        return whole

    def _checked(self, key: str, box: QCheckBox) -> None:
        self._desk.speech.bind(self, key, box.setText)
        self._lines.addWidget(box)

    def _list(self) -> QComboBox:
        box = narrow_list()
        box.activated.connect(lambda _index: self.changed.emit())
        return box

    def _number(self, value: int, most: int) -> QSpinBox:
        spin = stand_like_text(QSpinBox())
        spin.setRange(0, most)
        spin.setValue(value)
        spin.valueChanged.connect(lambda _value: self.changed.emit())
        return spin

    def extent(self) -> Extent | None:
        """Return what the map shows where only that is asked for."""
        viewport = self._desk.view.viewport
        return viewport.extent if self.seen.isChecked() and viewport is not None else None


class FeatureFields(Fields):
    """Which features of a layer make pages, and how."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._layer: VectorLayer | None = None
        self.where = FormulaField(desk, "select.hint")
        self.selected = QCheckBox()
        self.sort, self.name, self.scale = self._list(), self._list(), self._list()
        self.descending = QCheckBox()
        self.pattern = QLineEdit()
        self.margin = self._number(_MARGIN, _MOST_MARGIN)
        self._labelled("atlas.panel.where", self.where)
        self._lines.addWidget(self.selected)
        self._checked("atlas.panel.seen", self.seen)
        self._labelled("atlas.panel.sort", self.sort)
        self._checked("atlas.panel.descending", self.descending)
        self._labelled("atlas.panel.name", self.name)
        self._pattern_row = self._labelled("atlas.panel.pattern", self.pattern)
        self._labelled("atlas.panel.scale", self.scale)
        self._labelled("atlas.panel.margin", self.margin)
        for check in (self.selected, self.descending):
            check.toggled.connect(lambda _on: self.changed.emit())
        self.name.activated.connect(lambda _index: self._show_pattern())
        self.where.submitted.connect(self.changed.emit)
        self.pattern.editingFinished.connect(self.changed.emit)

    def show_layer(self, layer: VectorLayer | None) -> None:
        """Offer the columns of a layer and keep what is chosen where it is there."""
        other = layer is not None and (self._layer is None or layer.id != self._layer.id)
        self._layer = layer
        if other:
            self.where.clear()
            self.pattern.clear()
        self._offer_columns(layer)
        self._offer_scales()
        self.show_selection()

    def show_selection(self) -> None:
        """Offer the selected features where there are some."""
        count = len(self._ids())
        self.selected.setText(self._desk.speech.plural("export.only-selected", count))
        self.selected.setVisible(count > 0)
        if not count:
            self.selected.setChecked(False)

    def choice(self) -> AtlasChoice:
        """Return what is chosen."""
        chosen = str(self.name.currentData() or "")
        return AtlasChoice(
            where=self.where.text(),
            ids=self._ids() if self.selected.isChecked() else None,
            within=self.extent(),
            sort_by=str(self.sort.currentData() or ""),
            descending=self.descending.isChecked(),
            name=self.pattern.text() if chosen == PATTERN else chosen,
            margin=1.0 + self.margin.value() / 100,
            scale=int(self.scale.currentData() or 0),
        )

    def _ids(self) -> tuple[int, ...]:
        if self._layer is None:
            return ()
        return tuple(self._desk.view.selected(self._layer.id).tolist())

    def _offer_columns(self, layer: VectorLayer | None) -> None:
        say = self._desk.speech.text
        named = () if layer is None else named_columns(self._desk, layer)
        self.where.set_columns(named)
        fill(self.sort, [(say("atlas.panel.by-name"), ""), *((n.title, n.field) for n in named)])
        public = [(n.title, n.field) for n in named if not may_be_personal(n.field)]
        usual = (say("atlas.panel.usual-name"), "")
        fill(self.name, [usual, *public, (say("atlas.panel.by-pattern"), PATTERN)])
        self._show_pattern()

    def _offer_scales(self) -> None:
        say, words = self._desk.speech.text, self._desk.words
        fixed = [(words.isolated(f"1/{words.number(scale)}"), scale) for scale in SCALES]
        as_layout = (say("atlas.panel.as-layout"), AS_LAYOUT)
        fill(self.scale, [as_layout, (say("atlas.panel.fitting"), 0), *fixed])

    def _show_pattern(self) -> None:
        self._pattern_row.setVisible(self.name.currentData() == PATTERN)


class SeriesFields(Fields):
    """How a series of tiles is cut."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.scale, self.naming = self._list(), self._list()
        self.overlap = self._number(round(OVERLAP_MM), 200)
        self.index = QCheckBox()
        self.index.setChecked(True)
        self._labelled("atlas.panel.scale", self.scale)
        self._labelled("atlas.panel.overlap", self.overlap)
        self._labelled("atlas.panel.naming", self.naming)
        self._checked("atlas.panel.seen", self.seen)
        self._checked("atlas.panel.index", self.index)
        self.index.toggled.connect(lambda _on: self.changed.emit())
        self.show_again()

    def show_again(self) -> None:
        """Write the lists in the language of the window."""
        say, words = self._desk.speech.text, self._desk.words
        scales = [(words.isolated(f"1/{words.number(scale)}"), scale) for scale in SERIES_SCALES]
        fill(self.scale, scales, USUAL_SERIES)
        fill(self.naming, [(say(f"atlas.panel.naming-{kind}"), str(kind)) for kind in Naming])

    def choice(self) -> SeriesChoice:
        """Return what is chosen."""
        return SeriesChoice(
            int(self.scale.currentData() or USUAL_SERIES),
            float(self.overlap.value()),
            Naming(str(self.naming.currentData())),
            self.extent(),
            has_index=self.index.isChecked(),
        )


def fill(box: QComboBox, entries: Sequence[tuple[str, object]], usual: object = None) -> None:
    """Offer other entries and keep the one that is chosen, else the usual one."""
    chosen = box.currentData() if box.count() else usual
    box.clear()
    for text, data in entries:
        box.addItem(text, data)
    box.setCurrentIndex(max(box.findData(chosen), 0))
