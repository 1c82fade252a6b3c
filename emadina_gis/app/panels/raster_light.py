"""Light and contour lines over the values of a raster: what a person sets of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QWidget

from emadina_gis.analysis.raster_styles import round_interval
from emadina_gis.app.controls import column, labelled_form
from emadina_gis.app.number_field import stand_like_text
from emadina_gis.domain.style import Contours, Relief

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk
    from emadina_gis.domain.style import RasterStyle

_NUMBER_PX = 96
_LARGEST = 1e9


class RasterLight(QWidget):
    """Relief and contour lines of one raster.

    Signals
    -------
    changed(RasterStyle)
        The style with other light or lines.
    """

    changed = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._style: RasterStyle | None = None
        self._filling = False
        self.has_relief, self.has_contours = QCheckBox(), QCheckBox()
        self.azimuth = self._number(0, 360, "degrees", 15, 0)
        self.altitude = self._number(5, 90, "degrees", 5, 0)
        self.exaggeration = self._number(0.1, 100, "", 0.5, 1)
        self.interval = self._number(0.001, _LARGEST, "", 1, 3)
        whole = column(self, spacing=8)
        whole.addWidget(self.has_relief)
        self._relief = self._form(
            ("style.raster.azimuth", self.azimuth),
            ("style.raster.altitude", self.altitude),
            ("style.raster.exaggeration", self.exaggeration),
        )
        whole.addWidget(self._relief)
        whole.addWidget(self.has_contours)
        self._contours = self._form(("style.raster.interval", self.interval))
        whole.addWidget(self._contours)
        desk.speech.bind(self.has_relief, "style.raster.relief", self.has_relief.setText)
        desk.speech.bind(self.has_contours, "style.raster.contours", self.has_contours.setText)
        self.has_relief.toggled.connect(lambda _on: self._tell())
        self.has_contours.toggled.connect(lambda _on: self._tell())
        for spin in (self.azimuth, self.altitude, self.exaggeration, self.interval):
            spin.valueChanged.connect(lambda _value: self._tell())

    @staticmethod
    def _number(low: float, high: float, unit: str, step: float, decimals: int) -> QDoubleSpinBox:
        spin = stand_like_text(QDoubleSpinBox())
        spin.setRange(low, high)
        spin.setDecimals(decimals)
        spin.setSingleStep(step)
        spin.setKeyboardTracking(False)
        spin.setMinimumWidth(_NUMBER_PX)
        if unit == "degrees":
            spin.setSuffix("\u00b0")
        return spin

    def _form(self, *rows: tuple[str, QWidget]) -> QWidget:
        holder = QWidget()
        holder.setLayout(labelled_form(self._desk.voice, *rows))
        return holder

    def show_style(self, style: RasterStyle) -> None:
        """Show the light and the lines of a style."""
        self._filling = True
        self._style = style
        relief = style.relief or Relief()
        self.has_relief.setChecked(style.relief is not None)
        self.azimuth.setValue(relief.azimuth_deg)
        self.altitude.setValue(relief.altitude_deg)
        self.exaggeration.setValue(relief.exaggeration)
        self.has_contours.setChecked(style.contours is not None)
        if style.contours is not None:
            self.interval.setValue(style.contours.interval)
        is_alone = style.relief is not None and style.relief.alone
        self.has_relief.setVisible(not is_alone)
        self._relief.setVisible(style.relief is not None)
        self._contours.setVisible(style.contours is not None)
        self._filling = False

    def _tell(self) -> None:
        style = self._style
        if self._filling or style is None:
            return
        relief = contours = None
        if self.has_relief.isChecked():
            before = style.relief or Relief()
            relief = replace(
                before,
                azimuth_deg=self.azimuth.value(),
                altitude_deg=self.altitude.value(),
                exaggeration=self.exaggeration.value(),
            )
        if self.has_contours.isChecked():
            contours = style.contours or Contours(_interval_of(style))
            if style.contours is not None:
                contours = replace(contours, interval=self.interval.value())
        self.changed.emit(replace(style, relief=relief, contours=contours))


def _interval_of(style: RasterStyle) -> float:
    values = [value for value, _color in style.stops]
    return round_interval(min(values), max(values)) if values else 10.0
