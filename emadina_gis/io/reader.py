"""``Reader``: who opens the files that other people made, and the one that does so in process.

Workflows ask a reader, so that the window and the command line can hand in one whose parsing is
done in another process (`emadina_gis.io.worker`). Knows no format.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from emadina_gis.io import vector
from emadina_gis.io.description import EncodingPreviews
from emadina_gis.io.encoding_preview import previews
from emadina_gis.io.raster import (
    BandStats,
    RasterDescription,
    RasterReading,
    RasterSource,
    describe_raster,
)
from emadina_gis.progress import NULL_CONTEXT

if TYPE_CHECKING:
    from pathlib import Path

    from emadina_gis.domain.crs import Crs
    from emadina_gis.domain.extent import Extent
    from emadina_gis.io.description import FileDescription, ReadResult
    from emadina_gis.progress import Context


@dataclass(frozen=True)
class RasterExamination:
    """A raster that was described and whose pixels were read without harm.

    Attributes
    ----------
    stats : BandStats
        Approximate statistics of the first band.
    suspect_nodata : float or None
        A value that looks like an undeclared "no data".
    damaged_pieces : int
        Pieces of the file that cannot be read.
    """

    description: RasterDescription
    stats: BandStats
    suspect_nodata: float | None = None
    damaged_pieces: int = 0


class Reader(Protocol):
    """What workflows ask of files; every failure is a `LayerReadError` with its code."""

    def describe(
        self, path: Path, *, encoding: str = "", ctx: Context = NULL_CONTEXT
    ) -> FileDescription:
        """Return the layers of a file without reading their rows."""
        ...

    def read_layer(
        self,
        path: Path,
        layer: str | None = None,
        *,
        encoding: str = "",
        crs: Crs | None = None,
        reference: Extent | None = None,
        ctx: Context = NULL_CONTEXT,
    ) -> ReadResult:
        """Return a layer with everything found while reading it; see `vector.read_layer`."""
        ...

    def describe_raster(
        self,
        path: Path,
        *,
        reference: Extent | None = None,
        follow_sources: bool = False,
        ctx: Context = NULL_CONTEXT,
    ) -> RasterDescription:
        """Return what a raster file holds, without reading its pixels."""
        ...

    def examine_raster(
        self,
        path: Path,
        *,
        reference: Extent | None = None,
        follow_sources: bool = False,
        ctx: Context = NULL_CONTEXT,
    ) -> RasterExamination:
        """Describe a raster and read its pixels, before it is accepted; see `RasterSource`."""
        ...

    def preview_texts(
        self, path: Path, layer: str | None = None, ctx: Context = NULL_CONTEXT
    ) -> EncodingPreviews:
        """Return the texts of a layer in each plausible encoding, to be chosen by eye."""
        ...


class InlineReader:
    """Reads in this process: for tests, and for what runs inside the other process."""

    def describe(
        self, path: Path, *, encoding: str = "", ctx: Context = NULL_CONTEXT
    ) -> FileDescription:
        """Return the layers of a file without reading their rows."""
        ctx.check()
        return vector.describe(path, encoding=encoding)

    def read_layer(
        self,
        path: Path,
        layer: str | None = None,
        *,
        encoding: str = "",
        crs: Crs | None = None,
        reference: Extent | None = None,
        ctx: Context = NULL_CONTEXT,
    ) -> ReadResult:
        """Return a layer with everything found while reading it."""
        return vector.read_layer(
            path, layer, encoding=encoding, crs=crs, reference=reference, ctx=ctx
        )

    def describe_raster(
        self,
        path: Path,
        *,
        reference: Extent | None = None,
        follow_sources: bool = False,
        ctx: Context = NULL_CONTEXT,
    ) -> RasterDescription:
        """Return what a raster file holds, without reading its pixels."""
        ctx.check()
        return describe_raster(path, reference, follow_sources=follow_sources)

    def examine_raster(
        self,
        path: Path,
        *,
        reference: Extent | None = None,
        follow_sources: bool = False,
        ctx: Context = NULL_CONTEXT,
    ) -> RasterExamination:
        """Describe a raster and read its pixels; a very large one is only sampled."""
        found = describe_raster(path, reference, follow_sources=follow_sources)
        ctx.report(0.2, "phase.reading")
        source = RasterSource(path, reading=RasterReading(follow_sources=follow_sources))
        suspect = source.suspect_nodata()
        stats = source.stats(without=suspect)
        ctx.report(0.4, "phase.reading")
        return RasterExamination(found, stats, suspect, source.damaged_pieces())

    def preview_texts(
        self, path: Path, layer: str | None = None, ctx: Context = NULL_CONTEXT
    ) -> EncodingPreviews:
        """Return the texts of a layer in each plausible encoding, to be chosen by eye."""
        ctx.check()
        return EncodingPreviews(previews(path, layer))


INLINE: Reader = InlineReader()
