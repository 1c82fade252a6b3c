"""Marks the tests of this folder and gives them Qt."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.qt_fixtures import no_leaked_windows, qapp_args, qapp_cls, shipped_fonts

__all__ = ["no_leaked_windows", "qapp_args", "qapp_cls", "shipped_fonts"]

HERE = Path(__file__).resolve().parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test below this folder."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.story)
