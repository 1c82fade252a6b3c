"""``kept``: a property that is worked out once and kept with its object.

Python 3.11's ``functools.cached_property`` takes one lock for all objects of a class: while a job
works out a column of a million rows, the window would wait for it to read any other column. Here
two threads may work out the same value twice, which gives the same value.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")


class kept(Generic[T]):  # noqa: N801 - used as a decorator, like `property`
    """A method without parameters, called once for each object."""

    def __init__(self, work: Callable[[Any], T]) -> None:
        self._work = work
        self.__doc__ = work.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> kept[T]: ...
    @overload
    def __get__(self, instance: object, owner: type) -> T: ...
    def __get__(self, instance: object | None, owner: type) -> kept[T] | T:
        """Return the value; the object's own attribute answers from then on."""
        if instance is None:
            return self
        value = self._work(instance)
        vars(instance)[self._name] = value
        return value
