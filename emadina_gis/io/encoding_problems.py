"""What is said of the encoding of a layer: guesses, contradictions, spoiled texts."""

from __future__ import annotations

from emadina_gis.domain.column import Column
from emadina_gis.errors import Problem, Severity
from emadina_gis.io.description import GUESSED, EncodingChoice
from emadina_gis.io.encoding_names import MIXED
from emadina_gis.io.text_damage import lost_count, mistake_of

#: Below this a guess is shown as unsure.
LEAST_CONFIDENCE = 0.75
_MANY = 0.2


def of_choice(choice: EncodingChoice, where: str) -> list[Problem]:
    """Return what is said of the choice of an encoding."""
    params = {"declared": choice.declared, "chosen": choice.name}
    if MIXED in choice.name and choice.source == GUESSED:
        return [Problem("encoding.mixed", Severity.WARNING, where, 1, params)]
    if choice.confidence < LEAST_CONFIDENCE:
        return [Problem("encoding.unsure", Severity.WARNING, where, 1, params)]
    if choice.source != GUESSED:
        return []
    if choice.declared:
        return [Problem("encoding.contradicted", Severity.WARNING, where, 1, params)]
    if choice.name != "UTF-8":
        return [Problem("encoding.guessed", Severity.INFO, where, 1, params)]
    return []


def of_texts(column: Column, field: str, where: str) -> list[Problem]:
    """Return what is said of the texts of a column that were spoiled before."""
    problems = []
    lost = lost_count(column)
    if lost:
        severity = Severity.ERROR if lost > _MANY * len(column) else Severity.WARNING
        problems.append(Problem("encoding.destroyed", severity, where, lost, {"field": field}))
    mistake = mistake_of(column)
    if mistake:
        params = {
            "field": field,
            "before": mistake.before[:60],
            "after": mistake.after[:60],
            "name": mistake.name,
        }
        problems.append(
            Problem("encoding.taken-for", Severity.WARNING, where, mistake.count, params)
        )
    return problems
