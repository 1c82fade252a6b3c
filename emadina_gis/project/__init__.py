"""``Project``: the frozen tree of everything that is saved."""

from __future__ import annotations

from emadina_gis.project.layouts import Frame, Layout, PageFormat
from emadina_gis.project.model import (
    SCHEMA_VERSION,
    Bookmark,
    Project,
    StoredDocument,
    empty_project,
)

__all__ = [
    "SCHEMA_VERSION",
    "Bookmark",
    "Frame",
    "Layout",
    "PageFormat",
    "Project",
    "StoredDocument",
    "empty_project",
]
