"""Values that say what a file holds and what reading it gave; opens nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emadina_gis.domain.crs import UNKNOWN, Crs

if TYPE_CHECKING:
    from pathlib import Path

    from emadina_gis.domain.extent import Extent
    from emadina_gis.domain.table import FeatureTable
    from emadina_gis.errors import Problem

DECLARED = "declared"
GUESSED = "guessed"
UNKNOWN_SOURCE = "unknown"
ASKED = "asked"


@dataclass(frozen=True)
class FieldInfo:
    """A field of a file; `type` is text, integer, number, boolean, date or datetime."""

    name: str
    type: str


@dataclass(frozen=True)
class EncodingChoice:
    """The encoding that texts were read with.

    Attributes
    ----------
    source : str
        ``"declared"`` by the file, ``"guessed"`` from its bytes or ``"asked"`` by the person.
    confidence : float
        In [0, 1].
    declared : str
        What the file claims; empty when it claims nothing.
    """

    name: str
    source: str = DECLARED
    confidence: float = 1.0
    declared: str = ""


UTF8 = EncodingChoice("UTF-8")


@dataclass(frozen=True)
class EncodingPreview:
    """Some texts of a layer as an encoding gives them, to be chosen by eye.

    Attributes
    ----------
    confidence : float
        In [0, 1]; previews come best first.
    texts : tuple of str
        The same values in every preview of a layer.
    """

    name: str
    confidence: float
    texts: tuple[str, ...]


@dataclass(frozen=True)
class EncodingPreviews:
    """All previews of a layer, best first; none where every encoding reads it alike."""

    previews: tuple[EncodingPreview, ...] = ()


@dataclass(frozen=True)
class CrsCandidate:
    """A guess of a CRS: never applied without the person's consent.

    Attributes
    ----------
    confidence : float
        In [0, 1]; candidates come best first.
    reason : str
        Code of the reason; ``words`` holds ``crs-guess.<reason>``.
    swapped : bool
        Whether x and y (or longitude and latitude) must be exchanged.
    """

    crs: Crs
    confidence: float
    reason: str
    swapped: bool = False


@dataclass(frozen=True)
class CrsReading:
    """What a file says of its CRS and what its coordinates suggest.

    Attributes
    ----------
    crs : Crs
        The declared system, or unknown where there is none or the coordinates deny it.
    source : str
        ``"declared"``, ``"asked"`` or ``"unknown"``.
    declared : str
        The declaration as found: an authority code, else the name in the WKT.
    confidence : float
        How far the coordinates support a declared system, in [0, 1].
    """

    crs: Crs = UNKNOWN
    source: str = UNKNOWN_SOURCE
    declared: str = ""
    candidates: tuple[CrsCandidate, ...] = ()
    confidence: float = 1.0


@dataclass(frozen=True)
class LayerInfo:
    """What a layer says of itself before it is read."""

    name: str
    kind: str
    feature_count: int | None = None
    geometry: tuple[str, ...] = ()
    fields: tuple[FieldInfo, ...] = ()
    crs: Crs = UNKNOWN
    encoding: str = ""
    extent: Extent | None = None


@dataclass(frozen=True)
class FileDescription:
    """What a file is: its format and its layers."""

    path: Path
    format: str
    layers: tuple[LayerInfo, ...]
    problems: tuple[Problem, ...] = ()

    def layer(self, name: str) -> LayerInfo | None:
        """Return the layer of a name, or None."""
        return next((layer for layer in self.layers if layer.name == name), None)


@dataclass(frozen=True)
class ReadResult:
    """A layer that was read: its table and everything found on the way.

    Attributes
    ----------
    declared_count : int or None
        Records that the file announces.
    geometry_types : tuple of str
        Types of geometry met in the file, before collections were reduced.
    declaration : str
        The CRS in the words of the file, whole.
    place : Extent or None
        Where most features lie, in the file's own coordinates.
    """

    name: str
    table: FeatureTable
    problems: tuple[Problem, ...] = ()
    encoding: EncodingChoice = UTF8
    crs: CrsReading = CrsReading()
    format: str = ""
    declared_count: int | None = None
    geometry_types: tuple[str, ...] = ()
    declaration: str = ""
    place: Extent | None = None

    @property
    def crs_source(self) -> str:
        """Where the table's CRS comes from."""
        return self.crs.source
