"""A disk that fills up while writing: the old file stays whole and the reason is said."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from emadina_gis.io.project_file import load_project, save_project
from emadina_gis.io.vector import read_layer
from emadina_gis.io.write import write_layer
from tests.unit.io.projects import full_project, parcels_table

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX systems")

#: A limit on the size of files makes writes fail as a full disk does.
_LIMITED = """
import resource, signal, sys
from pathlib import Path
from emadina_gis.errors import OutputError
from emadina_gis.io.atomic import write_bytes
from emadina_gis.io.project_file import save_project
from emadina_gis.io.write import write_layer
from tests.unit.io.projects import full_project, parcels_table
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
table, project = parcels_table(5000), full_project(5000)
resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))
target = Path(sys.argv[1])
try:
    if target.suffix == ".emadina":
        save_project(project, target)
    elif target.suffix == ".bin":
        write_bytes(target, b"x" * 1_000_000)
    else:
        write_layer(table, target)
except OutputError as error:
    print(error.code)
else:
    print("written")
"""


def _run_limited(path):
    found = subprocess.run(
        [sys.executable, "-c", _LIMITED, str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return found.stdout.strip()


@pytest.mark.slow
@pytest.mark.parametrize(
    "suffix", [".gpkg", ".shp", ".geojson", ".fgb", ".parquet", ".csv", ".xlsx"]
)
def test_a_layer_is_the_old_one_or_the_new_one(tmp_path, suffix):
    path = tmp_path / f"p{suffix}"
    write_layer(parcels_table(7), path)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert _run_limited(path) in {"output.disk-full", "output.failed", "output.not-verified"}
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before
    assert read_layer(path).table.row_count == 7


@pytest.mark.slow
def test_a_project_is_the_old_one_or_the_new_one(tmp_path):
    path = tmp_path / "p.emadina"
    project = full_project(7)
    save_project(project, path)
    assert _run_limited(path) == "output.disk-full"
    assert load_project(path)[0] == project
    assert [file.name for file in tmp_path.iterdir()] == ["p.emadina"]


def test_bytes_are_old_or_new(tmp_path):
    path = tmp_path / "a.bin"
    path.write_bytes(b"old")
    assert _run_limited(path) == "output.disk-full"
    assert path.read_bytes() == b"old"
