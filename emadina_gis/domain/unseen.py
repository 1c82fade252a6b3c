"""Libraries that others take along where they are installed, and that are of no use here.

Knows nothing of what they are.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class _NotThere(MetaPathFinder):
    """Answers a search for some modules with "it is not there"."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names

    def find_spec(self, fullname: str, *_more: object) -> None:
        if fullname in self._names:
            raise ModuleNotFoundError(fullname, name=fullname)


@contextmanager
def unseen(*names: str) -> Iterator[None]:
    """Let whoever looks for some modules meanwhile not find them, unless they are loaded already.

    Parameters
    ----------
    names : str
        Names of top-level modules.
    """
    finder = _NotThere(names)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
