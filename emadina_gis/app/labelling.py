"""Labels of the window: what has no place in the view, told to the layers and to the label page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from emadina_gis.app.canvas.label_source import LabelSet, LabelSource
from emadina_gis.app.models.labels import NotPlaced, not_placed, scale_of
from emadina_gis.app.panels.labels import LabelsPanel
from emadina_gis.session.commands.labels import RaiseLabel

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from emadina_gis.app.main_window import MainWindow


class Labelling(QObject):
    """Follows the labels of the map.

    Signals
    -------
    changed()
        Labels were placed again.
    """

    changed = Signal()

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._labels: LabelSet | None = None
        window.side.offer("labels", self._make_panel)
        window.layers.labels_asked.connect(self.open)
        window.layers.unplaced_asked.connect(self.open_unplaced)
        for source in window.map.canvas.findChildren(LabelSource):
            source.frame_made.connect(self._on_labels)

    def open(self, layer_id: str = "") -> None:
        """Show the labels of a layer: the one given, else the active one."""
        panel = self._window.open_side("labels")
        if isinstance(panel, LabelsPanel):
            panel.edit(layer_id or panel.layer_id or self._window.desk.view.active_layer_id)

    def open_unplaced(self, layer_id: str = "") -> None:
        """Show what has no place."""
        self.open(layer_id)
        panel = self._window.side.panel("labels")
        if isinstance(panel, LabelsPanel):
            panel.show_unplaced()

    @property
    def counts(self) -> dict[str, int]:
        """How many rows of each layer have no place in the view."""
        return {} if self._labels is None else dict(self._labels.unplaced)

    def listed(self) -> tuple[NotPlaced, ...]:
        """Return what has no place in the view; of many rows the first of each layer."""
        if self._labels is None:
            return ()
        return not_placed(self._labels.placement, self._labels.request.scene)

    def _on_labels(self, labels: LabelSet) -> None:
        self._labels = labels
        self._window.layers.show_unplaced(self.counts)
        self.changed.emit()

    def _make_panel(self) -> QWidget:
        panel = LabelsPanel(self._window.desk)
        panel.closed.connect(self._window.side.close_panel)
        panel.unplaced.zoom_asked.connect(self.zoom_to)
        panel.unplaced.raise_asked.connect(self.raise_label)

        def show() -> None:
            if panel.isVisible():
                panel.show_listed(self.listed(), sum(self.counts.values()))

        self.changed.connect(show)
        panel.shown.connect(show)
        return panel

    def zoom_to(self, one: NotPlaced) -> None:
        """Show a feature that has no label; for a layer, a scale at which it has some."""
        project = self._window.desk.project
        if not project.has_layer(one.layer_id):
            return
        layer = project.vector_layer(one.layer_id)
        if one.row_id < 0:
            self._show_scale(one.layer_id)
            return
        rows = layer.table.rows_of_ids(layer.table.ids[layer.table.ids == one.row_id])
        if len(rows):
            xmin, ymin, xmax, ymax = layer.table.bounds[rows[0]].tolist()
            self._window.view_.zoom_place(layer.id, (xmin + xmax) / 2, (ymin + ymax) / 2)
            self._window.desk.view.select(layer.id, layer.table.ids[rows])

    def _show_scale(self, layer_id: str) -> None:
        canvas, unit_m = self._window.map.canvas, self._window.desk.project.crs.unit_m
        label = self._window.desk.project.vector_layer(layer_id).style.label
        if label is None:
            return
        near = scale_of(label.min_units_per_px, unit_m)
        far = scale_of(label.max_units_per_px, unit_m)
        now = canvas.scale_denominator
        canvas.set_scale(far * 0.98 if far and now > far else near * 1.02 or now)

    def raise_label(self, one: NotPlaced) -> None:
        """Let the label of a feature come before all others."""
        if one.row_id >= 0:
            self._window.desk.do(RaiseLabel(one.layer_id, one.row_id))
