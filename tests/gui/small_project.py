"""A project of thirty parcels in two sectors, made in memory: what the window tests work on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from emadina_gis.analysis.style_builder import categorized
from emadina_gis.domain.crs import MERCHICH_NORTH
from emadina_gis.domain.layer import Title, VectorLayer
from emadina_gis.domain.schema import Role, Schema, guessed_schema
from emadina_gis.domain.style import Style
from emadina_gis.domain.table import FeatureTable
from emadina_gis.words import load_words
from emadina_gis.workflows.opening import OpenedProject, new_project

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from emadina_gis.app.main_window import MainWindow
    from emadina_gis.project import Project

X0, Y0 = 296_000.0, 330_000.0
SIDE_M = 20.0
COLUMNS, ROWS = 6, 5


def parcels() -> VectorLayer:
    """Return thirty square parcels: the first half in D3, the others in B4, one without regime."""
    count = COLUMNS * ROWS
    column, row = np.arange(count) % COLUMNS, np.arange(count) // COLUMNS
    west, south = X0 + column * SIDE_M, Y0 + row * SIDE_M
    squares = shapely.box(west, south, west + SIDE_M - 1, south + SIDE_M - 1)
    names = ("D3", "B4")
    regime = [None if index == 0 else index % 2 == 0 for index in range(count)]
    table = FeatureTable.from_columns(
        {
            "parcel_id": [f"T.{1000 + index}/C" for index in range(count)],
            "sector": [names[int(index >= count // 2)] for index in range(count)],
            "area_m2": np.full(count, (SIDE_M - 1) ** 2),
            "frontage_m": np.full(count, SIDE_M - 1),
            "depth_m": np.full(count, SIDE_M - 1),
            "road_width_m": np.full(count, 12.0),
            "issu_lotissement": regime,
            "commune": ["06.141.01.41"] * count,
            "existing_floor_area_m2": np.linspace(0.0, 290.0, count),
            "existing_dwellings": np.repeat([0.0, 1.0], count // 2),
            "owner": [f"Personne {index}" for index in range(count)],
        },
        geometry=squares,
        crs=MERCHICH_NORTH,
    )
    style = Style(categorized(table.column("sector"), "sector", role=Role.SECTOR))
    schema = guessed_schema(table.names)
    return VectorLayer("parcels", Title("Parcelles", "القطع", "Parcels"), table, style, schema)


def streets() -> VectorLayer:
    """Return two streets with names in French and Arabic."""
    lines = shapely.linestrings(
        [
            [[X0 - 5, Y0 - 5], [X0 + 130, Y0 - 5]],
            [[X0 - 5, Y0 + 105], [X0 + 130, Y0 + 105]],
        ]
    )
    table = FeatureTable.from_columns(
        {"name": ["Rue des Iris", "شارع القدس"], "width_m": [12.0, 30.0]},
        geometry=lines,
        crs=MERCHICH_NORTH,
    )
    schema = Schema({Role.NAME: "name"})
    return VectorLayer("streets", Title("Voies", "الطرق", "Streets"), table, schema=schema)


def small_project() -> Project:
    """Return the project."""
    return replace(
        new_project(load_words("fr")),
        title=Title("Petit projet", "مشروع صغير", "Small project"),
        crs=MERCHICH_NORTH,
        layers=(streets(), parcels()),
        document_id="ain-chock-2025",
        parcels_id="parcels",
    )


def open_small_project(window: MainWindow, qtbot: QtBot) -> None:
    """Open it in a window and wait for its outcome."""
    window.files._on_opened(OpenedProject(small_project()))
    qtbot.waitUntil(lambda: window.desk.results.active is not None, timeout=20_000)
    window.scenes.build()
    qtbot.waitUntil(lambda: bool(window.map.canvas.scene.layers), timeout=5_000)
    qtbot.waitUntil(lambda: window.layers.is_complete, timeout=5_000)
