"""Layers that arrive together hide none of each other, and look like what their names say."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from emadina_gis.analysis.first_looks import first_look
from emadina_gis.domain.crs import MERCHICH_NORTH
from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.layer import RasterLayer, Title, VectorLayer
from emadina_gis.domain.style import Dash
from emadina_gis.domain.table import FeatureTable
from emadina_gis.domain.viewport import MM_PER_PX_AT_96_DPI
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


def strips(width: float) -> list[object]:
    """Return areas that cover the same land whatever their width."""
    return [shapely.box(x, 0, x + width, 900) for x in np.arange(0.0, 3_600.0, width)]


def test_points_lie_over_limits_over_lines_over_areas() -> None:
    arrived = (
        layer("zonage", strips(900.0)),
        layer("axes", [shapely.LineString([(0, 0), (9, 9)])]),
        layer("parcelles", strips(15.0)),
        layer("bornes", [shapely.Point(1, 1)]),
    )
    assert [one.id for one in arranged(arrived).layers] == ["bornes", "zonage", "axes", "parcelles"]


def test_areas_that_leave_most_of_the_land_open_lie_over_those_that_cover_it() -> None:
    parks = [shapely.box(0, 0, 80, 80), shapely.box(900, 900, 980, 980)]
    found = arranged((layer("parcelles", boxes(15.0)), layer("parcs", parks))).layers
    assert [one.id for one in found] == ["parcs", "parcelles"]


def test_areas_over_finer_ones_that_cover_the_land_are_drawn_by_their_limits() -> None:
    arrived = (
        layer("zonage", strips(900.0)),
        layer("ilots", strips(90.0)),
        layer("parcelles", strips(15.0)),
    )
    found = {
        one.id: one.style.symbol for one in arranged(arrived).layers if isinstance(one, VectorLayer)
    }
    assert [one.fill is None for one in found.values()] == [True, True, False]
    assert list(found) == ["zonage", "ilots", "parcelles"]
    assert found["zonage"].dash is Dash.DASHED


def test_a_region_around_a_small_place_is_filled() -> None:
    regions, place = strips(900.0), boxes(15.0)
    found = arranged((layer("communes", regions), layer("parcelles", place))).layers
    assert [one.id for one in found] == ["parcelles", "communes"]
    assert all(one.style.symbol.fill for one in found if isinstance(one, VectorLayer))


def test_areas_alone_are_filled() -> None:
    (zones,) = arranged((layer("zonage", boxes(900.0)),)).layers
    assert isinstance(zones, VectorLayer)
    assert zones.style.symbol.fill is not None


def test_areas_added_to_finer_ones_are_drawn_by_their_limits_over_them() -> None:
    found = arranged((layer("zonage", strips(900.0)),), (layer("parcelles", strips(15.0)),))
    (zones,) = found.layers
    assert isinstance(zones, VectorLayer)
    assert zones.style.symbol.fill is None
    assert found.over == (0,)


def test_parks_that_cover_the_land_are_seen_through_over_parcels_in_whatever_order() -> None:
    parcels, parks = layer("parcelles", strips(15.0)), layer("parcs", strips(900.0))
    together, added = arranged((parcels, parks)).layers, arranged((parks,), (parcels,))
    for first in (together[0], added.layers[0]):
        assert isinstance(first, VectorLayer)
        assert first.id == "parcs"
        assert 0 < first.style.symbol.fill_opacity < 1
    assert added.over == (0,)


def test_a_region_and_lines_are_added_where_they_hide_nothing() -> None:
    there = arranged((layer("bornes", [shapely.Point(1, 1)]), layer("parcelles", boxes(15.0))))
    arrived = (
        layer("communes", strips(900.0)),
        layer("axes", [shapely.LineString([(0, 0), (9, 9)])]),
    )
    found = arranged(arrived, there.layers)
    assert [one.id for one in found.layers] == ["axes", "communes"]
    assert found.over == (1, 2)


def test_a_picture_is_added_below_all_that_is_drawn_and_over_older_pictures() -> None:
    def picture(name: str) -> RasterLayer:
        return RasterLayer(name, Title.plain(name), f"{name}.tif", MERCHICH_NORTH, None, 2, 2)

    there = (layer("parcelles", boxes(15.0)), picture("ortho 2020"))
    assert arranged((picture("ortho 2024"),), there).over == (1,)


def test_the_same_areas_again_lie_over_those_of_before() -> None:
    again = layer("parcelles 2024", boxes(15.5))
    assert arranged((again,), (layer("parcelles", boxes(15.0)),)).over == (0,)


def test_dense_points_added_to_areas_wait_until_they_stand_apart() -> None:
    (lights,) = arranged((grid_of_points("lampadaires"),), (layer("x", boxes(15.0)),)).layers
    assert isinstance(lights, VectorLayer)
    assert not lights.style.shown_at(25_000 * MM_PER_PX_AT_96_DPI / 1000)


def test_what_may_be_flooded_lets_the_land_be_seen() -> None:
    assert first_look(Kind.POLYGON, "Zones inondables", 0).symbol.fill_opacity < 1


def grid_of_points(name: str) -> VectorLayer:
    return layer(name, [shapely.Point(25 * (k % 40), 25 * (k // 40)) for k in range(600)])


def test_dense_points_among_others_wait_until_they_stand_apart() -> None:
    arrived = layer("parcelles", boxes(15.0)), grid_of_points("lampadaires")
    lights, _ = arranged(arrived).layers
    assert isinstance(lights, VectorLayer)
    shown = [lights.style.shown_at(scale * MM_PER_PX_AT_96_DPI / 1000) for scale in (4_000, 25_000)]
    assert shown == [True, False]


def test_dense_points_alone_are_always_drawn() -> None:
    (lights,) = arranged((grid_of_points("lampadaires"),)).layers
    assert isinstance(lights, VectorLayer)
    assert lights.style.shown_at(1_000.0)


def test_few_points_lie_over_many() -> None:
    few = layer("puits", [shapely.Point(1, 1)])
    first, _ = arranged((grid_of_points("lampadaires"), few)).layers
    assert first.id == "puits"


def test_layers_whose_names_say_nothing_differ_in_colour() -> None:
    arrived = tuple(layer(f"x{k}", boxes(10.0)) for k in range(6))
    found = arranged(arrived, (layer("y", boxes(10.0)),)).layers
    fills = {one.style.symbol.fill for one in found if isinstance(one, VectorLayer)}
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
