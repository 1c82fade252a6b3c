"""The commands of sheets and atlases: formats by the name of the file, pages, refusals."""

from __future__ import annotations

import pikepdf
import pytest
from PIL import Image

from emadina_gis.cli.main import run
from emadina_gis.report.atlas_manifest import check_atlas, read_manifest


@pytest.fixture(autouse=True)
def fonts(shipped_fonts):
    """Load the shipped fonts before anything is measured."""


@pytest.mark.parametrize("ending", ["pdf", "svg", "png", "tif"])
def test_a_sheet_is_written_as_its_name_says(tmp_path, ending):
    path = tmp_path / f"sheet.{ending}"
    arguments = ["report", "demo", "--layout", "sheet", "-o", str(path)]
    assert run([*arguments, "--dpi", "40", "--preset", "mail", "--lang", "ar"]) == 0
    assert path.stat().st_size > 10_000
    if ending in {"png", "tif"}:
        with Image.open(path) as image:
            assert image.size == (661, 468)


def test_an_unknown_format_is_refused(tmp_path, capsys):
    path = tmp_path / "sheet.bmp"
    assert run(["report", "demo", "--layout", "sheet", "-o", str(path), "--lang", "en"]) != 0
    assert ".svg" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_an_atlas_is_filtered_sorted_and_named(tmp_path):
    path = tmp_path / "atlas.pdf"
    arguments = ["atlas", "demo", "--layout", "sheet", "--over", "parcels", "-o", str(path)]
    choice = ["--where", "area_m2 > 90000", "--sort", "area_m2", "--descending"]
    assert run([*arguments, *choice, "--name", "{sector} n°{page}", "--scale", "5000"]) == 0
    pages = read_manifest(tmp_path / "atlas.atlas.json").pages
    assert pages
    assert {page.scale for page in pages} == {5000}
    assert [page.name.rpartition("°")[2] for page in pages] == [str(p.number) for p in pages]
    assert check_atlas(path) == ()


def test_a_series_has_its_index_and_a_file_per_page(tmp_path):
    folder = tmp_path / "series"
    arguments = ["atlas", "demo", "--layout", "sheet", "--series", "25000", "-o", str(folder)]
    assert run([*arguments, "--naming", "kilometric", "--preset", "mail"]) == 0
    pages = read_manifest(folder / "pages.atlas.json").pages
    assert len(pages) == len(list(folder.glob("*.pdf"))) > 2
    assert {page.scale for page in pages[1:]} == {25_000}
    with pikepdf.open(folder / pages[0].file) as pdf:
        assert len(pdf.pages) == 1


def test_neither_a_layer_nor_a_scale_is_refused(tmp_path, capsys):
    path = tmp_path / "atlas.pdf"
    assert run(["atlas", "demo", "--layout", "sheet", "-o", str(path)]) != 0
    assert "--over / --series" in capsys.readouterr().err
