"""Commands on the files that layers come from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from emadina_gis.domain.layer import RasterLayer, Source
from emadina_gis.errors import CommandError
from emadina_gis.session.phrase import Phrase

if TYPE_CHECKING:
    from emadina_gis.domain.extent import Extent
    from emadina_gis.project import Project


@dataclass(frozen=True)
class Relink:
    """Say where the file of a layer lies now; its title, style and place in the list stay.

    Attributes
    ----------
    path, fingerprint : str
        The file, looked at before.
    extent : Extent or None
        Of a raster, in its CRS.
    width_px, height_px : int
        Of a raster; 0 for the source of a vector layer, whose rows stay as they are.
    """

    layer_id: str
    path: str
    fingerprint: str = ""
    extent: Extent | None = None
    width_px: int = 0
    height_px: int = 0
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.layers.relink")

    def apply(self, project: Project) -> Project:
        """Return the project with the layer's file."""
        layer = project.layer(self.layer_id)
        if isinstance(layer, RasterLayer):
            if not (self.width_px and self.height_px):
                raise CommandError("command.not-raster-file", path=self.path)
            raster = replace(
                layer,
                path=self.path,
                fingerprint=self.fingerprint,
                extent=self.extent if layer.placement is None else layer.extent,
                width_px=self.width_px,
                height_px=self.height_px,
            )
            return project if raster == layer else project.with_layer(raster)
        source = replace(
            layer.source or Source(self.path), path=self.path, fingerprint=self.fingerprint
        )
        if source == layer.source:
            return project
        return project.with_layer(replace(layer, source=source))
