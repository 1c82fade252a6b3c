"""Features and records of JSON files that GDAL gives up on; a bad one costs itself only.

Also lists of plain records (``[{"nom": …, "lat": …}]``), as services give them out. Knows nothing
of CRS guessing.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import shapely

from emadina_gis.domain.column import Column, column_of
from emadina_gis.io.description import UTF8
from emadina_gis.io.geometry_audit import GeometryAudit
from emadina_gis.io.json_check import Findings, feature_fault
from emadina_gis.io.json_text import parsed, parsed_lines
from emadina_gis.io.ogr import OgrRead
from emadina_gis.io.tables import TableRead, placed_table
from emadina_gis.io.text_values import cells, dates_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from emadina_gis.domain.geometry import Shapes
    from emadina_gis.errors import LayerReadError
    from emadina_gis.progress import Context

#: Name by which the one layer of such a file is known inside the readers.
LAYER = "\0json"
_RECORD_KEYS = ("results", "data", "records", "items", "rows", "value", "features")
_DEGREES = "EPSG:4326"


def checked(path: Path, title: str, failure: LayerReadError) -> None:
    """Check that a file GDAL could not open holds features or records.

    Raises
    ------
    LayerReadError
        Where in the file the JSON is malformed; else the failure of GDAL.
    """
    content = parsed(path, title)
    if _features(content) is None and _records(content) is None:
        raise failure


def read(path: Path, title: str, ctx: Context) -> OgrRead | TableRead:
    """Return the features or records of a file, one row for each that is one."""
    content = parsed(path, title)
    ctx.report(0.4, "phase.reading")
    features = _features(content)
    if features is not None:
        return _read_features(features, _crs_member(content), title)
    records = _records(content) or []
    rows = [record for record in records if isinstance(record, dict)]
    found = Findings(len(records))
    for position, record in enumerate(records, start=1):
        found.add("" if isinstance(record, dict) else "json.no-feature", position)
    columns = _columns([_flat(row) for row in rows])
    lines = list(range(1, len(rows) + 1))
    return placed_table(columns, lines, found.problems(title), UTF8, title)


def read_lines(path: Path, title: str) -> OgrRead:
    """Return the features of a file with one on each line; other lines are told of."""
    good, bad = parsed_lines(path, title)
    raw = _read_features([value for _, value in good], _DEGREES, title)
    found = Findings()
    for line in bad:
        found.add("json.bad-lines", line.number)
    problems = (*found.problems(title), *raw.problems)
    return replace(raw, problems=problems, declared=len(good) + len(bad))


def _features(content: Any) -> list[Any] | None:
    if not isinstance(content, dict):
        return None
    found = content.get("features") if content.get("type") == "FeatureCollection" else None
    return found if isinstance(found, list) else None


def _records(content: Any) -> list[Any] | None:
    """Return a list that is mostly of records, at the top or under a usual key."""
    lists = [content]
    if isinstance(content, dict):
        lists = [content[key] for key in _RECORD_KEYS if key in content]
    for found in lists:
        if isinstance(found, list) and found:
            records = sum(isinstance(entry, dict) for entry in found)
            if records >= 0.5 * len(found):
                return found
    return None


def _flat(record: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return a record whose inner records became columns ``outer/inner``."""
    result: dict[str, Any] = {}
    for key, value in record.items():
        if isinstance(value, dict) and value and len(prefix) < 200 and "type" not in value:
            result.update(_flat(value, f"{prefix}{key}/"))
        else:
            result[f"{prefix}{key}"] = value
    return result


def _crs_member(content: dict[str, Any]) -> str:
    crs = content.get("crs")
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return str(name) if name else _DEGREES


def _read_features(features: Sequence[Any], crs: str, title: str) -> OgrRead:
    found = Findings(len(features))
    kept: list[dict[str, Any]] = []
    for position, feature in enumerate(features, start=1):
        code = feature_fault(feature)
        found.add(code, position)
        if code != "json.no-feature":
            kept.append(feature)
    columns = _columns([_properties(feature) for feature in kept])
    shapes = _shapes(kept)
    with GeometryAudit() as audit:
        chunks = audit.chunks_of_shapes(shapes)
        missing = int(shapely.is_missing(shapes).sum())
        audit.counts["geometry.missing"] += missing
        problems = (*found.problems(title), *audit.problems(title))
        types = audit.type_names
    return OgrRead(columns, chunks, len(kept), crs, "UTF-8", types, problems, len(features))


def _properties(feature: dict[str, Any]) -> dict[str, Any]:
    properties = feature.get("properties")
    values = dict(properties) if isinstance(properties, dict) else {}
    if "id" in feature and "id" not in values:
        values = {"id": feature["id"], **values}
    return values


def _shapes(features: Sequence[dict[str, Any]]) -> Shapes:
    texts = [None if feature_fault(f) else _geometry_text(f) for f in features]
    return shapely.from_geojson(np.array(texts, dtype=object), on_invalid="ignore")


def _geometry_text(feature: dict[str, Any]) -> str | None:
    geometry = feature.get("geometry") if feature.get("type") == "Feature" else feature
    return None if geometry is None else json.dumps(geometry)


def _columns(records: Sequence[dict[str, Any]]) -> dict[str, Column]:
    names = dict.fromkeys(str(name) for record in records for name in record)
    return {name: _column([record.get(name) for record in records]) for name in names}


def _column(values: Sequence[Any]) -> Column:
    plain = [json.dumps(v, ensure_ascii=False) if isinstance(v, list | dict) else v for v in values]
    if all(value is None or isinstance(value, str) for value in plain):
        texts = pa.array(plain, pa.string())
        return dates_of(texts) or column_of(texts)
    return cells(plain)
