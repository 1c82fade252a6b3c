"""The parts of one symbol: fill, line, dash, casing, pattern, marker, and what sizes are in.

Owns the widgets; each change is told as another whole symbol. Knows no layer.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QLineEdit,
    QSpinBox,
    QWidget,
)

from emadina_gis.analysis.plan_symbols import signs_for
from emadina_gis.app.controls import column, narrow_list, row
from emadina_gis.app.models.symbol_parts import (
    METRES,
    OWN_DASH,
    PAPER,
    dash_name,
    dashes_text,
    with_dash,
    with_marker,
    with_pattern_kind,
    with_unit,
)
from emadina_gis.app.number_field import stand_like_text
from emadina_gis.app.panels.color_button import ColorButton
from emadina_gis.app.panels.error_line import ErrorLine
from emadina_gis.app.swatches import laid_on_ground
from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.style import Dash, Marker, PatternKind, Symbol
from emadina_gis.errors import EmadinaError
from emadina_gis.render.symbols import draw_symbol
from emadina_gis.workflows.styles import read_marker, shipped_markers

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk
    from emadina_gis.domain.style import Picture

ICON = QSize(28, 18)
SHARP = 2
#: A number may be so narrow where it stands beside others.
LEAST_PX = 56
MM_PER_PX = 25.4 / 96
FROM_FILE = "file"
_INK = "#3d3a36"


class SymbolForm(QWidget):
    """A symbol, part by part; `changed` tells another symbol."""

    changed = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._symbol = Symbol()
        self._kind = Kind.POLYGON
        self._has_color = True
        self._filling = False
        #: What the lists were made for: kind, language, a drawing of the person's own.
        self._listed: tuple[Kind, str, Picture | None] | None = None
        self.sign = _list()
        self.fill = ColorButton(desk, "style.fill-color")
        self.opacity = stand_like_text(QSpinBox())
        self.opacity.setRange(0, 100)
        self.opacity.setSuffix(" %")
        self.pattern = _list()
        self.pattern_color = ColorButton(desk, "style.pattern-color", may_be_none=False)
        self.spacing = _length(0.2, 100.0, 0.1)
        self.pattern_width = _length(0.02, 20.0, 0.02)
        self.angle = stand_like_text(QSpinBox())
        self.angle.setRange(-180, 180)
        self.angle.setSingleStep(5)
        self.angle.setSuffix("°")
        self.stroke = ColorButton(desk, "style.line-color")
        self.line_width = _length(0.0, 1_000.0, 0.05)
        self.dash = _list()
        self.dashes = QLineEdit()
        self.dashes.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.casing = ColorButton(desk, "style.casing-color")
        self.casing_width = _length(0.0, 1_000.0, 0.1)
        self.marker = _list()
        self.marker_size = _length(0.2, 1_000.0, 0.2)
        self.unit = _list()
        self.error = ErrorLine()
        self._form: QFormLayout
        self._lay_out()
        self._connect()
        desk.speech.changed.connect(self._fill)

    def _lay_out(self) -> None:
        self._form = QFormLayout()
        self._form.setVerticalSpacing(8)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._fill_row = _beside(self.fill, self.opacity)
        self._pattern_row = _beside(self.pattern_color, self.spacing, self.pattern_width)
        self._line_row = _beside(self.stroke, self.line_width)
        self._casing_row = _beside(self.casing, self.casing_width)
        rows: tuple[tuple[str, QWidget], ...] = (
            ("style.sign", self.sign), ("style.fill", self._fill_row),
            ("style.area-pattern", self.pattern), ("style.pattern-lines", self._pattern_row),
            ("style.angle", self.angle), ("style.shape", self.marker),
            ("style.size", self.marker_size), ("style.width", self._line_row),
            ("style.dash-kind", self.dash), ("style.dashes", self.dashes),
            ("style.casing", self._casing_row),
            ("style.measured", self.unit),
        )  # fmt: skip
        for key, widget in rows:
            self._form.addRow(self._desk.voice.label(key), widget)
        named: tuple[tuple[str, QWidget], ...] = (
            ("style.sign", self.sign), ("style.fill-opacity", self.opacity),
            ("style.area-pattern", self.pattern), ("style.spacing", self.spacing),
            ("style.pattern-width", self.pattern_width), ("style.angle", self.angle),
            ("style.shape", self.marker), ("style.size", self.marker_size),
            ("style.line-width", self.line_width), ("style.dash-kind", self.dash),
            ("style.dashes", self.dashes), ("style.casing-width", self.casing_width),
            ("style.measured", self.unit),
        )  # fmt: skip
        for key, widget in named:
            self._desk.speech.bind(widget, key, widget.setAccessibleName, widget.setToolTip)
        whole = column(self, spacing=6)
        whole.addLayout(self._form)
        whole.addWidget(self.error)

    def _connect(self) -> None:
        self.sign.activated.connect(self._on_sign)
        self.fill.picked.connect(lambda color: self._tell(fill=color))
        self.opacity.valueChanged.connect(lambda part: self._tell(fill_opacity=part / 100))
        self.pattern.activated.connect(
            lambda _index: self._put(with_pattern_kind(self._symbol, self._pattern_kind()))
        )
        self.pattern_color.picked.connect(lambda color: self._tell_pattern(color=color))
        self.spacing.valueChanged.connect(lambda mm: self._tell_pattern(spacing_mm=round(mm, 2)))
        self.pattern_width.valueChanged.connect(
            lambda mm: self._tell_pattern(width_mm=round(mm, 2))
        )
        self.angle.valueChanged.connect(lambda deg: self._tell_pattern(angle_deg=float(deg)))
        self.stroke.picked.connect(lambda color: self._tell(stroke=color))
        self.line_width.valueChanged.connect(lambda mm: self._tell(stroke_mm=round(mm, 2)))
        self.dash.activated.connect(
            lambda _index: self._put(with_dash(self._symbol, str(self.dash.currentData())))
        )
        self.dashes.editingFinished.connect(self._on_dashes)
        self.casing.picked.connect(lambda color: self._tell(casing=color))
        self.casing_width.valueChanged.connect(lambda mm: self._tell(casing_mm=round(mm, 2)))
        self.marker.activated.connect(self._on_marker)
        self.marker_size.valueChanged.connect(lambda mm: self._tell(size_mm=round(mm, 2)))
        self.unit.activated.connect(
            lambda _index: self._put(with_unit(self._symbol, str(self.unit.currentData())))
        )

    @property
    def symbol(self) -> Symbol:
        """The symbol shown."""
        return self._symbol

    def show_symbol(self, symbol: Symbol, kind: Kind, *, has_color: bool = True) -> None:
        """Show another symbol of features of a kind.

        Parameters
        ----------
        has_color : bool
            Whether the main colour is the symbol's own; classes have theirs.
        """
        self._symbol, self._kind, self._has_color = symbol, kind, has_color
        self.error.say("")
        self._fill()

    def _fill(self) -> None:
        self._filling = True
        symbol = self._symbol
        self._fill_lists(symbol)
        self.fill.show_color(symbol.fill)
        self.opacity.setValue(round(symbol.fill_opacity * 100))
        self.stroke.show_color(symbol.stroke)
        self.casing.show_color(symbol.casing)
        self.dashes.setText(dashes_text(symbol.dashes_mm))
        unit = self._desk.words.unit("m" if symbol.ground_scale else "mm")
        values: list[tuple[QDoubleSpinBox, float]]
        values = [(self.line_width, symbol.stroke_mm), (self.casing_width, symbol.casing_mm),
                  (self.marker_size, symbol.size_mm)]  # fmt: skip
        if symbol.pattern is not None:
            values += [(self.spacing, symbol.pattern.spacing_mm),
                       (self.pattern_width, symbol.pattern.width_mm)]  # fmt: skip
            self.pattern_color.show_color(symbol.pattern.color)
            self.angle.setValue(round(symbol.pattern.angle_deg))
        for spin, value in values:
            spin.setSuffix(f" {unit}")
            spin.setValue(value)
        self._show_rows(symbol)
        self._filling = False

    def _fill_lists(self, symbol: Symbol) -> None:
        """Choose in the lists what the symbol has; their icons are drawn for each kind once."""
        own = symbol.picture if symbol.picture not in shipped_markers() else None
        listed = (self._kind, self._desk.words.language, own)
        if listed != self._listed:
            self._listed = listed
            self._list_all(own)
        sign = next((str(n) for n, made in signs_for(self._kind).items() if made == symbol), "")
        pattern = "" if symbol.pattern is None else symbol.pattern.kind.value
        marker = symbol.marker.value if symbol.picture is None else symbol.picture.name
        for box, value in (
            (self.sign, sign), (self.pattern, pattern), (self.dash, dash_name(symbol)),
            (self.unit, METRES if symbol.ground_scale else PAPER), (self.marker, marker),
        ):  # fmt: skip
            box.setCurrentIndex(box.findData(value))

    def _list_all(self, own: Picture | None) -> None:
        say = self._desk.speech.text
        signs = [("", say("style.plan-sign.none"), QIcon())]
        signs += [
            (str(name), say(f"style.plan-sign.{name}"), symbol_icon(made, self._kind))
            for name, made in signs_for(self._kind).items()
        ]
        _offer(self.sign, signs)
        kinds = [("", say("style.pattern.none"), QIcon())]
        kinds += [(kind.value, say(f"style.pattern.{kind.value}"), QIcon()) for kind in PatternKind]
        _offer(self.pattern, kinds)
        dashes = [
            (dash.value, say(f"style.dash.{dash.value}"),
             symbol_icon(Symbol(None, _INK, 0.4, dash), Kind.LINE))
            for dash in Dash
        ]  # fmt: skip
        _offer(self.dash, [*dashes, (OWN_DASH, say("style.dash.own"), QIcon())])
        units = [(name, say(f"style.unit.{name}"), QIcon()) for name in (PAPER, METRES)]
        _offer(self.unit, units)
        self._list_markers(own)

    def _list_markers(self, own: Picture | None) -> None:
        say = self._desk.speech.text
        plain = Symbol(_INK, None, size_mm=3.4)
        offered = [
            (kind.value, say(f"style.marker.{kind.value}"),
             symbol_icon(replace(plain, marker=kind), Kind.POINT))
            for kind in Marker
        ]  # fmt: skip
        offered += [
            (picture.name, say(f"style.marker.{picture.name}"),
             symbol_icon(replace(plain, picture=picture), Kind.POINT))
            for picture in shipped_markers()
        ]  # fmt: skip
        if own is not None:
            icon = symbol_icon(replace(plain, picture=own), Kind.POINT)
            offered.append((own.name, self._desk.words.isolated(own.name), icon))
        offered.append((FROM_FILE, say("style.marker.file"), QIcon()))
        _offer(self.marker, offered)

    def _show_rows(self, symbol: Symbol) -> None:
        area, point = self._kind == Kind.POLYGON, self._kind == Kind.POINT
        shown: dict[QWidget, bool] = {
            self._fill_row: area or point,
            self.pattern: area,
            self._pattern_row: area and symbol.pattern is not None,
            self.angle: area and symbol.pattern is not None,
            self.marker: point,
            self.marker_size: point,
            self.dash: not point,
            self.dashes: not point and dash_name(symbol) == OWN_DASH,
            self._casing_row: not point,
        }
        for widget, visible in shown.items():
            self._form.setRowVisible(widget, visible)
        by_class = not self._has_color
        is_line = self._kind == Kind.LINE
        self.fill.setVisible(not by_class)
        self.stroke.setVisible(not (by_class and is_line))
        self.opacity.setVisible(symbol.fill is not None or by_class)
        self.casing_width.setVisible(symbol.casing is not None)
        self.line_width.setVisible(symbol.stroke is not None or (by_class and is_line))

    def _pattern_kind(self) -> str:
        return str(self.pattern.currentData() or "")

    def _tell(self, **parts: Any) -> None:
        if not self._filling:
            self._put(replace(self._symbol, **parts))

    def _tell_pattern(self, **parts: Any) -> None:
        if not self._filling and self._symbol.pattern is not None:
            self._put(replace(self._symbol, pattern=replace(self._symbol.pattern, **parts)))

    def _put(self, symbol: Symbol) -> None:
        self.error.say("")
        if symbol != self._symbol:
            self._symbol = symbol
            self.changed.emit(symbol)

    def _on_sign(self, _index: int) -> None:
        chosen = signs_for(self._kind)
        for name, symbol in chosen.items():
            if str(name) == self.sign.currentData():
                self._put(symbol)

    def _on_dashes(self) -> None:
        try:
            self._put(with_dash(self._symbol, OWN_DASH, self.dashes.text()))
        except EmadinaError as error:
            self.error.say(" ".join(self._desk.words.error(error)))

    def _on_marker(self, _index: int) -> None:
        name = str(self.marker.currentData())
        if name == FROM_FILE:
            self._fill()
            self._ask_marker()
            return
        self._put(with_marker(self._symbol, name, shipped_markers()))

    def _ask_marker(self) -> None:
        title = self._desk.speech.text("style.marker.file")
        path, _ = QFileDialog.getOpenFileName(self, title, "", "SVG (*.svg)")
        if path:
            self.take_marker(Path(path))

    def take_marker(self, path: Path) -> None:
        """Take the drawing of a file as the marker; what keeps it from being one is told here."""
        try:
            picture = read_marker(path)
        except EmadinaError as error:
            self.error.say(" ".join(self._desk.words.error(error)))
            return
        self._put(replace(self._symbol, picture=picture))


def symbol_icon(symbol: Symbol, kind: Kind) -> QIcon:
    """Return the swatch of a symbol."""
    pixmap = QPixmap(ICON * SHARP)
    pixmap.fill(Qt.GlobalColor.transparent)
    pixmap.setDevicePixelRatio(SHARP)
    painter = QPainter(pixmap)
    rect = QRectF(1, 1, ICON.width() - 2, ICON.height() - 2)
    rect = laid_on_ground(painter, rect, symbol, kind)
    draw_symbol(painter, rect, symbol=symbol, kind=kind, mm_per_px=MM_PER_PX)
    painter.end()
    icon = QIcon(pixmap)
    icon.addPixmap(pixmap, QIcon.Mode.Selected)  # Qt would tint it
    return icon


def _list() -> QComboBox:
    box = narrow_list()
    box.setIconSize(ICON)
    return box


def _length(low: float, high: float, step: float) -> QDoubleSpinBox:
    spin = stand_like_text(QDoubleSpinBox())
    spin.setRange(low, high)
    spin.setSingleStep(step)
    spin.setKeyboardTracking(False)
    return spin


def _beside(*widgets: QWidget) -> QWidget:
    holder = QWidget()
    line = row(holder, spacing=6)
    for widget in widgets:
        widget.setMinimumWidth(0 if isinstance(widget, ColorButton) else LEAST_PX)
        line.addWidget(widget, 0 if isinstance(widget, ColorButton) else 1)
    line.addStretch(0)
    return holder


def _offer(box: QComboBox, offered: list[tuple[str, str, QIcon]]) -> None:
    box.clear()
    for value, text, icon in offered:
        box.addItem(icon, text, value)
