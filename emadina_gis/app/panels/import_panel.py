"""The import panel: what each file is, what was found, which CRS is missing; then assign and add.

Nothing is assumed: a layer without a CRS waits for the person's choice among ranked guesses.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox, QFrame, QVBoxLayout, QWidget

from emadina_gis.app.controls import clear, column, plain_label
from emadina_gis.app.panels.crs_chooser import CrsChooser, crs_name
from emadina_gis.app.panels.side_page import SidePage
from emadina_gis.domain.crs import Crs
from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.layer import RasterLayer, VectorLayer
from emadina_gis.project.model import parcels_like
from emadina_gis.session.commands.layers import AddLayers
from emadina_gis.session.commands.project import SetParcelsLayer
from emadina_gis.session.phrase import Phrase
from emadina_gis.workflows.importing import ImportCandidate, diagnose_files, layers_from

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk
    from emadina_gis.domain.layer import Layer
    from emadina_gis.progress import Context

MOST_PROBLEMS = 4
#: Share of the work that is reading; the rest is writing the working copy ahead of the command.
_READING_SHARE = 0.7


class ImportPanel(SidePage):
    """One card per layer that was read."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "import.title")
        self.candidates: tuple[ImportCandidate, ...] = ()
        self.choosers: dict[str, CrsChooser] = {}
        self.checks: dict[str, QCheckBox] = {}
        self.swaps: dict[str, QCheckBox] = {}
        self._state = plain_label("", "muted", wrap=True)
        self.add_button = desk.voice.button("import.add", self.add, look="accent", icon="plus")
        self.foot.addWidget(self._state)
        self.foot.addWidget(self.add_button)
        desk.speech.changed.connect(self._show)
        self._show()

    def read(self, files: list[Path]) -> None:
        """Read files in the background and show what they are."""
        store, project = self._desk.store, self._desk.project

        def diagnosed(ctx: Context) -> tuple[ImportCandidate, ...]:
            found = diagnose_files(files, project, ctx=ctx.part(0.0, _READING_SHARE))
            layers = tuple(item.layer for item in found if item.layer is not None)
            store.announce(layers, ctx.part(_READING_SHARE, 1.0))
            return found

        self._desk.jobs.submit_shown(
            "job.reading",
            diagnosed,
            done=self._take,
            failed=self._desk.notices.error,
        )

    def _take(self, candidates: tuple[ImportCandidate, ...]) -> None:
        self.candidates = candidates
        self._show()
        whole = all(not item.needs_crs and item.error is None for item in candidates)
        clean = not any(item.problems for item in candidates)
        if candidates and whole and clean:
            self.add()

    def chosen(self) -> dict[str, Crs]:
        """Return the system chosen for each layer that needs one."""
        found = {key: chooser.crs for key, chooser in self.choosers.items()}
        return {key: crs for key, crs in found.items() if crs.is_known}

    def swapped(self) -> frozenset[str]:
        """Return the layers whose axes the person wants exchanged."""
        return frozenset(key for key, check in self.swaps.items() if check.isChecked())

    def wanted(self) -> list[ImportCandidate]:
        """Return the layers that the person wants and that could be read."""
        return [
            item
            for item in self.candidates
            if item.layer is not None and self.checks[item.key].isChecked()
        ]

    def add(self) -> None:
        """Add the wanted layers with the systems that were chosen."""
        wanted = self.wanted()
        chosen = self.chosen()
        if any(item.needs_crs and item.key not in chosen for item in wanted) or not wanted:
            return
        layers = layers_from(wanted, chosen, self.swapped())
        if not self._desk.do(AddLayers(layers)):
            return
        self._take_parcels(layers)
        self._desk.view.activate_layer(layers[0].id)
        self._desk.notices.done(Phrase("import.added", count=len(layers)))
        self.candidates = ()
        self._show()
        self.closed.emit()

    def _take_parcels(self, layers: tuple[Layer, ...]) -> None:
        if not self._desk.project.parcels_id and parcels_like(layers):
            self._desk.do(SetParcelsLayer(parcels_like(layers)))

    def _show(self) -> None:
        clear(self.content)
        self.choosers.clear()
        self.checks.clear()
        self.swaps.clear()
        for item in self.candidates:
            self.content.addWidget(self._card(item))
        if not self.candidates:
            text = self._desk.speech.text("import.reading")
            self.content.addWidget(plain_label(text, "muted", wrap=True))
        self.content.addStretch(1)
        self._show_state()

    def _card(self, item: ImportCandidate) -> QWidget:
        words = self._desk.words
        card = QFrame()
        card.setObjectName("card")
        content = column(card, spacing=6, margins=(12, 10, 12, 12))
        check = QCheckBox(words.isolated(item.name))
        check.setChecked(item.layer is not None)
        check.setEnabled(item.layer is not None)
        check.toggled.connect(lambda _on: self._show_state())
        self.checks[item.key] = check
        content.addWidget(check)
        content.addWidget(plain_label(self._facts(item), "secondary", wrap=True))
        if item.error is not None:
            content.addWidget(plain_label(" ".join(words.error(item.error)), "error", wrap=True))
            return card
        self._add_crs(content, item)
        self._add_swap(content, item)
        for problem in item.problems[:MOST_PROBLEMS]:
            what, following = words.problem(problem)
            content.addWidget(plain_label(what, "amber", wrap=True))
            if following:
                content.addWidget(plain_label(following, "secondary", wrap=True))
        rest = len(item.problems) - MOST_PROBLEMS
        if rest > 0:
            content.addWidget(plain_label(words.plural("import.more-problems", rest), "secondary"))
        return card

    def _add_crs(self, content: QVBoxLayout, item: ImportCandidate) -> None:
        if item.layer is None:
            return
        if not item.needs_crs:
            text = crs_name(self._desk, item.layer.crs)
            content.addWidget(plain_label(text, "secondary", wrap=True))
            return
        say = self._desk.speech.text
        content.addWidget(plain_label(say("import.crs-missing"), "amber", wrap=True))
        chooser = CrsChooser(self._desk)
        chooser.offer(item.crs_candidates)
        chooser.chosen.connect(lambda _crs: self._show_state())
        self.choosers[item.key] = chooser
        content.addWidget(chooser)

    def _add_swap(self, content: QVBoxLayout, item: ImportCandidate) -> None:
        """Offer to exchange the axes where that makes sense; nothing is exchanged unasked."""
        if not item.may_be_swapped:
            return
        words = self._desk.words
        check = QCheckBox(words.text("import.swap-axes"))
        best = next(found for found in item.crs_candidates if found.swapped)
        reason = words.text(f"crs-guess.{best.reason}")
        content.addWidget(plain_label(reason, "amber", wrap=True))
        content.addWidget(check)
        check.toggled.connect(lambda on: self._on_swap(item, swapped=on))
        self.swaps[item.key] = check

    def _on_swap(self, item: ImportCandidate, *, swapped: bool) -> None:
        chooser = self.choosers.get(item.key)
        if chooser is not None:
            chooser.offer(item.crs_candidates, swapped=swapped)
        self._show_state()

    def _facts(self, item: ImportCandidate) -> str:
        words = self._desk.words
        layer = item.layer
        facts = [words.isolated(item.path.name)]
        if isinstance(layer, VectorLayer):
            key = _KIND_KEYS[layer.table.main_kind]
            facts.append(words.plural("table.rows", layer.table.row_count))
            facts.append(words.text(key))
        elif isinstance(layer, RasterLayer):
            facts.append(words.text("import.raster", width=layer.width_px, height=layer.height_px))
        if item.encoding:
            facts.append(words.text("import.encoding", name=item.encoding))
        return " · ".join(facts)

    def _show_state(self) -> None:
        wanted, chosen = self.wanted(), self.chosen()
        waiting = sum(item.needs_crs and item.key not in chosen for item in wanted)
        self.add_button.setEnabled(bool(wanted) and not waiting)
        text = self._desk.speech.plural("import.waiting", waiting) if waiting else ""
        self._state.setText(text)
        self._state.setVisible(bool(text))


_KIND_KEYS = {
    Kind.NONE: "import.kind.none",
    Kind.POINT: "import.kind.point",
    Kind.LINE: "import.kind.line",
    Kind.POLYGON: "import.kind.polygon",
}
