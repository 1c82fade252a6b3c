"""Commands on printed pages: adding, naming, paper, fold marks, revisions, standard frames.

Those on the frames of a page are in ``frames``; ``SetLayout`` and ``RemoveLayout`` in ``sheets``.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from emadina_gis.errors import CommandError
from emadina_gis.project.layout_fit import on_paper
from emadina_gis.project.layout_rules import layout_faults
from emadina_gis.session.phrase import Phrase

if TYPE_CHECKING:
    from emadina_gis.domain.title import Title
    from emadina_gis.project import Frame, Layout, PageFormat, Project
    from emadina_gis.project.layouts import Revision


def with_layout(project: Project, layout: Layout) -> Project:
    """Return the project with a changed layout, the same project where nothing changed.

    Raises
    ------
    CommandError
        With the code of the first fault of the layout.
    """
    old = project.layout(layout.id)
    if old == layout:
        return project
    refuse_faults(layout)
    layouts = tuple(layout if other is old else other for other in project.layouts)
    return replace(project, layouts=layouts)


def refuse_faults(layout: Layout) -> None:
    """Raise a `CommandError` with the first fault of a layout."""
    fault = next(layout_faults(layout), None)
    if fault is not None:
        raise CommandError(fault.code, **fault.told())


def _refuse_taken(project: Project, layout_id: str) -> None:
    if any(layout.id == layout_id for layout in project.layouts):
        raise CommandError("layout.exists", layout=layout_id)


def _refuse_unnamed(title: Title) -> None:
    if not any(text.strip() for text in (title.fr, title.ar, title.en)):
        raise CommandError("command.empty-name")


@dataclass(frozen=True)
class AddLayout:
    """Add a page, at the end of the list."""

    layout: Layout
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.layouts.add")

    def apply(self, project: Project) -> Project:
        """Return the project with the page."""
        _refuse_taken(project, self.layout.id)
        _refuse_unnamed(self.layout.title)
        refuse_faults(self.layout)
        return replace(project, layouts=(*project.layouts, self.layout))


@dataclass(frozen=True)
class DuplicateLayout:
    """Add a page like another one, right after it."""

    layout_id: str
    new_id: str
    title: Title
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.layouts.duplicate")

    def apply(self, project: Project) -> Project:
        """Return the project with the copy."""
        source = project.layout(self.layout_id)
        _refuse_taken(project, self.new_id)
        _refuse_unnamed(self.title)
        made = replace(source, id=self.new_id, title=self.title)
        place = project.layouts.index(source) + 1
        layouts = (*project.layouts[:place], made, *project.layouts[place:])
        return replace(project, layouts=layouts)


@dataclass(frozen=True)
class RenameLayout:
    """Change the title of a page."""

    layout_id: str
    title: Title

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.layouts.rename")

    @property
    def merge_key(self) -> str | None:
        """A title being typed is one step."""
        return f"layout-title:{self.layout_id}"

    def apply(self, project: Project) -> Project:
        """Return the project with the page renamed."""
        layout = project.layout(self.layout_id)
        _refuse_unnamed(self.title)
        return with_layout(project, replace(layout, title=self.title))


@dataclass(frozen=True)
class SetPaper:
    """Put a page on another paper; its frames are fitted to it, or kept where they stand."""

    layout_id: str
    page: PageFormat
    landscape: bool
    fitted: bool = True
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.layouts.paper")

    def apply(self, project: Project) -> Project:
        """Return the project with the page on that paper."""
        layout = project.layout(self.layout_id)
        moved = on_paper(layout, self.page, landscape=self.landscape, fitted=self.fitted)
        return with_layout(project, moved)


@dataclass(frozen=True)
class SetFoldMarks:
    """Draw the marks that fold a sheet to A4, or leave them out."""

    layout_id: str
    marks: bool
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.layouts.fold-marks")

    def apply(self, project: Project) -> Project:
        """Return the project with the marks set."""
        layout = project.layout(self.layout_id)
        return with_layout(project, replace(layout, fold_marks=self.marks))


@dataclass(frozen=True)
class ComposeLayout:
    """Give a page without frames its frames, so that they can be edited."""

    layout_id: str
    frames: tuple[Frame, ...]
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.layouts.compose")

    def apply(self, project: Project) -> Project:
        """Return the project with the frames of the page."""
        layout = project.layout(self.layout_id)
        if layout.frames and layout.frames != self.frames:
            raise CommandError("layout.has-frames", layout=self.layout_id)
        return with_layout(project, replace(layout, frames=self.frames))


@dataclass(frozen=True)
class SetRevisions:
    """Replace the table of revisions of a page."""

    layout_id: str
    revisions: tuple[Revision, ...]

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.layouts.revisions")

    @property
    def merge_key(self) -> str | None:
        """A table being filled in is one step."""
        return f"layout-revisions:{self.layout_id}"

    def apply(self, project: Project) -> Project:
        """Return the project with the table."""
        layout = project.layout(self.layout_id)
        return with_layout(project, replace(layout, revisions=self.revisions))


@dataclass(frozen=True)
class AddRevision:
    """Add a line at the end of the table of revisions."""

    layout_id: str
    revision: Revision
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.layouts.add-revision")

    def apply(self, project: Project) -> Project:
        """Return the project with the line."""
        layout = project.layout(self.layout_id)
        index = self.revision.index
        if self.revision in layout.revisions:
            return project
        if any(other.index == index for other in layout.revisions):
            raise CommandError("layout.revision-exists", index=index)
        return with_layout(project, replace(layout, revisions=(*layout.revisions, self.revision)))


@dataclass(frozen=True)
class RemoveRevision:
    """Take a line out of the table of revisions, by its index letter or number."""

    layout_id: str
    index: str
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.layouts.remove-revision")

    def apply(self, project: Project) -> Project:
        """Return the project without the line."""
        layout = project.layout(self.layout_id)
        kept = tuple(one for one in layout.revisions if one.index != self.index)
        if len(kept) == len(layout.revisions):
            raise CommandError("layout.no-revision", index=self.index)
        return with_layout(project, replace(layout, revisions=kept))
