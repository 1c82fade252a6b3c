"""Levels and tiles of a raster: exact, without seams, coarse first, bounded, built in the cache."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest

from emadina_gis.domain.pixel_grid import PixelWindow
from emadina_gis.errors import JobCancelled, LayerReadError
from emadina_gis.io import raster_pyramid
from emadina_gis.io.disk_cache import DiskCache
from emadina_gis.io.raster import RasterReading, RasterSource
from emadina_gis.io.raster_overviews import build_far, found_far
from emadina_gis.io.raster_pyramid import EXACT, Pyramid, Step
from emadina_gis.io.raster_store import TileStore
from emadina_gis.progress import Context
from tests.unit.io.test_raster_kinds import write


@pytest.fixture
def hills():
    """A smooth surface of 1 001 × 1 507 bytes: sides that no power of two divides."""
    rows, columns = np.mgrid[:1001, :1507]
    return (100 + 60 * np.sin(rows / 70) + 60 * np.cos(columns / 90)).astype(np.uint8)


@pytest.fixture
def small_reads(monkeypatch):
    """Reads of more than 64 × 64 pixels are dear: a small file behaves like a huge one."""
    monkeypatch.setattr(raster_pyramid, "CHEAP_PX", 64 * 64 + 200)
    monkeypatch.setattr(raster_pyramid, "_PIECE_PX", 64)


def pyramid_of(path, *, average=True, far=None, reading=None):
    source = RasterSource(path, reading=reading or RasterReading())
    return Pyramid(source, (1,), average=average, far=far or {})


def whole(pyramid, level):
    rows, columns = pyramid.grid.shape_at(level)
    return PixelWindow(level, 0, rows, 0, columns)


def read(pyramid, window):
    with pyramid.opened() as files:
        return pyramid.read(files, Step(0, window))


def waited(store, pyramid, window, until, seconds=10.0):
    end = time.monotonic() + seconds
    block = store.block(pyramid, window, wait_s=0.02)
    while not until(block) and time.monotonic() < end:
        block = store.block(pyramid, window, wait_s=0.02)
    return block


def test_tiles_put_together_are_the_file(tmp_path, hills):
    pyramid = pyramid_of(write(tmp_path / "a.tif", hills))
    store = TileStore()
    block = waited(store, pyramid, whole(pyramid, 0), lambda found: found.is_final)
    store.close()
    assert np.array_equal(block.values[0], hills)
    assert block.known.all()


@pytest.mark.parametrize("level", [1, 2, 3])
def test_a_level_holds_means_that_meet_without_seams(tmp_path, hills, level):
    pyramid = pyramid_of(write(tmp_path / "a.tif", hills))
    store = TileStore()
    block = waited(store, pyramid, whole(pyramid, level), lambda found: found.is_final)
    store.close()
    size = 1 << level
    rows, columns = (side // size * size for side in hills.shape)
    means = hills[:rows, :columns].reshape(rows // size, size, columns // size, size)
    expected = means.mean(axis=(1, 3))
    found = block.values[0][: rows // size, : columns // size].astype(float)
    assert np.abs(found - expected).max() <= 1.0
    assert block.values[0].shape == (-(-1001 // size), -(-1507 // size))


def test_a_huge_file_shows_samples_at_once_and_means_later(tmp_path, hills, small_reads):
    pyramid = pyramid_of(write(tmp_path / "a.tif", hills, tiled=True, blockxsize=64, blockysize=64))
    window = whole(pyramid, 3)
    steps = pyramid.steps(window)
    ranks = [step.rank for step in steps]
    assert ranks == sorted(ranks)
    assert ranks[0] == 1
    assert ranks[-1] == EXACT
    store = TileStore()
    first = waited(store, pyramid, window, lambda found: found.known.all(), 5.0)
    assert first.known.all()
    last = waited(store, pyramid, window, lambda found: found.is_final)
    assert last.is_final
    assert store.refining().fraction == 1.0
    store.close()
    inner = hills[4::8, 4::8].astype(int)
    found = last.values[0][: len(inner), : inner.shape[1]]
    assert np.abs(found - inner).mean() < 3


def test_refining_stops_when_told_and_goes_on_later(tmp_path, hills, small_reads, monkeypatch):
    pyramid = pyramid_of(write(tmp_path / "a.tif", hills))
    window = whole(pyramid, 3)
    store = TileStore()
    read_step = Pyramid.read

    def slowly(self, files, step):
        time.sleep(0.01 if step.rank == EXACT else 0)
        return read_step(self, files, step)

    monkeypatch.setattr(Pyramid, "read", slowly)
    waited(store, pyramid, window, lambda found: found.known.all())
    assert store.refining().fraction < 1.0
    store.stop_refining()
    time.sleep(0.1)
    assert store.refining().fraction == 1.0  # nothing goes on
    assert not store.block(pyramid, window).is_final
    monkeypatch.setattr(Pyramid, "read", read_step)
    store.refine_again()
    assert waited(store, pyramid, window, lambda found: found.is_final).is_final
    store.close()


def test_the_newest_view_is_read_first(tmp_path, hills, monkeypatch):
    pyramid = pyramid_of(write(tmp_path / "a.tif", np.tile(hills, (3, 3))))
    order, gate = [], threading.Event()
    read_step = Pyramid.read

    def noted(self, files, step):
        gate.wait(5)
        order.append(step.window)
        return read_step(self, files, step)

    monkeypatch.setattr(Pyramid, "read", noted)
    store = TileStore()
    store.block(pyramid, PixelWindow(0, 0, 1024, 0, 1024))
    store.block(pyramid, PixelWindow(0, 2048, 2560, 2048, 2560))
    gate.set()
    waited(store, pyramid, PixelWindow(0, 2048, 2560, 2048, 2560), lambda found: found.is_final)
    store.close()
    new = [place for place, window in enumerate(order) if window.top >= 2048]
    held = 2  # by the two threads, before the second view was asked for
    assert max(new) < len(new) + held


def test_memory_of_tiles_is_bounded(tmp_path, hills):
    pyramid = pyramid_of(write(tmp_path / "a.tif", np.tile(hills, (4, 4))))
    store = TileStore(limit_mb=2)
    for left in range(0, 5000, 512):
        window = PixelWindow(0, 0, 512, left, left + 512)
        waited(store, pyramid, window, lambda found: found.is_final)
    assert store.byte_size <= 2_000_000
    store.close()


def test_missing_tiles_show_what_other_levels_know(tmp_path, hills, monkeypatch):
    pyramid = pyramid_of(write(tmp_path / "a.tif", hills))
    store = TileStore()
    waited(store, pyramid, whole(pyramid, 3), lambda found: found.is_final)
    gate, read_step = threading.Event(), Pyramid.read
    monkeypatch.setattr(Pyramid, "read", lambda *asked: gate.wait(5) and read_step(*asked))
    block = store.block(pyramid, PixelWindow(1, 0, 500, 0, 750))
    assert block.known.all()
    assert not block.is_final
    assert np.abs(block.values[0].astype(int) - hills[:1000:2, :1500:2].astype(int)).mean() < 12
    gate.set()
    store.close()


def test_a_declared_nodata_stays_out_of_means(tmp_path):
    values = np.full((512, 512), 10.0, np.float32)
    values[:, ::2] = -9999
    path = write(tmp_path / "a.tif", values)
    pyramid = pyramid_of(path, reading=RasterReading(nodata=-9999.0))
    block = read(pyramid, whole(pyramid, 2))
    assert block.known.all()
    assert (block.values[0] == 10.0).all()


def test_overviews_are_built_in_the_cache_and_used(tmp_path, hills, small_reads):
    folder = tmp_path / "data"
    folder.mkdir()
    path = write(folder / "a.tif", np.tile(hills, (3, 3)))
    cache = DiskCache(tmp_path / "cache", lambda: 100)
    source = RasterSource(path)
    exact = read(pyramid_of(path), whole(pyramid_of(path), 3))
    far = build_far(cache, source, average=True)
    assert list(far) == [3]
    assert [entry.name for entry in folder.iterdir()] == ["a.tif"]
    again = pyramid_of(path, far=found_far(cache, RasterSource(path), average=True))
    assert again.is_cheap(PixelWindow(3, 0, 40, 0, 40))
    block = read(again, whole(again, 3))
    assert np.array_equal(block.known, exact.known)
    assert np.abs(block.values.astype(int) - exact.values.astype(int)).max() <= 1


def test_a_changed_file_does_not_take_the_overviews_of_the_one_before(tmp_path, hills):
    large = np.tile(hills, (3, 3))
    path = write(tmp_path / "a.tif", large)
    cache = DiskCache(tmp_path / "cache", lambda: 100)
    assert build_far(cache, RasterSource(path), average=True)
    write(path, 255 - large)
    assert found_far(cache, RasterSource(path), average=True) == {}


def test_overviews_that_do_not_fit_say_so_and_a_cancel_leaves_nothing(tmp_path, hills):
    path = write(tmp_path / "a.tif", np.tile(hills, (4, 4)))
    with pytest.raises(LayerReadError) as caught:
        build_far(DiskCache(tmp_path / "none", lambda: 0), RasterSource(path), average=True)
    assert caught.value.code == "raster.no-room"
    ctx = Context()
    ctx.cancel()
    cache = DiskCache(tmp_path / "cache", lambda: 100)
    with pytest.raises(JobCancelled):
        build_far(cache, RasterSource(path), average=True, ctx=ctx)
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_file_that_goes_away_leaves_its_tiles_empty(tmp_path, hills):
    path = write(tmp_path / "a.tif", hills)
    pyramid = pyramid_of(path)
    path.unlink()
    store = TileStore()
    block = waited(store, pyramid, whole(pyramid, 2), lambda found: found.is_final)
    assert block.is_final
    assert not block.known.any()
    store.close()
