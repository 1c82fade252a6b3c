"""Which columns the table shows, in which order and how wide: kept in the project.

Owns the arrangement and what dragging a heading means. Personal columns that a person asked to
see stay so until the program ends, and are kept nowhere.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from emadina_gis.app.models.columns import NamedColumn, named_columns, usual_decimals
from emadina_gis.session.commands.derivations import SetColumnView
from emadina_gis.session.derived import failures

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk
    from emadina_gis.app.panels.table import TablePanel
    from emadina_gis.domain.derived import ColumnView
    from emadina_gis.domain.layer import VectorLayer

NARROWEST_PX, WIDEST_PX = 70, 240
#: A drag of an edge is kept when the hand has rested so long.
REST_MS = 400


class ShownColumns(QObject):
    """The columns of the layer in the table, as the person arranged them."""

    def __init__(self, desk: Desk, panel: TablePanel) -> None:
        super().__init__(panel)
        self._desk = desk
        self._panel = panel
        self._personal: dict[str, frozenset[str]] = {}
        self._fitted: tuple[object, ...] = ()
        self._arranging = False
        self._widths: dict[str, int] = {}
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._keep_widths)
        panel.view.heading.sectionMoved.connect(self._on_moved)
        panel.view.heading.sectionResized.connect(self._on_resized)

    # --- what is shown ------------------------------------------------------------------------

    def of(self, layer: VectorLayer, *, personal: bool = False) -> tuple[NamedColumn, ...]:
        """Return all columns that may be shown, in the person's order.

        Parameters
        ----------
        personal : bool
            Personal columns too, whether the person asked to see them or not: their names alone
            are to be listed.
        """
        shown = self._personal.get(layer.id, frozenset())
        if personal:
            shown = layer.schema.personal_columns()
        troubles = self._troubles(layer)
        by_field = {
            named.field: replace(named, trouble=troubles.get(named.field, ""))
            for named in named_columns(self._desk, layer, shown)
        }
        return tuple(by_field[name] for name in layer.derived.view.ordered(list(by_field)))

    def _troubles(self, layer: VectorLayer) -> dict[str, str]:
        """Return why derived columns can no longer be worked out."""
        if not (layer.derived.computed or layer.derived.joins):
            return {}
        found = (one for one in failures(self._desk.project) if one.layer_id == layer.id)
        return {one.column: " ".join(self._desk.words.error(one.error)) for one in found}

    def shown(self, layer: VectorLayer, every: tuple[NamedColumn, ...]) -> tuple[NamedColumn, ...]:
        """Return the columns without the hidden ones."""
        hidden = set(layer.derived.view.hidden)
        kept = (named for named in every if named.field not in hidden)
        return tuple(replace(named, decimals=usual_decimals(named)) for named in kept)

    def shows_personal(self, layer_id: str, field: str) -> bool:
        """Whether the person asked to see a personal column."""
        return field in self._personal.get(layer_id, frozenset())

    def show_personal(self, layer_id: str, field: str, *, shown: bool) -> None:
        """Show or hide a personal column, until the program ends."""
        old = self._personal.get(layer_id, frozenset())
        self._personal[layer_id] = old | {field} if shown else old - {field}
        self._panel.refresh()

    # --- arrangement --------------------------------------------------------------------------

    def set_view(self, view: ColumnView) -> None:
        """Keep another arrangement of the layer in the table."""
        layer = self._panel.layer
        if layer is not None:
            self._desk.do(SetColumnView(layer.id, view))

    def hide(self, field: str) -> None:
        """Hide a column."""
        layer = self._panel.layer
        if layer is not None:
            self.set_view(layer.derived.view.with_hidden(field, hidden=True))

    def arrange(self, layer: VectorLayer, shown: tuple[NamedColumn, ...]) -> None:
        """Give the columns their widths: those kept, else what fits, once for a set of columns."""
        view, model = self._panel.view, self._panel.model
        wanted = (layer.id, tuple(named.title for named in shown), layer.derived.view)
        self._panel.frozen.freeze(layer.derived.view.freezes_first and len(shown) > 1)
        if wanted == self._fitted or not len(model.rows):
            return
        self._fitted = wanted
        kept = dict(layer.derived.view.widths)
        self._arranging = True
        texts = view.text_widths()
        for place, named in enumerate(shown):
            width = kept.get(named.field)
            if width is None:
                fit = max(texts[place], view.heading.sectionSizeHint(place)) + 26
                view.setColumnWidth(place, min(max(fit, NARROWEST_PX), WIDEST_PX))
            else:
                view.setColumnWidth(place, self._desk.theme.px(width))
        self._arranging = False
        self._panel.frozen.follow()

    def _on_moved(self, _logical: int, old: int, new: int) -> None:
        """A heading was dragged: the order becomes the project's, not the heading's own."""
        layer = self._panel.layer
        if layer is None or self._arranging:
            return
        self._arranging = True
        self._panel.view.heading.moveSection(new, old)
        self._arranging = False
        self.move(self._panel.model.columns[old].field, new)

    def move(self, field: str, to: int) -> None:
        """Put a column to another place among those shown."""
        layer = self._panel.layer
        if layer is None:
            return
        every = [named.field for named in self.of(layer)]
        shown = [named.field for named in self._panel.model.columns]
        shown.insert(to, shown.pop(shown.index(field)))
        waiting = iter(shown)
        order = [next(waiting) if name in shown else name for name in every]
        view = layer.derived.view
        self.set_view(replace(view, order=tuple(order)))

    def _on_resized(self, place: int, _old: int, new: int) -> None:
        if self._arranging or not 0 <= place < self._panel.model.columnCount() or not new:
            return
        scale = self._desk.theme.text_scale
        self._widths[self._panel.model.columns[place].field] = round(new / scale)
        self._panel.frozen.follow()
        self._rest.start()

    def _keep_widths(self) -> None:
        layer = self._panel.layer
        if layer is None:
            return
        view = layer.derived.view
        for field, width in self._widths.items():
            view = view.with_width(field, width)
        self._widths.clear()
        self.set_view(view)
