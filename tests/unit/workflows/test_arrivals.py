"""Folders are walked, companions come with their files, what is no data is left out and said."""

from __future__ import annotations

import pytest

from emadina_gis.errors import JobCancelled
from emadina_gis.progress import Context
from emadina_gis.workflows.arrivals import Left, arrived
from tests.deliveries import delivery_of_thirty, without_crs


def names(arrivals):
    return [path.name for path in arrivals.files]


def test_a_folder_gives_its_data_files_alone(tmp_path):
    found = arrived([delivery_of_thirty(tmp_path / "livraison")])
    assert len(found.files) == 30
    assert found.companions >= 24
    reasons = {one.path.name: one.reason for one in found.left_out}
    assert reasons == {
        "Thumbs.db": Left.HIDDEN,
        "compte rendu.docx": Left.NO_DATA,
        "lisez-moi.txt": Left.NO_DATA,
    }


def test_companions_dropped_with_their_shapefile_are_one(tmp_path):
    path = without_crs(tmp_path / "a.shp")
    everything = [*tmp_path.iterdir()]
    assert len(everything) > 2
    assert arrived(everything).files == (path,)


def test_a_companion_alone_is_read_to_say_what_is_missing(tmp_path):
    without_crs(tmp_path / "a.shp")
    alone = tmp_path / "a.dbf"
    assert arrived([alone]).files == (alone,)


def test_a_named_file_is_read_whatever_it_is(tmp_path):
    odd = tmp_path / "notes.docx"
    odd.write_bytes(b"x")
    assert arrived([odd]).files == (odd,)


def test_upper_case_endings_are_companions_too(tmp_path):
    for suffix in (".SHP", ".Dbf", ".shx", ".PRJ"):
        (tmp_path / f"PARCELLES{suffix}").write_bytes(b"x")
    assert names(arrived([tmp_path])) == ["PARCELLES.SHP"]


def test_a_world_file_and_notes_come_with_their_picture(tmp_path):
    for name in ("plan.tif", "plan.tfw", "plan.tif.aux.xml", "plan.tif.ovr", "autre.tif"):
        (tmp_path / name).write_bytes(b"x")
    assert names(arrived([tmp_path])) == ["autre.tif", "plan.tif"]


def test_a_geodatabase_is_one_file_and_is_not_walked(tmp_path):
    base = tmp_path / "communes.gdb"
    base.mkdir()
    (base / "a0001.gdbtable").write_bytes(b"x")
    assert arrived([tmp_path]).files == (base,)
    assert arrived([base]).files == (base,)


def test_projects_and_hidden_folders_are_left_out(tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "a.gpkg").write_bytes(b"x")
    (tmp_path / "__MACOSX").mkdir()
    (tmp_path / "__MACOSX" / "b.gpkg").write_bytes(b"x")
    (tmp_path / "étude.emadina").write_bytes(b"x")
    found = arrived([tmp_path])
    assert found.files == ()
    assert [one.reason for one in found.left_out] == [Left.PROJECT]


def test_a_text_that_is_a_table_is_read(tmp_path):
    (tmp_path / "bornes.txt").write_text("id;X;Y\n1;2;3\n2;3;4\n", encoding="utf-8")
    assert names(arrived([tmp_path])) == ["bornes.txt"]


def test_a_file_is_read_once(tmp_path):
    path = tmp_path / "a.gpkg"
    path.write_bytes(b"x")
    assert arrived([path, tmp_path]).files == (path,)


def test_walking_can_be_stopped(tmp_path):
    ctx = Context()
    ctx.cancel()
    with pytest.raises(JobCancelled):
        arrived([tmp_path], ctx)
