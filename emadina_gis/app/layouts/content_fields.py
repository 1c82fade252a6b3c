"""Fields of what a frame holds, by its kind."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QMenu, QPlainTextEdit, QToolButton, QWidget

from emadina_gis.app.controls import row
from emadina_gis.app.layouts.color_field import ColorField
from emadina_gis.app.layouts.form import Span
from emadina_gis.app.layouts.picture_field import PictureField
from emadina_gis.app.layouts.scale_field import ScaleField
from emadina_gis.app.models.columns import named_columns
from emadina_gis.domain.layer import VectorLayer
from emadina_gis.domain.title import Title
from emadina_gis.project.layout_rules import (
    ALIGNS,
    CHECK_BAR_LENGTHS_MM,
    MOST_PRICE_MAD_M2,
    TEXT_SIZES_PT,
    WEIGHTS,
)
from emadina_gis.project.layouts import (
    CHOSEN,
    REFERENCE,
    ChartContent,
    ChartKind,
    CheckBarContent,
    FactsContent,
    Grid,
    Ink,
    LegendContent,
    MapContent,
    MassingContent,
    NorthContent,
    OverviewContent,
    PictureContent,
    RevisionsContent,
    ScaleBarContent,
    SectionContent,
    Sight,
    SourcesContent,
    TableContent,
    TableKind,
    TextContent,
    TitleBlockContent,
)
from emadina_gis.report.layout import ROUND_SCALES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from emadina_gis.app.desk import Desk
    from emadina_gis.app.layouts.editing import Editing
    from emadina_gis.app.layouts.form import Form, Options
    from emadina_gis.project.layouts import Content

    AskPicture = Callable[[], Path | None]

PLACEHOLDERS = (
    "project", "scenario", "scale", "date", "page", "pages", "feature", "document", "status",
    "code", "reference", "stage", "ctl", "ep", "cc", "decree", "bulletin", "changes", "procedure",
)  # fmt: skip


class ContentFields:
    """Adds the fields of one frame's content to a form."""

    def __init__(self, desk: Desk, editing: Editing, form: Form, ask: AskPicture) -> None:
        self._desk = desk
        self._editing = editing
        self._form = form
        self._ask = ask
        self._frame_id = ""

    def add_for(self, frame_id: str) -> None:
        """Add the fields of the frame's kind."""
        self._frame_id = frame_id
        _FIELDS[type(self.content)](self)

    @property
    def content(self) -> Any:
        """What the frame holds now."""
        layout = self._editing.layout
        assert layout is not None
        return layout.frame(self._frame_id).content

    def _read(self, name: str) -> Callable[[], Any]:
        return lambda: getattr(self.content, name)

    def _write(self, name: str) -> Callable[[Any], None]:
        return lambda value: self._set(name, **{name: value})

    def _set(self, field: str, **values: Any) -> None:
        content = replace(self.content, **values)
        if not self._editing.set_content(self._frame_id, content, f"content.{field}"):
            self._form.show_values()

    # --- kinds ----------------------------------------------------------------------------------

    def map(self) -> None:
        """Scale, centre, scenario, colours, layers, grid, ink."""
        form = self._form
        self._scale()
        form.widget(self._centre_buttons())
        form.choice("layout-editor.field.scenario", self._scenarios, self._read("scenario"),
                    self._write("scenario"))  # fmt: skip
        form.choice("layout-editor.field.column", self._columns, self._read("column"),
                    self._write("column"))  # fmt: skip
        form.choice("layout-editor.field.grid", self._kinds("grid", Grid), self._read("grid"),
                    lambda value: self._set("grid", grid=Grid(value)))  # fmt: skip
        form.number("layout-editor.field.grid-step", self._read("grid_step_m"),
                    self._write("grid_step_m"),
                    Span(0.0, 100_000.0, 50.0, 0, "layout-editor.automatic"))  # fmt: skip
        form.choice("layout-editor.field.ink", self._kinds("ink", Ink), self._read("ink"),
                    lambda value: self._set("ink", ink=Ink(value)))  # fmt: skip
        form.check("layout-editor.field.labels", self._read("labels"), self._write("labels"))
        form.check("layout-editor.field.of-changes", self._read("of_changes"),
                   self._write("of_changes"))  # fmt: skip
        others = [name for name, _title in self._maps() if name]
        if len(others) > 1 or self.content.follows:
            form.choice("layout-editor.field.follows", self._followed, self._read("follows"),
                        self._write("follows"))  # fmt: skip
        form.several("layout-editor.field.layers", self._layers, self._drawn_layers,
                     self._set_layers)  # fmt: skip

    def _scale(self) -> None:
        field = ScaleField(
            self._desk, "layout-editor.scale-of-page", self._read("scale"), self._write("scale")
        )
        self._form.add("layout-editor.field.scale", field)
        self._form.on_show(field.show_value)
        self.scale_field = field

    def _centre_buttons(self) -> QWidget:
        holder = QWidget()
        line = row(holder, spacing=4)
        voice = self._desk.voice
        line.addWidget(voice.button("layout-editor.take-view", self.take_view, icon="map"), 1)
        line.addWidget(voice.tool("layout-editor.centre-free", "locate", self.let_centre))
        return holder

    def take_view(self) -> None:
        """Show what the map of the window shows: its centre, at the round scale nearest to it."""
        viewport = self._desk.view.viewport
        if viewport is None:
            return
        unit_m = self._desk.project.crs.unit_m if self._desk.project.crs.is_known else 1.0
        scale = nearest_scale(viewport.scale_denominator(unit_m))
        self._set("view", center=(viewport.x, viewport.y), scale=scale)

    def let_centre(self) -> None:
        """Centre on what must be seen, as the page does by itself."""
        self._set("view", center=None, scale=0)

    def legend(self) -> None:
        """Which map, title, columns."""
        self._of_map()
        self._form.number(
            "layout-editor.field.columns", self._read("columns"),
            lambda value: self._set("columns", columns=round(value)),
            Span(0.0, 8.0, 1.0, 0, "layout-editor.automatic"),
        )  # fmt: skip
        self._title()

    def table(self) -> None:
        """What is listed; for the attributes of a layer, which columns and how many rows."""
        form = self._form
        form.choice("layout-editor.field.table", self._kinds("table", TableKind),
                    self._read("table"), self._set_table)  # fmt: skip
        if self.content.table == TableKind.ATTRIBUTES:
            form.choice("layout-editor.field.layer", self._vector_layers, self._read("layer"),
                        lambda value: self._set("layer", layer=value, columns=()))  # fmt: skip
            form.number("layout-editor.field.rows", self._read("most_rows"),
                        lambda value: self._set("rows", most_rows=round(value)),
                        Span(1.0, 1_000.0, 1.0, 0))  # fmt: skip
            form.several("layout-editor.field.table-columns", self._table_columns,
                         self._read("columns"), self._write("columns"))  # fmt: skip
        if self.content.table == TableKind.COUNCIL:
            prices = Span(0.0, MOST_PRICE_MAD_M2, 100.0, 0, "layout-editor.price-none")
            form.number("layout-editor.field.price", self._read("price_mad_m2"),
                        self._write("price_mad_m2"), prices)  # fmt: skip
        self._title()

    def _set_table(self, value: str) -> None:
        layer = self.content.layer
        if value == TableKind.ATTRIBUTES and not layer:
            layer = self._desk.project.parcels_id
        self._set("table", table=TableKind(value), layer=layer)

    def chart(self) -> None:
        """What is shown, and a title."""
        self._form.choice("layout-editor.field.chart", self._kinds("chart", ChartKind),
                          self._read("chart"),
                          lambda value: self._set("chart", chart=ChartKind(value)))  # fmt: skip
        self._title()

    def text(self) -> None:
        """Text in three languages, and how it looks."""
        form = self._form
        fields = form.text("layout-editor.field.text", self._read("text"), self._write("text"))
        form.widget(_Placeholders(self._desk, fields))
        form.number("layout-editor.field.size", self._read("size_pt"), self._set_size,
                    Span(0.0, TEXT_SIZES_PT[1], 0.5, 1, "layout-editor.body-size"))  # fmt: skip
        form.choice("layout-editor.field.weight", self._named("weight", WEIGHTS),
                    self._read("weight"), self._write("weight"))  # fmt: skip
        form.choice("layout-editor.field.align", self._named("text-align", ALIGNS),
                    self._read("align"), self._write("align"))  # fmt: skip
        color = ColorField(self._desk, "layout-editor.ink-of-page", self._read("color"),
                           self._write("color"))  # fmt: skip
        form.add("layout-editor.field.color", color)
        form.on_show(color.show_value)

    def _set_size(self, value: float) -> None:
        """Take a size of type; between none and the least there is nothing."""
        self._set("size", size_pt=0.0 if value <= 0 else max(value, TEXT_SIZES_PT[0]))

    def picture(self) -> None:
        """The picture file."""
        field = PictureField(self._desk, self._ask, lambda: self.content, self._set_picture)
        self._form.widget(field)
        self._form.on_show(field.show_value)
        self.picture_field = field

    def _set_picture(self, picture: PictureContent) -> None:
        self._editing.set_content(self._frame_id, picture)

    def of_map(self) -> None:
        """Only which map it belongs to."""
        self._of_map()

    def title_block(self) -> None:
        """The levels of the title block, a line each."""
        self._form.text("layout-editor.field.levels", self._levels, self._set_levels)

    def _levels(self) -> Title:
        levels: tuple[Title, ...] = self.content.levels
        return Title(**{
            name: "\n".join(level.text(name) for level in levels) for name in ("fr", "ar", "en")
        })  # fmt: skip

    def _set_levels(self, text: Title) -> None:
        lines = {name: text.text(name).split("\n") for name in ("fr", "ar", "en")}
        count = max(len(said) for said in lines.values())
        levels = tuple(
            Title(**{name: said[at] if at < len(said) else "" for name, said in lines.items()})
            for at in range(count)
        )
        is_empty = not any(said for names in lines.values() for said in names)
        self._set("levels", levels=() if is_empty else levels)

    def revisions(self) -> None:
        """The title; the lines belong to the page."""
        self._title()
        self._form.widget(self._note("layout-editor.revisions-note"))

    def check_bar(self) -> None:
        """How long the bar is."""
        self._form.number("layout-editor.field.length", self._read("length_mm"),
                          self._write("length_mm"), Span(*CHECK_BAR_LENGTHS_MM, 10.0))  # fmt: skip

    def section(self) -> None:
        """Only a title: the parcel is that which the scenario changes most."""
        self._title()

    def massing(self) -> None:
        """From where the volumes are seen, and a title."""
        self._form.choice("layout-editor.field.sight", self._kinds("sight", Sight),
                          self._read("sight"),
                          lambda value: self._set("sight", sight=Sight(value)))  # fmt: skip
        self._title()

    def nothing(self) -> None:
        """Say that the content comes from the project."""
        self._form.widget(self._note("layout-editor.from-project"))

    def _note(self, key: str) -> QWidget:
        note = self._desk.voice.label(key, "secondary")
        note.setWordWrap(True)
        return note

    def _title(self) -> None:
        self._form.title("layout-editor.field.title", self._read("title"), self._write("title"))

    def _of_map(self) -> None:
        if len(list(self._maps())) > 2 or self.content.of_map:
            self._form.choice("layout-editor.field.of-map", self._maps, self._read("of_map"),
                              self._write("of_map"))  # fmt: skip
        else:
            self._form.widget(self._note("layout-editor.of-only-map"))

    # --- what can be chosen ---------------------------------------------------------------------

    def _kinds(self, group: str, values: Any) -> Callable[[], Options]:
        return self._named(group, tuple(str(value) for value in values))

    def _named(self, group: str, values: tuple[str, ...]) -> Callable[[], Options]:
        say = self._desk.speech.text
        return lambda: [(value, say(f"layout-editor.{group}.{value}")) for value in values]

    def _maps(self) -> Iterator[tuple[str, str]]:
        """Yield the main map, then every map by its place in the drawing order."""
        say, layout = self._desk.speech.text, self._editing.layout
        yield "", say("layout-editor.main-map")
        maps = () if layout is None else tuple(layout.maps)
        for number, frame in enumerate(maps, 1):
            yield frame.id, say("layout-editor.map-number", number=number)

    def _followed(self) -> Options:
        own = [("", self._desk.speech.text("layout-editor.follows-none"))]
        return own + [pair for pair in self._maps() if pair[0] and pair[0] != self._frame_id]

    def _scenarios(self) -> Options:
        say, project = self._desk.speech.text, self._desk.project
        others = [one for one in project.scenarios if one.id != project.reference_id]
        return [
            (CHOSEN, say("layout-editor.scenario.chosen")),
            (REFERENCE, say("layout-editor.scenario.reference")),
            *((one.id, one.name) for one in others),
        ]

    def _columns(self) -> Options:
        own = [("", self._desk.speech.text("layout-editor.own-colours"))]
        parcels = self._desk.project.parcels
        if parcels is None:
            return own
        return own + [
            (name.field, name.title)
            for name in named_columns(self._desk, parcels)
            if name.is_outcome
        ]

    def _layers(self) -> Options:
        layers = reversed(self._desk.project.layers)
        return [(layer.id, self._desk.speech.title(layer.title)) for layer in layers]

    def _drawn_layers(self) -> tuple[str, ...]:
        """Return the layers that the map draws: those named, else those visible."""
        named: tuple[str, ...] = self.content.layers
        visible = tuple(layer.id for layer in self._desk.project.layers if layer.visible)
        return named or visible

    def _set_layers(self, ticked: tuple[str, ...]) -> None:
        visible = {layer.id for layer in self._desk.project.layers if layer.visible}
        order = [layer.id for layer in self._desk.project.layers if layer.id in set(ticked)]
        self._set("layers", layers=() if set(order) == visible else tuple(order))

    def _vector_layers(self) -> Options:
        layers = [one for one in self._desk.project.layers if isinstance(one, VectorLayer)]
        return [(one.id, self._desk.speech.title(one.title)) for one in reversed(layers)]

    def _table_columns(self) -> Options:
        project = self._desk.project
        if not project.has_layer(self.content.layer):
            return []
        layer = project.layer(self.content.layer)
        if not isinstance(layer, VectorLayer):
            return []
        personal = layer.schema.personal_columns()
        say = self._desk.speech.title
        return [
            (name, say(layer.field_label(name).title))
            for name in layer.table.names
            if name not in personal
        ]


class _Placeholders(QToolButton):
    """Offers what a text can be filled with, and writes it where the cursor was last."""

    def __init__(self, desk: Desk, fields: dict[str, QPlainTextEdit]) -> None:
        super().__init__()
        self._desk = desk
        self._fields = fields
        desk.speech.bind(self, "layout-editor.placeholder", self.setText, self.setAccessibleName)
        self.clicked.connect(lambda _on: self.open_menu())

    def open_menu(self) -> None:
        """Offer the placeholders."""
        menu = QMenu(self)
        for name in PLACEHOLDERS:
            text = self._desk.speech.text(f"layout-editor.fill.{name}")
            menu.addAction(text, partial(self.insert, name))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.mapToGlobal(self.rect().bottomLeft()))

    def insert(self, name: str) -> None:
        """Write a placeholder into every language that has no focus of its own, else there."""
        focused = [field for field in self._fields.values() if field.hasFocus()]
        for field in focused or self._fields.values():
            cursor = field.textCursor()
            if not focused:
                cursor.movePosition(QTextCursor.MoveOperation.End)
            cursor.insertText(f"{{{name}}}")


def nearest_scale(wanted: float) -> int:
    """Return the round scale nearest to a denominator."""
    return min(ROUND_SCALES, key=lambda known: abs(known / wanted - 1))


_FIELDS: dict[type[Content], Callable[[ContentFields], None]] = {
    MapContent: ContentFields.map,
    LegendContent: ContentFields.legend,
    TableContent: ContentFields.table,
    ChartContent: ContentFields.chart,
    TextContent: ContentFields.text,
    PictureContent: ContentFields.picture,
    ScaleBarContent: ContentFields.of_map,
    NorthContent: ContentFields.of_map,
    OverviewContent: ContentFields.of_map,
    TitleBlockContent: ContentFields.title_block,
    FactsContent: ContentFields.of_map,
    SourcesContent: ContentFields.nothing,
    RevisionsContent: ContentFields.revisions,
    CheckBarContent: ContentFields.check_bar,
    SectionContent: ContentFields.section,
    MassingContent: ContentFields.massing,
}
