"""What files are (the command ``inspect``): a list with one entry per file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from emadina_gis.io.inspect import inspect_file
from emadina_gis.progress import NULL_CONTEXT, Context

if TYPE_CHECKING:
    from collections.abc import Iterable

    from emadina_gis.words import Words


def inspect_files(
    files: Iterable[Path], words: Words, ctx: Context = NULL_CONTEXT
) -> list[dict[str, Any]]:
    """Return the description of each file; unreadable ones say why."""
    listed = list(files)
    found = []
    for index, path in enumerate(listed):
        ctx.report(index / len(listed), "phase.reading")
        found.append(inspect_file(path, words))
    ctx.report(1.0)
    return found


def readable_report(found: Iterable[dict[str, Any]], words: Words) -> str:
    """Return the description as lines for a person."""
    return "".join(f"{line}\n" for entry in found for line in _file_lines(entry, words))


def _file_lines(entry: dict[str, Any], words: Words) -> list[str]:
    lines = [f"{entry['path']} — {entry.get('format') or words.text('inspect.unreadable')}"]
    for layer in entry.get("layers", []):
        lines += _layer_lines(layer, words)
    lines += [f"  ! {problem['message']}" for problem in entry.get("problems", [])]
    return lines


def _layer_lines(layer: dict[str, Any], words: Words) -> list[str]:
    crs = layer["crs"]["id"] or words.text("inspect.crs-unknown")
    geometry = ", ".join(layer.get("geometry", ()))
    lines = [f"  {layer['name']}: {layer['features']} {geometry} · {crs}"]
    return lines + [f"    ! {problem['message']}" for problem in layer.get("problems", [])]
