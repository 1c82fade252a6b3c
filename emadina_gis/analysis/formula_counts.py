"""The most frequent values of a column and how many rows hold each, to be offered while typing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from emadina_gis.domain.column import Column

MOST_VALUES = 200


def frequent_values(column: Column, most: int = MOST_VALUES) -> tuple[tuple[object, int], ...]:
    """Return (value, rows that hold it), the most frequent first; missing ones do not count."""
    found = pc.value_counts(column.arrow)
    counts, values = found.field("counts"), found.field("values")
    order = pc.sort_indices(
        pa.table({"counts": counts, "rank": pa.array(range(len(counts)))}),
        sort_keys=[("counts", "descending"), ("rank", "ascending")],
    )[: most + 1]
    pairs = zip(values.take(order).to_pylist(), counts.take(order).to_pylist(), strict=True)
    known = [(value, count) for value, count in pairs if value is not None]
    return tuple(known[:most])
