"""The plain entities of large drawings, read from the text itself.

Most of a large drawing is lines, points, polylines without arcs and texts without frills. They are
read here, many times faster and smaller than as objects of a library, which gets the rest of the
file. Anything unusual in a record leaves it to the library.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from emadina_gis.io.dxf_places import color_of
from emadina_gis.io.dxf_records import records_of
from emadina_gis.io.dxf_shapes import LARGEST_COORDINATE
from emadina_gis.io.dxf_texts import words_of_line

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from emadina_gis.progress import Context

#: Files smaller than this are left to the library whole.
LEAST_BYTES = 6_000_000
KINDS = frozenset({b"LINE", b"POINT", b"LWPOLYLINE", b"TEXT"})
#: Codes that change nothing here: owner, subclass, groups of handles, line weight and scale, …
_IGNORED = frozenset({0, 100, 102, 330, 360, 48, 370, 39, 410, 284, 347, 348, 390, 380, 440})
_LOOKS = frozenset({5, 8, 6, 62, 420})
#: Codes whose value must be 0 (or absent): paper space, invisible, alignment, mirroring, bulge.
_NULL = frozenset({60, 67, 71, 72, 73, 42})
_OWN = {
    "LINE": frozenset({10, 20, 30, 11, 21, 31}),
    "POINT": frozenset({10, 20, 30, 50}),
    "LWPOLYLINE": frozenset({10, 20, 38, 40, 41, 43, 70, 90}),
    "TEXT": frozenset({1, 7, 10, 20, 30, 40, 41, 50, 51, 11, 21, 31}),
}
_MOST_PLANS = 20_000


@dataclass(slots=True)
class PlainEntity:
    """A plain entity.

    Attributes
    ----------
    points : ndarray of float64, shape (n, 3)
        Ends, place or corners.
    size : float
        Width of a polyline, height of a text.
    turn : tuple of float
        Width factor and rotation in degrees of a text.
    """

    kind: str
    points: NDArray[np.float64]
    layer: str
    color: int
    linetype: str
    handle: str
    is_closed: bool = False
    size: float = 0.0
    turn: tuple[float, float] = (1.0, 0.0)
    text: str = ""
    style: str = ""


@dataclass(slots=True)
class _Plan:
    """Where a record with certain codes has its values."""

    first: dict[int, int]
    nulls: list[int]
    x: list[int]
    y: list[int]
    widths: list[int]


class PlainReader:
    """Reads records; remembers how records of the same codes are laid out."""

    def __init__(self, encoding: str) -> None:
        self._encoding = encoding
        self._plans: dict[tuple[str, ...], _Plan | None] = {}

    def read(self, record: bytes) -> PlainEntity | None:
        """Return a record as a plain entity; None where it is not plain, or not sound."""
        lines = record.decode(self._encoding, "surrogateescape").replace("\r", "").split("\n")
        codes, values = tuple(lines[1::2]), lines[2::2]
        if len(codes) != len(values):
            return None
        kind = values[0].strip()
        key = (kind, *codes)
        if key not in self._plans:
            if len(self._plans) > _MOST_PLANS:
                self._plans.clear()
            self._plans[key] = _plan_of(kind, codes)
        plan = self._plans[key]
        if plan is None or any(values[place].strip(" 0.-") for place in plan.nulls):
            return None
        try:
            return _entity(kind, plan, values)
        except (ValueError, IndexError):
            return None


def _plan_of(kind: str, codes: Sequence[str]) -> _Plan | None:
    try:
        numbers = [int(code) for code in codes]
    except ValueError:
        return None
    known = _OWN[kind] | _IGNORED | _LOOKS | _NULL
    if not known.issuperset(numbers):
        return None
    first: dict[int, int] = {}
    for place, number in enumerate(numbers):
        first.setdefault(number, place)
    places = {code: [p for p, n in enumerate(numbers) if n == code] for code in (10, 20)}
    nulls = [place for place, number in enumerate(numbers) if number in _NULL]
    widths = [place for place, number in enumerate(numbers) if number in {40, 41, 43}]
    x, y = places[10], places[20]
    is_paired = len(x) == len(y) and all(b == a + 1 for a, b in zip(x, y, strict=True))
    if not x or not is_paired or (kind != "LWPOLYLINE" and len(x) != 1):
        return None
    if kind == "LINE" and not {11, 21} <= first.keys():
        return None
    return (
        None
        if kind == "TEXT" and not {1, 40} <= first.keys()
        else _Plan(first, nulls, x, y, widths)
    )


def _entity(kind: str, plan: _Plan, values: Sequence[str]) -> PlainEntity | None:
    def number(code: int, default: float = 0.0) -> float:
        place = plan.first.get(code)
        return default if place is None else float(values[place])

    def word(code: int, default: str) -> str:
        place = plan.first.get(code)
        return default if place is None else values[place].strip()

    points = _points(kind, plan, values, number)
    if not (np.abs(points) < LARGEST_COORDINATE).all():
        return None
    true = int(number(420, -1))
    color = color_of(None if true < 0 else true, int(number(62, 256)))
    entity = PlainEntity(kind, points, word(8, "0"), color, word(6, "BYLAYER"), word(5, ""))
    if kind == "LWPOLYLINE":
        entity.is_closed = bool(int(number(70)) & 1)
        entity.size = max((float(values[place]) for place in plan.widths), default=0.0)
    elif kind == "TEXT":
        entity.size = number(40)
        entity.turn = number(41, 1.0), number(50)
        entity.text = words_of_line(values[plan.first[1]])
        entity.style = word(7, "")
    return entity


def _points(kind: str, plan: _Plan, values: Sequence[str], number: Any) -> NDArray[np.float64]:
    if kind == "LINE":
        ends = (number(10), number(20), number(30)), (number(11), number(21), number(31))
        return np.array(ends)
    if kind != "LWPOLYLINE":
        return np.array([(number(10), number(20), number(30))])
    points = np.empty((len(plan.x), 3))
    points[:, 0] = [float(values[place]) for place in plan.x]
    points[:, 1] = [float(values[place]) for place in plan.y]
    points[:, 2] = number(38)
    return points


def split(path: Path, rest: Path, encoding: str, ctx: Context) -> list[PlainEntity]:
    """Return the plain entities of a drawing, and write what is left into another file."""
    reader = PlainReader(encoding)
    found: list[PlainEntity] = []
    with rest.open("wb") as file:
        start = 1  # the line end before the text
        for block, records in records_of(path):
            ctx.check()
            file.writelines(_left(block, start, records, reader, found))
            start = 0
    return found


def _left(
    block: bytes,
    kept_from: int,
    records: list[tuple[int, int, bytes, bool]],
    reader: PlainReader,
    found: list[PlainEntity],
) -> Iterator[bytes]:
    """Give the pieces of a block that are no plain entities."""
    for start, end, name, is_entity in records:
        if not is_entity or name not in KINDS:
            continue
        entity = reader.read(block[start:end])
        if entity is not None:
            found.append(entity)
            yield block[kept_from:start]
            kept_from = end
    yield block[kept_from:]
