"""What the libraries say while they read: collected as findings, never printed."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from emadina_gis.errors import Problem, Severity

_MESSAGES = threading.RLock()
_MOST_MESSAGES = 20


@dataclass
class Messages:
    """What a library said while it worked, each sentence once."""

    texts: dict[str, int] = field(default_factory=dict)

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Collect warnings of one short step.

        Python's warning filters belong to the process, so steps take turns.
        """
        with _MESSAGES, warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            yield
        for warning in caught:
            text = str(warning.message).strip()
            if text in self.texts or len(self.texts) < _MOST_MESSAGES:
                self.texts[text] = self.texts.get(text, 0) + 1

    def problems(self, where: str) -> tuple[Problem, ...]:
        """Return one note per sentence."""
        return tuple(
            Problem("layer.reader-note", Severity.INFO, where, count, {"detail": text[:300]})
            for text, count in self.texts.items()
        )
