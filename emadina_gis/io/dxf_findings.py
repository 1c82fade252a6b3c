"""What a person must know of a drawing: each loss, doubt and mending as a problem, counted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from emadina_gis.errors import Problem, Severity
from emadina_gis.io import dxf_entities, dxf_header, dxf_places, dxf_tables, dxf_texts
from emadina_gis.io.dxf_rows import TEXTS, Drawn

if TYPE_CHECKING:
    from emadina_gis.io.dxf_derived import Derived
    from emadina_gis.io.dxf_file import OpenedDrawing
    from emadina_gis.io.dxf_tables import Scene
    from emadina_gis.io.dxf_units import UnitReading

_MOST_NAMES = 6
_LOSSES = {
    dxf_entities.NOT_CARRIED: ("dxf.skipped", Severity.WARNING),
    dxf_entities.DAMAGED: ("dxf.damaged", Severity.ERROR),
    dxf_entities.EMPTY: ("dxf.nothing-drawn", Severity.INFO),
    dxf_places.NO_BLOCK: ("dxf.block-missing", Severity.ERROR),
    dxf_places.TOO_DEEP: ("dxf.block-too-deep", Severity.ERROR),
    dxf_places.TOO_MANY: ("dxf.block-too-large", Severity.ERROR),
}


@dataclass
class Findings:
    """Collects the problems of one drawing."""

    opened: OpenedDrawing
    drawn: Drawn
    unit: UnitReading
    scene: Scene
    title: str
    derived: Derived | None = None
    attributes_left: int = 0

    def problems(self) -> Iterator[Problem]:
        """Give all problems of the drawing, what changes its coordinates first."""
        yield from self.of_place()
        yield from self._of_file()
        yield from self._of_losses()
        yield from self._of_layers()
        yield from self._of_texts()
        yield from self._of_lots()
        if self.drawn.closed:
            yield self._note("dxf.closed", self.drawn.closed)
        yield self._account()

    def of_place(self) -> Iterator[Problem]:
        """Give the problems that say how coordinates were changed, or how they may be wrong."""
        yield from self.unit.problems(self.title)
        if self.scene.turn is not None:
            yield self._note("dxf.georeferenced")

    def _note(self, code: str, count: int = 1, **params: Any) -> Problem:
        return Problem(code, Severity.INFO, self.title, count, params)

    def _warning(self, code: str, count: int = 1, **params: Any) -> Problem:
        return Problem(code, Severity.WARNING, self.title, count, params)

    def _of_file(self) -> Iterator[Problem]:
        opened = self.opened
        if opened.converter:
            yield self._note("dxf.converted", converter=opened.converter)
        if opened.repairs:
            yield self._warning("dxf.repaired", opened.repairs)
        if not opened.is_whole:
            yield Problem("dxf.truncated", Severity.ERROR, self.title)
        lost = self._lost()
        if lost > 0:
            yield Problem("dxf.lost", Severity.ERROR, self.title, lost)

    def _lost(self) -> int:
        """Return how many entities of the text the library did not give."""
        if self.opened.declared is None:
            return 0
        return self.opened.declared - self._met() - self._papers()[1]

    def _met(self) -> int:
        drawn = self.drawn
        model = drawn.carried + drawn.blocks_apart + drawn.left + drawn.shown
        return model if self.opened.model_count else 0

    def _papers(self) -> tuple[Counter[str], int]:
        return dxf_header.paper_entities(self.opened.document)

    def _account(self) -> Problem:
        drawn = self.drawn
        return self._note(
            "dxf.account",
            drawn.carried + drawn.blocks_apart + drawn.left + drawn.shown,
            carried=drawn.carried + drawn.shown,
            blocks=drawn.blocks_apart,
            left=drawn.left,
            rows=drawn.row_count,
            version=str(self.opened.document.acad_release),
        )

    def _of_losses(self) -> Iterator[Problem]:
        found: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for (kind, layer, reason), count in self.drawn.skipped.items():
            found[(reason, kind)][self.scene.read(layer)] += count
        for (reason, kind), layers in sorted(found.items()):
            if reason not in _LOSSES:
                continue
            code, severity = _LOSSES[reason]
            params = {"kind": kind, "layers": _listed(layers)}
            yield Problem(code, severity, self.title, sum(layers.values()), params)
        if self.drawn.references:
            names = ", ".join(sorted(self.drawn.references.values())[:_MOST_NAMES])
            count = len(self.drawn.references)
            yield self._warning("dxf.references", count, names=self.scene.read(names))
        if self.attributes_left:
            yield self._warning("dxf.attributes-left", self.attributes_left)

    def _of_layers(self) -> Iterator[Problem]:
        hidden: Counter[str] = Counter(
            self.scene.read(row.layer)
            for rows in self.drawn.roles.values()
            for row in rows.rows
            if dxf_tables.is_hidden(row, self.scene)
        )
        if hidden:
            yield self._note("dxf.hidden", hidden.total(), layers=_listed(hidden))
        papers, _ = self._papers()
        if not papers:
            return
        is_read = not self.opened.model_count
        code = "dxf.paper-read" if is_read else "dxf.paper-space"
        yield self._warning(code, papers.total(), names=_listed(papers))

    def _of_texts(self) -> Iterator[Problem]:
        rows = self.drawn.roles[TEXTS].rows
        backwards = sum(dxf_texts.is_backwards(self.scene.read(row.text or "")) for row in rows)
        if backwards:
            yield self._warning("dxf.arabic-backwards", backwards)
        if self.derived is None:
            return
        labels, lots = self.derived.labels, self.derived.lot_labels
        labelled = labels.labelled + lots.labelled
        if labelled:
            yield self._note("dxf.labelled", labelled)
        if labels.ambiguous:
            yield self._warning("dxf.label-ambiguous", labels.ambiguous)
        if labels.crowded:
            yield self._note("dxf.label-crowded", labels.crowded)

    def _of_lots(self) -> Iterator[Problem]:
        networks = {} if self.derived is None else self.derived.networks
        counts = Counter({self.scene.read(n): len(lots.shapes) for n, lots in networks.items()})
        if counts.total():
            yield self._note("dxf.lots", counts.total(), layers=_listed(counts))
        for code, count in (
            ("dxf.lots-snapped", sum(lots.snapped for lots in networks.values())),
            ("dxf.lines-doubled", sum(lots.doubled for lots in networks.values())),
            ("dxf.lots-slivers", sum(lots.slivers for lots in networks.values())),
            ("dxf.lots-not-tried", sum(lots.is_too_large for lots in networks.values())),
        ):
            if count:
                yield self._note(code, count)


def _listed(counts: Counter[str]) -> str:
    """Return names with their counts, the most frequent first."""
    shown = [f"{name} ({count})" for name, count in counts.most_common(_MOST_NAMES)]
    return ", ".join(shown) + (" …" if len(counts) > _MOST_NAMES else "")
