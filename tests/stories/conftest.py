"""Marks the tests of this folder and gives them Qt and a person before a window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.qt_fixtures import no_leaked_windows, qapp_args, qapp_cls, shipped_fonts

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from tests.stories.person import Person

__all__ = ["no_leaked_windows", "qapp_args", "qapp_cls", "shipped_fonts"]

HERE = Path(__file__).resolve().parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test below this folder."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.story)


@pytest.fixture
def person(
    qapp: QApplication, shipped_fonts: list[str], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Person]:
    """Give a person before the window as it is on a first start, in French."""
    from PySide6.QtCore import QCoreApplication, QEvent, Qt

    from emadina_gis.app.application import make_window
    from tests.stories.person import Person

    window = make_window(qapp)
    window.setGeometry(0, 0, 1600, 1000)
    window.show()
    window.activateWindow()
    qtbot.waitExposed(window)
    window.files.new()
    yield Person(window, qtbot, monkeypatch)
    window.desk.store.mark_saved()
    window.close()
    window.deleteLater()
    qapp.setStyleSheet("")
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
