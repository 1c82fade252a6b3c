"""``Column``: a tuple of immutable Arrow chunks, with missing values that stay missing."""

from __future__ import annotations

import hashlib
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from emadina_gis.domain.geometry import CHUNK_ROWS
from emadina_gis.domain.kept import kept
from emadina_gis.domain.unseen import unseen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def _do_without_pandas() -> None:
    """Let Arrow look for pandas now and not find it.

    Arrow looks once for each way of converting, at the first time, and would import what costs half
    a second at the start of the program and is of no use here. Where pandas is loaded already
    nothing changes, and ``to_pandas`` finds it later all the same.
    """
    if "pandas" in sys.modules:
        return
    with unseen("pandas"):
        pa.array(np.zeros(0))
        pa.array([""]).to_numpy(zero_copy_only=False)


_do_without_pandas()


class ColumnChunk:
    """Some rows of a column: an Arrow array and its content hash."""

    __slots__ = ("_fingerprint", "_nbytes", "values")

    def __init__(self, values: pa.Array, fingerprint: str = "") -> None:
        self.values = values
        self._fingerprint = fingerprint
        self._nbytes = -1

    def __len__(self) -> int:
        return len(self.values)

    @property
    def nbytes(self) -> int:
        """Bytes that the values take, looked up once."""
        if self._nbytes < 0:
            self._nbytes = int(self.values.nbytes)
        return self._nbytes

    @property
    def fingerprint(self) -> str:
        """Content hash; equal values of equal type give an equal hash."""
        if not self._fingerprint:
            self._fingerprint = _hash(self.values)
        return self._fingerprint

    @property
    def known_fingerprint(self) -> str:
        """The content hash if it was computed already, else empty."""
        return self._fingerprint


def _hash(values: pa.Array) -> str:
    digest = hashlib.blake2b(str(values.type).encode(), digest_size=16)
    digest.update(np.packbits(values.is_valid().to_numpy(zero_copy_only=False)).tobytes())
    for part in _canonical_parts(values):
        digest.update(part)
    return digest.hexdigest()


def _canonical_parts(values: pa.Array) -> list[bytes]:
    """Bytes that do not depend on offsets or on what lies under missing values."""
    if pa.types.is_string(values.type):
        lengths = pc.fill_null(pc.binary_length(values), 0).to_numpy(zero_copy_only=False)
        return [lengths.astype(np.int32).tobytes(), _utf8_of(values.drop_null())]
    if pa.types.is_boolean(values.type):
        return [np.packbits(pc.fill_null(values, False).to_numpy(zero_copy_only=False)).tobytes()]
    zero = pa.scalar(0).cast(values.type) if not pa.types.is_temporal(values.type) else None
    filled = values.drop_null() if zero is None else pc.fill_null(values, zero)
    if zero is None:
        filled = filled.cast(pa.int64() if filled.type.bit_width == 64 else pa.int32())
    return [filled.to_numpy(zero_copy_only=False).tobytes()]


def _utf8_of(texts: pa.Array) -> bytes:
    """Return the bytes of texts without a missing one, one after the other."""
    _, offsets, data = texts.buffers()
    if not len(texts) or data is None:
        return b""
    places = np.frombuffer(offsets, dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1]
    return bytes(memoryview(data)[places[0] : places[-1]])


@dataclass(frozen=True, eq=False)
class Column:
    """A named-by-its-table sequence of values in chunks of one Arrow type.

    Types are float64, int64, bool, string, date32 and timestamp; anything else is converted by
    `arrow_array` on the way in.
    """

    chunks: tuple[ColumnChunk, ...]
    type: pa.DataType

    def __len__(self) -> int:
        return sum(len(chunk) for chunk in self.chunks)

    @property
    def is_number(self) -> bool:
        """Whether values are numbers."""
        return bool(pa.types.is_integer(self.type) or pa.types.is_floating(self.type))

    @property
    def is_text(self) -> bool:
        """Whether values are strings."""
        return bool(pa.types.is_string(self.type))

    @property
    def is_boolean(self) -> bool:
        """Whether values are true or false."""
        return bool(pa.types.is_boolean(self.type))

    @kept
    def arrow(self) -> pa.ChunkedArray:
        """All chunks as one Arrow chunked array."""
        return pa.chunked_array([chunk.values for chunk in self.chunks], type=self.type)

    @kept
    def numbers(self) -> NDArray[np.float64]:
        """Values as float64, NaN where missing or not a number; read-only; shape (n,)."""
        if self.is_text:
            result = _numbers_from_text(self.arrow)
        elif pa.types.is_temporal(self.type):
            result = np.full(len(self), np.nan)
        else:
            floats = self.arrow.cast(pa.float64(), safe=False)
            result = np.array(pc.fill_null(floats, float("nan")).to_numpy(), dtype=np.float64)
        result.flags.writeable = False
        return result

    @kept
    def strings(self) -> NDArray[np.object_]:
        """Values as text, None where missing; shape (n,)."""
        parts = [chunk.values for chunk in self.chunks]
        if not self.is_text:
            parts = [part.cast(pa.string()) for part in parts]
        texts = [part.to_numpy(zero_copy_only=False) for part in parts]
        result = np.concatenate([np.zeros(0, dtype=object), *texts])
        result.flags.writeable = False
        return result

    @kept
    def coded(self) -> tuple[NDArray[np.int32], list[Any]]:
        """Codes into the sorted distinct values (-1 missing), and those values."""
        encoded = self.arrow.combine_chunks().dictionary_encode()
        if isinstance(encoded, pa.ChunkedArray):
            encoded = encoded.combine_chunks()
        values = encoded.dictionary
        keys = values.cast(pa.int8()) if self.is_boolean else values
        order = pc.array_sort_indices(keys)
        rank = np.empty(len(values) + 1, dtype=np.int32)
        rank[order.to_numpy()] = np.arange(len(values), dtype=np.int32)
        rank[-1] = -1
        codes = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False)
        return rank[codes], _python_values(values.take(order))

    @property
    def missing_count(self) -> int:
        """How many values are missing."""
        return sum(chunk.values.null_count for chunk in self.chunks)

    @kept
    def fingerprint(self) -> str:
        """Content hash."""
        digest = hashlib.blake2b(str(self.type).encode(), digest_size=16)
        for chunk in self.chunks:
            digest.update(chunk.fingerprint.encode())
        return digest.hexdigest()

    def value(self, row: int) -> Any:
        """Return one value as a Python object (None where missing)."""
        return self.arrow[row].as_py()

    def take(self, rows: NDArray[np.intp]) -> Column:
        """Return the column of some rows."""
        if len(rows) <= CHUNK_ROWS < len(self):
            return column_of(self._gathered(rows), self.type)
        return column_of(self.arrow.take(pa.array(rows)), self.type)

    def _gathered(self, rows: NDArray[np.intp]) -> pa.Array:
        """Return the values of few rows of many, without going through the other chunks."""
        starts = np.concatenate([[0], np.cumsum([len(chunk) for chunk in self.chunks])])
        owner = np.searchsorted(starts, rows, side="right") - 1
        order = np.argsort(owner, kind="stable")
        parts = [pa.array([], self.type)]
        for index in np.unique(owner):
            mine = rows[order[owner[order] == index]] - starts[index]
            parts.append(self.chunks[index].values.take(pa.array(mine)))
        places = np.empty(len(rows), dtype=np.intp)
        places[order] = np.arange(len(rows))
        return pa.concat_arrays(parts).take(pa.array(places))

    def with_values(self, rows: NDArray[np.intp], values: pa.Array) -> Column:
        """Return the column with other values at some rows; untouched chunks are shared."""
        starts = np.concatenate([[0], np.cumsum([len(chunk) for chunk in self.chunks])])
        touched = np.searchsorted(starts, rows, side="right") - 1
        chunks = list(self.chunks)
        for index in np.unique(touched):
            mine = np.flatnonzero(touched == index)
            chunks[index] = _replaced(
                self.chunks[index], rows[mine] - starts[index], values.take(pa.array(mine))
            )
        return Column(tuple(chunks), self.type)


def _python_values(values: pa.Array) -> list[Any]:
    """Return the values as Python objects, in steps between which other threads may run."""
    starts = range(0, len(values), CHUNK_ROWS)
    return [value for start in starts for value in values.slice(start, CHUNK_ROWS).to_pylist()]


def _replaced(chunk: ColumnChunk, rows: NDArray[np.intp], values: pa.Array) -> ColumnChunk:
    source = pa.concat_arrays([chunk.values, values])
    index = np.arange(len(chunk))
    index[rows] = len(chunk) + np.arange(len(rows))
    return ColumnChunk(source.take(pa.array(index)))


def _numbers_from_text(texts: pa.ChunkedArray) -> NDArray[np.float64]:
    trimmed = pc.replace_substring(pc.utf8_trim_whitespace(texts), ",", ".")
    looks = pc.match_substring_regex(trimmed, r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$")
    numeric = pc.if_else(looks, trimmed, pa.scalar(None, pa.string())).cast(pa.float64())
    return np.array(pc.fill_null(numeric, float("nan")).to_numpy(), dtype=np.float64)


def arrow_array(values: Any) -> pa.Array:
    """Return an Arrow array of one of our types from an array or a sequence.

    NaN in floating values means missing; dictionaries are decoded; small numbers are widened;
    what has no place in a table (lists, structs, binary) becomes its text.
    """
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    elif not isinstance(values, pa.Array) and hasattr(values, "to_numpy"):
        values = values.to_numpy()
    if isinstance(values, np.ndarray) and values.dtype == object and "pandas" in sys.modules:
        values = values.copy()
        values[sys.modules["pandas"].isna(values)] = None
    array = values if isinstance(values, pa.Array) else pa.array(values, from_pandas=True)
    cast = array.cast(_our_type(array.type)) if _castable(array.type) else _as_text(array)
    return _nan_missing(cast) if pa.types.is_floating(cast.type) else cast


def _nan_missing(array: pa.Array) -> pa.Array:
    """Return the array with NaN as missing; the same array where it has none."""
    is_nan = pc.is_nan(array)
    if not pc.any(is_nan).as_py():
        return array
    return pc.if_else(is_nan, pa.scalar(None, array.type), array)


def _castable(kind: pa.DataType) -> bool:
    return not (pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_time(kind))


def _as_text(array: pa.Array) -> pa.Array:
    return pa.array([None if v is None else str(v) for v in array.to_pylist()], pa.string())


def _our_type(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_dictionary(kind):
        return _our_type(kind.value_type)
    if pa.types.is_boolean(kind) or pa.types.is_date32(kind):
        return kind
    if pa.types.is_integer(kind):
        return pa.int64() if kind != pa.uint64() else pa.float64()
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return pa.float64()
    if pa.types.is_timestamp(kind):
        return pa.timestamp("us", tz=kind.tz)
    return pa.date32() if pa.types.is_date(kind) else pa.string()


def column_of(values: Any, kind: pa.DataType | None = None, size: int = CHUNK_ROWS) -> Column:
    """Return a column in chunks of `size` rows from an array or a sequence."""
    array = arrow_array(values)
    if kind is not None and array.type != kind:
        array = array.cast(kind)
    starts = range(0, len(array), size)
    chunks = tuple(ColumnChunk(_compact(array.slice(start, size))) for start in starts)
    return Column(chunks, array.type)


def text_column(values: NDArray[np.object_], size: int = CHUNK_ROWS) -> Column:
    """Return a column of texts; an empty text is missing."""
    starts = range(0, len(values), size)
    blocks = (values[start : start + size].tolist() for start in starts)
    chunks = (pa.array([text or None for text in block], pa.string()) for block in blocks)
    return Column(tuple(ColumnChunk(chunk) for chunk in chunks), pa.string())


def number_column(values: NDArray[np.float64], size: int = CHUNK_ROWS) -> Column:
    """Return a column of numbers, NaN where missing; the array is kept and made read-only."""
    starts = range(0, len(values), size)
    parts = (pa.array(values[start : start + size], from_pandas=True) for start in starts)
    made = Column(tuple(ColumnChunk(part) for part in parts), pa.float64())
    values.flags.writeable = False
    vars(made)["numbers"] = values  # what `Column.numbers` would make of the chunks again
    return made


def code_column(codes: NDArray[np.integer], words: Sequence[str], size: int = CHUNK_ROWS) -> Column:
    """Return a column of the words that codes stand for; an empty word is missing.

    The words that occur are known from the codes: the texts are not gone through again for them.
    """
    texts = pa.array([word or None for word in words], pa.string())
    starts = range(0, len(codes), size)
    parts = (texts.take(pa.array(codes[start : start + size])) for start in starts)
    made = Column(tuple(ColumnChunk(part) for part in parts), pa.string())
    counts = np.bincount(codes, minlength=len(words))
    present = sorted({word for word, count in zip(words, counts, strict=True) if word and count})
    place = {word: number for number, word in enumerate(present)}
    ranks = np.array([place.get(word, -1) for word in words], dtype=np.int32)
    vars(made)["coded"] = ranks[codes], list(present)
    return made


def _compact(array: pa.Array) -> pa.Array:
    """Return an array that does not keep a larger buffer alive."""
    if not array.offset:
        return pa.concat_arrays([array])
    return array.take(pa.array(np.arange(len(array))))
