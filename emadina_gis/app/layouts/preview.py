"""The page as it will print, drawn in the background into a picture of screen resolution.

Owns when: the newest wish wins, one that is stale is cancelled, and the last picture stays until
the next one is there. The page is drawn by what draws it on paper.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage, QPainter

from emadina_gis.errors import EmadinaError
from emadina_gis.project.layout_snap import Rect
from emadina_gis.report.page_load import page_load
from emadina_gis.report.pdf import UNITS_PER_MM, Paper
from emadina_gis.report.sheet import draw_sheet
from emadina_gis.session.jobs import NewestWins
from emadina_gis.workflows.printing import sheet_content

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk
    from emadina_gis.app.layouts.seen_page import SeenPage
    from emadina_gis.progress import Context
    from emadina_gis.project import Frame, Layout, Project
    from emadina_gis.report.page_plan import DrawnPage
    from emadina_gis.report.pdf import Printer
    from emadina_gis.report.presets import PageLoad
    from emadina_gis.words import Words
    from emadina_gis.workflows.printing import SheetChoice

#: A wish waits so long for a newer one.
REST_MS = 60
#: Pixels of a picture at most; of a larger page only what is seen is drawn.
MOST_PIXELS = 9_000_000


@dataclass(frozen=True)
class PageWish:
    """A picture that is wanted: which page, which part of it, how sharp.

    Attributes
    ----------
    part : Rect
        In millimetres.
    px_per_mm : float
        Device pixels.
    """

    project: Project
    seen: SeenPage
    words: Words
    choice: SheetChoice
    part: Rect
    px_per_mm: float


@dataclass(frozen=True)
class PagePicture:
    """A picture of a page, the page that it shows, and what drawing it found."""

    image: QImage
    part: Rect
    px_per_mm: float
    layout: Layout
    seen: SeenPage
    drawn: DrawnPage
    load: PageLoad

    @property
    def places(self) -> dict[str, Rect]:
        """Where the frames were drawn."""
        placed = self.drawn.plan.frames
        return {
            one.frame.id: Rect(one.box.x, one.box.y, one.box.width, one.box.height)
            for one in placed
        }

    @property
    def drawn_frames(self) -> tuple[Frame, ...]:
        """The frames where they were drawn, as they are stored."""
        places = self.places
        frames = (placed.frame for placed in self.drawn.plan.frames)
        return tuple(self.seen.placed(frame, places[frame.id]) for frame in frames)


def draw_page(wish: PageWish, ctx: Context) -> PagePicture:
    """Return the picture of a page.

    Raises
    ------
    EmadinaError
        If the page cannot be composed.
    """
    layout = wish.project.layout(wish.seen.layout.id)
    content = sheet_content(wish.project, layout, wish.words, wish.choice, ctx.part(0.0, 0.3))
    width = max(round(wish.part.width * wish.px_per_mm), 1)
    height = max(round(wish.part.height * wish.px_per_mm), 1)
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        factor = wish.px_per_mm / UNITS_PER_MM
        painter.scale(factor, factor)
        painter.translate(-wish.part.x * UNITS_PER_MM, -wish.part.y * UNITS_PER_MM)
        paper = Paper(cast("Printer", image), painter, rtl=wish.words.is_rtl)
        drawn = draw_sheet(paper, content, wish.words, ctx.part(0.3, 1.0))
    finally:
        painter.end()
    return PagePicture(
        image, wish.part, wish.px_per_mm, layout, wish.seen, drawn, page_load(drawn.plan)
    )


class Preview(QObject):
    """Draws what is wished.

    Signals
    -------
    drawn(PagePicture)
        A picture is there.
    failed(EmadinaError)
        The page cannot be drawn.
    busy_changed(bool)
        Whether one is being drawn.
    """

    drawn = Signal(object)
    failed = Signal(object)
    busy_changed = Signal(bool)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._newest = NewestWins(desk.jobs)
        self._wish: PageWish | None = None
        self._busy = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REST_MS)
        self._timer.timeout.connect(self._start)

    @property
    def is_busy(self) -> bool:
        """Whether a picture is waited for."""
        return self._busy

    def wish(self, wish: PageWish) -> None:
        """Draw a page as soon as no newer wish comes."""
        self._wish = wish
        self._set_busy(busy=True)
        self._timer.start()

    def stop(self) -> None:
        """Draw nothing more."""
        self._timer.stop()
        self._newest.cancel()
        self._set_busy(busy=False)

    def _start(self) -> None:
        wish = self._wish
        if wish is None:
            return
        self._newest.submit(
            lambda ctx: draw_page(wish, ctx), done=self._on_drawn, failed=self._on_failed
        )

    def _on_drawn(self, picture: PagePicture) -> None:
        self._set_busy(busy=self._timer.isActive())
        self.drawn.emit(picture)

    def _on_failed(self, error: Exception) -> None:
        self._set_busy(busy=self._timer.isActive())
        if not isinstance(error, EmadinaError):
            raise error
        self.failed.emit(error)

    def _set_busy(self, *, busy: bool) -> None:
        if busy != self._busy:
            self._busy = busy
            self.busy_changed.emit(busy)


def part_to_draw(seen: Rect, page: Rect, px_per_mm: float) -> Rect:
    """Return the whole page where its picture is not too large, else what is seen and some more."""
    if page.width * page.height * px_per_mm**2 <= MOST_PIXELS:
        return page
    room = min(seen.width, seen.height) * 0.15
    left, top = max(seen.x - room, 0.0), max(seen.y - room, 0.0)
    right, bottom = min(seen.right + room, page.right), min(seen.bottom + room, page.bottom)
    return replace(page, x=left, y=top, width=right - left, height=bottom - top)


def is_enough(picture: PagePicture, seen: Rect, px_per_mm: float) -> bool:
    """Whether a picture shows what is seen about as sharp as the screen can."""
    part = picture.part
    shows = (
        part.x <= seen.x + 0.01 and part.y <= seen.y + 0.01
        and part.right >= seen.right - 0.01 and part.bottom >= seen.bottom - 0.01
    )  # fmt: skip
    return shows and abs(picture.px_per_mm / px_per_mm - 1.0) < 0.02
