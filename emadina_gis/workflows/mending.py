"""Looking at the geometry of a layer, and mending it: what the panel and the doctor call.

All of it may run in the background; nothing changes before the command of `mending` is executed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.coverage import CoverageCheck, CoverageLimits, check_coverage
from emadina_gis.domain.geometry_check import SEVERITIES, GeometryCheck, check_geometry
from emadina_gis.domain.repair import RepairPlan
from emadina_gis.domain.repair import repair_plan as plan_of_table
from emadina_gis.domain.table import FeatureTable
from emadina_gis.errors import Problem, Severity
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.session.commands.geometry import RepairGeometry

if TYPE_CHECKING:
    from emadina_gis.domain.layer import VectorLayer

#: The note that a layer keeps of its repairs.
MENDED = "geometry.mended"
#: The same where the CRS is unknown, so that no area can be told.
MENDED_UNMEASURED = "geometry.mended-unmeasured"


@dataclass(frozen=True, eq=False)
class Examination:
    """What was found in the geometry of a layer, and what could be done about it."""

    layer: VectorLayer
    check: GeometryCheck
    plan: RepairPlan


def findings_of(layer: VectorLayer, ctx: Context = NULL_CONTEXT) -> GeometryCheck:
    """Return what is wrong with the geometry of a layer, with row ids and places."""
    return check_geometry(layer.table, ctx)


def repair_plan(layer: VectorLayer, ctx: Context = NULL_CONTEXT) -> RepairPlan:
    """Return what could be mended in a layer."""
    return plan_of_table(layer.table, ctx=ctx)


def examine(layer: VectorLayer, ctx: Context = NULL_CONTEXT) -> Examination:
    """Return findings and plan of a layer."""
    check = check_geometry(layer.table, ctx.part(0.0, 0.6))
    plan = plan_of_table(layer.table, check, ctx.part(0.6, 1.0))
    return Examination(layer, check, plan)


def coverage_of(
    layer: VectorLayer, ctx: Context = NULL_CONTEXT, limits: CoverageLimits | None = None
) -> CoverageCheck:
    """Return where the areas of a layer overlap or gape."""
    return check_coverage(layer.table, ctx, limits)


def mended(layer: VectorLayer, plan: RepairPlan, ctx: Context = NULL_CONTEXT) -> VectorLayer:
    """Return the layer with all of a plan done, its problems counted anew, and a note of it."""
    table = replace(layer.table, geometry=plan.geometry(ctx.part(0.0, 0.6)))
    problems = _problems_after(layer, plan, ctx.part(0.6, 1.0))
    return replace(layer, table=table, problems=problems)


def mending(layer: VectorLayer, plan: RepairPlan, ctx: Context = NULL_CONTEXT) -> RepairGeometry:
    """Return the command that does all of a plan, in one step."""
    return repair_of(layer, plan, mended(layer, plan, ctx))


def repair_of(layer: VectorLayer, plan: RepairPlan, changed: VectorLayer) -> RepairGeometry:
    """Return the command that makes a layer what `mended` has made of it."""
    after = changed.table.geometry or ()
    return RepairGeometry(layer.id, plan.basis, after, len(plan), changed.problems)


def _problems_after(layer: VectorLayer, plan: RepairPlan, ctx: Context) -> tuple[Problem, ...]:
    """Return the problems of a layer less what was mended, and the note."""
    if not len(plan):
        return layer.problems
    was, now = (
        check_geometry(FeatureTable({}, plan.ids.copy(), (chunk,), plan.crs), ctx)
        for chunk in (plan.before, plan.after)
    )
    note = _note(layer, plan, next((problem.where for problem in layer.problems), ""))
    kept = [_counted(item, was, now) for item in layer.problems if item.code != note.code]
    known = {problem.code for problem in layer.problems}
    lost = now.of("geometry.missing")
    if lost is not None and lost.code not in known:
        kept.append(lost.problem(note.where))
    left = [problem for problem in kept if problem.count > 0]
    return (*left, note)


def _counted(problem: Problem, was: GeometryCheck, now: GeometryCheck) -> Problem:
    if problem.code not in SEVERITIES:
        return problem
    before, after = was.of(problem.code), now.of(problem.code)
    gone = (before.count if before else 0) - (after.count if after else 0)
    return replace(problem, count=problem.count - gone)


def _note(layer: VectorLayer, plan: RepairPlan, where: str) -> Problem:
    """Return what was mended by now, with the areas gained and lost where they are known."""
    code = MENDED if plan.is_measured else MENDED_UNMEASURED
    earlier = next((problem for problem in layer.problems if problem.code == code), None)
    count = len(plan) + (earlier.count if earlier else 0)
    if not plan.is_measured:
        return Problem(code, Severity.INFO, where, count)
    known = dict(earlier.params) if earlier else {}
    amounts = {
        "gained_m2": np.clip(plan.changes, 0, None),
        "lost_m2": np.clip(-plan.changes, 0, None),
    }
    params = {
        key: round(float(known.get(key, 0.0)) + float(amount.sum()), 2)
        for key, amount in amounts.items()
    }
    return Problem(code, Severity.INFO, where, count, params)
