"""Plain entities read from the text are what the library makes of them; the rest is left to it."""

from __future__ import annotations

import random
from dataclasses import replace

import ezdxf
import pytest
import shapely

from emadina_gis.io import dxf, dxf_plain
from emadina_gis.io.dxf_plain import PlainReader
from emadina_gis.progress import NULL_CONTEXT

X, Y = 294_000.0, 331_000.0


def _drawing(version):
    """Return a drawing with plain entities and with those that only look plain."""
    chance = random.Random(7)
    document = ezdxf.new(version)
    document.layers.add("قطع", color=3)
    space = document.modelspace()
    for number in range(40):
        x, y = X + 30 * number, Y + chance.uniform(0, 5)
        look = {"layer": ("قطع", "0", "LOTS")[number % 3], "color": (256, 1, 0)[number % 3]}
        space.add_line((x, y, number % 2), (x + 20, y), dxfattribs=look)
        space.add_point((x, y, 4), dxfattribs=look)
        ring = [(x, y), (x + 20, y), (x + 20, y + 20), (x, y + 20)]
        if version != "R12":
            line = space.add_lwpolyline(ring, close=bool(number % 4), dxfattribs=look)
            line.dxf.elevation = number % 5
            line.dxf.const_width = 0.1 * (number % 2)
            space.add_lwpolyline([(*ring[0], 0.5), (*ring[2], 0)], format="xyb")
            space.add_lwpolyline(ring, dxfattribs={"extrusion": (0, 0, -1)})
            space.add_text("سكن", dxfattribs={"true_color": 0x102030}).set_placement((x, y))
        text = space.add_text(f"%%c {number} ^ \\U+0633", height=1.5, rotation=number)
        text.set_placement((x + 5, y + 5))
        if number % 2:
            text.set_placement((x + 5, y + 5), align=ezdxf.enums.TextEntityAlignment.MIDDLE_CENTER)
        space.add_circle((x, y), 3)
        if number % 7 == 0:
            space.add_line((x, y), (x, y + 9), dxfattribs={"invisible": 1})
    document.layout("Layout1").add_line((0, 0), (1, 1))
    return document


@pytest.mark.parametrize("version", ["R12", "R2000", "R2007", "R2018"])
@pytest.mark.parametrize("ends", [b"\n", b"\r\n"])
def test_both_ways_give_the_same_rows(tmp_path, monkeypatch, version, ends):
    path = tmp_path / "plan.dxf"
    document = _drawing(version)
    document.encoding = "cp1256"
    document.saveas(path, encoding="utf-8" if version > "R2004" and version != "R12" else "cp1256")
    path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", ends))
    whole = dxf.load(path, "whole", "", NULL_CONTEXT)
    monkeypatch.setattr(dxf_plain, "LEAST_BYTES", 0)
    parts = dxf.load(path, "parts", "", NULL_CONTEXT)
    assert list(whole.layers) == list(parts.layers)
    for role in whole.layers:
        assert _rows(whole.layers[role]) == _rows(parts.layers[role])
    said = [[replace(p, where="") for p in found.problems] for found in (whole, parts)]
    assert said[0] == said[1]


def _rows(layer):
    """Return rows with their geometry, in an order of their own."""
    shapes = [shape for chunk in layer.geometry for shape in chunk.to_shapely()]
    columns = [column.arrow.to_pylist() for column in layer.columns.values()]
    written = [shapely.to_wkt(shape, rounding_precision=6) for shape in shapes]
    return sorted(map(repr, zip(written, *columns, strict=True)))


@pytest.mark.parametrize(
    "record",
    [
        b"\n  0\nLINE\n  8\n0\n 10\n1\n 20\n2\n 11\nx\n 21\n4",
        b"\n  0\nLINE\n  8\n0\n 10\n1\n 20\n2\n 11\nnan\n 21\n4",
        b"\n  0\nLINE\n  8\n0\n 10\n1\n 20\n2\n 11\n3",
        b"\n  0\nLINE\n  8\n0\n 10\n1\n 20\n2\n 11\n3\n 21\n4\n210\n0\n220\n0\n230\n-1",
        b"\n  0\nLINE\n 67\n1\n  8\n0\n 10\n1\n 20\n2\n 11\n3\n 21\n4",
        b"\n  0\nTEXT\n  8\n0\n 10\n1\n 20\n2\n 40\n1\n  1\na\n 72\n1",
        b"\n  0\nLWPOLYLINE\n  8\n0\n 90\n2\n 10\n1\n 20\n2\n 42\n0.5\n 10\n3\n 20\n4",
        b"\n  0\nPOINT\n  8\n0\n 10\n1\n 20\n2\n1001\nAPP\n1000\nx",
        b"\n  0\nPOINT\n  8",
    ],
)
def test_what_is_not_plain_is_left_to_the_library(record):
    assert PlainReader("utf-8").read(record) is None
    plain = b"\n  0\nPOINT\n  8\nA\n 10\n1\n 20\n2"
    entity = PlainReader("utf-8").read(plain)
    assert entity is not None
    assert (entity.layer, entity.points.tolist()) == ("A", [[1.0, 2.0, 0.0]])
