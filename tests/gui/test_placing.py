"""Placing a layer as a person does: click the drawing, click the map, type, look, apply, undo."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from emadina_gis.app.placing.coordinates import number_of, pair_of, typed
from emadina_gis.domain.layer import Source, Title, VectorLayer
from emadina_gis.domain.placement import PlacementMethod
from emadina_gis.domain.table import FeatureTable
from emadina_gis.session.commands.layers import AddLayers
from emadina_gis.workflows.rasters import RasterTexts, raster_layer
from tests.gui.small_project import SIDE_M, X0, Y0
from tests.stories.cut_texts import cut_texts
from tests.unit.io.test_raster_kinds import write

LEFT = Qt.MouseButton.LeftButton
LOTS = shapely.box(
    [X0, X0 + SIDE_M, X0], [Y0, Y0, Y0 + SIDE_M],
    [X0 + 19, X0 + 39, X0 + 19], [Y0 + 19, Y0 + 19, Y0 + 39],
)  # fmt: skip


def corner(shapes, row, index):
    return tuple(shapely.get_coordinates(shapes[row])[index].tolist())


@pytest.fixture
def plan(window):
    """A drawing in millimetres, turned by 12 degrees, without a system."""
    turn = math.radians(12)
    back = np.array([[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]])
    local = shapely.transform(LOTS, lambda xy: (xy - [X0, Y0]) @ back.T * 1000 + [500, 900])
    table = FeatureTable.from_columns({"lot": ["1", "2", "3"]}, geometry=local)
    window.desk.do(AddLayers((VectorLayer("plan", Title.plain("plan.dxf"), table),)))
    return local


def open_placing(qtbot, window, layer_id):
    placing = window.panels.placing
    placing.open(layer_id)
    qtbot.waitUntil(lambda: bool(placing.views.source.scene.layers), timeout=10_000)
    qtbot.waitUntil(lambda: placing.views.isVisible(), timeout=5_000)
    qtbot.waitUntil(lambda: not placing.views.source.is_busy, timeout=10_000)
    return placing


def click(qtbot, canvas, place, miss=(0, 0)):
    x, y = canvas.viewport.to_screen(*place)
    qtbot.mouseClick(
        canvas, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(round(x) + miss[0], round(y) + miss[1])
    )


def type_into(qtbot, field, text):
    field.setFocus()
    field.selectAll()
    qtbot.keyClick(field, Qt.Key.Key_Delete)
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def sentences(placing):
    layout = placing.panel.told
    return " ".join(layout.itemAt(i).widget().text() for i in range(layout.count()))


# --- drawings -------------------------------------------------------------------------------------


def test_two_clicked_points_place_a_drawing_and_undo_takes_it_back(qtbot, window, plan):
    placing = open_placing(qtbot, window, "plan")
    views, panel = placing.views, placing.panel
    assert window.side.current == "place"
    assert not window.bottom.isVisible()
    assert not panel.apply.isEnabled()
    assert "Cliquez un point du dessin" in panel.hint.text()
    click(qtbot, views.source, corner(plan, 0, 2), (3, -2))
    assert "sur la carte" in panel.hint.text()
    click(qtbot, views.target, corner(LOTS, 0, 2), (-2, 3))
    assert "Il en manque 1" in sentences(placing)
    click(qtbot, views.source, corner(plan, 2, 0))
    click(qtbot, views.target, corner(LOTS, 2, 0))
    assert panel.draft.points[0].source == pytest.approx(corner(plan, 0, 2))
    assert panel.draft.points[0].target == pytest.approx(corner(LOTS, 0, 2))
    told = sentences(placing)
    assert "millimètre" in told
    assert "0,001" in told
    assert "12,000" in told
    assert "ne prouvent rien" in told
    qtbot.waitUntil(lambda: views.target.scene.vector("plan") is not None, timeout=10_000)
    qtbot.mouseClick(panel.apply, LEFT)
    qtbot.waitUntil(lambda: window.desk.project.layer("plan").placement is not None, timeout=10_000)
    placed = window.desk.project.layer("plan")
    assert shapely.equals_exact(placed.table.shapes(), LOTS, tolerance=1e-6).all()
    assert window.side.current == "inspector"
    assert window.bottom.isVisible()
    assert window.views.current == "map"
    qtbot.waitUntil(lambda: window.map.canvas.scene.vector("plan") is not None, timeout=10_000)
    window.panels.open_properties("plan")
    facts = window.side.panel("properties")
    assert any("Similitude" in label.text() for label in facts.findChildren(type(panel.hint)))
    window.actions_.qt("edit.undo").trigger()
    assert not window.desk.project.layer("plan").crs.is_known
    assert window.desk.project.layer("plan").placement is None


def test_the_layers_of_one_drawing_are_placed_together_in_one_step(qtbot, window):
    moved = shapely.transform(LOTS, lambda xy: (xy - np.array([X0, Y0])) * 1000)
    for name in ("murs", "bornes"):
        table = FeatureTable.from_columns({"lot": ["1", "2", "3"]}, geometry=moved)
        source = Source("/dessins/plan.dxf", name)
        window.desk.do(AddLayers((VectorLayer(name, Title.plain(name), table, source=source),)))
    placing = open_placing(qtbot, window, "murs")
    assert placing.panel.together.isVisible()
    assert len(placing.views.source.scene.layers) == 2
    for row, index in ((0, 2), (2, 0)):
        click(qtbot, placing.views.source, corner(moved, row, index))
        click(qtbot, placing.views.target, corner(LOTS, row, index))
    qtbot.mouseClick(placing.panel.apply, LEFT)
    qtbot.waitUntil(lambda: window.desk.project.layer("murs").crs.is_known, timeout=10_000)
    assert window.desk.project.layer("bornes").crs.is_known
    window.actions_.qt("edit.undo").trigger()
    assert not window.desk.project.layer("murs").crs.is_known
    assert not window.desk.project.layer("bornes").crs.is_known


def test_typed_and_pasted_coordinates_residuals_and_a_point_left_out(qtbot, window, plan):
    placing = open_placing(qtbot, window, "plan")
    panel = placing.panel
    for row, index in ((0, 0), (1, 2), (2, 1), (0, 2), (1, 0)):
        click(qtbot, placing.views.source, corner(plan, row, index))
        x, y = corner(LOTS, row, index)
        card = panel.cards[-1]
        if index:
            type_into(qtbot, card.fields["target"][0], f"{x:.2f}".replace(".", ","))
            type_into(qtbot, card.fields["target"][1], f"{y:.2f}")
        else:
            card.fields["target"][0].setFocus()
            qtbot.keyClicks(card.fields["target"][0], f"{x:.2f};{y:.2f}")
            qtbot.keyClick(card.fields["target"][0], Qt.Key.Key_Return)
    assert len(panel.draft.whole) == 5
    assert panel.draft.rmse < 0.001
    type_into(qtbot, panel.cards[3].fields["target"][0], f"{X0 + 25:.2f}")
    assert panel.draft.doubtful == 3
    assert "Le point 4" in sentences(placing)
    assert "écart" in panel.cards[3].residual.text()
    panel.cards[3].used.click()
    assert panel.draft.rmse < 0.001
    assert "Le point 4" not in sentences(placing)
    qtbot.mouseClick(panel.cards[3].remove, LEFT)
    assert len(panel.cards) == 4
    type_into(qtbot, panel.cards[0].fields["target"][0], "pas un nombre")
    assert panel.cards[0].fields["target"][0].property("tone") == "error"
    assert panel.draft.rmse < 0.001


def test_an_offset_is_suggested_typed_and_seen(qtbot, window):
    moved = shapely.transform(LOTS, lambda xy: xy - [200_000, 300_000])
    table = FeatureTable.from_columns({"lot": ["1", "2", "3"]}, geometry=moved)
    window.desk.do(AddLayers((VectorLayer("plan", Title.plain("plan"), table),)))
    placing = open_placing(qtbot, window, "plan")
    panel = placing.panel
    panel.method.setCurrentIndex(panel.method.findData("shift"))
    panel.method.activated.emit(panel.method.currentIndex())
    assert panel.suggestions.isVisible()
    button = panel.suggestions.layout().itemAt(0).widget()
    assert "200" in button.text()
    qtbot.mouseClick(button, LEFT)
    assert panel.draft.offset == (200_000, 300_000)
    assert panel.offset[0].text() == "200000"
    type_into(qtbot, panel.offset[0], "200 100")
    assert panel.draft.offset == (200_100, 300_000)
    assert panel.apply.isEnabled()
    qtbot.waitUntil(lambda: placing.views.target.scene.vector("plan") is not None, timeout=10_000)


def test_a_draft_is_kept_when_the_panel_is_closed_and_another_panel_gives_the_map_back(
    qtbot, window, plan
):
    placing = open_placing(qtbot, window, "plan")
    click(qtbot, placing.views.source, corner(plan, 0, 0))
    window.open_side("settings")
    assert window.views.current == "map"
    assert window.map.isVisible()
    placing = open_placing(qtbot, window, "plan")
    assert len(placing.panel.draft.points) == 1
    window.layers.list.setCurrentRow(0)
    from emadina_gis.session.commands.layers import RemoveLayer

    window.desk.do(RemoveLayer("plan"))
    assert window.side.current == "inspector"


@pytest.mark.parametrize("language", ["ar", "en", "fr"])
def test_the_panel_speaks_the_language_and_keeps_its_points(qtbot, window, plan, language):
    placing = open_placing(qtbot, window, "plan")
    click(qtbot, placing.views.source, corner(plan, 0, 0))
    window.desk.preferences.change(language=language)
    qtbot.waitUntil(lambda: window.desk.speech.language == language, timeout=5_000)
    assert len(placing.panel.cards) == 1
    words = window.desk.words
    assert placing.panel.apply.text().strip() == words.text("placing.apply")
    x, y = placing.panel.cards[0].fields["target"]
    qtbot.waitUntil(lambda: x.x() < y.x(), timeout=5_000)
    for _more in range(3):
        placing.panel.add.click()
    QApplication.processEvents()
    assert placing.panel._page.minimumSizeHint().width() <= 328
    assert cut_texts(placing.panel) == []


# --- pictures -------------------------------------------------------------------------------------


@pytest.fixture
def scan(window, tmp_path):
    """A scanned plan of 400 × 300 pixels of half a metre, a little turned."""
    values = np.full((3, 300, 400), 240, dtype=np.uint8)
    values[:, ::20] = 60
    values[:, :, ::20] = 60
    path = write(tmp_path / "planche.png", values, transform=None, crs=None, driver="PNG")
    layer = raster_layer(path, RasterTexts(Title.plain("Planche"), layer_id="scan"))
    window.desk.do(AddLayers((layer,)))
    return path


def lies_at(column, row):
    u, v = column * 0.5, -row * 0.5
    return X0 + u * 0.999 - v * 0.02, Y0 + 120 + u * 0.02 + v * 0.999


def take_cross(qtbot, placing, column, row):
    click(qtbot, placing.views.source, (column, -row))
    card = placing.panel.cards[-1]
    for field, value in zip(card.fields["target"], lies_at(column, row), strict=True):
        type_into(qtbot, field, f"{value:.3f}")
    return card


def test_a_scan_is_placed_by_crosses_with_its_residuals_on_paper(qtbot, window, scan, tmp_path):
    placing = open_placing(qtbot, window, "scan")
    panel = placing.panel
    assert panel.draft.method is PlacementMethod.AFFINE
    assert panel.copy.isVisible()
    for column, row in ((20, 20), (380, 20), (380, 280), (20, 280)):
        take_cross(qtbot, placing, column, row)
    assert panel.draft.rmse < 0.6
    panel.plan_scale.setCurrentIndex(panel.plan_scale.findData(1000.0))
    panel.plan_scale.activated.emit(panel.plan_scale.currentIndex())
    assert "mm" in sentences(placing)
    type_into(qtbot, panel.plan_scale.lineEdit(), "1:1 250")
    assert panel.draft.plan_scale == 1250
    qtbot.waitUntil(lambda: _drawn(placing, "scan"), timeout=10_000)
    placing.save_points(tmp_path / "planche.points")
    qtbot.mouseClick(panel.apply, LEFT)
    qtbot.waitUntil(lambda: window.desk.project.layer("scan").placement is not None, timeout=10_000)
    layer = window.desk.project.layer("scan")
    assert layer.extent.contains(X0 + 50, Y0 + 80)
    assert layer.placement.plan_scale == 1250
    qtbot.waitUntil(
        lambda: any(drawn.id == "scan" for drawn in window.map.canvas.scene.layers),
        timeout=10_000,
    )
    placing = open_placing(qtbot, window, "scan")
    assert len(placing.panel.cards) == 4
    assert placing.panel.forget.isVisible()
    qtbot.mouseClick(placing.panel.forget, LEFT)
    qtbot.waitUntil(lambda: window.desk.project.layer("scan").placement is None, timeout=10_000)
    placing = open_placing(qtbot, window, "scan")
    placing.load_points(tmp_path / "planche.points")
    assert len(placing.panel.cards) == 4
    placing.write_copy(tmp_path / "copie.tif")
    qtbot.waitUntil((tmp_path / "copie.tif").exists, timeout=10_000)


def _drawn(placing, layer_id):
    return any(drawn.id == layer_id for drawn in placing.views.target.scene.layers)


def test_a_cross_is_proposed_and_taken_only_when_wanted(qtbot, window, scan):
    placing = open_placing(qtbot, window, "scan")
    panel = placing.panel
    type_into(qtbot, panel.grid_step, "10")
    for column, row in ((20, 20), (380, 20), (380, 280), (20, 280)):
        take_cross(qtbot, placing, column, row)
    near = placing.draft.transform.invert(np.array([[X0 + 100.0, Y0 + 70.0]]))[0]
    click(qtbot, placing.views.source, tuple(near.tolist()))
    card = panel.cards[-1]
    assert panel.draft.points[-1].target is None
    assert card.take.isVisibleTo(card)
    card.take.click()
    assert panel.draft.points[-1].target == (X0 + 100.0, Y0 + 70.0)
    assert not card.take.isVisibleTo(card)


def test_a_file_without_points_is_told_in_place(qtbot, window, scan, tmp_path):
    placing = open_placing(qtbot, window, "scan")
    (tmp_path / "a.points").write_text("rien", encoding="utf-8")
    placing.load_points(tmp_path / "a.points")
    assert window.desk.notices.isVisible()
    assert placing.draft.points == ()


def test_the_menu_and_the_palette_offer_to_place(window, plan):
    texts = [action.text() for action in window.layers.menu_of("plan").actions()]
    assert "Placer…" in texts
    window.desk.view.activate_layer("plan")
    window.actions_.qt("placing.open").trigger()
    assert window.side.current == "place"
    assert window.panels.placing.layer_id == "plan"


# --- bands and missing values ---------------------------------------------------------------------


def test_bands_are_chosen_and_a_suspect_value_is_hidden(qtbot, window, tmp_path):
    from affine import Affine

    values = np.stack([np.linspace(1, 900 * (b + 1), 400).reshape(20, 20) for b in range(4)])
    values[:, :3, :3] = -9999
    path = write(
        tmp_path / "a.tif", values.astype(np.float32), transform=Affine(5, 0, X0, 0, -5, Y0 + 100)
    )
    layer = raster_layer(path, RasterTexts(Title.plain("a"), layer_id="wide"))
    window.desk.do(AddLayers((layer,)))
    window.open_style("wide")
    bands = window.side.panel("raster-style").bands
    qtbot.waitUntil(lambda: bands.shown_as.count() == 5, timeout=10_000)
    bands.shown_as.setCurrentIndex(4)
    bands.shown_as.activated.emit(4)
    qtbot.waitUntil(lambda: window.desk.project.layer("wide").style.band == 4, timeout=10_000)
    qtbot.waitUntil(lambda: bands.take.isVisible(), timeout=10_000)
    bands.take.click()
    assert window.desk.project.layer("wide").nodata == -9999
    assert bands.nodata.text() == "-9999"
    type_into(qtbot, bands.nodata, "")
    assert window.desk.project.layer("wide").nodata is None


# --- numbers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("296470,25", 296470.25), ("296 470.25", 296470.25), ("296\u202f470,25", 296470.25),
        ("296,470.25", 296470.25), ("-12", -12.0), ("\u221212,5", -12.5), ("+200 000", 200000.0),
        ("", None), ("abc", None), ("1,2,3", None), ("1e5", None), ("12..3", None),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_type_them(text, number):
    assert number_of(text) == number


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("296470.25;330502.1", (296470.25, 330502.1)),
        ("296470,25\t330502,1", (296470.25, 330502.1)),
        ("296470.25 330502.1", (296470.25, 330502.1)),
        ("296470.25, 330502.1", (296470.25, 330502.1)),
        ("296 470", None),
        ("296470.25", None),
        ("1;2;3", None),
    ],
)
def test_two_numbers_pasted_at_once_are_a_place(text, pair):
    assert pair_of(text) == pair


def test_numbers_stand_in_fields_without_needless_zeros():
    assert [typed(v) for v in (296000.0, 0.5, None, math.nan)] == ["296000", "0.5", "", ""]
    assert typed(12.25, 3, ",") == "12,25"
