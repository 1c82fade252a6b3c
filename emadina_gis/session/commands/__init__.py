"""The commands: everything a person can change in a project, one module per family."""

from __future__ import annotations

from emadina_gis.session.commands.fields import AddField, RemoveField, SetFieldValue, SetLayerRoles
from emadina_gis.session.commands.geometry import RepairGeometry
from emadina_gis.session.commands.land_changes import AddChange, ReplaceChange, SetChanges
from emadina_gis.session.commands.layers import (
    AddLayers,
    AssignCrs,
    MoveLayer,
    RemoveLayer,
    RenameLayer,
    ReplaceTable,
    SetDiffusion,
    SetLayerOpacity,
    SetLayerVisible,
)
from emadina_gis.session.commands.placing import (
    DeclareNodata,
    GeoreferenceRaster,
    PlaceLayer,
    PlaceLayers,
)
from emadina_gis.session.commands.project import (
    SetCoefficient,
    SetDocument,
    SetParcelsLayer,
    SetProjectCrs,
    SetProjectTitle,
)
from emadina_gis.session.commands.regulation import (
    AddDocument,
    EditDocument,
    RemoveDocument,
    SetStudyDocument,
)
from emadina_gis.session.commands.scenarios import (
    AddScenario,
    BranchScenario,
    ChangeSector,
    CopyScenario,
    ImportScenario,
    RemoveChange,
    RemoveScenario,
    RenameScenario,
    SetAuthor,
    SetNotes,
    SetReference,
    SetRegime,
    SetSectorValue,
)
from emadina_gis.session.commands.sheets import AddBookmark, RemoveBookmark, RemoveLayout, SetLayout
from emadina_gis.session.commands.sources import Relink
from emadina_gis.session.commands.styles import SetLabels, SetLayerStyle, SetRasterStyle

__all__ = [
    "AddBookmark",
    "AddChange",
    "AddDocument",
    "AddField",
    "AddLayers",
    "AddScenario",
    "AssignCrs",
    "BranchScenario",
    "ChangeSector",
    "CopyScenario",
    "DeclareNodata",
    "EditDocument",
    "GeoreferenceRaster",
    "ImportScenario",
    "MoveLayer",
    "PlaceLayer",
    "PlaceLayers",
    "Relink",
    "RemoveBookmark",
    "RemoveChange",
    "RemoveDocument",
    "RemoveField",
    "RemoveLayer",
    "RemoveLayout",
    "RemoveScenario",
    "RenameLayer",
    "RenameScenario",
    "RepairGeometry",
    "ReplaceChange",
    "ReplaceTable",
    "SetAuthor",
    "SetChanges",
    "SetCoefficient",
    "SetDiffusion",
    "SetDocument",
    "SetFieldValue",
    "SetLabels",
    "SetLayerOpacity",
    "SetLayerRoles",
    "SetLayerStyle",
    "SetLayerVisible",
    "SetLayout",
    "SetNotes",
    "SetParcelsLayer",
    "SetProjectCrs",
    "SetProjectTitle",
    "SetRasterStyle",
    "SetReference",
    "SetRegime",
    "SetSectorValue",
    "SetStudyDocument",
]
