"""Large layers are written in a process of their own: the window waits for none of it.

GDAL and GEOS keep Python's lock while they write a batch or an index; in another process they keep
nobody. The table goes there as a mapped file and the written file comes back from the private
folder of the worker, which may write nowhere else; then it takes the target's place. A cancel kills
the process, and nothing of its work is left.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from emadina_gis.domain.crs import UNKNOWN
from emadina_gis.errors import EmadinaError, Problem
from emadina_gis.io.atomic import translated
from emadina_gis.io.mapped import write_table
from emadina_gis.io.value_codec import decoded, encoded
from emadina_gis.io.worker.client import Loss, WorkerDied, WorkerProcess, command
from emadina_gis.io.worker.limits import allowance_for
from emadina_gis.io.worker.operations import OPERATIONS, Failure, Question, Written
from emadina_gis.io.write import check_target, take_files
from emadina_gis.progress import NULL_CONTEXT

if TYPE_CHECKING:
    from emadina_gis.domain.crs import Crs
    from emadina_gis.domain.table import FeatureTable
    from emadina_gis.io.worker.frames import Message
    from emadina_gis.progress import Context

#: Layers with fewer rows are written sooner than a process is started.
FEWEST_ROWS = 20_000
#: Between two signs of progress; some libraries write for long without any.
LONGEST_S = 1_800.0
_ENDING = ".arrays"
_TABLE = f"table{_ENDING}"
_OPERATION = "write_layer"


class NotAway(Exception):
    """The worker was lost, by no fault of the layer: write it here."""


def write_layer_away(
    table: FeatureTable,
    path: Path,
    *,
    layer: str = "",
    crs: Crs = UNKNOWN,
    inputs: Iterable[Path] = (),
    ctx: Context = NULL_CONTEXT,
) -> tuple[Problem, ...]:
    """Write a table as `write_layer` does, in another process.

    Parameters
    ----------
    crs : Crs
        System to write in; unknown keeps the table's.

    Raises
    ------
    NotAway
        Where the process could not be had, or was lost.
    EmadinaError
        What writing raised; the target is as it was.
    """
    check_target(path, inputs)
    try:
        worker = WorkerProcess(command())
    except Loss as loss:
        raise NotAway from loss
    try:
        return _written(worker, table, path, Question(worker.folder / _TABLE, layer, crs=crs), ctx)
    except (Loss, WorkerDied) as loss:
        raise NotAway from loss
    finally:
        worker.end()


def _written(
    worker: WorkerProcess, table: FeatureTable, path: Path, asked: Question, ctx: Context
) -> tuple[Problem, ...]:
    try:
        write_table(table, asked.path, ctx)
    except OSError as exc:
        raise translated(exc, path) from exc
    worker.wait_ready(ctx)
    made = worker.folder / path.name
    # It is our own layer: only what hangs for good is ended, and the person can end it before.
    allowance = replace(allowance_for(asked.path), cpu_s=LONGEST_S, silence_s=LONGEST_S)
    message: Message = {
        "kind": "question",
        "operation": _OPERATION,
        "question": encoded(_question(asked, path)),
        "rooms": [],
        "allowance": asdict(allowance),
        "target": "",
    }
    answer = worker.ask(message, allowance.silence_s, ctx)
    if answer.get("kind") == "failure":
        raise _as_asked(decoded(Failure, answer.get("failure")).error, made, path)
    if answer.get("kind") != "answer":
        raise NotAway
    found = OPERATIONS[_OPERATION].received(answer.get("answer"), asked.path)
    assert isinstance(found, Written)
    ctx.check()
    take_files(made, path)
    return found.problems


def _question(asked: Question, path: Path) -> Question:
    crs = asked.crs if asked.crs is not None and asked.crs.is_known else None
    return Question(asked.path, asked.layer, crs=crs, target=path.name)


def _as_asked(error: EmadinaError, made: Path, path: Path) -> EmadinaError:
    """Return an error that names the file and the folder as the person did."""
    names = {str(made): str(path), str(made.parent): str(path.parent)}
    told = {key: names.get(str(value), value) for key, value in error.params.items()}
    return type(error)(error.code, **told)
