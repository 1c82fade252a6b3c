"""OpenGL contexts: from a loader of function addresses (Qt's), or standing alone through EGL.

Knows no Qt: whoever has a context gives a function that finds addresses in it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

import moderngl

#: The least version the programs are written for (GLSL 330).
VERSION = 330


class GlUnavailable(Exception):
    """No usable OpenGL here; the painter takes over. Never shown to a person."""


class _Loader:
    """What moderngl asks of a context that somebody else owns and keeps current."""

    def __init__(self, address_of: Callable[[str], int]) -> None:
        self._address_of = address_of

    def load_opengl_function(self, name: str) -> int:
        """Return the address of a function, 0 where it does not exist."""
        return int(self._address_of(name) or 0)

    load = load_opengl_function

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *args: object) -> None:
        return None

    def release(self) -> None:
        """Leave the context to its owner."""


def context_from_loader(address_of: Callable[[str], int]) -> Any:
    """Return a moderngl context over the one that is current.

    Raises
    ------
    GlUnavailable
        If its version is too low or functions are missing.
    """
    # Its own type hints know dictionaries only; its reference says objects like this one.
    settings: dict[str, Any] = {"context": _Loader(address_of)}
    try:
        return _checked(moderngl.create_context(require=VERSION, **settings))
    except (ValueError, moderngl.Error) as exc:
        raise GlUnavailable(str(exc)) from exc


def standalone_context() -> Any:
    """Return a context without a window, for measuring and pictures without Qt.

    Raises
    ------
    GlUnavailable
        If EGL gives none.
    """
    settings: dict[str, Any] = {"backend": "egl"}
    try:
        return _checked(moderngl.create_context(require=VERSION, standalone=True, **settings))
    except Exception as exc:  # moderngl and its loaders raise plain Exception
        raise GlUnavailable(str(exc)) from exc


def _checked(context: Any) -> Any:
    context.gc_mode = "context_gc"
    return context
