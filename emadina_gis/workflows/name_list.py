"""``NameList``: the names in a column of a table, as one text that is searched in milliseconds.

A million land titles take about 20 MB: their folded letters, where each begins, and its first row.
The search looks through pieces of the text, so that another thread waits for a few at most.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from emadina_gis.domain.folding import folded_array
from emadina_gis.domain.land_title import canonical_array

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from emadina_gis.domain.column import Column
    from emadina_gis.progress import Context

#: Bytes that are looked through at once, and texts that are folded at once.
_PIECE = 2_000_000
_FOLDED_AT_ONCE = 50_000
#: Of longer texts only the beginning is searched.
_LONGEST = 120
#: More hits than these are not told apart: the person types on.
_MOST_HITS = 300
EXACT, PREFIX, WORD, INSIDE, SCATTERED = range(5)


@dataclass(frozen=True, order=True)
class Hit:
    """A name that was found: how well it fits, how long it is, and which one it is."""

    rank: int
    length: int
    name: int


@dataclass(frozen=True, eq=False)
class NameList:
    """The distinct names of a column, folded, each ended by a line feed.

    Attributes
    ----------
    text : bytes
        All names in UTF-8.
    starts : ndarray of int32, shape (n + 1,)
        Where each name begins in the text.
    first_rows : ndarray of int32, shape (n,)
        The first row of each name.
    is_unique : bool
        Whether no name stands in two rows.
    """

    text: bytes
    starts: NDArray[np.int32]
    first_rows: NDArray[np.int32]
    is_unique: bool

    def __len__(self) -> int:
        return len(self.first_rows)

    @property
    def size_bytes(self) -> int:
        """Memory that the list takes."""
        return len(self.text) + self.starts.nbytes + self.first_rows.nbytes

    def find(self, wanted: str, most: int, ctx: Context) -> list[Hit]:
        """Return the names that hold what is wanted, or all its words; the best first.

        `wanted` is folded.
        """
        phrase = wanted.encode()
        words = phrase.split()
        if not words or not len(self):
            return []
        longest = max(words, key=len)
        found = {self._hit(name, phrase, words) for name in self._holding(longest, ctx)}
        if len(found) >= _MOST_HITS:  # there are too many to see all: the best ones by themselves
            for start in (b"\n" + phrase + b"\n", b"\n" + phrase):
                names = self._holding(start, ctx, most)
                found |= {self._hit(name, phrase, words) for name in names}
        return sorted(hit for hit in found if hit is not None)[:most]

    def _holding(self, needle: bytes, ctx: Context, most: int = _MOST_HITS) -> Iterator[int]:
        """Return names that hold some bytes; a line feed stands before the first name, too."""
        text, position, seen, last = self.text, 0, 0, -1
        if needle.startswith(b"\n") and text.startswith(needle[1:]):
            seen, last = 1, 0
            yield 0
        while seen < most and position < len(text):
            ctx.check()
            stop = min(position + _PIECE, len(text))
            while seen < most:
                at = text.find(needle, position, stop + len(needle) - 1)
                if at < 0:
                    break
                # Of the type of the starts, which are copied otherwise.
                inner = np.int32(at + needle.startswith(b"\n"))
                name = int(np.searchsorted(self.starts, inner, side="right")) - 1
                if name != last:
                    seen, last = seen + 1, name
                    yield name
                position = int(self.starts[name + 1]) - 1
            position = max(position, stop)

    def _hit(self, name: int, phrase: bytes, words: list[bytes]) -> Hit | None:
        line = self.text[int(self.starts[name]) : int(self.starts[name + 1]) - 1]
        at = line.find(phrase)
        if at < 0:
            fits = all(word in line for word in words)
            return Hit(SCATTERED, len(line), name) if fits else None
        if at == 0:
            return Hit(EXACT if len(line) == len(phrase) else PREFIX, len(line), name)
        return Hit(INSIDE if line[at - 1 : at].isalnum() else WORD, len(line), name)


def name_list(column: Column, ctx: Context, *, titles: bool = False) -> NameList:
    """Return the names of a column of texts.

    Parameters
    ----------
    titles : bool
        Reads the texts as land titles, whatever their dialect.
    """
    texts = column.arrow
    distinct = pc.unique(texts)
    present = distinct.drop_null()
    parts: list[pa.Array] = []
    for start in range(0, len(present), _FOLDED_AT_ONCE):
        ctx.check()
        parts.append(_lines(present.slice(start, _FOLDED_AT_ONCE), titles=titles))
    lengths = [pc.binary_length(part).to_numpy(zero_copy_only=False) for part in parts]
    starts = np.concatenate([[0], np.cumsum(np.concatenate([np.zeros(0, np.int64), *lengths]))])
    is_unique = len(present) == len(texts) - texts.null_count
    rows = _first_rows(texts, present, is_unique=is_unique)
    text = b"".join(bytes(_data_of(part)) for part in parts)
    return NameList(text, starts.astype(np.int32), rows, is_unique)


def _lines(texts: pa.Array, *, titles: bool) -> pa.Array:
    """Return folded texts, each ended by a line feed."""
    read = texts
    if titles:
        read = pc.coalesce(canonical_array(texts), texts)
    folded = pc.replace_substring(folded_array(read), "\n", " ")
    folded = pc.utf8_slice_codeunits(folded, 0, _LONGEST)
    return pc.binary_join_element_wise(folded, pa.scalar(""), pa.scalar("\n"))


def _data_of(texts: pa.Array) -> memoryview:
    """Return the bytes of texts without a missing one, one after the other."""
    _, offsets, data = texts.buffers()
    places = np.frombuffer(offsets, dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1]
    return memoryview(data)[places[0] : places[-1]]


def _first_rows(
    texts: pa.ChunkedArray, present: pa.Array, *, is_unique: bool
) -> NDArray[np.int32]:  # fmt: skip
    """Return the first row of each distinct text; they come in the order of their first rows."""
    if is_unique:
        valid = np.concatenate([
            np.zeros(0, dtype=bool),
            *(chunk.is_valid().to_numpy(zero_copy_only=False) for chunk in texts.chunks),
        ])  # fmt: skip
        return np.flatnonzero(valid).astype(np.int32)
    codes = pc.fill_null(pc.index_in(texts, value_set=present), -1).to_numpy()
    before = np.concatenate([[-1], np.maximum.accumulate(codes)[:-1]])
    return np.flatnonzero(codes > before).astype(np.int32)
