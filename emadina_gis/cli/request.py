"""Whether the arguments ask for the window, and on what. Light: read at every start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

COMMANDS = (
    "demo",
    "inspect",
    "import",
    "convert",
    "render",
    "capacity",
    "indicators",
    "simulate",
    "compare",
    "scenario-file",
    "report",
    "note",
    "atlas",
    "web",
    "annexes",
    "state",
)


@dataclass(frozen=True)
class WindowRequest:
    """What the window opens: files, the demo, or nothing; empty language for the settings'."""

    files: tuple[Path, ...] = ()
    demo: bool = False
    language: str = ""


def window_request(arguments: Sequence[str]) -> WindowRequest | None:
    """Return what the window is asked for, or None where the command line is meant.

    A known command, and any option that is not ``--lang``, is for the command line, which knows
    what to say of a wrong one.
    """
    names: list[str] = []
    language = ""
    waiting = iter(arguments)
    for argument in waiting:
        option, _, value = argument.partition("=")
        if option == "--lang":
            language = value or next(waiting, "")
        elif argument.startswith("-"):
            return None
        else:
            names.append(argument)
    if names == ["demo"]:
        return WindowRequest(demo=True, language=language)
    if names and names[0] in COMMANDS:
        return None
    return WindowRequest(tuple(Path(name) for name in names), language=language)
