"""Whole numbers as short texts: seven bits a byte, the sign folded in, in base 64.

What `web_map.js` unpacks. Knows nothing of what the numbers mean.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Numbers that a browser holds exactly.
LARGEST = 2**50
_BITS = 7


def packed(values: NDArray[Any]) -> str:
    """Return whole numbers from zero on as a text; seven bits a byte, the lowest first."""
    numbers = np.asarray(values).astype(np.uint64)
    lengths = np.ones(len(numbers), dtype=np.int64)
    limit = np.uint64(1 << _BITS)
    while np.any(numbers >= limit):
        lengths += numbers >= limit
        limit <<= np.uint64(_BITS)
    starts = np.cumsum(lengths) - lengths
    found = np.zeros(int(lengths.sum()), dtype=np.uint8)
    for place in range(int(lengths.max(initial=0))):
        rows = np.flatnonzero(lengths > place)
        part = (numbers[rows] >> np.uint64(_BITS * place)) & np.uint64(0x7F)
        more = np.where(lengths[rows] > place + 1, 0x80, 0)
        found[starts[rows] + place] = part.astype(np.uint8) | more.astype(np.uint8)
    return base64.b64encode(found.tobytes()).decode("ascii")


def folded(values: NDArray[Any]) -> NDArray[np.int64]:
    """Return signed numbers as numbers from zero on: 0, -1, 1, -2, … become 0, 1, 2, 3, …."""
    numbers = np.asarray(values).astype(np.int64)
    return np.where(numbers < 0, -2 * numbers - 1, 2 * numbers)


def packed_steps(values: NDArray[Any]) -> str:
    """Return numbers as the text of their differences, the first one from zero."""
    return packed(folded(np.diff(np.asarray(values).astype(np.int64), prepend=0)))


def packed_or_same(values: NDArray[Any]) -> str | int:
    """Return numbers as a text, or the one number that all of them are."""
    numbers = np.asarray(values)
    if len(numbers) and np.all(numbers == numbers[0]):
        return int(numbers[0])
    return packed(numbers)


def packed_column(values: NDArray[Any]) -> dict[str, str]:
    """Return numbers from zero on as plain ones, or as runs of like ones: what is shorter."""
    numbers = np.asarray(values).astype(np.int64)
    plain = packed(numbers)
    starts = np.flatnonzero(np.diff(numbers, prepend=-1))
    lengths = np.diff(np.append(starts, len(numbers)))
    runs = packed(np.column_stack([numbers[starts], lengths]).ravel())
    return {"runs": runs} if len(runs) < len(plain) else {"plain": plain}
