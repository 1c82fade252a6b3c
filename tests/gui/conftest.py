"""Marks the tests of this folder and gives them Qt."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.qt_fixtures import no_leaked_windows, qapp_args, qapp_cls, shipped_fonts

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from emadina_gis.app.main_window import MainWindow

__all__ = ["no_leaked_windows", "qapp_args", "qapp_cls", "shipped_fonts"]

HERE = Path(__file__).resolve().parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test below this folder."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.gui)


@pytest.fixture
def window(qapp: QApplication, shipped_fonts: list[str], qtbot: QtBot) -> Iterator[MainWindow]:
    """Give a window, in French and light, on a project of thirty parcels."""
    from PySide6.QtCore import QCoreApplication, QEvent, Qt

    from emadina_gis.app.application import make_window
    from tests.gui.small_project import open_small_project

    made = make_window(qapp, use_gl=False)
    made.setGeometry(0, 0, 1400, 900)
    made.show()
    open_small_project(made, qtbot)
    yield made
    made.desk.store.mark_saved()
    made.close()
    made.deleteLater()
    qapp.setStyleSheet("")
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
