"""Files as they are delivered, made by code: odd encodings, no system, folders with junk."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pyogrio
import shapely

X0, Y0 = 296_000.0, 330_000.0
NAMES = ("Résidence Yasmine", "Cité Salama", "Villa Zohra", "Îlot Al Andalous")
ARABIC_NAMES = ("عين الشق", "سيدي معروف", "المعاريف", "حي السلامة")


def squares(count: int = 4, *, x: float = X0, y: float = Y0) -> np.ndarray:
    """Return squares in a row, in Lambert Nord Maroc by default."""
    west = x + 40 * np.arange(count)
    return shapely.box(west, y, west + 30, y + 30)


def write_layer(
    path: Path, shapes: np.ndarray, columns: dict[str, list], crs: str | None, **options: str
) -> Path:
    """Write a file; one without a system is meant so."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pyogrio.raw.write(
            path,
            shapely.to_wkb(shapes),
            [np.array(values, dtype=object) for values in columns.values()],
            list(columns),
            geometry_type="Polygon",
            crs=crs,
            **options,
        )
    return path


def clean_file(path: Path) -> Path:
    """Write a file that has nothing odd."""
    return write_layer(path, squares(), {"nom": list("abcd")}, "EPSG:26191")


def without_crs(path: Path, *, x: float = X0, y: float = Y0) -> Path:
    """Write a shapefile whose system is not stated."""
    write_layer(path, squares(x=x, y=y), {"nom": list("abcd")}, None)
    path.with_suffix(".prj").unlink(missing_ok=True)
    return path


def swapped_degrees(path: Path) -> Path:
    """Write a GeoJSON of Casablanca with latitude first."""
    south = 33.55 + 0.002 * np.arange(4)
    shapes = shapely.box(south, -7.60, south + 0.001, -7.599)
    return write_layer(path, shapes, {"nom": list("abcd")}, "EPSG:4326")


def arabic_shapefile(path: Path, encoding: str = "cp1256") -> Path:
    """Write a shapefile with Arabic names and nothing that states the encoding."""
    write_layer(path, squares(), {"nom": list(ARABIC_NAMES)}, "EPSG:26191", encoding=encoding)
    path.with_suffix(".cpg").unlink(missing_ok=True)
    raw = bytearray(path.with_suffix(".dbf").read_bytes())
    raw[29] = 0
    path.with_suffix(".dbf").write_bytes(raw)
    return path


def with_owners(path: Path) -> Path:
    """Write parcels with titles, owners and identity numbers."""
    columns = {
        "titre": ["T.1/C", "T.2/C", "T.3/C", "T.4/C"],
        "proprietaire": ["Fulana Bennani", "Fulan Alaoui", "Fulana Idrissi", "Fulan Tazi"],
        "cin": ["BK123456", "BE234567", "BJ345678", "BH456789"],
        "usage": ["<b>habitat</b>", "bureaux & commerce", "habitat", "école"],
    }
    return write_layer(path, squares(), columns, "EPSG:26191")


def bow_ties(path: Path, count: int = 3) -> Path:
    """Write polygons among which some cross themselves."""
    shapes = squares(count + 2)
    crossed = [
        shapely.Polygon([(x, Y0), (x + 30, Y0 + 30), (x + 30, Y0), (x, Y0 + 30)])
        for x in X0 + 40.0 * np.arange(count)
    ]
    mixed = np.array([*crossed, *shapes[count:]], dtype=object)
    return write_layer(path, mixed, {"nom": list("abcdefgh")[: len(mixed)]}, "EPSG:26191")


def spikes(path: Path) -> Path:
    """Write squares, one with a spike without any area."""
    shapes = squares()
    corners = [(0, 0), (30, 0), (30, 30), (30, 50), (30, 30), (0, 30)]
    shapes[0] = shapely.Polygon([(X0 + x, Y0 + y) for x, y in corners])
    return write_layer(path, shapes, {"nom": list("abcd")}, "EPSG:26191")


def delivery_of_thirty(folder: Path) -> Path:
    """Make a folder of thirty data files with companions, sub-folders and junk.

    Twelve state a system, twelve do not, three cannot be read, three are tables.
    """
    inner = folder / "lot 2"
    inner.mkdir(parents=True)
    for index in range(12):
        clean_file(folder / f"secteur_{index:02d}.gpkg")
        without_crs(inner / f"parcelles_{index:02d}.shp", y=Y0 + 50 * index)
    for index in range(3):
        (folder / f"abîmé_{index}.gpkg").write_bytes(b"SQLite format 3\0" + bytes(range(200)))
        (inner / f"prix_{index}.csv").write_text("quartier,prix\nInara,9000\n", encoding="utf-8")
    (folder / "Thumbs.db").write_bytes(b"\0" * 64)
    (folder / "compte rendu.docx").write_bytes(b"PK\x03\x04" + bytes(60))
    (inner / "lisez-moi.txt").write_text(
        "Bonjour,\nvoici la livraison du mois.\n", encoding="utf-8"
    )
    return folder
