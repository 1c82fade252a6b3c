"""Delimited texts (CSV, TSV, lists of surveyors) to rows: encoding, separator, quotes, blank lines.

Knows nothing of headers, types or coordinates.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from itertools import compress
from typing import TYPE_CHECKING, Literal

from emadina_gis.domain.geometry import CHUNK_ROWS
from emadina_gis.errors import LayerReadError, Problem, Severity
from emadina_gis.io import encoding as encodings
from emadina_gis.io.description import EncodingChoice
from emadina_gis.io.encoding_names import canonical
from emadina_gis.io.mixed_codecs import codec_of
from emadina_gis.io.table_rows import Grid, is_number

if TYPE_CHECKING:
    from _csv import Reader
    from collections.abc import Iterator
    from pathlib import Path

    from emadina_gis.progress import Context

#: At equal marks the first wins; blanks come only where nothing else separates.
SEPARATORS = (";", "\t", "|", ",")
BLANKS = " "
_SAMPLE_BYTES = 262_144
_SAMPLE_LINES = 60
_MOST_CHARACTERS = 2**31 - 1
#: A quoted text over more lines than this, in a file that ends inside it, is a quote never closed.
_QUOTED_LINES = 20
_WIDE_MARKS = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))


def csv_encoding(path: Path, asked: str = "") -> EncodingChoice:
    """Return the encoding of a text file, weighed on its lines.

    Raises
    ------
    LayerReadError
        ``layer.not-geodata`` where the file is no text.
    """
    with path.open("rb") as file:
        sample = file.read(_SAMPLE_BYTES)
        more = file.read(1)
    if canonical(asked):
        return encodings.choose("", [], asked)
    wide = wide_encoding(sample)
    if wide:
        return EncodingChoice(wide)
    if b"\0" in sample:
        raise LayerReadError("layer.not-geodata", path=path.name)
    lines = sample.split(b"\n")
    if more and len(lines) > 1:
        lines = lines[:-1]
    declared = "utf-8" if sample.startswith(b"\xef\xbb\xbf") else ""
    return encodings.choose(declared, lines, asked)


def wide_encoding(sample: bytes) -> str:
    """Return the encoding of a text of two bytes a character, marked or not."""
    for mark, name in _WIDE_MARKS:
        if sample.startswith(mark):
            return name
    pairs = len(sample) // 2
    if b"\0" not in sample or not pairs:
        return ""
    even, odd = sample[: 2 * pairs : 2].count(0), sample[1 : 2 * pairs : 2].count(0)
    if odd > 0.3 * pairs and not even:
        return "UTF-16-LE"
    return "UTF-16-BE" if even > 0.3 * pairs and not odd else ""


def read_grid(path: Path, choice: EncodingChoice, title: str, ctx: Context) -> tuple[Grid, str]:
    """Return the rows of a delimited text and its separator."""
    text = path.read_bytes().decode(_codec(choice.name), "replace")
    problems: list[Problem] = []
    lost = text.count("\ufffd")
    if lost:
        problems.append(Problem("encoding.undecodable", Severity.WARNING, title, lost))
    ctx.report(0.2, "phase.reading")
    text, separator, skipped = _declared_separator(text.removeprefix("\ufeff"))
    separator = separator or guessed_separator(text[:_SAMPLE_BYTES])
    rows, lines, quotes = _rows(text, separator, ctx)
    rows, lines, blank = _filled_rows(rows, lines)
    if blank:
        problems.append(Problem("table.blank-rows", Severity.INFO, title, blank))
    if quotes:
        problems.append(Problem("table.quotes", Severity.WARNING, title, quotes))
    lines = [line + skipped for line in lines]
    return Grid(rows, lines, problems=tuple(problems), joiner=separator), separator


def _codec(name: str) -> str:
    return "utf-8-sig" if name == "UTF-8" else codec_of(name)


def _declared_separator(text: str) -> tuple[str, str, int]:
    """Take a first line such as ``sep=;``, which Excel writes, out of the text."""
    found = re.match(r"^\"?sep=(.)\"?\r?\n", text)
    return (text, "", 0) if found is None else (text[found.end() :], found.group(1), 1)


def guessed_separator(sample: str) -> str:
    """Return the separator that cuts most lines into the same number of fields."""
    lines = [line for line in sample.splitlines()[:_SAMPLE_LINES] if line.strip()]
    best = max(SEPARATORS, key=lambda separator: _mark(lines, separator))
    if _mark(lines, best)[0] > 0 or not _is_blank_separated(lines):
        return best
    return BLANKS


def _mark(lines: list[str], separator: str) -> tuple[float, int]:
    csv.field_size_limit(_MOST_CHARACTERS)
    rows = list(csv.reader(lines, delimiter=separator))
    if not rows:
        return 0.0, 0
    usual, times = Counter(len(row) for row in rows).most_common(1)[0]
    if usual < 2:
        wide = [len(row) for row in rows if len(row) > 1]
        return (0.0, 0) if len(wide) < 0.3 * len(rows) else (0.1, max(wide))
    stronger = SEPARATORS[: SEPARATORS.index(separator)] if separator == "," else ()
    cells = [cell for row in rows for cell in row]
    clashing = sum(any(other in cell for other in stronger) for cell in cells) / len(cells)
    return times / len(rows) - clashing, usual


def _is_blank_separated(lines: list[str]) -> bool:
    """Whether lines are numbers between blanks, as instruments write them."""
    rows = [line.split() for line in lines]
    numeric = [row for row in rows if sum(is_number(cell) for cell in row) >= 2]
    return len(rows) > 1 and len(numeric) >= 0.8 * (len(rows) - 1)


def _rows(text: str, separator: str, ctx: Context) -> tuple[list[list[str]], list[int], int]:
    """Return rows, their first lines, and how many quotes were taken for letters."""
    if separator == BLANKS:
        found = [(n, line.split()) for n, line in enumerate(text.splitlines(), 1) if line.strip()]
        return [row for _, row in found], [number for number, _ in found], 0
    rows, lines = _parsed(text, separator, csv.QUOTE_MINIMAL, ctx)
    if rows and rows[-1][-1].count("\n") > _QUOTED_LINES and not text.rstrip().endswith('"'):
        rows, lines = _parsed(text, separator, csv.QUOTE_NONE, ctx)
        return rows, lines, text.count('"')
    return rows, lines, 0


def _parsed(
    text: str, separator: str, quoting: Literal[0, 3], ctx: Context
) -> tuple[list[list[str]], list[int]]:
    csv.field_size_limit(_MOST_CHARACTERS)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, quoting=quoting)
    rows: list[list[str]] = []
    lines: list[int] = []
    try:
        for line, row in _numbered(reader):
            if len(rows) % CHUNK_ROWS == 0:
                ctx.check()
            if row:
                rows.append(row)
                lines.append(line)
    except csv.Error as exc:
        raise LayerReadError("layer.unreadable", path="", detail=str(exc)) from exc
    return rows, lines


def _filled_rows(rows: list[list[str]], lines: list[int]) -> tuple[list[list[str]], list[int], int]:
    """Return the rows that hold anything but separators, and how many do not."""
    filled = [any(cell and not cell.isspace() for cell in row) for row in rows]
    if all(filled):
        return rows, lines, 0
    kept = list(compress(rows, filled))
    return kept, list(compress(lines, filled)), len(rows) - len(kept)


def _numbered(reader: Reader) -> Iterator[tuple[int, list[str]]]:
    line = 1
    for row in reader:
        yield line, row
        line = reader.line_num + 1
