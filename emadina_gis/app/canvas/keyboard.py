"""Moving the map by keys: arrows, plus and minus, Home."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from emadina_gis.app.canvas.gestures import Gesture, MapView

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

ZOOM = 1.5
PAN_PART = 0.2
_ARROWS = {
    Qt.Key.Key_Left: (1, 0),
    Qt.Key.Key_Right: (-1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
_ZOOMS = {
    Qt.Key.Key_Plus: ZOOM,
    Qt.Key.Key_Equal: ZOOM,
    Qt.Key.Key_Minus: 1 / ZOOM,
    Qt.Key.Key_Underscore: 1 / ZOOM,
}


class Keyboard(Gesture):
    """Arrows move the view, plus and minus change the scale, Home shows everything."""

    def key(self, view: MapView, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if key in _ARROWS:
            right, down = _ARROWS[key]
            step = PAN_PART * min(view.viewport.width_px, view.viewport.height_px)
            view.pan_by(right * step, down * step)
        elif key in _ZOOMS:
            view.zoom_by(_ZOOMS[key])
        elif key == Qt.Key.Key_Home:
            view.zoom_to_all()
        else:
            return False
        return True
