"""Memory goes back to the system, and what is mapped can be read all the same."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

from emadina_gis.io.array_file import ArrayReader, ArrayWriter, let_go_of_pages
from emadina_gis.io.given_back import give_back
from emadina_gis.io.worker.limits import resident_bytes

if TYPE_CHECKING:
    from pathlib import Path

MB = 1_000_000
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="the system does not tell")


def _mapped(path: Path, count: int) -> ArrayReader:
    with ArrayWriter(path) as blocks:
        blocks.array(np.arange(count), "<i8")
        blocks.finish({})
    return ArrayReader(path)


def test_mapped_arrays_are_read_again_after_their_pages_went(tmp_path: Path) -> None:
    values = _mapped(tmp_path / "arrays", 100_000).array(100_000, "<i8")
    assert values.sum() == 4_999_950_000
    let_go_of_pages()
    assert values.sum() == 4_999_950_000


@on_linux
def test_pages_of_a_mapped_file_that_was_removed_go_and_come_back(tmp_path: Path) -> None:
    path = tmp_path / "arrays"
    values = _mapped(path, 10 * MB).array(10 * MB, "<i8")
    path.unlink()
    assert values[-1] == values.max()  # reads all of it
    before = resident_bytes()
    let_go_of_pages()
    assert resident_bytes() < before - 60 * MB
    assert values[-1] == 10 * MB - 1


@on_linux
def test_what_was_freed_goes_back_to_the_system() -> None:
    small = [bytes(30_000) for _ in range(4_000)]  # too small to be the system's own
    walls = small[::400]
    before = resident_bytes()
    del small
    give_back()
    assert resident_bytes() < before - 60 * MB
    assert len(walls) == 10
