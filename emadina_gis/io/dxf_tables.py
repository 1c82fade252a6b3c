"""Rows of a drawing as tables: one per role, geometry in metres, attributes as columns.

Knows nothing of ezdxf but its colours; opens nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from emadina_gis.io.dxf_labels import DrawnTexts
from emadina_gis.io.dxf_rows import (
    ALONG,
    ANCHOR,
    BY_LAYER,
    HOLDER,
    LINES,
    MIDDLE,
    POINTS,
    POLYGONS,
    TEXT_POINTS,
    TEXTS,
    UP,
    DrawnRow,
    RoleRows,
)

if TYPE_CHECKING:
    from emadina_gis.io.dxf_labels import Labels

Shapes = NDArray[np.object_]
Read = Callable[[str], str]
#: Most columns that the attributes of blocks may make.
MOST_ATTRIBUTES = 120


@dataclass(frozen=True)
class LayerLook:
    """What the table of layers says of one of them."""

    color: int = 0xFFFFFF
    linetype: str = "Continuous"
    is_hidden: bool = False


@dataclass(frozen=True)
class Scene:
    """What the rows of a drawing are read with.

    Attributes
    ----------
    metres : float
        Factor from drawing units.
    turn : ndarray of float64, shape (3, 3), or None
        Transform of the drawing's own placement, after the factor.
    looks : mapping
        `LayerLook` by CAD layer, in lower case.
    read : callable
        Turns a text of the drawing into the right encoding.
    """

    metres: float
    turn: NDArray[np.float64] | None
    looks: Mapping[str, LayerLook]
    read: Read

    def placed(self, xyz: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return coordinates in metres, where the drawing places itself."""
        moved = xyz * self.metres if self.metres != 1.0 else xyz.copy()
        if self.turn is not None:
            moved[:, :2] = moved[:, :2] @ self.turn[:2, :2].T + self.turn[:2, 2]
        return moved


def shapes_of(role: str, rows: RoleRows, scene: Scene) -> Shapes:
    """Return the geometry of the rows of a role, with heights where they differ."""
    xyz = scene.placed(rows.xyz)
    if role == TEXTS:
        xyz = xyz.reshape(-1, TEXT_POINTS, 3)[:, ANCHOR]
    has_heights = bool(np.any(xyz[:, 2] != 0))
    coords = xyz if has_heights else xyz[:, :2]
    if role in {TEXTS, POINTS}:
        shapes = np.asarray(shapely.points(coords), dtype=object)
    elif role == LINES:
        shapes = np.asarray(shapely.linestrings(coords, indices=rows.owners), dtype=object)
    else:
        shapes = _polygons(coords, rows, scene)
    if has_heights:
        owners = np.arange(len(shapes)) if role == TEXTS else rows.owners
        is_flat = np.bincount(owners, weights=xyz[:, 2] != 0, minlength=len(shapes)) == 0
        is_flat &= np.array([row.area is None for row in rows.rows], dtype=bool)
        shapes[is_flat] = shapely.force_2d(shapes[is_flat])
    return shapes


def _polygons(coords: NDArray[np.float64], rows: RoleRows, scene: Scene) -> Shapes:
    result = np.full(len(rows.rows), None, dtype=object)
    drawn = np.array([row.area is None for row in rows.rows], dtype=bool)
    if drawn.any():
        indices = (np.cumsum(drawn) - 1)[rows.owners]
        result[drawn] = shapely.polygons(shapely.linearrings(coords, indices=indices))
    for number in np.flatnonzero(~drawn):
        area = rows.rows[number].area
        result[number] = shapely.transform(
            area, lambda xyz: _placed_like(xyz, scene), include_z=bool(area.has_z)
        )
    return result


def _placed_like(coords: NDArray[np.float64], scene: Scene) -> NDArray[np.float64]:
    if coords.shape[1] == 3:
        return scene.placed(coords)
    return scene.placed(np.column_stack([coords, np.zeros(len(coords))]))[:, :2]


def texts_of(rows: RoleRows, scene: Scene) -> DrawnTexts:
    """Return the texts that may label boundaries: hidden ones left out."""
    shown = np.array([not row.is_hidden for row in rows.rows], dtype=bool)
    corners = scene.placed(rows.xyz).reshape(-1, TEXT_POINTS, 3)[shown]
    kept = [row for row, is_shown in zip(rows.rows, shown, strict=True) if is_shown]
    height = np.linalg.norm(corners[:, UP] - corners[:, ANCHOR], axis=1)
    is_attribute = np.array([row.kind == "ATTRIB" for row in kept], dtype=bool)
    return DrawnTexts(
        np.array([scene.read(row.text or "") for row in kept], dtype=object),
        np.array([row.layer for row in kept], dtype=object),
        corners[:, ANCHOR, :2],
        corners[:, MIDDLE, :2],
        height,
        np.where(is_attribute[:, None], corners[:, HOLDER, :2], np.nan),
    )


def text_heights(rows: RoleRows) -> NDArray[np.float64]:
    """Return the heights of texts in drawing units."""
    corners = rows.xyz.reshape(-1, TEXT_POINTS, 3)
    return np.asarray(np.linalg.norm(corners[:, UP] - corners[:, ANCHOR], axis=1))


def columns_of(role: str, rows: RoleRows, scene: Scene, labels: Labels | None) -> dict[str, Any]:
    """Return the columns of a role by name, in the order in which they are shown."""
    listed = rows.rows
    read = scene.read
    columns: dict[str, Any] = {
        "layer": _strings([read(row.layer) for row in listed]),
        "entity": _strings([row.kind for row in listed]),
    }
    if labels is not None:
        columns |= {"label": labels.label, "title_no": labels.title_no, "lot_no": labels.lot_no}
    if role == TEXTS:
        columns |= _text_columns(rows, scene)
    columns["color"] = _strings([_color(row, scene) for row in listed])
    if role in {POLYGONS, LINES}:
        columns["linetype"] = _strings([_linetype(row, scene) for row in listed])
    if any(row.width for row in listed):
        columns["width"] = pa.array([row.width * scene.metres for row in listed], pa.float64())
    columns["block"] = _strings([None if r.block is None else read(r.block) for r in listed])
    columns["handle"] = _strings([row.handle or None for row in listed])
    hidden = [is_hidden(row, scene) for row in listed]
    if any(hidden):
        columns["hidden"] = pa.array(hidden, pa.bool_())
    return columns


def is_hidden(row: DrawnRow, scene: Scene) -> bool:
    """Whether a row, or its CAD layer, is switched off or frozen."""
    return row.is_hidden or scene.looks.get(row.layer.lower(), LayerLook()).is_hidden


def _text_columns(rows: RoleRows, scene: Scene) -> dict[str, Any]:
    corners = scene.placed(rows.xyz).reshape(-1, TEXT_POINTS, 3)
    height = np.linalg.norm(corners[:, UP] - corners[:, ANCHOR], axis=1)
    along = corners[:, ALONG] - corners[:, ANCHOR]
    turn = np.degrees(np.arctan2(along[:, 1], along[:, 0])) % 360.0
    return {
        "text": _strings([scene.read(row.text or "") for row in rows.rows]),
        "height": pa.array(np.round(height, 6)),
        "rotation_deg": pa.array(np.round(turn, 6) % 360.0),
        "style": _strings([row.style or None for row in rows.rows]),
    }


def _color(row: DrawnRow, scene: Scene) -> str:
    color = row.color
    if color < 0:
        look = scene.looks.get(row.layer.lower(), LayerLook())
        color = look.color if color == BY_LAYER else 0xFFFFFF
    return f"#{color:06x}"


def _linetype(row: DrawnRow, scene: Scene) -> str:
    if row.linetype.upper() != "BYLAYER":
        return scene.read(row.linetype)
    return scene.read(scene.looks.get(row.layer.lower(), LayerLook()).linetype)


def _strings(values: Sequence[str | None]) -> pa.Array:
    try:
        return pa.array(values, pa.string())
    except UnicodeEncodeError:  # bytes that no encoding explains, in names of a damaged file
        clean = [v if v is None else v.encode("utf-8", "replace").decode() for v in values]
        return pa.array(clean, pa.string())


def attribute_columns(rows: Sequence[DrawnRow], read: Read) -> tuple[dict[str, Any], int]:
    """Return the attributes of rows as columns by tag, and how many tags there was no room for."""
    names: dict[str, None] = {}
    for row in rows:
        names.update(dict.fromkeys(row.values or ()))
    kept = list(names)[:MOST_ATTRIBUTES]
    columns = {
        read(name): _strings([_value(row.values, name, read) for row in rows]) for name in kept
    }
    return columns, len(names) - len(kept)


def _value(values: Mapping[str, str] | None, name: str, read: Read) -> str | None:
    found = None if values is None else values.get(name)
    return None if found is None else read(found)
