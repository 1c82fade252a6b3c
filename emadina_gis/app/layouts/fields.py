"""The trailing side of the editor: fields of the chosen frame, of several, or of the page.

Owns which fields are shown; each change is a command of `Editing`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from emadina_gis.app.controls import clear, column, hairline, plain_label, scrolling
from emadina_gis.app.layouts.color_field import ColorField
from emadina_gis.app.layouts.content_fields import ContentFields
from emadina_gis.app.layouts.form import Form, Span
from emadina_gis.app.layouts.kinds import kind_of
from emadina_gis.app.layouts.page_fields import PageFields
from emadina_gis.project.layout_rules import MOST_BORDER_MM, least_size_mm
from emadina_gis.session.commands.frames import ResizeFrame

if TYPE_CHECKING:
    from collections.abc import Callable

    from emadina_gis.app.desk import Desk
    from emadina_gis.app.layouts.content_fields import AskPicture
    from emadina_gis.app.layouts.editing import Editing
    from emadina_gis.project.layouts import Frame


class FieldsPanel(QWidget):
    """Fields of what is chosen."""

    def __init__(self, desk: Desk, editing: Editing, ask_picture: AskPicture) -> None:
        super().__init__()
        self._desk = desk
        self._editing = editing
        self._ask = ask_picture
        self._shown: tuple[object, ...] = ()
        self.setObjectName("page")
        self.forms: list[Form] = []
        self.content: ContentFields | None = None
        self.title = plain_label("", "heading")
        inner = QWidget()
        self._rows = column(inner, spacing=8, margins=(14, 4, 14, 14))
        whole = column(self, spacing=0)
        self.title.setContentsMargins(14, 12, 14, 6)
        whole.addWidget(self.title)
        whole.addWidget(scrolling(inner), 1)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self.show_chosen)
        editing.changed.connect(self._on_changed)
        editing.chosen_changed.connect(self._on_changed)
        desk.speech.changed.connect(self._show_anew)
        desk.results.changed.connect(self._on_changed)
        self.show_chosen()

    def take_keys(self) -> None:
        """Give the keys to the first field."""
        self.show_chosen()
        if self.forms:
            self.forms[0].setFocus()
            self.forms[0].focusNextChild()

    def _show_anew(self) -> None:
        self._shown = ()
        self._later.start()

    def _on_changed(self) -> None:
        """Show other values now; other fields, which take longer, in a turn of their own."""
        if self._wanted() == self._shown:
            self.show_chosen()
        else:
            self._later.start()

    def _wanted(self) -> tuple[object, ...]:
        """Return what decides which fields there are."""
        editing = self._editing
        kinds = tuple((one.id, type(one.content), _variant(one)) for one in editing.frames)
        maps = () if editing.layout is None else tuple(one.id for one in editing.layout.maps)
        return editing.layout_id, editing.layout is None, kinds, maps, editing.is_standard

    def show_chosen(self) -> None:
        """Show the fields of what is chosen; the same fields only get other values."""
        self._later.stop()
        wanted = self._wanted()
        if wanted != self._shown:
            self._shown = wanted
            self._make(self._editing.frames)
        self.setEnabled(self._editing.can_edit)
        for form in self.forms:
            form.show_values()

    def _make(self, frames: tuple[Frame, ...]) -> None:
        clear(self._rows)
        self.forms, self.content = [], None
        say = self._desk.speech
        if self._editing.layout is None:
            self.title.setText("")
        elif not frames:
            self.title.setText(say.text("layout-editor.page"))
            PageFields(self._desk, self._editing, self._form()).add()
        elif len(frames) == 1:
            self.title.setText(say.text(f"layout-editor.kind.{kind_of(frames[0].content)}"))
            form = self._form()
            self.content = ContentFields(self._desk, self._editing, form, self._ask)
            self.content.add_for(frames[0].id)
            self._section("layout-editor.place")
            self._add_place(frames[0])
        else:
            self.title.setText(say.plural("layout-editor.chosen", len(frames)))
        if frames:
            self._section("layout-editor.look")
            self._add_look()
        self._rows.addStretch(1)

    def _form(self) -> Form:
        form = Form(self._desk)
        self.forms.append(form)
        self._rows.addWidget(form)
        return form

    def _section(self, key: str) -> None:
        if self.forms:
            self._rows.addWidget(hairline())
        self._rows.addWidget(self._desk.voice.label(key, "section"))

    # --- place and size -------------------------------------------------------------------------

    def _add_place(self, frame: Frame) -> None:
        form, frame_id = self._form(), frame.id
        mirrored = self._desk.words.is_rtl and not frame.keeps_side
        side = "layout-editor.field.x-right" if mirrored else "layout-editor.field.x"
        least = least_size_mm(frame.content)
        for at, (key, low) in enumerate(
            ((side, 0.0), ("layout-editor.field.y", 0.0),
             ("layout-editor.field.width", least[0]), ("layout-editor.field.height", least[1]))
        ):  # fmt: skip
            spin = form.number(
                key, self._side(frame_id, at), self._set_side(frame_id, at),
                Span(low, 1_200.0, 0.5, 2),
            )  # fmt: skip
            self._desk.speech.bind(spin, "layout-editor.mm", spin.setSuffix)
            spin.setEnabled(not frame.locked)

    def _frame(self, frame_id: str) -> Frame:
        layout = self._editing.layout
        assert layout is not None
        return layout.frame(frame_id)

    def _box(self, frame_id: str) -> tuple[float, float, float, float]:
        frame = self._frame(frame_id)
        return frame.x, frame.y, frame.width, frame.height

    def _side(self, frame_id: str, at: int) -> Callable[[], float]:
        return lambda: self._box(frame_id)[at]

    def _set_side(self, frame_id: str, at: int) -> Callable[[float], None]:
        def write(value: float) -> None:
            box = list(self._box(frame_id))
            if round(box[at], 2) == round(value, 2):
                return
            box[at] = value
            x, y, width, height = box
            command = ResizeFrame(self._editing.layout_id, frame_id, (x, y, width, height))
            self._editing.do(command, f"place.{at}")
            self.show_chosen()

        return write

    # --- look -----------------------------------------------------------------------------------

    def _add_look(self) -> None:
        form, editing = self._form(), self._editing
        border = form.number(
            "layout-editor.field.border", lambda: self._first().border_mm,
            lambda value: editing.dress(border_mm=value),
            Span(0.0, MOST_BORDER_MM, 0.05, 2, "layout-editor.none"),
        )  # fmt: skip
        self._desk.speech.bind(border, "layout-editor.mm", border.setSuffix)
        color = ColorField(
            self._desk, "layout-editor.paper-colour", lambda: self._first().background,
            lambda value: editing.dress(background=value),
        )  # fmt: skip
        form.add("layout-editor.field.background", color)
        form.on_show(color.show_value)
        form.check("layout-editor.field.locked", lambda: self._first().locked,
                   lambda on: editing.dress(locked=on))  # fmt: skip
        form.check("layout-editor.field.keeps-side", lambda: self._first().keeps_side,
                   lambda on: editing.dress(keeps_side=on))  # fmt: skip

    def _first(self) -> Frame:
        return self._editing.frames[0]


def _variant(frame: Frame) -> tuple[object, ...]:
    """Return what of a frame decides which fields there are."""
    content = frame.content
    return (
        getattr(content, "table", None), frame.locked, frame.keeps_side,
        bool(getattr(content, "of_map", "") or getattr(content, "follows", "")),
    )  # fmt: skip
