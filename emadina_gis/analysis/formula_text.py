"""From the text of a formula to its tree; nothing is evaluated here.

Grammar (loosest first)::

    choice     := both ("or" both)*
    both       := negation ("and" negation)*
    negation   := "not" negation | comparison
    comparison := sum [("=" | "≠" | "<" | "≤" | ">" | "≥") sum
                      | ["not"] "in" "(" value (sep value)* ")"
                      | ["not"] ("contains" | "starts with" | "ends with" | "like") sum
                      | ["not"] "between" sum "and" sum
                      | "is" ["not"] ("missing" | "known")]
    sum        := product (("+" | "−") product)*
    product    := sign (("×" | "÷") sign)*
    sign       := "−" sign | atom
    atom       := number [unit] | 'text' | [column name] | name | "true" | "false"
                | function "(" [choice (sep choice)*] ")" | "(" choice ")"

A number takes a decimal point or a decimal comma. Values of a list are parted by ";" or by ",";
between two digits in a list without ";" a comma could be either, and is refused. There are no
attributes, no powers and no functions but those of `formula_words`.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Final, NoReturn

from emadina_gis.analysis.formula_errors import formula_error, wanted
from emadina_gis.analysis.formula_tokens import LONGEST_TEXT, MOST_TOKENS, Token, tokens_of
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
from emadina_gis.analysis.formula_units import written_unit
from emadina_gis.analysis.formula_words import SOFT, function_of

__all__ = [
    "DEEPEST", "LONGEST_TEXT", "MOST_TOKENS", "TEXT_TESTS", "Between", "Call", "ColumnName",
    "Literal", "Membership", "Missing", "Negation", "Node", "Operation", "Token", "formula_error",
    "tokens_of", "tree_of",
]  # fmt: skip

DEEPEST = 40

_COMPARISONS: Final = ("=", "≠", "<", "≤", ">", "≥")
TEXT_TESTS: Final = ("contains", "starts", "ends", "like")
_NEGATED: Final = ("in", "between", *TEXT_TESTS)


def tree_of(text: str) -> Node:
    """Return the tree of a formula.

    Raises
    ------
    FormulaError
        ``formula.unexpected``, ``formula.unfinished``, ``formula.no-function``,
        ``formula.comma``, ``formula.number``, ``formula.too-deep`` and those of `tokens_of`; each
        says where, the first two what was expected.
    """
    parser = _Parser(tokens_of(text), len(text))
    tree = parser.choice()
    parser.finish()
    return tree


class _Parser:
    """Recursive descent over the tokens."""

    def __init__(self, tokens: list[Token], end: int) -> None:
        self._tokens = tokens
        self._end = end
        self._at = 0
        self._depth = 0
        self._separators = [""]

    def finish(self) -> None:
        if self._at < len(self._tokens):
            self._unexpected("operator")

    def choice(self) -> Node:
        self._deeper()
        node = self._both()
        while token := self._taken("or"):
            node = Operation("or", node, self._both(), token.position)
        self._depth -= 1
        return node

    def _both(self) -> Node:
        node = self._negation()
        while token := self._taken("and"):
            node = Operation("and", node, self._negation(), token.position)
        return node

    def _negation(self) -> Node:
        token = self._taken("not")
        if token is None:
            return self._comparison()
        self._deeper()
        node = Negation("not", self._negation(), token.position)
        self._depth -= 1
        return node

    def _comparison(self) -> Node:
        left = self._sum()
        if token := self._taken(*_COMPARISONS):
            return Operation(token.kind, left, self._sum(), token.position)
        if token := self._taken("is"):
            return self._known(left, token)
        negated = self._taken("not") if self._follows(*_NEGATED) else None
        if token := self._taken("in"):
            node: Node = Membership(left, self._values(), token.position)
        elif token := self._taken(*TEXT_TESTS):
            node = Operation(token.kind, left, self._sum(), token.position)
        elif token := self._taken("between"):
            node = self._between(left, token)
        else:
            return left
        return node if negated is None else Negation("not", node, negated.position)

    def _known(self, left: Node, token: Token) -> Node:
        negated = self._taken("not")
        word = self._taken("missing", "known")
        if word is None:
            self._unexpected("missing")
        node = Missing(left, token.position)
        if (negated is None) is (word.kind == "missing"):
            return node
        return Negation("not", node, token.position if negated is None else negated.position)

    def _between(self, left: Node, token: Token) -> Node:
        low = self._sum()
        self._expect("and")
        return Between(left, low, self._sum(), token.position)

    def _follows(self, *kinds: str) -> bool:
        rest = self._tokens[self._at : self._at + 2]
        return len(rest) == 2 and rest[0].kind == "not" and rest[1].kind in kinds

    def _values(self) -> tuple[Literal, ...]:
        self._open_list()
        values = [self._literal()]
        while self._taken(self._separators[-1]):
            values.append(self._literal())
        self._close_list()
        return tuple(values)

    def _arguments(self) -> tuple[Node, ...]:
        self._open_list()
        arguments: list[Node] = []
        if not self._is_next(")"):
            arguments.append(self.choice())
            while self._taken(self._separators[-1]):
                arguments.append(self.choice())
        self._close_list()
        return tuple(arguments)

    def _open_list(self) -> None:
        self._expect("(")
        self._separators.append(self._separator())

    def _close_list(self) -> None:
        self._expect(")")
        self._separators.pop()

    def _separator(self) -> str:
        """Return what parts the values of the list that begins here: ";" where it has one."""
        depth = 0
        for token in self._tokens[self._at :]:
            if token.kind == ";" and depth == 0:
                return ";"
            depth += {"(": 1, ")": -1}.get(token.kind, 0)
            if depth < 0:
                break
        return ","

    def _literal(self) -> Literal:
        sign = self._taken("−")
        if self._is_next("number"):
            return self._number(sign)
        token = None if sign else self._taken("text", "true", "false")
        if token is None:
            self._unexpected("constant")
        return _literal_of(token)

    def _sum(self) -> Node:
        node = self._product()
        while token := self._taken("+", "−"):
            node = Operation(token.kind, node, self._product(), token.position)
        return node

    def _product(self) -> Node:
        node = self._signed()
        while token := self._taken("×", "÷"):
            node = Operation(token.kind, node, self._signed(), token.position)
        return node

    def _signed(self) -> Node:
        token = self._taken("−")
        if token is None:
            return self._atom()
        if self._is_next("number"):
            return self._number(token)
        self._deeper()
        node = Negation("−", self._signed(), token.position)
        self._depth -= 1
        return node

    def _atom(self) -> Node:
        if self._taken("("):
            self._separators.append("")
            node = self.choice()
            self._expect(")")
            self._separators.pop()
            return node
        if self._is_next("number"):
            return self._number(None)
        if token := self._taken("column"):
            return ColumnName(token.value, token.position)
        if token := self._taken("text", "true", "false"):
            return _literal_of(token)
        token = self._taken("name", *SOFT)
        if token is None or " " in token.value:
            self._at -= 0 if token is None else 1
            self._unexpected("value")
        return self._call(token) if self._is_next("(") else ColumnName(token.value, token.position)

    def _call(self, token: Token) -> Node:
        function = function_of(token.value)
        if function is None:
            raise formula_error("formula.no-function", token.position, name=token.value)
        return Call(function, self._arguments(), token.position)

    def _number(self, sign: Token | None) -> Literal:
        token = self._tokens[self._at]
        text = self._decimals(token)
        for space in "\u202f\u00a0":
            text = text.replace(space, "")
        value = float(text.replace("٫", "."))
        if not math.isfinite(value):
            raise formula_error("formula.number", token.position, word=token.value)
        position = token.position if sign is None else sign.position
        return Literal(value if sign is None else -value, position, self._unit())

    def _decimals(self, token: Token) -> str:
        """Take a number, with what follows a decimal comma, and return its text."""
        self._at += 1
        rest = self._tokens[self._at : self._at + 2]
        if not (token.is_whole_number and _adjoin(token, *rest) and len(rest) == 2):
            return token.value
        if rest[0].value != "," or not rest[1].is_whole_number:
            return token.value
        if self._separators[-1] == ",":
            self._refuse_doubtful(rest)
            return token.value
        self._at += 2
        return f"{token.value}.{rest[1].value}"

    def _refuse_doubtful(self, rest: list[Token]) -> None:
        """Refuse "1,5" in a list parted by commas; "1,5,6" is a list of three."""
        before = self._tokens[self._at - 2 : self._at]
        after = self._tokens[self._at + 1 : self._at + 3]
        goes_on = len(after) == 2 and after[1].value == "," and _adjoin(*after)
        came_on = before[0].value == "," and _adjoin(*before)
        if not goes_on and not came_on:
            raise formula_error("formula.comma", rest[0].position)

    def _unit(self) -> str:
        if self._is_next("name"):
            unit = written_unit(self._tokens[self._at].value)
            if unit is not None:
                self._at += 1
                return unit
        return ""

    def _is_next(self, kind: str) -> bool:
        return self._at < len(self._tokens) and self._tokens[self._at].kind == kind

    def _taken(self, *kinds: str) -> Token | None:
        if self._at < len(self._tokens) and self._tokens[self._at].kind in kinds:
            self._at += 1
            return self._tokens[self._at - 1]
        return None

    def _expect(self, kind: str) -> None:
        if self._taken(kind) is None:
            self._unexpected(kind)

    def _unexpected(self, expected: str) -> NoReturn:
        said = wanted(expected)
        if self._at >= len(self._tokens):
            raise formula_error("formula.unfinished", self._end, expected=said)
        token = self._tokens[self._at]
        raise formula_error("formula.unexpected", token.position, word=token.value, expected=said)

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            at = self._tokens[min(self._at, len(self._tokens) - 1)]
            raise formula_error("formula.too-deep", at.position, most=DEEPEST)


def _adjoin(*tokens: Token) -> bool:
    """Whether tokens follow each other without a space."""
    return all(a.end == b.position for a, b in pairwise(tokens))


def _literal_of(token: Token) -> Literal:
    if token.kind in {"true", "false"}:
        return Literal(token.kind == "true", token.position)
    return Literal(token.value, token.position)
