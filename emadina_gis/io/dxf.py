"""DXF drawings as layers by role: boundaries with their labels, lots, lines, texts and places.

A drawing is taken apart once; its layers are then read from what was found, as long as the file
stays the same. Every entity is carried or counted. Knows nothing of GDAL.
"""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from emadina_gis.domain.column import column_of
from emadina_gis.errors import LayerReadError
from emadina_gis.io import dxf_header, dxf_tables, dxf_texts
from emadina_gis.io.description import UTF8, EncodingChoice
from emadina_gis.io.dxf_derived import Derived, derive
from emadina_gis.io.dxf_entities import FAULTS, Walker
from emadina_gis.io.dxf_file import OpenedDrawing, open_drawing
from emadina_gis.io.dxf_findings import Findings
from emadina_gis.io.dxf_own import read_types
from emadina_gis.io.dxf_returned import together, with_own_columns
from emadina_gis.io.dxf_rows import POLYGONS, ROLES, TEXTS, Drawn, RoleRows
from emadina_gis.io.dxf_tables import Scene
from emadina_gis.io.dxf_units import UnitReading, read_unit, usual_extent
from emadina_gis.io.field_names import unique_names
from emadina_gis.io.geometry_audit import GeometryAudit
from emadina_gis.io.ogr import OgrRead

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.errors import Problem
    from emadina_gis.progress import Context

#: Largest distance in metres between a curve and the lines that stand for it.
STROKE_M = 0.01
#: A polyline whose ends are nearer than this, in metres, was meant to be closed.
CLOSING_M = 0.05
LOTS = "lots"
#: Layers of a drawing in the order in which they are offered.
LAYERS = (POLYGONS, LOTS, "lines", TEXTS, "points")
_SAMPLE = 4000
_KEPT = threading.Lock()


@dataclass(frozen=True)
class Drawing:
    """The layers of a drawing.

    Attributes
    ----------
    layers : dict of str to OgrRead
        By role, in the order of `LAYERS`; a drawing without entities has one, empty.
    problems : tuple of Problem
        What was found in the drawing as a whole; the first layer lists them too.
    encoding : EncodingChoice
    """

    layers: dict[str, OgrRead]
    problems: tuple[Problem, ...] = ()
    encoding: EncodingChoice = UTF8


#: The drawings read last, so that describing a file and reading its layers parse it once.
_LAST: dict[tuple[str, ...], Drawing] = {}
_MOST_KEPT = 2


def load(path: Path, title: str, asked: str, ctx: Context) -> Drawing:
    """Return the layers of a drawing.

    Parameters
    ----------
    asked : str
        Encoding that the person chose; empty weighs the bytes.

    Raises
    ------
    LayerReadError
        ``layer.unreadable``, ``dxf.too-old``, ``dwg.…`` or ``layer.too-large``.
    """
    key = (_content(path, ctx), title, asked)
    with _KEPT:
        found = _LAST.get(key)
    if found is not None:
        return found
    try:
        drawing = _taken_apart(path, title, asked, ctx)
    except FAULTS as exc:  # a library stumbled over the frame of a damaged drawing
        raise LayerReadError("layer.unreadable", path=title, detail=str(exc)[:200]) from exc
    with _KEPT:
        while len(_LAST) >= _MOST_KEPT:
            del _LAST[next(iter(_LAST))]
        _LAST[key] = drawing
    return drawing


def _content(path: Path, ctx: Context) -> str:
    """Return a hash of a file and of the .prj beside it."""
    digest = hashlib.blake2b(digest_size=16)
    for part in (path, path.with_suffix(".prj")):
        if part.is_file():
            with part.open("rb") as file:
                while block := file.read(4 << 20):
                    ctx.check()
                    digest.update(block)
        digest.update(b"|")
    return digest.hexdigest()


def _taken_apart(path: Path, title: str, asked: str, ctx: Context) -> Drawing:
    opened = open_drawing(path, title, ctx)
    document = opened.document
    declared, turn = dxf_header.declared_crs(document, path)
    drawn, unit = _walked(opened, title, has_crs=bool(declared), ctx=ctx)
    strings = _strings(drawn)
    used, encoding = dxf_texts.weighed(strings, document, asked)
    wanted = encoding.name

    @lru_cache(maxsize=65_536)
    def read(text: str) -> str:
        return dxf_texts.redecoded(text, used, wanted)

    scene = Scene(unit.metres, turn, dxf_header.layer_looks(document), read)
    findings = Findings(opened, drawn, unit, scene, title)
    maker = _LayerMaker(drawn, scene, (declared, encoding.name), read_types(document))
    layers = maker.layers(findings, ctx)
    problems = tuple(findings.problems())
    return Drawing(_with_problems(layers, findings, problems), problems, encoding)


def _with_problems(
    layers: dict[str, OgrRead], findings: Findings, problems: tuple[Problem, ...]
) -> dict[str, OgrRead]:
    """Return layers with the findings: all on the first one, those on coordinates on each."""
    result = {}
    for number, (role, layer) in enumerate(layers.items()):
        of_all = problems if number == 0 else tuple(findings.of_place())
        result[role] = replace(layer, problems=(*of_all, *layer.problems))
    return result


def _walked(
    opened: OpenedDrawing, title: str, *, has_crs: bool, ctx: Context
) -> tuple[Drawn, UnitReading]:
    """Return the rows, stroked and closed within tolerances in metres, and the unit."""
    header = int(opened.document.header.get("$INSUNITS", 0) or 0)
    guess = read_unit(header, _rough_points(opened), np.nan, has_crs=has_crs)
    drawn = _stroked(opened, title, guess.true_metres, ctx)
    unit = read_unit(header, drawn.sample(), _letter_height(drawn), has_crs=has_crs)
    if unit.true_metres != guess.true_metres:
        drawn = _stroked(opened, title, unit.true_metres, ctx)
    opened.plain.clear()
    return drawn, unit


def _stroked(opened: OpenedDrawing, title: str, metres: float, ctx: Context) -> Drawn:
    walker = Walker(opened.document, STROKE_M / metres, CLOSING_M / metres, ctx)
    walker.take_plain(opened.plain)
    return walker.walk(_entities(opened), title)


def _letter_height(drawn: Drawn) -> float:
    """Return the median height of the texts in drawing units; NaN without texts."""
    heights = dxf_tables.text_heights(drawn.roles[TEXTS])
    return float(np.median(heights)) if len(heights) else np.nan


def _entities(opened: OpenedDrawing) -> Any:
    """Return the entities of the model; those of the papers where the model is empty."""
    if opened.model_count:
        return opened.document.modelspace()
    return dxf_header.paper_space(opened.document)


def _rough_points(opened: OpenedDrawing) -> NDArray[np.float64]:
    """Return a point of each of some entities, to tell where the drawing lies."""
    space = list(opened.document.modelspace())
    step = max(1, len(opened.plain) // _SAMPLE)
    found = [tuple(entity.points[0, :2].tolist()) for entity in opened.plain[::step]]
    for entity in space[:: max(1, len(space) // _SAMPLE)]:
        dxf = entity.dxf
        for name in ("start", "center", "insert", "location"):
            if dxf.is_supported(name) and dxf.hasattr(name):
                point = dxf.get(name)
                found.append((float(point[0]), float(point[1])))
                break
        else:
            if entity.dxftype() == "LWPOLYLINE" and len(entity):
                found.append((float(entity[0][0]), float(entity[0][1])))
            elif entity.dxftype() == "POLYLINE" and len(entity.vertices):
                point = entity.vertices[0].dxf.location
                found.append((float(point[0]), float(point[1])))
    return np.array(found, dtype=np.float64).reshape(-1, 2)


def _strings(drawn: Drawn) -> list[str]:
    """Return the different texts, layers and block names of a drawing, the texts first."""
    texts: dict[str, None] = {}
    names: dict[str, None] = {}
    for rows in drawn.roles.values():
        for row in rows.rows:
            if row.text:
                texts[row.text] = None
            for value in (row.values or {}).values():
                texts[value] = None
            names[row.layer] = None
            names[row.block or ""] = None
    return [*texts, *names]


class _LayerMaker:
    """Makes the layers of a drawing from its rows."""

    def __init__(
        self, drawn: Drawn, scene: Scene, declared: tuple[str, str], types: dict[str, str]
    ) -> None:
        self._drawn = drawn
        self._scene = scene
        self._crs, self._encoding = declared
        self._types = types
        self._title = ""
        sample = drawn.sample()
        placed = scene.placed(np.column_stack([sample, np.zeros(len(sample))]))
        self._place = usual_extent(placed[:, :2])

    def layers(self, findings: Findings, ctx: Context) -> dict[str, OgrRead]:
        """Return the layers that have rows; an empty one of boundaries where none has."""
        self._title = findings.title
        made: dict[str, tuple[RoleRows, Any]] = {}
        for role in ROLES:
            ctx.check()
            rows = self._drawn.roles[role]
            made[role] = together(role, rows, dxf_tables.shapes_of(role, rows, self._scene))
        derived = derive(made, self._drawn, self._scene, ctx)
        findings.derived = derived
        found: dict[str, OgrRead] = {}
        for role in LAYERS:
            ctx.check()
            if role == LOTS:
                layer = self._of_lots(derived)
            else:
                layer = self._of_role(role, *made[role], derived, findings)
            if layer.row_count:
                found[role] = layer
        return found or {POLYGONS: self._of_role(POLYGONS, *made[POLYGONS], derived, findings)}

    def _of_role(
        self, role: str, rows: RoleRows, shapes: Any, derived: Derived, findings: Findings
    ) -> OgrRead:
        labels = derived.labels if role == POLYGONS else None
        columns = dxf_tables.columns_of(role, rows, self._scene, labels)
        if self._types and any(row.own for row in rows.rows):
            columns = with_own_columns(columns, rows.rows, self._types)
        tagged = [row if row.own is None else replace(row, values=None) for row in rows.rows]
        more, without_room = dxf_tables.attribute_columns(tagged, self._scene.read)
        findings.attributes_left += without_room
        names = unique_names([*columns, *more])
        values = [*columns.values(), *more.values()]
        return self._read(dict(zip(names, values, strict=True)), shapes)

    def _of_lots(self, derived: Derived) -> OgrRead:
        labels = derived.lot_labels
        columns = {
            "layer": derived.lot_layers(self._scene.read),
            "label": labels.label,
            "title_no": labels.title_no,
            "lot_no": labels.lot_no,
        }
        return self._read(columns, derived.lots)

    def _read(self, columns: dict[str, Any], shapes: Any) -> OgrRead:
        with GeometryAudit() as audit:
            chunks = audit.chunks_of_shapes(shapes)
            problems = audit.problems(self._title)
            types = audit.type_names
        made = {name: column_of(values) for name, values in columns.items()}
        count = len(shapes)
        layer = OgrRead(made, chunks, count, self._crs, self._encoding, types, problems)
        return replace(layer, place=self._place)
