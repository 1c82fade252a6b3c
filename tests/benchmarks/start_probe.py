"""Open the window on the demo in a process of its own and print when it was ready.

Prints two numbers, seconds since the time in the first argument: the window shown, and the first
picture of the demo with all its layers. Then the longest gap between two turns of the event loop.
"""

from __future__ import annotations

import itertools
import os
import sys
import time

TURN_MS = 5


def main():
    begun = float(sys.argv[1])
    from PySide6.QtCore import QTimer

    from emadina_gis.app import application

    app = application.make_application(["emadina-gis"])
    window = application.make_window(app)
    window.resize(1600, 1000)
    window.show()
    shown = time.time() - begun
    window.files.new()
    window.files.open_demo()
    turns = [time.perf_counter()]
    timer = QTimer()

    def look():
        turns.append(time.perf_counter())
        canvas = window.map.canvas
        if len(window.desk.project.layers) > 5 and not canvas.is_busy and canvas.scene.layers:
            gaps = [b - a for a, b in itertools.pairwise(turns)]
            print(shown, time.time() - begun, max(gaps), flush=True)
            os._exit(0)

    timer.timeout.connect(look)
    timer.start(TURN_MS)
    app.exec()


if __name__ == "__main__":
    main()
