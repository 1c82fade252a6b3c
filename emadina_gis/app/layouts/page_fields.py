"""Fields of the page itself: titles, paper, scale and centre, fold marks, revisions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from emadina_gis.app.controls import row
from emadina_gis.app.layouts.content_fields import nearest_scale
from emadina_gis.app.layouts.revisions import Revisions
from emadina_gis.app.layouts.scale_field import ScaleField
from emadina_gis.project.layouts import EMPTY_TITLE, PageFormat
from emadina_gis.session.commands.layouts import RenameLayout, SetFoldMarks, SetPaper
from emadina_gis.session.commands.sheets import SetLayout

if TYPE_CHECKING:
    from typing import Any

    from emadina_gis.app.desk import Desk
    from emadina_gis.app.layouts.editing import Editing
    from emadina_gis.app.layouts.form import Form
    from emadina_gis.domain.title import Title
    from emadina_gis.project import Layout

PORTRAIT, LANDSCAPE = "portrait", "landscape"


class PageFields:
    """Adds the fields of the page to a form."""

    def __init__(self, desk: Desk, editing: Editing, form: Form) -> None:
        self._desk = desk
        self._editing = editing
        self._form = form

    def add(self) -> None:
        """Add the fields."""
        form = self._form
        form.choice("layout-editor.field.paper", lambda: [(str(p), str(p)) for p in PageFormat],
                    lambda: str(self._layout.page), self._set_page)  # fmt: skip
        say = self._desk.speech.text
        form.choice(
            "layout-editor.field.turned",
            lambda: [(side, say(f"layout-editor.{side}")) for side in (PORTRAIT, LANDSCAPE)],
            lambda: LANDSCAPE if self._layout.landscape else PORTRAIT,
            self._turn,
        )
        self._add_scale()
        form.check("layout-editor.field.folds", lambda: self._layout.fold_marks,
                   lambda on: self._do(SetFoldMarks(self._layout.id, on)))  # fmt: skip
        form.check("layout-editor.field.masks-titles", lambda: self._layout.masks_titles,
                   lambda on: self._set("masks", masks_titles=on))  # fmt: skip
        if self._editing.is_standard:
            form.check("layout-editor.field.with-table", lambda: self._layout.with_table,
                       lambda on: self._set("table", with_table=on))  # fmt: skip
            form.check("layout-editor.field.with-grid", lambda: self._layout.with_grid,
                       lambda on: self._set("grid", with_grid=on))  # fmt: skip
        form.title("layout-editor.field.name", lambda: self._layout.title, self._rename)
        form.title("layout-editor.field.subtitle", self._subtitle, self._set_subtitle)
        revisions = Revisions(self._desk, self._editing)
        form.add("layout-editor.field.revisions", revisions, wide=True)
        form.on_show(revisions.show_lines)

    @property
    def _layout(self) -> Layout:
        layout = self._editing.layout
        assert layout is not None
        return layout

    def _do(self, command: Any, field: str = "") -> None:
        if not self._editing.do(command, field):
            self._form.show_values()

    def _set(self, field: str, **values: Any) -> None:
        self._do(SetLayout(replace(self._layout, **values)), f"page.{field}")

    def _add_scale(self) -> None:
        field = ScaleField(
            self._desk, "layout-editor.automatic", lambda: self._layout.scale,
            lambda scale: self._set("scale", scale=scale),
        )  # fmt: skip
        self._form.add("layout-editor.field.scale", field)
        self._form.on_show(field.show_value)
        holder = QWidget()
        line, voice = row(holder, spacing=4), self._desk.voice
        line.addWidget(voice.button("layout-editor.take-view", self.take_view, icon="map"), 1)
        line.addWidget(
            voice.tool(
                "layout-editor.centre-free", "locate",
                lambda: self._set("view", center=None, scale=0),
            )
        )  # fmt: skip
        self._form.widget(holder)

    def take_view(self) -> None:
        """Show what the map of the window shows, at the round scale nearest to it."""
        viewport = self._desk.view.viewport
        if viewport is None:
            return
        crs = self._desk.project.crs
        scale = nearest_scale(viewport.scale_denominator(crs.unit_m if crs.is_known else 1.0))
        self._set("view", center=(viewport.x, viewport.y), scale=scale)

    def _set_page(self, page: str) -> None:
        layout = self._layout
        self._do(SetPaper(layout.id, PageFormat(page), layout.landscape))

    def _turn(self, side: str) -> None:
        layout = self._layout
        self._do(SetPaper(layout.id, layout.page, side == LANDSCAPE))

    def _rename(self, title: Title) -> None:
        self._do(RenameLayout(self._layout.id, title), "page.title")

    def _subtitle(self) -> Title:
        return self._layout.subtitle or EMPTY_TITLE

    def _set_subtitle(self, title: Title) -> None:
        is_empty = not (title.fr or title.ar or title.en)
        self._set("subtitle", subtitle=None if is_empty else title)
