"""``Colouring``: another colouring of the parcels for a while: a figure of the outcome, or a gain.

Owns which one is chosen, and dresses the project and columns that the map draws; the layer's own
style stays what it is in the project. Classes are those of the reference, so that colours move
when values do.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from emadina_gis.analysis.palettes import ramp
from emadina_gis.analysis.style_builder import Classes, graduated
from emadina_gis.domain.column import column_of
from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.layer import VectorLayer
from emadina_gis.domain.style import Graduated, Method, Single
from emadina_gis.errors import EmadinaError
from emadina_gis.render.derived import DerivedCache
from emadina_gis.simulation.difference import LEAST, SIDE_CLASSES, central_of, gain_bounds, gain_of

if TYPE_CHECKING:
    from emadina_gis.domain.column import Column
    from emadina_gis.project import Project
    from emadina_gis.simulation.scenario_outcome import ScenarioOutcome

#: The layer's own style, figures of the outcome, and gains from one scenario to another.
OWN = ""
FIGURES = ("net_floor_area_m2", "dwellings", "max_height_m")
GAINS = tuple(f"gain.{measure}" for measure in LEAST)
THEMES = (OWN, *GAINS, *FIGURES)
UNITS = {"net_floor_area_m2": "m2", "dwellings": "dwellings", "max_height_m": "m"}
GAIN_RAMP = "blue-red"
FIGURE_CLASSES = 6
Columns = Mapping[str, Mapping[str, "Column"]]


@dataclass(frozen=True, eq=False)
class Dress:
    """What the map is dressed with: a theme, and the outcomes that it compares or shows."""

    theme: str
    before: ScenarioOutcome
    after: ScenarioOutcome
    cache: DerivedCache

    def on(self, project: Project, columns: Columns) -> tuple[Project, Columns]:
        """Return the project with the parcels recoloured, and the columns that this needs."""
        parcels = project.parcels
        if parcels is None or len(self.after.outcome) != parcels.table.row_count:
            return project, columns
        field = self.theme
        if self.theme in GAINS:
            column = self.cache.get(self.after, (field, self.before), self._gain)
            symbology = self.cache.get(self.before, ("gains", field), self._gains)
            extra = ChainMap({field: column}, columns.get(parcels.id, {}))  # type: ignore[arg-type]
            columns = {**columns, parcels.id: extra}
        else:
            found = self.cache.get(self.before, field, self._classes)
            if found is None:
                return project, columns
            symbology = found
        drawn = replace(symbology, symbol=parcels.style.symbol)
        layer = replace(parcels, style=replace(parcels.style, symbology=drawn), visible=True)
        return _alone(project.with_layer(layer), parcels.id), columns

    def _gain(self) -> Column:
        measure = self.theme.partition(".")[2]
        return column_of(gain_of(self.before.outcome, self.after.outcome, measure))

    def _gains(self) -> Graduated:
        measure = self.theme.partition(".")[2]
        bounds = gain_bounds(central_of(self.before.outcome, measure), LEAST[measure])
        colors = ramp(GAIN_RAMP).colors(2 * SIDE_CLASSES + 1)[::-1]
        return Graduated(self.theme, bounds, colors, Method.MANUAL, unit=UNITS[measure])

    def _classes(self) -> Graduated | None:
        """Return classes of a figure in the scenario that others are compared with."""
        column = self.before.columns[self.theme]
        unit = UNITS[self.theme]
        try:
            return graduated(column, self.theme, Classes(count=FIGURE_CLASSES), unit=unit)
        except EmadinaError:
            return None


def _alone(project: Project, parcels_id: str) -> Project:
    """Return the project without the filled polygons that lie over the parcels.

    Their colours (facilities, reservations) would be read as classes of the figure.
    """
    layers, above = [], True
    for layer in project.layers:
        above = above and layer.id != parcels_id
        covers = above and isinstance(layer, VectorLayer) and _is_filled(layer)
        layers.append(replace(layer, visible=False) if covers else layer)
    return replace(project, layers=tuple(layers))


def _is_filled(layer: VectorLayer) -> bool:
    symbology = layer.style.symbology
    if not layer.table.has_geometry or layer.table.main_kind != Kind.POLYGON:
        return False
    return not isinstance(symbology, Single) or symbology.symbol.fill is not None


class Colouring(QObject):
    """Which colouring the map has now.

    Parameters
    ----------
    pair : callable
        Returns (before, after), the outcomes to compare; None where there is nothing yet.

    Signals
    -------
    changed()
        Another colouring was chosen.
    """

    changed = Signal()

    def __init__(
        self, pair: Callable[[], tuple[ScenarioOutcome, ScenarioOutcome] | None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._pair = pair
        self._cache = DerivedCache()
        self.theme = OWN

    def choose(self, theme: str) -> None:
        """Colour the parcels by a theme; an empty one gives the layer its own style again."""
        if theme != self.theme and theme in THEMES:
            self.theme = theme
            self.changed.emit()

    def dress(self, after: ScenarioOutcome | None = None) -> Dress | None:
        """Return what the map is dressed with now; None for the layer's own style.

        Parameters
        ----------
        after : ScenarioOutcome, optional
            Show this outcome in place of the second of the pair.
        """
        pair = self._pair()
        if pair is None or self.theme == OWN:
            return None
        return Dress(self.theme, pair[0], after or pair[1], self._cache)
