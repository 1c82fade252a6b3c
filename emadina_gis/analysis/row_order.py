"""The order of rows by one or several columns: stable, missing values last in both directions.

Texts are ordered as readers of the language expect it. The places of a column's values are kept
while the column lives, so that a second sort costs one pass. Knows no widget.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary, ref

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.words.collation import text_order

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from emadina_gis.domain.column import Column

_Ranks = dict[str, "NDArray[np.float64]"]
_known: WeakKeyDictionary[Column, _Ranks] = WeakKeyDictionary()
_lock = threading.Lock()
#: The last orders, by the columns that made them: another filter asks for the same one again.
_orders: OrderedDict[object, tuple[tuple[ref[Column], ...], NDArray[np.intp]]] = OrderedDict()
_NOTHING = np.zeros(0, dtype=np.intp)
MOST_ORDERS = 3


@dataclass(frozen=True)
class SortKey:
    """A column to order by, and its direction."""

    field: str
    descending: bool = False


def ranks_of(column: Column, language: str, ctx: Context = NULL_CONTEXT) -> NDArray[np.float64]:
    """Return a number for each row whose order is that of the values, NaN where missing.

    Parameters
    ----------
    language : str
        ``"fr"``, ``"ar"`` or ``"en"``: the order of texts.

    Returns
    -------
    ndarray of float64, shape (n,)
    """
    if column.is_number:
        return column.numbers
    with _lock:
        ranks = _known.get(column, {}).get(language)
    if ranks is None:
        ranks = _ranks_made(column, language, ctx)
        with _lock:
            _known.setdefault(column, {})[language] = ranks
    return ranks


def _ranks_made(column: Column, language: str, ctx: Context) -> NDArray[np.float64]:
    ctx.check()
    if not column.is_text:
        whole = pa.int8() if column.is_boolean else _whole_type(column.type)
        return _as_floats(column.arrow.cast(whole).cast(pa.int64()))
    encoded = _encoded(column)
    ctx.check()
    order = text_order(encoded.dictionary, language).to_numpy()
    ctx.check()
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    codes = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False)
    known = codes >= 0
    return np.where(known, rank[codes], np.nan) if len(rank) else np.full(len(codes), np.nan)


def _whole_type(kind: pa.DataType) -> pa.DataType:
    return pa.int32() if pa.types.is_date32(kind) else pa.int64()


def _encoded(column: Column) -> pa.DictionaryArray:
    if not column.chunks:
        return pa.array([], pa.string()).dictionary_encode()
    return pa.concat_arrays([chunk.values for chunk in column.chunks]).dictionary_encode()


def _as_floats(values: pa.ChunkedArray) -> NDArray[np.float64]:
    floats = pc.fill_null(values.cast(pa.float64(), safe=False), float("nan"))
    return np.asarray(floats.to_numpy(), dtype=np.float64)


def row_order(
    columns: Mapping[str, Column],
    keys: Sequence[SortKey],
    count: int,
    language: str,
    ctx: Context = NULL_CONTEXT,
) -> NDArray[np.intp]:
    """Return all rows in the order of some columns, the first one deciding first.

    Rows with equal values keep their order; columns that are not there are left out.

    Returns
    -------
    ndarray of int, shape (count,)
    """
    decided = [key for key in keys if key.field in columns]
    deciding = [columns[key.field] for key in decided]
    name = tuple((id(c), k.descending) for c, k in zip(deciding, decided, strict=True)), language
    known = _order_known(name, deciding)
    if known is None:
        known = _order_made(columns, decided, count, language, ctx)
        with _lock:
            _orders[name] = tuple(ref(column) for column in deciding), known
            while len(_orders) > MOST_ORDERS:
                _orders.popitem(last=False)
    return known


def _order_known(name: object, deciding: list[Column]) -> NDArray[np.intp] | None:
    """Return an order that was made before by the very same columns."""
    with _lock:
        held, order = _orders.get(name, ((), _NOTHING))
    same = len(held) == len(deciding) and all(
        one() is column for one, column in zip(held, deciding, strict=True)
    )
    return order if deciding and same else None


def _order_made(
    columns: Mapping[str, Column],
    keys: Sequence[SortKey],
    count: int,
    language: str,
    ctx: Context,
) -> NDArray[np.intp]:
    ranks = []
    for key in keys:
        values = ranks_of(columns[key.field], language, ctx)
        ranks.append(-values if key.descending else values)
        ctx.check()
    if not ranks:
        return np.arange(count, dtype=np.intp)
    if len(ranks) == 1:
        return np.argsort(ranks[0], kind="stable")
    return np.lexsort(ranks[::-1])
