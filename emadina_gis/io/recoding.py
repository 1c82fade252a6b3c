"""Texts of attribute tables decoded by ourselves, so that no byte is lost without a word.

GDAL leaves out bytes that an encoding does not define, and knows fewer encodings than Python. It
is asked for ISO-8859-1, which keeps each byte as a character, and the bytes are decoded here.
"""

from __future__ import annotations

import pyarrow as pa

from emadina_gis.domain.column import Column, ColumnChunk
from emadina_gis.io.encoding_names import TAKEN_FOR, UTF8_NAME, canonical, decoded, retaken
from emadina_gis.io.field_names import unique_names

_BYTES_AS_CHARACTERS = "ISO-8859-1"


def is_ours(name: str) -> bool:
    """Whether values in an encoding are decoded here rather than by GDAL."""
    return canonical(name) not in {"", UTF8_NAME}


def asked_of_gdal(name: str) -> str:
    """Return the encoding that GDAL is asked to read with."""
    return _BYTES_AS_CHARACTERS if is_ours(name) else name


def recoded_name(name: str, encoding: str) -> str:
    """Return the name of a field in its own encoding."""
    if name.isascii() or not is_ours(encoding):
        return name
    return _decoded(name, encoding)


def retaken_columns(columns: dict[str, Column], asked: str) -> dict[str, Column]:
    """Return columns whose texts a library took for another encoding, as the person asks for them.

    Where only one encoding is asked for, the texts were taken for cp1252: what libraries assume
    of files that declare nothing.
    """
    known = canonical(asked)
    if not known or known == UTF8_NAME:
        return columns
    name = known if TAKEN_FOR in known else f"{known}{TAKEN_FOR}cp1252"
    return {key: _retaken_column(column, name) for key, column in columns.items()}


def _retaken_column(column: Column, name: str) -> Column:
    if not column.is_text:
        return column
    chunks = []
    for chunk in column.chunks:
        encoded = chunk.values.dictionary_encode()
        texts = [retaken(text, name) or text for text in encoded.dictionary.to_pylist()]
        chunks.append(ColumnChunk(pa.array(texts, chunk.values.type).take(encoded.indices)))
    return Column(tuple(chunks), column.type)


def recoded(columns: dict[str, Column], encoding: str) -> tuple[dict[str, Column], int]:
    """Return columns with their texts decoded, and how many texts hold undefined bytes."""
    if not is_ours(encoding):
        return columns, 0
    lost = 0
    made: dict[str, Column] = {}
    names = unique_names([recoded_name(name, encoding) for name in columns])
    for name, column in zip(names, columns.values(), strict=True):
        if column.is_text:
            chunks, count = _recoded_chunks(column, encoding)
            made[name] = Column(chunks, column.type)
            lost += count
        else:
            made[name] = column
    return made, lost


def _recoded_chunks(column: Column, encoding: str) -> tuple[tuple[ColumnChunk, ...], int]:
    chunks = []
    lost = 0
    for chunk in column.chunks:
        encoded = chunk.values.dictionary_encode()
        texts = [_decoded(text, encoding) for text in encoded.dictionary.to_pylist()]
        spoiled = pa.array(["\ufffd" in text for text in texts], pa.bool_())
        if spoiled.true_count:
            lost += spoiled.take(encoded.indices).true_count
        words = pa.array(texts, chunk.values.type)
        chunks.append(ColumnChunk(words.take(encoded.indices)))
    return tuple(chunks), lost


def _decoded(text: str, encoding: str) -> str:
    if text.isascii() and not canonical(encoding).startswith("utf-16"):
        return text
    raw = text.encode("iso8859-1", "replace")
    if TAKEN_FOR in encoding:
        return decoded(raw, encoding).strip()
    return decoded(raw, encoding).rstrip(" \0")
