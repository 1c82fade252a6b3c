"""Small scenes for the tests of drawing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely

from emadina_gis.domain.crs import MERCHICH_NORTH, Crs
from emadina_gis.domain.layer import Title, VectorLayer
from emadina_gis.domain.style import Categorized, Category, Single, Style, Symbol
from emadina_gis.domain.table import FeatureTable
from emadina_gis.project import Project
from emadina_gis.render.derived import DerivedCache
from emadina_gis.render.scene import Scene, build_scene

RED, BLUE, GREEN = "#d02020", "#2040d0", "#20a040"
BARE = Symbol(fill=GREEN, stroke=None, stroke_mm=0.0)


def layer(layer_id, shapes, columns=None, *, style=None, crs=MERCHICH_NORTH, **more):
    table = FeatureTable.from_columns(
        columns or {"n": np.arange(len(shapes))}, np.array(shapes, dtype=object), crs=crs
    )
    return VectorLayer(layer_id, Title.plain(layer_id), table, style or Style(Single(BARE)), **more)


def scene_of(*layers, crs: Crs = MERCHICH_NORTH) -> Scene:
    """Return the scene of layers, top first."""
    project = Project("p", Title.plain("p"), crs, tuple(layers))
    return build_scene(project, cache=DerivedCache())


def by_name(**colors):
    """Return a style with a colour for each value of the column ``name``."""
    categories = tuple(Category(value, color) for value, color in colors.items())
    return Style(Categorized("name", categories, replace(BARE, fill=None)))


def grid(columns, rows, size=10.0, gap=0.0):
    """Return squares in rows, from the south-west."""
    i, j = np.meshgrid(np.arange(columns), np.arange(rows))
    x, y = i.ravel() * (size + gap), j.ravel() * (size + gap)
    return shapely.box(x, y, x + size, y + size)
