"""Commands on bookmarks: named views of the map, kept in the project."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from emadina_gis.errors import CommandError
from emadina_gis.session.phrase import Phrase

if TYPE_CHECKING:
    from emadina_gis.project import Bookmark, Project


@dataclass(frozen=True)
class AddBookmark:
    """Keep a named view; one of the same name is replaced, in its place of the list."""

    bookmark: Bookmark
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.bookmarks.add")

    def apply(self, project: Project) -> Project:
        """Return the project with the bookmark."""
        if not self.bookmark.name.strip():
            raise CommandError("command.empty-name")
        if self.bookmark in project.bookmarks:
            return project
        known = {bookmark.name: bookmark for bookmark in project.bookmarks}
        known[self.bookmark.name] = self.bookmark
        return replace(project, bookmarks=tuple(known.values()))


@dataclass(frozen=True)
class RemoveBookmark:
    """Forget a named view."""

    name: str
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.bookmarks.remove")

    def apply(self, project: Project) -> Project:
        """Return the project without the bookmark."""
        _named(project, self.name)
        kept = tuple(other for other in project.bookmarks if other.name != self.name)
        return replace(project, bookmarks=kept)


@dataclass(frozen=True)
class RenameBookmark:
    """Give a bookmark another name."""

    name: str
    new_name: str
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.bookmarks.rename")

    def apply(self, project: Project) -> Project:
        """Return the project with the name; one that another bookmark has is refused."""
        name = self.new_name.strip()
        bookmark = _named(project, self.name)
        if not name:
            raise CommandError("command.empty-name")
        if name == self.name:
            return project
        if any(other.name == name for other in project.bookmarks):
            raise CommandError("command.bookmark-exists", name=name)
        renamed = replace(bookmark, name=name)
        kept = tuple(renamed if other is bookmark else other for other in project.bookmarks)
        return replace(project, bookmarks=kept)


@dataclass(frozen=True)
class MoveBookmark:
    """Put a bookmark at another place of the list (0 is the first)."""

    name: str
    index: int
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.bookmarks.move")

    def apply(self, project: Project) -> Project:
        """Return the project with the bookmark moved."""
        bookmark = _named(project, self.name)
        moved = [other for other in project.bookmarks if other is not bookmark]
        moved.insert(min(max(self.index, 0), len(moved)), bookmark)
        if tuple(moved) == project.bookmarks:
            return project
        return replace(project, bookmarks=tuple(moved))


@dataclass(frozen=True)
class ShowLayers:
    """Show some layers and hide all others; ids of layers that are gone do not matter."""

    layer_ids: tuple[str, ...]
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.bookmarks.show")

    def apply(self, project: Project) -> Project:
        """Return the project with these layers visible."""
        shown = set(self.layer_ids)
        if all(layer.visible is (layer.id in shown) for layer in project.layers):
            return project
        layers = tuple(
            layer if layer.visible is (layer.id in shown)
            else replace(layer, visible=layer.id in shown)
            for layer in project.layers
        )  # fmt: skip
        return replace(project, layers=layers)


def _named(project: Project, name: str) -> Bookmark:
    for bookmark in project.bookmarks:
        if bookmark.name == name:
            return bookmark
    raise CommandError("command.no-bookmark", name=name)
