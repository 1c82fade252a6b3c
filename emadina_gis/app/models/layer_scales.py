"""Layers that are not drawn at a scale, and from which scale on they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from emadina_gis.app.models.positions import rounded_scale, scale_text
from emadina_gis.domain.layer import VectorLayer

if TYPE_CHECKING:
    from emadina_gis.domain.viewport import Viewport
    from emadina_gis.project import Project
    from emadina_gis.words import Words


class Limit(NamedTuple):
    """The limit of scale that hides a layer: its denominator, and whether one must come nearer."""

    denominator: float
    is_too_far: bool


def out_of_scale(project: Project, viewport: Viewport) -> dict[str, Limit]:
    """Return the limit of each visible layer that is not drawn in a view, by id."""
    units = viewport.units_per_px
    one = viewport.scale_denominator(project.crs.unit_m) / units
    found = {}
    for layer in project.layers:
        if not (isinstance(layer, VectorLayer) and layer.visible) or layer.style.shown_at(units):
            continue
        too_far = units > layer.style.max_units_per_px
        limit = layer.style.max_units_per_px if too_far else layer.style.min_units_per_px
        found[layer.id] = Limit(rounded_scale(limit * one), too_far)
    return found


def said_limit(limit: Limit, words: Words) -> str:
    """Return what the layer list says of a layer that is not drawn."""
    key = "layers.drawn-from" if limit.is_too_far else "layers.drawn-to"
    return words.text(key, scale=scale_text(limit.denominator, words))
