"""Small synthetic projects for tests: ``a_project().with_parcels(9).with_scenarios(2).build()``.

Deterministic, metric (EPSG:26191), with every column that the simulation reads. No files, no Qt.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import shapely

from emadina_gis.domain.crs import MERCHICH_NORTH, UNKNOWN, Crs
from emadina_gis.domain.derived import ComputedColumn, Derivations
from emadina_gis.domain.extent import Extent
from emadina_gis.domain.layer import Layer, RasterLayer, Title, VectorLayer
from emadina_gis.domain.schema import guessed_schema
from emadina_gis.domain.style import LabelStyle, Style
from emadina_gis.domain.table import FeatureTable
from emadina_gis.project import Bookmark, Frame, Layout, Project, StoredDocument
from emadina_gis.project.formulas import SavedFormula
from emadina_gis.project.layouts import LegendContent, MapContent, Revision, TextContent
from emadina_gis.regulation import document_text_of
from emadina_gis.simulation.scenario import Scenario, SetSector

ORIGIN = (295_000.0, 328_000.0)
DOCUMENT_ID = "ain-chock-2025"
SECTORS = ("B4", "E2", "D3", "C4s", "I3", "PBC5", "E3", "B5", "D4")
LOT_M = (12.0, 25.0)
STREET_M = 12.0
COMPOSED = (
    Frame("map", 13.0, 13.0, 190.0, 200.0, MapContent(), border_mm=0.35),
    Frame("beside", 210.0, 13.0, 100.0, 100.0, MapContent(follows="map")),
    Frame("legend", 320.0, 13.0, 80.0, 60.0, LegendContent(of_map="map")),
    Frame("text", 320.0, 80.0, 80.0, 20.0, TextContent(Title.plain("{project}"))),
    Frame("held", 320.0, 120.0, 80.0, 20.0, TextContent(Title.plain("{date}")), locked=True),
)

REVISED = Layout(
    "revised",
    Title("Page révisée", "صفحة مراجعة", "Revised page"),
    frames=(Frame("new", 10.0, 230.0, 60.0, 20.0, TextContent(Title.plain("Texte"))),),
    revisions=(Revision("A", dt.date(2026, 3, 9), "Première édition", "Agence"),),
)


def lots(count: int) -> Any:
    """Return `count` rectangular lots in rows of ten, with streets between the rows."""
    index = np.arange(count)
    x = ORIGIN[0] + (index % 10) * LOT_M[0]
    y = ORIGIN[1] + (index // 10) * (LOT_M[1] + STREET_M)
    return shapely.box(x, y, x + LOT_M[0], y + LOT_M[1])


def parcel_table(count: int, *, crs: Crs = MERCHICH_NORTH, geometry: bool = True) -> FeatureTable:
    """Return `count` parcels with known widths and areas; every seventh has an unknown regime."""
    index = np.arange(count)
    regime = (index % 2 == 0).astype(object)
    regime[index % 7 == 3] = None
    floors = np.where(index % 4 == 1, 0.0, 300.0 + 20.0 * (index % 5))
    columns: dict[str, Any] = {
        "parcel_id": np.array([f"T.{18_400 + i}/C" for i in index], dtype=object),
        "sector": np.array([SECTORS[i % len(SECTORS)] for i in index], dtype=object),
        "commune": np.full(count, "06.141.01.41", dtype=object),
        "area_m2": np.full(count, LOT_M[0] * LOT_M[1]),
        "frontage_m": np.full(count, LOT_M[0]),
        "depth_m": np.full(count, LOT_M[1]),
        "road_width_m": np.where(index % 3 == 0, 20.0, STREET_M),
        "fronts": np.where(index % 10 == 0, "corner", "one").astype(object),
        "side_road_width_m": np.where(index % 10 == 0, STREET_M, np.nan),
        "issu_lotissement": regime,
        "plan_roads_m2": np.zeros(count),
        "equipment_m2": np.zeros(count),
        "servitude_m2": np.zeros(count),
        "use": np.full(count, "housing", dtype=object),
        "existing_floor_area_m2": floors,
        "existing_dwellings": np.round(floors / 100),
        "existing_population": np.round(floors / 100) * 4,
        "land_state": np.where(floors > 0, "built", "free").astype(object),
        "block_id": np.array([f"Q{i // 10:03d}" for i in index], dtype=object),
    }
    return FeatureTable.from_columns(columns, lots(count) if geometry else None, crs=crs)


def street_table(count: int = 3) -> FeatureTable:
    """Return `count` streets with names and widths."""
    y = ORIGIN[1] - STREET_M / 2 + np.arange(count) * (LOT_M[1] + STREET_M)
    lines = [shapely.LineString([(ORIGIN[0], v), (ORIGIN[0] + 120, v)]) for v in y]
    columns = {
        "name_fr": [f"Rue {number}" for number in range(1, count + 1)],
        "name_ar": [f"الزنقة {number}" for number in range(1, count + 1)],
        "width_m": np.full(count, STREET_M),
    }
    return FeatureTable.from_columns(columns, np.array(lines), crs=MERCHICH_NORTH)


def stop_table(count: int = 4) -> FeatureTable:
    """Return `count` transit stops."""
    x = ORIGIN[0] + 40.0 * np.arange(count)
    points = shapely.points(x, np.full(count, ORIGIN[1] - 6.0))
    return FeatureTable.from_columns(
        {"name": [f"Station {n}" for n in range(count)]}, points, crs=MERCHICH_NORTH
    )


def vector_layer(layer_id: str, table: FeatureTable, name: str = "") -> VectorLayer:
    """Return a layer of a table with the roles that its names give away."""
    title = Title.plain(name or layer_id)
    return VectorLayer(layer_id, title, table, schema=guessed_schema(table.names))


def raster_layer(layer_id: str = "relief") -> RasterLayer:
    """Return a raster layer whose file is not there."""
    x, y = ORIGIN
    extent = Extent(x, y, x + 120, y + 90)
    return RasterLayer(layer_id, Title.plain(layer_id), "relief.tif", MERCHICH_NORTH, extent, 12, 9)


@dataclass(frozen=True)
class ProjectBuilder:
    """A project in the making; each ``with_`` gives another builder."""

    layers: tuple[Layer, ...] = ()
    scenarios: tuple[Scenario, ...] = (Scenario("reference", ""),)
    document_id: str = DOCUMENT_ID
    parcels_id: str = ""
    crs: Crs = UNKNOWN
    layouts: tuple[Layout, ...] = ()
    bookmarks: tuple[Bookmark, ...] = ()
    coefficients: tuple[tuple[str, float], ...] = ()
    documents: tuple[StoredDocument, ...] = ()
    title: Title = field(default_factory=lambda: Title("Essai", "تجربة", "Trial"))

    def with_layer(self, layer: Layer) -> ProjectBuilder:
        """Add a layer on top."""
        crs = self.crs if self.crs.is_known else layer.crs
        return replace(self, layers=(layer, *self.layers), crs=crs)

    def with_parcels(self, count: int = 9, *, layer_id: str = "parcels") -> ProjectBuilder:
        """Add a parcel layer and make it the one of the simulation."""
        layer = vector_layer(layer_id, parcel_table(count), "Parcelles")
        return replace(self.with_layer(layer), parcels_id=layer_id)

    def with_streets(self, count: int = 3) -> ProjectBuilder:
        """Add a layer of lines."""
        return self.with_layer(vector_layer("streets", street_table(count), "Voies"))

    def with_stops(self, count: int = 4) -> ProjectBuilder:
        """Add a layer of points."""
        return self.with_layer(vector_layer("stops", stop_table(count), "Stations"))

    def with_raster(self) -> ProjectBuilder:
        """Add a raster layer."""
        return self.with_layer(raster_layer())

    def with_scenarios(self, count: int) -> ProjectBuilder:
        """Add scenarios; the n-th puts the parcels with row ids below n into sector B5."""
        made = tuple(
            Scenario(f"s{n}", f"Scénario {n}", (SetSector(tuple(range(n)), "B5"),))
            for n in range(1, count + 1)
        )
        return replace(self, scenarios=(*self.scenarios, *made))

    def with_layout(self, layout_id: str = "planche") -> ProjectBuilder:
        """Add a sheet."""
        layout = Layout(layout_id, Title("Planche", "لوحة", "Sheet"))
        return replace(self, layouts=(*self.layouts, layout))

    def with_composed(self, layout_id: str = "composed") -> ProjectBuilder:
        """Add an A3 sheet with two maps, a legend and texts, and one with a revision."""
        title = Title("Page composée", "صفحة مركبة", "Composed page")
        layout = Layout(layout_id, title, frames=COMPOSED)
        return replace(self, layouts=(*self.layouts, layout, REVISED))

    def with_bookmark(self, name: str = "Centre") -> ProjectBuilder:
        """Add a bookmark."""
        return replace(self, bookmarks=(*self.bookmarks, Bookmark(name, *ORIGIN, 0.5)))

    def with_document(self, document_id: str) -> ProjectBuilder:
        """Choose a planning document."""
        return replace(self, document_id=document_id)

    def with_own_document(self, document_id: str = "own") -> ProjectBuilder:
        """Keep a copy of the shipped document in the project."""
        stored = StoredDocument(document_id, document_text_of(DOCUMENT_ID))
        return replace(self, documents=(*self.documents, stored))

    def build(self) -> Project:
        """Return the project."""
        return Project(
            id="test-project",
            title=self.title,
            crs=self.crs,
            layers=self.layers,
            document_id=self.document_id,
            parcels_id=self.parcels_id,
            scenarios=self.scenarios,
            layouts=self.layouts,
            bookmarks=self.bookmarks,
            coefficients=self.coefficients,
            documents=self.documents,
        )


def a_project() -> ProjectBuilder:
    """Start an empty project with a reference scenario."""
    return ProjectBuilder()


def a_full_project(parcels: int = 9) -> Project:
    """Return a project with one of everything."""
    made = a_project().with_raster().with_parcels(parcels).with_streets().with_stops()
    made = made.with_scenarios(2).with_layout().with_composed()
    made = made.with_bookmark().with_bookmark("Gare")
    kept = (SavedFormula("Grandes", "parcels", "area_m2 > 500"),)
    project = with_named_stops(made.with_own_document().build())
    return with_half_widths(replace(project, formulas=kept))


def with_named_stops(project: Project) -> Project:
    """Return the project with the names of its stops on the map."""
    stops = project.vector_layer("stops")
    return project.with_layer(replace(stops, style=Style(label=LabelStyle("name"))))


def with_half_widths(project: Project) -> Project:
    """Return the project with a computed column on its streets: half of their width."""
    streets = project.vector_layer("streets")
    table = streets.table.with_column("half_m", streets.table.numbers("width_m") / 2)
    derived = Derivations((ComputedColumn("half_m", "width_m / 2"),))
    return project.with_layer(replace(streets, table=table, derived=derived))
