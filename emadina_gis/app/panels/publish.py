"""What leaves for the public: the web map with its choices, and the nomenclature annexes.

Owns the choices; `Outputs` writes the page, `workflows.annexes` the annexes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QCheckBox, QComboBox, QVBoxLayout, QWidget

from emadina_gis.app.controls import clear, column, hairline, narrow_list, plain_label, row
from emadina_gis.app.notices import Offer
from emadina_gis.app.panels.side_page import SidePage
from emadina_gis.domain.layer import Diffusion, VectorLayer
from emadina_gis.report.web.geometry import PRECISION_M, PRECISIONS_M
from emadina_gis.session.phrase import Phrase
from emadina_gis.words import LANGUAGES
from emadina_gis.workflows.annexes import WrittenAnnexes, write_annexes
from emadina_gis.workflows.publishing import WebChoice

if TYPE_CHECKING:
    from pathlib import Path

    from emadina_gis.app.desk import Desk
    from emadina_gis.app.dialogs.choose import Choose
    from emadina_gis.app.outputs import Outputs
    from emadina_gis.progress import Context


#: Languages by the names that they have themselves.
LANGUAGE_NAMES = {"fr": "Français", "ar": "العربية", "en": "English"}


class PublishPanel(SidePage):
    """Choices of the web map: language, layers, scenario to compare, precision."""

    def __init__(self, desk: Desk, choose: Choose, outputs: Outputs) -> None:
        super().__init__(desk, "publish.title")
        self._choose = choose
        self._outputs = outputs
        self.checks: dict[str, QCheckBox] = {}
        self._diffusions: dict[str, Diffusion] = {}
        self.language, self.compared, self.precision = narrow_list(), narrow_list(), narrow_list()
        self._fill_precisions()
        self.write_button = desk.voice.button(
            "publish.write", self.ask, look="accent", icon="globe"
        )
        self.foot.addWidget(self.write_button)
        desk.watch(self, lambda project: project.layers, lambda _layers: self._show())
        desk.watch(self, lambda project: project.scenarios, lambda _scenarios: self._show())
        desk.speech.changed.connect(self._show)

    def choice(self) -> WebChoice:
        """Return what is chosen."""
        layers = frozenset(layer_id for layer_id, check in self.checks.items() if check.isChecked())
        return WebChoice(
            compared_id=str(self.compared.currentData() or ""),
            layers=layers,
            precision_m=float(self.precision.currentData() or PRECISION_M),
        )

    # --- the page -----------------------------------------------------------------------------

    def _fill_precisions(self) -> None:
        for step in PRECISIONS_M:
            self.precision.addItem("", step)
        self.precision.setCurrentIndex(PRECISIONS_M.index(PRECISION_M))

    def _show(self) -> None:
        chosen = {
            (name, self._diffusions[name]): check.isChecked() for name, check in self.checks.items()
        }
        kept = (str(self.language.currentData() or self._desk.words.language),
                str(self.compared.currentData() or ""), self.precision.currentIndex())  # fmt: skip
        clear(self.content)
        say = self._desk.speech.text
        self.content.addWidget(plain_label(say("publish.lead"), "secondary", wrap=True))
        self._section("publish.layers")
        self._add_layers(chosen)
        self._section("publish.options")
        self._add_options(*kept)
        self._section("publish.withheld")
        self.content.addWidget(plain_label(say("publish.withheld-text"), "secondary", wrap=True))
        self._section("publish.annexes")
        self._add_annexes()
        self.content.addStretch(1)
        self._follow()

    def _section(self, key: str) -> None:
        self.content.addWidget(hairline())
        self.content.addWidget(plain_label(self._desk.speech.text(key), "section"))

    def _add_layers(self, chosen: dict[tuple[str, Diffusion], bool]) -> None:
        """List the visible layers; restricted ones leave on request, internal ones never."""
        self.checks, self._diffusions = {}, {}
        say, title = self._desk.speech.text, self._desk.speech.title
        layers = [one for one in self._desk.project.vector_layers if one.visible]
        for layer in layers:
            check = QCheckBox(title(layer.title))
            check.setEnabled(layer.diffusion is not Diffusion.INTERNAL)
            usual = layer.diffusion is Diffusion.PUBLIC
            check.setChecked(check.isEnabled() and chosen.get((layer.id, layer.diffusion), usual))
            check.toggled.connect(lambda _on: self._follow())
            self.checks[layer.id], self._diffusions[layer.id] = check, layer.diffusion
            self.content.addWidget(check)
            self._add_diffusion(layer)
        if not layers:
            self.content.addWidget(plain_label(say("publish.no-layer"), "muted", wrap=True))
        self._few = plain_label("", "error", wrap=True)
        self.content.addWidget(self._few)

    def _add_diffusion(self, layer: VectorLayer) -> None:
        if layer.diffusion is Diffusion.PUBLIC:
            return
        text = self._desk.speech.text(f"publish.diffusion.{layer.diffusion}")
        beside: QVBoxLayout = column(margins=(24, 0, 0, 0))
        beside.addWidget(plain_label(text, "muted", wrap=True))
        self.content.addLayout(beside)

    def _add_options(self, language: str, compared: str, precision: int) -> None:
        say = self._desk.speech.text
        self.language, self.compared, self.precision = narrow_list(), narrow_list(), narrow_list()
        for code in LANGUAGES:
            self.language.addItem(LANGUAGE_NAMES[code], code)
        self.language.setCurrentIndex(max(self.language.findData(language), 0))
        project = self._desk.project
        self.compared.addItem(say("publish.no-comparison"), "")
        for scenario in project.scenarios:
            if scenario.id != project.reference_id:
                self.compared.addItem(scenario.name, scenario.id)
        self.compared.setCurrentIndex(max(self.compared.findData(compared), 0))
        for step in PRECISIONS_M:
            self.precision.addItem(self._desk.words.quantity(step, "m", 2), step)
        self.precision.setCurrentIndex(precision)
        self.content.addWidget(_labelled(say("publish.language"), self.language))
        self.content.addWidget(_labelled(say("publish.compared"), self.compared))
        self.content.addWidget(_labelled(say("publish.precision"), self.precision))

    def _add_annexes(self) -> None:
        say, voice = self._desk.speech.text, self._desk.voice
        self.content.addWidget(plain_label(say("publish.annexes-text"), "secondary", wrap=True))
        buttons = row()
        self.annex_buttons = (
            voice.button("publish.annexes-pdf", lambda: self.ask_annexes(".pdf"), icon="file-text"),
            voice.button(
                "publish.annexes-xlsx", lambda: self.ask_annexes(".xlsx"), icon="file-spreadsheet"
            ),
        )
        for button in self.annex_buttons:
            buttons.addWidget(button)
        buttons.addStretch(1)
        self.content.addLayout(buttons)

    def _follow(self) -> None:
        """Say why nothing can be written: no layer chosen, or a comparison without its parcels."""
        choice, say = self.choice(), self._desk.speech.text
        parcels = self._desk.project.parcels_id
        reason = ""
        if not choice.layers:
            reason = say("publish.choose-layer")
        elif choice.compared_id and parcels not in (choice.layers or ()):
            reason = say("publish.needs-parcels")
        self._few.setText(reason)
        self._few.setVisible(bool(reason))
        self.write_button.setEnabled(not reason)

    # --- writing ------------------------------------------------------------------------------

    def ask(self) -> None:
        """Ask for a folder and write the page into it."""
        folder = self._choose.folder("publish.choose")
        if folder is not None:
            self._outputs.write_web(folder, self.choice(), str(self.language.currentData()))

    def ask_annexes(self, ending: str) -> None:
        """Ask for a file and write the annexes."""
        name = self._desk.speech.text("publish.annexes-name")
        path = self._choose.save_as("publish.annexes", name, ending)
        if path is not None:
            self.write_annexes(path)

    def write_annexes(self, path: Path) -> None:
        """Write the annexes in the background; what the checks found is told."""
        project, words = self._desk.project, self._desk.words

        def work(ctx: Context) -> WrittenAnnexes:
            return write_annexes(project, path, words, ctx=ctx)

        self._desk.jobs.submit_shown(
            "job.publishing", work, done=self._tell, failed=self._desk.notices.error
        )

    def _tell(self, written: WrittenAnnexes) -> None:
        path = written.paths[0]
        told = Phrase("publish.annexes-done", {"name": path.name}, len(written.problems))
        here = QUrl.fromLocalFile(str(path))
        self._desk.notices.done(told, Offer("output.open", lambda: QDesktopServices.openUrl(here)))


def _labelled(text: str, widget: QComboBox) -> QWidget:
    """Return a list with its label above it."""
    whole = QWidget()
    lines = column(whole, spacing=2)
    lines.addWidget(plain_label(text, "secondary"))
    lines.addWidget(widget)
    widget.setAccessibleName(text)
    return whole
