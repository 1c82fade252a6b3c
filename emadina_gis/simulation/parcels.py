"""``ParcelInputs``: what the engine is told of each parcel, as arrays. No tables, no geometry."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import numpy as np

from emadina_gis.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

    from emadina_gis.simulation.changes import Change
    from emadina_gis.simulation.polygon_envelope import PlacedFootprints
    from emadina_gis.simulation.terms import Terms

    Floats = NDArray[np.float64]


class Fronts(IntEnum):
    """Streets that border a parcel."""

    ONE = 0
    CORNER = 1
    THROUGH = 2


class Regime(IntEnum):
    """Whether a parcel comes from a lotissement."""

    UNKNOWN = -1
    RAW = 0
    LOT = 1


#: Classes of land, in the order of their codes (-1: to be deduced).
LAND_CLASSES = ("free", "raw", "rebuild", "raise", "blocked", "engaged")


@dataclass(frozen=True, eq=False)
class ParcelInputs:
    """What is known of n parcels; NaN is unknown, None stands for a column nobody gave.

    Attributes
    ----------
    sector : ndarray of int32, shape (n,)
        Index into the document's sectors, -1 for none.
    area_m2, frontage_m : ndarray of float64, shape (n,)
    depth_m, road_width_m, side_road_width_m : ndarray of float64, shape (n,), or None
        The depth is kept for show: formulas divide the area by the frontage.
    fronts : ndarray of int8 (`Fronts`), shape (n,), or None
    regime : ndarray of int8 (`Regime`), shape (n,), or None
    plan_roads_m2, equipment_m2, servitude_m2 : ndarray of float64, shape (n,), or None
        Unknown counts as 0.
    use : ndarray of int8, shape (n,), or None
        Index into `regulation.USES`, -1 for the zone's default.
    existing_floor_area_m2 : ndarray of float64, shape (n,), or None
        Gross, standing.
    existing_dwellings, existing_people : ndarray of float64, shape (n,), or None
    land_class : ndarray of int8, shape (n,), or None
        Index into `LAND_CLASSES`, -1 where it is to be deduced.
    commune : ndarray of int32, shape (n,), or None
        Index into `commune_codes`, -1 for none.
    ids : ndarray of int64, shape (n,), or None
        Row ids, by which scenarios name parcels; None numbers the rows.
    parcel_id : ndarray of object, shape (n,), or None
    origin_sector : ndarray of int32, shape (n,), or None
        Sector before a scenario moved the parcel: what stands is estimated with it.
    assumed : ndarray of bool, shape (n,), or None
        A measure was estimated from the geometry.
    bad_geometry : ndarray of bool, shape (n,), or None
    no_build_m2 : ndarray of float64, shape (n,), or None
        Land on which a scenario lets nothing be built, in every regime.
    terms : ndarray of int16, shape (n,), or None
        Index into `special_terms` of what a scenario grants to a parcel alone, -1 for nothing.
    taken_by : frozenset of Change
        Changes whose land is in the columns already: applied again, they take nothing more.
    shapes : PlacedFootprints, or None
        Footprints of levels on the real parcels, in place of the formulas.
    """

    sector: NDArray[np.int32]
    area_m2: Floats
    frontage_m: Floats
    depth_m: Floats | None = None
    road_width_m: Floats | None = None
    side_road_width_m: Floats | None = None
    fronts: NDArray[np.int8] | None = None
    regime: NDArray[np.int8] | None = None
    plan_roads_m2: Floats | None = None
    equipment_m2: Floats | None = None
    servitude_m2: Floats | None = None
    use: NDArray[np.int8] | None = None
    existing_floor_area_m2: Floats | None = None
    existing_dwellings: Floats | None = None
    existing_people: Floats | None = None
    land_class: NDArray[np.int8] | None = None
    commune: NDArray[np.int32] | None = None
    commune_codes: tuple[str, ...] = ()
    commune_names: tuple[str, ...] = ()
    ids: NDArray[np.int64] | None = None
    parcel_id: NDArray[np.object_] | None = None
    origin_sector: NDArray[np.int32] | None = None
    assumed: NDArray[np.bool_] | None = None
    bad_geometry: NDArray[np.bool_] | None = None
    no_build_m2: Floats | None = None
    terms: NDArray[np.int16] | None = None
    special_terms: tuple[Terms, ...] = ()
    taken_by: frozenset[Change] = frozenset()
    shapes: PlacedFootprints | None = None

    def __post_init__(self) -> None:
        lengths = {len(values) for values in self._arrays().values()}
        if len(lengths) != 1:
            raise SchemaError("parcels.lengths", lengths=sorted(lengths))

    def __len__(self) -> int:
        return len(self.sector)

    def _arrays(self) -> Mapping[str, NDArray[Any]]:
        named = {item.name: getattr(self, item.name) for item in fields(self)}
        return {name: value for name, value in named.items() if isinstance(value, np.ndarray)}

    def take(self, rows: NDArray[np.intp]) -> ParcelInputs:
        """Return the inputs of some rows, with their row ids."""
        taken: dict[str, Any] = {name: values[rows] for name, values in self._arrays().items()}
        taken["ids"] = self.row_ids()[rows]
        taken["shapes"] = None if self.shapes is None else self.shapes.take(rows)
        return replace(self, **taken)

    def row_ids(self) -> NDArray[np.int64]:
        """Return the row ids (row numbers where none were given), shape (n,)."""
        return np.arange(len(self), dtype=np.int64) if self.ids is None else self.ids

    def rows_of(self, ids: ArrayLike) -> NDArray[np.intp]:
        """Return the rows of row ids; ids that are not there are left out."""
        wanted = np.asarray(ids, dtype=np.int64)
        if not len(wanted) or not len(self):
            return np.zeros(0, dtype=np.intp)
        if self.ids is None:
            return wanted[(wanted >= 0) & (wanted < len(self))].astype(np.intp)
        order = np.argsort(self.ids, kind="stable")
        position = np.minimum(np.searchsorted(self.ids, wanted, sorter=order), len(order) - 1)
        rows: NDArray[np.intp] = order[position]
        kept: NDArray[np.intp] = rows[self.ids[rows] == wanted]
        return kept

    def labels(self) -> NDArray[np.object_]:
        """Return the parcels' names as a person knows them, row numbers where there is none."""
        numbers = np.arange(1, len(self) + 1).astype(str).astype(object)
        if self.parcel_id is None:
            return numbers
        missing = np.array([name is None for name in self.parcel_id], dtype=bool)
        return np.where(missing, numbers, self.parcel_id)


def parcel_inputs(
    sector: ArrayLike, area_m2: ArrayLike, frontage_m: ArrayLike, **optional: Any
) -> ParcelInputs:
    """Return inputs from sequences, each in the type the engine wants.

    Parameters
    ----------
    sector, area_m2, frontage_m : array-like, shape (n,)
    **optional : array-like, shape (n,)
        Any other field of `ParcelInputs`.
    """
    kinds = {
        "fronts": np.int8,
        "regime": np.int8,
        "use": np.int8,
        "land_class": np.int8,
        "commune": np.int32,
        "origin_sector": np.int32,
        "ids": np.int64,
        "parcel_id": np.object_,
        "assumed": np.bool_,
        "bad_geometry": np.bool_,
    }
    typed: dict[str, Any] = {
        name: values
        if values is None or name.startswith("commune_")
        else np.atleast_1d(np.asarray(values, dtype=kinds.get(name, np.float64)))
        for name, values in optional.items()
    }
    return ParcelInputs(
        sector=np.atleast_1d(np.asarray(sector, dtype=np.int32)),
        area_m2=np.atleast_1d(np.asarray(area_m2, dtype=np.float64)),
        frontage_m=np.atleast_1d(np.asarray(frontage_m, dtype=np.float64)),
        **typed,
    )
