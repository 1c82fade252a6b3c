"""Entry point: a known command goes to the command line, anything else opens the window.

The program starts itself again to read files of other people (`emadina_gis.io.worker`).
"""

from __future__ import annotations

import sys

from emadina_gis.cli.request import window_request
from emadina_gis.io.worker import SWITCH


def main(argv: list[str] | None = None) -> int:
    """Run the program and return its exit code."""
    arguments = sys.argv[1:] if argv is None else argv
    if arguments[:1] == [SWITCH] and len(arguments) == 2:
        from emadina_gis.io.worker.process import main as read_files

        return read_files(arguments[1])
    asked = window_request(arguments)
    if asked is None:
        from emadina_gis.cli.main import run

        return run(arguments)
    from emadina_gis.app.application import run as run_window

    return run_window(list(asked.files), demo=asked.demo, language=asked.language)


if __name__ == "__main__":
    sys.exit(main())
