"""Envelopes on the real shapes of all parcels, worked out when they are asked for.

They stand beside what the formulas say: as columns of the table and of the map, and in the reading
of a parcel. Owns what was read of the shapes, so that asking again takes no time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from emadina_gis.session.phrase import Phrase
from emadina_gis.workflows.envelopes import KnownShapes, envelopes_of

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk
    from emadina_gis.simulation.real_outcome import RealOutcome


class RealShapes(QObject):
    """Works the envelopes of a window's project out."""

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._known = KnownShapes()

    def compute(self) -> None:
        """Work out the scenario at work on real shapes, in the background."""
        desk, results = self._desk, self._desk.results
        active, scenario_id, project = results.active, results.scenario_id, desk.project
        if active is None:
            desk.notices.tell(Phrase("real-shapes.nothing"))
            return
        desk.jobs.submit_shown(
            "job.envelopes",
            lambda ctx: envelopes_of(project, scenario_id, ctx, found=active, known=self._known),
            done=self._take,
            failed=desk.notices.error,
        )

    def _take(self, found: RealOutcome) -> None:
        self._desk.results.take_real(found)
        shaped, plain = found.gross_totals_m2
        words = self._desk.words
        told = {
            "shaped": words.quantity(shaped / 1e4, "ha", 1),
            "plain": words.quantity(plain / 1e4, "ha", 1),
        }
        self._desk.notices.done(Phrase("real-shapes.done", told))
