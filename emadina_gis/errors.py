"""The exception tree and ``Problem``: codes and parameters, never sentences.

Sentences for each code, and what to do next, live in ``words``. This module knows nothing of ours.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


class EmadinaError(Exception):
    """Root of every error that a person can be told about.

    Parameters
    ----------
    code : str
        Stable code such as ``"layer.unreadable"``; ``words`` holds ``error.<code>.what`` and
        ``error.<code>.next``.
    **params : object
        Values that the sentence names (a path, a layer, a number).
    """

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code, params)
        self.code = code
        self.params: dict[str, Any] = params

    def __str__(self) -> str:
        """Return the code with its parameters, for logs."""
        listed = ", ".join(f"{key}={value!r}" for key, value in self.params.items())
        return f"{self.code}({listed})"


class DataError(EmadinaError):
    """Data that cannot be read, written or understood."""


class LayerReadError(DataError):
    """A file or one of its layers cannot be read."""


class LayerWriteError(DataError):
    """A layer cannot be written to its target."""


class SchemaError(DataError):
    """Columns, roles or values do not fit what is asked of them."""


class GeometryError(DataError):
    """Geometry that cannot be used for what is asked."""


class CrsError(EmadinaError):
    """A coordinate reference system problem."""


class MissingCrs(CrsError):
    """A layer has no known CRS and the operation needs one."""


class CrsMismatch(CrsError):
    """No acceptable transformation exists between two systems."""


class NotMetric(CrsError):
    """The operation needs metres and the layer is in degrees."""


class ProjectError(EmadinaError):
    """A project problem."""


class ProjectFileError(ProjectError):
    """The project file is damaged or is no project."""


class ProjectTooNew(ProjectError):
    """The project was written by a newer version."""


class CommandError(ProjectError):
    """A command cannot be applied to this project; nothing changed."""


class AnalysisError(EmadinaError):
    """An indicator or simulation cannot be computed."""


class MissingInput(AnalysisError):
    """An indicator lacks a column or a layer."""


class EmptyInput(AnalysisError):
    """There is nothing to compute on."""


class ZoningError(EmadinaError):
    """A planning document is missing, incomplete or contradictory."""


class SettingsError(EmadinaError):
    """Settings cannot be read or written."""


class PluginError(EmadinaError):
    """A plugin failed; it is named and disabled."""


class OutputError(EmadinaError):
    """A result cannot be written where it was asked for."""


class UsageError(EmadinaError):
    """The command line was used wrongly."""


class JobCancelled(Exception):
    """Raised by ``Context.check`` after a cancel; outside the tree so that nobody swallows it."""


class Severity(StrEnum):
    """How much a finding matters."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True)
class Problem:
    """A finding about data: a value, not an exception; panels list them.

    Attributes
    ----------
    code : str
        Stable code; ``words`` holds ``problem.<code>.what`` and ``problem.<code>.next``.
    severity : Severity
        Information, warning or error.
    where : str
        Layer, field or row the finding is about, as the person knows it.
    count : int
        How many rows or entities it concerns.
    params : Mapping[str, Any]
        Values that the sentence names.
    """

    code: str
    severity: Severity
    where: str = ""
    count: int = 1
    params: Mapping[str, Any] = field(default_factory=dict)
