"""Run the tests kind by kind, each in a process of its own, and print what each kind cost.

Owns the order, the environment and the time budget of the kinds. Must not know what is tested.
Unit and architecture tests run without the Qt plugin; the others on a virtual screen (pytest-xvfb)
with software OpenGL. One seed orders all of them. Of the kinds with threads and screens a few
failed tests are run once more, alone: those that pass then are named as unsteady and do not fail
the run. Arguments, if any, go to one run of pytest.
"""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOTHING_COLLECTED = 5
CLOSING = re.compile(r"^=+ (.*) in [0-9.]+s.*=+$")
FAILED = re.compile(r"^(?:FAILED|ERROR) (tests/\S+::\S+)")
#: More failures than this are no accident of timing, and are not tried again.
MOST_UNSTEADY = 3
WITHOUT_QT = ("-p", "no:pytest-qt", "-p", "no:xvfb")


@dataclass(frozen=True)
class Kind:
    """A folder of tests, its time budget on two cores, and how pytest is told to run it."""

    folder: str
    budget_s: int
    options: tuple[str, ...] = ()
    #: Whether threads, screens and processes take part, so that a busy machine may fail a test.
    has_clocks: bool = False


KINDS = (
    Kind("architecture", 90, WITHOUT_QT),
    Kind("unit", 420, WITHOUT_QT),
    Kind("corpus", 180, WITHOUT_QT),
    Kind("fuzz", 120, WITHOUT_QT),
    Kind("render", 180, has_clocks=True),
    Kind("gui", 450, has_clocks=True),
    Kind("stories", 300, has_clocks=True),
)


@dataclass(frozen=True)
class Outcome:
    """What one kind gave: exit status, pytest's closing line and the wall-clock seconds."""

    kind: Kind
    status: int
    closing: str
    seconds: float
    #: Tests that failed among the others and passed alone: told, and to be mended.
    unsteady: tuple[str, ...] = ()


def environment() -> dict[str, str]:
    """Return the environment of every kind: software OpenGL and X11 on Linux."""
    variables = dict(os.environ)
    if sys.platform.startswith("linux"):
        variables["LIBGL_ALWAYS_SOFTWARE"] = "1"
        variables["QT_QPA_PLATFORM"] = "xcb"
    variables.setdefault("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "dev")
    return variables


def run_pytest(arguments: list[str]) -> tuple[int, str, list[str]]:
    """Run pytest, pass its output on, and return its status, closing line and what failed."""
    closing, failed = "", []
    with subprocess.Popen(
        [sys.executable, "-m", "pytest", "--color=no", *arguments],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as process:
        for line in process.stdout or ():
            sys.stdout.write(line)
            sys.stdout.flush()
            if CLOSING.match(line.strip()):
                closing = line.strip()
            if found := FAILED.match(line):
                failed.append(found[1])
    return process.returncode, closing, list(dict.fromkeys(failed))


def run_kind(kind: Kind, seed: int) -> Outcome:
    """Run one folder of tests."""
    start = time.monotonic()
    options = [*kind.options, f"--randomly-seed={seed}"]
    status, closing, failed = run_pytest([*options, f"tests/{kind.folder}"])
    unsteady: tuple[str, ...] = ()
    if kind.has_clocks and 0 < len(failed) <= MOST_UNSTEADY:
        print(f"Again, alone: {', '.join(failed)}", flush=True)
        status, _, _ = run_pytest([*options, *failed])
        unsteady = tuple(failed) if status == 0 else ()
    return Outcome(kind, status, closing, time.monotonic() - start, unsteady)


def has_failed(outcome: Outcome) -> bool:
    """Whether a kind failed; a folder without tests has not."""
    return outcome.status not in (0, NOTHING_COLLECTED)


def counts(outcomes: list[Outcome]) -> dict[str, int]:
    """Return how many tests passed, failed, were skipped… over all kinds."""
    total: dict[str, int] = {}
    for outcome in outcomes:
        for number, word in re.findall(r"(\d+) ([a-z]+)", outcome.closing.split(" in ")[0]):
            total[word] = total.get(word, 0) + int(number)
    return total


def table(outcomes: list[Outcome], seed: int) -> list[str]:
    """Return the lines of the time budget, the last one summing pytest's closing lines."""
    lines = ["", f"Time budget by kind of test (order seed {seed}):"]
    lines.append(f"  {'kind':<14}{'seconds':>9}{'budget':>9}  result")
    for outcome in outcomes:
        over = "  OVER BUDGET" if outcome.seconds > outcome.kind.budget_s else ""
        result = outcome.closing.strip("= ") or f"pytest ended with status {outcome.status}"
        lines.append(
            f"  {outcome.kind.folder:<14}{outcome.seconds:>9.1f}{outcome.kind.budget_s:>9}"
            f"  {result}{over}"
        )
    seconds = sum(outcome.seconds for outcome in outcomes)
    budget = sum(outcome.kind.budget_s for outcome in outcomes)
    lines.append(f"  {'all':<14}{seconds:>9.1f}{budget:>9}")
    unsteady = [name for outcome in outcomes for name in outcome.unsteady]
    if unsteady:
        lines.append(f"Unsteady, failed among the others and passed alone: {', '.join(unsteady)}")
    failed = [outcome.kind.folder for outcome in outcomes if has_failed(outcome)]
    if failed:
        lines.append(f"Failed: {', '.join(failed)}")
    summed = ", ".join(f"{number} {word}" for word, number in counts(outcomes).items())
    lines.append(f"===== {summed or 'no tests ran'} in {seconds:.2f}s =====")
    return lines


def main(arguments: list[str]) -> int:
    """Run all kinds, or one pytest with the arguments, and return the exit status."""
    if arguments:
        return run_pytest(arguments)[0]
    seed = random.SystemRandom().randrange(2**32)
    kinds = [kind for kind in KINDS if (ROOT / "tests" / kind.folder).is_dir()]
    outcomes = [run_kind(kind, seed) for kind in kinds]
    print("\n".join(table(outcomes, seed)), flush=True)
    return 1 if any(has_failed(outcome) for outcome in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
