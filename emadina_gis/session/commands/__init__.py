"""The commands: everything a person can change in a project, one module per family."""

from __future__ import annotations

from emadina_gis.session.commands.fields import AddField, RemoveField, SetFieldValue, SetLayerRoles
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
from emadina_gis.session.commands.project import (
    SetCoefficient,
    SetDocument,
    SetParcelsLayer,
    SetProjectCrs,
    SetProjectTitle,
)
from emadina_gis.session.commands.scenarios import (
    AddScenario,
    ChangeSector,
    CopyScenario,
    RemoveChange,
    RemoveScenario,
    RenameScenario,
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
    "AddField",
    "AddLayers",
    "AddScenario",
    "AssignCrs",
    "ChangeSector",
    "CopyScenario",
    "MoveLayer",
    "Relink",
    "RemoveBookmark",
    "RemoveChange",
    "RemoveField",
    "RemoveLayer",
    "RemoveLayout",
    "RemoveScenario",
    "RenameLayer",
    "RenameScenario",
    "ReplaceTable",
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
]
