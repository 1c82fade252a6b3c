"""The histogram with its bounds, the chosen bound as a number, and the kind of axis.

Values are sorted and counted in the background; until then the view says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QWidget

from emadina_gis.analysis.histogram import Histogram, histogram, is_skewed
from emadina_gis.app.controls import column, row
from emadina_gis.app.number_field import stand_like_text
from emadina_gis.app.panels.breaks_view import BreaksView
from emadina_gis.errors import EmadinaError
from emadina_gis.session.jobs import NewestWins

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk
    from emadina_gis.app.models.columns import NamedColumn
    from emadina_gis.domain.column import Column
    from emadina_gis.domain.symbology import Graduated

_FAR = 1e15


class BreaksForm(QWidget):
    """Bounds of a graduated style.

    Signals
    -------
    dragged(Graduated)
        The classes while a bound is dragged.
    released(Graduated)
        The classes when a bound was moved, added or taken away.
    dropped()
        A drag ended without a change.
    """

    dragged = Signal(object)
    released = Signal(object)
    dropped = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._newest = NewestWins(desk.jobs)
        self._counted: tuple[Column, bool | None] | None = None
        self._symbology: Graduated | None = None
        self._filling = False
        self.histogram: Histogram | None = None
        self.view = BreaksView(desk)
        self.bound = stand_like_text(QDoubleSpinBox())
        self.bound.setRange(-_FAR, _FAR)
        self.bound.setMinimumWidth(72)
        self.bound.setKeyboardTracking(False)
        self.bound.setStepType(QDoubleSpinBox.StepType.AdaptiveDecimalStepType)
        self.is_log = QCheckBox()
        desk.speech.bind(self, "style.breaks.log", self.is_log.setText)
        desk.speech.bind(
            self, "style.breaks.bound", self.bound.setAccessibleName, self.bound.setToolTip
        )
        tools = row(spacing=4)
        tools.addWidget(self.bound, 1)
        tools.addWidget(desk.voice.tool("style.breaks.split", "plus", self.view.divide))
        tools.addWidget(desk.voice.tool("style.breaks.join", "minus", self.view.join))
        whole = column(self, spacing=6)
        whole.addWidget(self.view)
        whole.addLayout(tools)
        whole.addWidget(self.is_log)
        self.view.dragged.connect(self._on_dragged)
        self.view.released.connect(self.released)
        self.view.dropped.connect(self._on_dropped)
        self.view.chosen.connect(lambda _index: self._show_bound())
        self.bound.valueChanged.connect(self._on_bound)
        self.is_log.clicked.connect(lambda checked: self._count_again(logarithmic=checked))

    def show_classes(self, symbology: Graduated, named: NamedColumn | None) -> None:
        """Show the classes of a column."""
        self._symbology = symbology
        values = named.column if named is not None and named.is_made else None
        if values is None:
            self.histogram = None
        elif self._counted is None or self._counted[0] is not values:
            self.histogram = None
            self._count(values, None)
        self.view.show_classes(symbology, self.histogram)
        self._show_bound()

    def _count_again(self, *, logarithmic: bool) -> None:
        if self._counted is not None:
            self._count(self._counted[0], logarithmic)

    def _count(self, values: Column, logarithmic: bool | None) -> None:
        """Count the values in the background; a skewed column gets a logarithmic axis."""
        self._counted = (values, logarithmic)
        self._newest.submit(
            lambda _ctx: counted(values, logarithmic),
            done=self._on_counted,
            failed=self._on_failed,
        )

    def _on_counted(self, found: Histogram) -> None:
        self.histogram = found
        self.is_log.setChecked(found.is_log)
        self.is_log.setEnabled(found.values[-1].item() > 0)
        self.view.show_classes(self._symbology, found)
        self._show_bound()

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, EmadinaError):
            raise error
        self.histogram = None
        self.view.show_classes(self._symbology, None)

    def _on_dragged(self, symbology: Graduated) -> None:
        self._show_bound()
        self.dragged.emit(symbology)

    def _on_dropped(self) -> None:
        self._show_bound()
        self.dropped.emit()

    def class_counts(self) -> tuple[int, ...]:
        """Return how many values are in each class shown; none while they are being counted."""
        shown = self.view.symbology
        if self.histogram is None or shown is None:
            return ()
        return self.histogram.class_counts(shown.breaks)

    def _show_bound(self) -> None:
        shown = self.view.symbology
        has_inner = shown is not None and len(shown.breaks) > 2
        self.bound.setEnabled(has_inner)
        if shown is None or not has_inner:
            return
        self._filling = True
        self.bound.setDecimals(max(shown.decimals, 2))
        self.bound.setValue(shown.breaks[self.view.active])
        self._filling = False

    def _on_bound(self, value: float) -> None:
        if not self._filling:
            self.view.move_to(value)
            self._show_bound()


def counted(values: Column, logarithmic: bool | None) -> Histogram:
    """Return the histogram of a column; on which axis is found from the values for None."""
    numbers = values.numbers
    found = histogram(numbers, logarithmic=bool(logarithmic))
    if logarithmic is None and is_skewed(found.values):
        return histogram(numbers, logarithmic=True)
    return found
