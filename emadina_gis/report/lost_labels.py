"""Labels that a printed map has no place for, told as the window tells them: one finding a layer.

Pieces of what goes on beyond the map, and names that stand nearby, are not lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from emadina_gis.errors import Problem, Severity
from emadina_gis.render.labels import EXPECTED
from emadina_gis.words.numbers import FSI, PDI

if TYPE_CHECKING:
    from emadina_gis.render.labels import Placement
    from emadina_gis.render.scene import Scene

#: Of many labels the first are named.
MOST_NAMED = 4
#: A label of two lines holds a dot itself.
_BETWEEN = ("; ", "؛ ")


def lost_labels(
    scene: Scene, placement: Placement, language: str, where: str = ""
) -> tuple[Problem, ...]:
    """Return what a map does not name, layer by layer, with the first labels of each.

    Parameters
    ----------
    where : str
        Frame of the map; empty for a picture of a map alone.
    """
    titles = {drawn.id: drawn.layer.title.text(language) for drawn in scene.vectors}
    code = "page.labels-lost" if where else "picture.labels-lost"
    return tuple(
        Problem(
            code,
            Severity.INFO,
            where or titles[layer_id],
            count,
            {"layer": titles[layer_id], "texts": _named(placement, layer_id, count, language)},
        )
        for layer_id, count in placement.unplaced
    )


def _named(placement: Placement, layer_id: str, count: int, language: str) -> str:
    """Return the first labels of a layer that have no place, each in its own direction."""
    lost = [
        one.text
        for one in placement.left_out
        if one.layer_id == layer_id and one.reason not in EXPECTED
    ]
    first = list(dict.fromkeys(lost))[:MOST_NAMED]
    more = " …" if count > len(first) else ""
    return _BETWEEN[language == "ar"].join(f"{FSI}{text}{PDI}" for text in first) + more
