"""A small plan for notes: two sectors side by side, constraints, and parcels of every kind."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely

from emadina_gis.domain.crs import MERCHICH_NORTH
from emadina_gis.domain.layer import Provenance, Title, VectorLayer
from emadina_gis.domain.schema import Role, Schema
from emadina_gis.domain.table import FeatureTable
from emadina_gis.project import Project
from emadina_gis.simulation.scenario import Scenario
from emadina_gis.workflows.demo import default_layouts
from tests.builders import DOCUMENT_ID, vector_layer

X, Y = 295_000.0, 328_000.0
#: Title → (west, south, east, north) in metres from the origin, sector, fronts, regime.
PARCELS = {
    "T.100/C": ((10, 10, 30, 40), "D3", "one", True),
    "T.101/C": ((30, 10, 50, 40), "D3", "corner", True),
    "T.102/C": ((85, 60, 115, 90), "D3", "one", False),
    "T.103/C": ((170, 10, 230, 60), "B4", "through", False),
    "T.104/C": ((60, 120, 90, 150), "D3", "one", None),
    "T.105/C": ((300, 300, 320, 330), "", "one", True),
    "T.106/C": ((110, 110, 195, 190), "B4", "one", False),
    "T.107/C": ((120, 10, 140, 30), "B4", "one", True),
}
NOWHERE = "T.999/Z"


def box(west, south, east, north):
    """Return a rectangle in metres from the origin."""
    return shapely.box(X + west, Y + south, X + east, Y + north)


def note_project():
    """Return a project whose parcels show every case of a note."""
    layers = (_reserves(), _heritage(), _streets(), _sectors(), _parcels())
    return Project(
        id="notes",
        title=Title.plain("Essai"),
        crs=MERCHICH_NORTH,
        layers=layers,
        document_id=DOCUMENT_ID,
        parcels_id="parcels",
        scenarios=(Scenario("reference", "Référence"),),
        layouts=default_layouts(),
    )


def _parcels():
    shapes = np.array([box(*part[0]) for part in PARCELS.values()])
    count = len(PARCELS)
    area = shapely.area(shapes)
    written = area.copy()
    written[0] += 30
    columns = {
        "parcel_id": np.array(list(PARCELS), dtype=object),
        "sector": np.array([part[1] or None for part in PARCELS.values()], dtype=object),
        "area_m2": written,
        "frontage_m": np.full(count, 20.0),
        "depth_m": np.full(count, 30.0),
        "road_width_m": np.full(count, 15.0),
        "fronts": np.array([part[2] for part in PARCELS.values()], dtype=object),
        "side_road_width_m": np.full(count, 12.0),
        "issu_lotissement": np.array([part[3] for part in PARCELS.values()], dtype=object),
        "plan_roads_m2": np.zeros(count),
        "equipment_m2": np.zeros(count),
        "servitude_m2": np.zeros(count),
        "use": np.full(count, "housing", dtype=object),
    }
    table = FeatureTable.from_columns(columns, shapes, crs=MERCHICH_NORTH)
    layer = vector_layer("parcels", table, "Parcelles")
    return replace(layer, provenance=Provenance(year="2024"))


def _sectors():
    shapes = np.array([box(0, 0, 100, 200), box(100, 0, 200, 200)])
    table = FeatureTable.from_columns({"secteur": ["D3", "B4"]}, shapes, crs=MERCHICH_NORTH)
    schema = Schema({Role.SECTOR: "secteur"})
    origin = Provenance(year="2025")
    return VectorLayer("sectors", Title("Secteurs", "القطاعات", "Sectors"), table, schema=schema,
                       provenance=origin)  # fmt: skip


def _reserves():
    shapes = np.array([box(110, 110, 150, 150), box(160, 100, 200, 120), box(110, 180, 130, 190)])
    columns = {
        "index": ["E12", "AC3", "EC1"],
        "nature_fr": ["Enseignement", "Voie d'aménagement", "Étude de mobilité"],
        "nature_ar": ["التعليم", "طريق التهيئة", "دراسة التنقل"],
        "state": ["A CREER", "A CREER", "EXISTANT"],
    }
    table = FeatureTable.from_columns(columns, shapes, crs=MERCHICH_NORTH)
    roles = {
        Role.CONSTRAINT_INDEX: "index",
        Role.CONSTRAINT_NATURE: "nature_fr",
        Role.CONSTRAINT_NATURE_AR: "nature_ar",
        Role.CONSTRAINT_STATE: "state",
    }
    return VectorLayer("reserves", Title.plain("Réserves"), table, schema=Schema(roles))


def _heritage():
    table = FeatureTable.from_columns(
        {"index": ["B7"], "nature_fr": ["Unité bâtie notable"], "nature_ar": ["وحدة مبنية متميزة"],
         "state": ["EXISTANT"]},
        np.array([box(10, 10, 20, 20)]), crs=MERCHICH_NORTH,
    )  # fmt: skip
    roles = {
        Role.CONSTRAINT_INDEX: "index",
        Role.CONSTRAINT_NATURE: "nature_fr",
        Role.CONSTRAINT_NATURE_AR: "nature_ar",
        Role.CONSTRAINT_STATE: "state",
    }
    return VectorLayer("heritage", Title.plain("Patrimoine"), table, schema=Schema(roles))


def _streets():
    lines = np.array([shapely.LineString([(X, Y + 2), (X + 200, Y + 2)])])
    columns = {"name_fr": ["Rue des Essais"], "name_ar": ["زنقة التجارب"], "width_m": [15.0]}
    table = FeatureTable.from_columns(columns, lines, crs=MERCHICH_NORTH)
    schema = Schema({Role.NAME: "name_fr", Role.ROAD_WIDTH_M: "width_m"})
    return VectorLayer("streets", Title.plain("Voies"), table, schema=schema)
