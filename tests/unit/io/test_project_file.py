"""The project file: what is saved is what is opened, and damage is refused with a reason."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emadina_gis.domain.style import Single, Style, Symbol
from emadina_gis.domain.title import Title
from emadina_gis.errors import OutputError, ProjectFileError, ProjectTooNew
from emadina_gis.io import project_codec as codec
from emadina_gis.io import project_database as database
from emadina_gis.io.atomic import TEMPORARY_PREFIX
from emadina_gis.io.parts import checksum
from emadina_gis.io.project_file import load_project, read_facts, save_project
from emadina_gis.project.model import Bookmark
from tests.unit.io.projects import full_project, parcels_table


@pytest.fixture
def project():
    return full_project()


def test_a_saved_project_opens_equal(project, tmp_path):
    path = tmp_path / "région.emadina"
    save_project(project, path)
    opened, problems = load_project(path)
    assert opened == project
    assert problems == ()


def test_tables_keep_chunks_ids_and_types_over_several_chunks(tmp_path):
    project = full_project(20_000)
    path = tmp_path / "p.emadina"
    save_project(project, path)
    opened, _ = load_project(path)
    for before, after in zip(project.vector_layers, opened.vector_layers, strict=True):
        assert after.table.fingerprint == before.table.fingerprint
        assert np.array_equal(after.table.ids, before.table.ids)
        assert {n: c.type for n, c in after.table.columns.items()} == {
            n: c.type for n, c in before.table.columns.items()
        }


@given(
    name=st.text(st.characters(blacklist_categories=["Cs"]), max_size=30),
    width=st.floats(0, 5, allow_nan=False),
    color=st.one_of(st.none(), st.just("#123456")),
    x=st.floats(allow_nan=False),
)
def test_any_small_project_survives_the_tree(name, width, color, x):
    project = full_project(3)
    style = Style(Single(Symbol(fill=color, stroke_mm=width)))
    layer = replace(project.vector_layers[0], title=Title.plain(name), style=style)
    project = replace(project.with_layer(layer), bookmarks=(Bookmark(name, x, 0.0, 1.0),))
    encoded = codec.encode(project)
    tree = json.loads(json.dumps(encoded.tree))
    assert codec.decode(tree, lambda key: encoded.parts[key].make()) == project


def test_equal_chunks_are_stored_once(tmp_path):
    table = parcels_table(100)
    project = full_project(100)
    twin = replace(project.vector_layers[0], id="twin")
    encoded = codec.encode(replace(project, layers=(project.vector_layers[0], twin)))
    assert len(encoded.parts) == len(table.names) + 1


def test_an_edit_of_one_value_adds_one_part():
    project = full_project(20_000)
    layer = project.vector_layers[0]
    edited = replace(layer, table=layer.table.with_values("titre", np.array([5]), "T.1/C"))
    before, after = codec.encode(project), codec.encode(project.with_layer(edited))
    assert len(after.parts.keys() - before.parts.keys()) == 1


def test_saving_again_replaces_the_file_whole(project, tmp_path):
    path = tmp_path / "p.emadina"
    save_project(project, path)
    renamed = replace(project, title=Title.plain("Autre"))
    save_project(renamed, path)
    assert load_project(path)[0] == renamed
    assert [file.name for file in tmp_path.iterdir()] == ["p.emadina"]


def test_opening_does_not_alter_the_file(project, tmp_path):
    path = tmp_path / "p.emadina"
    save_project(project, path)
    before = path.read_bytes()
    load_project(path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["p.emadina"]


def test_rasters_are_found_beside_a_project_that_moved(tmp_path):
    first = tmp_path / "first"
    first.mkdir()
    raster = first / "density.tif"
    raster.write_bytes(b"x")
    project = full_project(5, raster)
    save_project(project, first / "p.emadina")
    assert load_project(first / "p.emadina") == (project, ())
    second = first.rename(tmp_path / "second")
    opened, problems = load_project(second / "p.emadina")
    assert opened.raster_layers[0].path == str(second / "density.tif")
    assert problems == ()
    (second / "density.tif").unlink()
    _, problems = load_project(second / "p.emadina")
    assert [problem.code for problem in problems] == ["project.file-missing"]


def test_a_relative_raster_path_stays_relative(tmp_path):
    project = full_project(5, Path("density.tif"))
    save_project(project, tmp_path / "p.emadina")
    assert load_project(tmp_path / "p.emadina") == (project, ())


def _changed_tree(path, change):
    with closing(sqlite3.connect(path)) as connection, connection:
        _, tree = database.read_tree(connection, "head")
        change(tree)
        database.put_tree(connection, "head", 0, tree)


def test_keys_of_a_newer_version_are_kept(project, tmp_path):
    path = tmp_path / "p.emadina"
    save_project(project, path)

    def change(tree):
        tree["solar"] = {"azimuth": 12}
        tree["layers"][0]["blend"] = "multiply"

    _changed_tree(path, change)
    opened, _ = load_project(path)
    assert opened == project
    save_project(replace(opened, layers=opened.layers[::-1]), path)
    with closing(sqlite3.connect(path)) as connection:
        _, tree = database.read_tree(connection, "head")
    assert tree["solar"] == {"azimuth": 12}
    by_id = {layer["id"]: layer for layer in tree["layers"]}
    assert by_id["parcels"]["blend"] == "multiply"
    assert "blend" not in by_id["taken"]


def test_a_project_of_an_older_version_is_of_the_present_one_once_read(project, tmp_path):
    path = tmp_path / "older.emadina"
    save_project(project, path)
    _changed_tree(path, lambda tree: tree.update(schema_version=1))
    assert load_project(path)[0] == project  # saved again, an older program would refuse it


def test_a_newer_format_or_schema_is_refused(project, tmp_path):
    path = tmp_path / "p.emadina"
    save_project(project, path)
    _changed_tree(path, lambda tree: tree.update(schema_version=99))
    with pytest.raises(ProjectTooNew):
        load_project(path)
    save_project(project, path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(ProjectTooNew) as caught:
        load_project(path)
    assert caught.value.params["version"] == 99


def test_a_kind_that_is_not_ours_is_refused(project, tmp_path):
    path = tmp_path / "p.emadina"
    save_project(project, path)
    _changed_tree(path, lambda tree: tree["title"].update({"$": "Popen"}))
    with pytest.raises(ProjectFileError, match="unknown-kind"):
        load_project(path)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "project.not-a-project"),
        (b"hello world, no project", "project.not-a-project"),
        (b"SQLite format 3\0" + b"\0" * 100, "project.damaged"),
    ],
)
def test_what_is_no_project_is_refused(content, code, tmp_path):
    path = tmp_path / "p.emadina"
    path.write_bytes(content)
    with pytest.raises(ProjectFileError) as caught:
        load_project(path)
    assert caught.value.code == code


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(ProjectFileError) as caught:
        load_project(tmp_path / "gone.emadina")
    assert caught.value.code == "project.missing"


def test_a_database_of_another_kind_is_no_project(tmp_path):
    path = tmp_path / "p.emadina"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE t (a)")
    with pytest.raises(ProjectFileError) as caught:
        load_project(path)
    assert caught.value.code == "project.not-a-project"


def test_no_flipped_byte_goes_unnoticed_or_crashes(tmp_path):
    project = full_project(4)
    path = tmp_path / "p.emadina"
    save_project(project, path)
    whole = path.read_bytes()
    rng = np.random.default_rng(1)
    refused = 0
    for position in rng.integers(0, len(whole), 250):
        damaged = bytearray(whole)
        damaged[position] ^= 0xFF
        path.write_bytes(damaged)
        try:
            opened, _ = load_project(path)
        except (ProjectFileError, ProjectTooNew):
            refused += 1
        else:
            assert opened == project
    assert refused


def test_a_truncated_project_is_refused_or_whole(tmp_path):
    project = full_project(4)
    path = tmp_path / "p.emadina"
    save_project(project, path)
    whole = path.read_bytes()
    for share in range(1, 10):
        path.write_bytes(whole[: len(whole) * share // 10])
        with pytest.raises(ProjectFileError):
            load_project(path)


def test_every_part_has_its_checksum(project, tmp_path):
    path = tmp_path / "p.emadina"
    save_project(project, path)
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT sum, bytes FROM part").fetchall()
    assert rows
    assert all(checksum(content) == expected for expected, content in rows)


def test_a_failed_save_keeps_the_old_file(project, tmp_path, monkeypatch):
    path = tmp_path / "p.emadina"
    save_project(project, path)

    def full(*_):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(database, "put_part", full)
    with pytest.raises(OutputError) as caught:
        save_project(replace(project, title=Title.plain("x")), path)
    assert caught.value.code == "output.disk-full"
    monkeypatch.undo()
    assert load_project(path)[0] == project
    assert [file.name for file in tmp_path.iterdir()] == ["p.emadina"]


def test_a_folder_that_is_not_there_is_said(project, tmp_path):
    with pytest.raises(OutputError) as caught:
        save_project(project, tmp_path / "none" / "p.emadina")
    assert caught.value.code == "output.no-folder"


def test_facts_are_read_without_the_layers(project, tmp_path):
    path = tmp_path / "p.emadina"
    save_project(project, path)
    assert read_facts(path, "ar").title == "الجهة"


def test_a_save_clears_what_a_killed_save_left_long_ago(tmp_path):
    left = tmp_path / f"{TEMPORARY_PREFIX}old.tmp"
    left.write_bytes(b"half")
    week_ago = time.time() - 7 * 24 * 3600
    os.utime(left, (week_ago, week_ago))
    save_project(full_project(), tmp_path / "p.emadina")
    assert [path.name for path in tmp_path.iterdir()] == ["p.emadina"]
