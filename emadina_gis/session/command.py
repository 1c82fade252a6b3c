"""What a command is: a pure function from a project to a project, with a name to show.

Owns the protocol only; the commands themselves are in ``commands/``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from emadina_gis.project import Project
    from emadina_gis.session.phrase import Phrase


@runtime_checkable
class Command(Protocol):
    """A change of the project.

    `apply` is pure: it raises `CommandError` and leaves nothing, or returns the changed project
    (the same object where there is nothing to change).
    """

    @property
    def label(self) -> Phrase:
        """What undo and redo say."""

    @property
    def merge_key(self) -> str | None:
        """Steps in a row with the same key become one; None never merges."""

    def apply(self, project: Project) -> Project:
        """Return the changed project."""
