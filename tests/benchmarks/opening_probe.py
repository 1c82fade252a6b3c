"""Open a file several times in one window, in a process of its own, as if it were dropped.

Prints a line of JSON for each opening: seconds from the drop until the layer is added, until its
picture is whole, and the longest gap between two turns of the event loop. What asks before it adds
is answered at once. Between openings the project is left and everything is kept that will be kept.
"""

from __future__ import annotations

import gc
import itertools
import json
import os
import sys
import time
from pathlib import Path

TURN_MS = 2
LONGEST_S = 180
REST_S = 2.0


def main():
    path, times = Path(sys.argv[1]), int(sys.argv[2])
    from emadina_gis.app import application

    app = application.make_application(["emadina-gis"])
    window = application.make_window(app, language="fr")
    window.resize(1600, 1000)
    window.show()
    window.desk.reader.warm()
    window.files.new()
    rest(3 * REST_S)
    for _ in range(times):
        print(json.dumps(opened(window, path)), flush=True)
        window.desk.reader.wait()
        window.cache.meshes.wait()
        rest(REST_S)
        window.files.new()
        gc.collect()
        rest(REST_S)
    window.desk.reader.close()
    os._exit(0)


def opened(window, path):
    """Drop a file and wait until it is drawn."""
    turns, frames, told = [time.perf_counter()], [], {}
    begun, cpu = turns[0], time.process_time()
    connection = window.map.canvas.frame_drawn.connect(
        lambda *_frame: frames.append(time.perf_counter())
    )

    def look():
        turns.append(time.perf_counter())
        if window.desk.project.layers:
            told.setdefault("added_s", turns[-1] - begun)
            told.setdefault("added_cpu_s", time.process_time() - cpu)
        else:
            answer(window)
        canvas = window.map.canvas
        drawn = [at for at in frames if at > begun + told.get("added_s", LONGEST_S)]
        return bool(drawn and canvas.scene.layers and not canvas.is_busy)

    window.panels.diagnose([path])
    wait_until(look)
    window.map.canvas.frame_drawn.disconnect(connection)
    told["drawn_s"] = turns[-1] - begun
    told["cpu_s"] = time.process_time() - cpu
    told["gap_s"] = max(b - a for a, b in itertools.pairwise(turns))
    return told


def answer(window):
    """Add what waits to be added, as a person would who clicks at once.

    Asked at every turn: a search among all the widgets took 20 ms that were not the window's.
    """
    if window.side.current != "import":
        return
    panel = window.side.panel("import")
    if panel.candidates and not panel.reading.is_running:
        panel.add()


def rest(seconds):
    end = time.perf_counter() + seconds
    wait_until(lambda: time.perf_counter() > end)


def wait_until(is_done):
    from PySide6.QtCore import QEventLoop, QTimer

    loop, timer = QEventLoop(), QTimer()
    end = time.perf_counter() + LONGEST_S
    timer.timeout.connect(lambda: loop.quit() if is_done() or time.perf_counter() > end else None)
    timer.start(TURN_MS)
    loop.exec()


if __name__ == "__main__":
    main()
