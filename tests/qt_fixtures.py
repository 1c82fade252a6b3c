"""Fixtures shared by the folders whose tests need Qt: gui, render, stories.

Owns the application's attributes, the fonts and the gate that fails a test leaving a QThread or a
window behind. Imported by the conftest of those folders only.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from emadina_gis import paths

os.environ.setdefault("LIBGL_ALWAYS_SOFTWARE", "1")


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """Name the application; its windows are found by that in screenshots."""
    return ["emadina-gis"]


@pytest.fixture(scope="session")
def qapp_cls() -> type:
    """Set what must be set before the application exists: one share group for OpenGL."""
    from PySide6.QtCore import QCoreApplication, Qt
    from PySide6.QtWidgets import QApplication

    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    return QApplication


@pytest.fixture(scope="session")
def shipped_fonts(qapp: object) -> list[str]:
    """Load the fonts that the program ships and return their families."""
    from PySide6.QtGui import QFontDatabase

    families: list[str] = []
    for path in sorted((paths.resources() / "fonts").glob("*.ttf")):
        number = QFontDatabase.addApplicationFont(str(path))
        families += QFontDatabase.applicationFontFamilies(number)
    return sorted(set(families))


def _let_keys_go() -> None:
    """Let go of Shift and Control: Qt holds them down after a click that was made with them."""
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QGuiApplication, QWindow
    from PySide6.QtTest import QTest

    if QGuiApplication.keyboardModifiers() != Qt.KeyboardModifier.NoModifier:
        QTest.keyClick(QWindow(), Qt.Key.Key_Shift)


@pytest.fixture(autouse=True)
def no_leaked_windows(qapp: object) -> Iterator[None]:
    """Close and fail on top-level widgets and running QThreads that a test leaves behind."""
    from PySide6.QtCore import QThread, QThreadPool
    from PySide6.QtWidgets import QApplication

    _let_keys_go()
    yield
    QThreadPool.globalInstance().waitForDone(2000)
    left = [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]
    threads = [
        thread
        for widget in QApplication.topLevelWidgets()
        for thread in widget.findChildren(QThread)
        if thread.isRunning()
    ]
    names = [f"{type(item).__name__} {item.objectName()!r}" for item in [*left, *threads]]
    for widget in left:
        widget.close()
    if names:
        pytest.fail(f"left behind: {', '.join(names)}", pytrace=False)
