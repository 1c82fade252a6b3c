"""How exactly layers in another system lie on the map: what PROJ states of each transformation."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from emadina_gis.app.models.places import crs_title
from emadina_gis.domain.crs import WGS84, area_of, grid_needed, transformation
from emadina_gis.errors import CrsError

if TYPE_CHECKING:
    from emadina_gis.domain.crs import Crs
    from emadina_gis.domain.layer import Layer
    from emadina_gis.project import Project
    from emadina_gis.words import Words


def accuracy_text(layer: Layer, crs: Crs, words: Words) -> str:
    """Return how exactly a layer lies on a map in a system, as one line."""
    if not (layer.crs.is_known and crs.is_known):
        return words.text("accuracy.unknown")
    if layer.crs == crs:
        return words.text("accuracy.exact")
    try:
        way = transformation(layer.crs, crs, area_of(layer.extent, layer.crs, crs))
    except CrsError:
        grid = grid_needed(layer.crs, crs)
        return words.text("accuracy.only-grid", grid=grid) if grid else words.text("accuracy.none")
    names = {"source": crs_title(layer.crs, words), "target": crs_title(crs, words)}
    if way.accuracy_m == 0:
        return words.text("accuracy.same-datum")
    if way.accuracy_m is None:
        about = words.text("accuracy.unstated", **names)
    else:
        about = words.text("accuracy.about", accuracy=metres_text(way.accuracy_m, words), **names)
    if way.missing_grid:
        return words.text("accuracy.grid", about=about, grid=way.missing_grid)
    return about


def metres_text(accuracy_m: float, words: Words) -> str:
    """Return an accuracy in metres, or in centimetres' precision where it is finer."""
    return words.quantity(accuracy_m, "m", 0 if accuracy_m >= 1 else 2)


def worst_accuracy_m(project: Project) -> float | None:
    """Return the coarsest accuracy of the visible layers; None where none is stated or needed."""
    found = [_stated_m(layer, project.crs) for layer in project.layers if layer.visible]
    return max((value for value in found if value), default=None)


def prepare(project: Project, crs: Crs) -> None:
    """Find the operations that lead to a system: PROJ takes a tenth of a second for each.

    For a thread; they are at hand afterwards.
    """
    for layer in project.layers:
        if layer.crs.is_known and crs.is_known:
            _stated_m(layer, crs)
    for source in {project.crs, WGS84}:
        if source.is_known and crs.is_known and source != crs:
            for pair in ((source, crs), (crs, source)):
                with suppress(CrsError):
                    transformation(*pair)


def elsewhere(project: Project) -> tuple[Layer, ...]:
    """Return the layers that are in another system than the map, known ones."""
    if not project.crs.is_known:
        return ()
    return tuple(x for x in project.layers if x.crs.is_known and x.crs != project.crs)


def _stated_m(layer: Layer, crs: Crs) -> float | None:
    if layer.crs == crs or not (layer.crs.is_known and crs.is_known):
        return None
    try:
        return transformation(layer.crs, crs, area_of(layer.extent, layer.crs, crs)).accuracy_m
    except CrsError:
        return None
