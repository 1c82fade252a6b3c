"""``WorkerReader``: a `Reader` whose files are parsed in worker processes.

A worker serves the folders of its first file and no others (`confinement`), so one is kept for the
next file of the same folder, and, in a program with a window, a spare that nobody has asked yet.
A worker that failed, was cancelled or grew large is replaced. May be used from several threads.
"""

from __future__ import annotations

import glob
import itertools
import logging
import threading
import weakref
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from emadina_gis.errors import EmadinaError, JobCancelled, LayerReadError
from emadina_gis.io.value_codec import decoded, encoded
from emadina_gis.io.worker import folders
from emadina_gis.io.worker.client import Loss, Reason, WorkerDied, WorkerProcess, command
from emadina_gis.io.worker.limits import MB, allowance_for
from emadina_gis.io.worker.operations import OPERATIONS, Failure, Operation, Question
from emadina_gis.progress import NULL_CONTEXT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from emadina_gis.domain.crs import Crs
    from emadina_gis.domain.extent import Extent
    from emadina_gis.io.description import EncodingPreviews, FileDescription, ReadResult
    from emadina_gis.io.raster import RasterDescription
    from emadina_gis.io.reader import RasterExamination
    from emadina_gis.io.worker.frames import Message
    from emadina_gis.progress import Context

#: A worker that holds more after an answer gives its memory back by ending.
_LARGE_BYTES = 480 * MB
_TRIES = 3
_log = logging.getLogger(__name__)


class WorkerReader:
    """Reads through worker processes; nothing is started before `warm` or the first question.

    Parameters
    ----------
    keep_spare : bool
        Whether a worker is kept ready for the next folder, as a window wants.
    started_by : sequence of str
        How a worker is started, by default this program.
    operations : mapping
        What can be asked, by default the usual list.
    """

    def __init__(
        self,
        *,
        keep_spare: bool = False,
        started_by: Sequence[str] = (),
        operations: Mapping[str, Operation] = OPERATIONS,
    ) -> None:
        self._keep_spare = keep_spare
        self._started_by = tuple(started_by) or tuple(command())
        self._operations = operations
        self._lock = threading.Lock()
        self._idle: list[WorkerProcess] = []
        self._busy: set[WorkerProcess] = set()
        self._numbers = itertools.count(1)
        self._is_closed = False
        self._is_swept = False
        weakref.finalize(self, _end_all, self._idle, self._busy)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    # --- the questions

    def describe(
        self, path: Path, *, encoding: str = "", ctx: Context = NULL_CONTEXT
    ) -> FileDescription:
        """Return the layers of a file without reading their rows."""
        found: FileDescription = self.ask("describe", Question(path, encoding=encoding), ctx)
        return replace(found, path=path)

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
        question = Question(path, layer, encoding, crs, reference)
        found: ReadResult = self.ask("read_layer", question, ctx)
        return found

    def describe_raster(
        self,
        path: Path,
        *,
        reference: Extent | None = None,
        follow_sources: bool = False,
        ctx: Context = NULL_CONTEXT,
    ) -> RasterDescription:
        """Return what a raster file holds, without reading its pixels."""
        question = Question(path, reference=reference, follow_sources=follow_sources)
        found: RasterDescription = self.ask("describe_raster", question, ctx)
        return replace(found, path=path)

    def examine_raster(
        self,
        path: Path,
        *,
        reference: Extent | None = None,
        follow_sources: bool = False,
        ctx: Context = NULL_CONTEXT,
    ) -> RasterExamination:
        """Describe a raster and read its pixels at a small size, before it is accepted."""
        question = Question(path, reference=reference, follow_sources=follow_sources)
        found: RasterExamination = self.ask("examine_raster", question, ctx)
        return replace(found, description=replace(found.description, path=path))

    def preview_texts(
        self, path: Path, layer: str | None = None, ctx: Context = NULL_CONTEXT
    ) -> EncodingPreviews:
        """Return the texts of a layer in each plausible encoding, to be chosen by eye."""
        found: EncodingPreviews = self.ask("preview_texts", Question(path, layer), ctx)
        return found

    def ask(self, name: str, question: Question, ctx: Context) -> Any:
        """Return the answer of an operation, from a worker.

        Raises
        ------
        LayerReadError
            What reading raised, or a ``worker.…`` code where the worker failed.
        JobCancelled
            Where the work was cancelled; the worker is killed.
        """
        ctx.check()
        path = question.path.absolute()
        rooms = _rooms(path)
        for _ in range(_TRIES):
            try:
                return self._asked(self._taken(rooms), name, replace(question, path=path), ctx)
            except WorkerDied:
                continue
            except Loss as loss:
                raise _told(loss, question.path.name) from loss
            except EmadinaError as error:
                raise _as_asked(error, path, question.path) from error.__cause__
        raise LayerReadError("worker.not-started", path=question.path.name, detail="")

    def _asked(self, worker: WorkerProcess, name: str, asked: Question, ctx: Context) -> Any:
        """Return the answer of one worker, which is given back or, where it is spent, ended."""
        self._awaited(worker, ctx)
        spent = True
        try:
            target = worker.folder / f"result-{next(self._numbers)}"
            answer = self._answer(worker, name, asked, target, ctx)
            spent = _is_spent(answer)
            if answer.get("kind") != "answer":
                raise _failure(answer, asked.path.name)
            return _received(self._operations[name], answer, target, asked.path.name)
        finally:
            self._returned(worker, spent=spent)

    def _awaited(self, worker: WorkerProcess, ctx: Context) -> None:
        """Wait until a worker is ready; a cancel leaves it to the next question."""
        try:
            worker.wait_ready(ctx)
        except BaseException as error:
            self._returned(worker, spent=not isinstance(error, JobCancelled))
            raise

    def _answer(
        self, worker: WorkerProcess, name: str, asked: Question, target: Path, ctx: Context
    ) -> Message:
        allowance = allowance_for(asked.path)
        message = {
            "kind": "question",
            "operation": name,
            "question": encoded(asked),
            "rooms": [str(room) for room in sorted(worker.rooms)],
            "allowance": asdict(allowance),
            "target": target.name,
        }
        return worker.ask(message, allowance.silence_s, ctx)

    # --- the workers

    def warm(self) -> None:
        """Start a spare now, so that the first file does not wait; returns at once."""
        with self._lock:
            if self._is_closed or any(not worker.rooms for worker in self._idle):
                return
        with suppress(Loss):
            self._returned(self._started(), spent=False)

    def close(self) -> None:
        """End every worker; whatever is asked from now on is cancelled."""
        with self._lock:
            self._is_closed = True
            ended = [*self._idle, *self._busy]
            self._idle.clear()
        for worker in ended:
            worker.kill()
        for worker in ended:
            worker.end()

    def _started(self) -> WorkerProcess:
        with self._lock:
            if self._is_closed:
                raise JobCancelled
            first, self._is_swept = not self._is_swept, True
        if first:
            folders.remove_stale()
        worker = WorkerProcess(self._started_by)
        with self._lock:
            self._busy.add(worker)
        return worker

    def _taken(self, rooms: frozenset[Path]) -> WorkerProcess:
        """Return a worker that may read in some folders: one that does, a spare, or a new one."""
        with self._lock:
            usable = [worker for worker in self._idle if _within(rooms, worker.rooms)]
            usable += [worker for worker in self._idle if not worker.rooms]
            found = next((worker for worker in usable if worker.is_alive), None)
            if found is not None:
                self._idle.remove(found)
                self._busy.add(found)
        worker = found or self._started()
        if not worker.rooms:
            worker.rooms = rooms
            self._see_to_spare()
        return worker

    def _returned(self, worker: WorkerProcess, *, spent: bool) -> None:
        """Keep a worker for the next file, or end it; then see that a spare is there."""
        with self._lock:
            self._busy.discard(worker)
            bound = [idle for idle in self._idle if idle.rooms or not idle.is_alive]
            ended = [worker] if spent or self._is_closed else bound if worker.rooms else []
            self._idle[:] = [idle for idle in (*self._idle, worker) if idle not in ended]
        for other in ended:
            other.end()
        if worker.rooms:
            self._see_to_spare()

    def _see_to_spare(self) -> None:
        if self._keep_spare:
            with suppress(JobCancelled):
                self.warm()


def _rooms(path: Path) -> frozenset[Path]:
    """Return where a file and its companions lie: their folder, and what links there lead to."""
    with suppress(OSError, ValueError, RuntimeError):
        if path.is_dir():
            return frozenset({path.resolve()})
        beside = path.parent.glob(f"{glob.escape(path.stem)}*")
        linked = {other.resolve() for other in beside if other.is_symlink()}
        return frozenset({path.parent.resolve(), *linked})
    return frozenset({path.parent})


def _within(rooms: frozenset[Path], others: frozenset[Path]) -> bool:
    """Whether all of some folders lie in others."""
    return all(any(room.is_relative_to(other) for other in others) for room in rooms)


def _is_spent(answer: Message) -> bool:
    """Whether a worker must not read another file after this answer."""
    size = answer.get("size", 0)
    large = not isinstance(size, int) or size > _LARGE_BYTES
    return large or answer.get("kind") not in {"answer", "failure"}


def _received(operation: Operation, answer: Message, target: Path, name: str) -> Any:
    """Return what an answer holds; its file, once mapped, has no name any more."""
    try:
        return operation.received(answer.get("answer"), target)
    except (ValueError, TypeError, LayerReadError) as exc:
        raise LayerReadError("worker.failed", path=name, detail=str(exc)[:200]) from exc
    finally:
        with suppress(OSError):
            target.unlink(missing_ok=True)


def _told(loss: Loss, name: str) -> LayerReadError:
    """Return what a person is told of a lost worker."""
    match loss.reason:
        case Reason.NOT_STARTED:
            return LayerReadError("worker.not-started", path=name, detail=loss.detail)
        case Reason.TOO_LONG:
            return LayerReadError("worker.too-long", path=name)
        case Reason.MEMORY:
            return LayerReadError("worker.memory", path=name)
        case Reason.DIED:
            return LayerReadError("worker.died", path=name, detail=loss.detail)


def _failure(answer: Message, name: str) -> EmadinaError:
    """Return the error that an answer tells."""
    kind = answer.get("kind")
    if kind == "memory":
        return LayerReadError("worker.memory", path=name)
    if kind == "failure":
        with suppress(ValueError, TypeError):
            return decoded(Failure, answer.get("failure")).error
    detail = str(answer.get("detail", ""))[:1000]
    _log.warning("reading failed: %s", detail)
    return LayerReadError("worker.failed", path=name, detail=detail[-200:])


def _as_asked(error: EmadinaError, path: Path, shown: Path) -> EmadinaError:
    """Return an error that names the file as the person did."""
    told = {key: str(shown) if value == str(path) else value for key, value in error.params.items()}
    return type(error)(error.code, **told)


def _end_all(*workers: Iterable[WorkerProcess]) -> None:
    """End workers that nobody ended, when their reader is forgotten or the program ends."""
    for worker in itertools.chain(*workers):
        worker.end()
