"""Files come from everywhere: by the dialog, dropped, from a second start, from the recent ones.

What cannot be used is told in one calm sentence, and what was there stays there.
"""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile

import numpy as np
import pyogrio
import pytest
import rasterio
import shapely
from affine import Affine
from PySide6.QtCore import Qt

from emadina_gis.app.application import FirstInstance, _come_forward
from emadina_gis.io.project_file import save_project
from emadina_gis.session.instance import InstanceLock
from tests.builders import a_project
from tests.conftest import ROOT

X, Y = 296_000.0, 330_000.0


def write_squares(path, crs, **options):
    """Write four squares in Aïn Chock."""
    west = X + 40 * np.arange(4)
    squares = shapely.box(west, Y, west + 30, Y + 30)
    pyogrio.raw.write(
        path,
        shapely.to_wkb(squares),
        [np.array(["a", "b", "c", "d"], dtype=object)],
        ["nom"],
        geometry_type="Polygon",
        crs=crs,
        **options,
    )
    return path


@pytest.fixture
def zipped_shapefile(tmp_path):
    folder = tmp_path / "shp"
    folder.mkdir()
    write_squares(folder / "îlots.shp", "EPSG:26191")
    path = tmp_path / "îlots.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for part in folder.iterdir():
            archive.write(part, part.name)
    return path


@pytest.fixture
def without_crs(tmp_path):
    with pytest.warns(UserWarning, match="crs"):
        return write_squares(tmp_path / "sans_systeme.shp", None)


@pytest.fixture
def geotiff(tmp_path):
    path = tmp_path / "altitude.tif"
    with rasterio.open(
        path, "w", driver="GTiff", width=32, height=24, count=1, dtype="float32",
        crs="EPSG:26191", transform=Affine(20, 0, X, 0, -20, Y + 480),
    ) as file:  # fmt: skip
        file.write(np.linspace(0, 100, 32 * 24, dtype="float32").reshape(24, 32), 1)
    return path


@pytest.fixture
def not_geodata(tmp_path):
    path = tmp_path / "compte rendu.doc"
    path.write_bytes(b"\xd0\xcf\x11\xe0" + bytes(range(256)))
    return path


@pytest.fixture
def empty_layer(tmp_path):
    path = tmp_path / "vide.geojson"
    path.write_text('{"type": "FeatureCollection", "features": []}', encoding="utf-8")
    return path


@pytest.fixture
def plain_table(tmp_path):
    path = tmp_path / "prix.csv"
    path.write_text("quartier,prix\nInara,9000\nSidi Maarouf,11000\n", encoding="utf-8")
    return path


def by_dialog(person, path):
    person.dialogs.answer(path)
    person.chooses_from_all("Projet", "Ajouter des données…")


def by_drop(person, path):
    person.drops(path)


either_way = pytest.mark.parametrize("bring", [by_dialog, by_drop], ids=["dialog", "drop"])


def waits_until_read(person):
    """Wait until the files are read, and shown or added."""
    panel = person.window.side.panel("import")
    person.waits(lambda: not panel.reading.is_running)
    person.waits_for_figures()


def is_calm(text):
    """Whether a text is a sentence for a person: no code, no path of a machine, no trace."""
    return (
        bool(re.search(r"[.:]", text))
        and not re.search(r"Traceback|Error|Exception|\berror\.|/tmp/", text)
        and len(text) > 20
    )


@either_way
def test_a_zipped_shapefile_lies_on_the_map_at_once(person, zipped_shapefile, bring):
    bring(person, zipped_shapefile)
    person.waits(lambda: "couche ajoutée" in person.notice())
    assert person.layers() == ["îlots"]
    person.waits_for_the_picture()
    window = person.window
    assert window.desk.project.layers[0].table.row_count == 4
    picture = person.picture()
    middle = picture.pixelColor(person.pixel_of(X + 15, Y + 15) * picture.devicePixelRatio())
    assert middle.name() != window.map.canvas.colors.background


@either_way
def test_a_missing_system_is_asked_for_with_ranked_guesses(person, without_crs, bring):
    window = person.window
    bring(person, without_crs)
    person.waits_to_read("Le fichier ne le dit pas de façon sûre", window.side)
    assert not window.desk.project.layers
    assert not person.button("Ajouter au projet", window.side).isEnabled()
    told = person.reads(window.side)
    assert "1 couche attend une décision" in told
    shares = [int(found) for found in re.findall(r"Vraisemblance (\d+)", told)]
    assert shares
    assert shares == sorted(shares, reverse=True)
    guess = person.button("Lambert Nord Maroc · EPSG:26191", window.side)
    assert not guess.isChecked()
    person.clicks("Lambert Nord Maroc · EPSG:26191", window.side)
    assert not window.desk.project.layers
    person.clicks("Ajouter au projet", window.side)
    person.waits(lambda: "couche ajoutée" in person.notice())
    assert window.desk.project.layers[0].crs.id == "EPSG:26191"


@either_way
def test_a_geotiff_is_added_as_a_picture(person, geotiff, bring):
    bring(person, geotiff)
    person.waits(lambda: "couche ajoutée" in person.notice())
    assert person.layers() == ["altitude"]
    person.waits_for_the_picture()
    assert person.window.status.problems.text() == "Aucune remarque"


@either_way
@pytest.mark.parametrize(
    ("name", "said"),
    [("not_geodata", "n'est pas un fichier de données géographiques"), ("empty_layer", "vide")],
)
def test_what_cannot_be_used_is_told_and_nothing_is_lost(person, request, bring, name, said):
    window = person.window
    path = request.getfixturevalue("zipped_shapefile")
    by_dialog(person, path)
    person.waits(lambda: person.layers() == ["îlots"])
    before = window.desk.project.layers
    bring(person, request.getfixturevalue(name))
    waits_until_read(person)
    told = person.reads(window.side) + person.notice()
    assert said in told
    assert is_calm(told), told
    person.presses(Qt.Key.Key_Escape)
    assert all(layer in window.desk.project.layers for layer in before)
    assert "îlots" in person.layers()


@either_way
def test_a_table_without_geometry_can_be_read(person, plain_table, bring):
    window = person.window
    bring(person, plain_table)
    waits_until_read(person)
    if not person.layers():
        person.waits_to_read("sans géométrie", window.side)
        told = person.reads(window.side)
        assert is_calm(told), told
        person.clicks("Ajouter au projet", window.side)
    person.waits(lambda: person.layers() == ["prix"])
    person.opens_menu_of_layer("prix")
    person.chooses_in_menu("Table")
    person.waits_to_read("2 lignes", window.bottom)


def test_a_second_start_hands_its_file_to_the_first(person, qapp, tmp_path):
    window = person.window
    path = tmp_path / "deuxième.emadina"
    save_project(a_project().with_parcels(9).build(), path)
    lock = InstanceLock()
    assert lock.acquire()
    first = FirstInstance(qapp)
    first.asked.connect(lambda files: _come_forward(window, files))
    second = subprocess.Popen([sys.executable, "-m", "emadina_gis", str(path)], cwd=ROOT)
    person.waits(lambda: second.poll() is not None)
    assert second.returncode == 0
    person.waits(lambda: window.files.path == path)
    assert window.desk.project.parcels.table.row_count == 9
    person.waits_for_figures()
    first.close()
    lock.release()


def test_a_recent_project_that_moved_is_said_to_be_missing(person, tmp_path):
    window = person.window
    path = tmp_path / "perdu.emadina"
    person.dialogs.answer(path)
    person.clicks("Ajouter un scénario")
    person.chooses_from_all("Projet", "Enregistrer sous…")
    person.waits(lambda: "Enregistré" in person.notice())
    person.chooses_from_all("Projet", "Nouveau projet")
    person.waits(lambda: window.files.path is None)
    path.unlink()
    window.desk.preferences.changed.emit()
    assert "introuvable" in person.reads(window.welcome)
    person.clicks("perdu", window.welcome)
    assert "n'est plus à sa place" in person.notice()
    person.clicks("Retirer de la liste", window.desk.notices)
    assert "perdu" not in person.reads(window.welcome)
