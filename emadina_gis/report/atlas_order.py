"""The order of pages: numbers as numbers, French and Arabic names as dictionaries sort them.

Without a library of locales: accents, hamza and vowel signs count only between words that are
alike otherwise, numbers inside names by their value. Knows nothing of paper.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.folding import folded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from emadina_gis.domain.column import Column

_PIECES = re.compile(r"(\d+)")
_FIRST_ARABIC, _LAST_ARABIC = "\u0600", "\u06ff"

Key = tuple[object, ...]


def collation_key(text: str, language: str = "fr") -> Key:
    """Return what a name is sorted by.

    Parameters
    ----------
    language : str
        Names in its script come first: Arabic ones in an Arabic list, Latin ones elsewhere.
    """
    plain = unicodedata.normalize("NFC", text).strip()
    letters = folded(plain)
    return _script(letters, language), _pieces(letters), plain.casefold(), plain


def _pieces(letters: str) -> Key:
    """Return words and numbers in turn; punctuation does not count."""
    found: list[tuple[int, int, str]] = []
    for index, piece in enumerate(_PIECES.split(letters)):
        if index % 2:
            found.append((0, int(piece), ""))
        elif words := " ".join(re.findall(r"\w+", piece)):
            found.append((1, 0, words))
    return tuple(found)


def _script(letters: str, language: str) -> int:
    first = next((letter for letter in letters if letter.isalpha()), "")
    arabic = _FIRST_ARABIC <= first <= _LAST_ARABIC
    return int(bool(first) and arabic != (language == "ar"))


def ordered(
    column: Column, rows: NDArray[np.intp], language: str, *, descending: bool = False
) -> NDArray[np.intp]:
    """Return rows sorted by a column, those without a value last; equal ones keep their order."""
    taken = column.take(rows)
    if column.is_number or column.is_boolean:
        places = taken.numbers
    else:
        codes, values = taken.coded
        ranks = np.append(ranked([str(value) for value in values], language), np.nan)
        places = ranks[codes]
    return rows[np.argsort(-places if descending else places, kind="stable")]


def ranked(texts: Sequence[str], language: str) -> NDArray[np.intp]:
    """Return the place of each text among the others, shape (n,)."""
    keys = [collation_key(text, language) for text in texts]
    order = sorted(range(len(keys)), key=keys.__getitem__)
    ranks = np.empty(len(keys), dtype=np.intp)
    ranks[order] = np.arange(len(keys))
    return ranks
