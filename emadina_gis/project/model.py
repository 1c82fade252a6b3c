"""The frozen project tree and the look-ups on it; no files, no Qt.

A change of a project is a new project that shares what did not change; commands in ``session``
make them, ``io`` saves them.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from emadina_gis.domain.crs import UNKNOWN, Crs, transform_extent
from emadina_gis.domain.extent import union_of
from emadina_gis.domain.layer import Layer, RasterLayer, Title, VectorLayer
from emadina_gis.domain.schema import Role
from emadina_gis.errors import CommandError, CrsError
from emadina_gis.simulation.scenario import Scenario

if TYPE_CHECKING:
    from emadina_gis.domain.extent import Extent
    from emadina_gis.project.agency import AgencyProfile
    from emadina_gis.project.formulas import SavedFormula
    from emadina_gis.project.layouts import Layout

#: Version of the tree: a file with a higher one is refused; what a lower one lacks has its default.
SCHEMA_VERSION = 2
REFERENCE_ID = "reference"


@dataclass(frozen=True)
class Bookmark:
    """A named view of the map.

    Attributes
    ----------
    x, y : float
        Centre.
    units_per_px : float
        Map units per pixel of 1/96 inch.
    crs : Crs
        System of the numbers above; unknown is the project's.
    width, height : float
        Size of what was shown, in map units; 0 where only centre and scale are kept.
    layer_ids : tuple of str or None
        The layers that were visible; None leaves layers as they are.
    scenario_id : str
        The scenario that was shown; empty leaves it as it is.
    """

    name: str
    x: float
    y: float
    units_per_px: float
    crs: Crs = UNKNOWN
    width: float = 0.0
    height: float = 0.0
    layer_ids: tuple[str, ...] | None = None
    scenario_id: str = ""


@dataclass(frozen=True)
class StoredDocument:
    """A planning document kept in the project: its identifier and its TOML text."""

    id: str
    text: str


@dataclass(frozen=True)
class Project:
    """Everything that is saved.

    Attributes
    ----------
    layers : tuple of Layer
        First is drawn on top.
    document_id : str
        Planning document (the stem of its TOML); empty when none was chosen.
    documents : tuple of StoredDocument
        Documents of the project's own; one wins over the shipped one of its identifier.
    study_id : str
        A second document, under study, that bites on the same land; empty when there is none.
    parcels_id : str
        Layer whose rows are the parcels of the simulation; empty when there is none.
    scenarios : tuple of Scenario
        In the order of the tabs; `reference_id` names the baseline.
    coefficients : tuple of (str, float)
        Coefficients that the person changed; others have their sourced default.
    agency : AgencyProfile or None
        Who prints; None takes the person's own profile, and no authority where there is none.
    """

    id: str
    title: Title
    crs: Crs = UNKNOWN
    layers: tuple[Layer, ...] = ()
    document_id: str = ""
    parcels_id: str = ""
    scenarios: tuple[Scenario, ...] = ()
    reference_id: str = REFERENCE_ID
    layouts: tuple[Layout, ...] = ()
    bookmarks: tuple[Bookmark, ...] = ()
    coefficients: tuple[tuple[str, float], ...] = ()
    schema_version: int = field(default=SCHEMA_VERSION)
    documents: tuple[StoredDocument, ...] = ()
    study_id: str = ""
    agency: AgencyProfile | None = None
    formulas: tuple[SavedFormula, ...] = ()

    def layer(self, layer_id: str) -> Layer:
        """Return a layer by id.

        Raises
        ------
        CommandError
            With code ``project.no-layer``.
        """
        for layer in self.layers:
            if layer.id == layer_id:
                return layer
        raise CommandError("project.no-layer", layer=layer_id)

    def has_layer(self, layer_id: str) -> bool:
        """Whether a layer of that id is there."""
        return any(layer.id == layer_id for layer in self.layers)

    def vector_layer(self, layer_id: str) -> VectorLayer:
        """Return a vector layer by id; raises `CommandError` where it is a raster."""
        layer = self.layer(layer_id)
        if isinstance(layer, RasterLayer):
            raise CommandError("project.not-vector", layer=layer_id)
        return layer

    def known_vector(self, layer_id: str) -> VectorLayer | None:
        """Return a vector layer by id; None where there is none, or where it is a raster."""
        return next((layer for layer in self.vector_layers if layer.id == layer_id), None)

    @property
    def vector_layers(self) -> tuple[VectorLayer, ...]:
        """The vector layers, top first."""
        return tuple(layer for layer in self.layers if isinstance(layer, VectorLayer))

    @property
    def raster_layers(self) -> tuple[RasterLayer, ...]:
        """The raster layers, top first."""
        return tuple(layer for layer in self.layers if isinstance(layer, RasterLayer))

    @property
    def parcels(self) -> VectorLayer | None:
        """The parcel layer, or None."""
        if not self.parcels_id or not self.has_layer(self.parcels_id):
            return None
        return self.vector_layer(self.parcels_id)

    def scenario(self, scenario_id: str) -> Scenario:
        """Return a scenario by id, else by name.

        Raises
        ------
        CommandError
            With code ``project.no-scenario``.
        """
        for scenario in self.scenarios:
            if scenario_id in (scenario.id, scenario.name):
                return scenario
        raise CommandError("project.no-scenario", scenario=scenario_id)

    @property
    def reference(self) -> Scenario:
        """The reference scenario."""
        return self.scenario(self.reference_id)

    def layout(self, layout_id: str) -> Layout:
        """Return a layout by id or by its title in any language."""
        for layout in self.layouts:
            if layout_id == layout.id or layout.title.reads(layout_id):
                return layout
        raise CommandError("project.no-layout", layout=layout_id)

    def stored_document(self, document_id: str) -> StoredDocument | None:
        """Return a document of the project's own, None where it has none of that identifier."""
        found = (stored for stored in self.documents if stored.id == document_id)
        return next(found, None)

    def with_layer(self, layer: Layer) -> Project:
        """Return the project with a layer replaced by its new version."""
        self.layer(layer.id)
        layers = tuple(layer if old.id == layer.id else old for old in self.layers)
        return replace(self, layers=layers)

    def with_scenario(self, scenario: Scenario) -> Project:
        """Return the project with a scenario replaced by its new version."""
        self.scenario(scenario.id)
        scenarios = tuple(scenario if s.id == scenario.id else s for s in self.scenarios)
        return replace(self, scenarios=scenarios)

    def extent(self) -> Extent | None:
        """Return the extent of all layers, in the project's CRS."""
        return union_of(self.extent_of(layer) for layer in self.layers)

    def extent_of(self, layer: Layer) -> Extent | None:
        """Return the extent of a layer in the project's CRS, None where it has none."""
        extent = layer.extent
        if extent is None or not self.crs.is_known or not layer.crs.is_known:
            return extent
        try:
            return transform_extent(extent, layer.crs, self.crs)
        except CrsError:
            return None


def empty_project(title: Title) -> Project:
    """Return a new project with a reference scenario and nothing else."""
    return Project(id=uuid.uuid4().hex, title=title, scenarios=(Scenario(REFERENCE_ID, ""),))


def parcels_like(layers: tuple[Layer, ...]) -> str:
    """Return the id of the first layer that has parcels' roles; empty when none has."""
    for layer in layers:
        if not isinstance(layer, VectorLayer):
            continue
        roles = dict(layer.schema)
        if Role.SECTOR in roles and Role.PARCEL_ID in roles:
            return layer.id
    return ""
