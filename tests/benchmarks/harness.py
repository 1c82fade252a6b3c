"""Timing with medians, a printed table and JSON; names the machine."""

from __future__ import annotations

import json
import os
import platform
import statistics
import time
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Row:
    """One measurement in seconds: median and range of several runs, and a bar if there is one."""

    group: str
    name: str
    median_s: float
    low_s: float
    high_s: float
    runs: int
    bar_s: float | None = None
    note: str = ""

    @property
    def verdict(self) -> str:
        if self.bar_s is None:
            return ""
        return "ok" if self.median_s <= self.bar_s else "OVER"


@dataclass
class Bench:
    """Collects rows and prints them."""

    rows: list[Row] = field(default_factory=list)

    def time(self, group, name, work, *, runs=5, warmup=1, bar_s=None, note=""):
        """Time ``work()`` and return its last result."""
        result = None
        for _ in range(warmup):
            result = work()
        seconds = []
        for _ in range(runs):
            start = time.perf_counter()
            result = work()
            seconds.append(time.perf_counter() - start)
        self.record(group, name, seconds, bar_s=bar_s, note=note)
        return result

    def record(self, group, name, seconds, *, bar_s=None, note=""):
        """Add measured seconds."""
        row = Row(
            group,
            name,
            statistics.median(seconds),
            min(seconds),
            max(seconds),
            len(seconds),
            bar_s,
            note,
        )
        self.rows.append(row)
        print(self._line(row), flush=True)
        return row

    def _line(self, row):
        bar = "" if row.bar_s is None else f"{row.bar_s * 1000:9.0f} {row.verdict}"
        name = f"{row.group}: {row.name}"
        span = f"{row.low_s * 1000:.1f}–{row.high_s * 1000:.1f}"
        return f"{name:<58}{row.median_s * 1000:10.1f}  {span:<18}{row.runs:>3}{bar:<16} {row.note}"

    def header(self):
        """Print the machine and the columns."""
        print(f"machine: {machine()}")
        print(f"{'what':<58}{'median ms':>10}  {'range ms':<18}{'n':>3}{'   bar ms':<16}")

    def save(self, path):
        """Write all rows as JSON."""
        rows = [dict(vars(row), verdict=row.verdict) for row in self.rows]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"machine": machine(), "rows": rows}, indent=1) + "\n")


def machine():
    """Return what the numbers depend on, without naming the machine's owner."""
    model = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
        model = names[0] if names else model
    except OSError:
        pass
    cores = os.cpu_count()
    return f"{model}, {cores} cores, {platform.system()}, Python {platform.python_version()}"
