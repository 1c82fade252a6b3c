"""What is read out of a drawing beyond its entities: labels of boundaries, lots of line networks.

Everything here is made by us, counted, and kept in columns or a layer of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from emadina_gis.io import dxf_tables
from emadina_gis.io.dxf_labels import Labels, label_boundaries
from emadina_gis.io.dxf_lots import Lots, find_lots
from emadina_gis.io.dxf_rows import LINES, POLYGONS, TEXTS, Drawn, RoleRows

if TYPE_CHECKING:
    from emadina_gis.io.dxf_tables import Scene
    from emadina_gis.progress import Context

Shapes = NDArray[np.object_]
_ROUND = frozenset({"CIRCLE", "ELLIPSE"})
#: Entities that bound nothing a lot could have: fillings and faces.
_FILLINGS = frozenset({"HATCH", "MPOLYGON", "SOLID", "TRACE", "3DFACE"})
_DEGREES = 1000.0


@dataclass(frozen=True)
class Derived:
    """Labels and lots, with the counts that a person must know.

    Attributes
    ----------
    lots : ndarray of shapely polygons
    lot_owners : tuple of str
        CAD layer of each lot.
    networks : mapping of str to Lots
        What was found on each CAD layer.
    """

    labels: Labels
    lots: Shapes
    lot_owners: tuple[str, ...]
    lot_labels: Labels
    networks: Mapping[str, Lots]

    def lot_layers(self, read: Callable[[str], str]) -> pa.Array:
        """Return the CAD layers of the lots as a column."""
        return pa.array([read(name) for name in self.lot_owners], pa.string())


def derive(
    made: Mapping[str, tuple[RoleRows, Any]], drawn: Drawn, scene: Scene, ctx: Context
) -> Derived:
    """Return the labels and the lots of a drawing.

    Parameters
    ----------
    made : mapping
        Rows and shapes by role.
    """
    polygons, areas = made[POLYGONS]
    networks = _networks(made, scene, ctx)
    lots = [network.shapes for network in networks.values()]
    owners = [name for name, network in networks.items() for _ in network.shapes]
    shapes = np.concatenate(lots) if lots else np.zeros(0, dtype=object)
    texts = dxf_tables.texts_of(drawn.roles[TEXTS], scene)
    ctx.check()
    layers = np.array([row.layer for row in polygons.rows], dtype=object)
    frames = np.array([_may_frame(row.kind, row.block) for row in polygons.rows], dtype=bool)
    every = np.concatenate([shapely.force_2d(areas), shapes])
    both = np.concatenate([layers, np.array(owners, dtype=object)])
    may_frame = np.concatenate([frames, np.zeros(len(shapes), dtype=bool)])
    found = label_boundaries(every, both, may_frame, texts)
    cut = len(areas)
    first, second = _sliced(found, 0, cut), _sliced(found, cut, len(every) - cut)
    return Derived(first, shapes, tuple(owners), second, networks)


def _may_frame(kind: str, block: str | None) -> bool:
    return kind in _ROUND or block is not None


def _sliced(labels: Labels, start: int, count: int) -> Labels:
    label = labels.label.slice(start, count)
    labelled = count - int(label.null_count)
    title_no = labels.title_no.slice(start, count)
    lot_no = labels.lot_no.slice(start, count)
    return Labels(label, title_no, lot_no, labelled, labels.ambiguous, labels.crowded)


def _networks(
    made: Mapping[str, tuple[RoleRows, Any]], scene: Scene, ctx: Context
) -> dict[str, Lots]:
    """Return the faces of the open lines of each CAD layer."""
    if scene.metres != 1.0 or not _is_geographic(made):
        lines, shapes = made[LINES]
        areas, outlines = made[POLYGONS]
    else:
        return {}
    often = _repeated_blocks(made)
    line_layers = np.array([_network_of(row, often) for row in lines.rows], dtype=object)
    area_layers = np.array(
        ["" if row.kind in _FILLINGS else _network_of(row, often) for row in areas.rows],
        dtype=object,
    )
    found = {}
    for name in sorted({name for name in line_layers if name}):
        ctx.check()
        mine = shapes[line_layers == name]
        network = find_lots(mine, shapely.force_2d(outlines[area_layers == name]), ctx)
        if len(network.shapes) or network.is_too_large:
            found[name] = network
    return found


def _network_of(row: Any, often: frozenset[str]) -> str:
    """Return the CAD layer whose network a line takes part in; symbols take part in none."""
    return "" if row.block is not None and row.block in often else str(row.layer)


def _repeated_blocks(made: Mapping[str, tuple[RoleRows, Any]]) -> frozenset[str]:
    """Return the blocks that are inserted more than once: symbols, not parts of the plan."""
    inserts = Counter(
        row.block for rows, _ in made.values() for row in rows.rows if row.kind == "INSERT"
    )
    return frozenset(name for name, count in inserts.items() if name and count > 1)


def _is_geographic(made: Mapping[str, tuple[RoleRows, Any]]) -> bool:
    """Whether coordinates can only be degrees: a tolerance in metres has no meaning then."""
    shapes = np.concatenate([shapes for _, shapes in made.values()])
    if not len(shapes):
        return False
    low_x, low_y, high_x, high_y = shapely.total_bounds(shapes)
    small = high_x - low_x < 1.0 and high_y - low_y < 1.0
    return bool(small and -180 <= low_x <= high_x <= 180 and 20 <= low_y <= high_y <= 40)
