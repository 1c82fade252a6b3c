"""Which rows the table shows, worked out in the background; the newest question wins.

Owns the query of each layer (what is only looked at is not saved). Knows no widget.
"""

from __future__ import annotations

from collections import ChainMap
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from emadina_gis.analysis.row_query import RowQuery, RowSource, Scope, rows_shown
from emadina_gis.domain.crs import transform_extent
from emadina_gis.errors import CrsError, EmadinaError
from emadina_gis.progress import NULL_CONTEXT
from emadina_gis.session.jobs import NewestWins

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from emadina_gis.app.desk import Desk
    from emadina_gis.domain.extent import Extent
    from emadina_gis.domain.layer import VectorLayer
    from emadina_gis.progress import Context

#: Rows that are looked through at once; more of them in the background.
MOST_AT_ONCE = 3_000
#: Rows that are numbered at once: memory for more takes a while to come.
MOST_LISTED = 200_000
_NO_ROWS = np.zeros(0, dtype=np.intp)


class TableRows(QObject):
    """The rows of a layer by its query; `found` gives them, `failed` what is wrong with it."""

    found = Signal(object)
    failed = Signal(object)

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._queries: dict[str, RowQuery] = {}
        self._newest = NewestWins(desk.jobs)
        self._every = _NO_ROWS
        self.is_busy = False

    def query(self, layer_id: str) -> RowQuery:
        """Return what is asked of a layer."""
        return self._queries.get(layer_id, RowQuery())

    def set_query(self, layer_id: str, query: RowQuery) -> None:
        """Ask something else of a layer."""
        self._queries[layer_id] = query

    def source_of(self, layer: VectorLayer) -> RowSource:
        """Return the rows, selection and view that a query of a layer is about."""
        desk = self._desk
        own = dict(layer.table.columns)
        columns = ChainMap(own, desk.results.columns_of(layer))  # type: ignore[arg-type]  # read only
        selected = layer.table.rows_of_ids(desk.view.selected(layer.id))
        return RowSource(layer.table, columns, selected, self._extent(layer), desk.words.language)

    def find(self, layer: VectorLayer) -> None:
        """Work out the rows of a layer: at once where that is quick, else a little later."""
        query, count = self.query(layer.id), layer.table.row_count
        if query.is_plain:
            if count <= MOST_LISTED or count == len(self._every):
                self._newest.cancel()
                self._take(self._all(count))
            else:
                self._submit(lambda _ctx: self._all(count))
            return
        source = self.source_of(layer)
        if count <= MOST_AT_ONCE:
            self._newest.cancel()
            try:
                self._take(rows_shown(query, source, NULL_CONTEXT))
            except EmadinaError as error:
                self._refuse(error)
            return
        self._submit(lambda ctx: rows_shown(query, source, ctx))

    def _submit(self, work: Callable[[Context], NDArray[np.intp]]) -> None:
        self.is_busy = True
        self._newest.submit(work, done=self._take, failed=self._refuse)

    def _all(self, count: int) -> NDArray[np.intp]:
        """Return every row; kept, for as many are shown again and again."""
        every = self._every
        if len(every) != count:
            every = np.arange(count, dtype=np.intp)
            every.flags.writeable = False
            self._every = every
        return every

    def _take(self, rows: NDArray[np.intp]) -> None:
        self.is_busy = False
        self.found.emit(rows)

    def _refuse(self, error: Exception) -> None:
        self.is_busy = False
        if not isinstance(error, EmadinaError):
            raise error
        self.failed.emit(error)

    def _extent(self, layer: VectorLayer) -> Extent | None:
        """Return the part of the map that is shown, in the layer's CRS."""
        viewport, crs = self._desk.view.viewport, self._desk.project.crs
        if viewport is None or self.query(layer.id).scope is not Scope.VIEW:
            return None
        if not crs.is_known or not layer.crs.is_known:
            return viewport.extent
        try:
            return transform_extent(viewport.extent, crs, layer.crs)
        except CrsError:
            return None
