"""Tests of texts in formulas: contains, starts with, ends with, like; case and accents never count.

Only texts that are written in the formula are looked for: no pattern language but ``%`` (anything)
and ``_`` (one character) of "like".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from emadina_gis.analysis.formula_errors import formula_error
from emadina_gis.analysis.formula_values import TEXT, Values, numpy_truth, truths

if TYPE_CHECKING:
    from collections.abc import Callable

_MARKS = "[\u0300-\u036f\u064b-\u065f\u0670\u0640]"
_SAME_LETTERS = (("œ", "oe"), ("æ", "ae"), ("ß", "ss"), ("ة", "ه"), ("ى", "ي"), ("’", "'"))
_TESTS: dict[str, Callable[[Any, str], Any]] = {
    "contains": pc.match_substring,
    "starts": pc.starts_with,
    "ends": pc.ends_with,
    "like": pc.match_like,
}


def matches(operator: str, left: Values, right: Values) -> Values:
    """Return whether texts contain, begin with, end with or look like a written text."""
    left.expect(TEXT)
    right.expect(TEXT)
    if right.constant is None:
        raise formula_error("formula.constant", right.position)
    wanted = folded_texts(pa.array([right.constant])).to_pylist()[0]
    source = left.values
    if isinstance(source, pa.Scalar):
        source = pa.array([source.as_py()], pa.string())
        found = numpy_truth(_TESTS[operator](folded_texts(source), wanted))[0]
        return truths(found, left.known)
    distinct = source.dictionary_encode()
    is_match = _TESTS[operator](folded_texts(distinct.dictionary), wanted)
    return truths(numpy_truth(is_match.take(distinct.indices)), left.known)


def same_texts(inner: Values, listed: list[str]) -> Values:
    """Return whether texts are among some, letter by letter."""
    among = pa.array(listed, pa.string())
    return truths(numpy_truth(pc.is_in(inner.values, value_set=among)), inner.known)


def folded_texts(texts: pa.Array) -> pa.Array:
    """Return texts without case, accents, vowel signs and variants of letters.

    Unlike names (`domain.folding`), texts keep their spaces, hyphens and underscores: these are
    looked for, and ``_`` has a meaning in "like".
    """
    plain = pc.utf8_lower(pc.utf8_normalize(texts, "NFKD"))
    plain = pc.replace_substring_regex(plain, _MARKS, "")
    for letter, other in _SAME_LETTERS:
        plain = pc.replace_substring(plain, letter, other)
    return plain
