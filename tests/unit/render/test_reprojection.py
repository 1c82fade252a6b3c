"""Geometry in another system: straight where it was straight, and never torn across the world."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from emadina_gis.domain.crs import MERCHICH_NORTH, WGS84, Crs, area_of, transformation
from emadina_gis.domain.extent import Extent
from emadina_gis.domain.geometry import Kind, chunk_from_shapely
from emadina_gis.render.reprojection import lost_rows, moved_chunk

UTM29 = Crs("EPSG:32629")
PACIFIC = Crs("EPSG:3832")
ED50 = Crs("EPSG:4230")


def chunk_of(*shapes):
    return chunk_from_shapely(np.array(shapes, dtype=object))


def test_a_long_straight_line_is_bent_as_the_other_system_bends_it():
    line = shapely.LineString([(200_000, 300_000), (400_000, 420_000)])
    moved = moved_chunk(chunk_of(line), MERCHICH_NORTH, UTM29)
    along = shapely.line_interpolate_point(line, np.linspace(0, 1, 501), normalized=True)
    truth = transformation(MERCHICH_NORTH, UTM29).apply(shapely.get_coordinates(along))
    aside = shapely.distance(shapely.points(truth), moved.to_shapely()[0])
    assert len(moved.xy) > 2
    assert aside.max() < 0.15
    ends = transformation(MERCHICH_NORTH, UTM29).apply(np.array([line.coords[0], line.coords[-1]]))
    assert np.array_equal(moved.xy[[0, -1]], ends)


def test_parcels_get_no_vertices():
    chunk = chunk_of(shapely.box(296_000, 330_000, 296_020, 330_030))
    moved = moved_chunk(chunk, MERCHICH_NORTH, UTM29)
    assert len(moved.xy) == len(chunk.xy)


def test_polygons_with_holes_and_heights_keep_their_shape():
    outer = shapely.box(200_000, 300_000, 260_000, 360_000)
    hole = shapely.box(210_000, 310_000, 250_000, 350_000)
    ring = shapely.Polygon(outer.exterior, [hole.exterior])
    line = shapely.LineString([(200_000, 300_000, 5.0), (260_000, 300_000, 65.0)])
    moved = moved_chunk(chunk_of(ring, line), MERCHICH_NORTH, UTM29)
    polygon, back = moved.to_shapely()
    assert polygon.is_valid
    assert len(polygon.interiors) == 1
    assert polygon.area == pytest.approx(ring.area, rel=2e-3)
    heights = shapely.get_coordinates(back, include_z=True)[:, 2]
    assert heights[0] == 5.0
    assert heights[-1] == 65.0
    assert (np.diff(heights) > 0).all()


def test_what_the_system_cannot_show_is_left_out_whole_and_counted():
    near = shapely.LineString([(-7.6, 33.5), (-7.5, 33.6)])
    far = shapely.LineString([(-7.6, 33.5), (81.0, 0.0)])
    nowhere = shapely.Point(0.0, 95.0)
    chunk = chunk_of(near, far, nowhere)
    moved = moved_chunk(chunk, WGS84, UTM29)
    assert moved.kinds.tolist() == [Kind.LINE, Kind.NONE, Kind.NONE]
    assert lost_rows(chunk, moved) == 2


def test_a_line_across_the_far_meridian_is_not_drawn_around_the_world():
    crossing = shapely.LineString([(179.0, 10.0), (-179.0, 11.0)])
    beside = shapely.LineString([(170.0, 10.0), (175.0, 11.0)])
    moved = moved_chunk(chunk_of(crossing, beside), WGS84, Crs("EPSG:3857"))
    assert moved.kinds.tolist() == [Kind.NONE, Kind.LINE]


def test_the_best_operation_for_the_area_is_taken():
    portugal = area_of(Extent(-9.0, 38.0, -8.0, 39.0), ED50, WGS84)
    cyprus = area_of(Extent(33.0, 34.8, 33.5, 35.2), ED50, WGS84)
    ways = [transformation(ED50, WGS84, area) for area in (portugal, cyprus)]
    moved = [way.apply(np.array([[-8.5, 38.5]])) for way in ways]
    assert not np.allclose(moved[0], moved[1], atol=1e-6)
    assert ways[0].accuracy_m <= transformation(ED50, WGS84).accuracy_m


def test_there_is_nothing_to_choose_between_merchich_and_wgs_84():
    assert area_of(Extent(2e5, 3e5, 4e5, 5e5), MERCHICH_NORTH, WGS84) is None
