"""Run one command: exit codes, sentences on stderr, a progress bar on a terminal.

Exit codes: 0 done, 1 a bug, 2 usage, 3 input unreadable or invalid, 4 cancelled, 5 output cannot
be written. Data goes to stdout (JSON and CSV only); sentences and progress go to stderr.
"""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING

from emadina_gis.cli import commands
from emadina_gis.cli.parser import build_parser, language_of, with_signed_values
from emadina_gis.errors import EmadinaError, JobCancelled, LayerWriteError, OutputError, UsageError
from emadina_gis.progress import Context, phase_params
from emadina_gis.session.reports import write_crash_report
from emadina_gis.words import load_words, system_language

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

    from emadina_gis.words import Words

DONE, BUG, USAGE, BAD_INPUT, CANCELLED, NO_OUTPUT = range(6)
_BAR_WIDTH = 24


def run(argv: Sequence[str]) -> int:
    """Run the command line and return the exit code of the contract."""
    words = load_words(language_of(argv, system_language()))
    try:
        arguments = build_parser(words).parse_args(with_signed_values(argv))
    except SystemExit as exc:
        return exc.code if isinstance(exc.code, int) else USAGE
    context = Context(_ProgressBar(words) if sys.stderr.isatty() else None)
    _cancel_on_interrupt(context)
    try:
        return commands.dispatch(arguments, words, context)
    except (JobCancelled, KeyboardInterrupt):
        _say(words.text("cli.cancelled"))
        return CANCELLED
    except EmadinaError as error:
        return _explain(error, words)
    except BrokenPipeError:
        sys.stderr.close()
        return NO_OUTPUT
    except Exception as error:  # noqa: BLE001 - the border of the program: a bug becomes a report
        _say(words.text("cli.bug", path=write_crash_report(error)))
        return BUG


def _cancel_on_interrupt(context: Context) -> None:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        context.cancel()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    signal.signal(signal.SIGINT, stop)


def _explain(error: EmadinaError, words: Words) -> int:
    what, following = words.error(error)
    _say(f"{what} {following}".strip())
    if isinstance(error, OutputError | LayerWriteError):
        return NO_OUTPUT
    return USAGE if isinstance(error, UsageError) else BAD_INPUT


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


class _ProgressBar:
    """One line on a terminal: how far, and what is being done."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._shown = ""

    def __call__(self, fraction: float, phase: str) -> None:
        known = phase and self._words.has(phase)
        label = self._words.text(phase, **phase_params(phase)) if known else ""
        filled = round(_BAR_WIDTH * fraction)
        bar = "█" * filled + "·" * (_BAR_WIDTH - filled)
        line = f"\r{bar} {fraction:4.0%} {label}"
        if line != self._shown:
            self._shown = line
            sys.stderr.write(f"{line}\033[K" + ("\r\033[K" if fraction >= 1 else ""))
            sys.stderr.flush()
