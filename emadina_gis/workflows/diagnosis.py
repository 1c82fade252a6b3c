"""What arrived: every layer of every file with all that was found, and what must be decided.

Pure data that the window, the command line and the report share. A missing CRS is never assumed: a
candidate without one waits for a choice among ranked guesses.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from emadina_gis.analysis.first_looks import first_look
from emadina_gis.domain.crs import WGS84, Crs, transform_extent
from emadina_gis.domain.layer import Layer, RasterLayer, Source, Title, VectorLayer
from emadina_gis.domain.meaning import made_columns
from emadina_gis.domain.role_guess import SURE
from emadina_gis.domain.schema import Schema
from emadina_gis.errors import CrsError, EmadinaError, LayerReadError
from emadina_gis.io.description import ASKED, GUESSED
from emadina_gis.io.inspect import Asking, Examined, examined
from emadina_gis.io.layer_titles import layer_title
from emadina_gis.io.project_file import file_fingerprint
from emadina_gis.io.reader import INLINE, Reader
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.project.role_check import rival_problems
from emadina_gis.session.deliveries import Deliveries
from emadina_gis.workflows.rasters import RasterTexts, raster_layer
from emadina_gis.workflows.remembering import remembered_first

if TYPE_CHECKING:
    from emadina_gis.domain.extent import Extent
    from emadina_gis.errors import Problem
    from emadina_gis.io.description import CrsCandidate, ReadResult
    from emadina_gis.io.diagnosis import FileDiagnosis, LayerDiagnosis
    from emadina_gis.project import Project

#: Below this the encoding is asked for.
SURE_ENCODING = 0.7


class Question(StrEnum):
    """What only a person can decide."""

    CRS = "crs"
    AXES = "axes"
    ENCODING = "encoding"


class Standing(StrEnum):
    """How a layer stands: it can be added, waits for a decision, or cannot be read."""

    READY = "ready"
    TO_DECIDE = "to-decide"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Decision:
    """What a person decided about a layer.

    Attributes
    ----------
    crs : Crs or None
        The system of its coordinates, where it stated none.
    swapped : bool or None
        Whether its axes are exchanged; None where that was not decided.
    encoding : str
        Encoding of its texts; empty leaves it to the file.
    """

    crs: Crs | None = None
    swapped: bool | None = None
    encoding: str = ""


@dataclass(frozen=True)
class ImportCandidate:
    """A layer that was read (or could not be), and what remains to be decided.

    Attributes
    ----------
    key : str
        Identifies the candidate in a list of choices; becomes the layer's id.
    layer : VectorLayer, RasterLayer or None
        The layer as it would be added; None where reading failed.
    problems : tuple of Problem
        Everything found while reading.
    crs_candidates : tuple of CrsCandidate
        Ranked guesses where the CRS is missing or contradicted.
    error : EmadinaError or None
        Why nothing can be added.
    diagnosis : LayerDiagnosis or None
        What the layer is, as a person is told.
    decided : Decision
        What was decided for this layer before.
    """

    key: str
    path: Path
    name: str
    layer: Layer | None = None
    problems: tuple[Problem, ...] = ()
    crs_candidates: tuple[CrsCandidate, ...] = ()
    encoding: str = ""
    encoding_confidence: float = 1.0
    format: str = ""
    error: EmadinaError | None = None
    diagnosis: LayerDiagnosis | None = None
    decided: Decision = field(default_factory=Decision)

    @property
    def needs_crs(self) -> bool:
        """Whether the person must say the CRS before the layer can lie on a map."""
        if self.layer is None:
            return False
        if isinstance(self.layer, RasterLayer):  # without a place it waits for control points
            return self.layer.extent is not None and not self.layer.crs.is_known
        return self.layer.table.has_geometry and not self.layer.crs.is_known

    @property
    def may_be_swapped(self) -> bool:
        """Whether the coordinates make sense with their axes exchanged."""
        return isinstance(self.layer, VectorLayer) and any(
            candidate.swapped for candidate in self.crs_candidates
        )

    @property
    def row_count(self) -> int:
        """Rows of a vector layer, 0 for others."""
        return self.layer.table.row_count if isinstance(self.layer, VectorLayer) else 0

    @property
    def questions(self) -> frozenset[Question]:
        """What must be decided, apart from what was decided before."""
        found = set()
        if self.needs_crs and self.decided.crs is None:
            found.add(Question.CRS)
        if self._is_better_swapped and self.decided.swapped is None:
            found.add(Question.AXES)
        if self._doubts_encoding:
            found.add(Question.ENCODING)
        return frozenset(found)

    @property
    def _is_better_swapped(self) -> bool:
        return self.may_be_swapped and self.crs_candidates[0].swapped

    @property
    def _doubts_encoding(self) -> bool:
        shown = self.diagnosis
        if self.layer is None or shown is None or shown.encoding.source != GUESSED:
            return False
        return bool(shown.texts) and shown.encoding.confidence < SURE_ENCODING

    @property
    def standing(self) -> Standing:
        """How the layer stands."""
        if self.layer is None:
            return Standing.UNREADABLE
        return Standing.TO_DECIDE if self.questions else Standing.READY


@dataclass(frozen=True)
class Arrival:
    """A file that was read: what it is, and a candidate for each of its layers."""

    diagnosis: FileDiagnosis
    candidates: tuple[ImportCandidate, ...]


@dataclass(frozen=True)
class Wishes:
    """What is decided for all files at once: an encoding, a system for those without one.

    Attributes
    ----------
    follow_sources : bool
        Whether virtual rasters may open the files beside them that they name.
    remembered : Deliveries
        What was confirmed for files before.
    """

    encoding: str = ""
    crs: Crs | None = None
    follow_sources: bool = False
    remembered: Deliveries = field(default_factory=Deliveries)


def diagnose_files(
    files: Iterable[Path],
    project: Project | None = None,
    *,
    encoding: str = "",
    crs: Crs | None = None,
    reader: Reader = INLINE,
    ctx: Context = NULL_CONTEXT,
) -> tuple[ImportCandidate, ...]:
    """Read every layer of every file; what cannot be read becomes a candidate with its error.

    Parameters
    ----------
    files : iterable of Path
        Files or archives.
    project : Project, optional
        Its extent helps to rank the guesses of a missing CRS.
    encoding : str
        Encoding that the person chose; empty decides from the file.
    crs : Crs, optional
        CRS that the person assigned to files without one.
    """
    wishes = Wishes(encoding, crs)
    arrivals = diagnosed(files, project, wishes, reader=reader, ctx=ctx)
    return tuple(candidate for arrival in arrivals for candidate in arrival.candidates)


def diagnosed(
    files: Iterable[Path],
    project: Project | None = None,
    wishes: Wishes = Wishes(),
    *,
    reader: Reader = INLINE,
    ctx: Context = NULL_CONTEXT,
) -> Iterator[Arrival]:
    """Read files one after another and give each as soon as it is read."""
    listed = list(files)
    for index, path in enumerate(listed):
        part = ctx.part(index / len(listed), (index + 1) / len(listed))
        part.report(0.0, "phase.reading")
        yield diagnose(path, project, wishes, reader=reader, ctx=part)


def diagnose(
    path: Path,
    project: Project | None = None,
    wishes: Wishes = Wishes(),
    *,
    reader: Reader = INLINE,
    ctx: Context = NULL_CONTEXT,
) -> Arrival:
    """Read a file; never fails for the file's sake.

    What was decided for the same file in the project before is not asked again.
    """
    known = decisions_for(path, project)
    reference = reference_of(project)

    def asking(layer: str) -> Asking:
        decided = known.get(layer, Decision())
        encoding = wishes.encoding or decided.encoding
        crs = wishes.crs or decided.crs
        roles = wishes.remembered.roles_for
        return Asking(encoding, crs, reference, roles, wishes.follow_sources)

    found = examined(path, asking, reader=reader, ctx=ctx)
    return Arrival(found.diagnosis, tuple(_candidates_of(path, found, known, wishes)))


def decisions_for(path: Path, project: Project | None) -> dict[str, Decision]:
    """Return what was decided for the layers of the same file, where the project has them."""
    if project is None:
        return {}
    same = [
        layer
        for layer in project.layers
        if isinstance(layer, VectorLayer) and layer.source is not None
    ]
    same = [layer for layer in same if layer.source is not None and _is_of(layer.source, path)]
    return {_layer_name(layer): _decision(layer) for layer in same}


def _layer_name(layer: VectorLayer) -> str:
    return layer.source.layer if layer.source is not None else ""


def _is_of(source: Source, path: Path) -> bool:
    if Path(source.path).name != path.name or not source.fingerprint:
        return False
    try:
        return file_fingerprint(path) == source.fingerprint
    except OSError:
        return False


def _decision(layer: VectorLayer) -> Decision:
    codes = {problem.code: problem for problem in layer.problems}
    chosen = codes.get(CRS_CHOSEN)
    crs = Crs(str(chosen.params["crs"])) if chosen is not None else None
    encoding = codes.get(ENCODING_CHOSEN)
    return Decision(
        crs,
        True if AXES_EXCHANGED in codes else None,
        str(encoding.params["encoding"]) if encoding is not None else "",
    )


#: Notes of a layer on what a person decided when it was read.
CRS_CHOSEN = "import.crs-chosen"
AXES_EXCHANGED = "import.axes-exchanged"
ENCODING_CHOSEN = "import.encoding-chosen"


def reference_of(project: Project | None) -> Extent | None:
    """Return where the project lies, in degrees; its CRS may be far from any other."""
    extent = None if project is None else project.extent()
    if project is None or extent is None or not project.crs.is_known:
        return None
    try:
        return transform_extent(extent, project.crs, WGS84)
    except CrsError:
        return None


def _candidates_of(
    path: Path, found: Examined, known: dict[str, Decision], wishes: Wishes
) -> Iterator[ImportCandidate]:
    whole = found.diagnosis
    if whole.error is not None:
        yield _failed(path, path.name, whole.error)
        return
    if not whole.layers and not whole.failures:
        yield _failed(path, path.name, LayerReadError("layer.no-layers", path=path.name))
    results = {id(layer): result for layer, result in _paired(found)}
    for layer in whole.layers:
        result = results.get(id(layer))
        if result is None:
            yield _raster_candidate(path, layer, wishes)
        else:
            item = _candidate_of(path, layer, result, known.get(layer.name, Decision()))
            like = wishes.remembered.like(set(result.table.names) - made_columns(result.problems))
            yield replace(item, crs_candidates=remembered_first(item.crs_candidates, like))
    for name, error in whole.failures:
        yield _failed(path, name, error)


def _paired(found: Examined) -> Iterator[tuple[LayerDiagnosis, ReadResult]]:
    return iter(zip(found.diagnosis.layers, found.results, strict=False))


def _failed(path: Path, name: str, error: EmadinaError) -> ImportCandidate:
    return ImportCandidate(uuid.uuid4().hex, path, name, error=error)


def _raster_candidate(path: Path, shown: LayerDiagnosis, wishes: Wishes) -> ImportCandidate:
    key = uuid.uuid4().hex
    texts = RasterTexts(Title.plain(path.stem), layer_id=key)
    follow = wishes.follow_sources
    try:
        layer = raster_layer(path, texts, crs=wishes.crs, follow_sources=follow)
    except EmadinaError as error:
        return _failed(path, path.name, error)
    told = {problem.code for problem in shown.problems}
    problems = (*shown.problems, *(p for p in layer.problems if p.code not in told))
    layer = replace(layer, problems=problems)
    candidates = () if layer.crs.is_known else shown.crs.candidates
    return ImportCandidate(key, path, path.stem, layer, problems, candidates, diagnosis=shown)


def _candidate_of(
    path: Path, shown: LayerDiagnosis, result: ReadResult, decided: Decision
) -> ImportCandidate:
    key = uuid.uuid4().hex
    problems = (*result.problems, *rival_problems(result.table.names))
    title = layer_title(result.name, result.format)
    layer = VectorLayer(
        id=key,
        title=title,
        table=result.table,
        style=first_look(result.table.main_kind, title.fr, 0),
        schema=sure_schema(shown),
        source=Source(str(path), result.name, result.encoding.name, file_fingerprint(path)),
        problems=problems,
    )
    return ImportCandidate(
        key,
        path,
        result.name,
        layer,
        problems,
        result.crs.candidates,
        result.encoding.name,
        result.encoding.confidence,
        result.format,
        diagnosis=shown,
        decided=decided,
    )


def sure_schema(shown: LayerDiagnosis) -> Schema:
    """Return the roles that are sure enough to be taken without asking."""
    found = [(item.role, item.name) for item in shown.fields if item.role is not None]
    return Schema({role.role: name for role, name in found if role.confidence >= SURE})


def was_asked(candidate: ImportCandidate) -> bool:
    """Whether a person chose the encoding that the texts were read with."""
    return candidate.diagnosis is not None and candidate.diagnosis.encoding.source == ASKED
