"""Rows of a table as found: where the header is, what lies above it, and rows that are no data.

Serves delimited texts and sheets alike. Nothing is dropped without being said. Knows nothing of
files, types or coordinates.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from emadina_gis.errors import Problem, Severity
from emadina_gis.io.field_names import check_width, unique_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Row = list[Any]

_HEADER_ROWS = 20
_SAMPLE_ROWS = 200
#: A row is a header when it fills this share of the cells that rows usually fill.
_HEADER_SHARE = 0.8
_NUMERIC_SHARE = 0.6
#: Totals are looked for among this many last rows.
_TOTAL_ROWS = 100_000
_LISTED = 20
_LISTED_LETTERS = 200
_NUMBER = re.compile(r"^[+-]?[\d٠-٩][\d٠-٩ \u00a0\u202f]*([.,٫][\d٠-٩]+)?([eE][+-]?\d+)?$|^-$")
_YEAR = re.compile(r"^(19|20)\d\d(\.0)?$")
_UNITS = re.compile(
    r"^\(?\s*(m|m2|m²|m3|ha|a|ca|km|km2|km²|%|dh|mdh|hab|hab/ha|u|nb|nbre|gr|deg|°|م|م²|هـ|هكتار)\s*\)?$",
    re.IGNORECASE,
)
_TOTAL = re.compile(
    r"^\s*((grand\s+)?totals?|total\s+g[ée]n[ée]ral|totaux|sous[- ]total|subtotal|somme|sum|"
    r"moyenne|average|mean|المجموع|مجموع|المجموع العام|الإجمالي|المعدل)\s*[:=]?\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Grid:
    """Rows that are not blank, the line each begins on, and merged cells of a sheet.

    Attributes
    ----------
    merged : tuple of (line, first column, last column)
        Cells of one line merged into one; columns from 0.
    """

    rows: list[Row]
    lines: list[int]
    merged: tuple[tuple[int, int, int], ...] = ()
    problems: tuple[Problem, ...] = ()
    joiner: str = ";"


@dataclass(frozen=True)
class HeadedRows:
    """Names, rows of one width, and the line of each row."""

    names: list[str]
    rows: list[Row]
    lines: list[int]
    problems: tuple[Problem, ...] = ()
    has_header: bool = True

    def column(self, index: int) -> list[Any]:
        """Return the cells of a column."""
        return [row[index] for row in self.rows]


@dataclass(frozen=True)
class _Header:
    """Where the header lies: rows `start` to `start + size`; `size` is 0 where there is none."""

    start: int
    size: int
    names: list[str] = field(default_factory=list)


def is_blank(cell: Any) -> bool:
    """Whether a cell holds nothing."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def is_number(cell: Any) -> bool:
    """Whether a cell holds a number, be it as text."""
    if isinstance(cell, str):
        return _NUMBER.match(cell.strip()) is not None
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def headed(grid: Grid, where: str) -> HeadedRows:
    """Return the rows below the header, with everything that was found around them."""
    check_width(max(map(len, grid.rows), default=0), where)
    header = _found_header(grid)
    first = header.start + header.size
    body, lines = grid.rows[first:], grid.lines[first:]
    names, problems = list(header.names), list(grid.problems)
    if header.start:
        problems.append(_title_lines(grid, header.start, where))
    if not header.size:
        width = Counter(len(row) for row in body[:_SAMPLE_ROWS]).most_common(1)[0][0]
        names = [""] * width
        problems.append(Problem("table.no-header", Severity.WARNING, where, width))
    names, body, ragged = _even(names, body, lines, grid.joiner)
    names, body = _without_empty_edges(names, body)
    problems += _row_problems(ragged, "table.ragged", Severity.WARNING, where)
    late = slice(-_TOTAL_ROWS, None)
    totals = [n for row, n in zip(body[late], lines[late], strict=True) if _is_total(row)]
    problems += _row_problems(totals, "table.totals", Severity.WARNING, where)
    others = _other_tables(body, lines)
    problems += _row_problems(others, "table.several-tables", Severity.WARNING, where)
    named = [name for name in names if name]
    renamed = len(named) - len(set(named))
    if renamed:
        problems.append(Problem("table.duplicate-fields", Severity.WARNING, where, renamed))
    return HeadedRows(unique_names(names), body, lines, tuple(problems), bool(header.size))


def listed_lines(lines: Iterable[int]) -> str:
    """Return line numbers as a short text."""
    numbers = list(lines)
    shown = ", ".join(str(number) for number in numbers[:_LISTED])
    return f"{shown}, …" if len(numbers) > _LISTED else shown


def _row_problems(lines: list[int], code: str, severity: Severity, where: str) -> list[Problem]:
    if not lines:
        return []
    return [Problem(code, severity, where, len(lines), {"lines": listed_lines(lines)})]


def _title_lines(grid: Grid, count: int, where: str) -> Problem:
    texts = [" ".join(str(c).strip() for c in row if not is_blank(c)) for row in grid.rows[:count]]
    text = " / ".join(texts)
    shown = text if len(text) <= _LISTED_LETTERS else f"{text[:_LISTED_LETTERS]}…"
    return Problem("table.title-lines", Severity.INFO, where, count, {"text": shown})


def _found_header(grid: Grid) -> _Header:
    usual = _usual_width(grid.rows)
    for start in range(min(_HEADER_ROWS, len(grid.rows))):
        found = _header_at(grid, start, usual)
        if found is not None:
            return found
    return _Header(0, 1, [_name(cell) for cell in grid.rows[0]])


def _usual_width(rows: Sequence[Row]) -> int:
    sample = rows[:_SAMPLE_ROWS]
    later = sorted(_filled(row) for row in sample[len(sample) // 3 :])
    return later[len(later) // 2] if later else 1


def _filled(row: Row) -> int:
    return sum(not is_blank(cell) for cell in row)


def _header_at(grid: Grid, start: int, usual: int) -> _Header | None:
    row = grid.rows[start]
    following = grid.rows[start + 1] if start + 1 < len(grid.rows) else []
    if _groups(grid, start) and _all_text(following) and _filled(following) >= 2:
        return _Header(start, 2, _joined_names(grid, start))
    wide = _filled(row) >= max(_HEADER_SHARE * usual, min(usual, 2))
    if not wide:
        return _split_header(grid, start, usual)
    numeric = _numeric_columns(grid.rows[start + 1 : start + 1 + _SAMPLE_ROWS])
    if _is_data(row, numeric):
        return _Header(start, 0)
    if following and numeric and _is_second_header(row, following):
        return _Header(start, 2, _joined_names(grid, start))
    return _Header(start, 1, [_name(cell) for cell in row])


def _split_header(grid: Grid, start: int, usual: int) -> _Header | None:
    """Return a header whose names lie on two lines, neither of which is wide enough."""
    if start + 1 >= len(grid.rows):
        return None
    first, second = grid.rows[start], grid.rows[start + 1]
    if _filled(first) < 2 or _filled(second) >= _HEADER_SHARE * usual:
        return None
    together = sum(
        not (is_blank(_cell(first, i)) and is_blank(_cell(second, i)))
        for i in range(max(len(first), len(second)))
    )
    if together < _HEADER_SHARE * usual or not (_all_text(first) and _all_text(second)):
        return None
    return _Header(start, 2, _joined_names(grid, start))


def _groups(grid: Grid, start: int) -> bool:
    """Whether cells of a row are merged over some columns, but not over all."""
    line, width = grid.lines[start], max(len(row) for row in grid.rows[:_SAMPLE_ROWS])
    spans = [last - first + 1 for at, first, last in grid.merged if at == line]
    return any(1 < span < width for span in spans) and _filled(grid.rows[start]) >= 2


def _is_second_header(row: Row, following: Row) -> bool:
    present = [cell for cell in following if not is_blank(cell)]
    if len(present) >= 1 and all(isinstance(c, str) and _UNITS.match(c.strip()) for c in present):
        return True
    gaps = [i for i in range(len(row)) if is_blank(row[i]) and not is_blank(_cell(following, i))]
    return bool(gaps) and _all_text(following)


def _cell(row: Row, index: int) -> Any:
    return row[index] if index < len(row) else None


def _all_text(row: Row) -> bool:
    present = [cell for cell in row if not is_blank(cell)]
    return bool(present) and all(isinstance(c, str) and not is_number(c) for c in present)


def _joined_names(grid: Grid, start: int) -> list[str]:
    """Return the names of a header of two rows: the group's name before the column's own."""
    upper, lower = grid.rows[start], grid.rows[start + 1]
    width = max(len(upper), len(lower))
    groups = [_name(_cell(upper, i)) for i in range(width)]
    spans = [(a, b) for line, a, b in grid.merged if line == grid.lines[start]]
    for first, last in spans:
        for index in range(first + 1, min(last + 1, width)):
            groups[index] = groups[first]
    if not spans:
        for index in range(1, width):
            if not groups[index] and not is_blank(_cell(lower, index)):
                groups[index] = groups[index - 1]
    return [f"{groups[i]} {_name(_cell(lower, i))}".strip() for i in range(width)]


def _name(cell: Any) -> str:
    text = "" if cell is None else str(cell)
    return re.sub(r"\s+", " ", text.lstrip("\ufeff")).strip().lstrip("#").strip()


def _numeric_columns(rows: Sequence[Row]) -> list[int]:
    width = max((len(row) for row in rows), default=0)
    found = []
    for index in range(width):
        present = [row[index] for row in rows if index < len(row) and not is_blank(row[index])]
        numbers = sum(is_number(cell) for cell in present)
        if present and numbers >= _NUMERIC_SHARE * len(present):
            found.append(index)
    return found


def _is_data(row: Row, numeric: list[int]) -> bool:
    """Whether a row that may be a header holds numbers where the rows below do."""
    cells = [_cell(row, index) for index in numeric]
    numbers = [cell for cell in cells if is_number(cell)]
    if not numbers or len(numbers) < 0.5 * len(cells):
        return False
    are_years = all(_YEAR.match(str(cell).strip()) for cell in numbers)
    return not (are_years and len(numbers) < len(row) and len(set(map(str, numbers))) > 1)


def _even(
    names: list[str], rows: list[Row], lines: list[int], joiner: str
) -> tuple[list[str], list[Row], list[int]]:
    """Return rows of one width; what is beyond the header is kept in one more column."""
    width = len(names)
    odd = [line for row, line in zip(rows, lines, strict=True) if len(row) != width]
    if not odd:
        return names, rows, []
    beyond = any(len(row) > width and _filled(row[width:]) for row in rows)
    body = [_fitted(row, width, joiner, beyond=beyond) for row in rows]
    return ([*names, ""] if beyond else names), body, odd


def _fitted(row: Row, width: int, joiner: str, *, beyond: bool) -> Row:
    kept = [*row[:width], *[None] * (width - len(row))]
    if not beyond:
        return kept
    rest = row[width:]
    text = joiner.join("" if cell is None else str(cell) for cell in rest)
    return [*kept, text if _filled(rest) else None]


def _without_empty_edges(names: list[str], rows: list[Row]) -> tuple[list[str], list[Row]]:
    """Leave out columns at the right that have neither a name nor a value."""
    width = len(names)
    while width > 1 and not names[width - 1] and all(is_blank(row[width - 1]) for row in rows):
        width -= 1
    if width == len(names):
        return names, rows
    return names[:width], [row[:width] for row in rows]


def _is_total(row: Row) -> bool:
    first = next((cell for cell in row if not is_blank(cell)), None)
    return isinstance(first, str) and _TOTAL.match(first) is not None


def _other_tables(rows: list[Row], lines: list[int]) -> list[int]:
    """Return the lines after a blank one that look like the header of one more table."""
    numeric = _numeric_columns(rows[:_SAMPLE_ROWS])
    if not numeric:
        return []
    return [
        lines[i]
        for i in range(1, len(rows))
        if lines[i] - lines[i - 1] > 1 and _is_header_like(rows[i], numeric)
    ]


def _is_header_like(row: Row, numeric: list[int]) -> bool:
    return _filled(row) >= 2 and _all_text(row) and any(not is_blank(row[i]) for i in numeric)
