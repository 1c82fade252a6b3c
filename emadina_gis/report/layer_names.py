"""Which names the layers of a page may write: never persons, land titles where none is masked.

A title number identifies a person indirectly (loi 09-08): pages that mask titles write none, and
layers of internal diffusion give no names there.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from emadina_gis.analysis.label_template import writes_any
from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.layer import Diffusion
from emadina_gis.domain.schema import Role
from emadina_gis.domain.style import LabelStyle
from emadina_gis.domain.title import Title
from emadina_gis.render.scene import DrawnRaster
from emadina_gis.report.web.withheld import is_title, masked

if TYPE_CHECKING:
    from emadina_gis.domain.layer import VectorLayer
    from emadina_gis.render.scene import Drawn, Scene
    from emadina_gis.report.page_content import SheetContent

#: Names of streets on a map of what changes, at every scale.
STREET_LABEL = LabelStyle("", size_mm=2.0, color="#3a3733", along_line=True, priority=-1)


def withheld(content: SheetContent) -> SheetContent:
    """Return what a sheet shows, without land titles where its page masks them."""
    if not content.layout.masks_titles:
        return content
    made: dict[int, Scene] = {}

    def without(scene: Scene) -> Scene:
        if id(scene) not in made:
            layers = tuple(_without_titles(drawn) for drawn in scene.layers)
            made[id(scene)] = replace(scene, layers=layers)
        return made[id(scene)]

    return replace(
        content,
        scene=without(content.scene),
        scenes={frame: without(scene) for frame, scene in content.scenes.items()},
        titles=tuple(replace(one, title=_masked(one.title)) for one in content.titles),
        scenario=masked(content.scenario),
        reference=masked(content.reference),
        name=None if content.name is None else _masked(content.name),
        filled={key: masked(text) for key, text in content.filled.items()},
    )


def _masked(title: Title) -> Title:
    return Title(masked(title.fr), masked(title.ar), masked(title.en))


def _without_titles(drawn: Drawn) -> Drawn:
    if isinstance(drawn, DrawnRaster) or drawn.label is None:
        return drawn
    label, layer = drawn.label, drawn.layer
    names_titles = any(
        _names_titles(layer, name) for name in layer.table.columns if writes_any(label, {name})
    )
    if layer.diffusion is not Diffusion.INTERNAL and not names_titles:
        return drawn
    return replace(drawn, layer=replace(layer, style=replace(layer.style, label=None)))


def _names_titles(layer: VectorLayer, name: str) -> bool:
    return name in layer.table.columns and is_title(layer, name, layer.table.column(name))


def with_street_names(drawn: Drawn, *, is_rtl: bool) -> Drawn:
    """Return a layer of streets with their names at every scale, in the direction of a page.

    They give way to all other labels.
    """
    if isinstance(drawn, DrawnRaster) or drawn.layer.table.main_kind != Kind.LINE:
        return drawn
    layer, own = drawn.layer, drawn.label
    name = own.field if own is not None else layer.schema.column(Role.NAME)
    is_street = layer.schema.column(Role.ROAD_WIDTH_M) is not None
    if not name or not is_street or layer.diffusion is Diffusion.INTERNAL:
        return drawn
    if is_rtl and own is not None and own.second_field:
        name = own.second_field
    style = replace(layer.style, label=replace(STREET_LABEL, field=name))
    return replace(drawn, layer=replace(layer, style=style))
