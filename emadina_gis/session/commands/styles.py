"""Commands on how a layer looks; the styles themselves are built in ``analysis``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from emadina_gis.domain.layer import RasterLayer
from emadina_gis.errors import CommandError
from emadina_gis.session.phrase import Phrase

if TYPE_CHECKING:
    from emadina_gis.domain.style import LabelStyle, RasterStyle, Style
    from emadina_gis.project import Project


@dataclass(frozen=True)
class SetLayerStyle:
    """Give a vector layer another style.

    Attributes
    ----------
    is_trial : bool
        Whether a colour or a width is being tried, so that the next one takes its place in the
        history.
    """

    layer_id: str
    style: Style
    is_trial: bool = False

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.styles.set")

    @property
    def merge_key(self) -> str | None:
        """Changes while a colour or a width is being tried are one step."""
        return f"style:{self.layer_id}" if self.is_trial else None

    def apply(self, project: Project) -> Project:
        """Return the project with the layer's style."""
        layer = project.vector_layer(self.layer_id)
        if layer.style == self.style:
            return project
        return project.with_layer(replace(layer, style=self.style))


@dataclass(frozen=True)
class SetRasterStyle:
    """Give a raster layer another colour ramp."""

    layer_id: str
    style: RasterStyle

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.styles.set")

    @property
    def merge_key(self) -> str | None:
        """Changes while a ramp is being tried are one step."""
        return f"style:{self.layer_id}"

    def apply(self, project: Project) -> Project:
        """Return the project with the layer's ramp."""
        layer = project.layer(self.layer_id)
        if not isinstance(layer, RasterLayer):
            raise CommandError("command.not-raster", layer=self.layer_id)
        if layer.style == self.style:
            return project
        return project.with_layer(replace(layer, style=self.style))


@dataclass(frozen=True)
class SetLabels:
    """Show labels from a field, or none.

    Attributes
    ----------
    part : str
        What is being tried: changes of the same part are one step.
    """

    layer_id: str
    labels: LabelStyle | None
    part: str = ""

    @property
    def merge_key(self) -> str | None:
        """Changes of one part, one after the other, are one step."""
        return f"labels:{self.layer_id}:{self.part}" if self.part else None

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.styles.labels")

    def apply(self, project: Project) -> Project:
        """Return the project with the layer's labels."""
        layer = project.vector_layer(self.layer_id)
        if layer.style.label == self.labels:
            return project
        style = replace(layer.style, label=self.labels)
        return project.with_layer(replace(layer, style=style))
