"""What a worker can be asked for: each question with what it takes and what it answers.

Both sides know this list and nothing else: an answer is of the type that belongs to the question,
or it is refused. Tables travel in a mapped file, everything else in the message.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from emadina_gis import errors
from emadina_gis.domain.crs import Crs
from emadina_gis.domain.extent import Extent
from emadina_gis.errors import EmadinaError, LayerReadError, Problem
from emadina_gis.io.description import EncodingPreviews, FileDescription, ReadResult
from emadina_gis.io.mapped import map_reading, map_table, write_reading
from emadina_gis.io.raster import RasterDescription
from emadina_gis.io.reader import INLINE, RasterExamination
from emadina_gis.io.value_codec import decoded, encoded
from emadina_gis.io.write import write_layer
from emadina_gis.progress import Context

_ERRORS: dict[str, type[EmadinaError]] = {
    name: found
    for name, found in vars(errors).items()
    if isinstance(found, type) and issubclass(found, EmadinaError)
}


@dataclass(frozen=True)
class Question:
    """What is asked of a file; every operation takes of it what it needs.

    Attributes
    ----------
    target : str
        Name of a file to write in the private folder; empty where nothing is written.
    """

    path: Path
    layer: str | None = None
    encoding: str = ""
    crs: Crs | None = None
    reference: Extent | None = None
    follow_sources: bool = False
    target: str = ""


@dataclass(frozen=True)
class Written:
    """What writing a layer lost or changed."""

    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Failure:
    """An error of ours on its way through the pipe."""

    kind: str
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, error: EmadinaError) -> Failure:
        """Return what must be said of an error to raise it again elsewhere."""
        return cls(type(error).__name__, error.code, error.params)

    @property
    def error(self) -> EmadinaError:
        """The error; of an unknown kind it is a `LayerReadError`."""
        error = _ERRORS.get(self.kind, LayerReadError)(self.code)
        error.params.update(self.params)
        return error


@dataclass(frozen=True)
class Operation:
    """A question that a worker answers.

    Attributes
    ----------
    work : callable
        Answers it, in the worker.
    answer : type
        The dataclass of the answer; a `ReadResult` travels in a mapped file.
    """

    work: Callable[[Question, Context], Any]
    answer: type

    @property
    def is_mapped(self) -> bool:
        """Whether the answer comes in a file."""
        return self.answer is ReadResult

    def sent(self, answer: Any, target: Path) -> Any:
        """Return what a message holds of an answer; tables are written to `target`."""
        if self.is_mapped:
            write_reading(answer, target)
            return None
        return encoded(answer)

    def received(self, tree: Any, target: Path) -> Any:
        """Return the answer of a message.

        Raises
        ------
        ValueError, TypeError, LayerReadError
            Where it is not of the type that belongs to the question.
        """
        return map_reading(target) if self.is_mapped else decoded(self.answer, tree)


def _describe(asked: Question, ctx: Context) -> FileDescription:
    return INLINE.describe(asked.path, encoding=asked.encoding, ctx=ctx)


def _read_layer(asked: Question, ctx: Context) -> ReadResult:
    return INLINE.read_layer(
        asked.path,
        asked.layer,
        encoding=asked.encoding,
        crs=asked.crs,
        reference=asked.reference,
        ctx=ctx,
    )


def _describe_raster(asked: Question, ctx: Context) -> RasterDescription:
    return INLINE.describe_raster(
        asked.path, reference=asked.reference, follow_sources=asked.follow_sources, ctx=ctx
    )


def _examine_raster(asked: Question, ctx: Context) -> RasterExamination:
    return INLINE.examine_raster(
        asked.path, reference=asked.reference, follow_sources=asked.follow_sources, ctx=ctx
    )


def _preview_texts(asked: Question, ctx: Context) -> EncodingPreviews:
    return INLINE.preview_texts(asked.path, asked.layer, ctx)


def _write_layer(asked: Question, ctx: Context) -> Written:
    """Write the table of a private file into another file beside it."""
    table = map_table(asked.path)
    if asked.crs is not None:
        ctx.report(0.0, "phase.writing")
        table = table.to_crs(asked.crs)
    folder = asked.path.parent
    return Written(write_layer(table, folder / asked.target, layer=asked.layer or "", ctx=ctx))


OPERATIONS: Mapping[str, Operation] = {
    "describe": Operation(_describe, FileDescription),
    "read_layer": Operation(_read_layer, ReadResult),
    "describe_raster": Operation(_describe_raster, RasterDescription),
    "examine_raster": Operation(_examine_raster, RasterExamination),
    "preview_texts": Operation(_preview_texts, EncodingPreviews),
    "write_layer": Operation(_write_layer, Written),
}
