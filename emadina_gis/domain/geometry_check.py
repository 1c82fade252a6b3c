"""What is wrong with the geometry of a table: findings by kind, with row ids and places.

Works chunk by chunk on NumPy arrays and in GEOS, which lets go of the interpreter; asks for a
cancel between the chunks. Nothing is changed here: `repair` plans, `coverage` compares neighbours.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import shapely

from emadina_gis.domain.doubles import doubles_of
from emadina_gis.domain.geometry import GeometryChunk, Kind
from emadina_gis.domain.vertices import NEAR_M, Rings, rings_of, row_slices
from emadina_gis.errors import Problem, Severity
from emadina_gis.progress import NULL_CONTEXT, Context

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from emadina_gis.domain.crs import Crs
    from emadina_gis.domain.geometry import Shapes
    from emadina_gis.domain.table import FeatureTable

    Floats = NDArray[np.float64]
    Rows = NDArray[np.intp]
    Found = tuple[str, Rows, Floats]

#: Coordinates beyond this are codes for "no data" or damage, not places.
LARGEST_COORDINATE = 1e12
#: GEOS's words for what makes a geometry invalid, the longer ones first.
REASONS = (
    ("ring self-intersection", "geometry.ring-self-intersection"),
    ("self-intersection", "geometry.self-intersection"),
    ("hole lies outside", "geometry.hole-outside"),
    ("holes are nested", "geometry.nested"),
    ("nested shells", "geometry.nested"),
    ("nested holes", "geometry.nested"),
    ("duplicate rings", "geometry.nested"),
    ("too few points", "geometry.too-few-points"),
    ("interior is disconnected", "geometry.self-intersection"),
    ("ring is not closed", "geometry.unclosed"),
)
#: Codes of geometry that overlays and areas cannot be trusted with.
INVALID_CODES = frozenset({code for _, code in REASONS} | {"geometry.invalid"})
#: In the order they are listed.
SEVERITIES = {
    "geometry.not-finite": Severity.ERROR,
    "geometry.self-intersection": Severity.WARNING,
    "geometry.ring-self-intersection": Severity.WARNING,
    "geometry.hole-outside": Severity.WARNING,
    "geometry.nested": Severity.WARNING,
    "geometry.too-few-points": Severity.WARNING,
    "geometry.unclosed": Severity.WARNING,
    "geometry.invalid": Severity.WARNING,
    "geometry.zero-area": Severity.WARNING,
    "geometry.double": Severity.WARNING,
    "geometry.spike": Severity.WARNING,
    "geometry.missing": Severity.WARNING,
    "geometry.sliver": Severity.INFO,
    "geometry.tiny-part": Severity.INFO,
    "geometry.duplicate-vertices": Severity.INFO,
    "geometry.near-vertices": Severity.INFO,
    "geometry.same-direction": Severity.INFO,
    "geometry.heights": Severity.INFO,
}


@dataclass(frozen=True)
class Limits:
    """From where on something is said; lengths in metres.

    Attributes
    ----------
    near_m : float
        Vertices nearer than this follow each other as one.
    sliver_width_m : float
        Mean width (twice the area by the perimeter) below which an area is a sliver …
    sliver_thinness : float
        … if it is also thinner than this (4π·area/perimeter², 1 for a circle).
    tiny_m2 : float
        Parts below this, beside larger ones, are remains.
    zero_m2 : float
        Areas below this are none.
    """

    near_m: float = NEAR_M
    sliver_width_m: float = 0.30
    sliver_thinness: float = 0.10
    tiny_m2: float = 1.0
    zero_m2: float = 1e-4


@dataclass(frozen=True, eq=False)
class Finding:
    """Features with one kind of fault.

    Attributes
    ----------
    code : str
        Code of a problem.
    ids : ndarray of int64, shape (n,)
        Row ids, each once.
    places : ndarray of float64, shape (n, 2)
        Where on each feature, in the table's CRS; NaN for what is nowhere.
    severity : Severity
    mates : ndarray of int64, shape (n,), or None
        The feature that each is the same as.
    """

    code: str
    ids: NDArray[np.int64]
    places: Floats
    severity: Severity
    mates: NDArray[np.int64] | None = field(default=None)

    @property
    def count(self) -> int:
        """Number of features."""
        return len(self.ids)

    def problem(self, where: str = "") -> Problem:
        """Return the finding as a problem of a layer."""
        return Problem(self.code, self.severity, where, self.count)


@dataclass(frozen=True, eq=False)
class GeometryCheck:
    """All findings of a table, in the order of `SEVERITIES`.

    ``is_measured`` is False where the CRS is unknown: nothing was judged by its size then.
    """

    findings: tuple[Finding, ...]
    row_count: int
    is_measured: bool = True

    def of(self, code: str) -> Finding | None:
        """Return the finding of a code."""
        return next((found for found in self.findings if found.code == code), None)

    def ids_of(self, codes: frozenset[str]) -> NDArray[np.int64]:
        """Return the row ids with any of the codes, ascending."""
        listed = [found.ids for found in self.findings if found.code in codes]
        return np.unique(np.concatenate(listed)) if listed else np.zeros(0, dtype=np.int64)


def check_geometry(
    table: FeatureTable, ctx: Context = NULL_CONTEXT, limits: Limits | None = None
) -> GeometryCheck:
    """Return what is wrong with the geometry of a table.

    Raises
    ------
    JobCancelled
        After a cancel.
    """
    chunks = table.geometry or ()
    wanted = limits or Limits()
    found: list[Found] = []
    start = 0
    for chunk in chunks:
        ctx.report(0.8 * start / max(table.row_count, 1), "geometry.checking")
        for part in row_slices(chunk):
            ctx.check()
            piece = chunk.taken(np.arange(part.start, part.stop))
            offset = start + part.start
            found += [
                (code, rows + offset, places)
                for code, rows, places in _faults(piece, table.crs, wanted)
                if len(rows)
            ]
        start += len(chunk)
    findings = _gathered(found, table.ids)
    doubles = doubles_of(table, ctx.part(0.8, 1.0))
    if len(doubles.rows):
        findings.append(
            Finding(
                "geometry.double",
                table.ids[doubles.rows],
                doubles.places,
                SEVERITIES["geometry.double"],
                table.ids[doubles.mates],
            )
        )
    order = list(SEVERITIES)
    findings.sort(key=lambda item: order.index(item.code))
    return GeometryCheck(tuple(findings), table.row_count, table.crs.is_known)


def _gathered(found: list[Found], ids: NDArray[np.int64]) -> list[Finding]:
    result = []
    for code, severity in SEVERITIES.items():
        mine = [(rows, places) for name, rows, places in found if name == code]
        if mine:
            rows = np.concatenate([part for part, _ in mine])
            places = np.concatenate([part for _, part in mine])
            rows, first = np.unique(rows, return_index=True)
            result.append(Finding(code, ids[rows], places[first], severity))
    return result


def _faults(chunk: GeometryChunk, crs: Crs, limits: Limits) -> Iterator[Found]:
    """Yield code, rows and places of one chunk; a row may be yielded twice under a code."""
    missing = np.flatnonzero(chunk.kinds == Kind.NONE)
    yield "geometry.missing", missing, np.full((len(missing), 2), np.nan)
    if not len(chunk.xy):
        return
    rings = rings_of(chunk, crs)
    bad = np.asarray(~(np.abs(chunk.xy) < LARGEST_COORDINATE).all(axis=1))
    rows, places = rings.first_by_feature(bad)
    yield "geometry.not-finite", rows, np.full_like(places, np.nan)
    opened = np.unique(rings.owner[rings.is_open])
    yield "geometry.unclosed", opened, _first_places(chunk, opened)
    sound = np.setdiff1d(np.arange(len(chunk)), np.concatenate([rows, opened, missing]))
    yield from _invalid(chunk, sound)
    if chunk.z is not None:
        high = np.unique(rings.owner[rings.of_coord[~np.isnan(chunk.z)]])
        yield "geometry.heights", high, _first_places(chunk, high)
    yield from _vertex_faults(rings, crs, limits)
    yield from _area_faults(rings, crs, limits)


def _first_places(chunk: GeometryChunk, rows: Rows) -> Floats:
    return chunk.xy[chunk.feature_coord_offsets[:-1][rows]]


def _invalid(chunk: GeometryChunk, sound: Rows) -> Iterator[Found]:
    shapes = chunk.taken(sound).to_shapely()
    at = np.flatnonzero(~shapely.is_valid(shapes))
    if not len(at):
        return
    codes, places = reasons_of(shapes[at])
    lost = np.isnan(places[:, 0])
    places[lost] = _first_places(chunk, sound[at[lost]])
    for code in np.unique(codes):
        mine = codes == code
        yield str(code), sound[at[mine]], places[mine]


def reasons_of(shapes: Shapes) -> tuple[NDArray[np.object_], Floats]:
    """Return the code and the place (NaN where GEOS names none) of each invalid geometry."""
    reasons = [str(reason) for reason in shapely.is_valid_reason(shapes)]
    codes = np.array([code_of_reason(reason) for reason in reasons], dtype=object)
    places = np.array([_place_in(reason) for reason in reasons], dtype=np.float64).reshape(-1, 2)
    return codes, places


def code_of_reason(reason: str) -> str:
    """Return the code of what GEOS says."""
    lowered = reason.lower()
    return next((code for part, code in REASONS if part in lowered), "geometry.invalid")


def _place_in(reason: str) -> tuple[float, float]:
    rest = reason.partition("[")[2]
    numbers = rest.rstrip("]").split()
    try:
        return float(numbers[0]), float(numbers[1])
    except (IndexError, ValueError):
        return np.nan, np.nan


def _vertex_faults(rings: Rings, crs: Crs, limits: Limits) -> Iterator[Found]:
    yield "geometry.duplicate-vertices", *rings.first_by_feature(rings.repeated())
    if crs.is_known:
        near = rings.repeated(limits.near_m) & ~rings.repeated()
        yield "geometry.near-vertices", *rings.first_by_feature(near)
        yield "geometry.spike", *rings.first_by_feature(rings.spikes())


def _area_faults(rings: Rings, crs: Crs, limits: Limits) -> Iterator[Found]:
    chunk = rings.chunk
    areas = rings.by_feature(rings.net_areas_m2)
    areal = chunk.kinds == Kind.POLYGON
    limit = limits.zero_m2 if crs.is_known else 0.0
    empty = areal & (np.abs(areas) <= limit)
    yield "geometry.zero-area", *_placed(chunk, empty)
    yield "geometry.same-direction", *_placed(chunk, _same_direction(rings))
    if not crs.is_known:
        return
    around = rings.by_feature(rings.perimeters_m)
    with np.errstate(invalid="ignore", divide="ignore"):
        thin = 4 * np.pi * areas / around**2 < limits.sliver_thinness
        narrow = 2 * areas / around < limits.sliver_width_m
    yield "geometry.sliver", *_placed(chunk, areal & ~empty & thin & narrow)
    yield "geometry.tiny-part", *_placed(chunk, _has_tiny_part(rings, limits.tiny_m2))


def _placed(chunk: GeometryChunk, flags: NDArray[np.bool_]) -> tuple[Rows, Floats]:
    rows = np.flatnonzero(flags)
    return rows, (chunk.bounds[rows, :2] + chunk.bounds[rows, 2:]) / 2


def _same_direction(rings: Rings) -> NDArray[np.bool_]:
    """Whether a hole of each feature runs in the direction of its shell."""
    shells = np.flatnonzero(rings.is_shell)
    turn = np.zeros(len(rings.part_owner))
    turn[rings.part[shells]] = np.sign(rings.signed_areas_m2[shells])
    same = ~rings.is_shell & (np.sign(rings.signed_areas_m2) * turn[rings.part] > 0)
    result = np.zeros(len(rings.chunk), dtype=bool)
    result[rings.owner[same]] = True
    return result


def _has_tiny_part(rings: Rings, tiny_m2: float) -> NDArray[np.bool_]:
    areas = rings.by_part(rings.net_areas_m2)
    areal = rings.chunk.kinds[rings.part_owner] == Kind.POLYGON
    small = areal & (areas < tiny_m2)
    count = len(rings.chunk)
    has_small = np.bincount(rings.part_owner[small], minlength=count) > 0
    has_large = np.bincount(rings.part_owner[areal & ~small], minlength=count) > 0
    return np.asarray(has_small & has_large)
