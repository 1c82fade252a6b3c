"""Commands that give a layer its place: a drawing by control points, a picture by grid crosses.

The new coordinates and extents are computed before (in the background); files are never touched.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from emadina_gis.domain.crs import Crs
from emadina_gis.domain.layer import RasterLayer
from emadina_gis.errors import CommandError
from emadina_gis.session.phrase import Phrase

if TYPE_CHECKING:
    from emadina_gis.domain.extent import Extent
    from emadina_gis.domain.placement import Placement
    from emadina_gis.domain.table import FeatureTable
    from emadina_gis.project import Project

#: Findings that a placement settles.
_SETTLED = ("raster.no-georeference", "raster.control-points", "crs.missing", "crs.local")


@dataclass(frozen=True, eq=False)
class PlaceLayer:
    """Give a drawing the coordinates that a placement gives it; heights stay as they are.

    Attributes
    ----------
    table : FeatureTable
        The layer's rows with their new coordinates.
    placement : Placement
        How they came about: kept with the layer.
    """

    layer_id: str
    table: FeatureTable
    placement: Placement
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.layers.place")

    def apply(self, project: Project) -> Project:
        """Return the project with the layer at its place."""
        layer = project.vector_layer(self.layer_id)
        if self.table.row_count != layer.table.row_count:
            raise CommandError("command.layer-changed", layer=self.layer_id)
        problems = tuple(p for p in layer.problems if p.code not in _SETTLED)
        placed = replace(layer, table=self.table, placement=self.placement, problems=problems)
        return _with_crs(project.with_layer(placed), self.placement.crs)


@dataclass(frozen=True, eq=False)
class PlaceLayers:
    """Place the layers of one drawing together, in one step."""

    parts: tuple[PlaceLayer, ...]
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.layers.place")

    def apply(self, project: Project) -> Project:
        """Return the project with all of them at their place."""
        for part in self.parts:
            project = part.apply(project)
        return project


@dataclass(frozen=True)
class GeoreferenceRaster:
    """Give a picture its control points, or take them away; it is warped when it is drawn.

    Attributes
    ----------
    placement : Placement or None
        None goes back to what the file says of itself.
    extent : Extent or None
        What the picture then covers, in the placement's CRS.
    crs : Crs
        System of the file where the placement is taken away.
    """

    layer_id: str
    placement: Placement | None
    extent: Extent | None
    crs: Crs = field(default_factory=lambda: Crs(""))
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.layers.georeference")

    def apply(self, project: Project) -> Project:
        """Return the project with the picture at its place."""
        layer = _raster(project, self.layer_id)
        crs = self.crs if self.placement is None else self.placement.crs
        problems = layer.problems
        if self.placement is not None:
            problems = tuple(p for p in problems if p.code not in _SETTLED)
        placed = replace(
            layer, placement=self.placement, extent=self.extent, crs=crs, problems=problems
        )
        if placed == layer:
            return project
        return _with_crs(project.with_layer(placed), crs)


@dataclass(frozen=True)
class DeclareNodata:
    """Say which value of a raster means "no data"; None: none but what the file says."""

    layer_id: str
    value: float | None
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.layers.nodata")

    def apply(self, project: Project) -> Project:
        """Return the project with the raster's value."""
        layer = _raster(project, self.layer_id)
        if layer.nodata == self.value:
            return project
        return project.with_layer(replace(layer, nodata=self.value))


def _raster(project: Project, layer_id: str) -> RasterLayer:
    layer = project.layer(layer_id)
    if not isinstance(layer, RasterLayer):
        raise CommandError("command.not-raster", layer=layer_id)
    return layer


def _with_crs(project: Project, crs: Crs) -> Project:
    """Return the project shown in a system where it had none."""
    return project if project.crs.is_known else replace(project, crs=crs)
