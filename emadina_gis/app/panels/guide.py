"""The guide that opens with F1: a shipped page in the language of the window, offline."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtWidgets import QTextBrowser, QWidget

from emadina_gis import paths
from emadina_gis.app.controls import column, row
from emadina_gis.app.models.key_overview import KEYS_HERE, key_tables
from emadina_gis.app.theme import BODY_PX

if TYPE_CHECKING:
    from emadina_gis.app.actions import Actions
    from emadina_gis.app.desk import Desk


#: The page has colours of its own for a browser; here it takes those of the window.
_STYLE = re.compile(r"<style.*?</style>", re.DOTALL)
_ROW = re.compile(r"<tr>(.*?)</tr>", re.DOTALL)
_CELL = re.compile(r"<t[hd][^>]*>.*?</t[hd]>", re.DOTALL)


class GuidePanel(QWidget):
    """A browser on ``resources/guide``; it opens nothing else."""

    closed = Signal()

    def __init__(self, desk: Desk, actions: Actions) -> None:
        super().__init__()
        self._desk = desk
        self._actions = actions
        self.browser = QTextBrowser()
        self.browser.setOpenExternalLinks(False)
        self.browser.setOpenLinks(False)
        self.browser.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        self.browser.anchorClicked.connect(self._on_link)
        desk.speech.bind(self, "guide.title", self.browser.setAccessibleName)
        head = row(margins=(14, 12, 10, 4))
        head.addWidget(desk.voice.label("guide.title", "heading"), 1)
        head.addWidget(desk.voice.tool("panel.close", "x", self.closed.emit))
        whole = column(self, spacing=0)
        whole.addLayout(head)
        inner = QWidget()
        column(inner, margins=(16, 0, 8, 8)).addWidget(self.browser)
        whole.addWidget(inner, 1)
        self.setFocusProxy(self.browser)
        desk.speech.changed.connect(self._show)
        actions.keys_changed.connect(self._show)
        desk.theme.bind(self, self._show)

    def show_keys(self) -> None:
        """Go to the page of all keys."""
        self.browser.scrollToAnchor("keys")

    def _show(self) -> None:
        theme = self._desk.theme
        document = self.browser.document()
        document.setDefaultFont(theme.font(BODY_PX))
        document.setDefaultStyleSheet(
            f"h1, h2, h3 {{ color: {theme.hex('text')}; }}"
            f"a {{ color: {theme.hex('accent_text')}; }}"
            f"th, td {{ padding: 3px 6px; }}"
        )
        path = paths.resources() / "guide" / f"{self._desk.speech.language}.html"
        option = document.defaultTextOption()
        option.setTextDirection(self._desk.speech.direction)
        document.setDefaultTextOption(option)
        document.setBaseUrl(QUrl.fromLocalFile(f"{path.parent}/"))
        text = _STYLE.sub("", path.read_text(encoding="utf-8"))
        text = text.replace(KEYS_HERE, self._keys())
        if self._desk.speech.direction == Qt.LayoutDirection.RightToLeft:
            text = _ROW.sub(_mirrored, text)
        self.browser.setHtml(text)

    def _keys(self) -> str:
        words, actions = self._desk.words, self._actions
        named = [(name, actions.qt(name).text(), keys) for name, keys in actions.keys.items()]
        return key_tables(named, words)

    def _on_link(self, url: QUrl) -> None:
        if url.hasFragment():
            self.browser.scrollToAnchor(url.fragment())


def _mirrored(found: re.Match[str]) -> str:
    """Return a row of a table from its last cell on: Qt lays columns out from left to right."""
    return f"<tr>{''.join(reversed(_CELL.findall(found[1])))}</tr>"
