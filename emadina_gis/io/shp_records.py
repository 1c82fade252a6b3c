"""Records of a ``.shp``: where each lies, which are damaged, which were never there.

An index is believed as far as the records it points to make sense; others are looked for in the
file itself, one after the other, and after a damage wherever a sound record follows.
"""

from __future__ import annotations

import itertools
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

HEADER_BYTES = 100
FILE_CODE = 9994
LOST = -1
_RECORD_HEADER = 8
_POINTS = {1: 20, 11: 28, 21: 28}
_MULTIPOINTS = (8, 18, 28)
_PATHS = (3, 5, 13, 15, 23, 25, 31)
_WITH_HEIGHTS = (13, 15, 18, 31)
_MOST_POINTS = 50_000_000
_SEARCHED_BYTES = 1 << 20
_FURTHEST_NUMBER = 100_000


@dataclass(frozen=True, eq=False)
class Records:
    """Where the records lie, in the order of the rows.

    Attributes
    ----------
    offsets : NDArray[int64]
        Offset of each record in bytes, `LOST` where there is none that makes sense.
    beyond : int
        Records lost because the file ends before them.
    index_errors : int
        Entries of the index that pointed to no record.
    has_index : bool
        Whether the index could be read.
    """

    offsets: NDArray[np.int64]
    lengths: NDArray[np.int64]
    beyond: int = 0
    index_errors: int = 0
    has_index: bool = True

    @property
    def lost(self) -> int:
        """Records that announce themselves and cannot be read."""
        return int((self.offsets == LOST).sum())


def records_of(path: Path, shx: Path | None) -> Records:
    """Return where the records of a shapefile lie."""
    content = np.memmap(path, np.uint8, "r")
    index = _index(shx)
    if index is not None:
        sound = _sound(content, index[:, 0], index[:, 1])
        if sound.all():
            return _continued(content, index)
        return _repaired(content, index, sound)
    walked, tail = _walked(content)
    offsets, lengths = _by_number(walked, 0)
    if tail:
        offsets, lengths = np.append(offsets, LOST), np.append(lengths, 0)
    return Records(offsets, lengths, beyond=int(tail), has_index=False)


def _index(path: Path | None) -> NDArray[np.int64] | None:
    """Return (offset, length) in bytes of each record, or None where the index is unusable."""
    if path is None or path.stat().st_size < HEADER_BYTES:
        return None
    content = path.read_bytes()
    if struct.unpack(">i", content[:4])[0] != FILE_CODE:
        return None
    whole = (len(content) - HEADER_BYTES) // 8 * 8
    words = np.frombuffer(content, dtype=">i4", offset=HEADER_BYTES, count=whole // 4)
    return words.reshape(-1, 2).astype(np.int64) * 2


def _continued(content: NDArray[np.uint8], index: NDArray[np.int64]) -> Records:
    """Return the records of a sound index, and those that lie behind the last one it names."""
    last = int((index[:, 0] + _RECORD_HEADER + index[:, 1]).max(initial=HEADER_BYTES))
    if last + _RECORD_HEADER + 4 > len(content):
        return Records(index[:, 0], index[:, 1])
    records: list[tuple[int, int]] = []
    for offset, length, number in _walked(content, last, len(index))[0]:
        if number != len(index) + len(records) + 1 or offset != last:
            break
        records.append((offset, length))
        last = offset + _RECORD_HEADER + length
    both = np.concatenate([index, np.array(records, np.int64).reshape(-1, 2)])
    return Records(both[:, 0], both[:, 1], index_errors=len(records))


def _repaired(
    content: NDArray[np.uint8], index: NDArray[np.int64], sound: NDArray[np.bool_]
) -> Records:
    beyond = index[:, 0] + _RECORD_HEADER + index[:, 1] > len(content)
    walked, _ = _walked(content)
    known = set(index[sound, 0].tolist())
    found = [record for record in walked if record[0] not in known]
    offsets = np.where(sound, index[:, 0], LOST)
    lengths = np.where(sound, index[:, 1], 0)
    mended = 0
    for offset, length, number in found:
        if 0 < number <= len(offsets) and offsets[number - 1] == LOST:
            offsets[number - 1], lengths[number - 1] = offset, length
            mended += 1
    return Records(offsets, lengths, int((beyond & (offsets == LOST)).sum()), mended)


def _by_number(
    walked: list[tuple[int, int, int]], least: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return offsets and lengths in the places that the numbers of the records tell.

    Numbers that do not rise say nothing: the order in the file counts then.
    """
    numbers = [number for _, _, number in walked]
    rising = all(one < two for one, two in itertools.pairwise(numbers))
    usable = rising and (not numbers or (numbers[0] >= 1 and numbers[-1] <= 2 * len(numbers) + 8))
    places = [number - 1 for number in numbers] if usable else list(range(len(walked)))
    count = max(places[-1] + 1 if places else 0, least)
    offsets, lengths = np.full(count, LOST, np.int64), np.zeros(count, np.int64)
    if walked:
        offsets[places] = [offset for offset, _, _ in walked]
        lengths[places] = [length for _, length, _ in walked]
    return offsets, lengths


def _walked(
    content: NDArray[np.uint8], position: int = HEADER_BYTES, number: int = 0
) -> tuple[list[tuple[int, int, int]], bool]:
    """Return (offset, length, number) of the sound records, and whether the last is cut."""
    records: list[tuple[int, int, int]] = []
    size = len(content)
    while position + _RECORD_HEADER + 4 <= size:
        told, words = struct.unpack(">ii", content[position : position + _RECORD_HEADER].tobytes())
        end = position + _RECORD_HEADER + words * 2
        if words >= 2 and end <= size and _is_sound(content, position, words * 2):
            records.append((position, words * 2, told))
            position, number = end, told
            continue
        following = _next_record(content, position + 2, number)
        if following is None:
            return records, True
        position = following
    return records, size - position >= _RECORD_HEADER


def _next_record(content: NDArray[np.uint8], start: int, number: int) -> int | None:
    """Return the offset of the next sound record whose number may follow."""
    while start + _RECORD_HEADER + 4 <= len(content):
        stop = min(start + _SEARCHED_BYTES, len(content) - _RECORD_HEADER - 3)
        places = np.arange(start, stop, 2)
        numbers = _big_endian(content, places)
        likely = places[(numbers > number) & (numbers <= number + _FURTHEST_NUMBER)]
        lengths = _big_endian(content, likely + 4).astype(np.int64) * 2
        sound = _sound(content, likely, lengths) & _is_no_chance(content, likely, lengths)
        if sound.any():
            return int(likely[sound][0])
        start = int(places[-1]) + 2 if len(places) else len(content)
    return None


def _is_no_chance(
    content: NDArray[np.uint8], offsets: NDArray[np.int64], lengths: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Return where the record after one has the next number, or is the end of the file."""
    ends = offsets + _RECORD_HEADER + lengths
    found = np.asarray(ends == len(content))
    inner = np.flatnonzero((ends > 0) & (ends + _RECORD_HEADER <= len(content)))
    following = _big_endian(content, ends[inner])
    found[inner] = following == _big_endian(content, offsets[inner]) + 1
    return found


def _is_sound(content: NDArray[np.uint8], offset: int, length: int) -> bool:
    return bool(_sound(content, np.array([offset]), np.array([length]))[0])


def _sound(
    content: NDArray[np.uint8], offsets: NDArray[np.int64], lengths: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Return which records lie in the file and hold what their type needs."""
    size = len(content)
    found = (offsets >= HEADER_BYTES) & (lengths >= 4)
    found &= offsets + _RECORD_HEADER + lengths <= size
    at = np.flatnonzero(found)
    told = _big_endian(content, offsets[at] + 4).astype(np.int64) * 2
    at = at[told == lengths[at]]
    kinds = _little_endian(content, offsets[at] + _RECORD_HEADER)
    fits = np.zeros(len(at), np.bool_)
    for kind in np.unique(kinds):
        same = kinds == kind
        fits[same] = _fits(
            content, offsets[at[same]] + _RECORD_HEADER, lengths[at[same]], int(kind)
        )
    result = np.zeros(len(offsets), np.bool_)
    result[at[fits]] = True
    return result


def _fits(
    content: NDArray[np.uint8], starts: NDArray[np.int64], lengths: NDArray[np.int64], kind: int
) -> NDArray[np.bool_]:
    """Return which contents of one type are long enough for the points they announce."""
    if kind == 0:
        return np.ones(len(starts), np.bool_)
    if kind in _POINTS:
        return np.asarray(lengths >= _POINTS[kind])
    if kind in _MULTIPOINTS:
        return _fits_points(content, starts, lengths, kind)
    if kind in _PATHS:
        return _fits_paths(content, starts, lengths, kind)
    return np.zeros(len(starts), np.bool_)


def _fits_points(
    content: NDArray[np.uint8], starts: NDArray[np.int64], lengths: NDArray[np.int64], kind: int
) -> NDArray[np.bool_]:
    fits = lengths >= 40
    points = np.zeros(len(starts), np.int64)
    points[fits] = _little_endian(content, starts[fits] + 36)
    needed = 40 + 16 * points + np.where(kind in _WITH_HEIGHTS, 16 + 8 * points, 0)
    return fits & (points >= 0) & (points <= _MOST_POINTS) & (needed <= lengths)


def _fits_paths(
    content: NDArray[np.uint8], starts: NDArray[np.int64], lengths: NDArray[np.int64], kind: int
) -> NDArray[np.bool_]:
    fits = lengths >= 44
    parts, points = np.zeros(len(starts), np.int64), np.zeros(len(starts), np.int64)
    parts[fits] = _little_endian(content, starts[fits] + 36)
    points[fits] = _little_endian(content, starts[fits] + 40)
    fits &= (parts >= 0) & (points >= 0) & (points <= _MOST_POINTS) & (parts <= _MOST_POINTS)
    per_part = 8 if kind == 31 else 4
    needed = 44 + per_part * parts + 16 * points
    needed += np.where(kind in _WITH_HEIGHTS, 16 + 8 * points, 0)
    fits &= needed <= lengths
    fits[fits] = _parts_rise(content, starts[fits] + 44, parts[fits], points[fits])
    return fits


def _parts_rise(
    content: NDArray[np.uint8],
    starts: NDArray[np.int64],
    parts: NDArray[np.int64],
    points: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Return where the first points of the parts rise from 0 and stay among the points."""
    owners = np.repeat(np.arange(len(starts)), parts)
    firsts = np.concatenate([[0], np.cumsum(parts)[:-1]]) if len(parts) else parts
    within = np.arange(len(owners)) - firsts[owners]
    values = _little_endian(content, starts[owners] + 4 * within)
    wrong = (values < 0) | ((values >= points[owners]) & (points[owners] > 0))
    wrong[1:] |= (owners[1:] == owners[:-1]) & (values[1:] <= values[:-1])
    wrong |= (within == 0) & (values != 0)
    return np.asarray(np.bincount(owners[wrong], minlength=len(starts)) == 0)


def _gathered(content: NDArray[np.uint8], offsets: NDArray[np.int64]) -> NDArray[np.uint8]:
    places = np.asarray(offsets)[:, None] + np.arange(4)
    return np.ascontiguousarray(content[places].reshape(-1, 4))


def _big_endian(content: NDArray[np.uint8], offsets: NDArray[np.int64]) -> NDArray[np.int64]:
    return _gathered(content, offsets).view(">i4")[:, 0].astype(np.int64)


def _little_endian(content: NDArray[np.uint8], offsets: NDArray[np.int64]) -> NDArray[np.int64]:
    return _gathered(content, offsets).view("<i4")[:, 0].astype(np.int64)
