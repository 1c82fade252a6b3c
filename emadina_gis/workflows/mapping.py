"""From a project to what a map draws: scenes with outcome columns and opened rasters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emadina_gis.render.derived import DerivedCache
from emadina_gis.render.scene import NO_COLUMNS, Scene, build_scene
from emadina_gis.workflows.rasters import rasters_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from emadina_gis.domain.column import Column
    from emadina_gis.project import Project


def scene_of(
    project: Project,
    *,
    columns: Mapping[str, Mapping[str, Column]] = NO_COLUMNS,
    cache: DerivedCache | None = None,
) -> Scene:
    """Return the scene of a project's visible layers.

    Parameters
    ----------
    columns : Mapping
        Layer id → outcome columns on that layer's rows.
    cache : DerivedCache, optional
        Keep one for the life of a window.
    """
    return build_scene(
        project,
        cache=DerivedCache() if cache is None else cache,
        columns=columns,
        rasters=rasters_of(project),
    )
