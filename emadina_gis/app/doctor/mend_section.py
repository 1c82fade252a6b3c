"""Mending what can be mended without risk: how many, what changes; done and undone by a click."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from emadina_gis.app.controls import clear, column, plain_label
from emadina_gis.session.jobs import NewestWins
from emadina_gis.workflows.mending import Examination, examine, mended

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk
    from emadina_gis.domain.layer import VectorLayer
    from emadina_gis.domain.repair import RepairPlan


class MendSection(QWidget):
    """Looks at the geometry of a layer in the background and offers what is safe.

    Signals
    -------
    examined(Examination)
        The features of each fault are known.
    mended(VectorLayer)
        The layer was mended.
    undone()
        The mending is to be taken back.
    """

    examined = Signal(object)
    mended = Signal(object)
    undone = Signal()

    def __init__(self, desk: Desk, layer: VectorLayer, *, is_mended: bool) -> None:
        super().__init__()
        self._desk = desk
        self._layer = layer
        self._newest = NewestWins(desk.jobs)
        self._content = column(self, spacing=6)
        if is_mended:
            self._content.addWidget(desk.voice.button("doctor.mend.undo", self.undone.emit))
            return
        self._say("doctor.mend.looking")
        self._newest.submit(
            lambda ctx: examine(layer, ctx), done=self._take, failed=desk.notices.error
        )

    def _say(self, key: str) -> None:
        clear(self._content)
        text = self._desk.speech.text(key)
        self._content.addWidget(plain_label(text, "secondary", wrap=True))

    def _take(self, found: Examination) -> None:
        self.examined.emit(found)
        safe = found.plan.of(found.plan.safe_ids)
        if not len(safe):
            self._say("doctor.mend.nothing-safe")
            return
        clear(self._content)
        words = self._desk.words
        told = words.plural("doctor.mend.safe", len(safe))
        if safe.is_measured:
            area = words.quantity(float(np.abs(safe.changes).sum()), "m2", 2)
            told = f"{told} {words.text('doctor.mend.area', area=area)}"
        self._content.addWidget(plain_label(told, wrap=True))
        rest = len(found.plan) - len(safe)
        if rest:
            left = words.plural("doctor.mend.rest", rest)
            self._content.addWidget(plain_label(left, "secondary", wrap=True))
        button = self._desk.voice.button("doctor.mend.all", lambda: self._mend(safe), icon="check")
        self._content.addWidget(button)

    def _mend(self, safe: RepairPlan) -> None:
        layer = self._layer
        self._say("doctor.mend.looking")
        self._newest.submit(
            lambda ctx: mended(layer, safe, ctx),
            done=self.mended.emit,
            failed=self._desk.notices.error,
        )
