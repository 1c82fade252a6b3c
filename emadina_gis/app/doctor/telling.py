"""Sentences about what arrived that several pages say: facts of a layer, why it waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.layer import RasterLayer, VectorLayer
from emadina_gis.words.numbers import FSI, PDI, without_isolates
from emadina_gis.workflows.diagnosis import ImportCandidate, Question

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from emadina_gis.words import Words
    from emadina_gis.workflows.intake import Intake

KIND_KEYS = {
    Kind.NONE: "import.kind.none",
    Kind.POINT: "import.kind.point",
    Kind.LINE: "import.kind.line",
    Kind.POLYGON: "import.kind.polygon",
}
#: Names listed of files that wait or are left out.
MOST_NAMES = 6
#: What is asked first where several things are.
ASKED_FIRST = (Question.CRS, Question.AXES, Question.ENCODING)


def name_of(item: ImportCandidate, words: Words) -> str:
    """Return what a layer is called: its title where it was read, else its name in the file."""
    layer = item.layer
    return words.isolated(item.name if layer is None else layer.title.text(words.language))


def apart(text: str) -> str:
    """Return a value of the data with a direction of its own, in any language."""
    return f"{FSI}{without_isolates(text)}{PDI}"


def facts_of(item: ImportCandidate, words: Words) -> str:
    """Return file, rows, kind and format of a layer in one line."""
    facts = [words.isolated(item.path.name)] if item.path.name != item.name else []
    facts += _size_of(item, words)
    if item.format:
        facts.append(words.isolated(item.format))
    return " · ".join(facts)


def _size_of(item: ImportCandidate, words: Words) -> list[str]:
    """Return how much a layer holds, and of what."""
    layer, facts = item.layer, []
    if isinstance(layer, VectorLayer):
        facts.append(words.plural("table.rows", layer.table.row_count))
        facts.append(words.text(KIND_KEYS[layer.table.main_kind]))
    elif isinstance(layer, RasterLayer):
        facts.append(words.text("import.raster", width=layer.width_px, height=layer.height_px))
    return facts


def line_of(intake: Intake, item: ImportCandidate, words: Words) -> str:
    """Return the one line that says how a layer stands."""
    if item.error is not None:
        return words.error(item.error)[0]
    asked = intake.questions(item)
    if asked:
        first = next(question for question in ASKED_FIRST if question in asked)
        return words.text(f"doctor.asks.{first.value}")
    facts = [] if item.path.stem in item.name else [words.isolated(item.path.name)]
    facts += _size_of(item, words)
    if item.problems:
        facts.append(words.plural("doctor.remarks", len(item.problems)))
    return " · ".join(facts)


def listed(paths: Sequence[Path], words: Words) -> str:
    """Return the names of some files parted by commas, with a sign that there are more."""
    names = [words.isolated(path.name) for path in paths[:MOST_NAMES]]
    return ", ".join([*names, *(["…"] if len(paths) > len(names) else [])])
