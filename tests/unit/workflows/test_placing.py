"""Placing layers: what a draft tells, the commands it becomes, files of points, reopening."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import shapely

from emadina_gis.domain.crs import MERCHICH_NORTH, UNKNOWN, WGS84
from emadina_gis.domain.layer import VectorLayer
from emadina_gis.domain.placement import PlacementMethod
from emadina_gis.domain.table import FeatureTable
from emadina_gis.domain.title import Title
from emadina_gis.errors import CommandError, GeometryError, LayerReadError, LayerWriteError
from emadina_gis.io.project_file import load_project, save_project
from emadina_gis.io.raster import RasterSource, describe_raster
from emadina_gis.project.model import empty_project
from emadina_gis.session.commands.placing import DeclareNodata, GeoreferenceRaster, PlaceLayer
from emadina_gis.workflows import placing
from emadina_gis.workflows.placing import Draft, DraftPoint
from emadina_gis.workflows.rasters import RasterTexts, raster_layer, source_of
from tests.unit.io.test_raster_kinds import write

X0, Y0 = 296_000.0, 330_000.0
SQUARES = shapely.box([0, 30, 60], [0, 0, 0], [20, 50, 80], [20, 20, 20])


def drawing(scale=0.001, degrees=12.0, dx=X0, dy=Y0):
    """Return a drawing whose squares lie at X0, Y0 once it is placed."""
    turn = math.radians(degrees)
    back = np.array([[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]])

    def untie(xy):
        return (xy - [dx - X0, dy - Y0]) @ back.T / scale

    flat = shapely.transform(SQUARES, untie)
    high = shapely.force_3d(flat, 7.0)
    table = FeatureTable.from_columns({"lot": ["A", "B", "C"]}, geometry=high)
    return VectorLayer("plan", Title.plain("plan.dxf"), table)


def project_with(*layers):
    return replace(empty_project(Title.plain("essai")), crs=MERCHICH_NORTH, layers=layers)


def drafted(layer, corners=((0, 0), (2, 2)), **options):
    """Return a draft with points at corners (row, vertex) of a drawing."""
    draft = placing.draft_for(layer, project_with(layer))
    for row, vertex in corners:
        source = shapely.get_coordinates(layer.table.shapes()[row])[vertex]
        target = shapely.get_coordinates(SQUARES[row])[vertex] + [X0, Y0]
        draft = draft.picked("source", tuple(source.tolist()))
        draft = draft.picked("target", tuple(target.tolist()))
    return replace(draft, **options)


# --- drawings -------------------------------------------------------------------------------------


def test_two_points_place_a_drawing_in_millimetres_and_tell_its_unit():
    layer = drawing()
    draft = drafted(layer)
    assert draft.refusal is None
    assert draft.scale_reading.unit == "mm"
    assert draft.turn.rotation_deg == pytest.approx(12.0)
    assert draft.length_excess == pytest.approx(0.0, abs=1e-9)
    assert draft.fit.redundancy == 0
    command = placing.place_layer(layer, draft.placement)
    placed = command.apply(project_with(layer)).vector_layer("plan")
    assert placed.crs == MERCHICH_NORTH
    assert shapely.equals_exact(
        shapely.force_2d(placed.table.shapes()),
        shapely.transform(SQUARES, lambda xy: xy + np.array([X0, Y0])),
        tolerance=1e-6,
    ).all()
    assert (shapely.get_coordinates(placed.table.shapes(), include_z=True)[:, 2] == 7.0).all()
    assert placed.placement.rmse == pytest.approx(0.0, abs=1e-6)
    assert np.array_equal(placed.table.ids, layer.table.ids)


def test_a_wrong_distance_shows_as_the_gap_at_the_exact_unit():
    layer = drawing()
    draft = drafted(layer)
    second = draft.points[1]
    longer = replace(second, target=(second.target[0] + 0.30, second.target[1]))
    draft = draft.with_point(1, longer)
    assert 0.2 < draft.length_excess < 0.35
    known = replace(draft, method=PlacementMethod.RIGID, unit_m=0.001)
    assert known.rmse == pytest.approx(draft.length_excess / 2, rel=0.01)


def test_a_third_point_that_is_wrong_is_found_only_when_a_fourth_can_tell():
    layer = drawing(scale=1.0, degrees=0.0)
    draft = drafted(layer, ((0, 0), (2, 2), (1, 1)))
    wrong = replace(draft.points[2], target=(X0 + 50.0, Y0 + 9.0))
    three = draft.with_point(2, wrong)
    assert three.residual(2) > 1
    assert three.doubtful is None or three.doubtful == 2
    five = drafted(layer, ((0, 0), (2, 2), (1, 1), (0, 2), (2, 0))).with_point(2, wrong)
    assert five.doubtful == 2
    left_out = five.with_point(2, replace(wrong, used=False))
    assert left_out.rmse < 1e-6
    assert left_out.doubtful is None
    assert left_out.residual(2) == pytest.approx(9.0 + 0.0, abs=11)


def test_a_truncated_origin_is_suggested_and_a_typed_offset_applies_it():
    neighbour = drawing(scale=1.0, degrees=0.0)
    there = placing.place_layer(neighbour, drafted(neighbour).placement).apply(
        project_with(neighbour)
    )
    near = replace(there.vector_layer("plan"), id="near")
    table = near.table.assign_crs(UNKNOWN)
    moved = placing._moved(table, lambda xy: xy - [200_000, 300_000], placing.NULL_CONTEXT)
    truncated = VectorLayer("plan", Title.plain("plan"), moved)
    project = project_with(truncated, near)
    extent = placing.source_extent(truncated)
    offset = placing.offsets_for(extent, "plan", project, 1.0)[0]
    assert (offset.dx, offset.dy) == (200_000, 300_000)
    draft = replace(
        placing.draft_for(truncated, project),
        method=PlacementMethod.SHIFT,
        offset=(offset.dx, offset.dy),
    )
    placed = placing.place_layer(truncated, draft.placement).apply(project).vector_layer("plan")
    assert placed.extent.as_tuple == pytest.approx(near.extent.as_tuple)
    again = placing.draft_for(placed, project)
    assert again.offset == (200_000, 300_000)
    assert again.method is PlacementMethod.SHIFT


def test_a_placed_drawing_can_be_placed_again_from_where_it_came():
    layer = drawing()
    project = project_with(layer)
    first = placing.place_layer(layer, drafted(layer).placement).apply(project)
    placed = first.vector_layer("plan")
    source = placing.source_table(placed)
    assert source.crs == UNKNOWN
    assert np.allclose(
        shapely.get_coordinates(source.shapes()),
        shapely.get_coordinates(layer.table.shapes()),
        atol=1e-3,
    )
    draft = placing.draft_for(placed, first)
    assert len(draft.points) == 2
    assert draft.placement.transform == placed.placement.transform


def test_points_wait_for_their_other_end():
    draft = Draft(crs=MERCHICH_NORTH).picked("source", (1.0, 2.0))
    assert draft.whole == ()
    draft = draft.picked("source", (3.0, 4.0)).picked("target", (10.0, 10.0))
    assert draft.points[0].is_whole
    assert draft.points[1] == DraftPoint((3.0, 4.0))
    assert isinstance(draft.refusal, GeometryError)
    assert draft.placement is None
    assert draft.without_point(0).points == (DraftPoint((3.0, 4.0)),)


def test_without_a_system_nothing_is_placed():
    layer = drawing()
    assert replace(drafted(layer), crs=UNKNOWN).placement is None


def test_a_layer_that_has_changed_meanwhile_is_not_overwritten():
    layer = drawing()
    command = placing.place_layer(layer, drafted(layer).placement)
    shorter = replace(layer, table=layer.table.take(np.array([0, 1])))
    with pytest.raises(CommandError):
        command.apply(project_with(shorter))


# --- pictures -------------------------------------------------------------------------------------


@pytest.fixture
def scan(tmp_path):
    """Return a picture of 60 × 40 pixels whose values tell column and row."""
    values = np.add.outer(np.arange(40) * 100, np.arange(60)).astype(np.int32)
    path = write(tmp_path / "plan.tif", values, transform=None, crs=None)
    return raster_layer(path, RasterTexts(Title.plain("plan"), layer_id="scan"))


def bent(column, row):
    """Return where a pixel lies: two metres each, turned, bent by some centimetres."""
    u, v = 2.0 * column, -2.0 * row
    x = X0 + u * math.cos(0.1) - v * math.sin(0.1) + 2e-4 * u * u
    return x, Y0 + u * math.sin(0.1) + v * math.cos(0.1) - 1e-4 * u * v


def crosses(layer, method, count=12):
    draft = replace(placing.draft_for(layer, project_with(layer)), method=method)
    places = [(c, r) for c in (5.0, 25.0, 40.0, 55.0) for r in (3.0, 20.0, 36.0)][:count]
    points = tuple(DraftPoint((c, -r), bent(c, r)) for c, r in places)
    return replace(draft, points=points)


def test_a_bent_plan_fits_better_the_more_pliable_the_method(scan):
    errors = [
        crosses(scan, method).rmse
        for method in (
            PlacementMethod.SIMILARITY,
            PlacementMethod.AFFINE,
            PlacementMethod.POLYNOMIAL_2,
        )
    ]
    assert errors[0] > errors[1] > 0.1
    assert errors[2] < 1e-6
    paper = replace(crosses(scan, PlacementMethod.AFFINE), plan_scale=2000)
    assert paper.rmse_paper_mm == pytest.approx(paper.rmse / 2000 * 1000)


@pytest.mark.parametrize("method", ["affine", "projective", "polynomial-2"])
def test_a_placed_picture_is_warped_when_it_is_read(scan, method):
    draft = crosses(scan, PlacementMethod(method))
    placed = placing.georeference(scan, draft.placement).apply(project_with(scan)).layer("scan")
    assert placed.crs == MERCHICH_NORTH
    assert not any(p.code == "raster.no-georeference" for p in placed.problems)
    source = source_of(placed)
    for column, row in ((10, 10), (30, 25), (52, 33)):
        x, y = draft.transform.apply(np.array([[column + 0.5, -(row + 0.5)]]))[0]
        assert source.value_at(x, y) == row * 100 + column
    extent = placed.extent
    window = source.read_window(extent, 240, 200)
    x = extent.xmin + (np.arange(240) + 0.5) * extent.width / 240
    y = extent.ymax - (np.arange(200) + 0.5) * extent.height / 200
    back = draft.transform.invert(np.column_stack([np.tile(x, 200), np.repeat(y, 240)]))
    column, row = np.floor(back[:, 0]), np.floor(-back[:, 1])
    inside = (column >= 0) & (column < 60) & (row >= 0) & (row < 40)
    same = window.values.ravel()[inside] == (row * 100 + column)[inside]
    assert same.mean() > 0.99
    assert window.valid.ravel()[~inside].mean() < 0.002


def test_the_placement_survives_saving_reopening_and_relinking(scan, tmp_path):
    draft = replace(crosses(scan, PlacementMethod.POLYNOMIAL_2), plan_scale=2000.0)
    layer = drawing()
    project = project_with(scan, layer)
    project = placing.georeference(scan, draft.placement).apply(project)
    project = placing.place_layer(layer, drafted(layer).placement).apply(project)
    project = DeclareNodata("scan", -9999.0).apply(project)
    path = tmp_path / "p.emadina"
    save_project(project, path)
    back, problems = load_project(path)
    assert problems == ()
    assert back.layer("scan") == project.layer("scan")
    assert back.layer("plan").placement == project.layer("plan").placement
    x, y = draft.transform.apply(np.array([[30.5, -20.5]]))[0]
    assert source_of(back.layer("scan")).value_at(x, y) == 2030
    assert placing.draft_for(back.layer("scan"), back).points == draft.points


def test_taking_the_placement_away_goes_back_to_the_file(tmp_path):
    path = write(tmp_path / "a.tif", np.ones((4, 4), dtype=np.uint8))
    layer = raster_layer(path, RasterTexts(Title.plain("a"), layer_id="scan"))
    placed = placing.georeference(layer, crosses(layer, PlacementMethod.AFFINE).placement)
    project = placed.apply(project_with(layer))
    assert project.layer("scan").extent != layer.extent
    back = placing.forget_placement(project.layer("scan")).apply(project)
    assert back.layer("scan").extent == layer.extent
    assert back.layer("scan").crs == layer.crs


def test_a_grid_cross_is_proposed_where_the_transform_brings_one(scan):
    draft = replace(crosses(scan, PlacementMethod.AFFINE), grid_step=50.0)
    near = draft.transform.invert(np.array([[X0 + 51.0, Y0 - 1.5]]))[0]
    assert draft.cross_near(tuple(near.tolist())) == (X0 + 50.0, Y0)
    between = draft.transform.invert(np.array([[X0 + 25.0, Y0 - 25.0]]))[0]
    assert draft.cross_near(tuple(between.tolist())) is None
    assert Draft(crs=MERCHICH_NORTH).cross_near((0.0, 0.0)) is None


def test_points_are_saved_and_loaded_as_qgis_writes_them(scan, tmp_path):
    draft = crosses(scan, PlacementMethod.AFFINE)
    draft = draft.with_point(1, replace(draft.points[1], used=False, name='croix "B", nord'))
    path = tmp_path / "plan.points"
    placing.save_points(path, draft)
    text = path.read_text(encoding="utf-8").splitlines()
    assert text[0].startswith("#CRS:")
    assert text[1].startswith("mapX,mapY,sourceX,sourceY,enable,dX,dY,residual")
    back = placing.load_points(path, Draft(method=PlacementMethod.AFFINE))
    assert back.points == draft.points
    assert back.crs == MERCHICH_NORTH
    path.write_text(
        "mapX,mapY,pixelX,pixelY,enable\n296000,330000,10,-20,1\nx,y,1,2,1\n296100,330000,60,-20,0",
        encoding="utf-8",
    )
    old = placing.load_points(path, draft)
    assert [point.used for point in old.points] == [True, False]
    assert old.points[0] == DraftPoint((10.0, -20.0), (296_000.0, 330_000.0))
    assert old.crs == draft.crs


def test_a_file_without_points_is_refused(tmp_path):
    path = tmp_path / "a.points"
    for text in ("", "mapX,mapY\n1,2", "n'importe quoi"):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(LayerReadError):
            placing.load_points(path, Draft())


# --- copies ---------------------------------------------------------------------------------------


def test_a_linear_copy_keeps_every_pixel_and_says_where_it_lies(scan, tmp_path):
    before = (tmp_path / "plan.tif").read_bytes()
    draft = crosses(scan, PlacementMethod.AFFINE)
    path = placing.write_copy(scan, draft.placement, tmp_path / "copie.tif")
    copy = describe_raster(path)
    assert (copy.width_px, copy.height_px, copy.dtype) == (60, 40, "int32")
    assert copy.crs.crs == MERCHICH_NORTH
    assert copy.is_rotated
    x, y = draft.transform.apply(np.array([[30.5, -20.5]]))[0]
    assert RasterSource(path).value_at(x, y) == 2030
    assert (tmp_path / "plan.tif").read_bytes() == before


def test_a_bent_copy_is_warped_north_up_with_empty_corners(scan, tmp_path):
    draft = crosses(scan, PlacementMethod.POLYNOMIAL_2)
    path = placing.write_copy(scan, draft.placement, tmp_path / "copie.tif")
    copy = RasterSource(path)
    assert not copy.description.is_rotated
    _values, valid = copy.sample()
    assert 0.6 < valid.mean() < 0.95
    x, y = draft.transform.apply(np.array([[30.5, -20.5]]))[0]
    assert abs(copy.value_at(x, y) - 2030) in {0, 1, 99, 100, 101}
    with pytest.raises(LayerWriteError, match=r"raster.copy-over-source"):
        placing.write_copy(scan, draft.placement, tmp_path / "plan.tif")


def test_commands_refuse_the_wrong_kind_and_do_nothing_twice(scan):
    layer = drawing()
    project = project_with(scan, layer)
    with pytest.raises(CommandError):
        GeoreferenceRaster("plan", None, None).apply(project)
    with pytest.raises(CommandError):
        PlaceLayer("scan", layer.table, drafted(layer).placement).apply(project)
    declared = DeclareNodata("scan", 5.0).apply(project)
    assert DeclareNodata("scan", 5.0).apply(declared) is declared
    command = placing.georeference(scan, crosses(scan, PlacementMethod.AFFINE).placement)
    once = command.apply(project)
    assert command.apply(once) is once


def test_coordinates_may_be_in_degrees(scan):
    draft = crosses(scan, PlacementMethod.AFFINE)
    degrees = replace(draft, crs=WGS84, points=tuple(
        replace(p, target=(-7.6 + p.source[0] * 2e-5, 33.5 + p.source[1] * 2e-5))
        for p in draft.points
    ))  # fmt: skip
    placed = placing.georeference(scan, degrees.placement).apply(project_with(scan)).layer("scan")
    assert placed.crs == WGS84
    assert placed.extent.as_tuple == pytest.approx((-7.6, 33.4992, -7.5988, 33.5), abs=1e-5)
