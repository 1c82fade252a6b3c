"""One good example and the refusals of every command, on `a_full_project`."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from emadina_gis.domain.column import column_of
from emadina_gis.domain.crs import MERCHICH_NORTH, WGS84
from emadina_gis.domain.derived import ColumnView, JoinedColumn, LayerJoin
from emadina_gis.domain.extent import Extent
from emadina_gis.domain.layer import Diffusion, FieldLabel, Title
from emadina_gis.domain.placement import Placement, of_affine
from emadina_gis.domain.schema import Role, Schema
from emadina_gis.domain.style import LabelStyle, RasterStyle, Single, Style, Symbol
from emadina_gis.project import Bookmark, Layout
from emadina_gis.regulation import document_text_of
from emadina_gis.session import commands as c
from emadina_gis.simulation import changes
from emadina_gis.simulation.drawn import Drawn
from emadina_gis.simulation.scenario import Scenario
from tests.builders import lots, parcel_table, street_table, vector_layer
from tests.unit.session.layout_examples import LAYOUTS_GOOD, LAYOUTS_REFUSED

RED = Style(Single(Symbol("#ff0000")))
#: The width of the street of each parcel's use: nothing meets, which is a join all the same.
WIDTHS = LayerJoin("w", "streets", "use", "name_fr", (JoinedColumn("width_m", "street_m"),))
AREA = Drawn("Polygon", (((0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 0.0)),), "EPSG:26191")
AXIS = Drawn("LineString", ((0.0, 0.0), (90.0, 0.0)), "EPSG:26191")
READ = Scenario("x", "Scénario 1", (changes.SetSector((1,), "B5"),), "notes", "agence")
#: One change of each kind.
CHANGES = (
    changes.SetSector((3, 4), "B4", AREA),
    changes.SetSectorValue("D3", "floor_ratio", 0.9),
    changes.SetRegime((3,), None),
    changes.AddReservation(((3, 120.0), (4, 30.5)), "E122", "école", AREA),
    changes.LiftReservation(((3, 120.0),), "B4", "E122", AREA),
    changes.AddServitude(((5, 40.0),), "ligne à haute tension", AREA),
    changes.LiftServitude(((5, 40.0),), "B4", "ligne à haute tension"),
    changes.AddRoad(AXIS, 20.0, ((1, 36.0),), ((1, 20.0), (2, 20.0)), "AC 12"),
    changes.AddTransitLine(AXIS, "tramway", 7.0, ((1, 20.0),), None, 500.0, "T5"),
    changes.ProtectLand(((6, 300.0),), "arbres", AREA),
    changes.Derogation((7,), (("levels", 6.0),), "n° 12/2026", "2026-03-31", "parking public"),
    changes.GrantBonus((8,), "social_mix", 0.05, (("social_share", 0.5),)),
)
PLACED = Placement(of_affine(1.0, 0.0, 290_000.0, 0.0, 1.0, 330_000.0), MERCHICH_NORTH)
TEXT = document_text_of("ain-chock-2025")
SHEET = Layout("a0", Title.plain("Grande planche"), scale=2_000)
NINE = parcel_table(9).geometry or ()
MOVED = (np.array([2]), lots(12)[11:])

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
    c.RepairGeometry("parcels", NINE, parcel_table(9).with_geometries(*MOVED).geometry or (), 1),
    c.SetLayerStyle("parcels", RED),
    c.SetRasterStyle("relief", RasterStyle(((0.0, "#000000"), (9.0, "#ffffff")))),
    c.SetLabels("parcels", LabelStyle("sector")),
    c.RaiseLabel("stops", 1),
    c.LabelOnly("stops", (0, 1)),
    c.PlaceLayer("parcels", parcel_table(9), PLACED),
    c.PlaceLayers((c.PlaceLayer("parcels", parcel_table(9), PLACED),)),
    c.GeoreferenceRaster("relief", PLACED, Extent(0.0, 0.0, 9.0, 9.0)),
    c.DeclareNodata("relief", -9999.0),
    c.Relink("relief", "/ailleurs/relief.tif", "f", Extent(0.0, 0.0, 9.0, 9.0), 3, 3),
    c.Relink("parcels", "/ailleurs/parcelles.gpkg", "f"),
    c.SetLayerRoles("parcels", Schema({Role.SECTOR: "sector"})),
    c.SetFieldValue("parcels", "sector", (1, 2), "B5"),
    c.AddField("parcels", "density", np.arange(9.0)),
    c.RemoveField("parcels", "use"),
    c.EditCells("parcels", [1, 2], (("sector", ["B5", None]), ("area_m2", [120.5, 99.0]))),
    c.SetFormula("parcels", "twice", "area_m2 * 2", FieldLabel(Title.plain("Double"), "m2")),
    c.AddJoin("parcels", WIDTHS),
    c.AddFields("parcels", (("note", column_of(["x"] * 9)),)),
    c.RenameField("streets", "width_m", "largeur"),
    c.FreezeField("streets", "half_m"),
    c.SetFieldLabel("parcels", "area_m2", FieldLabel(Title.plain("Surface"), "m2", 1)),
    c.SetColumnView("parcels", ColumnView(("sector",), ("use",), (("sector", 90),), True)),
    c.SetProjectTitle("Révision du plan"),
    c.SetProjectCrs(WGS84),
    c.SetDocument("another-document"),
    c.AddDocument("version-2", TEXT),
    c.EditDocument("ain-chock-2025", TEXT + "# lu une fois de plus"),
    c.RemoveDocument("own"),
    c.SetStudyDocument("own"),
    c.SetParcelsLayer("streets"),
    c.SetCoefficient("household_size", 3.6),
    c.SetLayout(SHEET),
    c.RemoveLayout("planche"),
    *LAYOUTS_GOOD,
    c.AddBookmark(Bookmark("Gare", 1.0, 2.0, 0.5)),
    c.RemoveBookmark("Centre"),
    c.RenameBookmark("Centre", "Place des Nations Unies"),
    c.MoveBookmark("Centre", 1),
    c.ShowLayers(("parcels",)),
    c.SaveFormula("parcels", "Petites", "area_m2 < 0,5 ha"),
    c.RemoveFormula("parcels", "Grandes"),
    c.AddScenario("Densité douce", scenario_id="s9"),
    c.CopyScenario("s1", "Variante", scenario_id="s8"),
    c.BranchScenario("s1", "Branche", "A. B.", scenario_id="s7"),
    c.ImportScenario(READ, scenario_id="s6"),
    c.RemoveScenario("s2"),
    c.RenameScenario("s1", "Bd Al Qods : D3 → B4"),
    c.SetNotes("s1", "à discuter"),
    c.SetAuthor("s1", "Agence"),
    c.SetReference("s1"),
    c.ChangeSector("s1", (3, 4), "B4"),
    c.SetRegime("s1", (3,), lot=True),
    c.SetSectorValue("s1", "D3", "floor_ratio", 0.9),
    c.RemoveChange("s1", 0),
    *(c.AddChange("s1", change) for change in CHANGES),
    c.ReplaceChange("s1", 0, CHANGES[3]),
    c.SetChanges("s1", CHANGES[2:5]),
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
    (c.RepairGeometry("parcels", NINE[:0], NINE, 1), "command.geometry-changed"),
    (c.RepairGeometry("relief", NINE, NINE, 1), "project.not-vector"),
    (c.SetLayerStyle("relief", RED), "project.not-vector"),
    (c.RaiseLabel("parcels", 1), "command.no-labels"),
    (c.LabelOnly("parcels", None), "command.no-labels"),
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
    (c.RemoveField("streets", "width_m"), "command.column-in-use"),
    (c.EditCells("parcels", [1], (("zone", ["B5"]),)), "command.no-column"),
    (c.EditCells("parcels", [1, 1], (("sector", ["B5", "B6"]),)), "command.no-row"),
    (c.EditCells("parcels", [1], (("area_m2", ["vaste"]),)), "command.value-kind"),
    (c.EditCells("parcels", [1], (("area_m2", [1.0, 2.0]),)), "command.row-count"),
    (c.EditCells("streets", [1], (("half_m", [1.0]),)), "command.derived-column"),
    (c.SetFieldValue("streets", "half_m", (1,), 2.0), "command.derived-column"),
    (c.SetFormula("parcels", "sector", "area_m2"), "command.column-exists"),
    (c.SetFormula("streets", "half_m", "half_m + 1"), "command.circle"),
    (c.SetFormula("parcels", "x", "area_m2 +"), "command.derive"),
    (c.SetFormula("parcels", "x", "nothing + 1"), "command.derive"),
    (c.AddJoin("parcels", replace(WIDTHS, key="zone")), "command.derive"),
    (c.RenameField("streets", "nope", "largeur"), "command.no-column"),
    (c.RenameField("streets", "width_m", " "), "command.empty-name"),
    (c.RenameField("streets", "width_m", "half_m"), "command.column-exists"),
    (c.FreezeField("parcels", "area_m2"), "command.not-derived"),
    (c.AddFields("parcels", (("x", column_of([1.0])),)), "command.row-count"),
    (c.AddJoin("parcels", replace(WIDTHS, columns=())), "command.no-selection"),
    (c.SetFieldLabel("parcels", "zone", FieldLabel(Title.plain("x"))), "command.no-column"),
    (c.SetFieldLabel("parcels", "sector", FieldLabel(Title.plain(" "))), "command.empty-name"),
    (c.SetColumnView("nope", ColumnView()), "project.no-layer"),
    (c.SetProjectTitle(" "), "command.empty-name"),
    (c.AddDocument("own", TEXT), "command.document-taken"),
    (c.EditDocument("nope", TEXT), "command.no-document"),
    (c.RemoveDocument("ain-chock-2025"), "command.no-document"),
    (c.SetStudyDocument("nope"), "command.no-document"),
    (c.SetStudyDocument("ain-chock-2025"), "command.study-same"),
    (c.SetParcelsLayer("relief"), "project.not-vector"),
    (c.SetCoefficient("household_size", float("inf")), "command.not-a-number"),
    (c.SetLayout(Layout("a0", Title.plain("x"), scale=-1)), "command.scale"),
    (c.RemoveLayout("nope"), "project.no-layout"),
    *LAYOUTS_REFUSED,
    (c.AddBookmark(Bookmark(" ", 0.0, 0.0, 1.0)), "command.empty-name"),
    (c.RemoveBookmark("nope"), "command.no-bookmark"),
    (c.SaveFormula("parcels", " ", "lot"), "command.empty-name"),
    (c.RemoveFormula("parcels", "nope"), "command.no-formula"),
    (c.RenameBookmark("Centre", " "), "command.empty-name"),
    (c.RenameBookmark("Centre", "Gare"), "command.bookmark-exists"),
    (c.MoveBookmark("nope", 0), "command.no-bookmark"),
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
    (c.BranchScenario("nope", "x"), "project.no-scenario"),
    (c.BranchScenario("s1", "Scénario 2"), "command.scenario-exists"),
    (c.BranchScenario("s1", "x", scenario_id="s2"), "command.scenario-exists"),
    (c.ImportScenario(Scenario("x", " ")), "command.empty-name"),
    (c.ImportScenario(READ, scenario_id="s2"), "command.scenario-exists"),
    (c.SetAuthor("nope", "x"), "project.no-scenario"),
    (c.AddChange("nope", CHANGES[0]), "project.no-scenario"),
    (c.AddChange("s1", changes.AddReservation(())), "command.no-selection"),
    (c.AddChange("s1", changes.ProtectLand(((99, 1.0),))), "command.no-row"),
    (c.AddChange("s1", changes.SetSector((1,), " ")), "command.empty-name"),
    (c.AddChange("s1", changes.Derogation((1,), ())), "command.no-value"),
    (c.AddChange("s1", changes.Derogation((1,), (("moon", 1.0),))), "command.granted-value"),
    (c.AddChange("s1", changes.Derogation((1,), (("coverage", 2.0),))), "command.granted-value"),
    (c.AddChange("s1", changes.GrantBonus((1,), "energy", float("nan"))), "command.not-a-number"),
    (c.AddChange("s1", changes.GrantBonus((1,), "energy", 0.0)), "command.bonus-share"),
    (c.ReplaceChange("s1", 3, CHANGES[0]), "command.no-change"),
    (c.SetChanges("nope", CHANGES), "project.no-scenario"),
)
