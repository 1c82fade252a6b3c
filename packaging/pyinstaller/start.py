"""The frozen program's first module: starts the program, or with ``--self-test`` tries it.

The self-test does the demo headless into a temporary folder and looks at what came out: it finds
what PyInstaller left behind, on the machine where the program was built.
"""

from __future__ import annotations

import multiprocessing
import sys
import tempfile
from pathlib import Path

from emadina_gis.__main__ import main

EXPECTED = ("map.png", "sheet.pdf", "map.html", "outcome.json", "capacity.csv")


def self_test() -> int:
    """Do the demo headless and return 0 if every file of it is there."""
    with tempfile.TemporaryDirectory(prefix="emadina-self-test-") as folder:
        status = main(["demo", "--headless", folder])
        missing = [
            name
            for name in EXPECTED
            if not (Path(folder) / name).is_file() or (Path(folder) / name).stat().st_size == 0
        ]
    verdict = f"missing: {', '.join(missing)}" if missing else "all files are there"
    print(f"self-test: status {status}, {verdict}")
    return 1 if status or missing else 0


if __name__ == "__main__":
    multiprocessing.freeze_support()
    sys.exit(self_test() if sys.argv[1:] == ["--self-test"] else main())
