"""Grids written as text that end too soon: read as far as they go, told, and never waited for."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from emadina_gis.io.inspect import inspect_file
from emadina_gis.io.raster_open import opened_grid
from emadina_gis.words import load_words

_SIDE = 240
_HEAD = (
    f"ncols {_SIDE}\nnrows {_SIDE}\nxllcorner 296000\nyllcorner 330000\n"
    "cellsize 5\nNODATA_value -9999\n"
)


def _grid_text(path: Path, whole_rows: int) -> Path:
    values = np.arange(_SIDE * _SIDE).reshape(_SIDE, _SIDE) % 997 + 1000
    rows = "\n".join(" ".join(map(str, row)) for row in values[:whole_rows])
    path.write_text(f"{_HEAD}{rows}\n12 13", encoding="ascii")
    return path


@pytest.mark.parametrize("whole_rows", [30, 120, 239])
def test_a_cut_grid_of_text_is_told_and_not_waited_for(tmp_path: Path, whole_rows: int) -> None:
    path = _grid_text(tmp_path / "relief.asc", whole_rows)
    start = time.monotonic()
    report = inspect_file(path, load_words("en"))
    assert time.monotonic() - start < 5.0
    (layer,) = report["layers"]
    assert "raster.damaged" in {problem["code"] for problem in layer["problems"]}


def test_the_rows_before_the_cut_are_read(tmp_path: Path) -> None:
    path = _grid_text(tmp_path / "relief.asc", 200)
    with opened_grid(path) as grid:
        values, valid = grid.band(1, None, (_SIDE, _SIDE))
        assert valid[:180].all()
        assert not valid[210:].any()
        assert values[0, 0] == 1000
        assert grid.damaged
    with opened_grid(path) as grid:
        values, valid = grid.band(1, ((150, 200), (10, 20)), (50, 10))
        assert valid.all()
        assert not grid.damaged


def test_a_whole_grid_of_text_has_nothing_to_tell(tmp_path: Path) -> None:
    path = _grid_text(tmp_path / "relief.asc", _SIDE)
    with opened_grid(path) as grid:
        _, valid = grid.band(1, None, (_SIDE, _SIDE))
        assert valid.all()
        assert not grid.damaged
