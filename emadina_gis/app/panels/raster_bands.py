"""Which bands of a raster are shown, and which of its values means "no data".

Owns the lists; choices become commands once the file was looked at in the background.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFormLayout, QLineEdit, QWidget
from shiboken6 import isValid

from emadina_gis.app.controls import column, narrow_list, plain_label, row
from emadina_gis.app.placing.coordinates import number_of, typed
from emadina_gis.session.commands.placing import DeclareNodata
from emadina_gis.session.commands.styles import SetRasterStyle
from emadina_gis.session.jobs import NewestWins
from emadina_gis.workflows.rasters import raster_choices, style_of_bands

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk
    from emadina_gis.domain.layer import RasterLayer
    from emadina_gis.domain.style import RasterStyle
    from emadina_gis.workflows.rasters import RasterChoices

_INKS = ("style.raster.red", "style.raster.green", "style.raster.blue")


class RasterBands(QWidget):
    """Bands and missing values of one raster."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._layer: RasterLayer | None = None
        self._choices: RasterChoices | None = None
        self._newest = NewestWins(desk.jobs)
        self.shown_as = narrow_list()
        self.inks = tuple(narrow_list() for _key in _INKS)
        self.nodata = QLineEdit()
        self.suspect = plain_label("", "amber", wrap=True)
        self.take = desk.voice.button("style.raster.nodata-take", self._take_suspect)
        self._form = QFormLayout()
        self._form.setVerticalSpacing(8)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        inks = QWidget()
        line = row(inks, spacing=6)
        for box, key in zip(self.inks, _INKS, strict=True):
            line.addWidget(box)
            for bound in (box.setAccessibleName, box.setToolTip):
                desk.speech.bind(box, key, bound)
            box.activated.connect(lambda _i: self._show_colors())
        self._inks = inks
        rows = (("style.raster.shown-as", self.shown_as), ("style.raster.bands", inks),
                ("style.raster.nodata", self.nodata))  # fmt: skip
        for key, widget in rows:
            label = desk.voice.label(key)
            label.setBuddy(widget)
            desk.speech.bind(widget, key, widget.setAccessibleName)
            self._form.addRow(label, widget)
        desk.speech.bind(self.nodata, "style.raster.nodata-none", self.nodata.setPlaceholderText)
        whole = column(self, spacing=6)
        whole.addLayout(self._form)
        whole.addWidget(self.suspect)
        whole.addWidget(self.take)
        self.shown_as.activated.connect(lambda _i: self._on_shown_as())
        self.nodata.editingFinished.connect(self._on_nodata)

    def show_layer(self, layer: RasterLayer) -> None:
        """Show another raster, or the same with other choices."""
        was, self._layer = self._layer, layer
        if was is not None and self._choices is not None and _is_same(was, layer):
            self._fill()
            return
        if was is None or was.id != layer.id or self._choices is None:
            self._choices = None
        else:  # what was suspected of another band may not hold for this one
            self._choices = replace(self._choices, suspect_nodata=None)
        self._fill()
        self._newest.submit(
            lambda _ctx: raster_choices(layer),
            done=partial(self._take, layer.id),
            failed=lambda _error: None,  # the list of problems tells of a file that is gone
        )

    def _take(self, layer_id: str, choices: RasterChoices) -> None:
        if isValid(self) and self._layer is not None and self._layer.id == layer_id:
            self._choices = choices
            self._fill()

    def _fill(self) -> None:
        layer, found, words = self._layer, self._choices, self._desk.words
        if layer is None:
            return
        bands = range(1, (found.band_count if found is not None else 1) + 1)
        colors = layer.style.color_bands or (found.color_bands if found is not None else ())
        self.shown_as.clear()
        if colors and len(bands) >= 3:
            red, green, blue = colors
            text = words.text("style.raster.as-colors", red=red, green=green, blue=blue)
            self.shown_as.addItem(text, colors)
        for band in bands:
            self.shown_as.addItem(words.text("style.raster.as-band", band=band), (band,))
        is_color = bool(layer.style.color_bands)
        self.shown_as.setCurrentIndex(0 if is_color else self._index_of(layer.style.band))
        for box, chosen in zip(self.inks, colors or (1, 1, 1), strict=True):
            box.clear()
            for band in bands:
                box.addItem(words.number(band), band)
            box.setCurrentIndex(box.findData(chosen))
        self._form.setRowVisible(self.shown_as, len(bands) > 1)
        self._form.setRowVisible(self._inks, is_color and len(bands) > 3)
        self._fill_nodata(layer)

    def _index_of(self, band: int) -> int:
        offset = self.shown_as.count() - (self._choices.band_count if self._choices else 1)
        return offset + band - 1

    def _fill_nodata(self, layer: RasterLayer) -> None:
        found = self._choices
        value = layer.nodata
        if value is None and found is not None:
            value = found.declared_nodata
        self.nodata.setText("" if value is None else typed(value, 6))
        suspect = None if found is None or layer.nodata is not None else found.suspect_nodata
        if suspect is not None:
            self.suspect.setText(
                self._desk.speech.text("style.raster.nodata-suspect", value=suspect)
            )
        self.suspect.setVisible(suspect is not None)
        self.take.setVisible(suspect is not None)

    def _on_shown_as(self) -> None:
        bands = self.shown_as.currentData()
        if bands:
            self._show_bands(tuple(bands))

    def _show_colors(self) -> None:
        self._show_bands(tuple(int(box.currentData()) for box in self.inks))

    def _show_bands(self, bands: tuple[int, ...]) -> None:
        layer = self._layer
        if layer is None:
            return
        self._desk.jobs.submit_shown(
            "job.reading",
            lambda _ctx: style_of_bands(layer, bands),
            done=partial(self._set_style, layer.id),
            failed=self._desk.notices.error,
        )

    def _set_style(self, layer_id: str, style: RasterStyle) -> None:
        self._desk.do(SetRasterStyle(layer_id, style))

    def _take_suspect(self) -> None:
        if self._layer is not None and self._choices is not None:
            self._desk.do(DeclareNodata(self._layer.id, self._choices.suspect_nodata))

    def _on_nodata(self) -> None:
        if self._layer is None or not self.nodata.isModified():
            return
        self.nodata.setModified(False)
        text = self.nodata.text().strip()
        value = number_of(text)
        if value is not None or not text:
            self._desk.do(DeclareNodata(self._layer.id, value))
        else:
            self._fill_nodata(self._layer)


def _is_same(was: RasterLayer, now: RasterLayer) -> bool:
    """Whether what can be chosen of a raster has not changed."""
    return (was.id, was.path, was.nodata, was.style.band) == (
        now.id,
        now.path,
        now.nodata,
        now.style.band,
    )
