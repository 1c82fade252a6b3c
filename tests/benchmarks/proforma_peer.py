"""The peer of the engine, run by a Python that has it: ``SqFtProForma.lookup`` of urbansim (BSD).

Usage: ``python proforma_peer.py PARCELS.npz [RUNS]``. Imports nothing of ours, so that it may run
in an environment of its own; prints JSON: version, and seconds of each run by form.
"""

from __future__ import annotations

import importlib.metadata
import json
import sys
import time

import numpy as np

SQUARE_FEET_PER_M2 = 10.7639
FEET_PER_M = 3.28084
RENTS = {"retail": 32.0, "industrial": 12.0, "office": 28.0, "residential": 26.0}
FORMS = ("residential", "mixedresidential")


def main():
    import pandas as pd
    from urbansim.developer.sqftproforma import SqFtProForma

    given = np.load(sys.argv[1])
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    parcels = pd.DataFrame(
        {
            "parcel_size": given["area_m2"] * SQUARE_FEET_PER_M2,
            "max_far": given["floor_ratio"],
            "max_height": given["height_m"] * FEET_PER_M,
            "land_cost": given["area_m2"] * SQUARE_FEET_PER_M2 * 20.0,
            **{use: np.full(len(given["area_m2"]), rent) for use, rent in RENTS.items()},
        }
    )
    form_of = SqFtProForma()
    seconds = {}
    for form in FORMS:
        seconds[form] = []
        for _ in range(runs):
            start = time.perf_counter()
            found = form_of.lookup(form, parcels)
            seconds[form].append(time.perf_counter() - start)
        print(f"{form}: {len(found)} rows", file=sys.stderr)
    print(json.dumps({"version": importlib.metadata.version("urbansim"), "seconds": seconds}))


if __name__ == "__main__":
    main()
