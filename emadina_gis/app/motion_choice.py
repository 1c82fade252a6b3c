"""Whether things glide: the person's choice, else what the system says of animations.

Tells the application by a property, which `canvas.motion` reads. The wish is among the
settings of Windows, of macOS, and of the desktop's toolkit on Linux.
"""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QObject, QSettings

from emadina_gis.app.canvas.motion import REDUCED

if TYPE_CHECKING:
    from emadina_gis.app.preferences import Preferences

#: ``SystemParametersInfo``: whether controls inside windows are animated.
_SPI_GETCLIENTAREAANIMATION = 0x1042
_MAC = Path("Library") / "Preferences" / "com.apple.universalaccess.plist"
_GTK = tuple(Path(name, "settings").with_suffix(".ini") for name in ("gtk-4.0", "gtk-3.0"))


class MotionChoice(QObject):
    """Keeps the application's property as the settings want it."""

    def __init__(self, preferences: Preferences, parent: QObject) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self._system = system_reduces()
        preferences.changed.connect(self.take)
        self.take()

    def take(self) -> None:
        """Tell the application what is wanted."""
        choice = self._preferences.settings.motion
        wanted = self._system if choice == "system" else choice == "reduced"
        application = QCoreApplication.instance()
        if application is not None:
            application.setProperty(REDUCED, wanted)


def system_reduces() -> bool:
    """Return whether the system wants less motion; False where it does not say."""
    if sys.platform == "win32":
        return _windows_reduces(ctypes.windll)
    if sys.platform == "darwin":
        kept = QSettings(str(Path.home() / _MAC), QSettings.Format.NativeFormat)
        return bool(kept.value("reduceMotion", False))
    return _gtk_reduces(Path.home() / ".config")


def _windows_reduces(libraries: Any) -> bool:
    animated = ctypes.c_int(1)
    libraries.user32.SystemParametersInfoW(
        _SPI_GETCLIENTAREAANIMATION, 0, ctypes.byref(animated), 0
    )
    return not animated.value


def _gtk_reduces(folder: Path) -> bool:
    """Return what the desktop's settings of GTK say, the newest version first."""
    for name in _GTK:
        path = folder / name
        if path.is_file():
            kept = QSettings(str(path), QSettings.Format.IniFormat)
            said = str(kept.value("Settings/gtk-enable-animations", ""))
            if said:
                return said.lower() in {"0", "false"}
    return False
