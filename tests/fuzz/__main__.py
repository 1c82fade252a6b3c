"""``python -m tests.fuzz --count 20000 --seed 1 --keep folder``: try many damaged files."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.fuzz.campaign import run


def main() -> int:
    """Run a campaign and print what became of it; 1 where something failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--keep", type=Path, default=None)
    options = parser.parse_args()
    campaign = run(
        options.count,
        options.seed,
        processes=options.processes,
        keep=options.keep,
        first=options.first,
    )
    print(campaign.table())
    rate = options.count / campaign.seconds
    print(
        f"{options.count} files in {campaign.seconds:.0f} s ({rate:.0f} a second), "
        f"slowest {campaign.slowest_s:.1f} s, largest {campaign.largest_mb:.0f} MB, "
        f"{len(campaign.failures)} failures"
    )
    for failure in campaign.failures[:200]:
        print(failure)
    return 1 if campaign.failures else 0


if __name__ == "__main__":
    sys.exit(main())
