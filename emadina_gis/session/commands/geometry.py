"""Commands on the geometry of a layer: what was mended, in one step."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from emadina_gis.errors import CommandError
from emadina_gis.session.phrase import Phrase

if TYPE_CHECKING:
    from emadina_gis.domain.geometry import GeometryChunk
    from emadina_gis.errors import Problem
    from emadina_gis.project import Project


@dataclass(frozen=True, eq=False)
class RepairGeometry:
    """Give a layer its mended geometry; chunks without a repair are the ones it had.

    Attributes
    ----------
    before, after : tuple of GeometryChunk
        The geometry that was looked at, and the mended one.
    count : int
        How many features change.
    problems : tuple of Problem
        What is known of the layer afterwards, with a note of what was mended.
    """

    layer_id: str
    before: tuple[GeometryChunk, ...]
    after: tuple[GeometryChunk, ...]
    count: int
    problems: tuple[Problem, ...] = ()
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.geometry.repair", count=self.count)

    def apply(self, project: Project) -> Project:
        """Return the project with the mended geometry."""
        layer = project.vector_layer(self.layer_id)
        if not _same(layer.table.geometry, self.before):
            raise CommandError("command.geometry-changed")
        if _same(self.after, self.before):
            return project
        table = replace(layer.table, geometry=self.after)
        return project.with_layer(replace(layer, table=table, problems=self.problems))


def _same(first: tuple[GeometryChunk, ...] | None, second: tuple[GeometryChunk, ...]) -> bool:
    """Whether both are the very same chunks, or hold the same numbers."""
    if first is None or len(first) != len(second):
        return False
    return all(a is b or a.fingerprint == b.fingerprint for a, b in zip(first, second, strict=True))
