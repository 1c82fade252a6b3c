"""Tables to DXF drawings that an architect can use: named layers, attributes, labels, metres.

Each ring, line and point carries its row and its fields as extended data; rows with a label also
have a block with attributes, so that the fields show in the properties. Coordinates are the
table's. What a drawing cannot hold comes back as problems.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from emadina_gis.domain.geometry import Kind
from emadina_gis.errors import Problem, Severity
from emadina_gis.io.drawing_rows import ASSIGNED_COLORS, DrawingRows
from emadina_gis.io.dxf_own import (
    APPLICATION,
    CRS_PROPERTY,
    LABEL_PLACE,
    read_fields,
    write_fields,
    write_types,
)

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from emadina_gis.domain.geometry import GeometryChunk
    from emadina_gis.domain.table import FeatureTable
    from emadina_gis.progress import Context

_UNIT_METRES = 6
_METRIC = 1
_CROSS = 3
_STYLE = "ETIQUETTE"
_FONT = "arial.ttf"
_CARD = "FICHE"
_TEXT_LAYER = "_TEXTE"
_HATCH_TRANSPARENCY = 0.7
_INVISIBLE = 1
#: Layer of the fields that blocks hold; off, since some programs show hidden attributes too.
_FIELDS_LAYER = "ATTRIBUTS"


def write_dxf(table: FeatureTable, path: Path, layer: str, ctx: Context) -> tuple[Problem, ...]:
    """Write a table; a column that says the layer, the sector or the nature chooses the layers.

    Polygons with holes become closed polylines and one hatch, heights are kept.
    """
    rows = DrawingRows(table, layer)
    writer = _Writer(rows, table)
    number = 0
    for chunk in table.geometry or ():
        writer.write_chunk(chunk, number, ctx)
        number += len(chunk)
        ctx.report(number / max(table.row_count, 1), "phase.writing")
    writer.document.saveas(path)
    return tuple(_problems(writer, rows, table, path.name))


def _problems(writer: _Writer, rows: DrawingRows, table: FeatureTable, where: str) -> list[Problem]:
    found = []
    if rows.layer_field:
        params = {"field": rows.layer_field}
        count = len(writer.layers)
        found.append(Problem("write.dxf-layers", Severity.INFO, where, count, params))
    if writer.fields_left:
        params = {"names": ", ".join(sorted(writer.fields_left))}
        count = len(writer.fields_left)
        found.append(Problem("write.dxf-fields-left", Severity.WARNING, where, count, params))
    absent = int((table.kinds == Kind.NONE).sum()) if table.has_geometry else table.row_count
    if absent:
        found.append(Problem("write.dxf-no-geometry", Severity.WARNING, where, absent))
    if rows.has_labels and not rows.has_cards:
        found.append(Problem("write.dxf-no-cards", Severity.INFO, where, table.row_count))
    if table.crs.is_known:
        params = {"crs": table.crs.id or table.crs.name}
        found.append(Problem("write.dxf-crs", Severity.INFO, where, 1, params))
    return found


class _Writer:
    """Fills one drawing."""

    def __init__(self, rows: DrawingRows, table: FeatureTable) -> None:
        import ezdxf

        self.document: Any = ezdxf.new("R2010")  # type: ignore[attr-defined,unused-ignore]
        self.layers: dict[str, int] = {}
        self.fields_left: set[str] = set()
        self._rows = rows
        self._space = self.document.modelspace()
        self._prepare(table)

    def _prepare(self, table: FeatureTable) -> None:
        document = self.document
        header = document.header
        header["$INSUNITS"], header["$MEASUREMENT"] = _UNIT_METRES, _METRIC
        header["$PDMODE"] = _CROSS
        document.appids.add(APPLICATION)
        document.styles.add(_STYLE, font=_FONT)
        if table.crs.is_known:
            header.custom_vars.append(CRS_PROPERTY, table.crs.id or table.crs.name)
        write_types(document, self._rows.types)
        if self._rows.has_labels:
            self._prepare_card()
        extent = table.extent
        if extent is not None:
            header["$EXTMIN"] = (extent.xmin, extent.ymin, 0.0)
            header["$EXTMAX"] = (extent.xmax, extent.ymax, 0.0)
            height = max(extent.width, extent.height, 1.0)
            document.set_modelspace_vport(height, center=extent.center)

    def _prepare_card(self) -> None:
        card = self.document.blocks.new(_CARD)
        height = {"height": self._rows.letter_height, "style": _STYLE}
        card.add_attdef("ETIQUETTE", (0, 0), dxfattribs=height)
        if not self._rows.has_cards:
            return
        self.document.layers.add(_FIELDS_LAYER).off()
        hidden = {**height, "flags": _INVISIBLE, "layer": _FIELDS_LAYER}
        for tag in self._rows.tags:
            card.add_attdef(tag, (0, 0), dxfattribs=hidden)

    def write_chunk(self, chunk: GeometryChunk, first: int, ctx: Context) -> None:
        """Write the features of a chunk."""
        spots = self._spots(chunk)
        for number in range(len(chunk)):
            if number % 500 == 0:
                ctx.check()
            if chunk.kinds[number] == Kind.NONE:
                continue
            row = first + number
            look = self._look(row)
            self._write_feature(chunk, number, row, look)
            if self._rows.has_labels:
                self._write_label(row, spots[number], look)

    def _spots(self, chunk: GeometryChunk) -> NDArray[np.float64]:
        """Return a place for the label of each feature: inside it."""
        if not self._rows.has_labels:
            return np.zeros((len(chunk), 2))
        inside = shapely.point_on_surface(chunk.to_shapely())
        return np.column_stack([shapely.get_x(inside), shapely.get_y(inside)])

    def _look(self, row: int) -> dict[str, Any]:
        name = self._rows.layer_of(row)
        if name.lower() not in self.layers:
            color = ASSIGNED_COLORS[len(self.layers) % len(ASSIGNED_COLORS)]
            self.layers[name.lower()] = color
            if name not in self.document.layers:
                self.document.layers.add(name, color=color)
        look: dict[str, Any] = {"layer": name}
        color_of_row = self._rows.color_of(row)
        if color_of_row is not None:
            look["true_color"] = color_of_row
        return look

    def _write_feature(
        self, chunk: GeometryChunk, number: int, row: int, look: dict[str, Any]
    ) -> None:
        fields = self._rows.fields_of(row)
        first_part = int(chunk.part_offsets[number])
        for part in range(first_part, int(chunk.part_offsets[number + 1])):
            low, high = int(chunk.ring_offsets[part]), int(chunk.ring_offsets[part + 1])
            for ring in range(low, high):
                entity = self._ring(chunk, ring, int(chunk.kinds[number]), look)
                place = (part - first_part, ring - low)
                is_first = part == first_part and ring == low
                left = write_fields(entity, row, place, fields if is_first else {})
                self.fields_left.update(left)
            if chunk.kinds[number] == Kind.POLYGON and high - low > 1:
                self._hatch([_coords(chunk, ring) for ring in range(low, high)], row, look)

    def _ring(self, chunk: GeometryChunk, ring: int, kind: int, look: dict[str, Any]) -> Any:
        coords = _coords(chunk, ring)
        if kind == Kind.POINT:
            return self._space.add_point(tuple(coords[0]), dxfattribs=look)
        is_closed = kind == Kind.POLYGON
        if is_closed:
            coords = coords[:-1]
        heights = coords[:, 2]
        if np.ptp(heights) > 0:
            return self._space.add_polyline3d(coords.tolist(), close=is_closed, dxfattribs=look)
        attributes = {**look, "elevation": float(heights[0])} if heights[0] else look
        return self._space.add_lwpolyline(
            coords[:, :2].tolist(), close=is_closed, dxfattribs=attributes
        )

    def _hatch(self, rings: list[NDArray[np.float64]], row: int, look: dict[str, Any]) -> None:
        """Fill a polygon with holes lightly, so that the holes show."""
        hatch = self._space.add_hatch(dxfattribs=look)
        hatch.transparency = _HATCH_TRANSPARENCY
        for number, ring in enumerate(rings):
            flags = 1 if number == 0 else 16
            hatch.paths.add_polyline_path(ring[:-1, :2].tolist(), is_closed=True, flags=flags)
        write_fields(hatch, row, LABEL_PLACE, {})

    def _write_label(self, row: int, spot: NDArray[np.float64], look: dict[str, Any]) -> None:
        """Put the label of a row into it, as a block that holds its fields."""
        from ezdxf.enums import TextEntityAlignment

        text = self._rows.label_of(row)
        if not text:
            return
        place = (float(spot[0]), float(spot[1]))
        layer = f"{look['layer']}{_TEXT_LAYER}"
        if layer not in self.document.layers:
            self.document.layers.add(layer, color=self.layers[str(look["layer"]).lower()])
        insert = self._space.add_blockref(_CARD, place, dxfattribs={"layer": layer})
        letters = {"height": self._rows.letter_height, "style": _STYLE, "layer": layer}
        label = insert.add_attrib("ETIQUETTE", text, place, dxfattribs=letters)
        label.set_placement(place, align=TextEntityAlignment.MIDDLE_CENTER)
        hidden = {**letters, "flags": _INVISIBLE, "layer": _FIELDS_LAYER}
        for tag, value in self._rows.card_of(row):
            insert.add_attrib(tag, value, place, dxfattribs=hidden)
        write_fields(insert, row, LABEL_PLACE, {})


def _coords(chunk: GeometryChunk, ring: int) -> NDArray[np.float64]:
    start, end = int(chunk.coord_offsets[ring]), int(chunk.coord_offsets[ring + 1])
    heights = np.zeros(end - start) if chunk.z is None else np.nan_to_num(chunk.z[start:end])
    return np.column_stack([chunk.xy[start:end], heights])


def count_dxf(path: Path) -> int:
    """Return the rings, lines and points that were written into a drawing."""
    import ezdxf

    document = ezdxf.readfile(path)  # type: ignore[attr-defined,unused-ignore]
    found = (read_fields(entity) for entity in document.modelspace())
    return sum(own is not None and not own[0].is_label for own in found)
