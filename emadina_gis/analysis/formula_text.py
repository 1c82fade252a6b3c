"""From the text of a formula to its tokens and its tree; nothing is evaluated here.

Grammar (loosest first)::

    choice     := both ("or" both)*
    both       := negation ("and" negation)*
    negation   := "not" negation | comparison
    comparison := sum [("=" | "≠" | "<" | "≤" | ">" | "≥") sum
                      | ["not"] "in" "(" value ("," value)* ")"
                      | ["not"] "contains" sum
                      | "is" ["not"] "missing"]
    sum        := product (("+" | "−") product)*
    product    := sign (("×" | "÷") sign)*
    sign       := "−" sign | atom
    atom       := number | 'text' | [column name] | name | "true" | "false" | "(" choice ")"

There are no calls, no attributes and no powers: a formula can only compare and compute.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, NoReturn

from emadina_gis.analysis.formula_words import KEYWORDS
from emadina_gis.errors import AnalysisError

LONGEST_TEXT = 2_000
MOST_TOKENS = 400
DEEPEST = 40

_TOKEN = re.compile(
    r"\s*(?:"
    r"(?P<number>\d+(?:[.]\d+)?(?:[eE][+-]?\d{1,3})?)"
    r"|(?P<text>'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|«[^»]*»|“[^”]*”)"
    r"|(?P<column>\[[^\]]+\])"
    r"|(?P<name>[^\W\d]\w*)"
    r"|(?P<sign><=|>=|<>|!=|==|[=<>≤≥≠+\-−*×/÷(),،;؛])"
    r")"
)
_SAME_SIGN: Final = {
    "==": "=", "<>": "≠", "!=": "≠", "<=": "≤", ">=": "≥", "-": "−", "*": "×", "/": "÷",
    "،": ",", ";": ",", "؛": ",",
}  # fmt: skip
_COMPARISONS: Final = frozenset({"=", "≠", "<", "≤", ">", "≥"})


@dataclass(frozen=True)
class Token:
    """A word of a formula: its kind, its value and where it stands (from 0)."""

    kind: str
    value: str
    position: int


@dataclass(frozen=True)
class Literal:
    """A number, a text or a truth value."""

    value: float | str | bool
    position: int


@dataclass(frozen=True)
class ColumnName:
    """A column of the table."""

    name: str
    position: int


@dataclass(frozen=True)
class Negation:
    """``not`` of a condition, or the opposite of a number."""

    operator: str
    operand: Node
    position: int


@dataclass(frozen=True)
class Operation:
    """Two operands and what joins them."""

    operator: str
    left: Node
    right: Node
    position: int


@dataclass(frozen=True)
class Membership:
    """``x in (a, b, …)``."""

    operand: Node
    values: tuple[Literal, ...]
    position: int


@dataclass(frozen=True)
class Missing:
    """``x is missing``."""

    operand: Node
    position: int


Node = Literal | ColumnName | Negation | Operation | Membership | Missing


def formula_error(code: str, position: int, **params: object) -> AnalysisError:
    """Return an error of a formula; positions are told from 1."""
    return AnalysisError(code, position=position + 1, **params)


def tokens_of(text: str) -> list[Token]:
    """Return the words of a formula.

    Raises
    ------
    AnalysisError
        ``formula.too-long``, ``formula.empty`` or ``formula.character``.
    """
    if len(text) > LONGEST_TEXT:
        raise formula_error("formula.too-long", LONGEST_TEXT, most=LONGEST_TEXT)
    found: list[Token] = []
    at, end = 0, len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None:
            place = at + len(text[at:]) - len(text[at:].lstrip())
            raise formula_error("formula.character", place, character=text[place])
        found.append(_token(match))
        at = match.end()
    if not found:
        raise formula_error("formula.empty", 0)
    if len(found) > MOST_TOKENS:
        raise formula_error("formula.too-long", found[MOST_TOKENS].position, most=MOST_TOKENS)
    return found


def _token(match: re.Match[str]) -> Token:
    kind = str(match.lastgroup)
    value, position = match[kind], match.start(kind)
    if kind == "name":
        word = KEYWORDS.get(value.lower())
        return Token("name", value, position) if word is None else Token(word, value, position)
    if kind == "sign":
        same = _SAME_SIGN.get(value, value)
        return Token(same, value, position)
    if kind == "text":
        quote = value[-1]
        return Token(kind, value[1:-1].replace(quote * 2, quote), position)
    if kind == "column":
        return Token("name", value[1:-1].strip(), position)
    return Token(kind, value, position)


def tree_of(text: str) -> Node:
    """Return the tree of a formula.

    Raises
    ------
    AnalysisError
        ``formula.unexpected``, ``formula.unfinished``, ``formula.too-deep`` and those of
        `tokens_of`; each says where.
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

    def finish(self) -> None:
        if self._at < len(self._tokens):
            self._unexpected()

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
            negated = self._taken("not")
            self._expect("missing")
            node: Node = Missing(left, token.position)
            return node if negated is None else Negation("not", node, negated.position)
        negated = self._taken("not") if self._follows("in", "contains") else None
        if token := self._taken("in"):
            node = Membership(left, self._values(), token.position)
        elif token := self._taken("contains"):
            node = Operation("contains", left, self._sum(), token.position)
        else:
            return left
        return node if negated is None else Negation("not", node, negated.position)

    def _follows(self, *kinds: str) -> bool:
        rest = self._tokens[self._at : self._at + 2]
        return len(rest) == 2 and rest[0].kind == "not" and rest[1].kind in kinds

    def _values(self) -> tuple[Literal, ...]:
        self._expect("(")
        values = [self._literal()]
        while self._taken(","):
            values.append(self._literal())
        self._expect(")")
        return tuple(values)

    def _literal(self) -> Literal:
        sign = self._taken("−")
        token = self._taken("number") if sign else self._taken("number", "text", "true", "false")
        if token is None:
            self._unexpected()
        literal = _literal_of(token)
        return literal if sign is None else Literal(-float(literal.value), sign.position)

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
        self._deeper()
        node = Negation("−", self._signed(), token.position)
        self._depth -= 1
        return node

    def _atom(self) -> Node:
        if self._taken("("):
            node = self.choice()
            self._expect(")")
            return node
        if token := self._taken("name"):
            return ColumnName(token.value, token.position)
        token = self._taken("number", "text", "true", "false")
        if token is None:
            self._unexpected()
        return _literal_of(token)

    def _taken(self, *kinds: str) -> Token | None:
        if self._at < len(self._tokens) and self._tokens[self._at].kind in kinds:
            self._at += 1
            return self._tokens[self._at - 1]
        return None

    def _expect(self, kind: str) -> None:
        if self._taken(kind) is None:
            self._unexpected()

    def _unexpected(self) -> NoReturn:
        if self._at >= len(self._tokens):
            raise formula_error("formula.unfinished", self._end)
        token = self._tokens[self._at]
        raise formula_error("formula.unexpected", token.position, word=token.value)

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            at = self._tokens[min(self._at, len(self._tokens) - 1)]
            raise formula_error("formula.too-deep", at.position, most=DEEPEST)


def _literal_of(token: Token) -> Literal:
    if token.kind in {"true", "false"}:
        return Literal(token.kind == "true", token.position)
    if token.kind == "number":
        return Literal(float(token.value), token.position)
    return Literal(token.value, token.position)
