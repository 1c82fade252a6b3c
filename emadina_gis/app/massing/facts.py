"""What is told under the volumes and under a section: figures, and what is assumed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emadina_gis.regulation import Citation
    from emadina_gis.render.massing.scene import MassingScene
    from emadina_gis.render.massing.section import StreetSection
    from emadina_gis.words import Words

#: Lengths that differ by more are told, in metres.
TOLD_M = 0.5

#: Counts of parcels that are told where there are any, with the key of their sentence.
_COUNTS = {
    "parcels_reduced": "massing.fact.reduced",
    "parcels_without": "massing.fact.without",
    "parcels_as_lot": "massing.fact.as-lot",
    "parcels_mixed": "massing.fact.mixed",
    "parcels_beyond": "massing.fact.beyond",
}


def scene_facts(
    scene: MassingScene, words: Words, left_out: int = 0, *, by_painter: bool = False
) -> str:
    """Return what a scene shows and how its heights were found.

    Parameters
    ----------
    scene : MassingScene
    words : Words
    left_out : int
        Bodies that the picture could not show.
    by_painter : bool
        The picture was drawn without OpenGL.
    """
    facts = scene.facts
    count = int(facts.get("parcels", 0))
    said = [
        words.plural(
            "massing.fact.volume",
            count,
            area=words.quantity(facts.get("floor_area_m2"), "m2"),
            height=words.quantity(facts.get("highest_m"), "m", 2),
        )
    ]
    for name, key in _COUNTS.items():
        if facts.get(name, 0):
            said.append(words.plural(key, int(facts[name])))
    said.append(words.text("massing.fact.storey", height=_metres(facts.get("storey_m"), words)))
    said += _standing_facts(scene, words)
    hidden = left_out + int(facts.get("buildings_left_out", 0))
    if hidden:
        said.append(words.plural("massing.fact.left-out", hidden))
    if by_painter:
        said.append(words.text("massing.fact.by-painter"))
    return " ".join(said)


def _standing_facts(scene: MassingScene, words: Words) -> list[str]:
    facts = scene.facts
    if not facts.get("buildings_layer", 0):
        return [words.text("massing.fact.no-buildings")]
    said = []
    from_levels = int(facts.get("buildings_from_levels", 0) + facts.get("buildings_from_area", 0))
    if from_levels:
        storey = _metres(facts.get("storey_m"), words)
        said.append(words.plural("massing.fact.from-levels", from_levels, height=storey))
    unknown = int(facts.get("buildings_unknown", 0))
    if unknown:
        said.append(words.plural("massing.fact.height-unknown", unknown))
    return said


def _metres(value: float | None, words: Words) -> str:
    return words.quantity(value, "m", 2)


def _note(citation: Citation, words: Words) -> str:
    """Return what the document's editor notes beside a value that is not plainly printed."""
    article = words.text("massing.article", article=words.isolated(citation.article))
    note = words.isolated(citation.note.in_language(words.language))
    return words.text("massing.fact.note", article=article, note=note)


def section_facts(section: StreetSection, words: Words) -> str:
    """Return what a section shows and what is assumed in it."""
    said = [
        words.text(
            "massing.fact.section",
            parcel=words.isolated(section.parcel),
            sector=words.isolated(section.sector),
            height=_metres(section.max_height_m, words),
        )
    ]
    noted = (_note(found, words) for found in section.citations.values() if found.flag)
    said += dict.fromkeys(noted)
    if not math.isfinite(section.road_m):
        said.append(words.text("massing.fact.road-unknown"))
    across = section.across
    if across is None:
        said.append(words.text("massing.fact.nothing-opposite"))
    elif abs(across.gap_m - section.opposite_m) > TOLD_M:
        said.append(words.text("massing.fact.road-measured", width=_metres(across.gap_m, words)))
    if across is not None and math.isfinite(across.allowed_m):
        said.append(words.text("massing.fact.opposite-box"))
    if section.reduced:
        said.append(words.text("massing.fact.section-reduced"))
    if section.streets > 1:
        said.append(words.plural("massing.fact.main-street", section.streets))
    said.append(words.text("massing.fact.section-flat"))
    return " ".join(said)
