"""``Phrase``: a sentence that ``words`` will say later, in the language of that moment.

Knows the catalogue's interface only; holds no sentence itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from emadina_gis.words import Words


@dataclass(frozen=True)
class Phrase:
    """A key of the catalogue with what fills it.

    Attributes
    ----------
    key : str
        Key in ``resources/words``.
    params : Mapping[str, object]
        Values that the sentence names.
    count : int or None
        Number that chooses the plural form; None for a sentence without one.
    """

    key: str
    params: Mapping[str, object] = field(default_factory=dict)
    count: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "params", MappingProxyType(dict(self.params)))

    def __hash__(self) -> int:
        return hash((self.key, self.count))

    def said(self, words: Words) -> str:
        """Return the sentence in the language of `words`."""
        if self.count is None:
            return words.text(self.key, **self.params)
        return words.plural(self.key, self.count, **self.params)
