"""``Worker``: one thread of Python for the canvas, one piece of work after the other.

Not a thread of Qt's pool: pyproj 3.7 keeps its contexts per Python thread state, which a thread of
Qt's loses between two pieces of work (a crash in PROJ). Knows nothing of what is drawn.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from emadina_gis.progress import give_way

if TYPE_CHECKING:
    from collections.abc import Callable


class Worker(QObject):
    """Runs functions on its thread; what one of them raises is raised on the main thread.

    Parameters
    ----------
    gives_way : bool
        Nobody waits for the work: the window goes first.
    """

    _failed = Signal(object)

    def __init__(self, parent: QObject, *, gives_way: bool = False) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(
            1, thread_name_prefix="canvas", initializer=give_way if gives_way else None
        )
        self._failed.connect(self._raise, Qt.ConnectionType.QueuedConnection)

    def start(self, work: Callable[[], None]) -> None:
        """Run a function after those before it."""
        self._pool.submit(work).add_done_callback(self._on_done)

    def close(self) -> None:
        """Wait for what runs; what waits is dropped."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _on_done(self, future: Future[None]) -> None:
        error = None if future.cancelled() else future.exception()
        if error is not None:
            self._failed.emit(error)

    def _raise(self, error: BaseException) -> None:
        raise error
