"""Compares a picture with a stored one; a difference of some pixels at edges is no difference.

Set EMADINA_UPDATE_SNAPSHOTS=1 to store what is drawn now, and look at what changed.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage

SNAPSHOTS = Path(__file__).resolve().parent / "snapshots"
UPDATE = "EMADINA_UPDATE_SNAPSHOTS"
#: Differences of a channel up to this are rounding.
SAME = 24
#: So many parts of all pixels may differ: letters and edges between versions of Qt.
MOST_DIFFERENT = 0.004


@dataclass(frozen=True)
class Difference:
    """How far two pictures are apart."""

    different: float
    mean: float

    @property
    def is_none(self) -> bool:
        """Whether they show the same."""
        return self.different <= MOST_DIFFERENT and self.mean <= 0.6


def pixels(image: QImage) -> np.ndarray:
    """Return RGBA of an image, shape (h, w, 4)."""
    plain = image.convertToFormat(QImage.Format.Format_RGBA8888)
    view = np.frombuffer(plain.constBits(), dtype=np.uint8)
    return view.reshape(plain.height(), plain.bytesPerLine() // 4, 4)[:, : plain.width()].copy()


def difference(first: np.ndarray, second: np.ndarray) -> Difference:
    """Return how far two pictures of one size are apart; infinitely where sizes differ."""
    if first.shape != second.shape:
        return Difference(float("inf"), float("inf"))
    apart = np.abs(first.astype(int) - second.astype(int)).max(axis=2)
    return Difference(float((apart > SAME).mean()), float(apart.mean()))


def check_snapshot(image: QImage, name: str, out: Path) -> None:
    """Fail unless the picture is the stored one; the drawn one is left beside for looking at."""
    stored = SNAPSHOTS / f"{name}.png"
    if os.environ.get(UPDATE):
        stored.parent.mkdir(exist_ok=True)
        image.save(str(stored))
        return
    assert stored.is_file(), f"no snapshot {stored.name}: run once with {UPDATE}=1"
    found = difference(pixels(image), pixels(QImage(str(stored))))
    if not found.is_none:
        drawn = out / f"{name}.png"
        image.save(str(drawn))
        pytest.fail(f"{name} differs from its snapshot ({found}); drawn: {drawn}", pytrace=False)
