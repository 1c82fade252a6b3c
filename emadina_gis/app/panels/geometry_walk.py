"""Kinds of findings as a list, and a walk from one of their features to the next.

Reused wherever findings have row ids and places; knows nothing of how they were found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from emadina_gis.app.controls import column, plain_label, row
from emadina_gis.app.panels.problems import SEVERITY_LOOKS

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from emadina_gis.app.desk import Desk
    from emadina_gis.errors import Severity

_MOST_ROWS_SEEN = 8
_ICON_PX = 16


@dataclass(frozen=True, eq=False)
class Stops:
    """One kind of finding, and where it leads.

    Attributes
    ----------
    text, following : str
        What was found, and what to do about it.
    ids : ndarray of int64
        Row ids of all stops.
    ids_at : callable
        Returns the row ids to select at one stop.
    places : ndarray, shape (n, 2)
        In the layer's CRS; NaN where there is no place.
    name : callable
        Returns what a stop is called.
    """

    text: str
    following: str
    severity: Severity
    ids: NDArray[np.int64]
    ids_at: Callable[[int], NDArray[np.int64]]
    places: NDArray[np.float64]
    name: Callable[[int], str]
    count: int


class Walk(QWidget):
    """Previous, next, all: each selects features and asks for their place.

    Signals
    -------
    place_asked(layer_id, x, y)
        Show a place of a layer, in its CRS.
    """

    place_asked = Signal(str, float, float)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._layer_id = ""
        self._stops: Stops | None = None
        self.at = 0
        self.label = plain_label("", "secondary", wrap=True)
        self.previous = desk.voice.tool("geometry.walk.previous", "chevron-left", self._back)
        self.next = desk.voice.tool("geometry.walk.next", "chevron-right", self._on)
        self.all = desk.voice.button("geometry.walk.all", self._select_all, look="link")
        line = row(spacing=4)
        line.addWidget(self.previous)
        line.addWidget(self.next)
        line.addWidget(self.label, 1)
        whole = column(self, spacing=2)
        whole.addLayout(line)
        whole.addWidget(self.all, 0, Qt.AlignmentFlag.AlignLeading)
        desk.theme.changed.connect(self._show_arrows)
        desk.speech.changed.connect(self._show_arrows)
        self._show_arrows()
        self.hide()

    def forget(self, stops: tuple[Stops, ...]) -> None:
        """Walk no more along any of these."""
        if any(self._stops is known for known in stops):
            self.follow("", None)

    def follow(self, layer_id: str, stops: Stops | None) -> None:
        """Take other stops and stand at the first."""
        self._layer_id, self._stops, self.at = layer_id, stops, 0
        leads = stops is not None and stops.count > 0
        self.setVisible(leads)
        if leads:
            self.go(0)

    def go(self, at: int) -> None:
        """Select the features of one stop and show its place."""
        stops = self._stops
        if stops is None or not 0 <= at < stops.count:
            return
        self.at = at
        self._say()
        if not self._desk.project.has_layer(self._layer_id):
            return
        self._desk.view.select(self._layer_id, stops.ids_at(at))
        x, y = (float(value) for value in stops.places[at])
        if np.isfinite([x, y]).all():
            self.place_asked.emit(self._layer_id, x, y)

    def _on(self) -> None:
        if self._stops is not None:
            self.go((self.at + 1) % self._stops.count)

    def _back(self) -> None:
        if self._stops is not None:
            self.go((self.at - 1) % self._stops.count)

    def _select_all(self) -> None:
        if self._stops is not None and self._desk.project.has_layer(self._layer_id):
            self._desk.view.select(self._layer_id, self._stops.ids)

    def _say(self) -> None:
        if self._stops is None:
            return
        words = self._desk.words
        count = words.text("geometry.walk.at", place=self.at + 1, total=self._stops.count)
        self.label.setText(f"{self._stops.name(self.at)} · {count}\n{self._stops.text}")

    def _show_arrows(self) -> None:
        """Point towards where the text begins and ends in the language of the moment."""
        rtl = self._desk.words.is_rtl
        for button, icon in ((self.previous, "chevron-left"), (self.next, "chevron-right")):
            other = "chevron-right" if icon == "chevron-left" else "chevron-left"
            button.setIcon(self._desk.theme.icon(other if rtl else icon, "text", 18))
        self._say()


class Findings(QWidget):
    """A list of kinds of findings with their counts; the current one can be walked through.

    Parameters
    ----------
    walk : Walk, optional
        One that stands elsewhere and serves several lists; else the list has its own.
    """

    place_asked = Signal(str, float, float)

    def __init__(self, desk: Desk, name_key: str, walk: Walk | None = None) -> None:
        super().__init__()
        self._desk = desk
        self._layer_id = ""
        self._stops: tuple[Stops, ...] = ()
        self.list = QListWidget()
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.following = plain_label("", "secondary", wrap=True)
        self.list.setIconSize(QSize(_ICON_PX, _ICON_PX))
        self.walk = Walk(desk) if walk is None else walk
        whole = column(self, spacing=6)
        whole.addWidget(self.list)
        whole.addWidget(self.following)
        if walk is None:
            self.walk.place_asked.connect(self.place_asked)
            whole.addWidget(self.walk)
        self.list.itemActivated.connect(self._walk_current)
        self.list.itemClicked.connect(self._walk_current)
        self.list.currentRowChanged.connect(self._show_following)
        desk.speech.bind(self, name_key, self.list.setAccessibleName)

    def show_stops(self, layer_id: str, stops: tuple[Stops, ...]) -> None:
        """List other findings; the walk ends."""
        chosen = self.list.currentRow()
        same = [item.text for item in stops] == [item.text for item in self._stops]
        self.walk.forget(self._stops)
        self._layer_id, self._stops = layer_id, stops
        self.list.clear()
        for item in stops:
            self.list.addItem(self._item(item))
        rows = min(max(len(stops), 1), _MOST_ROWS_SEEN)
        row_px = self.list.sizeHintForRow(0) if stops else 0
        self.list.setFixedHeight(row_px * rows + 2 * self.list.frameWidth() + 8)
        self.setVisible(bool(stops))
        if same and chosen >= 0:
            self.list.setCurrentRow(chosen)
        self._show_following(self.list.currentRow())

    def _item(self, stops: Stops) -> QListWidgetItem:
        icon, token = SEVERITY_LOOKS[stops.severity]
        item = QListWidgetItem(self._desk.theme.icon(icon, token, _ICON_PX), stops.text)
        item.setToolTip(stops.text)
        return item

    def _walk_current(self) -> None:
        at = self.list.currentRow()
        if 0 <= at < len(self._stops):
            self.walk.follow(self._layer_id, self._stops[at])

    def _show_following(self, at: int) -> None:
        known = 0 <= at < len(self._stops)
        self.following.setText(self._stops[at].following if known else "")
        self.following.setVisible(known)
