"""How features are labelled, as data: texts, lettering, places, priorities, scales.

Widths and sizes are millimetres on paper. Knows nothing of Qt; which label stands where is
`render.labels`'.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

#: The same text of a layer stands so far apart, on paper.
REPEAT_MM = 90.0
HALO_MM = 0.7


class LabelPlace(StrEnum):
    """Where a text stands beside its point."""

    RIGHT = "right"
    ABOVE_RIGHT = "above-right"
    BELOW_RIGHT = "below-right"
    ABOVE = "above"
    LEFT = "left"
    BELOW = "below"
    ABOVE_LEFT = "above-left"
    BELOW_LEFT = "below-left"
    OVER = "over"


#: The usual order beside a point; where texts run right to left it is mirrored.
USUAL_PLACES = tuple(place for place in LabelPlace if place is not LabelPlace.OVER)


@dataclass(frozen=True)
class LabelRule:
    """How labels of one class differ; None is as the layer's.

    Attributes
    ----------
    value : str, float, bool or None
        The value of `LabelStyle.class_field`; None is missing.
    priority : int
        Added to the layer's.
    shown : bool
        Whether the class is labelled at all.
    """

    value: str | float | bool | None
    size_mm: float | None = None
    bold: bool | None = None
    italic: bool | None = None
    color: str | None = None
    priority: int = 0
    shown: bool = True


@dataclass(frozen=True)
class LabelStyle:
    """Labels from a field; `second_field` is set above (Arabic over French).

    Attributes
    ----------
    circled_field : str
        Column that is written in circles of its own (widths of roads); empty for none.
    circled : bool
        The text stands in a circle.
    template : str
        Text with columns and formulas in braces, in the place of both fields:
        ``{name}[ · {area_m2 / 10000:2} ha]``; what is in square brackets is left out where a
        value in it is missing.
    prefix, suffix : str
        Stand before and after a value (a unit); not where it is missing.
    decimals : int
        Digits after the decimal sign; -1 as the column says.
    halo_mm : float
        Width of the halo.
    clearance_mm : float
        Free room around each text.
    letter_spacing : float
        Room between letters as a part of their size; Arabic letters stay joined.
    wrap_mm : float
        Longer texts are set in several lines; 0 never.
    places : tuple of LabelPlace
        Tried in this order beside points; empty tries the usual ones.
    leader : bool
        Names that find no room inside an area stand beside it, with a line.
    repeat_mm : float
        How far apart the same name stands along a line; 0 writes it once.
    smallest_mm : float
        Features that are smaller on paper are not labelled.
    priority_field : str
        Number that decides who comes first within the layer; empty takes the size on the map.
    smallest_first : bool
        The smallest number comes first (rank 1 before rank 2).
    class_field : str
        Column whose values `rules` are for.
    raised : tuple of int
        Stable ids of rows that come before all others.
    only_rows : tuple of int or None
        Stable ids of the only rows that are labelled; None labels all.
    """

    field: str
    second_field: str = ""
    size_mm: float = 2.6
    color: str = "#2b2a27"
    halo: str | None = "#ffffff"
    bold: bool = False
    along_line: bool = False
    priority: int = 0
    min_units_per_px: float = 0.0
    max_units_per_px: float = 1e9
    circled_field: str = ""
    circled: bool = False
    italic: bool = False
    template: str = ""
    prefix: str = ""
    suffix: str = ""
    decimals: int = -1
    halo_mm: float = HALO_MM
    clearance_mm: float = 0.8
    letter_spacing: float = 0.0
    wrap_mm: float = 0.0
    places: tuple[LabelPlace, ...] = ()
    leader: bool = False
    repeat_mm: float = REPEAT_MM
    smallest_mm: float = 0.0
    priority_field: str = ""
    smallest_first: bool = False
    class_field: str = ""
    rules: tuple[LabelRule, ...] = ()
    raised: tuple[int, ...] = ()
    only_rows: tuple[int, ...] | None = None

    def of_class(self, rule: LabelRule | None) -> LabelStyle:
        """Return the style of a class, without rules and lists of rows of its own."""
        plain = replace(self, rules=(), raised=(), only_rows=None)
        if rule is None:
            return plain
        return replace(
            plain,
            size_mm=self.size_mm if rule.size_mm is None else rule.size_mm,
            bold=self.bold if rule.bold is None else rule.bold,
            italic=self.italic if rule.italic is None else rule.italic,
            color=self.color if rule.color is None else rule.color,
            priority=self.priority + rule.priority,
        )

    def labels_at(self, units_per_px: float) -> bool:
        """Whether labels are shown at this scale."""
        return self.min_units_per_px <= units_per_px <= self.max_units_per_px
