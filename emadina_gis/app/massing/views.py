"""The middle of the window: map, volumes, section or regulation, and the choice between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QStackedLayout, QWidget

from emadina_gis.app.massing.section_page import SectionPage
from emadina_gis.app.massing.segments import Segments
from emadina_gis.app.massing.volume_page import VolumePage
from emadina_gis.app.regulation.page import RegulationPage
from emadina_gis.session.view_state import Tool

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from emadina_gis.app.desk import Desk
    from emadina_gis.app.placing.views import PlacingViews

VIEWS = {
    "map": "massing.view.map",
    "volume": "massing.view.volume",
    "section": "massing.view.section",
    "regulation": "massing.view.regulation",
}
ICONS = {"map": "map", "volume": "box", "section": "chart-column", "regulation": "book-open"}
GAP_PX = 12
#: Room that the tools of the map take beside the switch.
TOOLS_PX = 60


class MapViews(QWidget):
    """Pages over each other; pages but the map are made when first shown, and `made` tells."""

    made = Signal(object)

    def __init__(self, desk: Desk, map_area: QWidget, *, use_gl: bool = True) -> None:
        super().__init__()
        self._desk = desk
        self._use_gl = use_gl
        self._stack = QStackedLayout(self)
        self._stack.addWidget(map_area)
        self._pages: dict[str, QWidget] = {"map": map_area}
        self.switch = Segments(desk.voice, VIEWS, self.show_view, self, icons=ICONS)
        self.switch.check("map")
        self._current = "map"
        self._lent: list[PlacingViews] = []
        desk.speech.bind(self.switch, "massing.view.choose", self.switch.setAccessibleName)
        desk.speech.changed.connect(self._place)
        desk.watch(self, lambda project: project.parcels_id, self._on_parcels)
        desk.watch_view(self, lambda view: view.tool, self._on_tool)

    @property
    def uses_gl(self) -> bool:
        """Whether pages draw by OpenGL where they can."""
        return self._use_gl

    @property
    def current(self) -> str:
        """``"map"``, ``"volume"``, ``"section"`` or ``"regulation"``."""
        return self._current

    def show_view(self, name: str) -> QWidget:
        """Show a view; return its page. Without parcels there is only the map."""
        if not self._desk.project.parcels_id:
            name = "map"
        page = self.page(name)
        self._current = name
        self.switch.check(name)
        self._stack.setCurrentWidget(page)
        self._place()
        if name != "map":
            page.setFocus()
        return page

    def lend(self, page: PlacingViews) -> None:
        """Show a page of somebody else in the middle, until `take_back` or another view."""
        if page not in self._lent:
            self._lent.append(page)
            self._stack.addWidget(page)
        self._stack.setCurrentWidget(page)
        self.switch.hide()

    def take_back(self) -> None:
        """Show the map again where a page was lent."""
        if self._stack.currentWidget() not in self._pages.values():
            self._on_parcels(self._desk.project.parcels_id)
            self.show_view(self._current)

    def page(self, name: str) -> QWidget:
        """Return the page of a view."""
        if name not in self._pages:
            made = self._made(name)
            self._pages[name] = made
            self._stack.addWidget(made)
            self.made.emit(made)
        return self._pages[name]

    def _made(self, name: str) -> QWidget:
        if name == "regulation":
            return RegulationPage(self._desk)
        if name == "volume":
            return VolumePage(self._desk, use_gl=self._use_gl)
        return SectionPage(self._desk)

    def _on_parcels(self, parcels_id: str) -> None:
        self.switch.setVisible(bool(parcels_id))
        if not parcels_id and self._current != "map":
            self.show_view("map")

    def _on_tool(self, tool: Tool) -> None:
        """Tools work on the map: whoever takes one up sees it."""
        if tool is not Tool.SELECT and self._current != "map":
            self.show_view("map")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._place()

    def _place(self) -> None:
        self.switch.set_narrow(False)
        if self.switch.width() + 2 * GAP_PX + TOOLS_PX > self.width():
            self.switch.set_narrow(True)
        volume = self._pages.get("volume")
        if isinstance(volume, VolumePage):
            volume.make_room(self.switch.width())
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        left = GAP_PX if rtl else self.width() - self.switch.width() - GAP_PX
        self.switch.move(left, GAP_PX)
        self.switch.raise_()

    def shut_down(self) -> None:
        """Stop what the pages do."""
        for page in self._pages.values():
            if isinstance(page, VolumePage | SectionPage):
                page.shut_down()
        for lent in self._lent:
            lent.shut_down()
