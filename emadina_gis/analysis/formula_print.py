"""From the tree of a formula back to text: the one form that is stored, or a person's language."""

from __future__ import annotations

import re
from typing import Final

from emadina_gis.analysis.formula_text import TEXT_TESTS
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
from emadina_gis.analysis.formula_units import WRITTEN
from emadina_gis.analysis.formula_words import FUNCTION_NAMES, SHOWN, keyword_of

STORED: Final = "en"
_PLAIN = re.compile(r"[^\W\d]\w*")
_OR, _AND, _NOT, _COMPARISON, _SUM, _PRODUCT, _SIGN, _ATOM = range(1, 9)
_SIGNS: Final = {"≠": "≠", "≤": "≤", "≥": "≥", "−": "-", "×": "*", "÷": "/"}
_LEVELS: Final = {"or": _OR, "and": _AND, "+": _SUM, "−": _SUM, "×": _PRODUCT, "÷": _PRODUCT}


def printed(tree: Node, language: str = STORED) -> str:
    """Return a formula as text that is read back as the same tree.

    Parameters
    ----------
    language : str
        Of the words, the functions and the decimal sign; English is what is stored.
    """
    return _Printer(language).said(tree, _OR)


def column_text(name: str) -> str:
    """Return a column name as formulas write it: in brackets where it would be read otherwise."""
    if _PLAIN.fullmatch(name) and keyword_of(name) is None:
        return name
    return f"[{name.replace(']', ']]')}]"


def quoted_text(text: str) -> str:
    """Return a text as formulas write it."""
    return "'" + text.replace("'", "''") + "'"


class _Printer:
    def __init__(self, language: str) -> None:
        self._language = language
        self._words = SHOWN[language]
        self._separator = ", " if language == STORED else "; "
        self._decimal = "." if language == STORED else ","

    def said(self, node: Node, least: int) -> str:
        """Return a node as text, in parentheses where it binds more loosely than `least`."""
        text, level = self._node(node)
        return f"({text})" if level < least else text

    def _node(self, node: Node) -> tuple[str, int]:
        if isinstance(node, Literal):
            return self._literal(node)
        if isinstance(node, ColumnName):
            return column_text(node.name), _ATOM
        if isinstance(node, Operation):
            return self._operation(node)
        if isinstance(node, Negation):
            return self._negation(node)
        if isinstance(node, Call):
            name = FUNCTION_NAMES[node.function][self._language]
            return f"{name}({self._listed(node.arguments, _OR)})", _ATOM
        return self._test(node, ""), _COMPARISON

    def _literal(self, node: Literal) -> tuple[str, int]:
        value = node.value
        if isinstance(value, bool):
            return self._words["true" if value else "false"], _ATOM
        if isinstance(value, str):
            return quoted_text(value), _ATOM
        text = _number(value)
        if "e" not in text:
            text = text.replace(".", self._decimal)
        unit = f" {WRITTEN[node.unit]}" if node.unit else ""
        return f"{text}{unit}", _SIGN if text.startswith("-") else _ATOM

    def _operation(self, node: Operation) -> tuple[str, int]:
        level = _LEVELS.get(node.operator)
        sign = self._words.get(node.operator) or _SIGNS.get(node.operator, node.operator)
        if level is None:
            return f"{self.said(node.left, _SUM)} {sign} {self.said(node.right, _SUM)}", _COMPARISON
        return f"{self.said(node.left, level)} {sign} {self.said(node.right, level + 1)}", level

    def _negation(self, node: Negation) -> tuple[str, int]:
        inner = node.operand
        if node.operator == "−":
            is_number = isinstance(inner, Literal) and not isinstance(inner.value, bool | str)
            return f"-{self.said(inner, _ATOM + 1 if is_number else _SIGN)}", _SIGN
        is_test = isinstance(inner, Membership | Missing | Between)
        if is_test or (isinstance(inner, Operation) and inner.operator in TEXT_TESTS):
            return self._test(inner, f"{self._words['not']} "), _COMPARISON
        return f"{self._words['not']} {self.said(inner, _NOT)}", _NOT

    def _test(self, node: Node, negated: str) -> str:
        """Return a test of one value; "not" stands before its word, or after "is"."""
        words = self._words
        if isinstance(node, Missing):
            return f"{self.said(node.operand, _SUM)} {words['is']} {negated}{words['missing']}"
        if isinstance(node, Between):
            low, high = self.said(node.low, _SUM), self.said(node.high, _SUM)
            left = f"{self.said(node.operand, _SUM)} {negated}{words['between']}"
            return f"{left} {low} {words['and']} {high}"
        if isinstance(node, Operation):
            left = f"{self.said(node.left, _SUM)} {negated}{words[node.operator]}"
            return f"{left} {self.said(node.right, _SUM)}"
        assert isinstance(node, Membership)
        listed = self._listed(node.values, _SIGN)
        return f"{self.said(node.operand, _SUM)} {negated}{words['in']} ({listed})"

    def _listed(self, nodes: tuple[Node, ...], least: int) -> str:
        """Return the values of a list; a comma in one without separators would be doubtful."""
        decimal = self._decimal
        self._decimal = "." if len(nodes) < 2 else decimal
        listed = self._separator.join(self.said(node, least) for node in nodes)
        self._decimal = decimal
        return listed


def _number(value: float) -> str:
    if float(value).is_integer() and abs(value) < 1e15:
        return str(int(value))
    return repr(float(value)).replace("e+", "e")
