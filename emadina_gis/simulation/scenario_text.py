"""The text of a scenario's file: readable lines, and for which document it was written.

A text in, a scenario out, and back. It knows no project and no disk.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from emadina_gis.errors import AnalysisError, Problem, Severity

if TYPE_CHECKING:
    from emadina_gis.regulation import PlanningDocument, Rule

FORMAT = "emadina-scenario"
_DIGITS = 16


def text_of(content: Mapping[str, Any]) -> str:
    """Return the content of a scenario as text: one line for each entry, one for each change."""
    lines = []
    for key, value in content.items():
        if key == "changes" and value:
            changes = ",\n  ".join(_json(change) for change in value)
            lines.append(f"{_json(key)}: [\n  {changes}\n ]")
        else:
            lines.append(f"{_json(key)}: {_json(value)}")
    return "{\n " + ",\n ".join(lines) + "\n}\n"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def content_of(text: str, place: str) -> dict[str, Any]:
    """Return the content that a text holds.

    Parameters
    ----------
    text : str
    place : str
        What an error names: the file.

    Raises
    ------
    AnalysisError
        With code ``scenario.file`` where it is no scenario.
    """
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as exc:
        raise AnalysisError("scenario.file", place=place) from exc
    if not isinstance(content, dict) or content.get("format", FORMAT) != FORMAT:
        raise AnalysisError("scenario.file", place=place)
    return content


def document_version(document: PlanningDocument) -> str:
    """Return a short print of a document's values: another one where a value is another."""
    said = [f"{where}|{r.kind}|{r.value!r}|{r.condition!r}" for where, r in _rules(document)]
    mixes = [f"{sector.code}|{sector.mix!r}" for sector in document.sectors]
    return hashlib.sha256("\n".join([*said, *mixes]).encode()).hexdigest()[:_DIGITS]


def _rules(document: PlanningDocument) -> Iterator[tuple[str, Rule]]:
    yield from (("", rule) for rule in document.rules)
    for code, zone in document.zones.items():
        yield from ((f"zone {code}", rule) for rule in zone.rules)
    for sector in document.sectors:
        yield from ((sector.code, rule) for rule in sector.rules)


def check_document(content: Mapping[str, Any], document: PlanningDocument) -> tuple[Problem, ...]:
    """Return what to tell of a scenario written for another version of a document.

    Raises
    ------
    AnalysisError
        ``scenario.other-document`` where it was written for another document.
    """
    told = content.get("document")
    if told is None:  # written before files named their document
        return ()
    if not isinstance(told, dict) or not isinstance(told.get("id"), str):
        raise AnalysisError("scenario.file", place="document")
    if told["id"] != document.id:
        raise AnalysisError("scenario.other-document", found=told["id"], wanted=document.id)
    if told.get("version") in (None, document_version(document)):
        return ()
    return (Problem("scenario.document-changed", Severity.WARNING, document.id),)
