"""Rows of a drawing while it is taken apart: coordinates in one buffer, attributes beside them.

A row is what one entity (or a part of a block) gives: a boundary, a line, a text or a place.
`DrawnRow` lives in the coordinates of its block; `Drawn` collects placed rows by role.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from emadina_gis.io.dxf_own import OwnPlace

POLYGONS = "polygons"
LINES = "lines"
TEXTS = "texts"
POINTS = "points"
ROLES = (POLYGONS, LINES, TEXTS, POINTS)
BY_LAYER = -1
BY_BLOCK = -2
MOST_ROWS = 2_000_000
#: Points of a text row: where it is anchored, its middle, one unit along it, its height up, and the
#: place of the insert whose attribute it is (its anchor for other texts).
ANCHOR, MIDDLE, ALONG, UP, HOLDER = range(5)
TEXT_POINTS = 5


@dataclass(slots=True)
class DrawnRow:
    """A row in the coordinates of the block (or the model) that holds it.

    Attributes
    ----------
    points : ndarray of float64, shape (n, 3)
        A ring without its closing point, a line, the points of a text or a place.
    area : shapely geometry or None
        Instead of points, an area with holes.
    color : int
        0xRRGGBB, `BY_LAYER` or `BY_BLOCK`.
    """

    role: str
    points: NDArray[np.float64]
    kind: str
    layer: str
    color: int
    linetype: str
    handle: str
    area: Any = None
    block: str | None = None
    text: str | None = None
    style: str | None = None
    width: float = 0.0
    is_hidden: bool = False
    values: Mapping[str, str] | None = None
    own: OwnPlace | None = None


@dataclass
class RoleRows:
    """The placed rows of one role."""

    coords: array[float] = field(default_factory=lambda: array("d"))
    counts: list[int] = field(default_factory=list)
    rows: list[DrawnRow] = field(default_factory=list)

    def add(self, row: DrawnRow) -> None:
        """Take a row; its points go into the buffer."""
        self.counts.append(len(row.points))
        self.coords.frombytes(np.ascontiguousarray(row.points, dtype=np.float64).tobytes())
        row.points = _NOTHING
        self.rows.append(row)

    @property
    def xyz(self) -> NDArray[np.float64]:
        """All points, shape (n, 3)."""
        return np.frombuffer(self.coords, dtype=np.float64).reshape(-1, 3)

    @property
    def owners(self) -> NDArray[np.intp]:
        """Row of each point."""
        return np.repeat(np.arange(len(self.counts)), self.counts)


_NOTHING = np.zeros((0, 3))


@dataclass
class Drawn:
    """Everything that a drawing gave, and what it did not give.

    Attributes
    ----------
    skipped : Counter of (kind, layer, reason)
        Entities not carried.
    closed : int
        Boundaries whose ends were a little apart.
    carried, blocks_apart, left, shown : int
        Entities of the model that gave rows, that were inserts, that gave none, and that only show
        what other entities hold.
    """

    roles: dict[str, RoleRows] = field(default_factory=lambda: {role: RoleRows() for role in ROLES})
    skipped: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    closed: int = 0
    blocks_apart: int = 0
    carried: int = 0
    left: int = 0
    shown: int = 0
    row_count: int = 0
    references: dict[str, str] = field(default_factory=dict)

    def add(self, row: DrawnRow) -> None:
        """Take a placed row."""
        self.roles[row.role].add(row)
        self.row_count += 1

    def skip(self, kind: str, layer: str, reason: str) -> None:
        """Count an entity that is not carried."""
        self.skipped[(kind, layer, reason)] += 1

    def sample(self) -> NDArray[np.float64]:
        """Return x and y of all that was drawn, areas with holes by their corners."""
        parts = [rows.xyz[:, :2] for rows in self.roles.values() if len(rows.coords)]
        areas = [row.area for row in self.roles[POLYGONS].rows if row.area is not None]
        if areas:
            parts.append(shapely.get_coordinates(areas))
        return np.vstack(parts) if parts else np.zeros((0, 2))
