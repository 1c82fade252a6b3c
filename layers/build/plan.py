"""The drawing table: where the synthetic city puts its avenues, its quarters and its uses.

Owns constants only (kilometres in EPSG:26191, widths in metres) and the look-ups on them. It must
not know how streets or lots are made. All of it is invented, inside the true boundary.
"""

from __future__ import annotations

from dataclasses import dataclass

SEED = 26191
COMMUNE_CODE = "06.141.01.41"


@dataclass(frozen=True)
class Avenue:
    """One arterial road: a smooth line through way points.

    Parameters
    ----------
    name_fr, name_ar : str
        Invented names.
    width_m : float
        Projected width between alignments, metres.
    existing_m : float
        Width on the ground today, metres.
    points : tuple of (float, float)
        Way points, kilometres in EPSG:26191.
    strip : str
        Sector of the blocks that line it, empty where none does.
    """

    name_fr: str
    name_ar: str
    width_m: float
    existing_m: float
    points: tuple[tuple[float, float], ...]
    strip: str


AVENUES: tuple[Avenue, ...] = (
    Avenue(
        "Avenue des Jardins",
        "شارع الحدائق",
        40,
        40,
        (
            (294.30, 331.3),
            (294.22, 330.2),
            (294.16, 329.15),
            (293.95, 328.1),
            (294.05, 326.9),
            (293.75, 325.9),
            (293.5, 324.6),
        ),
        "B5",
    ),
    Avenue(
        "Boulevard de la Rocade",
        "شارع المدار",
        40,
        40,
        (
            (290.0, 328.35),
            (291.2, 327.85),
            (292.5, 327.75),
            (293.95, 328.1),
            (295.4, 328.3),
            (296.8, 328.15),
            (298.6, 328.45),
        ),
        "B4",
    ),
    Avenue(
        "Boulevard du Plateau",
        "شارع الهضبة",
        35,
        30,
        (
            (290.2, 329.25),
            (291.3, 329.02),
            (292.7, 328.98),
            (294.16, 329.15),
            (295.6, 329.38),
            (296.6, 329.32),
            (298.0, 329.75),
        ),
        "B4",
    ),
    Avenue(
        "Avenue de la Palmeraie",
        "شارع النخيل",
        30,
        30,
        (
            (292.75, 331.1),
            (292.55, 330.0),
            (292.2, 328.9),
            (291.75, 327.8),
            (290.95, 326.6),
            (290.2, 325.6),
            (289.6, 323.6),
        ),
        "B4",
    ),
    Avenue(
        "Avenue de l'Atlas",
        "شارع الأطلس",
        30,
        30,
        (
            (295.35, 331.6),
            (295.62, 330.5),
            (296.15, 329.35),
            (296.62, 328.18),
            (296.75, 327.2),
            (296.4, 325.6),
        ),
        "B4",
    ),
    Avenue(
        "Boulevard des Oliviers",
        "شارع الزيتون",
        30,
        25,
        (
            (289.2, 326.9),
            (290.9, 326.55),
            (292.4, 326.75),
            (294.05, 326.9),
            (295.6, 327.05),
            (296.75, 327.2),
            (298.4, 327.0),
        ),
        "B3",
    ),
    Avenue(
        "Boulevard du Belvédère",
        "شارع المنظر الجميل",
        25,
        25,
        ((290.9, 329.7), (292.5, 329.75), (294.2, 330.05), (295.7, 330.3), (297.4, 330.25)),
        "E3",
    ),
    Avenue(
        "Avenue du Levant",
        "شارع المشرق",
        25,
        25,
        (
            (294.16, 329.15),
            (294.9, 328.72),
            (295.4, 328.3),
            (296.0, 327.55),
            (296.75, 327.2),
            (297.9, 326.3),
        ),
        "B3",
    ),
    Avenue(
        "Avenue du Couchant",
        "شارع المغرب",
        30,
        30,
        (
            (293.95, 328.1),
            (293.0, 327.1),
            (292.3, 326.75),
            (291.2, 325.65),
            (289.9, 325.0),
            (288.3, 324.75),
        ),
        "B3",
    ),
    Avenue(
        "Boulevard des Sources",
        "شارع العيون",
        25,
        20,
        ((293.42, 331.2), (293.33, 330.0), (293.2, 329.0), (292.92, 327.75)),
        "B3",
    ),
    Avenue(
        "Boulevard du Marché",
        "شارع السوق",
        25,
        25,
        ((295.62, 330.5), (296.2, 330.05), (296.75, 329.33), (297.45, 328.25), (297.9, 327.0)),
        "E3",
    ),
)

# Quarters take the family of the nearest seed (kilometres, EPSG:26191).
SEEDS: tuple[tuple[float, float, str], ...] = (
    (292.0, 329.95, "E3"),
    (292.95, 330.15, "E2"),
    (293.8, 330.4, "E3"),
    (294.7, 330.6, "C4s"),
    (295.35, 330.75, "E2"),
    (296.0, 330.75, "C5s"),
    (296.6, 329.9, "B3s"),
    (291.5, 329.35, "D3"),
    (292.4, 329.35, "E2"),
    (292.9, 329.4, "C4s"),
    (293.75, 329.55, "E2"),
    (294.75, 329.7, "C3"),
    (295.4, 329.9, "E3"),
    (296.0, 329.75, "E2"),
    (297.1, 329.15, "E3"),
    (291.0, 328.6, "D1b"),
    (291.7, 328.4, "D3"),
    (292.55, 328.35, "D4"),
    (293.5, 328.55, "D1j"),
    (294.5, 328.65, "B3"),
    (295.0, 329.0, "B3s"),
    (295.6, 328.85, "B4"),
    (296.3, 328.8, "C3"),
    (297.0, 328.6, "I3"),
    (297.9, 328.05, "I2s1"),
    (290.85, 327.5, "D1s2"),
    (291.5, 327.2, "D4"),
    (292.3, 327.3, "D3"),
    (293.3, 327.45, "C4s"),
    (294.4, 327.75, "C5s"),
    (294.7, 327.25, "C3"),
    (295.5, 327.6, "B4s"),
    (296.2, 327.75, "I5"),
    (297.1, 327.75, "I3"),
    (297.4, 327.3, "I8s"),
    (290.6, 326.9, "D3"),
    (291.2, 326.3, "D1j"),
    (291.9, 326.15, "B3s"),
    (292.9, 326.4, "E3"),
    (293.5, 326.2, "C3"),
    (294.6, 326.5, "PBC5"),
    (295.4, 326.6, "PBC4"),
    (296.2, 326.8, "I5s7"),
    (297.2, 326.8, "I8s"),
    (290.0, 326.2, "D4"),
    (290.4, 325.9, "D3"),
    (291.9, 325.5, "RAW"),
    (292.7, 325.5, "RAW"),
    (293.5, 325.3, "RAW"),
    (294.3, 325.9, "RAW"),
    (289.2, 324.7, "I8s"),
    (290.2, 324.6, "RAW"),
    (291.2, 324.9, "RAW"),
    (291.0, 325.2, "C2"),
    (295.5, 326.25, "RAW"),
    (292.4, 324.8, "RAW"),
)

# Small quarters cut out of the others: place, family, largest area in hectares.
POCKETS: tuple[tuple[float, float, str, float], ...] = (
    (293.95, 329.40, "S4", 9.0),
    (297.60, 328.00, "ZR", 14.0),
    (291.15, 328.10, "ZR", 10.0),
    (295.05, 326.45, "ZR", 14.0),
    (289.60, 325.40, "ZR", 9.0),
    (294.40, 328.30, "A6", 12.0),
    (293.70, 327.85, "A6", 12.0),
    (296.30, 327.45, "I5H", 9.0),
    (296.45, 326.60, "I5s10", 14.0),
    (295.90, 327.30, "I5s5", 12.0),
    (291.95, 328.75, "E4", 14.0),
    (296.10, 329.10, "E4", 12.0),
    (293.10, 328.10, "PU1", 14.0),
    (292.20, 325.90, "PU2", 30.0),
    (290.80, 325.00, "PU3", 30.0),
    (294.20, 326.20, "PARK", 40.0),
    (292.45, 328.10, "PARK", 14.0),
    (295.15, 330.20, "PARK", 8.0),
    (296.95, 326.75, "PARK", 16.0),
    (291.75, 329.60, "PARK", 6.0),
    (290.60, 327.20, "PARK", 12.0),
)


@dataclass(frozen=True)
class Fabric:
    """How blocks and lots of one family look; lengths in metres.

    Parameters
    ----------
    sector : str
        Sector code of the plan.
    streets : tuple of float
        Widths that local streets take.
    front, depth : (float, float)
        Range of lot frontages and depths.
    length : (float, float)
        Range of block lengths along the main streets.
    heads : float
        Share of blocks whose ends are cut into lots facing the side street.
    storeys : (float, float)
        Range of built levels, ground floor included.
    """

    sector: str
    streets: tuple[float, ...]
    front: tuple[float, float]
    depth: tuple[float, float]
    length: tuple[float, float]
    heads: float
    storeys: tuple[int, int]


FABRICS: dict[str, Fabric] = {
    "E2": Fabric("E2", (8, 10, 10, 12), (8.0, 10.0), (12.0, 14.5), (48, 92), 0.5, (1, 3)),
    "E3": Fabric("E3", (10, 12, 12, 15), (10.0, 12.5), (16.0, 20.0), (60, 110), 0.4, (2, 4)),
    "E4": Fabric("E4", (15, 20), (52, 75), (85, 110), (150, 260), 0.0, (4, 5)),
    "B3": Fabric("B3", (12, 15, 16), (12.0, 16.0), (20.0, 24.0), (70, 130), 0.3, (1, 3)),
    "B3s": Fabric("B3s", (15, 16), (12.0, 17.0), (25.0, 29.0), (80, 140), 0.2, (1, 3)),
    "B4": Fabric("B4", (15, 16, 20), (12.0, 18.0), (21.0, 26.0), (80, 140), 0.3, (1, 4)),
    "B4s": Fabric("B4s", (16, 20), (14.0, 20.0), (24.0, 29.0), (80, 140), 0.2, (1, 4)),
    "B5": Fabric("B5", (20, 20, 25), (14.0, 22.0), (24.0, 30.0), (80, 140), 0.2, (2, 6)),
    "A6": Fabric("A6", (20, 20, 25), (18.0, 26.0), (26.0, 34.0), (80, 130), 0.2, (3, 7)),
    "C2": Fabric("C2", (16, 20), (60, 84), (88, 112), (160, 280), 0.0, (3, 3)),
    "C3": Fabric("C3", (16, 20), (58, 80), (90, 110), (160, 280), 0.0, (3, 4)),
    "C4s": Fabric("C4s", (20, 20, 25), (58, 84), (88, 108), (160, 280), 0.0, (4, 5)),
    "C5s": Fabric("C5s", (20, 25), (60, 86), (88, 108), (160, 280), 0.0, (4, 6)),
    "D1b": Fabric("D1b", (12, 12, 15), (10.0, 12.0), (20.5, 24.0), (58, 118), 0.0, (2, 2)),
    "D1j": Fabric("D1j", (12, 12, 15), (15.0, 18.0), (20.5, 25.0), (70, 130), 0.0, (2, 2)),
    "D1s2": Fabric("D1s2", (12,), (10.0, 11.5), (16.2, 18.5), (58, 110), 0.0, (2, 2)),
    "D3": Fabric("D3", (12, 12, 15), (22.0, 28.0), (27.5, 34.0), (90, 190), 0.0, (1, 2)),
    "D4": Fabric("D4", (12, 15), (26.0, 36.0), (39.0, 47.0), (110, 220), 0.0, (1, 2)),
    "S4": Fabric("S4", (6, 6, 8), (6.5, 9.5), (8.5, 11.0), (30, 60), 0.5, (1, 2)),
    "I2s1": Fabric("I2s1", (20,), (21, 36), (32, 46), (110, 220), 0.0, (1, 3)),
    "I3": Fabric("I3", (20,), (17, 28), (28, 40), (110, 200), 0.0, (1, 3)),
    "I5": Fabric("I5", (20, 25), (32, 52), (44, 62), (120, 220), 0.0, (2, 4)),
    "I5s5": Fabric("I5s5", (20, 25), (34, 56), (48, 66), (120, 200), 0.0, (4, 6)),
    "I5s7": Fabric("I5s7", (20, 25), (36, 60), (50, 70), (120, 200), 0.0, (5, 8)),
    "I5s10": Fabric("I5s10", (25,), (60, 80), (90, 110), (140, 240), 0.0, (8, 11)),
    "I5H": Fabric("I5H", (20, 25), (34, 52), (48, 62), (110, 190), 0.0, (5, 8)),
    "I8s": Fabric("I8s", (20, 25), (55, 95), (92, 130), (180, 320), 0.0, (1, 2)),
    "PBC4": Fabric("PBC4", (20, 25), (95, 130), (115, 145), (190, 300), 0.0, (4, 5)),
    "PBC5": Fabric("PBC5", (20, 25), (95, 130), (115, 145), (190, 300), 0.0, (4, 6)),
}

# Families drawn as large undivided land: sector, smallest and largest plot in hectares.
LAND: dict[str, tuple[str, float, float]] = {
    "RAW": ("", 1.1, 6.5),
    "ZR": ("ZR", 0.9, 2.4),
    "PU1": ("PU1", 1.2, 4.0),
    "PU2": ("PU2", 2.0, 8.0),
    "PU3": ("PU3", 2.0, 8.0),
    "PARK": ("", 3.0, 60.0),
}

# Sectors that the plan gives to raw land, in the order quarters take them.
RAW_SECTORS = ("C3", "D3", "PBC4", "B4", "D4", "C4s", "PBC5", "D1b", "I5", "C2", "E4", "B3s")

LINED = frozenset({"E2", "E3", "B3", "B4", "B3s", "B4s", "D1b", "D1j", "D1s2", "D3", "D4", "A6"})


def zone_of(sector: str) -> str:
    """Zone letter of a sector code (``PBC5`` → ``PB``, ``I5s7`` → ``I``)."""
    if sector.startswith("PU"):
        return "PU"
    if sector.startswith("PB"):
        return "PB"
    return "ZR" if sector == "ZR" else sector[0]
