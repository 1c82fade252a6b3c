"""``Turns``: what panels show anew follows one by one, each in a turn of the event loop of its own.

A project that is opened, or an outcome that is there, concerns many panels: all in one event, the
window would stand still for the sum of them. Knows no panel.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from shiboken6 import isValid

if TYPE_CHECKING:
    from collections.abc import Callable


class Turns(QObject):
    """Does pieces of work in the order in which they were asked for."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting: deque[Piece] = deque()
        self._timer = QTimer(self, interval=0, singleShot=True)
        self._timer.timeout.connect(self._next)

    def piece(self, owner: QObject, work: Callable[[], object]) -> Piece:
        """Return work that can be asked for while `owner` lives."""
        return Piece(self, owner, work)

    def add(self, piece: Piece) -> None:
        """Do a piece in a turn to come."""
        self._waiting.append(piece)
        self._timer.start()

    def _next(self) -> None:
        while self._waiting:
            piece = self._waiting.popleft()
            if piece.is_asked:
                self._timer.start()  # first: what fails does not keep the others from their turn
                piece.do_now()
                return


class Piece:
    """Work that is done once, however often it was asked for before its turn."""

    def __init__(self, turns: Turns, owner: QObject, work: Callable[[], object]) -> None:
        self._turns = turns
        self._owner = owner
        self._work = work
        self.is_asked = False

    def ask(self) -> None:
        """Do it in a turn to come."""
        if not self.is_asked:
            self.is_asked = True
            self._turns.add(self)

    def do_now(self) -> None:
        """Do it now where it was asked for."""
        if self.is_asked:
            self.is_asked = False
            if isValid(self._owner):
                self._work()
