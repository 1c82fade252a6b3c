"""The end of a page of a PDF, while other threads go on.

Qt compresses and writes a page when it ends: up to seconds for a large map. The binding keeps
Python's lock all that time, and with it the window; the calls below give it back.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import shiboken6
from PySide6 import QtGui

if TYPE_CHECKING:
    from PySide6.QtGui import QPagedPaintDevice, QPainter

#: Names of Qt's functions: Itanium's and Microsoft's.
_END = ("_ZN8QPainter3endEv", "?end@QPainter@@QEAA_NXZ")
_NEW_PAGE = ("_ZN10QPdfWriter7newPageEv", "?newPage@QPdfWriter@@UEAA_NXZ")


def end(painter: QPainter) -> bool:
    """End a painter on a PDF; False where it was not active."""
    call = _free_call(*_END)
    return painter.end() if call is None else bool(call(_pointer(painter)))


def new_page(writer: QPagedPaintDevice) -> bool:
    """End a page of a PDF (or on a printer) and start the next; False where that failed."""
    call = _free_call(*_NEW_PAGE) if isinstance(writer, QtGui.QPdfWriter) else None
    return writer.newPage() if call is None else bool(call(_pointer(writer)))


def _pointer(wrapped: QPainter | QPagedPaintDevice) -> int:
    return int(shiboken6.Shiboken.getCppPointer(wrapped)[0])


@lru_cache(maxsize=2)
def _free_call(name: str, windows_name: str) -> Callable[[int], bool] | None:
    """Return Qt's own function, None where it is not found: the binding's does the same."""
    symbol = windows_name if sys.platform == "win32" else name
    for library in _libraries():
        try:
            function = getattr(ctypes.CDLL(library), symbol)
        except (OSError, AttributeError):
            continue
        function.argtypes = [ctypes.c_void_p]
        function.restype = ctypes.c_bool
        found: Callable[[int], bool] = function
        return found
    return None


def _libraries() -> tuple[str, ...]:
    """Return the names under which Qt's library is loaded already."""
    if sys.platform == "win32":
        return ("Qt6Gui.dll",)
    if sys.platform == "darwin":
        home = Path(str(QtGui.__file__)).parent / "Qt" / "lib"
        return (str(home / "QtGui.framework" / "Versions" / "A" / "QtGui"),)
    return ("libQt6Gui.so.6",)
