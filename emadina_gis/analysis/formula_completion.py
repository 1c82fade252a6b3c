"""What fits at a place of a formula: columns, values with their counts, operators, functions.

Owns the reading of a formula that is half written. Knows no widget and no project: columns and
values are given.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain
from typing import Final

from emadina_gis.analysis.formula_errors import FormulaError
from emadina_gis.analysis.formula_functions import FUNCTIONS, SAME
from emadina_gis.analysis.formula_print import column_text, quoted_text
from emadina_gis.analysis.formula_text import TEXT_TESTS, tree_of
from emadina_gis.analysis.formula_tokens import Token, tokens_of
from emadina_gis.analysis.formula_tree import (
    Between,
    Call,
    ColumnName,
    Literal,
    Membership,
    Missing,
    Negation,
    Node,
    Operation,
)
from emadina_gis.analysis.formula_values import DATE, NUMBER, TEXT, TRUTH
from emadina_gis.analysis.formula_words import FUNCTION_NAMES, SHOWN
from emadina_gis.domain.folding import folded

#: As many offers are made at most.
MOST_OFFERS: Final = 60
_COMPARISONS: Final = ("=", "≠", "<", "≤", ">", "≥")
_ARITHMETIC: Final = ("+", "−", "×", "÷")
_QUOTES: Final = {"'": "'", '"': '"', "«": "»", "“": "”", "‘": "’", "[": "]"}
_FRAGMENT: Final = re.compile(r"[^\W\d][\w\u0300-\u036f\u064b-\u065f\u0670]*$")
_FITS: Final[dict[str, tuple[str, ...]]] = {
    TEXT: ("=", "≠", "contains", "starts", "in", "ends", "like", "is", "<", ">", "between"),
    NUMBER: (">", "<", "=", "≥", "≤", "between", "≠", "in", "is", *_ARITHMETIC),
    DATE: (">", "<", "=", "≥", "≤", "between", "≠", "is", "−", "+"),
    TRUTH: ("and", "or", "=", "is"),
    "": ("=", "≠", ">", "<", "≥", "≤", "contains", "in", "between", "is", *_ARITHMETIC),
}


class OfferKind(StrEnum):
    """What an offer is."""

    COLUMN = "column"
    VALUE = "value"
    OPERATOR = "operator"
    FUNCTION = "function"


@dataclass(frozen=True)
class KnownColumn:
    """A column that a formula may name.

    Attributes
    ----------
    title : str
        What it is called on the screen.
    kind : str
        ``"number"``, ``"text"``, ``"truth"`` or ``"date"``.
    """

    name: str
    title: str = ""
    kind: str = TEXT
    unit: str = ""


@dataclass(frozen=True)
class Offer:
    """Something that fits.

    Attributes
    ----------
    insert : str
        What is written in place of what is typed.
    name : str
        What a person looks for: a title, a value, a word.
    about : str
        Name of the column, or key of what a function does.
    count : int or None
        Rows that hold a value.
    """

    kind: OfferKind
    insert: str
    name: str
    about: str = ""
    count: int | None = None


@dataclass(frozen=True)
class Completion:
    """What fits between `start` and the cursor.

    Attributes
    ----------
    wants : str
        Column whose values fit here and are not known yet; empty for none.
    """

    start: int
    offers: tuple[Offer, ...] = ()
    wants: str = ""


#: Values of columns and how many rows hold each, the most frequent first.
KnownValues = Mapping[str, tuple[tuple[object, int], ...]]


@dataclass(frozen=True)
class Scope:
    """What a formula may name, and the language in which words are offered."""

    columns: tuple[KnownColumn, ...] = ()
    language: str = "en"
    values: KnownValues = field(default_factory=dict)

    def column(self, name: str) -> KnownColumn | None:
        """Return a column by its name or its title."""
        said = folded(name)
        exact = (known for known in self.columns if known.name == name)
        alike = (c for c in self.columns if said in (folded(c.name), folded(c.title)))
        return next(exact, None) or next(alike, None)


def completion(text: str, cursor: int, scope: Scope) -> Completion:
    """Return what fits at a cursor; nothing where what stands before it makes no sense."""
    start, fragment, opened = _fragment(text[:cursor])
    head = text[:start]
    tree, expected = _read(head)
    if opened == "[":
        offers: Iterable[Offer] = _columns(scope, "")
        return Completion(start, _matching(offers, fragment))
    subject = _subject(head, scope) if expected in {"value", "constant"} else None
    if opened:
        offers = () if subject is None else _values(subject, scope)
    elif expected in {"value", "constant"}:
        offers = _operands(subject, scope, only_values=expected == "constant")
    elif expected == "operator":
        offers = _operators(_kind_at_end(tree, scope), scope)
    elif expected == ")":
        offers = chain(_operators(_kind_of_last(head, scope), scope), _awaited(expected, scope))
    else:
        offers = _awaited(expected, scope)
    return Completion(start, _matching(offers, fragment), _wanted_values(subject, scope))


def _wanted_values(subject: KnownColumn | None, scope: Scope) -> str:
    return "" if subject is None or subject.name in scope.values else subject.name


def _fragment(before: str) -> tuple[int, str, str]:
    """Return where what is being typed begins, what it is, and the quote it stands in."""
    opened, at = "", 0
    for index, character in enumerate(before):
        if opened and character == _QUOTES[opened]:
            opened = ""
        elif not opened and character in _QUOTES:
            opened, at = character, index
    if opened:
        return at, before[at + 1 :], opened
    match = _FRAGMENT.search(before)
    return (len(before), "", "") if match is None else (match.start(), match[0], "")


def _read(head: str) -> tuple[Node | None, str]:
    """Return the tree of what stands before, and what may follow it."""
    try:
        return tree_of(head), "operator"
    except FormulaError as error:
        if error.code == "formula.empty":
            return None, "value"
        return None, error.expected if error.code == "formula.unfinished" else ""


def _subject(head: str, scope: Scope) -> KnownColumn | None:
    """Return the column that the value about to be written is compared with."""
    if not head.strip():
        return None
    tokens = tokens_of(head)
    at = len(tokens) - 1
    if tokens[at].kind in {"(", ",", ";"}:
        at = _list_word(tokens, at)
    if at < 1 or tokens[at].kind not in {*_COMPARISONS, *TEXT_TESTS, "in", "between"}:
        return None
    at -= 1
    if tokens[at].kind == "not":
        at -= 1
    is_name = at >= 0 and tokens[at].kind in {"name", "column"}
    return scope.column(tokens[at].value) if is_name else None


def _list_word(tokens: list[Token], at: int) -> int:
    """Return where the "in" of a list stands that is not closed; -1 for another parenthesis."""
    depth = 0
    for index in range(at, -1, -1):
        depth += {")": 1, "(": -1}.get(tokens[index].kind, 0)
        if depth < 0:
            return index - 1 if index and tokens[index - 1].kind == "in" else -1
    return -1


def _kind_at_end(tree: Node | None, scope: Scope) -> str:
    """Return the kind of the operand at the end, or "condition" after a whole comparison."""
    while isinstance(tree, Operation) and tree.operator in {"and", "or"}:
        tree = tree.right
    if isinstance(tree, Negation):
        return _kind_at_end(tree.operand, scope) if tree.operator == "not" else NUMBER
    if isinstance(tree, Operation) and tree.operator in _ARITHMETIC:
        return NUMBER
    if isinstance(tree, Operation | Membership | Missing | Between):
        return "condition"
    return _kind_of_leaf(tree, scope)


def _kind_of_leaf(tree: Node | None, scope: Scope) -> str:
    if isinstance(tree, ColumnName):
        known = scope.column(tree.name)
        return "" if known is None else known.kind
    if isinstance(tree, Call):
        gives = FUNCTIONS[tree.function].gives
        return "" if gives == SAME else gives
    if isinstance(tree, Literal):
        return {bool: TRUTH, str: TEXT}.get(type(tree.value), NUMBER)
    return ""


def _kind_of_last(head: str, scope: Scope) -> str:
    """Return the kind of the column that was named last, empty where it is none."""
    last = tokens_of(head)[-1]
    known = scope.column(last.value) if last.kind in {"name", "column"} else None
    return "" if known is None else known.kind


def _operands(subject: KnownColumn | None, scope: Scope, *, only_values: bool) -> Iterator[Offer]:
    if subject is not None:
        yield from _values(subject, scope)
    if only_values:
        return
    yield from _columns(scope, "" if subject is None else subject.kind)
    words = SHOWN[scope.language]
    if subject is None:
        yield Offer(OfferKind.OPERATOR, f"{words['not']} ", words["not"])
    for function, names in FUNCTION_NAMES.items():
        name = names[scope.language]
        yield Offer(OfferKind.FUNCTION, f"{name}(", name, f"formula-field.does.{function}")


def _columns(scope: Scope, kind: str) -> Iterator[Offer]:
    """Return the columns, those of the kind of the other side first."""
    for known in sorted(scope.columns, key=lambda known: kind not in ("", known.kind)):
        text = column_text(known.name)
        yield Offer(OfferKind.COLUMN, f"{text} ", known.title or known.name, text)


def _values(subject: KnownColumn, scope: Scope) -> Iterator[Offer]:
    words = SHOWN[scope.language]
    for value, count in scope.values.get(subject.name, ()):
        if isinstance(value, bool):
            text = words["true" if value else "false"]
        elif isinstance(value, int | float):
            text = f"{value:g}" if value == float(f"{value:g}") else repr(value)
        else:
            text = quoted_text(str(value))
        yield Offer(OfferKind.VALUE, f"{text} ", str(value), text, count)


def _operators(kind: str, scope: Scope) -> Iterator[Offer]:
    words = SHOWN[scope.language]
    if kind == "condition":
        signs: tuple[str, ...] = ("and", "or")
    else:
        signs = (*_FITS[kind], "and", "or") if kind in {"", TRUTH} else _FITS[kind]
    for sign in dict.fromkeys(signs):
        if sign == "is":
            for negated in ("", f"{words['not']} "):
                text = f"{words['is']} {negated}{words['missing']}"
                yield Offer(OfferKind.OPERATOR, f"{text} ", text)
        elif sign == "in":
            yield Offer(OfferKind.OPERATOR, f"{words['in']} (", f"{words['in']} (…)")
        else:
            text = words.get(sign, sign)
            yield Offer(OfferKind.OPERATOR, f"{text} ", text)


def _awaited(expected: str, scope: Scope) -> Iterator[Offer]:
    words = SHOWN[scope.language]
    if expected == "missing":
        for text in (words["missing"], f"{words['not']} {words['missing']}", words["known"]):
            yield Offer(OfferKind.OPERATOR, f"{text} ", text)
    elif expected:
        text = words.get(expected, expected)
        yield Offer(OfferKind.OPERATOR, f"{text} ", text)


def _matching(offers: Iterable[Offer], fragment: str) -> tuple[Offer, ...]:
    """Return the offers that hold what was typed, those that begin with it first."""
    wanted = folded(fragment)
    beginning: list[Offer] = []
    holding: list[Offer] = []
    for offer in offers:
        names = folded(offer.name), folded(offer.insert.strip("[]'( "))
        if any(name.startswith(wanted) for name in names):
            beginning.append(offer)
        elif any(wanted in name for name in names):
            holding.append(offer)
    return tuple([*beginning, *holding][:MOST_OFFERS])
