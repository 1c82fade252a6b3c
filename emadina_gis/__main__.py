"""Entry point: a known command goes to the command line, anything else opens the window."""

from __future__ import annotations

import sys
from pathlib import Path


def main(argv: list[str] | None = None) -> int:
    """Run the program and return its exit code."""
    arguments = sys.argv[1:] if argv is None else argv
    if _is_for_the_command_line(arguments):
        from emadina_gis.cli.main import run

        return run(arguments)
    from emadina_gis.app.application import run as run_window

    names = [argument for argument in arguments if not argument.startswith("-")]
    demo = names[:1] == ["demo"]
    return run_window([Path(name) for name in names[demo:]], demo=demo)


def _is_for_the_command_line(arguments: list[str]) -> bool:
    from emadina_gis.cli.parser import COMMANDS

    words = [argument for argument in arguments if not argument.startswith("-")]
    if any(flag in arguments for flag in ("-h", "--help", "--version")):
        return True
    if words[:1] == ["demo"]:
        return any(argument.partition("=")[0] == "--headless" for argument in arguments)
    return bool(words) and words[0] in COMMANDS


if __name__ == "__main__":
    sys.exit(main())
