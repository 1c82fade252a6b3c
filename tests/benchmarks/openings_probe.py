"""Open a file again and again in one window, leave it each time, and say when it was done.

Usage: ``python -m tests.benchmarks.openings_probe FILE TIMES``. Prints ``opened N`` after each
opening that is a multiple of 20, when all is quiet; memory is looked at by the one who asked.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.benchmarks.opening_probe import answer, rest, wait_until

EVERY = 20


def main():
    path, times = Path(sys.argv[1]), int(sys.argv[2])
    from emadina_gis.app import application

    app = application.make_application(["emadina-gis"])
    window = application.make_window(app, language="fr")
    window.resize(1600, 1000)
    window.show()
    window.desk.reader.warm()
    window.files.new()
    rest(1.0)
    for number in range(1, times + 1):
        opened(window, path)
        if number % EVERY == 0:
            window.desk.reader.wait()
            rest(1.5)
            print(f"opened {number}", flush=True)
            rest(0.5)
    window.desk.reader.close()
    os._exit(0)


def opened(window, path):
    """Drop the file, wait until it is drawn, and leave it."""
    window.panels.diagnose([path])

    def is_drawn():
        if not window.desk.project.layers:
            answer(window)
            return False
        canvas = window.map.canvas
        return bool(canvas.scene.layers) and not canvas.is_busy and not window.desk.jobs.is_busy

    wait_until(is_drawn)
    window.files.new()
    wait_until(lambda: not window.map.canvas.scene.layers)


if __name__ == "__main__":
    main()
