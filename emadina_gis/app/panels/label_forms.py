"""The fields of the label page, in groups: text, letters, place, which ones.

Owns which part of a style each field shows and changes; a change is told by one callback.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from emadina_gis.app.layouts.color_field import ColorField
from emadina_gis.app.layouts.form import Form, Span
from emadina_gis.app.models.columns import named_columns
from emadina_gis.app.models.labels import (
    NO_LIMIT,
    class_values,
    first_place,
    places_from,
    scale_of,
    units_of,
)
from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.label_style import HALO_MM, LabelPlace, LabelStyle

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from emadina_gis.app.desk import Desk
    from emadina_gis.domain.layer import VectorLayer

#: Takes the name of a part of a style and its value.
Change = Callable[[str, Any], object]
MOST_PRIORITY = 9.0
_MOST_MM = 40.0
_MOST_SCALE = 10_000_000.0
NOTHING = LabelStyle("")


class LabelForms:
    """Makes the groups of fields for a layer that is asked for again and again."""

    def __init__(self, desk: Desk, layer: Callable[[], VectorLayer | None], change: Change) -> None:
        self._desk = desk
        self._layer = layer
        self._change = change
        self.forms: list[Form] = []
        self._kinds: list[tuple[Form, QWidget, frozenset[Kind]]] = []

    @property
    def label(self) -> LabelStyle:
        """The labels as they are; plain ones where there are none."""
        layer = self._layer()
        label = None if layer is None else layer.style.label
        return NOTHING if label is None else label

    def show_values(self) -> None:
        """Fill all fields, and show those that the kind of the layer's features has."""
        layer = self._layer()
        kind = Kind.NONE if layer is None else layer.table.main_kind
        for form in self.forms:
            form.show_values()
        for form, widget, kinds in self._kinds:
            form.rows.setRowVisible(widget, kind in kinds)

    def _form(self) -> Form:
        form = Form(self._desk)
        self.forms.append(form)
        return form

    def _for(self, form: Form, widget: QWidget, *kinds: Kind) -> None:
        self._kinds.append((form, widget, frozenset(kinds)))

    # --- kinds of fields ------------------------------------------------------------------------

    def _number(self, form: Form, part: str, span: Span, unit: str = "", factor: float = 1) -> None:
        """Add a number; `factor` is between what is stored and what is shown."""
        spin = form.number(
            f"labels.part.{part}",
            lambda: float(getattr(self.label, part)) * factor,
            lambda value: self._change(part, round(value / factor, 6)),
            span,
        )
        if unit:
            self._desk.speech.bind(spin, f"labels.{unit}", spin.setSuffix)

    def _whole(self, form: Form, part: str, span: Span) -> None:
        form.number(
            f"labels.part.{part}",
            lambda: float(getattr(self.label, part)),
            lambda value: self._change(part, round(value)),
            span,
        )

    def _check(self, form: Form, part: str) -> QWidget:
        return form.check(
            f"labels.part.{part}",
            lambda: bool(getattr(self.label, part)),
            lambda on: self._change(part, on),
        )

    def _column(self, form: Form, part: str, none: str, *, numbers: bool = False) -> None:
        form.choice(
            f"labels.part.{part}",
            lambda: [("", self._desk.speech.text(none)), *self._columns(numbers=numbers)],
            lambda: str(getattr(self.label, part)),
            lambda name: self._change(part, name),
        )

    def _columns(self, *, numbers: bool = False) -> list[tuple[str, str]]:
        layer = self._layer()
        if layer is None:
            return []
        named = named_columns(self._desk, layer)
        return [(one.field, one.title) for one in named if one.is_number or not numbers]

    def _words(self, form: Form, part: str) -> None:
        form.line(
            f"labels.part.{part}",
            lambda: str(getattr(self.label, part)),
            lambda text: self._change(part, text),
        )

    def _color(self, form: Form, part: str, none: str) -> None:
        field = ColorField(
            self._desk,
            none,
            lambda: getattr(self.label, part) or "",
            lambda color: self._change(part, color or (None if part == "halo" else "#22211f")),
        )
        form.add(f"labels.part.{part}", field)
        form.on_show(field.show_value)

    # --- groups ---------------------------------------------------------------------------------

    def columns(self) -> Form:
        """Return which columns are written."""
        form = self._form()
        self._column(form, "field", "style.no-labels")
        self._column(form, "second_field", "labels.none")
        self._column(form, "circled_field", "labels.none", numbers=True)
        return form

    def values(self) -> Form:
        """Return how a value is written."""
        form = self._form()
        self._words(form, "prefix")
        self._words(form, "suffix")
        self._whole(form, "decimals", Span(-1, 6, 1, 0, "labels.as-column"))
        return form

    def letters(self) -> Form:
        """Return how letters look."""
        form = self._form()
        self._number(form, "size_mm", Span(0.8, 20, 0.2, 1), "mm")
        self._color(form, "color", "labels.usual-color")
        self._check(form, "bold")
        self._check(form, "italic")
        self._color(form, "halo", "labels.none")
        self._number(form, "halo_mm", Span(0.1, 3 * HALO_MM, 0.1, 1), "mm")
        self._number(form, "letter_spacing", Span(0, 200, 5, 0, "labels.none"), "percent", 100)
        self._number(form, "wrap_mm", Span(0, _MOST_MM * 3, 1, 0, "labels.never"), "mm")
        return form

    def place(self) -> Form:
        """Return where labels stand."""
        form = self._form()
        self._for(form, self._check(form, "along_line"), Kind.LINE)
        spin = form.number(
            "labels.part.repeat_mm", lambda: self.label.repeat_mm,
            lambda value: self._change("repeat_mm", value),
            Span(0, 500, 10, 0, "labels.once"),
        )  # fmt: skip
        self._desk.speech.bind(spin, "labels.mm", spin.setSuffix)
        self._for(form, spin, Kind.LINE)
        first = form.choice(
            "labels.part.places", self._place_names, lambda: first_place(self.label),
            lambda name: self._change("places", places_from(name, only=False)),
        )  # fmt: skip
        only = form.check(
            "labels.part.only-place", lambda: len(self.label.places) == 1,
            lambda on: self._change("places", places_from(first_place(self.label), only=on)),
        )  # fmt: skip
        form.on_show(lambda: only.setEnabled(bool(self.label.places)))
        for widget in (first, only):
            self._for(form, widget, Kind.POINT)
        self._for(form, self._check(form, "leader"), Kind.POLYGON)
        self._number(form, "clearance_mm", Span(0, 10, 0.2, 1, "labels.none"), "mm")
        return form

    def _place_names(self) -> list[tuple[str, str]]:
        say = self._desk.speech.text
        named = [(place.value, say(f"labels.place.{place.value}")) for place in LabelPlace]
        return [("", say("labels.place.usual")), *named]

    def which(self) -> Form:
        """Return which features are labelled, and who comes first."""
        form = self._form()
        self._whole(form, "priority", Span(-MOST_PRIORITY, MOST_PRIORITY, 1, 0))
        self._column(form, "priority_field", "labels.by-size", numbers=True)
        self._check(form, "smallest_first")
        self._number(form, "smallest_mm", Span(0, _MOST_MM, 0.5, 1, "labels.none"), "mm")
        self._scale(form, "max_units_per_px", NO_LIMIT)
        self._scale(form, "min_units_per_px", 0.0)
        return form

    def _scale(self, form: Form, part: str, unlimited: float) -> None:
        spin = form.number(
            f"labels.part.{part}",
            lambda: scale_of(getattr(self.label, part), self._unit_m),
            lambda value: self._change(part, units_of(value, self._unit_m, unlimited)),
            Span(0, _MOST_SCALE, 500, 0, "labels.no-limit"),
        )
        spin.setPrefix("1:")

    @property
    def _unit_m(self) -> float:
        return self._desk.project.crs.unit_m

    def classes(self) -> Form:
        """Return by which column labels differ."""
        form = self._form()
        form.choice(
            "labels.part.class_field",
            lambda: [("", self._desk.speech.text("labels.none")), *self._class_columns()],
            lambda: self.label.class_field,
            lambda name: self._change("class_field", name),
        )
        return form

    def _class_columns(self) -> list[tuple[str, str]]:
        layer = self._layer()
        own = () if layer is None else tuple(layer.table.columns)
        wanted = [(name, title) for name, title in self._columns() if name in own]
        return [
            (name, title)
            for name, title in wanted
            if layer is not None
            and (layer.table.row_count <= _FEW_ROWS or not layer.table.column(name).is_number)
            and (name == self.label.class_field or _is_made_of_classes(layer, name))
        ]


#: Values of a column are counted on the main thread only in layers of so few rows.
_FEW_ROWS = 20_000


def _is_made_of_classes(layer: VectorLayer, name: str) -> bool:
    """Whether a column has few values; not looked at where that would take a while."""
    if layer.table.row_count > _FEW_ROWS:
        return True
    return bool(class_values(layer, name))
