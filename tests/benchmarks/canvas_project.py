"""What the canvas is measured on: a cadastre of any size, three small layers, 200 labels.

Two scenarios differ in the levels of a sector, so that a swipe shows two pictures.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely

from emadina_gis.analysis.style_builder import categorized, graduated, single
from emadina_gis.domain.crs import MERCHICH_NORTH
from emadina_gis.domain.layer import Title, VectorLayer
from emadina_gis.domain.style import Dash, LabelStyle, Single, Style, Symbol
from emadina_gis.domain.table import FeatureTable
from emadina_gis.simulation.changes import SetSectorValue
from emadina_gis.simulation.scenario import Scenario
from emadina_gis.words import load_words
from emadina_gis.workflows.opening import new_project
from tests.benchmarks.cadastre import (
    LOT_DEPTH_M,
    LOT_WIDTH_M,
    LOTS_PER_SIDE,
    STREET_M,
    cadastre_layer,
)

LABELS = 200
STREETS = 60
PERIMETERS = 8
CHANGED = "scenario-b"
SEED = 1606
#: Square metres of ground for each parcel, streets counted.
GROUND_M2 = (LOTS_PER_SIDE * LOT_WIDTH_M + STREET_M) * (2 * LOT_DEPTH_M + STREET_M) / (
    2 * LOTS_PER_SIDE
)  # fmt: skip


def canvas_project(count, *, parcels=None):
    """Return a project of `count` parcels under the layers and labels of a plan."""
    parcels = cadastre_layer(count) if parcels is None else parcels
    column = parcels.table.column("sector")
    parcels = replace(parcels, style=Style(categorized(column, "sector")))
    extent = parcels.table.extent
    project = replace(
        new_project(load_words("fr")),
        title=Title.plain("bench"),
        crs=MERCHICH_NORTH,
        layers=(*small_layers(extent), parcels),
        document_id="ain-chock-2025",
        parcels_id=parcels.id,
    )
    changes = (SetSectorValue("B4", "levels", 2.0), SetSectorValue("D3", "levels", 6.0))
    return replace(project, scenarios=(*project.scenarios, Scenario(CHANGED, "B", changes)))


def small_layers(extent):
    """Return three small layers over an extent; one of them has the labels."""
    rng = np.random.default_rng(SEED)
    return places(extent, rng), perimeters(extent), streets(extent)


def other_style(layer):
    """Return a style by another column."""
    return Style(graduated(layer.table.column("value"), "value"))


def outcome_style(columns):
    """Return a style by what the scenarios differ in."""
    return Style(graduated(columns["net_floor_area_m2"], "net_floor_area_m2"))


def places(extent, rng):
    """Return points with a name that is written beside them."""
    x = rng.uniform(extent.xmin, extent.xmax, LABELS)
    y = rng.uniform(extent.ymin, extent.ymax, LABELS)
    names = [f"École {number}" for number in range(LABELS)]
    style = Style(single("#7a3b69"), label=LabelStyle("name"))
    return _layer("places", {"name": names}, shapely.points(x, y), style)


def perimeters(extent):
    """Return large areas with a thick dash-dotted limit and no fill."""
    x = np.linspace(extent.xmin, extent.xmax, PERIMETERS + 1)
    areas = shapely.box(x[:-1], extent.ymin, x[1:], extent.ymax)
    symbol = Symbol(fill=None, stroke="#22211f", stroke_mm=0.6, dash=Dash.DASH_DOT)
    numbers = np.arange(PERIMETERS)
    return _layer("perimeters", {"number": numbers}, areas, Style(Single(symbol)))


def streets(extent):
    """Return lines across it all, with a casing."""
    y = np.linspace(extent.ymin, extent.ymax, STREETS)
    west = np.column_stack([np.full(STREETS, extent.xmin), y])
    east = np.column_stack([np.full(STREETS, extent.xmax), y])
    lines = shapely.linestrings(np.stack([west, east], axis=1))
    symbol = Symbol(fill=None, stroke="#f2e8c9", stroke_mm=0.7, casing="#8d8371")
    widths = np.full(STREETS, 20.0)
    return _layer("streets", {"width_m": widths}, lines, Style(Single(symbol)))


def _layer(layer_id, columns, geometry, style):
    table = FeatureTable.from_columns(columns, geometry=geometry, crs=MERCHICH_NORTH)
    return VectorLayer(layer_id, Title.plain(layer_id), table, style)
