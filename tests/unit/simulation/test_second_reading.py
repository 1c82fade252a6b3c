"""The engine against a second, plain reading of the model, on thousands of parcels."""

from __future__ import annotations

import numpy as np
import pytest

from emadina_gis.regulation import USES, load_document
from emadina_gis.simulation import Fronts, Regime, capacity, parcel_inputs
from tests.unit.simulation import oracle

COUNT = 4000
FRONTS = {"one": Fronts.ONE, "corner": Fronts.CORNER, "through": Fronts.THROUGH}


def parcels(seed):
    """Return parcels of all sectors, small and large, some hit by roads and equipment."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(COUNT):
        sector = str(rng.choice(list(oracle.SECTORS)))
        scale = float(rng.choice([1.0, 1.0, 4.0]))
        width = round(float(rng.uniform(4, 45)) * scale, 2)
        depth = round(float(rng.uniform(5, 45)) * scale, 2)
        area = round(width * depth, 3)
        hit = rng.random() < 0.4
        found.append(
            oracle.Parcel(
                sector=sector,
                area=area,
                width=width,
                road=float(rng.choice([4, 6, 8, 10, 12, 15, 16, 20, 30])),
                lot=bool(rng.random() < 0.5),
                fronts=str(rng.choice(["one", "one", "corner", "through"])),
                side_road=float(rng.choice([6, 10, 12, 20])) if rng.random() < 0.5 else None,
                plan_roads=round(area * float(rng.uniform(0, 0.4)), 2) if hit else 0.0,
                equipment=round(area * float(rng.uniform(0, 0.3)), 2) if hit else 0.0,
                servitude=round(area * float(rng.uniform(0, 0.1)), 2) if hit else 0.0,
                use=str(rng.choice(["housing", "housing", "commerce", "office", "hotel"])),
            )
        )
    return found


def engine(listed):
    """Return the engine's outcome for the oracle's parcels."""
    document = load_document("ain-chock-2025")
    inputs = parcel_inputs(
        [document.index_of(p.sector) for p in listed],
        [p.area for p in listed],
        [p.width for p in listed],
        road_width_m=[p.road for p in listed],
        side_road_width_m=[np.nan if p.side_road is None else p.side_road for p in listed],
        fronts=[int(FRONTS[p.fronts]) for p in listed],
        regime=[int(Regime.LOT if p.lot else Regime.RAW) for p in listed],
        plan_roads_m2=[p.plan_roads for p in listed],
        equipment_m2=[p.equipment for p in listed],
        servitude_m2=[p.servitude for p in listed],
        use=[USES.index(p.use) for p in listed],
    )
    return capacity(inputs, document)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_engine_agrees_with_a_second_reading(seed):
    listed = parcels(seed)
    found = engine(listed)
    for row, parcel in enumerate(listed):
        told = oracle.envelope(parcel)
        got = {
            "ref": found.reference_area_m2[row],
            "due": found.free_cession_m2[row],
            "acquire": found.to_acquire_m2[row],
            "footprint": found.max_footprint_m2[row],
            "gross": found.gross_floor_area_m2[row],
            "net": found.net_floor_area_m2[row],
            "low": found.net_floor_area_low_m2[row],
            "high": found.net_floor_area_high_m2[row],
        }
        for name, value in got.items():
            assert value == pytest.approx(getattr(told, name), rel=1e-9, abs=1e-6), (name, parcel)
        assert found.binding[row] == told.binding, parcel
