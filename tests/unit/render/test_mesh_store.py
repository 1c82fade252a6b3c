"""Meshes kept by content: found again for equal chunks, made anew for others and after damage."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely

from emadina_gis.domain.geometry import GeometryChunk, Kind, chunk_from_shapely
from emadina_gis.io.disk_cache import DiskCache
from emadina_gis.render.derived import DerivedCache
from emadina_gis.render.mesh import Mesh, build_mesh, cached_mesh, cached_sketch, mesh_at_hand
from emadina_gis.render.mesh_store import MeshStore, map_mesh, write_mesh
from emadina_gis.render.rings import FEWEST_SORTED, drawing_order

if TYPE_CHECKING:
    from pathlib import Path


def _chunk(rows: int = FEWEST_SORTED, seed: int = 1) -> GeometryChunk:
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(290_000, 298_000, (2, rows))
    shapes = shapely.box(x, y, x + 20, y + 25)
    shapes[1] = None
    shapes[2] = shapely.Point(290_000, 330_000)
    shapes[3] = shapely.box(0, 0, 9, 9) - shapely.box(2, 2, 3, 3)
    return chunk_from_shapely(shapes)


def _same(one: Mesh, other: Mesh) -> bool:
    return all(
        np.array_equal(getattr(one, field.name), getattr(other, field.name), equal_nan=True)
        and getattr(one, field.name).dtype == getattr(other, field.name).dtype
        for field in fields(Mesh)
    )


@pytest.fixture
def store(tmp_path: Path) -> MeshStore:
    return MeshStore(DiskCache(tmp_path / "cache", lambda: 100))


def _never() -> Mesh:
    raise AssertionError("the mesh was kept")


def test_a_mesh_is_found_again_by_content(store: MeshStore, tmp_path: Path) -> None:
    chunk = _chunk()
    made = build_mesh(chunk, drawing_order(chunk))
    assert store.mesh(chunk, lambda: made) is made
    store.wait()
    assert _same(store.mesh(_chunk(), _never), made)
    other = _chunk(seed=2)
    assert not _same(store.mesh(other, lambda: build_mesh(other, drawing_order(other))), made)
    store.wait()
    assert len(list((tmp_path / "cache").iterdir())) == 2


def test_a_mesh_that_is_kept_lies_in_its_file_and_stays_the_same_object(store: MeshStore) -> None:
    chunk = _chunk()
    made = build_mesh(chunk, drawing_order(chunk))
    before = replace(made)
    store.mesh(chunk, lambda: made)
    store.wait()
    assert not made.xy.flags.owndata
    assert not made.triangles.flags.owndata
    assert _same(made, before)


def test_a_sketch_goes_when_the_mesh_is_there() -> None:
    cache, chunk = DerivedCache(), _chunk()
    chunk = chunk.taken(np.flatnonzero(chunk.kinds == Kind.POLYGON))
    assert cached_sketch(cache, chunk).is_sketch
    mesh = cached_mesh(cache, chunk)
    assert cache.known(chunk, "sketch") is None
    assert mesh_at_hand(cache, chunk) is mesh


def test_small_chunks_are_not_kept(store: MeshStore, tmp_path: Path) -> None:
    chunk = _chunk(100)
    store.mesh(chunk, lambda: build_mesh(chunk, drawing_order(chunk)))
    store.wait()
    assert not (tmp_path / "cache").exists()


def test_the_derived_cache_asks_the_store(store: MeshStore) -> None:
    made = cached_mesh(DerivedCache(store), _chunk())
    store.wait()
    assert _same(cached_mesh(DerivedCache(store), _chunk()), made)
    assert _same(cached_mesh(DerivedCache(), _chunk()), made)


def test_a_damaged_mesh_is_made_anew(store: MeshStore, tmp_path: Path) -> None:
    chunk = _chunk()
    made = build_mesh(chunk, drawing_order(chunk))
    store.mesh(chunk, lambda: made)
    store.wait()
    (entry,) = (tmp_path / "cache").iterdir()
    content = entry.read_bytes()
    for damaged in (b"", content[:-1], content[:500] + b"\x00\xff" + content[502:]):
        entry.unlink()
        entry.write_bytes(damaged)
        assert store.mesh(chunk, lambda: made) is made
        store.wait()
        assert entry.read_bytes() == content


@pytest.mark.parametrize("name", ["triangles", "points", "rows", "center_rows"])
def test_indices_that_lead_outside_are_refused(tmp_path: Path, name: str) -> None:
    chunk = _chunk()
    mesh = build_mesh(chunk, drawing_order(chunk))
    wrong = getattr(mesh, name).copy()
    wrong[-1] = 10**6
    write_mesh(replace(mesh, **{name: wrong}), tmp_path / "mesh")
    with pytest.raises(ValueError, match="indices"):
        map_mesh(tmp_path / "mesh", len(chunk))


@pytest.mark.parametrize("name", ["triangle_cuts", "center_cuts", "boxes", "sizes", "origin"])
def test_parts_that_do_not_fit_are_refused(tmp_path: Path, name: str) -> None:
    chunk = _chunk()
    mesh = build_mesh(chunk, drawing_order(chunk))
    write_mesh(replace(mesh, **{name: getattr(mesh, name)[:-1]}), tmp_path / "mesh")
    with pytest.raises(ValueError, match=r"cuts|lengths"):
        map_mesh(tmp_path / "mesh", len(chunk))
