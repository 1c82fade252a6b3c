"""What a page for the public does not show, or shows more simply, told to who publishes it.

The page itself only counts layers that are left out, because their names may not leave.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.layer import Diffusion
from emadina_gis.errors import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from emadina_gis.domain.title import Title
    from emadina_gis.render.scene import DrawnLayer
    from emadina_gis.words import Words


@dataclass(frozen=True)
class Told:
    """A layer, and why it is told of: a key of ``web.told``."""

    title: Title
    why: str


def left_out(
    layers: Iterable[DrawnLayer], published: Iterable[DrawnLayer], *, are_chosen: bool
) -> Iterator[Told]:
    """Yield the layers that a page does not show, but for those that a person did not choose."""
    shown = {drawn.id for drawn in published}
    for drawn in layers:
        if drawn.id in shown:
            continue
        layer = drawn.layer
        if not layer.crs.is_known:
            yield Told(layer.title, "no-crs")
        elif layer.table.main_kind == Kind.NONE:
            yield Told(layer.title, "no-shape")
        elif not are_chosen:
            why = "internal" if layer.diffusion is Diffusion.INTERNAL else "restricted"
            yield Told(layer.title, why)


def simpler_from_afar(drawn: DrawnLayer) -> Iterator[Told]:
    """Yield what of a layer is not seen where its classes are merged."""
    classes = drawn.classes
    if classes.shades > 1:
        yield Told(drawn.layer.title, "far-opacity")
    if classes.bands:
        yield Told(drawn.layer.title, "far-rules")


def findings(
    left: tuple[Told, ...], simpler: tuple[Told, ...], words: Words
) -> tuple[Problem, ...]:
    """Return one finding for what is not on the page, and one for what is drawn more simply."""
    named = (("web.left-out", left), ("web.simpler", simpler))
    return tuple(
        Problem(code, Severity.INFO, count=len(told), params={"layers": _listed(told, words)})
        for code, told in named
        if told
    )


def _listed(told: tuple[Told, ...], words: Words) -> str:
    texts = (
        words.text("web.told.of", layer=one.title.text(words.language), why=_why(one, words))
        for one in told
    )
    return words.text("report.list_separator").join(texts)


def _why(one: Told, words: Words) -> str:
    return words.text(f"web.told.{one.why}")
