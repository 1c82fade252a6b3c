"""Reading to a table with all checks, beside pyogrio's own reading in the same run."""

from __future__ import annotations

import pyogrio

from emadina_gis.io.vector import read_layer

RATIO_BAR = 1.6


def measure(bench, path, label, runs=5):
    """Time our reading and pyogrio's on one file and print the ratio."""
    ours = bench.time(label, "read with checks", lambda: read_layer(path), runs=runs)
    peer = bench.time(
        label, "pyogrio.read_dataframe(use_arrow=True)",
        lambda: pyogrio.read_dataframe(path, use_arrow=True), runs=runs,
    )  # fmt: skip
    assert ours.table.row_count == len(peer)
    ratio = bench.rows[-2].median_s / bench.rows[-1].median_s
    verdict = "ok" if ratio <= RATIO_BAR else "OVER"
    print(f"{label}: ratio to pyogrio {ratio:.2f} (bar {RATIO_BAR}) {verdict}", flush=True)
    bench.rows[-2].note = f"{ratio:.2f}x pyogrio"


def write(layer, path):
    """Write the generated cadastre to a file, outside the measurement."""
    frame = layer.table.to_geodataframe()
    pyogrio.write_dataframe(frame, path, use_arrow=True, SPATIAL_INDEX="NO")
