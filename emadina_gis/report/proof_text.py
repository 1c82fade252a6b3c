"""Texts of a PDF against those that were planned: from the order seen to the order read.

A page shows glyphs from left to right. A reader that copies them turns Arabic around by the rules
of bidirectional text; this does the same, so that what is compared is what a person would copy.
Letters and digits count, spaces and punctuation do not.
"""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from emadina_gis.report.proof_marks import Rect, TextMark

#: A text that lies this far outside a box still belongs to it.
_BESIDE_MM = 1.5
_MM_PER_POINT = 25.4 / 72
_SAME_LINE_MM = 0.35
#: Texts this near to one another, in ems, are one.
_TOUCH_EMS = 0.45
_PRESENTATION = ((0xFB50, 0xFDFF), (0xFE70, 0xFEFF), (0xFB00, 0xFB06))
_RIGHT = frozenset({"R", "AL"})
_DIGITS = frozenset({"EN", "AN"})
TOGETHER, NUMBERS_APART, ALL_APART = "together", "numbers-apart", "all-apart"
_PARTING = "،,;؛():"
_IN_NUMBERS = frozenset({"ES", "CS", "ET"})


def key(text: str) -> str:
    """Return the letters and digits of a text, composed, without case."""
    composed = unicodedata.normalize("NFC", text).casefold()
    return "".join(char for char in composed if unicodedata.category(char)[0] in "LN")


def has_presentation_forms(text: str) -> bool:
    """Whether a text holds shapes of letters instead of letters."""
    return any(low <= ord(char) <= high for char in text for low, high in _PRESENTATION)


def logical(seen: str, *, rtl: bool, apart: str = TOGETHER) -> str:
    """Return a line in reading order from the order in which it is seen, left to right.

    Parameters
    ----------
    rtl : bool
        Direction of the line.
    apart : str
        Whether a comma or a bracket between foreign words keeps them together, parts numbers
        from them, or parts all.
    """
    units = _units(seen, apart=apart)
    return "".join(reversed(units)) if rtl else _turned_runs(units)


def _turned_runs(units: list[str]) -> str:
    """Return units with each run from one right-to-left letter to the last one turned around."""
    made: list[str] = []
    start = 0
    while start < len(units):
        if not _is_right(units[start]):
            made.append(units[start])
            start += 1
            continue
        end = _run_end(units, start)
        made += reversed(units[start:end])
        start = end
    return "".join(made)


def _run_end(units: list[str], start: int) -> int:
    """Return where a run of right-to-left letters ends: before the next left-to-right word."""
    end = start + 1
    for at in range(start + 1, len(units)):
        if _is_right(units[at]):
            end = at + 1
        elif any(unicodedata.bidirectional(char) == "L" for char in units[at]):
            break
    return end


def _is_right(unit: str) -> bool:
    return unicodedata.bidirectional(unit[0]) in _RIGHT


def _units(seen: str, *, apart: str) -> list[str]:
    """Return single letters, and left-to-right words and numbers as one unit each."""
    kinds = _kinds(seen, apart=apart)
    units: list[str] = []
    run = ""
    for at, char in enumerate(seen):
        if kinds[at] == "L":
            run += char
            continue
        if run:
            units.append(run)
            run = ""
        units.append(char)
    return [*units, run] if run else units


def _kinds(seen: str, *, apart: str) -> list[str]:
    """Return ``L`` for what is read from left to right, ``R`` and ``O`` (neutral) for the rest."""
    own = [unicodedata.bidirectional(char) for char in seen]
    kinds = ["L" if k == "L" or k in _DIGITS else "R" if k in _RIGHT else "O" for k in own]
    for at, kind in enumerate(own):
        near = [own[i] for i in (at - 1, at + 1) if 0 <= i < len(own)]
        if kind in _IN_NUMBERS and len(near) == 2 and set(near) <= _DIGITS:
            kinds[at] = "L"
    return _with_neutrals(seen, own, kinds, apart=apart)


def _with_neutrals(seen: str, own: list[str], kinds: list[str], *, apart: str) -> list[str]:
    """Give neutrals between left-to-right words to them, where one of the sides has letters."""
    last, has_letters = -1, False
    for at, kind in enumerate(list(kinds)):
        if kind == "R":
            last, has_letters = -1, False
        elif kind == "L":
            between = seen[last + 1 : at]
            may_part = apart == ALL_APART or (apart == NUMBERS_APART and own[at] in _DIGITS)
            if may_part and any(char in _PARTING for char in between):
                has_letters = False
            elif last >= 0 and between and (has_letters or _is_one_word(between, apart)):
                kinds[last + 1 : at] = ["L"] * len(between)
            has_letters = has_letters or own[at] == "L"
            last = at
    return kinds


def _is_one_word(between: str, apart: str) -> bool:
    """Whether a sign keeps a number and the letters after it together (100·CPS)."""
    return apart == TOGETHER and not any(char.isspace() or char in _PARTING for char in between)


def marks_in(texts: Iterable[TextMark], box: Rect, *, rtl: bool = False) -> list[TextMark]:
    """Return the texts whose middle lies in a box, line by line from the top."""
    left, top, right, bottom = box
    return [
        mark
        for mark in joined(texts, rtl=rtl)
        if left - _BESIDE_MM <= mark.center[0] <= right + _BESIDE_MM
        and top - _BESIDE_MM <= mark.center[1] <= bottom + _BESIDE_MM
    ]


def joined(marks: Iterable[TextMark], *, rtl: bool) -> list[TextMark]:
    """Return level texts with those that touch on one line made one, in the order of the page.

    A line in several fonts is several texts of the file, in whatever order.
    """
    found: list[TextMark] = []
    for line in _lines(marks):
        parts: list[TextMark] = []
        for mark in sorted(line, key=lambda m: m.start[0]):
            if parts and _touch(parts[-1], mark):
                text = f"{parts[-1].text}{mark.text}"
                parts[-1] = replace(parts[-1], text=text, end=mark.end)
            else:
                parts.append(mark)
        found += reversed(parts) if rtl else parts
    return found


def _lines(marks: Iterable[TextMark]) -> list[list[TextMark]]:
    lines: list[list[TextMark]] = []
    inked = (mark for mark in marks if mark.text.strip())
    for mark in sorted(inked, key=lambda m: m.start[1]):
        if lines and mark.start[1] - lines[-1][-1].start[1] < _SAME_LINE_MM:
            lines[-1].append(mark)
        else:
            lines.append([mark])
    return lines


def _touch(before: TextMark, mark: TextMark) -> bool:
    gap = mark.start[0] - before.end[0]
    return abs(gap) < _TOUCH_EMS * before.size_pt * _MM_PER_POINT


def keys_of(marks: Iterable[TextMark]) -> list[tuple[str, ...]]:
    """Return how each text may be read: as a line of either direction."""
    found = ({key(way) for way in readings(mark.text)} for mark in marks if mark.text.strip())
    return [tuple(sorted(ways - {""})) for ways in found]


def readings(seen: str) -> set[str]:
    """Return the orders in which a line that is seen may be read.

    What is seen does not say which foreign words and numbers that stand beside one another
    belong together.
    """
    ways = (TOGETHER, NUMBERS_APART, ALL_APART)
    choices = ((rtl, apart) for rtl in (True, False) for apart in ways)
    return {logical(seen, rtl=rtl, apart=apart) for rtl, apart in choices}


def holds(lines: Sequence[tuple[str, ...]], text: str) -> bool:
    """Whether a text stands in lines, maybe over several of them, in order.

    Lines of other texts may stand between (the cells of a table).
    """
    wanted = key(text)
    if not wanted or any(wanted in way for ways in lines for way in ways):
        return True
    reached: set[int] = set()
    for ways in lines:
        found = set(_begun(ways, wanted))
        found |= {at + count for at in reached for count in _continued(ways, wanted[at:])}
        if len(wanted) in found:
            return True
        reached |= found
    return False


def _begun(ways: tuple[str, ...], wanted: str) -> Iterator[int]:
    """Yield how many first letters of a text a line ends with."""
    for way in ways:
        ends = range(min(len(way), len(wanted)), 0, -1)
        yield from (count for count in ends if way.endswith(wanted[:count]))


def _continued(ways: tuple[str, ...], rest: str) -> Iterator[int]:
    """Yield how many letters of the rest of a text a line holds: all of the line, or the end."""
    for way in ways:
        if way and (rest.startswith(way) or way.startswith(rest)):
            yield min(len(way), len(rest))


def has_letters_of(lines: Sequence[tuple[str, ...]], text: str) -> bool:
    """Whether the letters of a text stand in lines in whatever order."""
    left = list("".join(ways[0] for ways in lines if ways))
    for char in key(text):
        if char not in left:
            return False
        left.remove(char)
    return True
