"""Measure everything and print a table and JSON: ``make bench``.

Usage: ``python -m tests.benchmarks [--quick] [--only PART…] [-o FILE]``.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks import (
    canvas,
    drawing,
    engine,
    envelopes,
    notes,
    printing,
    reading,
    responsive,
    scenarios,
    window,
)
from tests.benchmarks.cadastre import cadastre_layer
from tests.benchmarks.envelopes import demo_streets
from tests.benchmarks.harness import Bench

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("start", "engine", "envelopes", "drawing", "printing", "notes", "reading", "window",
         "canvas", "responsive")  # fmt: skip
#: Parts that show a window.
SHOWN = {"window", "reading", "canvas", "responsive"}
MILLION = 1_000_000
QUICK = 100_000


def main():
    options = arguments()
    if SHOWN & set(options.only) and not has_screen():
        if shutil.which("xvfb-run"):
            return on_a_virtual_screen()
        print("no screen and no xvfb-run: windows are not measured", flush=True)
        options.only = [part for part in options.only if part not in SHOWN - {"reading"}]
    return measure_all(options)


def measure_all(options):
    """Run the parts that were asked for."""
    bench = Bench()
    bench.header()
    count = QUICK if options.quick else MILLION
    label = "100 k" if options.quick else "1 M"
    if "start" in options.only:
        window.measure_start(bench)
    measure_paper(bench, options)
    measure_hand(bench, options, count, label)
    if not set(options.only) - {"start", "printing", "notes", "canvas", "responsive"}:
        return saved(bench, options)
    layers = [("demo", window.demo_parcels()), (label, cadastre_layer(count))]
    for name, layer in layers:
        if "engine" in options.only:
            engine.measure(bench, layer, name)
            scenarios.measure(bench, layer, name)
        if "envelopes" in options.only:
            envelopes.measure(
                bench, layer, name, streets=demo_streets() if name == "demo" else None
            )
        if "drawing" in options.only:
            drawing.measure(bench, layer, name)
    if "reading" in options.only:
        read_files(bench, layers[1][1], label)
    if "window" in options.only:
        for name, layer in layers:
            window.measure(bench, layer, name)
    return saved(bench, options)


def measure_paper(bench, options):
    """Run the parts that print."""
    if "printing" in options.only:
        printing.measure(bench, quick=options.quick)
    if "notes" in options.only:
        notes.measure(bench, whole=not options.quick)


def measure_hand(bench, options, count, label):
    """Run the parts that work in a window as a person does."""
    if "canvas" in options.only:
        canvas.measure(bench, count, label)
    if "responsive" in options.only:
        responsive.measure(bench, count, label, openings=100 if options.quick else 500)


def saved(bench, options):
    """Write what was measured."""
    bench.save(options.output)
    print(f"written: {options.output}")
    return 0


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="100 000 parcels, not a million")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "out" / "bench.json")
    return parser.parse_args()


def has_screen():
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")) or os.name == "nt"


def on_a_virtual_screen():
    """Run again under Xvfb with software OpenGL."""
    screen = ["-a", "-s", "-screen 0 2560x1600x24 +extension GLX"]
    environment = {**os.environ, "LIBGL_ALWAYS_SOFTWARE": "1"}
    command = ["xvfb-run", *screen, sys.executable, "-m", "tests.benchmarks", *sys.argv[1:]]
    return subprocess.call(command, env=environment)


def read_files(bench, layer, label):
    """Read the sample cadastre where it is there, and the generated one from a file."""
    sample = Path(os.environ.get("EMADINA_SAMPLE_DATA", ROOT.parent / "shared" / "data"))
    path = sample / "perf" / "parcelles_synth_118k_26191.gpkg"
    if path.is_file():
        reading.measure(bench, path, "118 k (GeoPackage)")
        with_window(bench, path, "118 k (GeoPackage)")
    with tempfile.TemporaryDirectory(prefix="emadina-bench-") as folder:
        path = Path(folder) / "cadastre.fgb"
        reading.write(layer, path)
        reading.measure(bench, path, f"{label} (FlatGeobuf)")
        with_window(bench, path, f"{label} (FlatGeobuf)")


def with_window(bench, path, label):
    """Open a file in a window where there is a screen."""
    if has_screen():
        reading.measure_opening(bench, path, label)
    else:
        print(f"{label}: no screen, opening in a window is not measured", flush=True)


if __name__ == "__main__":
    sys.exit(main())
