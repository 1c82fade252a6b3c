"""What a file is, as a person is told: values that window, command line and report share.

Made from what reading gave; opens nothing. Samples of columns with personal data are never kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow.compute as pc

from emadina_gis.domain.crs import WGS84, Crs, accuracy_m
from emadina_gis.domain.role_names import CUT_NAMES, LIKELY_NAMES, SURE_NAMES, plain_name
from emadina_gis.domain.schema import PERSONAL_ROLES, Role
from emadina_gis.errors import CrsError
from emadina_gis.io.columnar import type_name
from emadina_gis.io.description import CrsReading, EncodingChoice

if TYPE_CHECKING:
    from pathlib import Path

    from emadina_gis.domain.column import Column
    from emadina_gis.domain.extent import Extent
    from emadina_gis.errors import EmadinaError, Problem
    from emadina_gis.io.description import ReadResult
    from emadina_gis.io.raster import RasterDescription

VECTOR, TABLE, RASTER = "vector", "table", "raster"
NO_ENCODING = EncodingChoice("")
#: Values of a field that are shown, and how many rows they are looked for in.
SAMPLE_VALUES = 3
_SAMPLE_ROWS = 400
_LONGEST_SAMPLE = 48
#: Texts that show whether an encoding is right, and how many of them are shown.
_ENCODING_SAMPLES = 6
#: Beginnings of words, in names of fields, that announce personal data.
_PERSONAL_PARTS = (
    "proprio", "propriet", "prenom", "titulaire", "heritier", "beneficiaire", "owner",
    "cnie", "passeport", "passport", "telephone", "gsm", "phone", "email", "mail", "naissance",
    "birth", "ملاك", "مالك", "المالك", "هاتف", "الهاتف", "البطاقة", "بريد",
)  # fmt: skip
#: What stands for values that must not be shown.
MASKED = "•••"


@dataclass(frozen=True)
class FieldRole:
    """The role a field seems to play, how sure that is (in [0, 1]) and the code of the reason."""

    role: Role
    confidence: float = 1.0
    reason: str = ""


@dataclass(frozen=True)
class FieldDiagnosis:
    """A field with some of its values.

    Attributes
    ----------
    type : str
        text, integer, number, boolean, date or datetime.
    missing : int
        Rows without a value.
    sample : tuple of str
        Different values, the first met first; `MASKED` alone for personal data.
    is_personal : bool
        Whether the values are, or by the field's name may be, personal data.
    """

    name: str
    type: str
    missing: int = 0
    sample: tuple[str, ...] = ()
    role: FieldRole | None = None
    is_personal: bool = False


@dataclass(frozen=True)
class RasterFacts:
    """What a raster is beside its place: size, bands, type of values and nodata."""

    width_px: int
    height_px: int
    bands: int
    dtype: str
    nodata: float | None


@dataclass(frozen=True)
class LayerDiagnosis:
    """A layer as it was read.

    Attributes
    ----------
    kind : str
        ``"vector"``, ``"table"`` or ``"raster"``.
    features, declared : int
        Rows read, and rows that the file announces (None where it does not say).
    accuracy_m : float or None
        Stated accuracy of the way to WGS 84, of the known or best system.
    texts : tuple of str
        Values that show whether the encoding is right.
    """

    name: str
    kind: str
    features: int = 0
    declared: int | None = None
    geometry: tuple[str, ...] = ()
    crs: CrsReading = field(default_factory=CrsReading)
    accuracy_m: float | None = None
    encoding: EncodingChoice = NO_ENCODING
    fields: tuple[FieldDiagnosis, ...] = ()
    extent: Extent | None = None
    problems: tuple[Problem, ...] = ()
    texts: tuple[str, ...] = ()
    raster: RasterFacts | None = None

    @property
    def best_crs(self) -> Crs:
        """The system of the layer, else the best guess; unknown where there is none."""
        if self.crs.crs.is_known or not self.crs.candidates:
            return self.crs.crs
        return self.crs.candidates[0].crs


@dataclass(frozen=True)
class FileDiagnosis:
    """A file with its layers; `error` says why nothing of it could be read.

    `failures` are the errors of single layers, by name.
    """

    path: Path
    format: str = ""
    layers: tuple[LayerDiagnosis, ...] = ()
    error: EmadinaError | None = None
    failures: tuple[tuple[str, EmadinaError], ...] = field(default=())

    @property
    def is_readable(self) -> bool:
        """Whether anything of it could be read (a file without layers is read, and empty)."""
        return self.error is None and (bool(self.layers) or not self.failures)


def diagnosed_layer(result: ReadResult, roles: dict[str, FieldRole]) -> LayerDiagnosis:
    """Return what a layer that was read is.

    Parameters
    ----------
    roles : dict
        Roles by field.
    """
    table = result.table
    fields = tuple(_field(name, column, roles.get(name)) for name, column in table.columns.items())
    reading = result.crs
    best = reading.crs if reading.crs.is_known or not reading.candidates else _best(reading)
    return LayerDiagnosis(
        result.name,
        VECTOR if table.has_geometry else TABLE,
        table.row_count,
        result.declared_count,
        result.geometry_types,
        reading,
        stated_accuracy_m(best),
        result.encoding,
        fields,
        table.extent,
        result.problems,
        _telling_texts(result, {item.name for item in fields if item.is_personal}),
    )


def diagnosed_raster(found: RasterDescription, problems: tuple[Problem, ...]) -> LayerDiagnosis:
    """Return what a raster is."""
    best = found.crs.crs if found.crs.crs.is_known else Crs("")
    if not best.is_known and found.crs.candidates:
        best = _best(found.crs)
    return LayerDiagnosis(
        found.name,
        RASTER,
        declared=0,
        crs=found.crs,
        accuracy_m=stated_accuracy_m(best),
        extent=found.extent,
        problems=problems,
        raster=RasterFacts(
            found.width_px, found.height_px, found.band_count, found.dtype, found.nodata
        ),
    )


def _best(reading: CrsReading) -> Crs:
    return reading.candidates[0].crs


def stated_accuracy_m(crs: Crs) -> float | None:
    """Return the accuracy of the way to WGS 84 in metres, None where none is stated."""
    if not crs.is_known:
        return None
    try:
        return accuracy_m(crs, WGS84)
    except CrsError:
        return None


def _field(name: str, column: Column, role: FieldRole | None) -> FieldDiagnosis:
    missing = sum(chunk.values.null_count for chunk in column.chunks)
    personal = may_be_personal(name) or (role is not None and role.role in PERSONAL_ROLES)
    sample = (MASKED,) if personal else sample_values(column)
    return FieldDiagnosis(name, type_name(column.type), missing, sample, role, personal)


def may_be_personal(name: str) -> bool:
    """Whether a field of that name may hold names, numbers or addresses of persons."""
    plain = plain_name(name)
    known = (SURE_NAMES.get(plain), CUT_NAMES.get(plain), LIKELY_NAMES.get(plain))
    if any(role in PERSONAL_ROLES for role in known):
        return True
    parts = re.split(r"[^\w]|_", plain)
    return any(part == "cin" or part.startswith(_PERSONAL_PARTS) for part in parts)


def sample_values(column: Column) -> tuple[str, ...]:
    """Return some different values of a column, as texts."""
    seen: dict[str, None] = {}
    for chunk in column.chunks[:1]:
        for value in chunk.values.slice(0, _SAMPLE_ROWS).to_pylist():
            text = "" if value is None else _shown(value)
            if text:
                seen.setdefault(text)
            if len(seen) == SAMPLE_VALUES:
                return tuple(seen)
    return tuple(seen)


def _shown(value: object) -> str:
    text = f"{value:.10g}" if isinstance(value, float) else str(value)
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_SAMPLE else f"{text[: _LONGEST_SAMPLE - 1]}…"


def _telling_texts(result: ReadResult, personal: set[str]) -> tuple[str, ...]:
    """Return texts with letters that encodings write differently, of several fields."""
    found: list[str] = []
    for name, column in result.table.columns.items():
        if not column.is_text or not column.chunks or name in personal:
            continue
        values = column.chunks[0].values
        marked = pc.drop_null(values.filter(pc.invert(pc.string_is_ascii(values))))
        texts = (_shown(text) for text in pc.unique(marked.slice(0, _SAMPLE_ROWS)).to_pylist())
        found += [text for text in texts if text][:SAMPLE_VALUES]
    return tuple(dict.fromkeys(found))[:_ENCODING_SAMPLES]
