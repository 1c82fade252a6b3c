"""What can be done with a selection: invert, others like it, copy, export, a layer of its own.

Ties the actions, the bar below the map and the inspector to the view; makes no selection by place.
"""

from __future__ import annotations

import uuid
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint
from PySide6.QtGui import QCursor, QGuiApplication
from PySide6.QtWidgets import QMenu

from emadina_gis.app.models.columns import NamedColumn, named_columns
from emadina_gis.app.models.row_names import naming_column
from emadina_gis.app.panels.export_layer import ExportPanel
from emadina_gis.app.panels.pointed_here import PointedHere
from emadina_gis.domain.title import Title
from emadina_gis.session.commands import AddLayers
from emadina_gis.session.jobs import NewestWins
from emadina_gis.session.phrase import Phrase
from emadina_gis.words import load_words
from emadina_gis.workflows.selecting import (
    Near,
    Wanted,
    ids_like,
    ids_where,
    layer_of_rows,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from emadina_gis.app.main_window import MainWindow
    from emadina_gis.domain.layer import VectorLayer
    from emadina_gis.progress import Context

#: Actions in the menu of the bar; an empty one is a line.
MENU = ("edit.invert-selection", "edit.reselect", "", "edit.copy-ids", "edit.export-selection",
        "edit.layer-of-selection")  # fmt: skip
NEEDS_SELECTION = ("edit.copy-ids", "edit.export-selection", "edit.layer-of-selection",
                   "edit.select-like")  # fmt: skip


class SelectionActions(QObject):
    """Acts on the selection of one window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._desk = window.desk
        self._newest = NewestWins(window.desk.jobs)
        self.here = PointedHere(self._desk, window.map.pointing, lambda: window.map.canvas.scene)
        layout = window.inspector.layout()
        layout.insertWidget(0, self.here)  # type: ignore[union-attr]
        window.map.bar.more.clicked.connect(self._open_more)
        window.map.options.around_asked.connect(self.select_around)
        self._desk.watch_view(self, lambda view: view.selection, lambda _ids: self._enable())
        self._desk.watch(self, lambda project: project.layers, lambda _layers: self._enable())

    def _enable(self) -> None:
        actions, view = self._window.actions_, self._desk.view
        for action_id in NEEDS_SELECTION:
            actions.enable(action_id, view.selected_count > 0)
        actions.enable("edit.invert-selection", bool(self._desk.project.vector_layers))
        actions.enable("edit.reselect", view.can_reselect)

    @property
    def layer(self) -> VectorLayer | None:
        """The layer of the selection: the one selected in, else the first with selected rows."""
        view, project = self._desk.view, self._desk.project
        chosen = [self._window.map.selecting.layer_id, *view.view.selection]
        for layer_id in chosen:
            if project.has_layer(layer_id) and len(view.selected(layer_id)):
                return project.vector_layer(layer_id)
        return None

    @property
    def target(self) -> VectorLayer | None:
        """The layer that is selected in, None where there is none."""
        layer_id, project = self._window.map.selecting.layer_id, self._desk.project
        return project.vector_layer(layer_id) if project.has_layer(layer_id) else None

    def invert(self) -> None:
        """Select the other features of the layer, those that are not selected now."""
        layer = self.layer or self.target
        if layer is not None:
            self._desk.view.invert(layer.id, layer.table.ids)

    def select_around(self, reach_m: float) -> None:
        """Select what lies within some metres of the selection, in the layer selected in."""
        view, project, meant, target = self._desk.view, self._desk.project, self.layer, self.target
        if meant is None or target is None:
            return
        near = Near(meant.id, view.selected(meant.id), reach_m)
        self._select(target.id, lambda ctx: ids_where(project, target, Wanted(near=near), ctx))

    def _select(self, layer_id: str, work: Callable[[Context], NDArray[np.int64]]) -> None:
        view = self._desk.view

        def take(ids: NDArray[np.int64]) -> None:
            if self._desk.project.has_layer(layer_id):
                view.select(layer_id, ids, mode=view.view.select_mode)

        self._desk.jobs.submit_shown(
            "job.selecting", work, done=take, failed=self._desk.notices.error
        )

    # --- others like it -----------------------------------------------------------------------

    def open_like(self) -> None:
        """Offer the columns by whose value others are selected."""
        menu = QMenu(self._window)
        self._fill_like(menu)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(QCursor.pos())

    def like_columns(self) -> tuple[NamedColumn, ...]:
        """Return the columns by whose value others are selected."""
        layer = self.layer
        return () if layer is None else named_columns(self._desk, layer)

    def _fill_like(self, menu: QMenu) -> None:
        layer = self.layer
        if layer is None:
            return
        for named in self.like_columns():
            menu.addAction(named.title, partial(self.select_like, layer, named))

    def select_like(self, layer: VectorLayer, named: NamedColumn) -> None:
        """Select the features that hold a value of the selected ones in a column."""
        ids = self._desk.view.selected(layer.id)

        def work(_ctx: Context) -> NDArray[np.int64]:
            return ids_like(layer, ids, named.field, named.column)

        self._newest.submit(work, done=lambda found: self._desk.view.select(layer.id, found))

    # --- what leaves --------------------------------------------------------------------------

    def copy_ids(self) -> None:
        """Put the titles or names of the selected features on the clipboard, one on a line."""
        layer = self.layer
        if layer is None:
            return
        ids = self._desk.view.selected(layer.id)
        name = naming_column(layer)
        rows = layer.table.rows_of_ids(ids)
        if name is None:
            texts = [str(row_id) for row_id in ids.tolist()]
        else:
            texts = ["" if v is None else v for v in layer.table.column(name).take(rows).strings]
        QGuiApplication.clipboard().setText("\n".join(texts))
        self._desk.notices.done(Phrase("selecting.copied", count=len(texts)))

    def export(self) -> None:
        """Offer the export of the selected features."""
        layer = self.layer
        if layer is None:
            return
        self._window.panels.open_export(layer.id)
        panel = self._window.side.panel("export")
        if isinstance(panel, ExportPanel):
            panel.selected.setChecked(True)

    def make_layer(self) -> None:
        """Put the selected features into a layer of their own, above the one they are in."""
        layer = self.layer
        if layer is None:
            return
        ids = self._desk.view.selected(layer.id)
        title = Title(*(_name_in(language, layer.title) for language in ("fr", "ar", "en")))
        layer_id = uuid.uuid4().hex

        def put(made: VectorLayer) -> None:
            layers = self._desk.project.layers
            at = next((i for i, other in enumerate(layers) if other.id == layer.id), 0)
            self._desk.do(AddLayers((made,), at))

        self._desk.jobs.submit_shown(
            "job.new-layer",
            lambda ctx: layer_of_rows(layer, ids, layer_id, title, ctx),
            done=put,
            failed=self._desk.notices.error,
        )

    def _open_more(self) -> None:
        button = self._window.map.bar.more
        menu = self._window.actions_.menu(self._window, MENU)
        like = menu.addMenu(self._desk.speech.text("selecting.like"))
        self._fill_like(like)
        like.setEnabled(bool(like.actions()))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(button.mapToGlobal(QPoint(0, -menu.sizeHint().height())))


def _name_in(language: str, title: Title) -> str:
    return load_words(language).text("selecting.layer-name", layer=title.text(language))
