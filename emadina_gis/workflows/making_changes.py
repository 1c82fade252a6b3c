"""What a person asks a scenario to change on the ground, made into a change: drawn or selected.

One recipe per kind of change says what must be drawn or selected and what must be told. Knows no
widget.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import shapely

from emadina_gis.domain.soundness import made_valid
from emadina_gis.errors import AnalysisError, EmptyInput
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.simulation import changes as kinds
from emadina_gis.simulation.bonus import share_of
from emadina_gis.simulation.drawn import Drawn, drawn_of
from emadina_gis.workflows import resolving
from emadina_gis.workflows.simulating import document_of

if TYPE_CHECKING:
    from emadina_gis.project import Project
    from emadina_gis.regulation import PlanningDocument
    from emadina_gis.simulation.changes import Change
    from emadina_gis.workflows.resolving import Ground


@dataclass(frozen=True)
class Asked:
    """What a person asks for.

    Attributes
    ----------
    kind : str
        One of `RECIPES`.
    drawn : Drawn or None
        What was drawn on the map.
    ids : tuple of int
        Row ids of the selected parcels.
    texts, numbers : Mapping
        What was told, by the names in the recipe.
    """

    kind: str
    drawn: Drawn | None = None
    ids: tuple[int, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, float] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return a text that was told, empty where none was."""
        return self.texts.get(name, "").strip()

    def number(self, name: str) -> float:
        """Return a number that was told, 0 where none was."""
        return self.numbers.get(name, 0.0)


@dataclass(frozen=True)
class Recipe:
    """How a kind of change is made.

    Attributes
    ----------
    shape : str
        What is drawn: ``"area"``, ``"line"``, or ``""`` where parcels are selected.
    takes_selection : bool
        Whether selected parcels may stand in for a drawn area.
    texts, numbers : tuple of str
        What is asked beside, in the order of a form.
    make : callable
    """

    shape: str
    make: Callable[[Work], Change]
    takes_selection: bool = True
    texts: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Work:
    """What a recipe works on."""

    asked: Asked
    ground: Ground
    document: PlanningDocument
    area: Drawn | None

    @property
    def shape(self) -> Drawn:
        """What was drawn.

        Raises
        ------
        EmptyInput
            With code ``change.nothing-drawn``.
        """
        if self.area is None:
            raise EmptyInput("change.nothing-drawn")
        return self.area


def make_change(
    project: Project, scenario_id: str, asked: Asked, ctx: Context = NULL_CONTEXT
) -> Change:
    """Return the change that a person asks for, with what it catches of the parcels.

    Raises
    ------
    EmptyInput
        ``change.nothing-drawn`` or ``scenario.nothing-caught``.
    AnalysisError
        ``change.wrong-date``, ``bonus.basis`` or ``bonus.unknown``.
    """
    ground = resolving.Ground(project, project.scenario(scenario_id), ctx)
    ctx.report(0.5, "phase.simulating")
    recipe = RECIPES[asked.kind]
    area = asked.drawn
    if area is None and recipe.takes_selection and asked.ids:
        area = _land_of(project, asked.ids)
    return recipe.make(Work(asked, ground, document_of(project), area))


def _land_of(project: Project, ids: tuple[int, ...]) -> Drawn:
    """Return the land of some parcels as if it had been drawn."""
    assert project.parcels is not None
    table = project.parcels.table
    rows = table.rows_of_ids(np.array(ids, dtype=np.int64))
    whole = shapely.union_all(made_valid(table.shapes(rows)))
    return drawn_of(whole, table.crs.id)


def _parcels(work: Work) -> tuple[int, ...]:
    if not work.asked.ids:
        raise EmptyInput("change.nothing-selected")
    return work.asked.ids


def _sector(work: Work) -> Change:
    return resolving.resolve_sector(work.ground, work.shape, work.asked.text("sector"))


def _reservation(work: Work) -> Change:
    index, nature = work.asked.text("index"), work.asked.text("nature")
    return resolving.resolve_reservation(work.ground, work.shape, index=index, nature=nature)


def _lifted_reservation(work: Work) -> Change:
    asked = work.asked
    return resolving.resolve_lifted_reservation(
        work.ground,
        area=asked.drawn,
        ids=_lifted_from(work),
        sector=asked.text("fallback"),
        index=asked.text("index"),
    )


def _servitude(work: Work) -> Change:
    return resolving.resolve_servitude(
        work.ground,
        work.shape,
        nature=work.asked.text("nature"),
        side_m=work.asked.number("side_m"),
    )


def _lifted_servitude(work: Work) -> Change:
    asked = work.asked
    return resolving.resolve_lifted_servitude(
        work.ground,
        area=asked.drawn,
        ids=_lifted_from(work),
        sector=asked.text("fallback"),
        nature=asked.text("nature"),
    )


def _lifted_from(work: Work) -> tuple[int, ...]:
    """Return the parcels that give land back whole; none where an area was drawn."""
    return () if work.asked.drawn is not None else _parcels(work)


def _road(work: Work) -> Change:
    asked = work.asked
    return resolving.resolve_road(
        work.ground, work.shape, asked.number("width_m"), name=asked.text("name")
    )


def _transit(work: Work) -> Change:
    asked = work.asked
    return resolving.resolve_transit(
        work.ground,
        work.shape,
        width_m=asked.number("corridor_m"),
        mode=asked.text("mode"),
        name=asked.text("name"),
    )


def _protection(work: Work) -> Change:
    return resolving.resolve_protection(work.ground, work.shape, reason=work.asked.text("reason"))


def _derogation(work: Work) -> Change:
    asked = work.asked
    date = asked.text("date")
    if date:
        try:
            dt.date.fromisoformat(date)
        except ValueError as exc:
            raise AnalysisError("change.wrong-date", text=date) from exc
    values = ((asked.text("key"), asked.number("value")),)
    return kinds.Derogation(
        _parcels(work), values, asked.text("reference"), date, asked.text("obligations")
    )


def _bonus(work: Work) -> Change:
    asked, ids = work.asked, _parcels(work)
    key = asked.text("bonus")
    basis = {name: value for name, value in asked.numbers.items() if math.isfinite(value)}
    sector = _sector_of(work, ids[0])
    share = share_of(work.document, key, sector, basis)
    return kinds.GrantBonus(ids, key, share, tuple(sorted(basis.items())))


def _sector_of(work: Work, row_id: int) -> str:
    """Return the sector of a parcel as the scenario leaves it.

    Raises
    ------
    AnalysisError
        ``change.no-sector`` where it is in none.
    """
    index = int(work.ground.sectors((row_id,))[0])
    if index < 0:
        raise AnalysisError("change.no-sector")
    return work.document.sectors[index].code


#: Recipes by the name of their kind of change, in the order they are offered.
RECIPES: Mapping[str, Recipe] = MappingProxyType(
    {
        "set_sector": Recipe("area", _sector, texts=("sector",)),
        "add_reservation": Recipe("area", _reservation, texts=("index", "nature")),
        "lift_reservation": Recipe("area", _lifted_reservation, texts=("fallback", "index")),
        "add_servitude": Recipe("line", _servitude, texts=("nature",), numbers=("side_m",)),
        "lift_servitude": Recipe("area", _lifted_servitude, texts=("fallback", "nature")),
        "add_road": Recipe(
            "line", _road, takes_selection=False, texts=("name",), numbers=("width_m",)
        ),
        "add_transit_line": Recipe(
            "line", _transit, takes_selection=False, texts=("name", "mode"), numbers=("corridor_m",)
        ),
        "protect_land": Recipe("area", _protection, texts=("reason",)),
        "derogation": Recipe(
            "", _derogation, texts=("key", "reference", "date", "obligations"), numbers=("value",)
        ),
        "grant_bonus": Recipe("", _bonus, texts=("bonus",)),
    }
)
