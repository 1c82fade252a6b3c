"""JSON files as text and as Python values: encoding, place of a fault, limits of size and depth.

Knows nothing of features or layers.
"""

from __future__ import annotations

import codecs
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from emadina_gis.errors import LayerReadError
from emadina_gis.io import encoding as encodings
from emadina_gis.io.delimited import wide_encoding
from emadina_gis.io.description import EncodingChoice
from emadina_gis.io.mixed_codecs import codec_of

if TYPE_CHECKING:
    from pathlib import Path

JSON_SUFFIXES = (".json", ".geojson", ".topojson")
SEQUENCE_SUFFIXES = (".geojsonl", ".geojsons", ".geojsonseq", ".ndjson", ".jsonl", ".ndgeojson")
_STEP_BYTES = 1024 * 1024
_SAMPLE_BYTES = 262_144
#: Larger files are left to GDAL alone: their values would not fit in memory as Python objects.
LARGEST_PARSED_BYTES = 400 * 1024**2
_UTF8_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class BadLine:
    """A line of a sequence that is no JSON."""

    number: int
    detail: str


def text_encoding(path: Path, asked: str = "") -> EncodingChoice | None:
    """Return the encoding of a file that is not UTF-8; None where it is."""
    with path.open("rb") as file:
        sample = file.read(_SAMPLE_BYTES)
    wide = wide_encoding(sample)
    if wide:
        return EncodingChoice(wide)
    if _is_utf8(path):
        return None
    return encodings.choose("utf-8", sample.split(b"\n"), asked)


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while block := file.read(_STEP_BYTES):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def write_utf8(path: Path, target: Path, encoding: str) -> None:
    """Write a copy of a text in UTF-8, piece by piece; bytes without a meaning are replaced."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with (
        path.open(encoding=codec_of(encoding), errors="replace", newline="") as source,
        target.open("w", encoding="utf-8", newline="") as copy,
    ):
        while block := source.read(_STEP_BYTES):
            copy.write(block)


def parsed(path: Path, title: str) -> Any:
    """Return the value that a file holds.

    Raises
    ------
    LayerReadError
        ``json.malformed`` with line and column, ``json.too-deep`` or ``json.too-large``.
    """
    content = _content(path, title)
    try:
        return json.loads(content)
    except json.JSONDecodeError as exc:
        raise LayerReadError(
            "json.malformed", path=title, line=exc.lineno, column=exc.colno, detail=exc.msg
        ) from exc
    except RecursionError as exc:
        raise LayerReadError("json.too-deep", path=title) from exc
    except ValueError as exc:
        raise LayerReadError("layer.unreadable", path=title, detail=str(exc)[:200]) from exc


def _content(path: Path, title: str) -> str:
    if path.stat().st_size > LARGEST_PARSED_BYTES:
        raise LayerReadError("json.too-large", path=title)
    return path.read_bytes().removeprefix(_UTF8_MARK).decode("utf-8", "replace")


def parsed_lines(path: Path, title: str) -> tuple[list[tuple[int, Any]], list[BadLine]]:
    """Return (line, value) of each line of a sequence, and the lines that are no JSON."""
    good: list[tuple[int, Any]] = []
    bad: list[BadLine] = []
    for number, line in enumerate(_content(path, title).split("\n"), start=1):
        text = line.strip().strip("\x1e").strip()
        if not text:
            continue
        try:
            good.append((number, json.loads(text)))
        except (ValueError, RecursionError) as exc:
            bad.append(BadLine(number, str(exc)[:80]))
    return good, bad
