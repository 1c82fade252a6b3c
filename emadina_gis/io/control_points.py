"""Control points as text, in the form of QGIS's ``.points`` files: nobody clicks twice.

Lines of ``mapX,mapY,sourceX,sourceY,enable`` under a header; older files say ``pixelX,pixelY``. For
a picture the source is the column and minus the row. Knows no transforms.
"""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from emadina_gis.domain.crs import UNKNOWN, Crs
from emadina_gis.domain.placement import ControlPoint
from emadina_gis.errors import CrsError, LayerReadError
from emadina_gis.io.atomic import replacing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

SUFFIX = ".points"
_MOST_BYTES = 4 * 1024 * 1024
_HEADER = "mapX,mapY,sourceX,sourceY,enable,dX,dY,residual,name"
_CRS = "#CRS:"
_NAMES = {
    "mapx": "X", "mapy": "Y", "sourcex": "x", "sourcey": "y", "pixelx": "x", "pixely": "y",
}  # fmt: skip


@dataclass(frozen=True)
class ControlPointFile:
    """What a file of control points holds.

    Attributes
    ----------
    unread : int
        Lines that hold no point.
    """

    points: tuple[ControlPoint, ...]
    crs: Crs = UNKNOWN
    unread: int = 0


def write_points(
    path: Path,
    points: Iterable[ControlPoint],
    crs: Crs = UNKNOWN,
    residuals: NDArray[np.float64] | None = None,
) -> None:
    """Write control points; residuals, shape (n, 2), are told beside them where they are known.

    Raises
    ------
    OutputError
        Where the file cannot be written.
    """
    lines = [_HEADER]
    if crs.is_known:
        definition = crs.proj.to_wkt().replace("\n", " ")
        lines.insert(0, f"{_CRS} {definition}")
    for index, point in enumerate(points):
        dx, dy = (math.nan, math.nan) if residuals is None else residuals[index]
        numbers = [*point.target, *point.source, int(point.used), dx, dy, math.hypot(dx, dy)]
        name = point.name.replace('"', '""')
        lines.append(",".join(_written(number) for number in numbers) + f',"{name}"')
    with replacing(path) as temporary:
        temporary.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _written(number: float) -> str:
    return "" if not math.isfinite(number) else repr(number)


def read_points(path: Path) -> ControlPointFile:
    """Return the control points of a file.

    Raises
    ------
    LayerReadError
        ``placement.no-points`` where there is none, or ``layer.missing-file``.
    """
    if not path.is_file():
        raise LayerReadError("layer.missing-file", path=str(path))
    if path.stat().st_size > _MOST_BYTES:
        raise LayerReadError("placement.no-points", path=path.name)
    text = path.read_text(encoding="utf-8-sig", errors="replace")
    lines = [line for line in text.splitlines() if line.strip()]
    crs = next((_crs(line) for line in lines if line.startswith(_CRS)), UNKNOWN)
    table = [line for line in lines if not line.startswith("#")]
    rows = list(csv.DictReader(io.StringIO("\n".join(table)), delimiter=_separator(table)))
    found = [point for row in rows if (point := _point(row)) is not None]
    if not found:
        raise LayerReadError("placement.no-points", path=path.name)
    return ControlPointFile(tuple(found), crs, len(rows) - len(found))


def _separator(table: list[str]) -> str:
    header = table[0] if table else ""
    return max(",;\t", key=header.count)


def _crs(line: str) -> Crs:
    try:
        return Crs.parse(line.removeprefix(_CRS).strip())
    except CrsError:
        return UNKNOWN


def _point(row: Mapping[str, str | None]) -> ControlPoint | None:
    """Return the point of a line; None where a number is missing."""
    keys = {str(key).strip().lower(): value for key, value in row.items()}
    named = {_NAMES.get(key, key): value or "" for key, value in keys.items()}
    try:
        x, y, mx, my = (float(named[key].replace(",", ".")) for key in ("x", "y", "X", "Y"))
    except (KeyError, ValueError):
        return None
    point = ControlPoint((x, y), (mx, my), named.get("name", ""), named.get("enable", "1") != "0")
    return point if point.is_finite else None
