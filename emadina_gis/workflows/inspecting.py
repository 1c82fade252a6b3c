"""What files are (the command ``inspect``): a list with one entry per file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from emadina_gis.io.description import GUESSED
from emadina_gis.io.inspect import entry_of, examined
from emadina_gis.io.reader import INLINE, Reader
from emadina_gis.progress import NULL_CONTEXT, Context

if TYPE_CHECKING:
    from collections.abc import Iterable

    from emadina_gis.io.diagnosis import FileDiagnosis
    from emadina_gis.words import Words


def examined_files(
    files: Iterable[Path], ctx: Context = NULL_CONTEXT, *, reader: Reader = INLINE
) -> tuple[FileDiagnosis, ...]:
    """Return what each file is; unreadable ones say why."""
    listed = list(files)
    found = []
    for index, path in enumerate(listed):
        part = ctx.part(index / len(listed), (index + 1) / len(listed))
        part.report(0.0, "phase.reading")
        found.append(examined(path, reader=reader, ctx=part).diagnosis)
    ctx.report(1.0)
    return tuple(found)


def inspect_files(
    files: Iterable[Path], words: Words, ctx: Context = NULL_CONTEXT, *, reader: Reader = INLINE
) -> list[dict[str, Any]]:
    """Return the description of each file as JSON-ready values."""
    return [entry_of(found, words) for found in examined_files(files, ctx, reader=reader)]


def readable_report(found: Iterable[dict[str, Any]], words: Words) -> str:
    """Return the description as lines for a person."""
    return "".join(f"{line}\n" for entry in found for line in _file_lines(entry, words))


def _file_lines(entry: dict[str, Any], words: Words) -> list[str]:
    kind = entry.get("format") or words.text("inspect.unreadable")
    lines = [f"{words.isolated(entry['path'])} — {kind}"]
    for layer in entry.get("layers", []):
        lines += _layer_lines(layer, words)
    lines += [f"  ! {problem['message']}" for problem in entry.get("problems", [])]
    return lines


def _layer_lines(layer: dict[str, Any], words: Words) -> list[str]:
    crs = _crs_text(layer["crs"], words)
    geometry = ", ".join(layer.get("geometry", ()))
    lines = [f"  {words.isolated(layer['name'])}: {layer['features']} {geometry} · {crs}"]
    return lines + [f"    ! {problem['message']}" for problem in layer.get("problems", [])]


def _crs_text(crs: dict[str, Any], words: Words) -> str:
    """Return the system of a layer; a guess is said to be one."""
    if not crs["id"]:
        return words.text("inspect.crs-unknown")
    if crs["source"] != GUESSED:
        return str(crs["id"])
    share = words.quantity(round(crs["confidence"] * 100), "percent")
    return words.text("inspect.crs-guessed", crs=crs["id"], share=share)
