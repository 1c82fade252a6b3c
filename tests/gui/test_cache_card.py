"""The cache in the settings: what it holds is said, and emptying it is one click."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from emadina_gis.app.cache_card import CacheCard

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from emadina_gis.app.main_window import MainWindow


def _fill(path: Path) -> None:
    path.write_bytes(bytes(3_000_000))


def test_the_cache_is_told_and_emptied(window: MainWindow, qtbot: QtBot) -> None:
    cache = window.desk.reader.cache
    cache.empty()
    assert cache.store("something", _fill, 3_000_000)
    window.open_side("settings")
    (card,) = window.findChildren(CacheCard)
    qtbot.waitUntil(card.empty_button.isEnabled, timeout=5000)
    assert "3" in card.held.text()
    card.empty_button.click()
    qtbot.waitUntil(lambda: not card.empty_button.isEnabled(), timeout=5000)
    assert cache.size == 0
    assert "3" in window.desk.notices.text


def test_the_limit_of_the_settings_is_that_of_the_cache(window: MainWindow) -> None:
    cache = window.desk.reader.cache
    window.desk.preferences.change(cache_mb=50)
    assert not cache.store("large", _fill, 51_000_000)
    assert cache.store("small", _fill, 3_000_000)
    cache.empty()
