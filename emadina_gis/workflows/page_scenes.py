"""What each map of a page shows: its scenario, its layers and the column that colours parcels.

Maps that show the same share one scene; all share one cache, so that geometry is prepared once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from emadina_gis.analysis.style_builder import restyled, suggested
from emadina_gis.domain.style import Graduated
from emadina_gis.errors import AnalysisError
from emadina_gis.project.layouts import CHOSEN, REFERENCE, MapContent
from emadina_gis.render.derived import DerivedCache
from emadina_gis.workflows.mapping import scene_of

if TYPE_CHECKING:
    from emadina_gis.domain.column import Column
    from emadina_gis.domain.layer import VectorLayer
    from emadina_gis.domain.style import Symbology
    from emadina_gis.project import Project
    from emadina_gis.project.layouts import Layout
    from emadina_gis.render.scene import Scene

Columns = Mapping[str, "Column"]
#: Units of outcome columns by how their names end.
_ENDINGS = (("_m2", "m2"), ("_m", "m"), ("dwellings", "dwellings"), ("population", "people"))


@dataclass
class PageScenes:
    """Makes the scenes of a page.

    Attributes
    ----------
    chosen : str
        Id of the scenario that is printed.
    columns_of : callable
        Gives the outcome columns of a scenario; none where there are no outcomes.
    """

    project: Project
    chosen: str
    columns_of: Callable[[str], Columns]
    cache: DerivedCache = field(default_factory=DerivedCache)
    _made: dict[tuple[str, str, tuple[str, ...]], Scene] = field(default_factory=dict)

    def main(self) -> Scene:
        """Return what a map shows that asks for nothing of its own."""
        return self._scene(MapContent())

    def of(self, layout: Layout) -> dict[str, Scene]:
        """Return the scene of each map of a layout that asks for one of its own."""
        found = {}
        for frame in layout.maps:
            assert isinstance(frame.content, MapContent)
            scene = self._scene(frame.content)
            if scene is not self.main():
                found[frame.id] = scene
        return found

    def _scenario(self, wanted: str) -> str:
        reference = self.project.reference_id
        if wanted in {CHOSEN, ""}:
            return self.chosen
        return reference if wanted == REFERENCE else self.project.scenario(wanted).id

    def _scene(self, wanted: MapContent) -> Scene:
        scenario_id = self._scenario(wanted.scenario)
        key = (scenario_id, wanted.column, wanted.layers)
        if key not in self._made:
            project = _shown(self._coloured(wanted.column), wanted.layers)
            columns = self.columns_of(scenario_id)
            by_layer = {self.project.parcels_id: columns} if columns else {}
            self._made[key] = scene_of(project, columns=by_layer, cache=self.cache)
        return self._made[key]

    def _coloured(self, name: str) -> Project:
        """Return the project with its parcels coloured by a column, as classes of the reference."""
        parcels = self.project.parcels
        if not name or parcels is None:
            return self.project
        column = self.columns_of(self.project.reference_id).get(name)
        column = column or parcels.table.columns.get(name)
        symbology = None if column is None else _symbology(parcels, name, column)
        if symbology is None:
            return self.project
        style = restyled(parcels.style, symbology)
        return self.project.with_layer(replace(parcels, style=style, visible=True))


def _symbology(layer: VectorLayer, name: str, column: Column) -> Symbology | None:
    """Return classes of a column; None where it holds nothing to class."""
    try:
        found = suggested(column, name, layer.schema.role_of(name))
    except AnalysisError:
        return None
    if isinstance(found, Graduated):
        label = dict(layer.fields).get(name)
        unit = label.unit if label else next((u for end, u in _ENDINGS if name.endswith(end)), "")
        return replace(found, unit=unit)
    return found


def _shown(project: Project, layers: tuple[str, ...]) -> Project:
    """Return the project with the layers that a map lists visible, and no others."""
    if not layers:
        return project
    listed = set(layers)
    shown = tuple(replace(layer, visible=layer.id in listed) for layer in project.layers)
    return replace(project, layers=shown)
