"""Finding a command by what a person types: words in any order, without accents, with a slip.

Owns the ranking. Knows no widget.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from emadina_gis.domain.folding import folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: What is found first: a word that is typed whole, its beginning, its inside, its letters.
WHOLE, START, INSIDE, SLIP, LETTERS = 100.0, 80.0, 50.0, 30.0, 15.0
#: A name in another language than the window's counts less.
ELSEWHERE = 0.6
#: A word this short must be typed as it is.
SHORTEST_SLIP = 4
_WORD = re.compile(r"\w+")
_ARTICLE = "ال"


@dataclass(frozen=True)
class Command:
    """Something that can be called by name.

    Attributes
    ----------
    id : str
        What the caller knows it by.
    names : tuple of str
        Its name in the language of the window, then in the others.
    note : str
        What it is, where that is no action ("Layer"); searched as well.
    """

    id: str
    names: tuple[str, ...]
    note: str = ""


@lru_cache(maxsize=4_096)
def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text, folded; an Arabic word also without its article."""
    found: list[str] = []
    for word in _WORD.findall(folded(text)):
        found.append(word)
        if word.startswith(_ARTICLE) and len(word) > len(_ARTICLE) + 1:
            found.append(word[len(_ARTICLE) :])
    return tuple(found)


def found(
    typed: str, commands: Iterable[Command], recent: Sequence[str] = ()
) -> tuple[Command, ...]:
    """Return the commands that fit, the best first; all of them, recent ones first, for nothing."""
    wanted = words_of(typed)
    every = tuple(commands)
    rank = {name: place for place, name in enumerate(recent)}
    scored = [
        (-score(wanted, command) if wanted else 0.0, rank.get(command.id, len(rank)), place)
        for place, command in enumerate(every)
    ]
    kept = sorted(item for item in scored if item[0] < 0 or not wanted)
    return tuple(every[place] for _score, _rank, place in kept)


def score(wanted: Sequence[str], command: Command) -> float:
    """Return how well a command fits the typed words; 0 where one of them fits nothing."""
    return max(
        _score(wanted, f"{name} {command.note}") * (1.0 if place == 0 else ELSEWHERE)
        for place, name in enumerate(command.names)
    )


def _score(wanted: Sequence[str], name: str) -> float:
    words = words_of(name)
    each = [max((_fit(word, other, place) for place, other in enumerate(words)), default=0.0)
            for word in wanted]  # fmt: skip
    if each and min(each) > 0:
        return sum(each) / len(each)
    letters = "".join(wanted)
    initials = "".join(word[0] for word in words)
    if len(letters) > 1 and (initials.startswith(letters) or _in_order(letters, "".join(words))):
        return LETTERS
    return 0.0


def _fit(typed: str, word: str, place: int) -> float:
    """Return how well a typed word fits a word of a name; earlier words count a little more."""
    early = 1 / (1 + place)
    if typed == word:
        return WHOLE + early
    if word.startswith(typed):
        return START + early
    if len(typed) > 1 and typed in word:
        return INSIDE + early
    if len(typed) >= SHORTEST_SLIP and _one_slip(typed, word[: len(typed) + 1]):
        return SLIP + early
    return 0.0


def _in_order(letters: str, text: str) -> bool:
    """Whether the letters come in the text in their order, from its first letter on."""
    rest = iter(text)
    return text[:1] == letters[:1] and all(letter in rest for letter in letters)


def _one_slip(typed: str, start: str) -> bool:
    """Whether a beginning differs by one letter: wrong, missing, too many, or two exchanged."""
    return any(
        _differs_once(typed, start[:length]) for length in range(len(typed) - 1, len(start) + 1)
    )


def _differs_once(first: str, second: str) -> bool:
    at = next((k for k, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), None)
    if at is None:
        return abs(len(first) - len(second)) <= 1
    wrong = first[at + 1 :] == second[at + 1 :]
    more = first[at + 1 :] == second[at:]
    fewer = first[at:] == second[at + 1 :]
    exchanged = (
        first[at : at + 2] == second[at : at + 2][::-1] and first[at + 2 :] == second[at + 2 :]
    )
    return wrong or more or fewer or exchanged
