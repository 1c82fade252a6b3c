"""One good example and the refusals of every command, on `a_full_project`."""

from __future__ import annotations

import numpy as np

from emadina_gis.domain.crs import WGS84
from emadina_gis.domain.extent import Extent
from emadina_gis.domain.layer import Diffusion, Title
from emadina_gis.domain.schema import Role, Schema
from emadina_gis.domain.style import LabelStyle, RasterStyle, Single, Style, Symbol
from emadina_gis.project import Bookmark, Layout
from emadina_gis.session import commands as c
from tests.builders import parcel_table, street_table, vector_layer

RED = Style(Single(Symbol("#ff0000")))
SHEET = Layout("a0", Title.plain("Grande planche"), scale=2_000)

GOOD = (
    c.AddLayers((vector_layer("new", street_table(2)),)),
    c.RemoveLayer("streets"),
    c.MoveLayer("parcels", 0),
    c.RenameLayer("parcels", "Cadastre"),
    c.SetLayerVisible("parcels", visible=False),
    c.SetLayerOpacity("parcels", 0.5),
    c.SetDiffusion("parcels", Diffusion.PUBLIC),
    c.AssignCrs("parcels", WGS84),
    c.ReplaceTable("parcels", parcel_table(12)),
    c.SetLayerStyle("parcels", RED),
    c.SetRasterStyle("relief", RasterStyle(((0.0, "#000000"), (9.0, "#ffffff")))),
    c.SetLabels("parcels", LabelStyle("sector")),
    c.Relink("relief", "/ailleurs/relief.tif", "f", Extent(0.0, 0.0, 9.0, 9.0), 3, 3),
    c.Relink("parcels", "/ailleurs/parcelles.gpkg", "f"),
    c.SetLayerRoles("parcels", Schema({Role.SECTOR: "sector"})),
    c.SetFieldValue("parcels", "sector", (1, 2), "B5"),
    c.AddField("parcels", "density", np.arange(9.0)),
    c.RemoveField("parcels", "use"),
    c.SetProjectTitle("Révision du plan"),
    c.SetProjectCrs(WGS84),
    c.SetDocument("another-document"),
    c.SetParcelsLayer("streets"),
    c.SetCoefficient("household_size", 3.6),
    c.SetLayout(SHEET),
    c.RemoveLayout("planche"),
    c.AddBookmark(Bookmark("Gare", 1.0, 2.0, 0.5)),
    c.RemoveBookmark("Centre"),
    c.AddScenario("Densité douce", scenario_id="s9"),
    c.CopyScenario("s1", "Variante", scenario_id="s8"),
    c.RemoveScenario("s2"),
    c.RenameScenario("s1", "Bd Al Qods : D3 → B4"),
    c.SetNotes("s1", "à discuter"),
    c.SetReference("s1"),
    c.ChangeSector("s1", (3, 4), "B4"),
    c.SetRegime("s1", (3,), lot=True),
    c.SetSectorValue("s1", "D3", "floor_ratio", 0.9),
    c.RemoveChange("s1", 0),
)

REFUSED = (
    (c.AddLayers((vector_layer("parcels", street_table(1)),)), "command.layer-exists"),
    (c.AddLayers((vector_layer("x", street_table(1)),) * 2), "command.layer-exists"),
    (c.RemoveLayer("nope"), "project.no-layer"),
    (c.Relink("nope", "/x.tif"), "project.no-layer"),
    (c.Relink("relief", "/x.gpkg"), "command.not-raster-file"),
    (c.MoveLayer("nope", 0), "project.no-layer"),
    (c.RenameLayer("parcels", "  "), "command.empty-name"),
    (c.SetLayerVisible("nope", visible=False), "project.no-layer"),
    (c.SetLayerOpacity("parcels", 1.2), "command.opacity"),
    (c.SetLayerOpacity("parcels", float("nan")), "command.opacity"),
    (c.SetDiffusion("nope", Diffusion.PUBLIC), "project.no-layer"),
    (c.AssignCrs("nope", WGS84), "project.no-layer"),
    (c.ReplaceTable("relief", parcel_table(1)), "project.not-vector"),
    (c.SetLayerStyle("relief", RED), "project.not-vector"),
    (c.SetRasterStyle("parcels", RasterStyle()), "command.not-raster"),
    (c.SetLabels("relief", None), "project.not-vector"),
    (c.SetLayerRoles("parcels", Schema({Role.SECTOR: "zone"})), "command.no-column"),
    (c.SetFieldValue("parcels", "zone", (1,), "B5"), "command.no-column"),
    (c.SetFieldValue("parcels", "sector", (99,), "B5"), "command.no-row"),
    (c.SetFieldValue("parcels", "area_m2", (1,), "vaste"), "command.value-kind"),
    (c.AddField("parcels", "sector", np.arange(9.0)), "command.column-exists"),
    (c.AddField("parcels", " ", np.arange(9.0)), "command.empty-name"),
    (c.AddField("parcels", "x", np.arange(4.0)), "command.row-count"),
    (c.RemoveField("parcels", "zone"), "command.no-column"),
    (c.SetProjectTitle(" "), "command.empty-name"),
    (c.SetParcelsLayer("relief"), "project.not-vector"),
    (c.SetCoefficient("household_size", float("inf")), "command.not-a-number"),
    (c.SetLayout(Layout("a0", Title.plain("x"), scale=-1)), "command.scale"),
    (c.RemoveLayout("nope"), "project.no-layout"),
    (c.AddBookmark(Bookmark(" ", 0.0, 0.0, 1.0)), "command.empty-name"),
    (c.RemoveBookmark("nope"), "command.no-bookmark"),
    (c.AddScenario("Scénario 1"), "command.scenario-exists"),
    (c.AddScenario("Autre", scenario_id="s1"), "command.scenario-exists"),
    (c.AddScenario(" "), "command.empty-name"),
    (c.CopyScenario("nope", "x"), "project.no-scenario"),
    (c.CopyScenario("s1", "Autre", scenario_id="s2"), "command.scenario-exists"),
    (c.RemoveScenario("reference"), "command.reference-stays"),
    (c.RenameScenario("s1", "Scénario 2"), "command.scenario-exists"),
    (c.SetNotes("nope", "x"), "project.no-scenario"),
    (c.SetReference("nope"), "project.no-scenario"),
    (c.ChangeSector("nope", (1,), "B4"), "project.no-scenario"),
    (c.ChangeSector("s1", (), "B4"), "command.no-selection"),
    (c.ChangeSector("s1", (99,), "B4"), "command.no-row"),
    (c.ChangeSector("s1", (1,), " "), "command.empty-name"),
    (c.SetRegime("s1", (99,), lot=True), "command.no-row"),
    (c.SetSectorValue("s1", "D3", "floor_ratio", float("nan")), "command.not-a-number"),
    (c.SetSectorValue("nope", "D3", "floor_ratio", 1.0), "project.no-scenario"),
    (c.RemoveChange("s1", 5), "command.no-change"),
)
