"""How the texts of a layer were read: some of them, how sure that is, and other encodings.

Each other encoding is seen with the same texts before it is taken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from emadina_gis.app.controls import clear, column, narrow_list, plain_label
from emadina_gis.io.description import GUESSED
from emadina_gis.session.jobs import NewestWins

if TYPE_CHECKING:
    from pathlib import Path

    from emadina_gis.app.desk import Desk
    from emadina_gis.io.description import EncodingPreviews
    from emadina_gis.io.diagnosis import LayerDiagnosis

#: Encodings met in Morocco, offered until those that fit are known.
OFFERED = ("UTF-8", "cp1256", "ISO-8859-6", "mac-arabic", "cp1252", "cp1250", "cp850")


class EncodingSection(QWidget):
    """Texts as they were read.

    Signals
    -------
    chosen(str)
        Another encoding is to be tried.
    trusted()
        The texts read right.
    """

    chosen = Signal(str)
    trusted = Signal()

    def __init__(self, desk: Desk, layer: LayerDiagnosis, *, is_asked: bool) -> None:
        super().__init__()
        self._desk = desk
        self._layer = layer
        self._texts: dict[str, tuple[str, ...]] = {}
        self._newest = NewestWins(desk.jobs)
        say = desk.speech.text
        content = column(self, spacing=6)
        if is_asked:
            content.addWidget(plain_label(say("doctor.encoding.unsure"), "amber", wrap=True))
        sample = QFrame()
        sample.setObjectName("note")
        self._lines: QVBoxLayout = column(sample, spacing=2, margins=(10, 8, 10, 8))
        content.addWidget(sample)
        self.box = narrow_list()
        self.box.setAccessibleName(say("doctor.encoding.choose"))
        self.box.activated.connect(self._take)
        self.box.highlighted.connect(self._look)
        content.addWidget(self.box)
        if is_asked:
            right = desk.voice.button("doctor.encoding.right", self.trusted.emit, icon="check")
            content.addWidget(right)
        self._show(layer.texts)
        self._fill(OFFERED)

    def ask(self, path: Path) -> None:
        """Find out in the background how the texts look in other encodings."""
        reader, name = self._desk.reader, self._layer.name
        self._newest.submit(
            lambda ctx: reader.preview_texts(path, name, ctx),
            done=self._take_previews,
            failed=lambda _error: None,  # the usual encodings stay on offer
        )

    def _take_previews(self, found: EncodingPreviews) -> None:
        if not found.previews:
            return
        self._texts = {one.name: one.texts for one in found.previews}
        self._fill(tuple(self._texts))

    def _fill(self, offered: tuple[str, ...]) -> None:
        words, now = self._desk.words, self._layer.encoding
        share = words.quantity(round(now.confidence * 100), "percent")
        key = "doctor.encoding.guessed" if now.source == GUESSED else "doctor.encoding.stated"
        self.box.clear()
        self.box.addItem(words.text(key, name=now.name, share=share), now.name)
        for name in offered:
            if name.lower() == now.name.lower():
                continue
            self.box.addItem(words.text("doctor.encoding.read-as", name=name), name)
            texts = self._texts.get(name, ())
            if texts:
                role = Qt.ItemDataRole.ToolTipRole
                self.box.setItemData(self.box.count() - 1, "\n".join(texts), role)

    def _look(self, index: int) -> None:
        """Show the texts in the encoding that is pointed at."""
        name = str(self.box.itemData(index))
        self._show(self._texts.get(name, self._layer.texts) if index else self._layer.texts)

    def _show(self, texts: tuple[str, ...]) -> None:
        clear(self._lines)
        for text in texts:
            self._lines.addWidget(plain_label(text, wrap=True))

    def _take(self, index: int) -> None:
        if index:
            self.chosen.emit(str(self.box.itemData(index)))
