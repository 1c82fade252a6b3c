"""The cache: the same bytes are read once, other bytes never pass for them, harm is a miss."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from emadina_gis.domain.crs import MERCHICH_NORTH, WGS84
from emadina_gis.domain.extent import Extent
from emadina_gis.errors import JobCancelled, LayerReadError
from emadina_gis.io import content_key as keys
from emadina_gis.io.cache import CachedReader
from emadina_gis.io.content_key import companions_of, content_key
from emadina_gis.io.disk_cache import DiskCache
from emadina_gis.io.reader import InlineReader
from emadina_gis.io.write import write_layer
from emadina_gis.progress import NULL_CONTEXT, Context
from tests.unit.io.projects import parcels_table

if TYPE_CHECKING:
    from emadina_gis.domain.crs import Crs
    from emadina_gis.io.description import FileDescription, ReadResult

FAR_AWAY = Extent(24.0, 60.0, 25.0, 61.0)
CASABLANCA = Extent(-7.7, 33.4, -7.4, 33.7)


class Counting(InlineReader):
    """Reads in this process and counts."""

    def __init__(self) -> None:
        self.described = 0
        self.read = 0

    def describe(
        self, path: Path, *, encoding: str = "", ctx: Context = NULL_CONTEXT
    ) -> FileDescription:
        self.described += 1
        return super().describe(path, encoding=encoding, ctx=ctx)

    def read_layer(
        self,
        path: Path,
        layer: str | None = None,
        *,
        encoding: str = "",
        crs: Crs | None = None,
        reference: Extent | None = None,
        ctx: Context = NULL_CONTEXT,
    ) -> ReadResult:
        self.read += 1
        return super().read_layer(
            path, layer, encoding=encoding, crs=crs, reference=reference, ctx=ctx
        )


class Bench:
    """A cached reader over a counting one."""

    def __init__(self, folder: Path, limit_mb: int = 100) -> None:
        self.limit_mb = limit_mb
        self.cache = DiskCache(folder, lambda: self.limit_mb)
        self.inner = Counting()
        self.reader = CachedReader(self.inner, self.cache, least_s=0.0)

    def read(self, path: Path, reference: Extent | None = None) -> ReadResult:
        found = self.reader.read_layer(path, reference=reference)
        self.reader.wait()
        return found

    @property
    def files(self) -> list[Path]:
        return sorted(self.cache.folder.iterdir()) if self.cache.folder.is_dir() else []


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path / "cache")


@pytest.fixture
def gpkg(tmp_path: Path) -> Path:
    path = tmp_path / "data" / "lots.gpkg"
    path.parent.mkdir()
    write_layer(parcels_table(40), path)
    return path


@pytest.fixture
def shp(tmp_path: Path) -> Path:
    path = tmp_path / "shapes" / "lots.shp"
    path.parent.mkdir()
    write_layer(parcels_table(40), path)
    return path


# --- hits ----------------------------------------------------------------------------------------


def test_the_second_reading_comes_from_the_cache(bench: Bench, gpkg: Path) -> None:
    first = bench.read(gpkg)
    again = bench.read(gpkg)
    assert bench.inner.read == 1
    assert again == first
    assert again.problems == first.problems


def test_a_copy_elsewhere_is_the_same_file(bench: Bench, shp: Path, tmp_path: Path) -> None:
    bench.read(shp)
    copy = tmp_path / "elsewhere" / "deeper"
    shutil.copytree(shp.parent, copy)
    os.utime(copy / shp.name, (1, 1))
    again = bench.read(copy / shp.name)
    assert bench.inner.read == 1
    assert str(tmp_path) not in repr(again.problems)


def test_another_name_is_another_file(bench: Bench, gpkg: Path) -> None:
    bench.read(gpkg)
    other = gpkg.with_name("other.gpkg")
    shutil.copy(gpkg, other)
    bench.read(other)
    assert bench.inner.read == 2


def test_a_description_is_kept_and_names_the_file_asked_for(
    bench: Bench, gpkg: Path, tmp_path: Path
) -> None:
    first = bench.reader.describe(gpkg)
    bench.reader.wait()
    copy = tmp_path / "copy" / gpkg.name
    copy.parent.mkdir()
    shutil.copy(gpkg, copy)
    again = bench.reader.describe(copy)
    assert bench.inner.described == 1
    assert again.path == copy
    assert again.layers == first.layers


def test_what_was_asked_is_part_of_the_key(bench: Bench, shp: Path) -> None:
    for encoding, crs in (("", None), ("cp1256", None), ("", WGS84), ("", MERCHICH_NORTH)):
        bench.reader.read_layer(shp, encoding=encoding, crs=crs)
        bench.reader.wait()
    assert bench.inner.read == 4
    assert bench.reader.read_layer(shp, crs=WGS84).table.crs == WGS84
    assert bench.inner.read == 4


@pytest.mark.parametrize("declares", [True, False])
def test_the_place_of_the_project_is_judged_anew(bench: Bench, shp: Path, declares: bool) -> None:
    if not declares:
        shp.with_suffix(".prj").unlink()
    plain = InlineReader()
    for reference in (CASABLANCA, None, FAR_AWAY, CASABLANCA):
        found = bench.read(shp, reference)
        assert found == plain.read_layer(shp, reference=reference)
        assert found.crs.candidates or declares
    assert bench.inner.read == 1


def test_what_is_read_fast_is_not_kept(tmp_path: Path, gpkg: Path) -> None:
    bench = Bench(tmp_path / "cache")
    bench.reader = CachedReader(bench.inner, bench.cache, least_s=1000.0)
    bench.read(gpkg)
    bench.read(gpkg)
    assert bench.inner.read == 2
    assert bench.files == []


# --- misses --------------------------------------------------------------------------------------


def _flip(path: Path, place: int) -> None:
    """Change one byte; size and times stay."""
    facts = path.stat()
    content = bytearray(path.read_bytes())
    content[place] ^= 0x01
    path.write_bytes(content)
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    assert path.stat().st_mtime_ns == facts.st_mtime_ns


@pytest.mark.parametrize("suffix", [".shp", ".dbf", ".prj", ".cpg", ".shx"])
def test_one_changed_byte_is_another_file(bench: Bench, shp: Path, suffix: str) -> None:
    before = content_key(shp)
    bench.read(shp)
    part = shp.with_suffix(suffix)
    _flip(part, part.stat().st_size - 1)
    assert content_key(shp) != before
    with suppress(LayerReadError):
        bench.read(shp)
    assert bench.inner.read == 2


def test_a_companion_that_comes_or_goes_is_another_file(bench: Bench, shp: Path) -> None:
    found = {content_key(shp)}
    shp.with_suffix(".cpg").unlink()
    found.add(content_key(shp))
    shp.with_suffix(".cst").write_text("UTF-8")
    found.add(content_key(shp))
    shp.with_name("LOTS.QPJ").write_text("x")
    found.add(content_key(shp))
    assert len(found) == 4
    shp.with_name("lots.zip").write_bytes(b"PK")
    shp.with_name("lots2.prj").write_text("")
    assert content_key(shp) in found


def test_databases_write_beside_themselves(gpkg: Path) -> None:
    journal = gpkg.with_name("lots.gpkg-wal")
    before = content_key(gpkg)
    journal.write_bytes(b"x")
    assert companions_of(gpkg) == [journal]
    assert content_key(gpkg) != before


def test_a_folder_of_files_has_a_key(tmp_path: Path) -> None:
    folder = tmp_path / "a.gdb"
    folder.mkdir()
    (folder / "a0.gdbtable").write_bytes(b"1")
    before = content_key(folder)
    shutil.copytree(folder, tmp_path / "x" / "a.gdb")
    assert content_key(tmp_path / "x" / "a.gdb") == before
    (folder / "a0.gdbtable").write_bytes(b"2")
    assert content_key(folder) != before


def test_the_window_loads_no_gdal_to_name_what_was_read(shp: Path) -> None:
    """It took a third of a second of the first opening, with Python's lock held for most of it."""
    code = (
        "import sys; from pathlib import Path; from emadina_gis.io.content_key import content_key;"
        "content_key(Path(sys.argv[1])); print({'pyogrio', 'pandas'} & sys.modules.keys())"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, str(shp)], capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "set()"


def test_another_build_of_the_reader_makes_another_key(
    shp: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = set()
    for number in range(2):
        package = tmp_path / str(number) / "pyogrio"
        package.mkdir(parents=True)
        (package / "__init__.py").touch()
        (package / "_ogr.so").write_bytes(bytes(10 + number))
        with monkeypatch.context() as change:
            change.syspath_prepend(str(package.parent))
            change.delitem(sys.modules, "pyogrio", raising=False)
            keys.reader_stamp.cache_clear()
            found.add(content_key(shp))
    keys.reader_stamp.cache_clear()
    assert len(found) == 2


def test_large_files_are_hashed_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "_SEGMENT_BYTES", 1000)
    path = tmp_path / "large.fgb"
    content = np.random.default_rng(1).bytes(10_500)
    path.write_bytes(content)
    found = {content_key(path)}
    for place in (0, 999, 1000, 5500, 10_499):
        _flip(path, place)
        found.add(content_key(path))
    assert len(found) == 6


def test_hashing_can_be_stopped(gpkg: Path) -> None:
    ctx = Context()
    ctx.cancel()
    with pytest.raises(JobCancelled):
        content_key(gpkg, ctx)


def test_a_file_that_changed_while_it_was_read_is_not_kept(
    bench: Bench, gpkg: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = Counting.read_layer

    def disturbed(self: Counting, path: Path, layer: str | None = None) -> ReadResult:
        found = plain(self, path, layer)
        _flip(path, path.stat().st_size - 1)
        return found

    monkeypatch.setattr(
        Counting, "read_layer", lambda self, path, layer=None, **_more: disturbed(self, path, layer)
    )
    bench.read(gpkg)
    assert bench.files == []


def test_errors_are_not_kept(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "no.gpkg"
    path.write_bytes(b"nothing")
    for _ in range(2):
        with pytest.raises(LayerReadError):
            bench.read(path)
    assert bench.inner.read == 2
    with pytest.raises(LayerReadError):
        bench.read(tmp_path / "missing.gpkg")


def test_drawings_read_by_other_programs_are_not_kept(bench: Bench, tmp_path: Path) -> None:
    for name in ("plan.dwg", "mosaic.vrt"):
        assert not bench.reader._key(tmp_path / name, NULL_CONTEXT)


# --- damage and limits ---------------------------------------------------------------------------


def test_a_damaged_entry_is_dropped_and_read_again(bench: Bench, gpkg: Path) -> None:
    first = bench.read(gpkg)
    (entry,) = bench.files
    content = entry.read_bytes()
    for damaged in (b"", content[:100], content[:-1], content[:200] + b"\xff" + content[201:]):
        entry.unlink()
        entry.write_bytes(damaged)
        assert bench.read(gpkg) == first
        assert entry.read_bytes() == content
    assert bench.inner.read == 5


def test_a_damaged_description_is_dropped(bench: Bench, gpkg: Path) -> None:
    first = bench.reader.describe(gpkg)
    bench.reader.wait()
    (entry,) = bench.files
    for damaged in ("", "[]", '{"path": 3}', '{"path": "x", "layers": [{}]}'):
        entry.write_text(damaged)
        assert bench.reader.describe(gpkg) == first
        bench.reader.wait()


def _filled(cache: DiskCache, names: str, first_s: int, size: int = 400_000) -> None:
    def write(path: Path) -> None:
        path.write_bytes(bytes(size))

    for number, name in enumerate(names, first_s):
        assert cache.store(name, write, size)
        os.utime(cache.path(name), (number, number))


def test_the_longest_unused_go_first(tmp_path: Path) -> None:
    limit = [2]
    cache = DiskCache(tmp_path / "cache", lambda: limit[0])
    _filled(cache, "abcde", 1000)
    cache.used("a")
    _filled(cache, "fg", 2000)
    assert sorted(path.name for path in cache.folder.iterdir()) == ["a", "d", "e", "f", "g"]
    limit[0] = 1
    cache.trim()
    assert sorted(path.name for path in cache.folder.iterdir()) == ["a", "g"]


def test_what_cannot_fit_is_not_begun(bench: Bench, gpkg: Path) -> None:
    bench.limit_mb = 0
    bench.read(gpkg)
    assert bench.files == []


def test_the_cache_can_be_emptied_while_it_is_used(bench: Bench, gpkg: Path) -> None:
    bench.read(gpkg)
    found = bench.read(gpkg)
    (bench.cache.folder / ".~left-behind").write_bytes(b"x")
    assert bench.cache.empty() > 0
    assert bench.files == []
    assert found.table.column("titre").value(0) == "T.0/C"
    bench.read(gpkg)
    assert bench.inner.read == 2


def test_a_full_disk_is_a_miss(bench: Bench, gpkg: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(gpkg.parent)
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: usage._replace(free=1000))
    bench.read(gpkg)
    bench.read(gpkg)
    assert bench.inner.read == 2
    assert bench.files == []


def test_a_disk_that_fills_up_leaves_nothing_behind(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path / "cache", lambda: 10)

    def write(path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    assert not cache.store("a", write, 10)
    assert list(cache.folder.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_a_miss(tmp_path: Path, gpkg: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    bench = Bench(tmp_path / "file" / "cache")
    assert bench.read(gpkg) == bench.read(gpkg)
    assert bench.inner.read == 2
    assert bench.cache.empty() == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_only_the_person_may_look(bench: Bench, gpkg: Path) -> None:
    bench.read(gpkg)
    bench.reader.describe(gpkg)
    bench.reader.wait()
    assert stat.S_IMODE(bench.cache.folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in bench.files} == {0o600}


def test_several_writers_at_once(tmp_path: Path, gpkg: Path) -> None:
    wanted = InlineReader().read_layer(gpkg)
    failures: list[object] = []
    start = threading.Barrier(6)

    def work() -> None:
        bench = Bench(tmp_path / "cache")
        start.wait()
        for _ in range(5):
            if bench.read(gpkg) != wanted:
                failures.append(bench)
            bench.cache.empty()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
