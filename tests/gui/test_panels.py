"""Coefficients, formulas, files that moved, rasters, swapped axes, printers, missing values."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinter

from emadina_gis.app.models.formulas import coefficients_of, formula_keys
from emadina_gis.app.outputs import has_paper
from emadina_gis.app.panels.raster_style import ramp_of, range_of, restyled
from emadina_gis.domain.crs import MERCHICH_NORTH
from emadina_gis.session.commands.layers import AddLayers
from emadina_gis.simulation.coefficients import default_parameters
from emadina_gis.words import LANGUAGES, load_words
from emadina_gis.workflows.rasters import RasterTexts, raster_layer
from tests.gui.small_project import X0, Y0

LEFT = Qt.MouseButton.LeftButton
CARDS = ("existing", "allowed", "addition", "expected", "parking_places", "to_acquire_m2")
MEASURES = ("dwellings", "people", "net_floor_area_m2")


def settled(qtbot, window):
    qtbot.waitUntil(lambda: not window.desk.results.is_busy, timeout=20_000)


def write_raster(path, low=10.0, high=90.0):
    import rasterio
    from rasterio import Affine

    values = np.linspace(low, high, 400, dtype="float32").reshape(20, 20)
    with rasterio.open(
        path, "w", driver="GTiff", height=20, width=20, count=1, dtype="float32",
        crs="EPSG:26191", transform=Affine(5.0, 0.0, X0, 0.0, -5.0, Y0 + 100),
    ) as target:  # fmt: skip
        target.write(values, 1)
    return path


@pytest.fixture
def relief(window, tmp_path):
    from emadina_gis.domain.layer import Title

    path = write_raster(tmp_path / "relief.tif")
    texts = RasterTexts(Title("Relief", "التضاريس", "Relief"), layer_id="relief")
    window.desk.do(AddLayers((raster_layer(path, texts),)))
    return path


# --- coefficients ---------------------------------------------------------------------------------


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize("measure", MEASURES)
def test_every_figure_says_how_it_is_computed_in_each_language(card, measure):
    for language in LANGUAGES:
        words = load_words(language)
        assert all(len(words.text(key)) > 30 for key in formula_keys(card, measure))
    found = coefficients_of(card, measure, default_parameters())
    assert bool(found) == (card != "to_acquire_m2")


def test_the_coefficients_are_listed_with_source_and_the_outcome_follows_a_change(qtbot, window):
    window.actions_.qt("view.coefficients").trigger()
    panel = window.side.panel("coefficients")
    assert "housing_share.D" in " ".join(panel.rows) or len(panel.rows) > 20
    row = panel.rows["dwelling_net_m2"]
    before = window.bottom.balance.cards["allowed"].headline
    assert not row.reset.isEnabled()
    row.field.setValue(45.0)
    settled(qtbot, window)
    assert dict(window.desk.project.coefficients) == {"dwelling_net_m2": 45.0}
    assert window.bottom.balance.cards["allowed"].headline != before
    assert panel.rows["dwelling_net_m2"] is row
    qtbot.mouseClick(row.reset, LEFT)
    settled(qtbot, window)
    assert window.bottom.balance.cards["allowed"].headline == before
    window.actions_.qt("edit.undo").trigger()
    settled(qtbot, window)
    assert row.field.value() == 45.0


def test_a_coefficient_that_makes_no_sense_is_refused_in_place(qtbot, window):
    window.open_side("coefficients")
    row = window.side.panel("coefficients").rows["net_to_gross"]
    row.field.setValue(1.7)
    assert window.desk.notices.isVisible()
    assert window.desk.project.coefficients == ()
    assert row.field.value() == pytest.approx(0.85)


def test_a_click_on_a_figure_opens_its_formula_and_coefficients(qtbot, window):
    from emadina_gis.app.panels.balance import CardButton

    cards = window.bottom.balance.findChildren(CardButton)
    assert len(cards) == 6
    assert "Existant" in cards[0].accessibleName()
    qtbot.keyClick(cards[3], Qt.Key.Key_Space)
    panel = window.side.panel("figure")
    assert window.side.current == "figure"
    assert "existant" in panel.formula.text()
    assert "take_up_free" in panel.rows
    before = panel.value.text()
    panel.rows["take_up_rebuild"].field.setValue(0.9)
    settled(qtbot, window)
    qtbot.waitUntil(lambda: panel.value.text() != before, timeout=10_000)


# --- files ----------------------------------------------------------------------------------------


def test_an_image_that_was_moved_is_found_again_and_undo_forgets_it(
    qtbot, window, relief, tmp_path
):
    elsewhere = tmp_path / "ailleurs"
    elsewhere.mkdir()
    moved = relief.rename(elsewhere / "relief.tif")
    window.scenes._paths = ()
    window.scenes.build()
    panel = window.panels.problems()
    qtbot.waitUntil(
        lambda: any(item.problem.code == "raster.file-missing" for item in panel.found()),
        timeout=20_000,
    )
    window.panels.open_properties("relief")
    row = window.side.panel("properties").file
    qtbot.waitUntil(lambda: bool(row.state.text()), timeout=10_000)
    window.panels.take_file("relief", moved)
    qtbot.waitUntil(lambda: window.desk.project.layer("relief").path == str(moved), timeout=20_000)
    qtbot.waitUntil(
        lambda: all(item.problem.code != "raster.file-missing" for item in panel.found()),
        timeout=20_000,
    )
    window.actions_.qt("edit.undo").trigger()
    assert window.desk.project.layer("relief").path == str(relief)


def test_a_file_that_does_not_fit_is_refused_with_what_to_do(qtbot, window, relief, tmp_path):
    wrong = tmp_path / "notes.tif"
    wrong.write_text("no image", encoding="utf-8")
    window.panels.take_file("relief", wrong)
    qtbot.waitUntil(window.desk.notices.isVisible, timeout=20_000)
    assert window.desk.project.layer("relief").path == str(relief)


# --- rasters --------------------------------------------------------------------------------------


def test_the_style_of_an_image_is_edited_live_and_undone(qtbot, window, relief):
    window.open_style("relief")
    panel = window.side.panel("raster-style")
    style = window.desk.project.layer("relief").style
    assert (panel.low.value(), panel.high.value()) == pytest.approx(range_of(style), abs=0.01)
    panel.ramp.setCurrentIndex(panel.ramp.count() - 1)
    panel.ramp.activated.emit(panel.ramp.currentIndex())
    changed = window.desk.project.layer("relief").style
    assert ramp_of(changed) == panel.ramp.currentData()
    panel.low.setValue(20.0)
    assert range_of(window.desk.project.layer("relief").style)[0] == 20.0
    panel.high.setValue(5.0)
    assert "plus petite" in panel.error.text()
    panel.opacity.setValue(40)
    assert window.desk.project.layer("relief").opacity == pytest.approx(0.4)
    panel.kind.setCurrentIndex(panel.kind.findData("classes"))
    panel.kind.activated.emit(panel.kind.currentIndex())
    assert not window.desk.project.layer("relief").style.interpolate
    panel.stretch.setCurrentIndex(panel.stretch.findData("percent"))
    panel.stretch.activated.emit(panel.stretch.currentIndex())
    qtbot.waitUntil(
        lambda: range_of(window.desk.project.layer("relief").style)[1] > 60, timeout=20_000
    )
    while window.desk.store.can_undo and window.desk.project.has_layer("relief"):
        last = window.desk.project.layer("relief").style
        window.actions_.qt("edit.undo").trigger()
    assert last == style


def test_colours_of_no_ramp_keep_their_places_over_another_range(relief, window):
    style = window.desk.project.layer("relief").style
    own = replace(style, stops=((0.0, "#112233"), (5.0, "#445566"), (10.0, "#778899")))
    assert ramp_of(own) == ""
    assert [value for value, _ in restyled(own, "", 100.0, 200.0).stops] == [100.0, 150.0, 200.0]


# --- import ---------------------------------------------------------------------------------------


def test_swapped_axes_are_offered_and_exchanged_only_when_wanted(qtbot, window, tmp_path):
    import shapely

    turned = shapely.box(Y0, X0, Y0 + 20, X0 + 30)
    path = tmp_path / "tournees.csv"
    path.write_text(f'a,WKT\n1,"{turned.wkt}"\n', encoding="utf-8")
    window.open_files([path])
    panel = window.side.panel("import")
    qtbot.waitUntil(lambda: bool(panel.candidates), timeout=20_000)
    item = panel.candidates[0]
    assert item.may_be_swapped
    assert not panel.add_button.isEnabled()
    panel.open_layer(item.key)
    offers = panel.page.crs.offers
    button = next(b for c, b in offers if c.swapped and c.crs == MERCHICH_NORTH)
    button.click()
    panel.add()
    layer = window.desk.project.layers[0]
    assert layer.crs == MERCHICH_NORTH
    assert layer.table.bounds[0].tolist() == [X0, Y0, X0 + 30, Y0 + 20]


# --- printer --------------------------------------------------------------------------------------


def test_the_sheet_is_printed_on_a_printer_as_vectors(qtbot, window, tmp_path):
    import pikepdf

    path = tmp_path / "imprimante.pdf"
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(path))
    printer.setFullPage(True)
    window.outputs.print_to(printer, window.desk.project.layouts[0].id)
    qtbot.waitUntil(lambda: not window.desk.jobs.is_busy, timeout=30_000)
    assert "imprimante" in window.desk.notices.text
    with pikepdf.open(path) as pdf:
        assert len(pdf.pages) == 1
        width, height = (float(value) for value in pdf.pages[0].mediabox[2:])
        operators = {str(step.operator) for step in pikepdf.parse_content_stream(pdf.pages[0])}
    assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (420, 297)
    assert {"m", "l"} <= operators


@pytest.mark.parametrize(
    ("sizes", "there"), [([], True), (["Letter", "A4"], False), (["A4", "A3"], True)]
)
def test_a_printer_without_the_paper_is_known(sizes, there):
    from PySide6.QtGui import QPageSize

    announced = [QPageSize(getattr(QPageSize.PageSizeId, size)) for size in sizes]
    assert has_paper(announced, "A3") is there


# --- missing values -------------------------------------------------------------------------------


def test_a_missing_value_says_why_in_the_table_and_in_the_inspector(qtbot, window):
    window.desk.view.activate_layer("parcels")
    window.open_bottom("table")
    table = window.bottom.table
    fields = [column.field for column in table.model.columns]
    at = table.model.index(0, fields.index("issu_lotissement"))
    assert table.model.data(at) == "non renseigné"
    assert "source" in table.model.data(at, Qt.ItemDataRole.ToolTipRole)
    computed = table.model.index(0, fields.index("net_floor_area_m2"))
    text = table.model.data(computed)
    assert len(text) > 3
    assert "–" not in text
    every = [
        table.model.data(table.model.index(line, place))
        for line in range(table.model.rowCount())
        for place in range(table.model.columnCount())
    ]
    assert all(text and text.strip() not in {"", "–"} for text in every)


def test_areas_of_land_follow_the_unit_of_the_settings_and_floors_do_not(qtbot, window):
    from PySide6.QtWidgets import QLabel

    window.desk.view.select("parcels", [26])

    def told():
        return [label.text() for label in window.inspector.findChildren(QLabel)]

    window.desk.preferences.change(area_unit="ha_a_ca")
    assert "0 ha 3 a 61 ca" in told()
    assert any("m²" in text for text in told())
    window.desk.preferences.change(area_unit="m2")
    assert "0 ha 3 a 61 ca" not in told()
