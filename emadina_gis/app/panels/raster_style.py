"""The style of a raster: what it shows, its colours and their range, light, lines, how faint it is.

Owns the widgets; each change is an undoable command, and values are read in the background.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDoubleSpinBox, QLineEdit, QSpinBox
from shiboken6 import isValid

from emadina_gis.analysis.raster_styles import MOST_VALUES, of_values
from emadina_gis.app.controls import Slider, labelled_form, narrow_list, plain_label
from emadina_gis.app.number_field import stand_like_text
from emadina_gis.app.panels.layer_legend import Elided, LegendView
from emadina_gis.app.panels.ramps import RAMP_SIZE, fill_ramps
from emadina_gis.app.panels.raster_bands import RasterBands
from emadina_gis.app.panels.raster_choices import (
    CLASSES,
    KINDS,
    OWN_COLORS,
    RAMP,
    SHADE,
    VALUES,
    class_count,
    kind_of,
    of_kind,
    ramp_of,
    range_of,
    restyled,
    stretched,
    with_count,
)
from emadina_gis.app.panels.raster_classes import RasterClasses
from emadina_gis.app.panels.raster_histogram import RasterHistogram
from emadina_gis.app.panels.raster_light import RasterLight
from emadina_gis.app.panels.side_page import SidePage
from emadina_gis.domain.layer import RasterLayer
from emadina_gis.domain.style import RasterStyle, Stretch
from emadina_gis.session.commands.layers import SetLayerOpacity
from emadina_gis.session.commands.styles import SetRasterStyle
from emadina_gis.session.jobs import NewestWins
from emadina_gis.workflows.raster_values import distinct_values, summary_of_layer

if TYPE_CHECKING:
    from collections.abc import Callable

    from emadina_gis.analysis.raster_styles import ValueSummary
    from emadina_gis.app.desk import Desk

__all__ = ["RasterStylePanel", "ramp_of", "range_of", "restyled"]

LARGEST = 1e9
FILE, VIEW = "file", "view"
#: Numbers may be far longer than the usual ones; the panel is no wider for that.
_NUMBER_PX = 96


class RasterStylePanel(SidePage):
    """Style of one raster, live.

    Parameters
    ----------
    slow : tuple of callables, optional
        Whether a raster, given by its id, lacks overviews; and what builds them.
    """

    def __init__(
        self,
        desk: Desk,
        slow: tuple[Callable[[str], bool], Callable[[str], None]] | None = None,
    ) -> None:
        super().__init__(desk, "style.raster.title")
        self.layer_id = ""
        self._filling = False
        self._slow = slow
        self._summary: ValueSummary | None = None
        self._looked_at: object = None
        self._newest = NewestWins(desk.jobs)
        self.name = Elided("", "bold")
        self.kind, self.ramp, self.stretch, self.scope = (narrow_list() for _ in range(4))
        self.ramp.setIconSize(RAMP_SIZE)
        self.low, self.high = (self._number() for _ in range(2))
        self.count = stand_like_text(QSpinBox())
        self.count.setRange(2, 12)
        self.unit = QLineEdit()
        self.opacity = Slider()
        self.opacity.setRange(0, 100)
        self.histogram = RasterHistogram(desk.theme)
        self.light = RasterLight(desk)
        self.classes = RasterClasses(desk)
        self.error = plain_label("", "error", wrap=True)
        self.legend = LegendView()
        self.bands = RasterBands(desk)
        self.build = desk.voice.button("raster.slow.build", self._on_build)
        self._lay_out()
        self._connect()

    @staticmethod
    def _number() -> QDoubleSpinBox:
        spin = stand_like_text(QDoubleSpinBox())
        spin.setRange(-LARGEST, LARGEST)
        spin.setDecimals(2)
        spin.setKeyboardTracking(False)
        spin.setMinimumWidth(_NUMBER_PX)
        return spin

    def _lay_out(self) -> None:
        form = self._form = labelled_form(self._desk.voice,
            ("style.raster.kind", self.kind), ("style.ramp", self.ramp),
            ("style.raster.count", self.count), ("style.raster.stretch", self.stretch),
            ("style.raster.scope", self.scope), ("style.raster.low", self.low),
            ("style.raster.high", self.high), ("style.raster.unit", self.unit),
        )  # fmt: skip
        self._desk.speech.bind(self.unit, "style.raster.unit-none", self.unit.setPlaceholderText)
        faint = labelled_form(self._desk.voice, ("layers.opacity", self.opacity))
        self._desk.speech.bind(
            self.histogram, "style.raster.histogram", self.histogram.setAccessibleName,
            self.histogram.setToolTip,
        )  # fmt: skip
        self.content.addWidget(self.name)
        self.content.addWidget(self.bands)
        self.content.addLayout(form)
        for part in (self.histogram, self.error, self.classes, self.light):
            self.content.addWidget(part)
        self.content.addLayout(faint)
        self.content.addWidget(self.legend)
        self.content.addWidget(self.build)
        self.content.addStretch(1)

    def _connect(self) -> None:
        self.kind.activated.connect(lambda _index: self._on_kind())
        self.ramp.activated.connect(lambda _index: self._apply())
        self.count.valueChanged.connect(lambda _value: self._on_count())
        for box in (self.stretch, self.scope):
            box.activated.connect(lambda _index: self._on_stretch())
        for spin in (self.low, self.high):
            spin.valueChanged.connect(lambda _value: self._apply())
        self.unit.editingFinished.connect(self._on_unit)
        self.histogram.dragged.connect(self._on_dragged)
        self.light.changed.connect(self._set)
        self.classes.changed.connect(self._set)
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

    # --- showing

    def _show(self) -> None:
        layer = self.layer
        if layer is None:
            self.name.set_full("")
            return
        from emadina_gis.app.models.legend import raster_items

        self._filling = True
        style = layer.style
        self.name.set_full(self._desk.speech.title(layer.title))
        self._fill_lists(style)
        fill_ramps(self.ramp, self._desk.words, ramp_of(style), style.stops)
        for spin, value in zip((self.low, self.high), range_of(style), strict=True):
            spin.setSuffix(f" {self._desk.words.unit(style.unit)}" if style.unit else "")
            spin.setValue(value)
        self.count.setValue(class_count(style))
        self.unit.setText(style.unit)
        self.opacity.setValue(round(layer.opacity * 100))
        self.light.show_style(style)
        self.classes.show_style(style)
        self.legend.show_items(raster_items(style, self._desk.words))
        self._show_parts(style)
        self.bands.show_layer(layer)
        self._look(layer)
        self._filling = False

    def _fill_lists(self, style: RasterStyle) -> None:
        words = self._desk.words
        for box, prefix, values, chosen in (
            (self.kind, "style.raster.kinds.", KINDS, kind_of(style)),
            (self.stretch, "style.raster.stretches.", tuple(Stretch), style.stretch),
            (self.scope, "style.raster.scopes.", (FILE, VIEW), self.scope.currentData() or FILE),
        ):
            box.clear()
            for value in values:
                box.addItem(words.text(f"{prefix}{value}"), str(value))
            box.setCurrentIndex(box.findData(str(chosen)))

    def _show_parts(self, style: RasterStyle) -> None:
        """Show what can be set of a style of this kind: colours of their own need no ramp."""
        kind = "" if style.color_bands else kind_of(style)
        spans = kind in {RAMP, CLASSES}
        for widget, is_shown in (
            (self.kind, bool(kind)), (self.ramp, spans), (self.count, kind == CLASSES),
            (self.stretch, spans), (self.scope, spans), (self.low, spans), (self.high, spans),
            (self.unit, bool(kind) and kind != SHADE),
        ):  # fmt: skip
            self._form.setRowVisible(widget, is_shown)
        self.light.setVisible(kind in {RAMP, CLASSES, SHADE})
        self.classes.setVisible(kind == VALUES)
        self.legend.setVisible(spans)
        self.error.setVisible(bool(self.error.text()))
        self.build.setVisible(self._slow is not None and self._slow[0](self.layer_id))

    def _look(self, layer: RasterLayer) -> None:
        """Find out, once, what the values of the band are like."""
        style = layer.style
        shown = (layer.id, layer.path, layer.nodata, style.band)
        self.histogram.show_values(self._known(shown), style, range_of(style))
        if kind_of(style) in {VALUES, SHADE}:
            self.histogram.setVisible(False)
        if style.color_bands or self._looked_at == shown or not self.isVisible():
            return
        self._looked_at, self._summary = shown, None
        self._newest.submit(
            lambda ctx: summary_of_layer(layer, ctx=ctx),
            done=self._take,
            failed=lambda _error: None,  # the list of problems tells of a file that is gone
        )

    def _known(self, shown: object) -> ValueSummary | None:
        return self._summary if self._looked_at == shown else None

    def _take(self, summary: ValueSummary | None) -> None:
        if isValid(self):
            self._summary = summary
            self._show()

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]  # Qt calls it with a QShowEvent
        self._show()

    # --- changing

    def _on_kind(self) -> None:
        layer, kind = self.layer, str(self.kind.currentData())
        if layer is None or kind == kind_of(layer.style):
            return
        self.error.setText("")
        if kind == VALUES:
            self._ask_values(layer)
        else:
            self._set(of_kind(layer.style, kind))

    def _ask_values(self, layer: RasterLayer) -> None:
        def take(found: tuple[tuple[float, ...], bool]) -> None:
            values, _is_whole = found
            if not isValid(self) or self.layer_id != layer.id:
                return
            if 0 < len(values) <= MOST_VALUES:
                self._set(of_values(layer.style, values))
                return
            most = self._desk.words.number(MOST_VALUES)
            self.error.setText(self._desk.speech.text("style.raster.too-many", most=most))
            self._show()

        self._run("job.raster.values", lambda ctx: distinct_values(layer, ctx), take)

    def _on_stretch(self) -> None:
        layer = self.layer
        stretch = Stretch(str(self.stretch.currentData()))
        if layer is None or self._filling:
            return
        if stretch is Stretch.MANUAL:
            self._set(replace(layer.style, stretch=stretch))
            return
        view = self._desk.view.viewport if self.scope.currentData() == VIEW else None
        crs = self._desk.project.crs

        def take(found: ValueSummary | None) -> None:
            now = self.layer
            if not isValid(self) or now is None or now.id != layer.id:
                return
            span = (0.0, 0.0) if found is None else found.range_of(stretch)
            if span[0] < span[1]:
                self.error.setText("")
                self._set(stretched(now.style, stretch, span))
            else:
                self.error.setText(self._desk.speech.text("style.raster.no-values"))
                self._show()

        self._run("job.raster.values", lambda ctx: summary_of_layer(layer, view, crs, ctx), take)

    def _run(self, title: str, work: Callable[..., object], done: Callable[..., None]) -> None:
        self._desk.jobs.submit_shown(title, work, done=done, failed=self._desk.notices.error)

    def _on_count(self) -> None:
        layer = self.layer
        if self._filling or layer is None:
            return
        self._set(with_count(layer.style, self.count.value()))

    def _apply(self) -> None:
        layer = self.layer
        if self._filling or layer is None:
            return
        low, high = self.low.value(), self.high.value()
        if low >= high:
            self.error.setText(self._desk.speech.text("style.raster.no-range"))
            self.error.setVisible(True)
            return
        self.error.setText("")
        ramp_id = str(self.ramp.currentData() or OWN_COLORS)
        changed = restyled(layer.style, ramp_id, low, high)
        typed = tuple(round(value, 2) for value in range_of(layer.style)) != (low, high)
        self._set(replace(changed, stretch=Stretch.MANUAL) if typed else changed)

    def _on_dragged(self, low: float, high: float) -> None:
        layer = self.layer
        if layer is not None:
            changed = restyled(layer.style, ramp_of(layer.style), low, high)
            self._set(replace(changed, stretch=Stretch.MANUAL))

    def _on_unit(self) -> None:
        layer = self.layer
        if layer is not None and self.unit.isModified():
            self.unit.setModified(False)
            self._set(replace(layer.style, unit=self.unit.text().strip()))

    def _fade(self, percent: int) -> None:
        if not self._filling and self.layer is not None:
            self._desk.do(SetLayerOpacity(self.layer_id, percent / 100))

    def _on_build(self) -> None:
        if self._slow is not None:
            self._slow[1](self.layer_id)

    def _set(self, style: RasterStyle) -> None:
        self._desk.do(SetRasterStyle(self.layer_id, style))
