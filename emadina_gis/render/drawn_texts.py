"""Which texts are drawn while a document is made, for whoever writes their letters into it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_NOTED: ContextVar[set[str] | None] = ContextVar("drawn_texts", default=None)


@contextmanager
def noting(texts: set[str]) -> Iterator[None]:
    """Collect every text that is drawn inside, in this thread."""
    token = _NOTED.set(texts)
    try:
        yield
    finally:
        _NOTED.reset(token)


def note(text: str) -> None:
    """Say that a text is drawn; nothing happens where nobody collects."""
    noted = _NOTED.get()
    if noted is not None:
        noted.add(text)
