"""How labels are chosen and listed: logic of the label page, without widgets.

Owns what a choice does to a style, scales as denominators, and the list of what has no place.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from emadina_gis.analysis.label_template import template
from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.label_style import USUAL_PLACES, LabelPlace, LabelRule, LabelStyle
from emadina_gis.domain.viewport import MM_PER_PX_AT_96_DPI
from emadina_gis.errors import AnalysisError
from emadina_gis.render.labels import EXPECTED, Placement

if TYPE_CHECKING:
    from collections.abc import Collection

    from emadina_gis.domain.layer import VectorLayer
    from emadina_gis.render.scene import Scene

#: No limit of the scale, in map units per pixel.
NO_LIMIT = 1e9
#: A column with more values gets no look by class.
MOST_CLASSES = 24
_MM_PER_M = 1000.0


def styled_with(layer: VectorLayer, part: str, value: Any) -> LabelStyle | None:
    """Return the labels of a layer with one part changed; none where nothing would be written."""
    before = layer.style.label
    if before is None:
        before = LabelStyle("", along_line=layer.table.main_kind == Kind.LINE)
    made = replace(before, **{part: value})
    if part == "class_field":
        made = replace(made, rules=())
    return made if made.field or made.template else None


def scale_of(units_per_px: float, unit_m: float) -> float:
    """Return the denominator of a scale; 0 where there is no limit."""
    if not 0.0 < units_per_px < NO_LIMIT:
        return 0.0
    return round(units_per_px * unit_m * _MM_PER_M / MM_PER_PX_AT_96_DPI)


def units_of(denominator: float, unit_m: float, unlimited: float) -> float:
    """Return map units per pixel of a scale; `unlimited` for 0."""
    if denominator <= 0:
        return unlimited
    return denominator * MM_PER_PX_AT_96_DPI / _MM_PER_M / unit_m


def first_place(label: LabelStyle) -> str:
    """Return the place that is tried first; empty for the usual order."""
    return label.places[0].value if label.places else ""


def places_from(first: str, *, only: bool) -> tuple[LabelPlace, ...]:
    """Return the order of places that begins with one, or is that one alone."""
    if not first:
        return ()
    chosen = LabelPlace(first)
    others = () if only else tuple(place for place in USUAL_PLACES if place is not chosen)
    return (chosen, *others)


def template_problem(text: str, offered: Collection[str]) -> AnalysisError | None:
    """Return what is wrong with a template: how it is written, or a column that is not offered."""
    if not text.strip():
        return None
    try:
        columns = template(text).columns
    except AnalysisError as error:
        return error
    known = {name.casefold() for name in offered}
    unknown = [name for name in columns if name.casefold() not in known]
    if unknown:
        return AnalysisError("labels.unknown-column", column=unknown[0])
    return None if columns else AnalysisError("labels.no-column")


def class_values(layer: VectorLayer, field: str) -> tuple[Any, ...]:
    """Return the values of a column that may each have a look; none where there are too many."""
    if field not in layer.table.columns:
        return ()
    _codes, values = layer.table.column(field).coded
    return tuple(values) if len(values) <= MOST_CLASSES else ()


def rule_of(label: LabelStyle, value: Any) -> LabelRule:
    """Return the rule of a class; one that changes nothing where it has none."""
    return next((rule for rule in label.rules if rule.value == value), LabelRule(value))


def with_rule(label: LabelStyle, rule: LabelRule) -> tuple[LabelRule, ...]:
    """Return the rules of a label with one of them in the place of the old one."""
    others = tuple(old for old in label.rules if old.value != rule.value)
    return others if rule == LabelRule(rule.value) else (*others, rule)


@dataclass(frozen=True)
class NotPlaced:
    """A label that has no place: of a row, or of a whole layer at this scale.

    Attributes
    ----------
    row_id : int
        Stable id of the row; -1 for a layer.
    reason : str
        Why, or ``"scale"``.
    """

    layer_id: str
    row_id: int
    text: str
    reason: str


def not_placed(placement: Placement, scene: Scene) -> tuple[NotPlaced, ...]:
    """Return what has no place: rows first, those that are expected last, then whole layers."""
    layers = {drawn.id: drawn.layer for drawn in scene.vectors}
    ordered = sorted(placement.left_out, key=lambda one: one.reason in EXPECTED)
    rows = [
        NotPlaced(one.layer_id, int(layers[one.layer_id].table.ids[one.row]), one.text, one.reason)
        for one in ordered
        if one.layer_id in layers
    ]
    return (*rows, *(NotPlaced(layer_id, -1, "", "scale") for layer_id in placement.out_of_scale))
