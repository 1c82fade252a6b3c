"""How the figures of one parcel come about, step by step, with the numbers put in.

The same formulas as the engine's, written as arithmetic; what is not one rectangle with one front
enters as measured by the engine. It knows no words.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.kept import kept
from emadina_gis.regulation import USES, Condition, cite
from emadina_gis.simulation.derivation import (
    ASSUMED,
    COEFFICIENT,
    DRAWN,
    PARCEL,
    RULE,
    SCENARIO,
    Derivation,
    Expression,
    Quantity,
    Step,
    least_of,
    minus,
    most_of,
    over,
    plus,
    quantities_of,
    times,
    value_of,
)
from emadina_gis.simulation.envelope import envelope_of, footprints, retreats_of
from emadina_gis.simulation.explain_bonus import FloorArea, bonus_steps, without_bonus
from emadina_gis.simulation.explain_levels import CLOSE, banded, not_below, runs_of
from emadina_gis.simulation.land import caps_of, reference_of
from emadina_gis.simulation.parcels import Fronts, Regime
from emadina_gis.simulation.people import CENTRAL, may_house, profile_of
from emadina_gis.simulation.stacking import site_of
from emadina_gis.simulation.terms import terms_of

if TYPE_CHECKING:
    from emadina_gis.regulation import Ruling
    from emadina_gis.simulation.columns import Outcome
    from emadina_gis.simulation.land import Reference
    from emadina_gis.simulation.stacking import Site

#: Figures of a parcel that can be explained, by the name of their column.
EXPLAINED = (
    "reference_area_m2", "free_cession_m2", "to_acquire_m2", "max_footprint_m2",
    "gross_floor_area_m2", "residual_floor_area_m2", "net_floor_area_m2", "dwellings", "population",
)  # fmt: skip
#: Which kinds of rule print what a length comes from, the first that the document has.
_PRINTED = {
    "front_retreat_m": ("prospect_factor", "front_setback_m"),
    "rear_distance_m": ("rear_distance_m", "limit_distance_m"),
    "band_end_m": ("band_depth_m",),
}
ONE = Quantity("one", 1.0, origin=RULE, least=0)


def explain_parcel(outcome: Outcome, row: int, figure: str) -> tuple[Derivation, ...]:
    """Return how a figure of a parcel comes about: once, or once per regime where it is unknown.

    Parameters
    ----------
    outcome : Outcome
    row : int
    figure : str
        One of `EXPLAINED`.

    Returns
    -------
    tuple of Derivation
        Empty where the parcel has no figure, where several sectors share it, and where something
        is added that these formulas do not hold (bonuses): nothing is told that does not give the
        figure.
    """
    case = outcome.table.cases[outcome.case[row]] if outcome.case[row] >= 0 else ()
    high = float(outcome.net_floor_area_high_m2[row])
    if len(case) != 1 or math.isnan(high) or figure not in EXPLAINED:
        return ()
    regimes = outcome.inputs.regime
    regime = Regime.UNKNOWN if regimes is None else Regime(int(regimes[row]))
    known = {Regime.LOT: (True,), Regime.RAW: (False,), Regime.UNKNOWN: (True, False)}[regime]
    found = (_Parcel(outcome, row, case[0][0], lot).derivation(figure) for lot in known)
    told = tuple(derivation for derivation in found if derivation.steps)
    return told if _agree(told, outcome, row, figure) else ()


def _agree(found: tuple[Derivation, ...], outcome: Outcome, row: int, figure: str) -> bool:
    """Whether what is told gives the figure of the outcome, or the ends of its range."""
    if figure in {"dwellings", "population"}:
        figure = "net_floor_area_m2"
        steps = [step for item in found for step in item.steps if step.result.key == figure]
    else:
        steps = [item.steps[-1] for item in found]
    values = [step.result.value for step in steps]
    actual = float(getattr(outcome, figure)[row])
    if not values or math.isnan(actual):
        return figure != "net_floor_area_m2" or not values or _spans(values, outcome, row)
    return all(abs(value - actual) <= CLOSE * max(1.0, abs(actual)) for value in values)


def _spans(values: list[float], outcome: Outcome, row: int) -> bool:
    """Whether values under both regimes lie in the range that is told."""
    low, high = outcome.net_floor_area_low_m2[row], outcome.net_floor_area_high_m2[row]
    slack = CLOSE * max(1.0, float(high))
    return all(low - slack <= value <= high + slack for value in values)


@dataclass(frozen=True)
class _Parcel:
    """One parcel under one ruling and regime."""

    outcome: Outcome
    row: int
    ruling: Ruling
    lot: bool

    def derivation(self, figure: str) -> Derivation:
        """Return the steps that lead to a figure, and no others."""
        wanted = self._steps.get(figure)
        sector = self.outcome.sector[self.row]
        if wanted is None:
            return Derivation((), self.lot, str(sector))
        return Derivation(tuple(self._leading_to(wanted)), self.lot, str(sector))

    def _leading_to(self, last: Step) -> list[Step]:
        by_key = {(step.result.key, step.result.levels): step for step in self._all}
        needed: list[Step] = []

        def visit(step: Step) -> None:
            for item in quantities_of(step.expression):
                before = by_key.get((item.key, item.levels))
                if before is not None and before is not step and before not in needed:
                    visit(before)
            if step not in needed:
                needed.append(step)

        visit(last)
        return needed

    @kept
    def _all(self) -> list[Step]:
        return [
            *self._land_steps(),
            *self._level_steps,
            *self._floor_steps(),
            *self._people_steps(),
        ]

    @kept
    def _steps(self) -> dict[str, Step]:
        return {step.result.key: step for step in self._all}

    # --- numbers ------------------------------------------------------------------------------

    def _given(self, name: str, unit: str) -> Quantity | None:
        values = getattr(self.outcome.inputs, name, None)
        value = math.nan if values is None else float(values[self.row])
        if math.isnan(value) or value <= 0:
            return None
        assumed = self.outcome.inputs.assumed
        measured = assumed is not None and bool(assumed[self.row])
        measured = measured and name in {"area_m2", "frontage_m", "depth_m"}
        if name == "no_build_m2":
            return Quantity(name, value, unit, SCENARIO)
        return Quantity(name, value, unit, ASSUMED if measured else PARCEL)

    @kept
    def _area(self) -> Quantity:
        area = float(self.outcome.inputs.area_m2[self.row])
        return self._given("area_m2", "m2") or Quantity("area_m2", area, "m2", PARCEL)

    def _rule(self, key: str, value: float, unit: str = "") -> Quantity:
        code = str(self.outcome.sector[self.row])
        replaced = dict(self.outcome.table.overrides.of_sector(code))
        regime = "lot" if self.lot else "raw"
        kinds = _PRINTED.get(key, (key,))
        changed = any(kind in replaced or f"{kind}.{regime}" in replaced for kind in kinds)
        terms = terms_of(self.outcome.inputs, self.row)
        changed = changed or any(terms.granted(kind, regime) is not None for kind in kinds)
        found = [cite(self.outcome.document, code, kind, self._condition) for kind in kinds]
        cited = [place for place, citation in enumerate(found) if citation is not None]
        kind, citation = kinds[cited[0] if cited else 0], found[cited[0]] if cited else None
        origin = SCENARIO if changed else RULE
        return Quantity(key, value, unit, origin, kind, least=3, citation=citation)

    @kept
    def _condition(self) -> Condition:
        uses, roads = self.outcome.inputs.use, self.outcome.inputs.road_width_m
        use = () if uses is None or uses[self.row] < 0 else (USES[int(uses[self.row])],)
        width = None if roads is None or not roads[self.row] > 0 else float(roads[self.row])
        return Condition(self.lot, use, width)

    def _coefficient(self, key: str, unit: str = "") -> Quantity:
        return Quantity(key, self.outcome.parameters[key], unit, COEFFICIENT, key, least=3)

    @kept
    def _site(self) -> Site:
        rows = np.array([self.row], dtype=np.intp)
        fronts = self.outcome.inputs.fronts
        kind = Fronts.ONE if fronts is None else Fronts(int(fronts[self.row]))
        site = site_of(self.outcome.inputs, rows, kind, road=self.ruling.needs_road)
        if self.ruling.needs_road:
            return site
        plots = replace(site.plots, road_m=site.plots.width_m, side_road_m=site.plots.width_m)
        return replace(site, plots=plots)

    @kept
    def _reference(self) -> Reference:
        return reference_of(self._site.land, self.ruling, lot=self.lot)

    def _value(self, key: str, value: float, unit: str = "m2", least: int = 1) -> Quantity:
        return Quantity(key, value, unit, least=least)

    # --- land ---------------------------------------------------------------------------------

    def _land_steps(self) -> list[Step]:
        found = self._reference
        reference = self._value("reference_area_m2", float(found.area_m2[0]))
        taken = [self._given(name, "m2") for name in ("plan_roads_m2", "no_build_m2")]
        off = [part for part in taken if part is not None]
        if self.lot:
            return [Step(reference, not_below(minus(self._area, *off)), "reference.lot")]
        if self.ruling.strip_share[1] > 0:
            share = self._rule("strip_share", self.ruling.strip_share[1])
            strip = times(share, self._area)
            forbidden = self._given("no_build_m2", "m2")
            beyond = [not_below(minus(forbidden, strip))] if forbidden else []
            kept = minus(self._area, strip, *beyond)
            return [Step(reference, kept, "reference.strip")]
        return self._raw_land(reference)

    def _raw_land(self, reference: Quantity) -> list[Step]:
        roads, equipment = self._given("plan_roads_m2", "m2"), self._given("equipment_m2", "m2")
        servitude = self._given("servitude_m2", "m2")
        after = minus(self._area, *([roads] if roads else []))
        steps = []
        due = float(self._reference.due_m2[0])
        reserved: list[Expression] = [equipment] if equipment else []
        if due > 0:
            ceded = self._value("free_cession_m2", due)
            share = self._rule("cession_share", self.ruling.cession_share)
            steps.append(Step(ceded, times(share, after), "cession"))
            reserved.append(ceded)
        if equipment is not None:
            acquired = self._value("to_acquire_m2", float(self._reference.to_acquire_m2[0]))
            base = minus(equipment, *reserved[1:])
            steps.append(Step(acquired, not_below(base), "acquire"))
        off: list[Expression] = [part for part in (roads, servitude) if part is not None]
        if reserved:
            off.append(most_of(*reserved) if len(reserved) > 1 else reserved[0])
        steps.append(Step(reference, not_below(minus(self._area, *off)), "reference.raw"))
        return steps

    # --- levels -------------------------------------------------------------------------------

    @kept
    def _reference_step(self) -> Quantity:
        return self._value("reference_area_m2", float(self._reference.area_m2[0]))

    @kept
    def _caps(self) -> tuple[float, float]:
        one_front = self._site.plots.fronts is Fronts.ONE
        caps = caps_of(
            self._site.land, self._reference.area_m2, self.ruling, lot=self.lot, one_front=one_front
        )
        return tuple(  # type: ignore[return-value]
            float(np.asarray(cap).reshape(-1)[0]) for cap in (caps.ground_m2, caps.upper_m2)
        )

    @kept
    def _cap_step(self) -> Step | None:
        side, ruling = 0 if self.lot else 1, self.ruling
        limits: list[Expression] = []
        if math.isfinite(ruling.coverage[side]):
            limits.append(
                times(self._rule("coverage", ruling.coverage[side]), self._reference_step)
            )
        if ruling.green_share[side] > 0:
            roads = self._given("plan_roads_m2", "m2")
            after = minus(self._area, *([roads] if roads else []))
            share = self._rule("green_share", ruling.green_share[side])
            limits.append(times(minus(ONE, share), after))
        if ruling.court_m2[side] > 0 and self._site.plots.fronts is Fronts.ONE:
            court = self._rule("court_m2", ruling.court_m2[side], "m2")
            limits.append(minus(self._reference_step, court))
        forbidden = self._given("no_build_m2", "m2")
        if forbidden is not None:
            roads = self._given("plan_roads_m2", "m2")
            limits.append(not_below(minus(self._area, *([roads] if roads else []), forbidden)))
        if not limits:
            return None
        return Step(self._value("cap_m2", self._caps[1]), least_of(*limits), "cap")

    @kept
    def _areas(self) -> list[float]:
        envelope = envelope_of(self.ruling, self.outcome.parameters["storey_m"])
        least = self.outcome.parameters["min_block_width_m"]
        return [float(area[0]) for area in footprints(envelope, self._site.plots, least)]

    @kept
    def _level_steps(self) -> list[Step]:
        """Return the cap and what runs of equal levels could cover without it."""
        steps = [] if self._cap_step is None else [self._cap_step]
        for first, last in runs_of(self._areas):
            expression = self._level(first)
            area = self._area_of_level(first, last)
            if expression is not None and abs(value_of(expression) - area.value) <= CLOSE:
                steps.append(Step(area, expression, f"level.{_form(self.ruling)}"))
        return steps

    def _area_of_level(self, first: int, last: int) -> Quantity:
        return Quantity("level_m2", self._areas[first], "m2", DRAWN, least=2, levels=(first, last))

    def _level(self, number: int) -> Expression | None:
        """Return what a level of a plot with one front could cover, None for other plots."""
        plots, parameters = self._site.plots, self.outcome.parameters
        if plots.fronts is not Fronts.ONE or getattr(plots, "shapes", None) is not None:
            return None
        envelope = envelope_of(self.ruling, parameters["storey_m"])
        level = envelope.levels[number]
        depth = Quantity("depth_used_m", float(plots.depth_m[0]), "m", PARCEL, least=2)
        width = self._given("frontage_m", "m")
        if width is None:
            return None
        side = self._rule("limit_distance_m", level.side_m, "m")
        rear = self._rule("rear_distance_m", level.rear_m, "m")
        retreat = self._rule("front_retreat_m", retreats_of(envelope, plots)[number], "m")
        least = parameters["min_block_width_m"]
        if envelope.form == "detached":
            return self._detached(width, depth, (side, rear, retreat), least)
        if envelope.form == "band_rear_limit" and plots.depth_m[0] <= envelope.shallow_m:
            return times(width, not_below(minus(depth, retreat)))
        band = self._rule("band_end_m", envelope.band_end_m, "m")
        return banded(width, depth, (side, rear, retreat), band, least)

    def _detached(
        self,
        width: Quantity,
        depth: Quantity,
        distances: tuple[Quantity, Quantity, Quantity],
        least_m: float,
    ) -> Expression | None:
        side, _rear, retreat = distances
        free = 2 - self.ruling.party_sides
        built = minus(width, *[side] * free)
        if value_of(built) < least_m:
            return None
        return times(built, not_below(minus(depth, retreat, side)))

    # --- floors -------------------------------------------------------------------------------

    def _floor_steps(self) -> list[Step]:
        cap = None if self._cap_step is None else self._cap_step.result
        ground, upper = self._caps
        parts: list[Expression] = []
        total = 0.0
        for first, last in runs_of(self._areas):
            area = self._area_of_level(first, last)
            limit = ground if first == 0 else upper
            capped = cap is not None and limit == cap.value
            held: Expression = least_of(area, cap) if capped and cap is not None else area
            count = last - first + 1
            number = Quantity("count", float(count), origin=RULE, least=0)
            parts.append(times(number, held) if count > 1 else held)
            total += count * min(self._areas[first], limit)
        gross = self._value("gross_floor_area_m2", total)
        footprint = self._value("max_footprint_m2", min(self._areas[0], ground))
        first_level = self._area_of_level(*runs_of(self._areas)[0])
        base = least_of(first_level, cap) if cap is not None else first_level
        floor = FloorArea(Step(gross, plus(*parts), "gross"), self._net(gross))
        steps, floor = self._with_bonus(floor)
        gross_steps = [Step(footprint, base, "footprint"), *steps, floor.gross]
        return [*gross_steps, *self._residual(floor.gross.result), floor.net]

    def _with_bonus(self, floor: FloorArea) -> tuple[list[Step], FloorArea]:
        """Return the floor area with the bonuses granted to the parcel, and the steps to it."""
        emergence = self.ruling.bonus[0 if self.lot else 1]
        if not emergence.share > 0:
            return [], floor
        bare = without_bonus(floor)
        before = FloorArea(bare.gross, self._net(bare.gross.result, "net_before_bonus_m2"))
        ground, upper = self._caps
        held = [min(area, upper if n else ground) for n, area in enumerate(self._areas)]
        top = next((area for area in reversed(held) if area > 0), 0.0)
        code, kind = str(self.outcome.sector[self.row]), "emergence_floor_share_max"
        citation = cite(self.outcome.document, code, kind, self._condition)
        share = self._coefficient("net_to_gross")
        added, whole = bonus_steps(emergence, before, top, share, citation)
        return [before.gross, before.net, added], whole

    def _residual(self, gross: Quantity) -> list[Step]:
        existing = self._given("existing_floor_area_m2", "m2")
        if existing is None:
            return []
        left = max(0.0, gross.value - existing.value)
        result = self._value("residual_floor_area_m2", left)
        return [Step(result, not_below(minus(gross, existing)), "residual")]

    def _net(self, gross: Quantity, key: str = "net_floor_area_m2") -> Step:
        share = self._coefficient("net_to_gross")
        limits: list[Expression] = [times(share, gross)]
        ratio = self.ruling.floor_ratio[0 if self.lot else 1]
        if math.isfinite(ratio):
            limits.append(times(self._rule("floor_ratio", ratio), self._reference_step))
        value = min(value_of(limit) for limit in limits)
        return Step(self._value(key, value), least_of(*limits), "net")

    # --- people -------------------------------------------------------------------------------

    def _people_steps(self) -> list[Step]:
        dwellings = self._dwellings()
        if dwellings is None:
            return []
        occupied = self._coefficient("occupied_share")
        size = self._coefficient("household_size", "people_per_household")
        housed = dwellings.result.value * occupied.value * size.value
        people = Quantity("population", housed, "people", least=1)
        return [dwellings, Step(people, times(dwellings.result, occupied, size), "people")]

    def _dwellings(self) -> Step | None:
        outcome, net = self.outcome, self._net_quantity
        profile = profile_of(outcome.document, outcome.parameters)
        sector = int(outcome.inputs.sector[self.row])
        uses = outcome.inputs.use
        use = len(USES) if uses is None or uses[self.row] < 0 else int(uses[self.row])
        housed = float(may_house(profile, np.array([sector]), np.array([use]))[0])
        if not housed:
            return None
        if profile.per_lot[sector]:
            return self._villas(float(profile.min_plot_m2[sector]), net)
        zone = outcome.document.sectors[sector].zone.code
        share = Quantity(
            "housing_share", float(profile.share[CENTRAL][sector]), "", COEFFICIENT,
            f"housing_share.{zone}", least=3,
        )  # fmt: skip
        by_area = over(times(net, share), self._coefficient("dwelling_net_m2", "m2"))
        expression, formula = by_area, "dwellings"
        if profile.per_level[sector] and self.lot:
            built = sum(area > 0 for area in self._areas)
            levels = Quantity("levels_built", float(built), "levels", RULE, least=0)
            expression, formula = most_of(by_area, levels), "dwellings.level"
        result = Quantity("dwellings", value_of(expression), "dwellings", least=2)
        return Step(result, expression, formula)

    def _villas(self, min_plot_m2: float, net: Quantity) -> Step:
        one = Quantity("one_dwelling", float(net.value > 0), "dwellings", RULE, least=0)
        if self.lot or net.value <= 0:
            result = Quantity("dwellings", one.value, "dwellings", least=2)
            return Step(result, one, "dwellings.villa")
        loss = self._coefficient("raw_villa_land_loss")
        plot = self._rule("min_plot_m2", min_plot_m2, "m2")
        expression = over(times(self._reference_step, minus(ONE, loss)), plot)
        result = Quantity("dwellings", value_of(expression), "dwellings", least=2)
        return Step(result, expression, "dwellings.raw-villa")

    @kept
    def _net_quantity(self) -> Quantity:
        return self._floor_steps()[-1].result


def _form(ruling: Ruling) -> str:
    return "detached" if ruling.form == "detached" else "band"
