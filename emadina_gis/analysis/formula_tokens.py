"""From the text of a formula to its words: numbers, texts, column names, operators."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from emadina_gis.analysis.formula_errors import formula_error
from emadina_gis.analysis.formula_words import LONGEST_PHRASE, keyword_of

LONGEST_TEXT = 2_000
MOST_TOKENS = 400

_MARKS = r"\u0300-\u036f\u064b-\u065f\u0670"
_TOKEN = re.compile(
    r"\s*(?:"
    r"(?P<number>(?:\d{1,3}(?:[\u202f\u00a0]\d{3})+|\d+)(?:[.٫]\d+)?(?:[eE][+-]?\d{1,3})?)"
    r"|(?P<text>'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|«[^»]*»|“[^”]*”|‘[^’]*’)"
    r"|(?P<column>\[(?:[^\]]|\]\])+\])"
    rf"|(?P<name>[^\W\d][\w{_MARKS}]*)"
    r"|(?P<sign><=|>=|<>|!=|==|[=<>≤≥≠+\-−*×/÷(),،;؛])"
    r")"
)
_SAME_SIGN: Final = {
    "==": "=", "<>": "≠", "!=": "≠", "<=": "≤", ">=": "≥", "-": "−", "*": "×", "/": "÷",
    "،": ",", "؛": ";",
}  # fmt: skip


@dataclass(frozen=True)
class Token:
    """A word of a formula.

    Attributes
    ----------
    kind : str
        ``"number"``, ``"text"``, ``"column"`` (in brackets), ``"name"``, a sign, or the kind of a
        keyword.
    value : str
        What it says, without quotes; signs and keywords as they were written.
    position, end : int
        Where it stands in the text, from 0.
    """

    kind: str
    value: str
    position: int
    end: int

    @property
    def is_whole_number(self) -> bool:
        """Whether it is a number of digits alone."""
        digits = self.value.replace("\u202f", "").replace("\u00a0", "")
        return self.kind == "number" and digits.isdecimal()


def tokens_of(text: str) -> list[Token]:
    """Return the words of a formula.

    Raises
    ------
    FormulaError
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
    return _with_keywords(found)


def _token(match: re.Match[str]) -> Token:
    kind = str(match.lastgroup)
    value, position, end = match[kind], match.start(kind), match.end(kind)
    if kind == "sign":
        return Token(_SAME_SIGN.get(value, value), value, position, end)
    if kind == "text":
        quote = value[-1]
        return Token(kind, value[1:-1].replace(quote * 2, quote), position, end)
    if kind == "column":
        return Token(kind, value[1:-1].replace("]]", "]").strip(), position, end)
    return Token(kind, value, position, end)


def _with_keywords(tokens: list[Token]) -> list[Token]:
    """Return the tokens with names that are words of the language, the longest phrase first."""
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        token, count = _keyword_at(tokens, at)
        found.append(token)
        at += count
    return found


def _keyword_at(tokens: list[Token], at: int) -> tuple[Token, int]:
    first = tokens[at]
    if first.kind != "name":
        return first, 1
    for count in range(LONGEST_PHRASE, 0, -1):
        words = tokens[at : at + count]
        if len(words) < count or any(word.kind != "name" for word in words):
            continue
        phrase = " ".join(word.value for word in words)
        kind = keyword_of(phrase)
        if kind is not None:
            return Token(kind, phrase, first.position, words[-1].end), count
    return first, 1
