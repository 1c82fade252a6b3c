"""The picture of one layer by OpenGL, in steps; what an earlier one holds is not drawn again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QPainter

from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.kept import kept
from emadina_gis.render.id_samples import colors_by_id
from emadina_gis.render.painter.vector import blank_image
from emadina_gis.render.parts import Part, shift, uncovered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from PySide6.QtGui import QImage

    from emadina_gis.app.canvas.gl_context import GlContext
    from emadina_gis.domain.viewport import Viewport
    from emadina_gis.render.id_samples import IdSamples
    from emadina_gis.render.scene import DrawnLayer, Scene
    from emadina_gis.render.solid_lines import SolidLine


@dataclass(frozen=True, eq=False)
class HeldPicture:
    """A finished picture of a layer, and all that its look depends on."""

    image: QImage
    viewport: Viewport
    look: tuple[object, ...]


def look_of(
    scene: Scene, drawn: DrawnLayer, lines: tuple[SolidLine, ...] = ()
) -> tuple[object, ...]:
    """Return what pictures of a layer that fit together have in common."""
    strokes = tuple((line.width_px, line.strength, line.palette.tobytes()) for line in lines)
    geometry = drawn.layer.table.geometry
    colors = drawn.fill_colors.tobytes()
    return scene.crs, geometry, drawn.classes, colors, strokes, drawn.symbol.size_mm


class ColoredIds:
    """Pictures of ids in a layer's colours, made by whoever asks for them first; premultiplied."""

    def __init__(self, scene: Scene, drawn: DrawnLayer, viewport: Viewport, ids: IdSamples) -> None:
        self._scene = scene
        self._drawn = drawn
        self._viewport = viewport
        self._ids = ids

    @kept
    def rough(self) -> QImage:
        """The picture that is there first: its borders are not antialiased."""
        image = blank_image(*self._ids.size)
        self._ids.color_roughly(self._colors, _words_of(image))
        return image

    @kept
    def image(self) -> QImage:
        """The finished picture."""
        image = blank_image(*self._ids.size)
        self._ids.color(self._colors, _words_of(image))
        return image

    @kept
    def _colors(self) -> NDArray[np.uint32]:
        return colors_by_id(self._drawn.classes.codes, self._drawn.fill_colors)

    @property
    def held(self) -> HeldPicture:
        """The picture, for the next view."""
        return HeldPicture(self.image, self._viewport, look_of(self._scene, self._drawn))


def _words_of(image: QImage) -> NDArray[np.uint32]:
    """Return the pixels of a picture, one number each; what is written to them is in it."""
    return np.frombuffer(image.bits(), np.uint32)


class LayerDrawing:
    """Draws a layer once; `image` is the picture when the steps have ended."""

    def __init__(
        self,
        scene: Scene,
        drawn: DrawnLayer,
        viewport: Viewport,
        lines: tuple[SolidLine, ...],
        *,
        at_rest: bool,
    ) -> None:
        self._scene = scene
        self._drawn = drawn
        self._viewport = viewport
        self._lines = lines
        self._at_rest = at_rest
        self.image = blank_image(viewport.width_px, viewport.height_px)

    @property
    def held(self) -> HeldPicture:
        """The picture, for the next view."""
        return HeldPicture(self.image, self._viewport, self._look())

    def _look(self) -> tuple[object, ...]:
        return look_of(self._scene, self._drawn, self._lines)

    def steps(self, gl: GlContext, held: HeldPicture | None) -> Iterator[None]:
        """Draw; yields where it may pause. The context is current during each step only."""
        parts = None if held is None or not self._fits(held) else self._taken_from(held)
        if parts is None:
            yield from self._draw(gl, None)
            with gl as renderer:
                renderer.read(self.image.bits(), self._viewport)
            return
        for part in parts:
            yield from self._draw(gl, part)
            self._paste(gl, part)

    def _fits(self, held: HeldPicture) -> bool:
        """Whether a picture looks as this one will; at rest all is drawn, for other colours.

        Marks reach over the borders of parts.
        """
        if self._drawn.layer.table.main_kind is Kind.POINT:
            return False
        return not self._at_rest and held.look == self._look()

    def _taken_from(self, held: HeldPicture) -> list[Part] | None:
        at = shift(held.viewport, self._viewport)
        parts = None if at is None else uncovered(at, held.viewport, self._viewport)
        if at is not None and parts is not None:
            painter = QPainter(self.image)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
            painter.drawImage(*at, held.image)
            painter.end()
        return parts

    def _draw(self, gl: GlContext, part: Part | None) -> Iterator[None]:
        with gl as renderer:
            steps = renderer.draw(
                self._scene,
                self._drawn,
                self._viewport,
                lines=self._lines,
                at_rest=self._at_rest,
                part=part,
            )
        yield from gl.stepped(steps)

    def _paste(self, gl: GlContext, part: Part) -> None:
        image = blank_image(part.width, part.height)
        with gl as renderer:
            renderer.read(image.bits(), self._viewport, part)
        painter = QPainter(self.image)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        painter.drawImage(part.left, part.top, image)
        painter.end()
