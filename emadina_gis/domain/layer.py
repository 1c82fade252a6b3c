"""Layers of a project: a table or a raster with its title, style, roles and provenance."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from emadina_gis.domain.derived import Derivations
from emadina_gis.domain.schema import Schema
from emadina_gis.domain.style import RasterStyle, Style
from emadina_gis.domain.title import Title

__all__ = [
    "Diffusion",
    "FieldLabel",
    "Layer",
    "Provenance",
    "RasterLayer",
    "Source",
    "Title",
    "VectorLayer",
    "renamed",
]

if TYPE_CHECKING:
    from emadina_gis.domain.crs import Crs
    from emadina_gis.domain.extent import Extent
    from emadina_gis.domain.placement import Placement
    from emadina_gis.domain.table import FeatureTable
    from emadina_gis.errors import Problem


class Diffusion(StrEnum):
    """Who may see a layer outside the agency; obeyed by web map, export and report."""

    INTERNAL = "internal"
    RESTRICTED = "restricted"
    PUBLIC = "public"


@dataclass(frozen=True)
class Provenance:
    """Where data comes from, said on the map and in prints."""

    producer: str = ""
    year: str = ""
    licence: str = ""
    credit: Title | None = None
    synthetic: bool = False
    note: Title | None = None


@dataclass(frozen=True)
class Source:
    """The file a layer was read from (never written to)."""

    path: str
    layer: str = ""
    encoding: str = ""
    fingerprint: str = ""


@dataclass(frozen=True)
class FieldLabel:
    """Name and unit of a column as a person reads it, and what its codes mean."""

    title: Title
    unit: str = ""
    decimals: int = 0
    values: tuple[tuple[str, Title], ...] = ()

    def said(self, value: str, language: str) -> str:
        """Return a coded value as a person says it; empty where it says itself."""
        title = dict(self.values).get(value)
        return "" if title is None else title.text(language)


@dataclass(frozen=True)
class VectorLayer:
    """A feature table with everything needed to draw, list and explain it.

    Attributes
    ----------
    derived : Derivations
        Computed and joined columns, columns edited by hand, and how the table is arranged.
    """

    id: str
    title: Title
    table: FeatureTable
    style: Style = field(default_factory=Style)
    schema: Schema = field(default_factory=Schema)
    visible: bool = True
    opacity: float = 1.0
    provenance: Provenance = field(default_factory=Provenance)
    source: Source | None = None
    diffusion: Diffusion = Diffusion.INTERNAL
    problems: tuple[Problem, ...] = ()
    fields: tuple[tuple[str, FieldLabel], ...] = ()
    placement: Placement | None = None
    derived: Derivations = field(default_factory=Derivations)

    @property
    def crs(self) -> Crs:
        """CRS of the coordinates."""
        return self.table.crs

    @property
    def extent(self) -> Extent | None:
        """Extent in the layer's own CRS."""
        return self.table.extent

    def field_label(self, name: str) -> FieldLabel:
        """Return the label of a column; its own name when none was given."""
        return dict(self.fields).get(name) or FieldLabel(Title.plain(name))


@dataclass(frozen=True)
class RasterLayer:
    """A raster linked by path, with what is needed to find and check it again.

    Attributes
    ----------
    placement : Placement or None
        Control points that place the picture; the file itself stays as it is.
    nodata : float or None
        A value that the person declared to mean "no data".
    follows_sources : bool
        Whether the person agreed that a virtual raster opens the files beside it.
    """

    id: str
    title: Title
    path: str
    crs: Crs
    extent: Extent | None
    width_px: int
    height_px: int
    style: RasterStyle = field(default_factory=RasterStyle)
    visible: bool = True
    opacity: float = 1.0
    provenance: Provenance = field(default_factory=Provenance)
    fingerprint: str = ""
    diffusion: Diffusion = Diffusion.INTERNAL
    problems: tuple[Problem, ...] = ()
    placement: Placement | None = None
    nodata: float | None = None
    follows_sources: bool = False


Layer = VectorLayer | RasterLayer


def renamed(layer: Layer, name: str) -> Layer:
    """Return the layer with a name typed by a person."""
    return replace(layer, title=Title.plain(name))
