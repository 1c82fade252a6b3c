"""Drawings made to harm, and drawings that were harmed: bounded, stopped when asked, refused."""

from __future__ import annotations

import contextlib
import io
import tempfile
from pathlib import Path
from typing import Any

import ezdxf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emadina_gis.errors import EmadinaError, JobCancelled
from emadina_gis.io import dxf
from emadina_gis.io.vector import describe, read_layer
from emadina_gis.progress import NULL_CONTEXT, Context

X, Y = 294_000.0, 331_000.0
SQUARE = [(X, Y), (X + 20, Y), (X + 20, Y + 20), (X, Y + 20)]


@pytest.fixture
def drawing():
    return ezdxf.new("R2010")


@pytest.fixture
def save(tmp_path):
    def saved(document):
        path = tmp_path / "plan.dxf"
        document.saveas(path)
        return path

    return saved


def test_a_bomb_of_blocks_is_bounded(drawing, save):
    inner = drawing.blocks.new("B0")
    for number in range(100):
        inner.add_point((number, 0))
    for level in range(1, 8):
        block = drawing.blocks.new(f"B{level}")
        for number in range(100):
            block.add_blockref(f"B{level - 1}", (0, number))
    drawing.modelspace().add_blockref("B7", (X, Y))
    path = save(drawing)
    found = dxf.load(path, path.name, "", NULL_CONTEXT)
    assert "dxf.block-too-large" in {problem.code for problem in found.problems}
    assert found.layers["points"].row_count < 1_000_000


def test_reading_stops_when_asked(drawing, save):
    for number in range(2000):
        drawing.modelspace().add_point((X + number, Y))
    path = save(drawing)
    context = Context()
    context.cancel()
    with pytest.raises(JobCancelled):
        dxf.load(path, path.name, "", context)


_MADE: list[bytes] = []


def _sample() -> bytes:
    """Return a drawing with one of everything."""
    if not _MADE:
        document: Any = ezdxf.new("R2000")  # type: ignore[attr-defined,unused-ignore]
        space = document.modelspace()
        space.add_lwpolyline(SQUARE, close=True)
        space.add_text("T.12/C").set_placement((X + 5, Y + 5))
        space.add_circle((X, Y), 3)
        hatch = space.add_hatch()
        hatch.paths.add_polyline_path(SQUARE)
        document.blocks.new("MAISON").add_line((0, 0), (1, 1))
        space.add_blockref("MAISON", (X, Y))
        stream = io.StringIO()
        document.write(stream)
        _MADE.append(stream.getvalue().encode())
    return _MADE[0]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=0, max_size=6)), max_size=8))
def test_mutated_drawings_give_a_result_or_a_reason(changes):
    raw = bytearray(_sample())
    for place, new in changes:
        start = int(place * (len(raw) - 1))
        raw[start : start + max(len(new), 1)] = new
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "m.dxf"
        path.write_bytes(bytes(raw))
        with contextlib.suppress(EmadinaError):  # a reason
            for layer in describe(path).layers:
                read_layer(path, layer.name)
