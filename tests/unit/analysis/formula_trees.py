"""Trees of formulas for property tests: all that can be written, of any shape."""

from __future__ import annotations

from hypothesis import strategies as st

from emadina_gis.analysis.formula_tree import (
    Between,
    Call,
    ColumnName,
    Literal,
    Membership,
    Missing,
    Negation,
    Operation,
)
from emadina_gis.analysis.formula_units import WRITTEN
from emadina_gis.analysis.formula_words import FUNCTION_NAMES

plain_texts = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029"), max_size=8
)
names = plain_texts.map(str.strip).filter(bool) | st.sampled_from(
    ["area_m2", "and", "Titre foncier", "مساحة القطعة", "contient", "a]b", "non", "m", "x", "si"]
)
finite = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-99, 99).map(float)
numbers = st.builds(
    lambda value, unit: Literal(value, unit=unit), finite, st.sampled_from(["", *WRITTEN])
)
literals = numbers | st.builds(Literal, plain_texts | st.booleans())
leaves = literals | st.builds(ColumnName, names)
JOINTS = ["and", "or", "+", "−", "×", "÷", "=", "≠", "<", "≤", ">", "≥", "contains", "starts",
          "ends", "like"]  # fmt: skip


def _larger(inner):
    return (
        st.builds(Operation, st.sampled_from(JOINTS), inner, inner)
        | st.builds(Negation, st.sampled_from(["not", "−"]), inner)
        | st.builds(Missing, inner)
        | st.builds(Between, inner, inner, inner)
        | st.builds(Membership, inner, st.lists(literals, min_size=1, max_size=3).map(tuple))
        | st.builds(Call, st.sampled_from(list(FUNCTION_NAMES)),
                    st.lists(inner, max_size=3).map(tuple))
    )  # fmt: skip


trees = st.recursive(leaves, _larger, max_leaves=8)
