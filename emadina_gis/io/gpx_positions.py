"""Positions of a GPX file that are no numbers: GDAL drops them or puts them at zero unsaid.

A private copy is read instead, in which such a point has no place and a line goes on without it.
Knows nothing of layers but their names.
"""

from __future__ import annotations

import mmap
import re
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from emadina_gis.errors import Problem, Severity

#: Layers of points, in which every row is kept, and the element of each.
_POINTS = {"waypoints": b"wpt", "route_points": b"rtept", "track_points": b"trkpt"}
#: Layers of lines, which are drawn through the positions that are left.
_LINES = {"routes": b"rtept", "tracks": b"trkpt"}
_DEGREES = rb"\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*"
_GOOD = (
    re.compile(rb"\slat\s*=\s*[\"']" + _DEGREES + rb"[\"']"),
    re.compile(rb"\slon\s*=\s*[\"']" + _DEGREES + rb"[\"']"),
)
_STATED = re.compile(rb"\s(?:lat|lon)\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_NOWHERE = rb' lat="nan" lon="nan"'
#: A name, what it states, and whether the element ends there.
_START = rb"<((?:[\w.-]+:)?%s)(\s[^>]*?)?(/?)>"
_STEP_BYTES = 1024 * 1024
_Piece = tuple[int, int, bytes]


@contextmanager
def placed(
    path: Path, layer: str, where: str, driver: str
) -> Iterator[tuple[Path, tuple[Problem, ...]]]:
    """Give the file to read for a layer: itself, or a copy without positions that are no numbers.

    With it comes the note of how many there are.
    """
    element = _POINTS.get(layer) or _LINES.get(layer)
    if element is None or driver != "GPX":
        yield path, ()
        return
    with path.open("rb") as file, closing(_mapped(file.fileno())) as content:
        pieces = list(_replaced(content, element, are_kept=layer in _POINTS))
        if not pieces:
            yield path, ()
            return
        with tempfile.TemporaryDirectory(prefix="emadina-gpx-") as folder:
            copy = Path(folder) / path.name
            _write(content, pieces, copy)
            yield copy, (Problem("gpx.bad-positions", Severity.ERROR, where, len(pieces)),)


def _mapped(file: int) -> mmap.mmap:
    return mmap.mmap(file, 0, access=mmap.ACCESS_READ)


def _replaced(content: mmap.mmap, element: bytes, *, are_kept: bool) -> Iterator[_Piece]:
    """Give begin, end and replacement of each position that is no number."""
    for start in re.finditer(_START % element, content):
        name, stated, end = start[1], start[2] or b"", start[3]
        if all(good.search(stated) for good in _GOOD):
            continue
        if are_kept:
            others = _STATED.sub(b"", stated)
            yield start.start(), start.end(), b"<" + name + others + _NOWHERE + end + b">"
        else:
            yield start.start(), _end_of(content, start.end(), name, is_whole=bool(end)), b""


def _end_of(content: mmap.mmap, begin: int, name: bytes, *, is_whole: bool) -> int:
    if is_whole:
        return begin
    found = re.compile(rb"</" + re.escape(name) + rb"\s*>").search(content, begin)
    return found.end() if found else begin


def _write(content: mmap.mmap, pieces: list[_Piece], copy: Path) -> None:
    with copy.open("wb") as target:
        at = 0
        for begin, end, replacement in [*pieces, (len(content), len(content), b"")]:
            for step in range(at, begin, _STEP_BYTES):
                target.write(content[step : min(step + _STEP_BYTES, begin)])
            target.write(replacement)
            at = end
