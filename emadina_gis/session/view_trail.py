"""``ViewTrail``: the views that were shown, to go back and forth between them, as in a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emadina_gis.domain.seen_view import SeenView

MOST_VIEWS = 100


class ViewTrail:
    """Views in the order in which they were shown, and which one is shown now."""

    def __init__(self) -> None:
        self._views: list[SeenView] = []
        self._index = -1

    @property
    def can_go_back(self) -> bool:
        """Whether a view was shown before this one."""
        return self._index > 0

    @property
    def can_go_forward(self) -> bool:
        """Whether one went back from a view."""
        return self._index < len(self._views) - 1

    def note(self, view: SeenView) -> None:
        """Remember a view; the views one went back from are forgotten."""
        if self._index >= 0 and self._views[self._index].is_near(view):
            return
        self._views = [*self._views[: self._index + 1], view][-MOST_VIEWS:]
        self._index = len(self._views) - 1

    def back(self) -> SeenView | None:
        """Return the view before, None where this is the first one."""
        return self._step(-1) if self.can_go_back else None

    def forward(self) -> SeenView | None:
        """Return the view that one went back from, None where there is none."""
        return self._step(1) if self.can_go_forward else None

    def forget(self) -> None:
        """Remember nothing: another project is shown."""
        self._views, self._index = [], -1

    def _step(self, by: int) -> SeenView:
        self._index += by
        return self._views[self._index]
