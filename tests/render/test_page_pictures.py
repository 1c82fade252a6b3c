"""Pages as pictures: strips and one drawing agree, formats, resolution, world files, SVG."""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import io
from contextlib import contextmanager
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from PIL import Image

from emadina_gis.domain.title import Title
from emadina_gis.errors import EmptyInput, JobCancelled, OutputError
from emadina_gis.io import picture_files
from emadina_gis.io.picture_files import PictureSize, picture_file
from emadina_gis.io.png_strips import DamagedPng, PngWriter, count_bytes
from emadina_gis.progress import Context
from emadina_gis.project.layouts import Layout, PageFormat
from emadina_gis.render.derived import DerivedCache
from emadina_gis.render.scene import EMPTY_SCENE, build_scene
from emadina_gis.report.page_content import SheetContent
from emadina_gis.report.pdf import strips
from emadina_gis.report.picture_page import is_page_picture, write_page
from emadina_gis.words import load_words
from tests.builders import a_project

DATE = dt.date(2026, 3, 9)
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def fonts(shipped_fonts):
    """Load the shipped fonts before anything is measured."""


@pytest.fixture
def content():
    project = a_project().with_parcels(30).with_streets().with_stops().with_layout().build()
    scene = build_scene(project, cache=DerivedCache())
    layout = Layout("p", Title("Planche", "لوحة", "Sheet"), page=PageFormat.A4, with_table=False)
    return SheetContent(layout, scene, (), DATE)


@pytest.mark.parametrize("ending", [".png", ".jpg", ".tif"])
def test_a_page_has_its_size_and_resolution(tmp_path, content, ending):
    path = tmp_path / f"page{ending}"
    written = write_page(content, path, load_words("fr"), dpi=100)
    with Image.open(path) as image:
        assert image.size == (written.width_px, written.height_px) == (1169, 827)
        assert image.info["dpi"] == pytest.approx((100, 100), abs=0.5)
        assert len(np.unique(np.asarray(image.convert("L")))) > 20
    assert not list(tmp_path.glob(".~*"))


def test_strips_are_the_same_as_one_drawing(tmp_path, content, monkeypatch):
    words = load_words("ar")
    whole, cut = tmp_path / "whole.png", tmp_path / "cut.png"
    write_page(content, whole, words, dpi=120)
    monkeypatch.setattr(strips, "STRIP_BYTES", 1403 * 4 * 64)
    write_page(content, cut, words, dpi=120)
    with Image.open(whole) as a, Image.open(cut) as b:
        assert np.array_equal(np.asarray(a), np.asarray(b))


def test_the_same_page_has_the_same_bytes(tmp_path, content):
    words = load_words("fr")
    for ending in (".png", ".tif", ".jpg", ".svg"):
        made = [tmp_path / f"{name}{ending}" for name in "ab"]
        for path in made:
            write_page(content, path, words, dpi=60)
        assert len({hashlib.sha256(path.read_bytes()).hexdigest() for path in made}) == 1


def test_a_world_file_says_where_the_map_lies(tmp_path, content):
    path = tmp_path / "page.tif"
    written = write_page(content, path, load_words("fr"), dpi=254)
    assert written.world_file == tmp_path / "page.tfw"
    values = [float(line) for line in written.world_file.read_text().split()]
    assert values[0] == -values[3] > 0
    extent = content.scene.extent
    column = (extent.center[0] - values[4]) / values[0]
    row = (extent.center[1] - values[5]) / values[3]
    with Image.open(path) as image:
        assert 0 < column < image.width
        assert 0 < row < image.height


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_svg_is_valid_and_its_texts_are_whole_lines(tmp_path, content, language):
    path = tmp_path / "page.svg"
    words = load_words(language)
    write_page(content, path, words)
    root = ET.parse(path).getroot()
    assert (root.get("width"), root.get("height")) == ("297mm", "210mm")
    texts = list(root.iter(f"{SVG}text"))
    said = [text.text for text in texts]
    assert words.text("report.legend.title") in said
    assert load_words("ar").text("report.unofficial") in said
    assert all("IBM Plex Sans" in text.get("font-family") for text in texts)
    arabic = next(t for t in texts if t.text == load_words("ar").text("report.unofficial"))
    assert arabic.get("direction") == "rtl"
    assert not any("\ue0f0" in (text.text or "") for text in texts)
    assert root.find(f".//{SVG}clipPath") is not None


def test_a_cancel_leaves_nothing(tmp_path, content):
    ctx = Context()
    ctx.cancel()
    for ending in (".png", ".tif", ".jpg", ".svg"):
        with pytest.raises(JobCancelled):
            write_page(content, tmp_path / f"page{ending}", load_words("fr"), ctx=ctx)
    assert list(tmp_path.iterdir()) == []


def test_bad_requests_are_told(tmp_path, content):
    words = load_words("fr")
    with pytest.raises(OutputError) as caught:
        write_page(content, tmp_path / "page.bmp", words)
    assert caught.value.code == "report.picture-format"
    with pytest.raises(OutputError) as caught:
        write_page(content, tmp_path / "page.png", words, dpi=9_999)
    assert caught.value.code == "report.picture-dpi"
    assert [is_page_picture(tmp_path / f"a{e}") for e in (".pdf", ".svg", ".PNG")] == [
        False, True, True,
    ]  # fmt: skip
    nothing = SheetContent(content.layout, EMPTY_SCENE, (), DATE)
    with pytest.raises(EmptyInput):
        write_page(nothing, tmp_path / "page.png", words, dpi=50)


def test_a_jpeg_that_is_too_large_is_refused_before_it_is_drawn(tmp_path):
    size = PictureSize(70_000, 10, 600)
    with pytest.raises(OutputError) as caught, picture_file(tmp_path / "a.jpg", size):
        pass
    assert caught.value.code == "report.picture-too-large"


def test_a_full_disk_is_told_and_leaves_the_old_file(tmp_path, content, monkeypatch):
    path = tmp_path / "page.png"
    path.write_bytes(b"old")

    def full(self, rows):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(PngWriter, "write", full)
    with pytest.raises(OutputError) as caught:
        write_page(content, path, load_words("fr"), dpi=60)
    assert caught.value.code == "output.disk-full"
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["page.png"]


@pytest.mark.parametrize("ending", [".png", ".tif", ".jpg"])
def test_an_empty_map_is_a_picture_of_one_colour(tmp_path, ending):
    size = PictureSize(300, 200, 96, strips.as_jpeg)
    path = tmp_path / f"a{ending}"
    with picture_file(path, size) as write:
        write(np.full((200, 300, 3), 255, np.uint8))
    with Image.open(path) as back:
        assert back.convert("RGB").getextrema() == ((255, 255),) * 3


@pytest.mark.parametrize("ending", [".png", ".tif", ".jpg"])
def test_a_picture_that_was_lost_or_with_rows_missing_gets_no_name(tmp_path, ending, monkeypatch):
    size = PictureSize(300, 200, 96, strips.as_jpeg)
    path = tmp_path / f"a{ending}"
    half = np.arange(100 * 300 * 3, dtype=np.uint32).astype(np.uint8).reshape(100, 300, 3)
    with pytest.raises(OutputError), picture_file(path, size) as write:
        write(half)
    assert list(tmp_path.iterdir()) == []
    kind = picture_files.picture_format(path)
    honest = picture_files._WRITERS[kind]

    @contextmanager
    def forgetful(draft, size):
        with honest(draft, size) as write:
            yield lambda rows: write(np.full_like(rows, 255))

    monkeypatch.setitem(picture_files._WRITERS, kind, forgetful)
    with pytest.raises(OutputError), picture_file(path, size) as write:
        write(np.concatenate([half, half]))
    assert list(tmp_path.iterdir()) == []


def test_a_png_that_was_cut_or_changed_is_found():
    file = io.BytesIO()
    writer = PngWriter(file, 40, 30, 96)
    rows = np.arange(40 * 30 * 3, dtype=np.uint32).astype(np.uint8).reshape(30, 40, 3)
    writer.write(rows)
    writer.close()
    whole = file.getvalue()
    assert count_bytes(io.BytesIO(whole)).rows == 30 * 121
    for damaged in (whole[:-20], whole[:60] + b"\x00" + whole[61:], b"no png"):
        with pytest.raises(DamagedPng):
            count_bytes(io.BytesIO(damaged))


def test_a_jpeg_in_strips_shows_what_was_drawn(tmp_path):
    x, y = np.meshgrid(np.arange(333), np.arange(211))
    rows = np.stack([x * 255 // 333, y * 255 // 211, (x + y) % 256], axis=2).astype(np.uint8)
    path = tmp_path / "a.jpg"
    with picture_file(path, PictureSize(333, 211, 254, strips.as_jpeg)) as write:
        for top in range(0, 211, 50):
            write(rows[top : top + 50])
    with Image.open(path) as image:
        assert image.size == (333, 211)
        assert image.info["dpi"] == (254, 254)
        seen = np.asarray(image).astype(int)
    assert np.abs(seen - rows)[..., :2].mean() < 3
    assert path.read_bytes().count(b"\xff\xd0") >= 1


def test_the_strip_budget_bounds_the_memory():
    plan = strips.plan_strips((841.0, 1189.0), 600)
    assert (plan.width_px, plan.height_px) == (19_866, 28_087)
    assert plan.rows * plan.width_px * 4 <= strips.STRIP_BYTES
    assert plan.rows % strips.BAND_ROWS == 0
    assert sum(min(plan.rows, plan.height_px - top) for top in plan.tops) == plan.height_px
    assert plan.height_px < picture_files.MOST_JPEG_PX
