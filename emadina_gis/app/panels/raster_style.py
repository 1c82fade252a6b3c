"""The style of a raster: its colours, the range they span, smooth or in steps, how faint it is.

Owns the widgets; each change is an undoable command.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QFormLayout,
    QWidget,
)
from shiboken6 import isValid

from emadina_gis.analysis.palettes import RAMPS
from emadina_gis.analysis.style_builder import raster_ramp
from emadina_gis.app.controls import Slider, narrow_list, plain_label
from emadina_gis.app.number_field import stand_like_text
from emadina_gis.app.panels.layer_legend import Elided, LegendView
from emadina_gis.app.panels.ramps import RAMP_SIZE, fill_ramps
from emadina_gis.app.panels.raster_bands import RasterBands
from emadina_gis.app.panels.side_page import SidePage
from emadina_gis.domain.layer import RasterLayer
from emadina_gis.session.commands.layers import SetLayerOpacity
from emadina_gis.session.commands.styles import SetRasterStyle
from emadina_gis.workflows.rasters import usual_range

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk
    from emadina_gis.domain.style import RasterStyle

LARGEST = 1e9
OWN_COLORS = ""
#: Numbers may be far longer than the usual ones; the panel is no wider for that.
_NUMBER_PX = 96


class RasterStylePanel(SidePage):
    """Style of one raster, live."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "style.raster.title")
        self.layer_id = ""
        self._filling = False
        self.name = Elided("", "bold")
        self.ramp = narrow_list()
        self.ramp.setIconSize(RAMP_SIZE)
        self.low, self.high = (stand_like_text(QDoubleSpinBox()) for _ in range(2))
        for spin in (self.low, self.high):
            spin.setRange(-LARGEST, LARGEST)
            spin.setDecimals(2)
            spin.setKeyboardTracking(False)
            spin.setMinimumWidth(_NUMBER_PX)
        self.smooth = QCheckBox()
        self.opacity = Slider()
        self.opacity.setRange(0, 100)
        self.usual = desk.voice.button("style.raster.usual", self._ask_usual)
        self.error = plain_label("", "error", wrap=True)
        self.legend = LegendView()
        self.bands = RasterBands(desk)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        form = self._form = QFormLayout()
        form.setVerticalSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        rows: tuple[tuple[str, QWidget], ...] = (
            ("style.ramp", self.ramp), ("style.raster.low", self.low),
            ("style.raster.high", self.high), ("layers.opacity", self.opacity),
        )  # fmt: skip
        for key, widget in rows:
            label = self._desk.voice.label(key)
            label.setBuddy(widget)
            self._desk.speech.bind(widget, key, widget.setAccessibleName)
            form.addRow(label, widget)
        self._desk.speech.bind(self.smooth, "style.raster.smooth", self.smooth.setText)
        self.content.addWidget(self.name)
        self.content.addWidget(self.bands)
        self.content.addLayout(form)
        for part in (self.usual, self.smooth, self.error, self.legend):
            self.content.addWidget(part)
        self.content.addStretch(1)

    def _connect(self) -> None:
        self.ramp.activated.connect(lambda _index: self._apply())
        for spin in (self.low, self.high):
            spin.valueChanged.connect(lambda _value: self._apply())
        self.smooth.toggled.connect(lambda _on: self._apply_smooth())
        self.opacity.valueChanged.connect(self._fade)
        self._desk.watch(self, lambda project: project.layers, lambda _layers: self._show())
        self._desk.speech.changed.connect(self._show)

    def edit(self, layer_id: str) -> None:
        """Show the style of a raster."""
        self.layer_id = layer_id
        self.error.setText("")
        self._show()

    @property
    def layer(self) -> RasterLayer | None:
        """The raster whose style is shown."""
        project = self._desk.project
        if not project.has_layer(self.layer_id):
            return None
        layer = project.layer(self.layer_id)
        return layer if isinstance(layer, RasterLayer) else None

    def _show(self) -> None:
        layer = self.layer
        if layer is None:
            self.name.set_full("")
            return
        from emadina_gis.app.models.legend import raster_items

        self._filling = True
        style = layer.style
        self.name.set_full(self._desk.speech.title(layer.title))
        fill_ramps(self.ramp, self._desk.words, ramp_of(style), style.stops)
        low, high = range_of(style)
        for spin, value in ((self.low, low), (self.high, high)):
            spin.setSuffix(f" {self._desk.words.unit(style.unit)}" if style.unit else "")
            spin.setValue(value)
        self.smooth.setChecked(style.interpolate)
        self.opacity.setValue(round(layer.opacity * 100))
        self.legend.show_items(raster_items(style, self._desk.words))
        self._show_parts(has_ramp=not style.color_bands)
        self.bands.show_layer(layer)
        self._filling = False

    def _show_parts(self, *, has_ramp: bool) -> None:
        """Colours of their own need no ramp."""
        for widget in (self.ramp, self.low, self.high):
            self._form.setRowVisible(widget, has_ramp)
        for part in (self.usual, self.smooth, self.legend):
            part.setVisible(has_ramp)

    def _apply(self) -> None:
        layer = self.layer
        if self._filling or layer is None:
            return
        low, high = self.low.value(), self.high.value()
        if low >= high:
            self.error.setText(self._desk.speech.text("style.raster.no-range"))
            return
        self.error.setText("")
        ramp_id = str(self.ramp.currentData() or OWN_COLORS)
        self._set(restyled(layer.style, ramp_id, low, high))

    def _apply_smooth(self) -> None:
        layer = self.layer
        if not self._filling and layer is not None:
            self._set(replace(layer.style, interpolate=self.smooth.isChecked()))

    def _fade(self, percent: int) -> None:
        if not self._filling and self.layer is not None:
            self._desk.do(SetLayerOpacity(self.layer_id, percent / 100))

    def _ask_usual(self) -> None:
        layer = self.layer
        if layer is None:
            return

        def take(found: tuple[float, float]) -> None:
            if isValid(self) and self.layer_id == layer.id and found[0] < found[1]:
                self._set(restyled(layer.style, ramp_of(layer.style), *found))

        self._desk.jobs.submit_shown(
            "job.reading",
            lambda _ctx: usual_range(layer),
            done=take,
            failed=self._desk.notices.error,
        )

    def _set(self, style: RasterStyle) -> None:
        self._desk.do(SetRasterStyle(self.layer_id, style))


def range_of(style: RasterStyle) -> tuple[float, float]:
    """Return the lowest and the highest value with a colour of its own."""
    values = [value for value, _color in style.stops]
    return (min(values), max(values)) if values else (0.0, 1.0)


def ramp_of(style: RasterStyle) -> str:
    """Return the ramp whose colours a style has; empty where they are its own."""
    colors = tuple(color.lower() for _value, color in style.stops)
    for ramp_id, ramp in RAMPS.items():
        if colors == tuple(color.lower() for color in ramp.colors(len(colors) or 7)):
            return ramp_id
    return OWN_COLORS


def restyled(style: RasterStyle, ramp_id: str, low: float, high: float) -> RasterStyle:
    """Return the style with the colours of a ramp, or its own, over a range of values."""
    if ramp_id != OWN_COLORS:
        made = raster_ramp(low, high, ramp_id)
        return replace(style, stops=made.stops)
    old_low, old_high = range_of(style)
    factor = (high - low) / (old_high - old_low) if old_high > old_low else 0.0
    stops = tuple((low + (value - old_low) * factor, color) for value, color in style.stops)
    return replace(style, stops=stops)
