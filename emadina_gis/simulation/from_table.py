"""``ParcelInputs`` from a table: columns by role, and measures from the geometry where they miss.

The depth and the frontage of a polygon are those of its smallest rectangle, the short side on the
street: an estimate, and said so. What cannot be read stays unknown. It knows nothing of files.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from emadina_gis.domain.schema import Role
from emadina_gis.errors import Problem, SchemaError, Severity
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.regulation import USES
from emadina_gis.simulation.parcels import LAND_CLASSES, Fronts, ParcelInputs, Regime

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from emadina_gis.domain.schema import Schema
    from emadina_gis.domain.table import FeatureTable
    from emadina_gis.regulation import PlanningDocument

    Floats = NDArray[np.float64]

_REGIMES: Mapping[str, int] = {
    **dict.fromkeys(("1", "true", "oui", "yes", "vrai", "o", "نعم", "lot"), Regime.LOT),
    **dict.fromkeys(("0", "false", "non", "no", "faux", "n", "لا"), Regime.RAW),
}
_FRONTS: Mapping[str, int] = {
    **dict.fromkeys(("one", "1", "un", "une", "simple"), Fronts.ONE),
    **dict.fromkeys(("corner", "angle", "coin", "2"), Fronts.CORNER),
    **dict.fromkeys(("through", "traversant", "traversante"), Fronts.THROUGH),
}
_USE_WORDS = {
    "housing": ("habitat", "logement", "residentiel", "residential", "سكن"),
    "office": ("bureau", "bureaux", "offices", "مكاتب"),
    "hotel": ("hotels", "hotellerie", "فندق"),
    "commerce": ("commercial", "commerces", "retail", "تجارة"),
    "industry": ("industrie", "industriel", "activites", "صناعة"),
    "equipment": ("equipement", "equipements", "تجهيز"),
}
_USES: Mapping[str, int] = {
    word: USES.index(use) for use, words in _USE_WORDS.items() for word in (use, *words)
}
_CLASS_WORDS = {
    "free": ("libre", "vide", "lot libre", "free lot"),
    "raw": ("brut", "terrain nu", "raw land"),
    "rebuild": ("demolition", "demolition-reconstruction"),
    "raise": ("surelevation",),
    "blocked": ("bloque", "patrimoine", "heritage", "copropriete", "reserve", "reservation"),
    "engaged": ("engage", "autorise", "authorised", "authorized"),
}
_CLASSES: Mapping[str, int] = {
    word: LAND_CLASSES.index(name)
    for name, words in _CLASS_WORDS.items()
    for word in (name, *words)
}
#: Rows measured at a time: what makes geometries lets no other thread run meanwhile.
_MEASURED_ROWS = 512
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


@dataclass(frozen=True, eq=False)
class TableInputs:
    """Inputs of a table's rows, with what was found wrong on the way."""

    inputs: ParcelInputs
    problems: tuple[Problem, ...]


def inputs_from_table(
    table: FeatureTable,
    schema: Schema,
    document: PlanningDocument,
    ctx: Context = NULL_CONTEXT,
) -> TableInputs:
    """Return what the engine needs of each row of a table.

    Parameters
    ----------
    table : FeatureTable
        Parcels; n rows, with or without geometry. Lengths are measured only in a projected CRS.
    schema : Schema
        Which column plays which role; a role nobody plays is unknown.
    document : PlanningDocument
        Sectors are read as its codes.
    ctx : Context
        Cancellation.
    """
    reader = _Reader(table, schema, document, ctx)
    return TableInputs(reader.inputs(), tuple(reader.problems))


def sectors_from_table(
    table: FeatureTable, schema: Schema, document: PlanningDocument
) -> tuple[NDArray[np.int32], tuple[Problem, ...]]:
    """Return the sector of each row as an index into the document's, -1 for none, shape (n,)."""
    reader = _Reader(table, schema, document)
    return reader.sectors(), tuple(reader.problems)


class _Reader:
    def __init__(
        self,
        table: FeatureTable,
        schema: Schema,
        document: PlanningDocument,
        ctx: Context = NULL_CONTEXT,
    ) -> None:
        self._table = table
        self._schema = schema
        self._document = document
        self._ctx = ctx
        self.problems: list[Problem] = []

    def inputs(self) -> ParcelInputs:
        area, width, measured, bad = self._measures()
        commune, codes = self._communes()
        road, is_range = self._road(Role.ROAD_WIDTH_M)
        side, _ = self._road(Role.SIDE_ROAD_WIDTH_M)
        assumed = measured if is_range is None else measured | is_range
        return ParcelInputs(
            sector=self.sectors(),
            area_m2=area,
            frontage_m=width,
            depth_m=self._numbers(Role.DEPTH_M),
            road_width_m=road,
            side_road_width_m=side,
            fronts=self._coded(Role.FRONTS, _FRONTS, Fronts.ONE),
            regime=self._coded(Role.ISSU_LOTISSEMENT, _REGIMES, Regime.UNKNOWN),
            plan_roads_m2=self._amounts(Role.PLAN_ROADS_M2),
            equipment_m2=self._amounts(Role.EQUIPMENT_M2),
            servitude_m2=self._amounts(Role.SERVITUDE_M2),
            use=self._coded(Role.USE, _USES, -1),
            existing_floor_area_m2=self._amounts(Role.EXISTING_FLOOR_AREA_M2),
            existing_dwellings=self._amounts(Role.EXISTING_DWELLINGS),
            existing_people=self._amounts(Role.EXISTING_POPULATION),
            land_class=self._coded(Role.LAND_STATE, _CLASSES, -1, told=False),
            commune=commune,
            commune_codes=codes,
            commune_names=codes,
            ids=self._table.ids,
            parcel_id=self._texts(Role.PARCEL_ID),
            assumed=assumed if assumed.any() else None,
            bad_geometry=bad if bad.any() else None,
        )

    def _column(self, role: Role) -> str | None:
        name = self._schema.column(role)
        return name if name in self._table.columns else None

    def _numbers(self, role: Role) -> Floats | None:
        name = self._column(role)
        return None if name is None else self._table.numbers(name)

    def _amounts(self, role: Role) -> Floats | None:
        """Return a column of amounts, NaN where one is below zero, which is told."""
        values = self._numbers(role)
        if values is None or not np.any(values < 0):
            return values
        rows = np.flatnonzero(values < 0)
        self._tell("negative", role, rows, parcel=self._label(int(rows[0])))
        return np.where(values < 0, np.nan, values)

    def _texts(self, role: Role) -> NDArray[np.object_] | None:
        name = self._column(role)
        return None if name is None else self._table.strings(name)

    def _mapped(
        self, role: Role, value_of: Callable[[str], int | None], *, told: bool = True
    ) -> NDArray[np.int32] | None:
        """Return codes of a column's distinct values, -2 where a value says nothing we know."""
        name = self._column(role)
        if name is None:
            return None
        codes, values = self._table.codes(name)
        found = [value_of(_plain(value)) for value in values]
        numbers = np.array([*(-2 if code is None else code for code in found), -3], dtype=np.int32)
        mapped: NDArray[np.int32] = numbers[codes]
        unread = int(np.count_nonzero(mapped == -2))
        if unread and told:
            params = {"role": str(role), "value": str(values[found.index(None)])}
            self.problems.append(
                Problem("parcels.value-unread", Severity.WARNING, name, unread, params)
            )
        return mapped

    def _coded(
        self, role: Role, words: Mapping[str, int], missing: int, *, told: bool = True
    ) -> NDArray[np.int8] | None:
        mapped = self._mapped(role, words.get, told=told)
        if mapped is None:
            return None
        return np.where(mapped < -1, missing, mapped).astype(np.int8)

    def sectors(self) -> NDArray[np.int32]:
        by_name = {_plain(code): n for n, code in enumerate(self._document.sector_codes)}
        mapped = self._mapped(Role.SECTOR, by_name.get, told=False)
        if mapped is None:
            return np.full(self._table.row_count, -1, dtype=np.int32)
        strange = np.flatnonzero(mapped == -2)
        if len(strange):
            self._tell("sector-unknown", Role.SECTOR, strange, document=self._document.id)
        return np.where(mapped < 0, np.int32(-1), mapped)

    def _tell(self, what: str, role: Role, rows: NDArray[np.intp], **params: str) -> None:
        """Tell of some rows, with the column and what its first one says."""
        name = self._column(role) or ""
        value = self._table.column(name).value(int(rows[0]))
        told = {"value": str(value), **params}
        code = f"parcels.{what}"
        self.problems.append(Problem(code, Severity.WARNING, name, len(rows), told))

    def _communes(self) -> tuple[NDArray[np.int32] | None, tuple[str, ...]]:
        name = self._column(Role.COMMUNE)
        if name is None:
            return None, ()
        codes, values = self._table.codes(name)
        return codes.astype(np.int32), tuple(str(value) for value in values)

    def _road(self, role: Role) -> tuple[Floats | None, NDArray[np.bool_] | None]:
        """Return widths, and which were printed as a range: its low end is taken."""
        name = self._column(role)
        if name is None:
            return None, None
        column = self._table.column(name)
        if column.is_number:
            return column.numbers, None
        codes, values = self._table.codes(name)
        found = [width_of(str(value)) for value in values]
        widths = np.array([*(width for width, _ in found), np.nan])
        ranges = np.array([*(is_range for _, is_range in found), False])
        return widths[codes], ranges[codes]

    def _measures(self) -> tuple[Floats, Floats, NDArray[np.bool_], NDArray[np.bool_]]:
        """Return areas and frontages, which rows were measured, and which could not be."""
        count = self._table.row_count
        area = _or_unknown(self._numbers(Role.AREA_M2), count)
        width = _or_unknown(self._numbers(Role.FRONTAGE_M), count)
        nothing = np.flatnonzero(area <= 0)
        if len(nothing):
            self._tell("zero-area", Role.AREA_M2, nothing, parcel=self._label(int(nothing[0])))
        measured, bad = np.zeros((2, count), dtype=bool)
        rows = np.flatnonzero(np.isnan(area) | np.isnan(width))
        if not len(rows) or not self._can_measure():
            return area, width, measured, bad
        for start in range(0, len(rows), _MEASURED_ROWS):
            self._ctx.check()
            block = rows[start : start + _MEASURED_ROWS]
            bad[block] = self._measure(block, area, width, measured)
        return area, width, measured, bad

    def _label(self, row: int) -> str:
        """Return the title of a parcel, its row (from 1) where it has none."""
        name = self._column(Role.PARCEL_ID)
        title = None if name is None else self._table.column(name).value(row)
        return str(row + 1 if title is None else title)

    def _measure(
        self, rows: NDArray[np.intp], area: Floats, width: Floats, measured: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        """Fill in what the geometry of some rows tells; return which of them tell nothing."""
        shapes = self._table.shapes(rows)
        sound = shapely.is_valid(shapes) & (shapely.area(shapes) > 0)
        bad: NDArray[np.bool_] = ~sound & ~shapely.is_missing(shapes)
        rows, shapes = rows[sound], shapes[sound]
        unit = self._table.crs.unit_m
        open_area, open_width = np.isnan(area[rows]), np.isnan(width[rows])
        area[rows[open_area]] = shapely.area(shapes[open_area]) * unit**2
        width[rows[open_width]] = rectangle_sides(shapes[open_width])[:, 0] * unit
        measured[rows[open_width]] = True
        return bad

    def _can_measure(self) -> bool:
        if not self._table.has_geometry:
            return False
        if self._table.crs.is_geographic or not self._table.crs.is_known:
            code = "in-degrees" if self._table.crs.is_geographic else "not-metric"
            where = self._table.crs.id
            self.problems.append(Problem(f"parcels.{code}", Severity.WARNING, where))
            return False
        return True


def _or_unknown(values: Floats | None, count: int) -> Floats:
    return np.full(count, np.nan) if values is None else values.copy()


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    decomposed = unicodedata.normalize("NFKD", str(value))
    kept = "".join(char for char in decomposed if not unicodedata.combining(char))
    return kept.strip().casefold()


def width_of(text: str) -> tuple[float, bool]:
    """Return the width that a text prints, NaN for none, and whether it is a range."""
    found = [float(number.replace(",", ".")) for number in _NUMBER.findall(text)]
    if not found:
        return float("nan"), False
    return min(found), len(found) > 1 or "variable" in text.casefold()


def rectangle_sides(shapes: NDArray[np.object_]) -> Floats:
    """Return the short and long sides of the smallest rectangles around polygons, shape (n, 2)."""
    if not len(shapes):
        return np.zeros((0, 2))
    boxes = shapely.oriented_envelope(_near_origin(shapes))
    corners = shapely.get_coordinates(shapely.get_exterior_ring(boxes)).reshape(-1, 5, 2)
    sides = np.linalg.norm(np.diff(corners[:, :3], axis=1), axis=2)
    return np.sort(sides, axis=1)


def _near_origin(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return shapes moved to their own first point: Lambert coordinates cost six digits."""
    points, owner = shapely.get_coordinates(shapes, return_index=True)
    first = np.searchsorted(owner, np.arange(len(shapes)))
    moved: NDArray[np.object_] = shapely.set_coordinates(
        shapes.copy(), points - points[first][owner]
    )
    return moved


def check_parcels(schema: Schema, table: FeatureTable) -> None:
    """Refuse a table that names no sector at all.

    Raises
    ------
    SchemaError
        With code ``parcels.no-sector-column``.
    """
    name = schema.column(Role.SECTOR)
    if name is None or name not in table.columns:
        raise SchemaError("parcels.no-sector-column", role=str(Role.SECTOR))
