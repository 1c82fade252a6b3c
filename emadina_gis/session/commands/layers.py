"""Commands on the list of layers: add, remove, move, name, show, fade, declare a CRS, refresh.

Pure functions on the project tree; how layers are read and drawn is not known here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from emadina_gis.domain.layer import RasterLayer, renamed
from emadina_gis.errors import CommandError
from emadina_gis.session.phrase import Phrase

if TYPE_CHECKING:
    from emadina_gis.domain.crs import Crs
    from emadina_gis.domain.layer import Diffusion, Layer, Source
    from emadina_gis.domain.table import FeatureTable
    from emadina_gis.errors import Problem
    from emadina_gis.project import Project


@dataclass(frozen=True, eq=False)
class AddLayers:
    """Put layers into the list, the first of them at `index` (0 is on top).

    The project takes the CRS of the first layer that has one, where it had none.

    Attributes
    ----------
    over : tuple of int
        How many layers of the project lie over each of them, in place of `index`.
    """

    layers: tuple[Layer, ...]
    index: int = 0
    over: tuple[int, ...] = ()
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.layers.add", count=len(self.layers))

    def apply(self, project: Project) -> Project:
        """Return the project with the layers."""
        ids = [layer.id for layer in (*project.layers, *self.layers)]
        for layer_id in ids:
            if ids.count(layer_id) > 1:
                raise CommandError("command.layer-exists", layer=layer_id)
        if not self.layers:
            return project
        layers = self._among(project.layers)
        known = [layer.crs for layer in self.layers if layer.crs.is_known]
        crs = known[0] if known and not project.crs.is_known else project.crs
        return replace(project, layers=layers, crs=crs)

    def _among(self, there: tuple[Layer, ...]) -> tuple[Layer, ...]:
        """Return all layers; those under equally many keep their order."""
        over = self.over or (max(self.index, 0),) * len(self.layers)
        found: list[Layer] = []
        for count in range(len(there) + 1):
            found += (
                layer
                for layer, under in zip(self.layers, over, strict=True)
                if min(under, len(there)) == count
            )
            found += there[count : count + 1]
        return tuple(found)


@dataclass(frozen=True)
class RemoveLayer:
    """Take a layer out of the project; when it held the parcels, no layer does any more."""

    layer_id: str
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.layers.remove")

    def apply(self, project: Project) -> Project:
        """Return the project without the layer."""
        project.layer(self.layer_id)
        layers = tuple(layer for layer in project.layers if layer.id != self.layer_id)
        parcels_id = "" if project.parcels_id == self.layer_id else project.parcels_id
        return replace(project, layers=layers, parcels_id=parcels_id)


@dataclass(frozen=True)
class MoveLayer:
    """Put a layer at another place of the list (0 is on top)."""

    layer_id: str
    index: int

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.layers.move")

    @property
    def merge_key(self) -> str | None:
        """Moves of one layer in a row are one step."""
        return f"move:{self.layer_id}"

    def apply(self, project: Project) -> Project:
        """Return the project with the layer moved."""
        layer = project.layer(self.layer_id)
        others = [other for other in project.layers if other is not layer]
        at = min(max(self.index, 0), len(others))
        layers = (*others[:at], layer, *others[at:])
        unmoved = all(a is b for a, b in zip(layers, project.layers, strict=True))
        return project if unmoved else replace(project, layers=layers)


@dataclass(frozen=True)
class RenameLayer:
    """Give a layer the name that a person typed; it reads the same in every language."""

    layer_id: str
    name: str
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.layers.rename")

    def apply(self, project: Project) -> Project:
        """Return the project with the layer renamed."""
        name = self.name.strip()
        if not name:
            raise CommandError("command.empty-name")
        layer = project.layer(self.layer_id)
        changed = renamed(layer, name)
        return project if changed.title == layer.title else project.with_layer(changed)


@dataclass(frozen=True)
class SetLayerVisible:
    """Show or hide a layer."""

    layer_id: str
    visible: bool
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.layers.show" if self.visible else "command.layers.hide")

    def apply(self, project: Project) -> Project:
        """Return the project with the layer shown or hidden."""
        layer = project.layer(self.layer_id)
        if layer.visible == self.visible:
            return project
        return project.with_layer(replace(layer, visible=self.visible))


@dataclass(frozen=True)
class SetLayerOpacity:
    """Fade a layer: 0 is invisible, 1 opaque."""

    layer_id: str
    opacity: float

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.layers.opacity")

    @property
    def merge_key(self) -> str | None:
        """A drag of the slider is one step."""
        return f"opacity:{self.layer_id}"

    def apply(self, project: Project) -> Project:
        """Return the project with the layer faded."""
        layer = project.layer(self.layer_id)
        if not (math.isfinite(self.opacity) and 0.0 <= self.opacity <= 1.0):
            raise CommandError("command.opacity", value=self.opacity)
        if layer.opacity == self.opacity:
            return project
        return project.with_layer(replace(layer, opacity=self.opacity))


@dataclass(frozen=True)
class SetDiffusion:
    """Say who may see a layer outside the agency."""

    layer_id: str
    diffusion: Diffusion
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.layers.diffusion")

    def apply(self, project: Project) -> Project:
        """Return the project with the layer's diffusion."""
        layer = project.layer(self.layer_id)
        if layer.diffusion == self.diffusion:
            return project
        return project.with_layer(replace(layer, diffusion=self.diffusion))


@dataclass(frozen=True)
class AssignCrs:
    """Declare the system that a layer's coordinates are in; coordinates do not move."""

    layer_id: str
    crs: Crs
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.layers.crs")

    def apply(self, project: Project) -> Project:
        """Return the project with the layer's CRS declared."""
        layer = project.layer(self.layer_id)
        if layer.crs == self.crs:
            return project
        if isinstance(layer, RasterLayer):
            changed: Layer = replace(layer, crs=self.crs)
        else:
            changed = replace(layer, table=layer.table.assign_crs(self.crs))
        crs = project.crs if project.crs.is_known else self.crs
        return replace(project.with_layer(changed), crs=crs)


@dataclass(frozen=True, eq=False)
class ReplaceTable:
    """Give a layer another table: refreshed from its source, repaired, transformed."""

    layer_id: str
    table: FeatureTable
    problems: tuple[Problem, ...] = ()
    source: Source | None = None
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.layers.replace")

    def apply(self, project: Project) -> Project:
        """Return the project with the layer's new table."""
        layer = project.vector_layer(self.layer_id)
        if layer.table is self.table and layer.problems == self.problems:
            return project
        source = layer.source if self.source is None else self.source
        changed = replace(layer, table=self.table, problems=self.problems, source=source)
        return project.with_layer(changed)
