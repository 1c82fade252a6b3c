"""A small map with every kind of layer, for snapshots and checks of pictures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely

from emadina_gis.domain.style import (
    Categorized,
    Category,
    Dash,
    LabelStyle,
    Marker,
    Single,
    Style,
    Symbol,
)
from emadina_gis.domain.viewport import Viewport
from tests.unit.render.scenes import layer, scene_of

VIEW = Viewport(200.0, 150.0, 1.0, 400, 300)
COLORS = {"B4": "#e0a050", "D3": "#f0e090", "PBC": "#90c080"}


def town():
    """Return a scene of blocks with a park that has a pond, streets, a tram and stops."""
    shapes, names = [], []
    for column in range(6):
        for row in range(4):
            x, y = 20 + column * 60, 20 + row * 68
            shapes.append(shapely.box(x, y, x + 50, y + 55))
            names.append(("B4", "D3", "PBC")[(column + row) % 3])
    park = shapely.Polygon(
        shapely.box(205, 160, 305, 280).exterior, [shapely.Point(255, 220).buffer(25).exterior]
    )
    shapes, names = [*shapes, park], [*names, "PBC"]
    zones = Style(
        Categorized(
            "name",
            tuple(Category(key, color) for key, color in COLORS.items()),
            Symbol(stroke="#ffffff", stroke_mm=0.3),
        ),
        LabelStyle("name", size_mm=2.9),
    )
    streets = [
        shapely.LineString([(0, 82), (400, 82)]),
        shapely.LineString([(0, 20), (140, 150), (400, 290)]),
    ]
    stops = [shapely.Point(140, 150), shapely.Point(300, 236)]
    return scene_of(
        layer(
            "stops",
            stops,
            {"fr": ["Les Fleurs", "Le Puits"], "ar": ["الزهور", "البئر"]},
            style=Style(
                Single(Symbol(fill="#b03030", stroke="#ffffff", stroke_mm=0.3, size_mm=3.0)),
                LabelStyle("fr", "ar", size_mm=3.0, priority=1),
            ),
        ),
        layer(
            "tram",
            streets[1:],
            style=Style(Single(Symbol(stroke="#b03030", stroke_mm=0.8, casing="#ffffff"))),
        ),
        layer(
            "axis",
            streets[:1],
            style=Style(Single(Symbol(stroke="#404040", stroke_mm=0.4, dash=Dash.DASH_DOT))),
        ),
        layer("zones", shapes, {"name": names}, style=zones),
    )


def square(color="#d02020", **more):
    """Return a scene of one square in the middle of `VIEW`."""
    symbol = replace(Symbol(fill=color, stroke=None, stroke_mm=0.0), **more)
    return scene_of(layer("a", [shapely.box(100, 50, 300, 250)], style=Style(Single(symbol))))


MARKERS = tuple(Marker)


def random_quads(count, seed=7):
    """Return small quadrilaterals that do not overlap, with some concave ones."""
    rng = np.random.default_rng(seed)
    side = int(np.ceil(np.sqrt(count)))
    i, j = np.divmod(np.arange(count), side)
    corners = np.array([[0, 0], [0.9, 0], [0.9, 0.9], [0.45, 0.6], [0, 0.9], [0, 0]])
    corners = corners[None] + rng.uniform(-0.04, 0.04, (count, 1, 2))
    rings = (np.column_stack([i, j])[:, None, :] + corners) * 4.0
    return shapely.polygons(rings)
