"""Layers that arrive together hide none of each other, and look like what their names say."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from emadina_gis.analysis.first_looks import first_look
from emadina_gis.domain.crs import MERCHICH_NORTH
from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.layer import Title, VectorLayer
from emadina_gis.domain.table import FeatureTable
from emadina_gis.workflows.arranging import arranged


def layer(name: str, shapes: list[object]) -> VectorLayer:
    table = FeatureTable.from_columns(
        {"n": np.arange(len(shapes))},
        geometry=np.array(shapes, dtype=object),
        crs=MERCHICH_NORTH,
    )
    return VectorLayer(name, Title.plain(name), table)


def boxes(size: float) -> list[object]:
    return [shapely.box(k * size, 0, (k + 1) * size, size) for k in range(4)]


def test_points_lie_over_lines_over_small_areas_over_large_ones() -> None:
    arrived = (
        layer("zonage", boxes(900.0)),
        layer("axes", [shapely.LineString([(0, 0), (9, 9)])]),
        layer("parcelles", boxes(15.0)),
        layer("bornes", [shapely.Point(1, 1)]),
    )
    assert [one.id for one in arranged(arrived, 0)] == ["bornes", "axes", "parcelles", "zonage"]


def test_areas_that_leave_most_of_the_land_open_lie_over_those_that_cover_it() -> None:
    parks = [shapely.box(0, 0, 80, 80), shapely.box(900, 900, 980, 980)]
    found = arranged((layer("parcelles", boxes(15.0)), layer("parcs", parks)), 0)
    assert [one.id for one in found] == ["parcs", "parcelles"]


def test_layers_whose_names_say_nothing_differ_in_colour() -> None:
    arrived = tuple(layer(f"x{k}", boxes(10.0)) for k in range(6))
    fills = {one.style.symbol.fill for one in arranged(arrived, 3) if isinstance(one, VectorLayer)}
    assert len(fills) == 6


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        (("Espaces verts", "open_space", "المناطق الخضراء"), Kind.POLYGON),
        (("voirie", "streets", "الطرق"), Kind.LINE),
        (("Réseau d'eau", "WATER", "المياه"), Kind.POLYGON),
        (("PARCELLES_2024", "parcels_fy2013", "القطع الأرضية"), Kind.POLYGON),
    ],
)
def test_a_theme_looks_the_same_in_three_languages(names: tuple[str, ...], kind: Kind) -> None:
    assert len({first_look(kind, name, n) for n, name in enumerate(names)}) == 1


@pytest.mark.parametrize("name", ["bureau", "plateau", "loterie", "ruelle", "busards", "zoning"])
def test_a_word_inside_another_says_nothing(name: str) -> None:
    assert first_look(Kind.POLYGON, name, 2) == first_look(Kind.POLYGON, "x", 2)
