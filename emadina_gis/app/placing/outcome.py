"""What a draft tells, in sentences: scale and rotation, unit, residuals, and what is doubtful."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from emadina_gis.domain.placement import PlacementMethod

if TYPE_CHECKING:
    from emadina_gis.domain.placement import Placement
    from emadina_gis.words import Words
    from emadina_gis.workflows.placing import Draft

Line = tuple[str, str]
_PLAIN, _QUIET, _DOUBT = "", "secondary", "amber"
_UNEQUAL = 0.01
_SHEARED_DEG = 0.3
_SIGNIFICANT = 6


def told(draft: Draft, words: Words, *, is_picture: bool) -> list[Line]:
    """Return sentences with their tone, the plain facts first."""
    if draft.fit is None:
        error = draft.refusal
        return [] if error is None else [(" ".join(words.error(error)), _QUIET)]
    lines = _shape(draft, words, is_picture=is_picture)
    if not is_picture:
        lines += _unit(draft, words)
    return [*lines, *_misfit(draft, words), *_doubts(draft, words)]


def _shape(draft: Draft, words: Words, *, is_picture: bool) -> list[Line]:
    turn = draft.turn
    if turn is None:
        return []
    rotation = words.quantity(turn.rotation_deg, "degrees", 3)
    if is_picture:
        size = length(turn.scale * draft.crs.unit_m, words)
        lines = [(words.text("placing.told.pixel", size=size, rotation=rotation), _PLAIN)]
    else:
        scale = significant(turn.scale, words)
        lines = [(words.text("placing.told.scale", scale=scale, rotation=rotation), _PLAIN)]
    unequal = abs(turn.scale_x / turn.scale_y - 1) if turn.scale_y else 0.0
    if unequal > _UNEQUAL or abs(turn.shear_deg) > _SHEARED_DEG:
        share = words.quantity(100 * unequal, "percent", 1)
        shear = words.quantity(turn.shear_deg, "degrees", 2)
        lines.append((words.text("placing.told.bent", share=share, shear=shear), _DOUBT))
    if turn.mirrored:
        lines.append((words.text("placing.told.mirrored"), _DOUBT))
    return lines


def _unit(draft: Draft, words: Words) -> list[Line]:
    """Say what the scale looks like, and by how much it is off."""
    if not draft.method.keeps_shapes or draft.method is PlacementMethod.SHIFT:
        return []
    reading, lines = draft.scale_reading, []
    if not reading.kind:
        return [(words.text("placing.told.no-unit"), _DOUBT)]
    if reading.kind == "paper":
        scale = words.number(reading.denominator)
        lines.append((words.text("placing.told.paper", scale=scale), _DOUBT))
    elif reading.kind == "mistaken":
        factor = significant(reading.exact * draft.crs.unit_m, words)
        pair = words.text(f"placing.mistaken.{reading.unit}")
        lines.append((words.text("placing.told.mistaken", factor=factor, pair=pair), _DOUBT))
    elif reading.unit != "m":
        unit = words.text(f"placing.unit.{reading.unit}")
        factor = significant(reading.exact, words)
        lines.append((words.text("placing.told.unit", unit=unit, factor=factor), _DOUBT))
    excess = draft.length_excess * draft.crs.unit_m
    if draft.method is PlacementMethod.SIMILARITY and math.isfinite(excess):
        gap = length(abs(excess), words)
        lines.append((words.text("placing.told.gap", gap=gap), _PLAIN))
    return lines


def _misfit(draft: Draft, words: Words) -> list[Line]:
    if draft.fit is None or not math.isfinite(draft.rmse):
        return []
    if draft.fit.redundancy <= 0 and draft.offset is None:
        return [(words.text("placing.told.unproven"), _DOUBT)]
    rmse = length(draft.rmse * draft.crs.unit_m, words)
    if not math.isfinite(draft.rmse_paper_mm):
        return [(words.text("placing.told.rmse", rmse=rmse), _PLAIN)]
    paper = words.quantity(draft.rmse_paper_mm, "mm", 2)
    scale = words.number(draft.plan_scale)
    return [(words.text("placing.told.rmse-paper", rmse=rmse, paper=paper, scale=scale), _PLAIN)]


def _doubts(draft: Draft, words: Words) -> list[Line]:
    lines = []
    worst = draft.doubtful
    if worst is not None and draft.fit is not None:
        missed = float(draft.fit.left_out[draft.whole.index(worst)]) * draft.crs.unit_m
        far = length(missed, words)
        lines.append((words.text("placing.told.doubtful", number=worst + 1, far=far), _DOUBT))
    if draft.folds:
        lines.append((words.text("placing.told.folds"), _DOUBT))
    return lines


def placement_text(placement: Placement, words: Words) -> str:
    """Return how a layer came to its place."""
    method = words.text(f"placing.method.{placement.method.value}")
    if not placement.points:
        dx, dy = (words.number(v, 2, signed=True) for v in placement.transform.target)
        return words.text("placing.told.kept-offset", method=method, dx=dx, dy=dy)
    points = words.plural("placing.least", len(placement.used))
    rmse = placement.rmse * placement.crs.unit_m
    if not math.isfinite(rmse):
        return words.text("placing.told.kept", method=method, points=points)
    far = length(rmse, words)
    return words.text("placing.told.kept-rmse", method=method, points=points, rmse=far)


def length(metres: float, words: Words) -> str:
    """Return a length with as many decimals as it is worth."""
    if metres >= 100:
        return words.quantity(metres, "m", 0)
    if metres >= 10:
        return words.quantity(metres, "m", 1)
    return words.quantity(metres, "m", 2 if metres >= 0.1 or metres < 0.0005 else 3)


def significant(value: float, words: Words) -> str:
    """Return a number with six significant digits."""
    if not value or not math.isfinite(value):
        return words.number(value)
    decimals = max(0, _SIGNIFICANT - 1 - math.floor(math.log10(abs(value))))
    decimals = min(decimals, 9)
    while decimals and round(value, decimals) == round(value, decimals - 1):
        decimals -= 1
    return words.number(value, decimals)


def residual_text(draft: Draft, index: int, words: Words) -> str:
    """Return by how much a point is missed; empty where that proves nothing."""
    missed = draft.residual(index)
    fit = draft.fit
    proves = fit is not None and (fit.redundancy > 0 or draft.offset is not None)
    if not math.isfinite(missed) or not (proves or not draft.points[index].used):
        return ""
    return words.text("placing.residual", far=length(missed * draft.crs.unit_m, words))
