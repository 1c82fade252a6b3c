"""Projects for the tests of this room: one of everything that a tree can hold."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import shapely

from emadina_gis.domain.crs import MERCHICH_NORTH
from emadina_gis.domain.extent import Extent
from emadina_gis.domain.layer import (
    Diffusion,
    FieldLabel,
    Layer,
    Provenance,
    RasterLayer,
    Source,
    VectorLayer,
)
from emadina_gis.domain.schema import Role, Schema
from emadina_gis.domain.style import (
    Categorized,
    Category,
    Graduated,
    LabelStyle,
    RasterStyle,
    Style,
)
from emadina_gis.domain.table import FeatureTable
from emadina_gis.domain.title import Title
from emadina_gis.errors import Problem, Severity
from emadina_gis.project import Bookmark, Layout, Project
from emadina_gis.simulation.scenario import Scenario, SetRegime, SetSector, SetSectorValue


def parcels_table(count: int = 20, seed: int = 0) -> FeatureTable:
    """Return squares in the Casablanca region with a column of every type and missing values."""
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(290_000, 298_000, count), rng.uniform(325_000, 334_000, count)
    shapes = shapely.box(x, y, x + 20, y + 25)
    if count > 3:
        shapes[1] = None
        shapes[2] = shapely.MultiPolygon([shapes[2], shapely.box(0, 0, 5, 5)])
        shapes[3] = shapely.box(0, 0, 9, 9) - shapely.box(2, 2, 3, 3)
    missing = rng.random(count) < 0.2

    def gaps(values: list) -> list:
        return [None if gap else value for gap, value in zip(missing, values, strict=True)]

    return FeatureTable.from_columns(
        {
            "titre": [f"T.{i}/C" for i in range(count)],
            "الاسم": gaps([f"قطعة {i}" for i in range(count)]),
            "surface": pa.array(gaps(rng.uniform(80, 900, count).tolist()), pa.float64()),
            "étages": pa.array(gaps(rng.integers(0, 9, count).tolist()), pa.int64()),
            "lotissement": pa.array(gaps([bool(i % 2) for i in range(count)]), pa.bool_()),
            "décision": pa.array(gaps([date(2025, 2, 1 + i % 27) for i in range(count)])),
            "relevé": pa.array(gaps([datetime(2025, 1, 1, i % 23, 5) for i in range(count)])),
        },
        shapes,
        crs=MERCHICH_NORTH,
    )


def full_project(count: int = 20, raster: Path | None = None) -> Project:
    """Return a project with a layer of each kind, styles, scenarios, layouts and bookmarks."""
    table = parcels_table(count)
    parcels = VectorLayer(
        "parcels",
        Title("Parcelles", "القطع الأرضية", "Parcels"),
        table,
        Style(
            Categorized("titre", (Category("T.1/C", "#aabbcc"), Category(None, "#ffffff", "?"))),
            LabelStyle("titre", second_field="الاسم"),
        ),
        Schema({Role.PARCEL_ID: "titre", Role.AREA_M2: "surface"}),
        provenance=Provenance("AUC", "2025", credit=Title.plain("©"), synthetic=True),
        source=Source("/data/parcelles.shp", "parcelles", "cp1256", "abc"),
        diffusion=Diffusion.RESTRICTED,
        problems=(Problem("geometry.missing", Severity.WARNING, "parcels", 1, {"a": 1.5}),),
        fields=(("surface", FieldLabel(Title.plain("Surface"), "m2", 1)),),
    )
    taken = VectorLayer(
        "taken",
        Title.plain("Reste"),
        table.take(np.arange(0, count, 3)),
        Style(Graduated("surface", (0.0, 100.0, float("inf")), ("#000000", "#ffffff"))),
        opacity=0.4,
        visible=False,
    )
    layers: tuple[Layer, ...] = (parcels, taken)
    if raster is not None:
        picture = RasterLayer(
            "raster", Title.plain("Densité"), str(raster), MERCHICH_NORTH,
            Extent(0.0, 0.0, 1.0, 1.0), 10, 12, RasterStyle(((0.0, "#000000"), (1.0, "#ff0000"))),
        )  # fmt: skip
        layers = (*layers, picture)
    scenario = Scenario(
        "tram",
        "Tramway",
        (SetSector((1, 2, 3), "D3"), SetSectorValue("D3", "cos", 0.9), SetRegime((4,), None)),
    )
    return Project(
        "p1",
        Title("Région", "الجهة", "Region"),
        MERCHICH_NORTH,
        layers,
        "ain-chock-2025",
        "parcels",
        (Scenario("reference", ""), scenario),
        layouts=(Layout("a3", Title.plain("Planche"), center=(294_000.0, 330_000.0)),),
        bookmarks=(Bookmark("Aïn Chock", 294_000.0, 330_000.0, 5.0),),
        coefficients=(("people_per_dwelling", 3.8),),
    )
