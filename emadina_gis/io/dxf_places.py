"""Blocks of a drawing: what is in them, and where each insert puts it.

The rows of a block are made once, in the block's own coordinates, inserts inside it included;
layer ``0``, colour and line type "by block" follow the insert. Knows nothing of units or tables.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from emadina_gis.io.dxf_rows import BY_BLOCK, BY_LAYER, HOLDER, POINTS, DrawnRow
from emadina_gis.io.dxf_texts import words_of

if TYPE_CHECKING:
    from emadina_gis.io.dxf_entities import Walker

_DEEPEST = 16
_MOST_COPIES = 100_000
#: Rows that one block may hold with all the blocks inside it.
_MOST_BLOCK_ROWS = 200_000
_ACI_BY_BLOCK, _ACI_BY_LAYER, _ACI_MOST = 0, 256, 255
TOO_DEEP = "too-deep"
TOO_MANY = "too-many"
REFERENCE = "reference"
NO_BLOCK = "no-block"


def layer_of(entity: Any) -> str:
    """Return the CAD layer of an entity."""
    dxf = entity.dxf
    if not dxf.is_supported("layer"):  # kept by the library as tags
        return str(entity.base_class.get_first_value(8, "0"))
    return str(dxf.get("layer", "0") or "0")


def handle_of(entity: Any) -> str:
    """Return the handle of an entity; empty where it has none."""
    return str(entity.dxf.get("handle", "") or "")


def looks_of(entity: Any) -> tuple[str, int, str, bool]:
    """Return layer, colour, line type and whether an entity is set invisible."""
    dxf = entity.dxf
    if not dxf.is_supported("layer"):
        return layer_of(entity), BY_LAYER, "BYLAYER", False
    linetype = str(dxf.get("linetype", "BYLAYER") or "BYLAYER")
    return layer_of(entity), _color_of(dxf), linetype, bool(dxf.get("invisible", 0))


def _color_of(dxf: Any) -> int:
    true = dxf.get("true_color")
    return color_of(None if true is None else int(true), int(dxf.get("color", _ACI_BY_LAYER)))


def color_of(true: int | None, index: int) -> int:
    """Return the colour of an entity from its true colour, if any, and its index."""
    if true is not None:
        return true & 0xFFFFFF
    if index == _ACI_BY_BLOCK:
        return BY_BLOCK
    if not 1 <= index <= _ACI_MOST:
        return BY_LAYER
    return rgb_of(index)


def rgb_of(index: int) -> int:
    """Return the colour 0xRRGGBB of an AutoCAD colour index."""
    from ezdxf.colors import aci2rgb

    red, green, blue = aci2rgb(index)
    return (red << 16) | (green << 8) | blue


@dataclass
class _Block:
    """The rows of a block, all their points stacked for one product with a matrix."""

    rows: list[DrawnRow]
    points: NDArray[np.float64]
    starts: NDArray[np.intp]


class Placer:
    """Makes the rows of inserts of one document."""

    def __init__(self, document: Any, walker: Walker) -> None:
        self._blocks = document.blocks
        self._walker = walker
        self._made: dict[tuple[str, int], _Block] = {}
        self._open: list[str] = []

    def rows_of_insert(self, insert: Any, tolerance: float) -> Iterator[DrawnRow]:
        """Give the rows of an insert: its place with its attributes, then what its block holds."""
        name = str(insert.dxf.name)
        place = self._place(insert, name)
        spot = place.points[0].copy()
        yield place
        for attribute in insert.attribs:
            for row in self._walker.rows_of(attribute, tolerance):
                row.block = name
                row.points[HOLDER] = spot
                yield row
        if not self._may_open(insert, name):
            return
        for matrix in _matrices(insert):
            self._walker.tick()
            block = self._block(name, tolerance / _scale_of(matrix))
            yield from _placed(block, matrix, insert, name)

    def _place(self, insert: Any, name: str) -> DrawnRow:
        layer, color, linetype, hidden = looks_of(insert)
        place = insert.ocs().to_wcs(insert.dxf.insert).xyz
        values = {str(a.dxf.tag): words_of(a) for a in insert.attribs if a.dxf.hasattr("tag")}
        corners = np.array([place], dtype=np.float64)
        handle = handle_of(insert)
        row = DrawnRow(POINTS, corners, "INSERT", layer, color, linetype, handle, block=name)
        row.values, row.is_hidden = values or None, hidden
        return row

    def _may_open(self, insert: Any, name: str) -> bool:
        """Whether a block is there to be taken apart; counts why not."""
        drawn, layer = self._walker.drawn, layer_of(insert)
        block = self._blocks.get(name)
        if block is None:
            drawn.skip("INSERT", layer, NO_BLOCK)
        elif block.block is not None and block.block.is_xref:
            drawn.references[name] = str(block.block.dxf.get("xref_path", "") or name)
            drawn.skip("INSERT", layer, REFERENCE)
        elif name.lower() in self._open or len(self._open) >= _DEEPEST:
            drawn.skip("INSERT", layer, TOO_DEEP)
        elif insert.mcount > _MOST_COPIES:
            drawn.skip("INSERT", layer, TOO_MANY)
        else:
            return True
        return False

    def _block(self, name: str, tolerance: float) -> _Block:
        """Return the rows of a block, stroked at least as finely as asked."""
        step = int(np.ceil(np.log2(1.0 / max(tolerance, 1e-12))))
        key = (name.lower(), step)
        made = self._made.get(key)
        if made is None:
            self._open.append(name.lower())
            try:
                made = self._made[key] = self._stacked(name, 2.0**-step)
            finally:
                self._open.pop()
        return made

    def _stacked(self, name: str, tolerance: float) -> _Block:
        rows: list[DrawnRow] = []
        for entity in self._blocks.get(name):
            self._walker.tick()
            if entity.dxftype() == "ATTDEF":
                continue  # what an insert shows of it is its ATTRIB
            if len(rows) > _MOST_BLOCK_ROWS:
                self._walker.drawn.skip(entity.dxftype(), layer_of(entity), TOO_MANY)
                break
            if entity.dxftype() == "INSERT":
                rows.extend(self.rows_of_insert(entity, tolerance))
            else:
                rows.extend(self._walker.rows_of(entity, tolerance))
        counts = np.array([len(row.points) for row in rows], dtype=np.intp)
        points = np.vstack([row.points for row in rows]) if rows else np.zeros((0, 3))
        return _Block(rows, points, np.concatenate([[0], np.cumsum(counts)]).astype(np.intp))


def _matrices(insert: Any) -> Iterator[NDArray[np.float64]]:
    """Give the matrix of each copy of an insert (one, but for arrays of rows and columns)."""
    if insert.mcount <= 1:
        yield _array_of(insert.matrix44())
        return
    for copy in insert.multi_insert():
        yield _array_of(copy.matrix44())


def _array_of(matrix: Any) -> NDArray[np.float64]:
    return np.array(list(matrix), dtype=np.float64).reshape(4, 4)


def _scale_of(matrix: NDArray[np.float64]) -> float:
    return max(float(np.linalg.norm(matrix[:2, :2], ord=2)), 1e-9)


def _placed(
    block: _Block, matrix: NDArray[np.float64], insert: Any, name: str
) -> Iterator[DrawnRow]:
    layer, color, linetype, hidden = looks_of(insert)
    points = block.points @ matrix[:3, :3] + matrix[3, :3]
    scale = _scale_of(matrix)
    for number, row in enumerate(block.rows):
        placed = replace(row, points=points[block.starts[number] : block.starts[number + 1]])
        placed.layer = layer if row.layer == "0" else row.layer
        placed.color = color if row.color == BY_BLOCK else row.color
        placed.linetype = linetype if row.linetype.upper() == "BYBLOCK" else row.linetype
        placed.is_hidden = row.is_hidden or hidden
        placed.block = row.block or name
        if row.area is not None:
            placed.area = _moved(row.area, matrix)
        placed.width = row.width * scale
        yield placed


def _moved(area: Any, matrix: NDArray[np.float64]) -> Any:
    def move(points: NDArray[np.float64]) -> NDArray[np.float64]:
        if points.shape[1] == 2:
            return points @ matrix[:2, :2] + matrix[3, :2]
        return points @ matrix[:3, :3] + matrix[3, :3]

    return shapely.transform(area, move, include_z=bool(area.has_z))
