"""What is wrong, under the field it is about; takes no room while nothing is."""

from __future__ import annotations

from emadina_gis.app.controls import Text


class ErrorLine(Text):
    """A sentence in the colour of errors."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("tone", "error")
        self.setWordWrap(True)
        self.hide()

    def say(self, text: str) -> None:
        """Say what is wrong; nothing hides the line."""
        self.setText(text)
        self.setVisible(bool(text))
