"""What the tables and the header of a drawing say: looks of layers, paper, coordinate system.

Takes an ezdxf document; reads no entity's shape.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from emadina_gis.io.dxf_own import CRS_PROPERTY, is_own
from emadina_gis.io.dxf_places import rgb_of
from emadina_gis.io.dxf_tables import LayerLook

if TYPE_CHECKING:
    from pathlib import Path

_ALIAS = re.compile(
    r'<Alias\s+id="(\d{4,6})"\s+type="CoordinateSystem">\s*'
    r"<ObjectId>[^<]*</ObjectId>\s*<Namespace>EPSG Code</Namespace>"
)
_LOCAL_GRID = 1
_LARGEST_PRJ = 20_000
_WHITE = 0xFFFFFF


def layer_looks(document: Any) -> dict[str, LayerLook]:
    """Return the looks of layers by lower-case name."""
    looks = {}
    for layer in document.layers:
        dxf = layer.dxf
        true = dxf.get("true_color")
        index = abs(int(dxf.get("color", 7)))
        color = int(true) & 0xFFFFFF if true is not None else _indexed(index)
        linetype = str(dxf.get("linetype", "Continuous"))
        hidden = bool(layer.is_off() or layer.is_frozen())
        looks[str(dxf.name).lower()] = LayerLook(color, linetype, hidden)
    return looks


def _indexed(index: int) -> int:
    return rgb_of(index) if 1 <= index <= 255 else _WHITE


def paper_entities(document: Any) -> tuple[Counter[str], int]:
    """Return how many entities each paper layout shows, and how many records it has in all."""
    shown: Counter[str] = Counter()
    records = 0
    for layout in document.layouts:
        if layout.is_modelspace:
            continue
        kinds = Counter(entity.dxftype() for entity in layout)
        drawn = sum(count for kind, count in kinds.items() if kind != "VIEWPORT")
        if layout.is_active_paperspace:
            records += sum(kinds.values())
        if drawn:
            shown[str(layout.name)] += drawn
    return shown, records


def paper_space(document: Any) -> Iterator[Any]:
    """Give the entities of all paper layouts."""
    for layout in document.layouts:
        if not layout.is_modelspace:
            yield from (entity for entity in layout if entity.dxftype() != "VIEWPORT")


def declared_crs(document: Any, path: Path) -> tuple[str, NDArray[np.float64] | None]:
    """Return the coordinate system that a drawing names, and the transform of its own into it."""
    if is_own(document) and document.header.custom_vars.has_tag(CRS_PROPERTY):
        return str(document.header.custom_vars.get(CRS_PROPERTY)), None
    placed = document.modelspace().get_geodata()
    alias = None if placed is None else _ALIAS.search(_plain_xml(placed))
    if placed is not None and alias is not None:
        return f"EPSG:{alias.group(1)}", _local_grid(placed.dxf)
    beside = path.with_suffix(".prj")
    if beside.is_file() and beside.stat().st_size <= _LARGEST_PRJ:
        return beside.read_text("utf-8", "replace").strip(), None
    return "", None


def _plain_xml(placed: Any) -> str:
    return str(placed.coordinate_system_definition)[:200_000]


def _local_grid(dxf: Any) -> NDArray[np.float64] | None:
    """Return the transform from the drawing to its coordinate system; None where there is none."""
    if int(dxf.get("coordinate_type", 0)) != _LOCAL_GRID:
        return None
    scale = float(dxf.get("horizontal_unit_scale", 1.0)) * float(dxf.get("user_scale_factor", 1.0))
    north = dxf.get("north_direction", (0.0, 1.0))
    angle = math.pi / 2 - math.atan2(float(north[1]), float(north[0]))
    source, target = dxf.design_point, dxf.reference_point
    turn = scale * np.array(
        [[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]]
    )
    matrix = np.eye(3)
    matrix[:2, :2] = turn
    matrix[:2, 2] = np.array([target[0], target[1]]) - turn @ np.array([source[0], source[1]])
    return None if np.allclose(matrix, np.eye(3), atol=1e-12) else matrix
