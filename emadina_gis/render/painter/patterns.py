"""Patterns of areas with QPainter: vectors on paper as on screen, never device-pixel brushes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt

from emadina_gis.render.painter.paths import path_elements, paths_of
from emadina_gis.render.pattern_lines import Ground, pattern_lines
from emadina_gis.render.symbols import pattern_pen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from PySide6.QtGui import QPainter

    from emadina_gis.domain.style import Pattern, Symbol
    from emadina_gis.render.painter.vector import Piece, Target
    from emadina_gis.render.scene import DrawnLayer

#: Lines of a pattern in one path: Qt's time for a line grows faster than its vertices.
BATCH_LINES = 1_000


def class_patterns(
    drawn: DrawnLayer, symbols: tuple[Symbol, ...] = ()
) -> tuple[Pattern | None, ...]:
    """Return the pattern of each colour of a layer; None where it has none or is not drawn.

    Parameters
    ----------
    symbols : tuple of Symbol
        Symbols of the colours with their lengths on this picture; those of the layer otherwise.
    """
    shown = drawn.classes.colors[:, 3] > 0
    return tuple(
        symbol.pattern if seen else None
        for symbol, seen in zip(symbols or drawn.symbols, shown.tolist(), strict=True)
    )


def draw_patterns(
    target: Target, found: Iterator[Piece], patterns: tuple[Pattern | None, ...]
) -> None:
    """Draw the patterns of polygons, one class after another."""
    ground = ground_of(target)
    for piece in found:
        for code in np.unique(piece.codes).tolist():
            pattern = patterns[code]
            if pattern is None:
                continue
            chunk = piece.chunk.taken(np.flatnonzero(piece.codes == code))
            stroke_pattern(target.painter, pattern_lines(chunk, pattern, ground), pattern, ground)
            target.ctx.check()


def ground_of(target: Target) -> Ground:
    """Return the picture that patterns lie on, counted from the origin of the map."""
    view = target.viewport
    return Ground(view.width_px, view.height_px, view.to_screen(0.0, 0.0), target.mm_per_px)


def stroke_pattern(
    painter: QPainter, lines: NDArray[np.float64], pattern: Pattern, ground: Ground
) -> None:
    """Draw the lines or dots of a pattern."""
    painter.setPen(pattern_pen(pattern, ground.mm_per_px))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    elements = path_elements(lines.reshape(-1, 2), np.arange(len(lines) + 1) * 2)
    cuts = np.append(np.arange(0, len(elements), 2 * BATCH_LINES), len(elements))
    for path in paths_of(elements, cuts):
        painter.drawPath(path)
