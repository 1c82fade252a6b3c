"""Tables to DXF drawings: polylines and points on one layer each, in the table's coordinates."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import shapely

from emadina_gis.errors import Problem, Severity

if TYPE_CHECKING:
    from pathlib import Path

    from emadina_gis.domain.table import FeatureTable
    from emadina_gis.progress import Context

_FORBIDDEN = re.compile(r"[<>/\\\":;?*|=`,]")
_UNIT_METRES = 6


def write_dxf(table: FeatureTable, path: Path, layer: str, ctx: Context) -> tuple[Problem, ...]:
    """Write the geometry of a table; a column named ``layer`` chooses the layer of each row.

    Holes become closed polylines of their own.
    """
    import ezdxf

    document = ezdxf.new("R2010")  # type: ignore[attr-defined,unused-ignore]
    document.header["$INSUNITS"] = _UNIT_METRES
    space = document.modelspace()
    names = table.strings("layer") if "layer" in table.names else None
    for row, shape in enumerate(table.shapes()):
        if row % 1000 == 0:
            ctx.report(row / max(table.row_count, 1), "phase.writing")
        if shape is not None:
            name = str(names[row] or layer) if names is not None else layer
            _add(space, shape, {"layer": _FORBIDDEN.sub("_", name)[:255] or "0"})
    document.saveas(path)
    if not table.crs.is_known:
        return ()
    params = {"crs": table.crs.id or table.crs.name}
    return (Problem("write.crs-not-stored", Severity.INFO, path.name, 1, params),)


def _add(space: Any, shape: Any, attributes: dict[str, str]) -> None:
    for part in shapely.get_parts(shape):
        if part.geom_type == "Point":
            space.add_point((part.x, part.y), dxfattribs=attributes)
        elif part.geom_type == "Polygon":
            for ring in (part.exterior, *part.interiors):
                corners = shapely.get_coordinates(ring)[:-1].tolist()
                space.add_lwpolyline(corners, close=True, dxfattribs=attributes)
        else:
            line = shapely.get_coordinates(part).tolist()
            space.add_lwpolyline(line, dxfattribs=attributes)


def count_dxf(path: Path) -> int:
    """Return the entities of a drawing."""
    import ezdxf

    document = ezdxf.readfile(path)  # type: ignore[attr-defined,unused-ignore]
    return len(document.modelspace())
