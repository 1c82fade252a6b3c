"""The process that parses files: same answers as in process, and whatever it does, we live."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import threading
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from emadina_gis import paths
from emadina_gis.cli import commands
from emadina_gis.cli.main import run
from emadina_gis.domain.crs import MERCHICH_NORTH
from emadina_gis.domain.extent import Extent
from emadina_gis.errors import EmadinaError, JobCancelled, LayerReadError
from emadina_gis.io.description import FileDescription
from emadina_gis.io.reader import INLINE
from emadina_gis.io.worker import folders, frames, pool
from emadina_gis.io.worker.client import environment
from emadina_gis.io.worker.limits import MB, Allowance, allowance_for
from emadina_gis.io.worker.operations import OPERATIONS, Failure, Question
from emadina_gis.io.worker.pool import WorkerReader
from emadina_gis.io.write import write_layer
from emadina_gis.progress import NULL_CONTEXT, Context
from tests.unit.io import odd_worker
from tests.unit.io.projects import parcels_table

ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="walls of Linux")
ODD = [sys.executable, "-P", str(Path(odd_worker.__file__))]
POSIX = pytest.mark.skipif(os.name != "posix", reason="limits of POSIX")


@pytest.fixture(scope="module")
def reader():
    with WorkerReader() as made:
        yield made


@pytest.fixture(scope="module")
def odd():
    with WorkerReader(
        started_by=ODD,
        operations={**OPERATIONS, **odd_worker.OPERATIONS},
        keep_spare=True,
    ) as made:
        yield made


@pytest.fixture
def gpkg(tmp_path):
    write_layer(parcels_table(40), tmp_path / "lots.gpkg", layer="lots")
    return tmp_path / "lots.gpkg"


@pytest.fixture
def small_allowance(monkeypatch):
    monkeypatch.setattr(pool, "allowance_for", lambda _path: Allowance(300 * MB, 1.0, 2.0, MB))


def ask(odd, name, path, layer=None, ctx=NULL_CONTEXT):
    return odd.ask(name, Question(path, layer), ctx)


def assert_same_table(one, other):
    assert list(one.columns) == list(other.columns)
    for name in one.columns:
        assert one.column(name).arrow.equals(other.column(name).arrow), name
    assert np.array_equal(one.ids, other.ids)
    assert one.crs == other.crs
    assert (one.geometry is None) == (other.geometry is None)
    for mine, theirs in zip(one.geometry or (), other.geometry or (), strict=True):
        for field in ("kinds", "part_offsets", "ring_offsets", "coord_offsets", "xy"):
            assert np.array_equal(getattr(mine, field), getattr(theirs, field)), field


# --- the same as in process ----------------------------------------------------------------------


def _layers(tmp_path):
    for suffix in (".gpkg", ".shp", ".geojson", ".csv", ".fgb", ".parquet", ".xlsx", ".kml"):
        path = tmp_path / f"lots{suffix}"
        write_layer(parcels_table(40), path, layer="lots")
        yield path


def test_what_a_worker_reads_is_what_is_read_in_process(reader, tmp_path):
    for path in _layers(tmp_path):
        assert reader.describe(path) == INLINE.describe(path), path
        here, there = INLINE.read_layer(path), reader.read_layer(path)
        assert_same_table(there.table, here.table)
        assert replace(there, table=here.table) == here, path


def test_what_was_decided_reaches_the_worker(reader, tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("X;Y;nom\n296000;330000;حي\n296100;330050;درب\n".encode("cp1256"))
    near = Extent(-7.7, 33.4, -7.5, 33.7)
    for asked in (
        {"encoding": "cp1256"},
        {"crs": MERCHICH_NORTH},
        {"reference": near},
        {"layer": "a"},
    ):
        here, there = INLINE.read_layer(path, **asked), reader.read_layer(path, **asked)
        assert replace(there, table=here.table) == here
        assert_same_table(there.table, here.table)


def test_a_raster_is_described_and_examined(reader, tmp_path):
    path = tmp_path / "relief.asc"
    rows = "\n".join(" ".join(str(row * 30 + column) for column in range(30)) for row in range(20))
    path.write_text(f"ncols 30\nnrows 20\nxllcorner 0\nyllcorner 0\ncellsize 10\n{rows}\n")
    assert reader.describe_raster(path) == INLINE.describe_raster(path)
    assert reader.examine_raster(path) == INLINE.examine_raster(path)


def _broken(folder, gpkg):
    whole = gpkg.read_bytes()
    (folder / "nothing.shp").write_bytes(b"")
    (folder / "cut.gpkg").write_bytes(whole[:5000])
    (folder / "noise.gpkg").write_bytes(whole[:100] + os.urandom(8000))
    (folder / "cut.geojson").write_text('{"type": "FeatureCollection", "features": [{"type": "Fe')
    (folder / "other.json").write_text(json.dumps({"a": 1}))
    (folder / "noise.shp").write_bytes(os.urandom(3000))
    (folder / "noise.parquet").write_bytes(b"PAR1" + os.urandom(500))
    (folder / "noise.fgb").write_bytes(b"fgb\x03fgb\x01" + os.urandom(300))
    (folder / "noise.dxf").write_bytes(os.urandom(300))
    (folder / "noise.xlsx").write_bytes(b"PK\x03\x04" + os.urandom(300))
    (folder / "text.kml").write_text("<kml><Document><Placemark>")
    (folder / "only.prj").write_text("GEOGCS")
    (folder / "noise.tif").write_bytes(b"II*\x00" + os.urandom(300))
    (folder / "folder").mkdir()
    with zipfile.ZipFile(folder / "empty.zip", "w") as archive:
        archive.writestr("readme.md", "x")
    with zipfile.ZipFile(folder / "up.zip", "w") as archive:
        archive.writestr("../out.geojson", "{}")
    yield from sorted(folder.iterdir())
    yield folder / "absent.gpkg"
    yield Path("absent.gpkg")


def _outcome(read, path):
    try:
        return read(path)
    except EmadinaError as error:
        return type(error), error.code, error.params


def test_broken_files_fail_the_same_way(reader, tmp_path, gpkg):
    folder = tmp_path / "broken"
    folder.mkdir()
    failed = 0
    for path in _broken(folder, gpkg):
        here, there = _outcome(INLINE.describe, path), _outcome(reader.describe, path)
        assert here == there, path
        here, there = _outcome(INLINE.read_layer, path), _outcome(reader.read_layer, path)
        if isinstance(here, tuple):
            assert here == there, path
            failed += 1
        else:
            assert replace(there, table=here.table) == here, path
    assert failed > 12


def test_a_relative_path_is_answered_as_it_was_given(reader, tmp_path, gpkg, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert reader.describe(Path("lots.gpkg")).path == Path("lots.gpkg")
    assert reader.read_layer(Path("lots.gpkg")).table.row_count == 40


def test_a_layer_that_is_not_there(reader, gpkg):
    with pytest.raises(LayerReadError) as caught:
        reader.read_layer(gpkg, "routes")
    assert (caught.value.code, caught.value.params["names"]) == ("layer.no-such-layer", "lots")


# --- a worker that fails -------------------------------------------------------------------------


def _code(odd, name, path, ctx=NULL_CONTEXT):
    with pytest.raises(LayerReadError) as caught:
        ask(odd, name, path, ctx=ctx)
    assert caught.value.params["path"] == path.name
    return caught.value.code


def _reads(odd, path):
    """Whether the next file is read, by another worker."""
    return odd.read_layer(path).table.row_count == 40


@pytest.mark.parametrize(
    ("name", "code"), [("die", "worker.died"), ("lie", "worker.failed"), ("bug", "worker.failed")]
)
def test_a_worker_that_breaks_is_told_and_replaced(odd, gpkg, expected_logs, name, code):
    expected_logs.expect("a case that nobody thought of")
    assert _code(odd, name, gpkg) == code
    assert _reads(odd, gpkg)


def test_a_worker_killed_in_the_midst_is_told_and_replaced(odd, gpkg):
    class Killer(Context):
        def report(self, fraction, phase=""):
            (worker,) = odd._busy
            os.kill(worker.pid, signal.SIGKILL)

    assert _code(odd, "silence", gpkg, Killer()) == "worker.died"
    assert _reads(odd, gpkg)


def test_a_worker_killed_while_it_waited_costs_nothing(odd, gpkg):
    assert _reads(odd, gpkg)
    for worker in odd._idle:
        os.kill(worker.pid, signal.SIGKILL)
    assert _reads(odd, gpkg)


@POSIX
def test_a_parser_that_loops_is_stopped(odd, gpkg, small_allowance):
    assert _reads(odd, gpkg)
    began_s = time.monotonic()
    assert _code(odd, "loop", gpkg) == "worker.too-long"
    assert time.monotonic() - began_s < 6


def test_a_parser_that_waits_for_nothing_is_stopped(odd, gpkg, small_allowance):
    assert _code(odd, "silence", gpkg) == "worker.too-long"


def test_progress_is_passed_on_and_gives_more_time(odd, gpkg, monkeypatch):
    monkeypatch.setattr(pool, "allowance_for", lambda _path: Allowance(300 * MB, 1.0, 0.6, MB))
    told = []
    assert ask(odd, "progress", gpkg, ctx=Context(lambda *step: told.append(step))).text == "done"
    assert len(told) > 10
    assert told[-1] == (0.95, "phase.reading")


@ON_LINUX
@pytest.mark.parametrize("name", ["grow", "jump"])
def test_a_parser_that_wants_too_much_memory_is_stopped(odd, gpkg, small_allowance, name):
    assert _code(odd, name, gpkg) == "worker.memory"
    assert _reads(odd, gpkg)


def test_a_cancel_takes_effect_at_once(odd, gpkg):
    assert _reads(odd, gpkg)
    ctx = Context()
    cancelled_s = []

    def cancel():
        cancelled_s.append(time.monotonic())
        ctx.cancel()

    timer = threading.Timer(0.4, cancel)
    timer.start()
    with pytest.raises(JobCancelled):
        ask(odd, "silence", gpkg, ctx=ctx)
    assert time.monotonic() - cancelled_s[0] < 0.2
    timer.join()
    assert not odd._busy


def test_a_worker_that_cannot_start_is_told(gpkg):
    with WorkerReader(started_by=["/nowhere/program"]) as broken:
        assert _code_of(lambda: broken.describe(gpkg)) == "worker.not-started"
    with WorkerReader(started_by=[sys.executable, "-c", "raise SystemExit(3)"]) as broken:
        assert _code_of(lambda: broken.describe(gpkg)) == "worker.not-started"


def _code_of(work):
    with pytest.raises(LayerReadError) as caught:
        work()
    return caught.value.code


@POSIX
@pytest.mark.parametrize(
    "arguments",
    [
        ["inspect"],
        ["import", "-o", "new.emadina"],
        ["convert", "-o", "new.geojson"],
        ["render", "-o", "new.png", "--width", "200", "--height", "200"],
        ["capacity", "--document", "ain-chock-2025", "-o", "new.csv"],
    ],
)
def test_a_command_whose_file_kills_the_parser_says_so(
    arguments, gpkg, monkeypatch, capsys, tmp_path
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(commands, "_file_reader", lambda: WorkerReader(started_by=[*ODD, "dying"]))
    name, *others = arguments
    assert run([name, str(gpkg), *others, "--lang", "en"]) == 3
    told = capsys.readouterr()
    assert "Reading “lots.gpkg” broke off" in told.out + told.err
    assert not list(tmp_path.glob("new.*"))


@POSIX
def test_commands_that_read_no_foreign_file_start_no_worker(monkeypatch, tmp_path, capsys):
    def never(*_told):
        raise AssertionError("a worker was started")

    monkeypatch.setattr(pool, "WorkerProcess", never)
    assert run(["capacity", "--list-keys", "--document", "ain-chock-2025"]) == 0
    target = str(tmp_path / "demo.png")
    assert run(["render", "demo", "-o", target, "--width", "90", "--height", "90"]) == 0
    capsys.readouterr()


# --- what a worker cannot do ---------------------------------------------------------------------


@ON_LINUX
def test_a_worker_reaches_no_network_no_program_and_no_file_outside(odd, tmp_path, gpkg):
    secret = tmp_path.parent / "secret.txt"
    secret.write_text("x")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
        assert ask(odd, "connect", gpkg, port).text == "refused: PermissionError"
    assert ask(odd, "start", gpkg).text == "refused: PermissionError"
    for name in ("/etc/passwd", str(secret), str(paths.user_config() / "settings.toml")):
        assert ask(odd, "read", gpkg, name).text.startswith("refused"), name
    for name in ("/tmp/a-file-of-nobody", str(tmp_path / "beside.gfs"), str(gpkg)):
        assert ask(odd, "write", gpkg, name).text == "refused: PermissionError", name
    assert ask(odd, "read", gpkg, str(gpkg)).text == f"done: {gpkg.stat().st_size}"
    assert ask(odd, "write", gpkg, "inside.txt").text == "done: 1"


@ON_LINUX
def test_a_worker_cannot_fill_the_disk(odd, gpkg):
    assert ask(odd, "fill", gpkg).text == "refused: OSError"


def test_a_worker_inherits_no_settings_and_no_secrets(odd, gpkg, monkeypatch):
    for name in ("AWS_SECRET_ACCESS_KEY", "GDAL_DRIVER_PATH", "OGR_SKIP", "PROJ_NETWORK", "SECRET"):
        monkeypatch.setenv(name, "of the person")
    assert "of the person" not in "".join(environment(Path("/x")).values())
    told = ask(odd, "variables", gpkg).text
    assert "of the person" not in told
    assert f"HOME={Path.home()}\n" not in told


def test_a_file_of_another_folder_is_read_by_another_worker(odd, tmp_path, gpkg):
    for name in ("beside", "one/inside"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "lots.gpkg").write_bytes(gpkg.read_bytes())
    first = ask(odd, "where", tmp_path / "one" / "inside" / "lots.gpkg").text
    beside = ask(odd, "where", tmp_path / "beside" / "lots.gpkg").text
    assert beside != first
    above = ask(odd, "where", gpkg).text
    assert above != beside
    assert ask(odd, "where", tmp_path / "one" / "inside" / "lots.gpkg").text == above


# --- nothing is left behind ----------------------------------------------------------------------


def _children():
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == os.getpid():
            found.append(status.parent.name)
    return set(found)


@ON_LINUX
def test_a_hundred_files_leave_no_process_no_file_and_no_thread(tmp_path, gpkg):
    before, threads = _children(), threading.active_count()
    with WorkerReader(keep_spare=True) as reader:
        for number in range(100):
            path = tmp_path / f"{number}.geojson"
            path.write_text("{" if number % 10 == 5 else '{"type":"Point","coordinates":[0,0]}')
            kept = _outcome(reader.read_layer, path)
            assert isinstance(kept, tuple) == (number % 10 == 5)
            assert len(_children() - before) <= 2
    assert _children() <= before
    assert threading.active_count() <= threads
    assert list((paths.user_cache() / "reading").iterdir()) == []


def test_a_reader_that_is_never_asked_starts_nothing():
    before = _children()
    with WorkerReader(keep_spare=True):
        assert _children() <= before


def test_a_closed_reader_answers_nothing(gpkg):
    reader = WorkerReader()
    reader.close()
    reader.warm()
    with pytest.raises(JobCancelled):
        reader.describe(gpkg)


def test_closing_ends_what_is_being_read(odd, gpkg):
    reader = WorkerReader(started_by=odd._started_by, operations=odd._operations)
    told = []

    class Closer(Context):
        def report(self, fraction, phase=""):
            reader.close()

    thread = threading.Thread(
        target=lambda: told.append(_code_of(lambda: ask(reader, "silence", gpkg, ctx=Closer())))
    )
    thread.start()
    thread.join(30)
    assert told == ["worker.died"]


@POSIX
def test_folders_of_programs_that_were_killed_are_removed(own_home):
    room = paths.user_cache() / "reading"
    room.mkdir()
    for name in ("of-999999999-x", f"of-{os.getpid()}-y", "other"):
        (room / name).mkdir()
    folders.remove_stale()
    assert sorted(path.name for path in room.iterdir()) == [f"of-{os.getpid()}-y", "other"]


@POSIX
def test_private_folders_are_private(own_home):
    folder = folders.private_folder()
    assert folder.stat().st_mode & 0o777 == 0o700
    folders.remove(folder)
    assert not folder.exists()


# --- what is exchanged ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"\x01",
        b"\xff\xff\xff\xff",
        b"\x02\x00\x00\x00[]",
        b"\x02\x00\x00\x00{{",
        b"\x09\x00\x00\x00{}",
        b"\x40\x0d\x03\x00" + b"[" * 200_000,
    ],
)
def test_bytes_that_are_no_message(sent, tmp_path):
    path = tmp_path / "pipe"
    path.write_bytes(sent)
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        assert frames.read_frame(handle) is None
    except frames.DamagedFrame:
        assert sent
    finally:
        os.close(handle)


def test_an_error_travels_whole_and_an_unknown_one_becomes_ours():
    error = Failure("CrsError", "crs.unreadable", {"text": "a\u202e", "code": 3}).error
    assert (type(error).__name__, error.code) == ("CrsError", "crs.unreadable")
    assert error.params == {"text": "a\u202e", "code": 3}
    assert type(Failure("SystemExit", "x").error) is LayerReadError


def test_an_answer_of_another_type_is_refused(tmp_path):
    with pytest.raises((ValueError, TypeError)):
        OPERATIONS["describe"].received({"path": 3}, tmp_path / "x")
    with pytest.raises((ValueError, TypeError)):
        OPERATIONS["describe"].received(["x"], tmp_path / "x")
    with pytest.raises(LayerReadError):
        OPERATIONS["read_layer"].received(None, tmp_path / "x")
    assert OPERATIONS["describe"].answer is FileDescription


def test_allowances_grow_with_the_file(tmp_path):
    small, large = tmp_path / "a.gpkg", tmp_path / "b.shp"
    small.write_bytes(b"x")
    with large.open("wb") as file:
        file.truncate(400 * MB)
    little, much = allowance_for(small), allowance_for(large)
    assert little.memory_bytes < 700 * MB < 2_000 * MB < much.memory_bytes < 3_000 * MB
    assert little.cpu_s < 9
    assert much.cpu_s > 300
    assert allowance_for(tmp_path / "absent").cpu_s < 9
    (tmp_path / "b.dbf").write_bytes(bytes(50 * MB))
    assert allowance_for(large).cpu_s > much.cpu_s
