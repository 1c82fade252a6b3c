"""Exports of KoboToolbox and ODK: geopoints, traces and shapes, choices in columns, repeats.

Recognised by the columns that these programs add. Positions are latitude first. Knows nothing of
files.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import shapely

from emadina_gis.domain.column import Column, column_of
from emadina_gis.errors import Problem, Severity
from emadina_gis.io.coordinates_in_text import Geopoints, geopoints_of, shapes_of_positions
from emadina_gis.io.field_names import unique_names
from emadina_gis.io.place_columns import Placed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from emadina_gis.domain.geometry import Shapes

    Columns = dict[str, Column]

#: Accuracy beyond which a position is of no use for parcels, in metres.
ACCURACY_LIMIT_M = 10.0
_MARKS = (
    "_uuid",
    "_submission_time",
    "_validation_status",
    "_submitted_by",
    "meta/instanceID",
    "meta:instanceID",
    "meta-instanceID",
    "instanceID",
    "KEY",
    "SubmissionDate",
    "__version__",
    "_submission__uuid",
    "PARENT_KEY",
    "_parent_index",
)
_REPEAT_MARKS = ("_parent_index", "_parent_table_name", "PARENT_KEY", "_submission__uuid")
_ACCURACY = re.compile(r"(^|[_\-:/.])(precision|accuracy|acc|pr[ée]cision)(_m)?$", re.IGNORECASE)
_RANKS = {"shape": 0, "trace": 1, "point": 2}
_WGS84 = "EPSG:4326"


def is_survey(names: Iterable[str]) -> bool:
    """Whether columns are those of a survey's export."""
    return any(name in _MARKS or name.rpartition("/")[2] in _MARKS for name in names)


def survey_places(columns: Columns, where: str) -> Placed | None:
    """Return the geometry of the geopoint, trace or shape column that is filled most.

    Four numbers between blanks are a geopoint in any table; fewer only in a survey's export.
    """
    surveyed = is_survey(columns)
    found = {
        name: points
        for name, column in columns.items()
        if (points := geopoints_of(column)) is not None and (surveyed or _are_full(points))
    }
    if not found:
        return None
    ranked = sorted(found, key=lambda name: (_RANKS[_kind(found[name])], -_filled(found[name])))
    name, points = ranked[0], found[ranked[0]]
    shapes = shapes_of_positions(points, len(columns[name]), _kind(points))
    notes = []
    if ranked[1:]:
        params = {"fields": ", ".join(ranked[1:10])}
        notes.append(Problem("table.other-places", Severity.INFO, where, len(ranked) - 1, params))
    placed = Placed(shapes, _WGS84, (name,), "", tuple(notes))
    return replace(placed, added=_heights_and_accuracy(columns, name, points, shapes))


def _are_full(points: Geopoints) -> bool:
    """Whether positions have altitude and accuracy, which nothing but a survey writes so."""
    return bool(len(points.values)) and bool(np.isfinite(points.values[:, 3]).mean() > 0.5)


def _filled(points: Geopoints) -> int:
    return len(np.unique(points.rows))


def _kind(points: Geopoints) -> str:
    """Return what positions make: a shape where lists close, a trace where there are lists."""
    first = np.flatnonzero(np.append(True, np.diff(points.rows) != 0))
    last = np.append(first[1:], len(points.rows)) - 1
    many = last > first
    if not many.any():
        return "point"
    closed = (points.values[first, :2] == points.values[last, :2]).all(axis=1) & (last - first >= 3)
    return "shape" if closed[many].mean() >= 0.8 else "trace"


def _heights_and_accuracy(
    columns: Columns, name: str, points: Geopoints, shapes: Shapes
) -> Columns:
    """Return columns of altitude and accuracy, unless the export has them itself."""
    wanted = {
        f"{name}_altitude": _of_rows(points, 2, len(shapes)),
        f"{name}_precision": _of_rows(points, 3, len(shapes)),
    }
    if any(_ACCURACY.search(other) for other in columns):
        return {}
    made = {label: values for label, values in wanted.items() if np.isfinite(values).any()}
    labels = unique_names([*columns, *made])[len(columns) :]
    arrays = [pa.array(values, from_pandas=True) for values in made.values()]
    return {label: column_of(array) for label, array in zip(labels, arrays, strict=True)}


def _of_rows(points: Geopoints, place: int, size: int) -> NDArray[np.float64]:
    """Return the largest number of each row's positions."""
    result = np.full(size, -np.inf)
    known = np.isfinite(points.values[:, place])
    np.maximum.at(result, points.rows[known], points.values[known, place])
    return np.where(np.isfinite(result), result, np.nan)


def survey_notes(columns: Columns, where: str) -> tuple[Problem, ...]:
    """Return what is to be known of an export: its nature, choices in columns, repeats."""
    if not is_survey(columns):
        return ()
    notes = [Problem("survey.export", Severity.INFO, where, 1)]
    choices = choice_columns(columns)
    if choices:
        params = {"fields": ", ".join(list(choices)[:8])}
        count = sum(len(names) for names in choices.values())
        notes.append(Problem("survey.choices", Severity.INFO, where, count, params))
    repeat = next((name for name in columns if name in _REPEAT_MARKS), "")
    if repeat:
        notes.append(Problem("survey.repeat", Severity.INFO, where, 1, {"field": repeat}))
    return tuple(notes)


def choice_columns(columns: Columns) -> dict[str, list[str]]:
    """Return questions of several choices with their columns of 0 and 1 (``question/choice``)."""
    found: dict[str, list[str]] = {}
    for name, column in columns.items():
        question, slash, choice = name.rpartition("/")
        if slash and choice and _is_zero_or_one(column):
            found.setdefault(question, []).append(name)
    return {q: names for q, names in found.items() if q in columns or len(names) > 1}


def _is_zero_or_one(column: Column) -> bool:
    if column.is_boolean:
        return True
    if not column.is_number:
        return False
    present = column.numbers[np.isfinite(column.numbers)]
    return bool(np.isin(present, (0, 1)).all())


def accuracy_notes(columns: Columns, shapes: Shapes, where: str) -> tuple[Problem, ...]:
    """Return the note of the worst accuracies of positions, where a column tells them."""
    for name, column in columns.items():
        if not (_ACCURACY.search(name) and column.is_number):
            continue
        metres = column.numbers[~shapely.is_missing(shapes)] if len(shapes) else column.numbers
        metres = metres[np.isfinite(metres) & (metres > 0)]
        if not len(metres):
            continue
        poor = int((metres > ACCURACY_LIMIT_M).sum())
        params = {
            "field": name,
            "median": round(float(np.median(metres)), 1),
            "worst": round(float(metres.max()), 1),
            "limit": ACCURACY_LIMIT_M,
        }
        severity = Severity.WARNING if poor else Severity.INFO
        code = "survey.accuracy-poor" if poor else "survey.accuracy"
        return (Problem(code, severity, where, poor or len(metres), params),)
    return ()
