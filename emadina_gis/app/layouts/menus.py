"""What the editor offers in menus: new pages, what to do with a page, and ways out of the house.

Owns the questions; templates are the workflows', pages the commands'.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QMenu

from emadina_gis.app.notices import Offer
from emadina_gis.domain.title import Title
from emadina_gis.errors import EmadinaError
from emadina_gis.io.layout_templates import ENDING, LayoutTemplate, without_project
from emadina_gis.project.layout_arrange import free_id
from emadina_gis.session.commands.layouts import AddLayout, DuplicateLayout
from emadina_gis.session.commands.sheets import RemoveLayout
from emadina_gis.session.phrase import Phrase
from emadina_gis.workflows.layouts import (
    TemplateList,
    export_template,
    framed,
    import_template,
    layout_from_template,
    remove_template,
    save_as_template,
    templates,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from emadina_gis.app.layouts.page import LayoutPage
    from emadina_gis.app.main_window import MainWindow
    from emadina_gis.app.speech import Speech
    from emadina_gis.project import Layout
    from emadina_gis.workflows.layouts import KnownTemplate


class LayoutMenus(QObject):
    """Menus of the editor of one window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._desk = window.desk
        self._page: LayoutPage | None = None
        self.known: TemplateList | None = None

    def connect_to(self, page: LayoutPage) -> None:
        """Serve an editor."""
        self._page = page
        page.new_asked.connect(self.open_new)
        page.more_asked.connect(self.open_more)
        page.empty.template_chosen.connect(self.add_from)
        self.read_templates()

    @property
    def _editing_page(self) -> LayoutPage:
        assert self._page is not None
        return self._page

    @property
    def _layout(self) -> Layout | None:
        return self._editing_page.editing.layout

    # --- new pages ------------------------------------------------------------------------------

    def read_templates(self, then: Callable[[], object] | None = None) -> None:
        """Read the templates in the background."""

        def take(found: TemplateList) -> None:
            self.known = found
            self._editing_page.empty.offer(found)
            if then is not None:
                then()

        self._desk.jobs.submit(lambda _ctx: templates(), done=take, failed=self._desk.notices.error)

    def open_new(self, place: QPoint) -> None:
        """Offer the templates at a place of the screen."""
        if self.known is None:
            self.read_templates(lambda: self.open_new(place))
        else:
            self.new_menu(self.known).popup(place)

    def new_menu(self, known: TemplateList) -> QMenu:
        """Return a menu of the templates: the person's own, then those shipped."""
        menu, say = QMenu(self._page), self._desk.speech
        own = [one for one in known.templates if one.is_own]
        shipped = [one for one in known.templates if not one.is_own]
        for group in (own, shipped):
            for one in group:
                action = menu.addAction(template_name(one, say), partial(self.add_from, one))
                action.setToolTip(say.title(one.template.about))
            if group:
                menu.addSeparator()
        menu.setToolTipsVisible(True)
        menu.addAction(say.text("layout-editor.import-template"), self.ask_import)
        if own:
            removing = menu.addMenu(say.text("layout-editor.remove-template"))
            for one in own:
                removing.addAction(template_name(one, say), partial(self.remove_template, one))
        for path, error in known.unread:
            told = say.text("layout-editor.template-unread", name=path.name)
            menu.addAction(told, partial(self._desk.notices.error, error))
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def add_from(self, known: KnownTemplate) -> None:
        """Add a page made from a template and edit it."""
        layout, problems = layout_from_template(self._desk.project, known.template)
        if not self._editing_page.editing.do(AddLayout(layout)):
            return
        self._editing_page.open(layout.id)
        if problems:
            what = ", ".join(str(problem.params["what"]) for problem in problems)
            self._desk.notices.tell(Phrase("layout-editor.lacking", {"what": what}))

    def remove_template(self, known: KnownTemplate) -> None:
        """Remove one of the person's own templates, and offer to keep it after all."""
        name = {"name": self._desk.speech.title(known.title)}

        def told(_removed: object) -> None:
            self.read_templates()
            keep = Offer("layout-editor.keep-template", lambda: self._keep(known))
            self._desk.notices.tell(Phrase("layout-editor.template-removed", name), None, keep)

        self._desk.jobs.submit(
            lambda _ctx: remove_template(known.id), done=told, failed=self._desk.notices.error
        )

    def _keep(self, known: KnownTemplate) -> None:
        self._desk.jobs.submit(
            lambda _ctx: export_template(known.template, known.path),
            done=lambda _path: self.read_templates(),
            failed=self._desk.notices.error,
        )

    # --- a page ---------------------------------------------------------------------------------

    def open_more(self, place: QPoint) -> None:
        """Offer what can be done with the page at a place of the screen."""
        self.more_menu().popup(place)

    def more_menu(self) -> QMenu:
        """Return a menu of what can be done with the page."""
        menu, say = QMenu(self._page), self._desk.speech.text
        editing = self._editing_page.editing
        changing = (
            menu.addAction(say("layout-editor.duplicate-page"), self.duplicate),
            menu.addAction(say("layout-editor.rename-page"), self._editing_page.lists.rename),
            menu.addAction(say("layout-editor.remove-page"), self.remove),
        )
        for action in changing:
            action.setEnabled(editing.can_edit)
        menu.addSeparator()
        menu.addAction(say("layout-editor.save-template"), self.save_template)
        menu.addAction(say("layout-editor.export-template"), self.ask_export)
        menu.addAction(say("layout-editor.import-template"), self.ask_import)
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def duplicate(self) -> None:
        """Copy the page and edit the copy."""
        layout = self._layout
        if layout is None:
            return
        name = free_id(layout.id, {one.id for one in self._desk.project.layouts})
        title = layout.title
        copy = Title(
            *(self._copy_name(title.text(language), language) for language in ("fr", "ar", "en"))
        )
        if self._editing_page.editing.do(DuplicateLayout(layout.id, name, copy)):
            self._editing_page.open(name)

    def _copy_name(self, text: str, language: str) -> str:
        taken = {one.title.text(language) for one in self._desk.project.layouts}
        number = 2
        while text and f"{text} ({number})" in taken:
            number += 1
        return f"{text} ({number})" if text else ""

    def remove(self) -> None:
        """Take the page out of the project; undo brings it back, and that is offered."""
        layout = self._layout
        if layout is None or not self._editing_page.editing.do(RemoveLayout(layout.id)):
            return
        name = self._desk.speech.title(layout.title)
        self._desk.notices.done(
            Phrase("layout-editor.removed", {"name": name}),
            Offer("edit.undo", self._desk.store.undo),
        )

    # --- templates as files ---------------------------------------------------------------------

    def save_template(self) -> None:
        """Keep the page as a template of the person's own."""
        layout = self._layout
        if layout is None:
            return

        def told(_path: Path) -> None:
            self.read_templates()
            name = self._desk.speech.title(layout.title)
            self._desk.notices.done(Phrase("layout-editor.template-saved", {"name": name}))

        self._desk.jobs.submit_shown(
            "job.saving",
            lambda _ctx: save_as_template(layout, layout.title),
            done=told,
            failed=self._desk.notices.error,
        )

    def ask_export(self) -> None:
        """Ask where to write the page as a template, and write it."""
        layout = self._layout
        if layout is None:
            return
        name = self._desk.speech.title(layout.title)
        path = self._window.choose.save_as("layout-editor.export-template", name, ENDING)
        if path is not None:
            self.export(path)

    def export(self, path: Path) -> None:
        """Write the page as a template to hand over."""
        layout = self._layout
        if layout is None:
            return
        self._desk.jobs.submit_shown(
            "job.saving",
            lambda _ctx: export_template(template_of(layout), path),
            done=self._window.outputs.tell_written,
            failed=self._desk.notices.error,
        )

    def ask_import(self) -> None:
        """Ask for a template file and take it over."""
        patterns = f"*{ENDING} *.toml"
        path = self._window.choose.file_to_open("layout-editor.import-template", patterns)
        if path is not None:
            self.import_from(path)

    def import_from(self, path: Path) -> None:
        """Take a template file over, and begin a page with it."""

        def take(known: KnownTemplate) -> None:
            self.read_templates()
            self.add_from(known)

        def failed(error: Exception) -> None:
            if not isinstance(error, EmadinaError):
                raise error
            self._desk.notices.error(error)

        self._desk.jobs.submit_shown(
            "job.reading", lambda _ctx: import_template(path), done=take, failed=failed
        )


def template_name(known: KnownTemplate, speech: Speech) -> str:
    """Return what a template is called, with its paper where its title does not say it."""
    name, paper = speech.title(known.title), str(known.template.layout.page)
    return name if paper in name.split() else f"{name} · {speech.words.isolated(paper)}"


def template_of(layout: Layout) -> LayoutTemplate:
    """Return a page as a template: without what belongs to its project."""
    return LayoutTemplate(replace(without_project(layout), frames=framed(layout)))
