"""Where a figure comes from, as texts: the formula in words, the numbers put in, what they are.

The arithmetic is the simulation's (``simulation.derivation``); knows no widgets and no paper.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emadina_gis.regulation.wording import citation_text, kind_label
from emadina_gis.simulation.derivation import (
    ASSUMED,
    COEFFICIENT,
    DRAWN,
    GROUP,
    PARCEL,
    RULE,
    SCENARIO,
    STEP,
    Operation,
    Quantity,
)
from emadina_gis.simulation.wording import coefficient_label, source_text
from emadina_gis.words.numbers import format_number, isolate_number

if TYPE_CHECKING:
    from emadina_gis.regulation import PlanningDocument
    from emadina_gis.simulation.coefficients import Parameters
    from emadina_gis.simulation.derivation import Derivation, Expression, ShownStep
    from emadina_gis.words import Words

SIGNS = {"+": " + ", "-": " \u2212 ", "*": " \u00d7 ", "/": " \u00f7 "}
#: A sum of more parts than this is told by its longest ones.
MOST_PARTS = 6
_LOW = frozenset("+-")
_PERCENT = frozenset({"coverage", "green_share", "strip_share", "cession_share"})


@dataclass(frozen=True)
class StepText:
    """A step: what it gives, how it is computed in words, and with the numbers put in."""

    name: str
    formula: str
    numbers: str


@dataclass(frozen=True)
class InputText:
    """A number that a figure takes: its name, its value, and where it comes from."""

    name: str
    value: str
    source: str
    doubtful: bool = False


@dataclass(frozen=True)
class OriginText:
    """Where a figure comes from.

    Attributes
    ----------
    condition : str
        The regime under which it holds; empty where it makes no difference.
    """

    condition: str
    steps: tuple[StepText, ...]
    inputs: tuple[InputText, ...]


@dataclass(frozen=True)
class Sources:
    """What the origins of numbers are told with."""

    document: PlanningDocument
    parameters: Parameters
    words: Words


def origin_text(derivation: Derivation, sources: Sources, *, told_regime: bool) -> OriginText:
    """Return where a figure comes from, in words.

    Parameters
    ----------
    told_regime : bool
        Say under which regime it holds.
    """
    words = sources.words
    condition = ""
    if told_regime and derivation.lot is not None:
        condition = words.text("origin.regime.lot" if derivation.lot else "origin.regime.raw")
    extra = {
        item.name: shown.extra
        for shown in derivation.shown
        for item in _leaves(shown.step.expression)
    }
    inputs = tuple(
        _input(item, extra[item.name], sources)
        for item in derivation.inputs
        if item.key not in {"one", "nothing", "count"}
    )
    return OriginText(condition, tuple(_step(shown, sources) for shown in derivation.shown), inputs)


def _leaves(expression: Expression) -> list[Quantity]:
    if isinstance(expression, Quantity):
        return [expression]
    return [leaf for part in expression.parts for leaf in _leaves(part)]


def _step(shown: ShownStep, sources: Sources) -> StepText:
    words, step = sources.words, shown.step
    result = _said(step.result, max(shown.decimals - step.result.least, 0), words)
    written = _written(step.expression, shown.extra, words)
    line = words.text("origin.equals", expression=_isolated(written, words), result=result)
    return StepText(
        name_of(step.result, sources), words.text(f"origin.formula.{step.formula}"), line
    )


def name_of(item: Quantity, sources: Sources) -> str:
    """Return what a number is called."""
    words = sources.words
    if item.origin == COEFFICIENT:
        return coefficient_label(sources.parameters.coefficient(item.kind), words)
    if item.origin == GROUP:
        return _group_name(item, words)
    if item.levels is not None:
        first, last = item.levels
        key = "origin.level" if first == last else "origin.levels"
        return words.text(key if last else "origin.ground", first=first, last=last)
    own = f"origin.input.{item.key}"
    if words.has(own):
        return words.text(own)
    if item.origin in {RULE, SCENARIO}:
        return kind_label(sources.document, item.kind, words)
    return words.text(f"report.row.{item.key}")


def _group_name(item: Quantity, words: Words) -> str:
    if item.key == "class":
        return words.text(f"simulation.land_class.{item.kind}")
    if not item.kind:
        return words.text("balance.no-sector")
    return words.text("origin.sector", sector=words.isolated(item.kind))


def _input(item: Quantity, extra: int, sources: Sources) -> InputText:
    words = sources.words
    source = _source(item, sources)
    doubtful = item.origin == ASSUMED
    if item.origin == COEFFICIENT:
        doubtful = sources.parameters.coefficient(item.kind).source in {"to_confirm", "unverified"}
    return InputText(name_of(item, sources), _said(item, extra, words), source, doubtful)


def _source(item: Quantity, sources: Sources) -> str:
    words = sources.words
    if item.origin == COEFFICIENT:
        return source_text(sources.parameters.coefficient(item.kind), words)
    if item.origin == RULE:
        return citation_text(item.citation, words) or words.text("origin.source.rule")
    keys = {PARCEL: "parcel", ASSUMED: "assumed", SCENARIO: "scenario", GROUP: "group",
            DRAWN: "drawn", STEP: "step"}  # fmt: skip
    return words.text(f"origin.source.{keys[item.origin]}")


def _said(item: Quantity, extra: int, words: Words) -> str:
    decimals = item.decimals(extra)
    if item.unit:
        return words.quantity(item.shown(extra), item.unit, decimals)
    return words.number(item.shown(extra), decimals)


def _written(expression: Expression, extra: int, words: Words) -> str:
    """Return the arithmetic with its numbers, without isolates: it is isolated as a whole."""
    if isinstance(expression, Quantity):
        return format_number(expression.shown(extra), words.language, expression.decimals(extra))
    parts = expression.parts
    if expression.sign == "+" and len(parts) > MOST_PARTS:
        listed = [_written(part, extra, words) for part in parts[:MOST_PARTS]]
        return SIGNS["+"].join([*listed, "…"])
    if expression.sign not in SIGNS:
        inner = " ; ".join(_written(part, extra, words) for part in parts)
        return f"{expression.sign}({inner})"
    return SIGNS[expression.sign].join(
        _bracketed(part, expression.sign, extra, words, first=number == 0)
        for number, part in enumerate(parts)
    )


def _bracketed(part: Expression, around: str, extra: int, words: Words, *, first: bool) -> str:
    text = _written(part, extra, words)
    if not isinstance(part, Operation) or part.sign not in SIGNS:
        return text
    weak = part.sign in _LOW and around not in _LOW
    after = not first and around in {"-", "/"}
    return f"({text})" if weak or after else text


def _isolated(text: str, words: Words) -> str:
    return isolate_number(text, words.language)
