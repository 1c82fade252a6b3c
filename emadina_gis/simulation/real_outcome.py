"""What parcels may carry as they really lie, beside what the formulas for rectangles say.

The engine is the same; only the footprints of levels come from the shapes, and the streets from
where the parcels lie. It knows nothing of layers and files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from emadina_gis.domain.column import Column, column_of, text_column
from emadina_gis.domain.kept import kept
from emadina_gis.progress import NULL_CONTEXT
from emadina_gis.simulation.capacity import capacity
from emadina_gis.simulation.limits import FRONT_REASONS
from emadina_gis.simulation.polygon_envelope import PlacedFootprints, PolygonFootprints

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from emadina_gis.progress import Context
    from emadina_gis.simulation.columns import Outcome
    from emadina_gis.simulation.parcels import ParcelInputs
    from emadina_gis.simulation.scenario_outcome import OutcomeColumns

    Floats = NDArray[np.float64]

_FRONT_WORDS = ("one", "corner", "through")
#: Why a real shape has no figure, beside the reasons of the front and those of the engine.
ROAD_WIDTH_MISSING = "road_width_missing"


@dataclass(frozen=True, eq=False)
class RealOutcome:
    """An outcome on real shapes and the one of the formulas, on the same n parcels.

    Attributes
    ----------
    shaped : Outcome
        With the footprints of the real parcels.
    plain : Outcome
        With the formulas.
    footprints : PolygonFootprints
        Where the shapes of the levels come from.
    """

    shaped: Outcome
    plain: Outcome
    footprints: PolygonFootprints

    @kept
    def difference_m2(self) -> Floats:
        """Gross floor area on the real shape less that of the formulas, shape (n,)."""
        return self.shaped.gross_floor_area_m2 - self.plain.gross_floor_area_m2

    @kept
    def reason(self) -> NDArray[np.object_]:
        """Why a parcel has no figure on its real shape, a key of `words`; empty where it has one.

        ``envelopes.reason.<key>``: no geometry, no front, a width that is not known, or what the
        engine says of the parcel itself.
        """
        shaped = self.shaped
        front = np.array(FRONT_REASONS, dtype=object)[self.footprints.parcels.limits.reason]
        without = np.isnan(shaped.net_floor_area_high_m2)
        engine = np.asarray(shaped.reason.to_array(), dtype=object)
        found = np.where(self.footprints.parcels.streets == 0, front, engine)
        known = ~np.isnan(self.plain.net_floor_area_high_m2)
        found = np.where(known | (engine == ROAD_WIDTH_MISSING), found, engine)
        return np.where(without, found, "").astype(object)

    @kept
    def columns(self) -> RealColumns:
        """Columns that let a person compare, on the parcels' rows."""
        return RealColumns(self)

    @property
    def gross_totals_m2(self) -> tuple[float, float]:
        """Gross floor area of the parcels that have both figures: on real shapes, by formulas."""
        both = ~np.isnan(self.difference_m2)
        shaped, plain = self.shaped.gross_floor_area_m2, self.plain.gross_floor_area_m2
        return float(shaped[both].sum()), float(plain[both].sum())


def _fronts(found: RealOutcome) -> NDArray[np.object_]:
    parcels = found.footprints.parcels
    words: NDArray[np.object_] = np.array(_FRONT_WORDS, dtype=object)[parcels.limits.fronts]
    words[parcels.streets == 0] = None
    return words


_MAKERS: dict[str, Callable[[RealOutcome], Any]] = {
    "real_gross_floor_area_m2": lambda found: found.shaped.gross_floor_area_m2,
    "real_net_floor_area_m2": lambda found: found.shaped.net_floor_area_m2,
    "real_max_footprint_m2": lambda found: found.shaped.max_footprint_m2,
    "real_difference_m2": lambda found: found.difference_m2,
    "real_frontage_m": lambda found: np.where(
        found.footprints.parcels.streets == 0, np.nan, found.footprints.parcels.frontage_m()
    ),
    "real_fronts": _fronts,
    "real_reason": lambda found: found.reason,
}

#: Names of the columns that compare real shapes with the formulas.
REAL_FIELDS: tuple[str, ...] = tuple(_MAKERS)
#: Columns of real shapes that hold words, not numbers.
REAL_WORDS = frozenset({"real_fronts", "real_reason"})


class RealColumns(Mapping[str, Column]):
    """The columns of real shapes by name, each made once when it is asked for."""

    def __init__(self, found: RealOutcome) -> None:
        self._found = found
        self._made: dict[str, Column] = {}

    def __getitem__(self, name: str) -> Column:
        if name not in self._made:
            values = _MAKERS[name](self._found)
            made = text_column(values) if name in REAL_WORDS else column_of(values)
            self._made.setdefault(name, made)
        return self._made[name]

    def is_made(self, name: str) -> bool:
        """Whether a column is there: making one takes a while for many parcels."""
        return name in self._made

    def __iter__(self) -> Iterator[str]:
        return iter(_MAKERS)

    def __len__(self) -> int:
        return len(_MAKERS)


class JoinedColumns(Mapping[str, Column]):
    """The columns of the formulas, then those of real shapes, each made when asked for."""

    def __init__(self, plain: OutcomeColumns, real: RealColumns) -> None:
        self._plain = plain
        self._real = real

    def _part(self, name: str) -> OutcomeColumns | RealColumns:
        return self._real if name in _MAKERS else self._plain

    def __getitem__(self, name: str) -> Column:
        return self._part(name)[name]

    def is_made(self, name: str) -> bool:
        """Whether a column is there."""
        return self._part(name).is_made(name)

    def __iter__(self) -> Iterator[str]:
        yield from self._plain
        yield from self._real

    def __len__(self) -> int:
        return len(self._plain) + len(self._real)


def shaped_inputs(inputs: ParcelInputs, footprints: PolygonFootprints) -> ParcelInputs:
    """Return inputs that take their footprints and their streets from the real parcels.

    A width, a frontage or the land for roads that the table does not give is the measured one.
    """
    parcels = footprints.parcels
    rows = np.arange(len(parcels))
    known = parcels.streets > 0
    given = np.zeros(len(parcels), dtype=np.int8) if inputs.fronts is None else inputs.fronts
    road, side = (parcels.road_m(parcels.limits, street) for street in (0, 1))
    return replace(
        inputs,
        fronts=np.where(known, parcels.limits.fronts, given).astype(np.int8),
        frontage_m=_or_measured(inputs.frontage_m, parcels.frontage_m()),
        road_width_m=_or_measured(inputs.road_width_m, road),
        side_road_width_m=_or_measured(inputs.side_road_width_m, side),
        plan_roads_m2=footprints.plan_roads_m2(),
        shapes=PlacedFootprints(footprints, rows),
    )


def _or_measured(given: Floats | None, measured: Floats) -> Floats:
    if given is None:
        return measured
    return np.where(given > 0, given, np.where(measured > 0, measured, np.nan))


def real_outcome(
    plain: Outcome, footprints: PolygonFootprints, ctx: Context = NULL_CONTEXT
) -> RealOutcome:
    """Return what the parcels of an outcome may carry as they really lie.

    Parameters
    ----------
    plain : Outcome
        By the formulas; its inputs, values and coefficients are applied to the shapes too.
    footprints : PolygonFootprints
        Of the same parcels; what it knows already is not worked out again.
    ctx : Context
        Progress and cancellation.
    """
    inputs = shaped_inputs(plain.inputs, footprints)
    overrides = plain.table.overrides
    shaped = capacity(inputs, plain.document, plain.parameters, overrides=overrides, ctx=ctx)
    return RealOutcome(shaped, plain, footprints)


def fronts_differ(found: RealOutcome) -> NDArray[np.bool_]:
    """Return the parcels whose streets lie otherwise than the table says, shape (n,)."""
    given = found.plain.inputs.fronts
    parcels = found.footprints.parcels
    if given is None:
        return np.zeros(len(parcels), dtype=bool)
    return np.asarray((parcels.limits.fronts != given) & (parcels.streets > 0))
