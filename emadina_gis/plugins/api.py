"""All that a plugin may import of emadina_gis; nothing else is promised from version to version.

A plugin is a folder with ``emadina.toml`` and a module that has ``register(door)``::

    from emadina_gis.plugins import api


    def register(door: api.Door) -> None:
        door.indicator(api.Indicator("trees", "per_ha", 1, api.Part.PARCELS, NEEDS, compute))
"""

from __future__ import annotations

from emadina_gis.analysis.indicator import (
    Indicator,
    Inputs,
    Measure,
    Need,
    Part,
    PartTable,
    ratio,
    whole,
)
from emadina_gis.domain.column import Column, column_of
from emadina_gis.domain.crs import MERCHICH_NORTH, UNKNOWN, WGS84, Crs
from emadina_gis.domain.extent import Extent
from emadina_gis.domain.layer import (
    Diffusion,
    FieldLabel,
    Layer,
    Provenance,
    RasterLayer,
    Source,
    Title,
    VectorLayer,
)
from emadina_gis.domain.schema import Role, Schema
from emadina_gis.domain.style import Style
from emadina_gis.domain.table import FeatureTable
from emadina_gis.errors import (
    EmadinaError,
    EmptyInput,
    GeometryError,
    JobCancelled,
    LayerReadError,
    MissingInput,
    Problem,
    SchemaError,
    Severity,
)
from emadina_gis.plugins.manifest import API_VERSION
from emadina_gis.plugins.registry import Door, Reader
from emadina_gis.progress import Context

__all__ = [
    "API_VERSION",
    "MERCHICH_NORTH",
    "UNKNOWN",
    "WGS84",
    "Column",
    "Context",
    "Crs",
    "Diffusion",
    "Door",
    "EmadinaError",
    "EmptyInput",
    "Extent",
    "FeatureTable",
    "FieldLabel",
    "GeometryError",
    "Indicator",
    "Inputs",
    "JobCancelled",
    "Layer",
    "LayerReadError",
    "Measure",
    "MissingInput",
    "Need",
    "Part",
    "PartTable",
    "Problem",
    "Provenance",
    "RasterLayer",
    "Reader",
    "Role",
    "Schema",
    "SchemaError",
    "Severity",
    "Source",
    "Style",
    "Title",
    "VectorLayer",
    "column_of",
    "ratio",
    "whole",
]
