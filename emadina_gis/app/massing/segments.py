"""A row of choices of which one holds, as buttons side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QToolButton, QWidget

from emadina_gis.app.controls import row

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from emadina_gis.app.controls import Voice


class Segments(QFrame):
    """Buttons by name; at most one is checked."""

    def __init__(
        self,
        voice: Voice,
        keys: Mapping[str, str],
        chosen: Callable[[str], object],
        parent: QWidget | None = None,
        *,
        icons: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("segments")
        self.setProperty("floating", "true")
        line = row(self, spacing=2, margins=(3, 3, 3, 3))
        self.buttons: dict[str, QToolButton] = {}
        self._chosen = chosen
        for name, key in keys.items():
            button = QToolButton()
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            button.clicked.connect(self._slot(name))
            voice.speech.bind(
                button, key, button.setText, button.setAccessibleName, button.setToolTip
            )
            if icons is not None:
                voice.theme.bind(button, self._painter(voice, button, icons[name]))
            line.addWidget(button)
            self.buttons[name] = button

    def _slot(self, name: str) -> Callable[[bool], None]:
        def clicked(_checked: bool) -> None:
            self.check(name)
            self._chosen(name)

        return clicked

    def _painter(self, voice: Voice, button: QToolButton, icon: str) -> Callable[[], None]:
        return lambda: button.setIcon(voice.theme.icon(icon, "text", 16))

    def set_narrow(self, narrow: bool) -> None:
        """Show icons alone where there is no room for names."""
        style = Qt.ToolButtonStyle
        for button in self.buttons.values():
            button.setToolButtonStyle(
                style.ToolButtonIconOnly if narrow else style.ToolButtonTextOnly
            )
        self.adjustSize()

    def check(self, name: str) -> None:
        """Show which choice holds; an unknown name checks none."""
        for other, button in self.buttons.items():
            button.setChecked(other == name)
