"""A run over many mutants, with what is counted as a failure."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.file_readers import FileReaders, Outcome, unbalanced
from tests.fuzz.mutations import make_mutant
from tests.fuzz.seeds import make_seeds


@dataclass
class Campaign:
    """What became of many mutants.

    Attributes
    ----------
    ended : Counter
        By (format, how it ended).
    failures : list of str
        One line for each mutant that did not end well.
    """

    ended: Counter[tuple[str, str]] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    seconds: float = 0.0
    slowest_s: float = 0.0
    largest_mb: float = 0.0

    def note(self, name: str, outcome: Outcome) -> bool:
        """Count an outcome; return whether it is a failure."""
        self.slowest_s = max(self.slowest_s, outcome.seconds)
        self.largest_mb = max(self.largest_mb, outcome.peak_mb)
        faults = faults_of(outcome)
        how = "failed" if faults else "read" if outcome.readable else "refused"
        self.ended[name, how] += 1
        if faults:
            self.failures.append(f"{name} {outcome.path}: {'; '.join(faults)}")
        return bool(faults)

    def table(self) -> str:
        """Return the counts as a Markdown table."""
        names = sorted({name for name, _ in self.ended})
        lines = ["| format | read | refused | failed |", "|---|---|---|---|"]
        for name in names:
            counts = [str(self.ended[name, how]) for how in ("read", "refused", "failed")]
            lines.append(f"| {name} | {' | '.join(counts)} |")
        return "\n".join(lines)


def faults_of(outcome: Outcome) -> list[str]:
    """Return why an outcome is a failure; empty where it is none."""
    if outcome.failure:
        return [outcome.failure]
    faults = unbalanced(outcome)
    if outcome.printed:
        faults.append(f"printed: {outcome.printed[:300]}")
    if not outcome.readable and not outcome.codes:
        faults.append("neither read nor refused")
    return faults


def run(
    count: int, seed: int, *, processes: int = 2, keep: Path | None = None, first: int = 0
) -> Campaign:
    """Try `count` mutants and return what became of them.

    Parameters
    ----------
    keep : Path or None
        Folder that the mutants that failed are copied to.
    """
    campaign, started = Campaign(), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="emadina-fuzz-") as temporary:
        root = Path(temporary)
        (root / "seeds").mkdir()
        seeds = make_seeds(root / "seeds")
        formats: dict[Path, str] = {}

        def mutants() -> Iterator[Path]:
            for number in range(first, first + count):
                mutant = make_mutant(seeds, number, seed, root / "mutants")
                formats[mutant.path] = mutant.format
                yield mutant.path

        with FileReaders(root / "home", processes) as readers:
            for outcome in readers.inspect(mutants()):
                if campaign.note(formats.pop(outcome.path), outcome) and keep is not None:
                    shutil.copytree(
                        outcome.path.parent, keep / outcome.path.parent.name, dirs_exist_ok=True
                    )
                shutil.rmtree(outcome.path.parent, ignore_errors=True)
    campaign.seconds = time.monotonic() - started
    return campaign
