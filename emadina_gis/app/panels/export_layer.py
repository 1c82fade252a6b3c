"""Export of a layer: the format in plain words, what matters, what is lost; then written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from emadina_gis.app.controls import clear, column, hairline, narrow_list, plain_label
from emadina_gis.app.doctor.findings import problem_row
from emadina_gis.app.notices import Offer
from emadina_gis.app.panels.crs_chooser import USUAL, crs_name
from emadina_gis.app.panels.side_page import SidePage
from emadina_gis.app.when_seen import WhenSeen
from emadina_gis.domain.crs import Crs
from emadina_gis.errors import EmadinaError
from emadina_gis.session.jobs import NewestWins
from emadina_gis.session.phrase import Phrase
from emadina_gis.workflows.exporting import (
    DRAWING,
    FORMATS,
    IN_DEGREES,
    ExportChoice,
    Exported,
    export_layer,
    export_losses,
    personal_columns,
)

if TYPE_CHECKING:
    from pathlib import Path

    from emadina_gis.app.desk import Desk
    from emadina_gis.app.dialogs.choose import Choose
    from emadina_gis.domain.layer import VectorLayer
    from emadina_gis.errors import Problem
    from emadina_gis.session.view_state import Ids


class ExportPanel(SidePage):
    """Choices of an export, and what they lose, before anything is written."""

    def __init__(self, desk: Desk, choose: Choose) -> None:
        super().__init__(desk, "export.title")
        self._choose = choose
        self._newest = NewestWins(desk.jobs)
        self.layer_id = ""
        #: Whether the choices are on the page: without a layer they are not.
        self._is_offered = False
        self.suffix = FORMATS[0]
        self.formats = narrow_list()
        self.crs = narrow_list()
        self.by_column = narrow_list()
        self.selected = QCheckBox()
        self.personal = QCheckBox()
        self._losses: QVBoxLayout = column(spacing=8)
        self._again = WhenSeen(self, self._show)
        write = desk.voice.button("export.write", self.ask, look="accent", icon="file-down")
        self.write_button = write
        self.foot.addWidget(self.write_button)
        desk.watch(self, lambda project: project.layers, lambda _layers: self._follow())
        desk.watch_view(self, lambda view: view.selection, lambda _selection: self._show_options())
        desk.speech.changed.connect(self._show)
        desk.theme.changed.connect(self._again.ask)

    def export(self, layer_id: str) -> None:
        """Offer the export of a layer."""
        self.layer_id = layer_id
        self._show()

    @property
    def layer(self) -> VectorLayer | None:
        """The layer to export; None where it is gone or is a picture."""
        return self._desk.project.known_vector(self.layer_id)

    def choice(self) -> ExportChoice:
        """Return what is chosen."""
        ids = self._ids() if self.selected.isChecked() else None
        return ExportChoice(
            self.suffix,
            Crs(str(self.crs.currentData() or "")),
            ids if ids is not None and len(ids) else None,
            self.personal.isChecked(),
            str(self.by_column.currentData() or ""),
        )

    def take_format(self, suffix: str) -> None:
        """Write in another format."""
        self.suffix = suffix
        self._show_options()

    # --- the page -----------------------------------------------------------------------------

    def _follow(self) -> None:
        if self.layer is None or not self._is_offered:
            self.write_button.setEnabled(False)
            self._again.ask()
        else:
            self._show_losses_soon()

    def _show(self) -> None:
        clear(self.content)
        self._losses = column(spacing=8)
        layer = self.layer
        self._is_offered = layer is not None
        self.write_button.setEnabled(False)
        if layer is None:
            text = self._desk.speech.text("export.no-layer")
            self.content.addWidget(plain_label(text, "muted", wrap=True))
            self.content.addStretch(1)
            return
        title = self._desk.speech.title(layer.title)
        self.content.addWidget(plain_label(title, "heading", wrap=True))
        facts = self._desk.words.plural("table.rows", layer.table.row_count)
        self.content.addWidget(plain_label(facts, "secondary"))
        self._section("export.format")
        self._add_formats(layer)
        self._section("export.options")
        self._add_options(layer)
        self._section("export.losses")
        self.content.addLayout(self._losses)
        self.content.addStretch(1)
        self._show_options()

    def _section(self, key: str) -> None:
        self.content.addWidget(hairline())
        self.content.addWidget(plain_label(self._desk.speech.text(key), "section"))

    def _add_formats(self, layer: VectorLayer) -> None:
        say = self._desk.speech.text
        self.formats = narrow_list()
        self.formats.setAccessibleName(say("export.format"))
        for suffix in FORMATS:
            if suffix == DRAWING and not layer.table.has_geometry:
                continue
            name = suffix.removeprefix(".")
            self.formats.addItem(say(f"export.{name}.name"), suffix)
        found = self.formats.findData(self.suffix)
        self.formats.setCurrentIndex(max(found, 0))
        self.suffix = str(self.formats.currentData())
        self.formats.activated.connect(
            lambda _index: self.take_format(str(self.formats.currentData()))
        )
        self._for = plain_label("", wrap=True)
        self.content.addWidget(self.formats)
        self.content.addWidget(self._for)

    def _add_options(self, layer: VectorLayer) -> None:
        say = self._desk.speech.text
        self.crs, self.by_column = narrow_list(), narrow_list()
        self.selected, self.personal = QCheckBox(), QCheckBox(say("export.with-personal"))
        self._crs_row = _labelled(say("export.crs"), self.crs)
        self._column_row = _labelled(say("export.by-column"), self.by_column)
        self.crs.addItem(crs_name(self._desk, layer.crs), "")
        for code in USUAL:
            if code != layer.crs.id:
                self.crs.addItem(crs_name(self._desk, Crs(code)), code)
        self.by_column.addItem(say("export.one-layer"), "")
        for name in layer.table.names:
            self.by_column.addItem(name, name)
        self._told = plain_label("", "secondary", wrap=True)
        for widget in (self._crs_row, self._column_row, self.selected, self.personal, self._told):
            self.content.addWidget(widget)
        for box in (self.crs, self.by_column):
            box.activated.connect(lambda _index: self._show_losses_soon())
        for check in (self.selected, self.personal):
            check.toggled.connect(lambda _on: self._show_losses_soon())

    def _show_options(self) -> None:
        layer = self.layer
        if layer is None or not self._is_offered:
            return
        say = self._desk.speech
        self._for.setText(say.text(f"export.{self.suffix.removeprefix('.')}.for"))
        self._crs_row.setVisible(self.suffix not in IN_DEGREES and layer.crs.is_known)
        self._column_row.setVisible(self.suffix == DRAWING)
        count = len(self._ids())
        self.selected.setText(say.plural("export.only-selected", count))
        self.selected.setVisible(count > 0)
        if not count:
            self.selected.setChecked(False)
        self.personal.setVisible(bool(personal_columns(layer)))
        key = {".shp": "export.told-shp", ".csv": "export.told-csv"}.get(self.suffix, "")
        self._told.setText(say.text(key) if key else "")
        self._told.setVisible(bool(key))
        self._show_losses_soon()

    def _ids(self) -> Ids:
        return self._desk.view.selected(self.layer_id)

    # --- what is lost -------------------------------------------------------------------------

    def _show_losses_soon(self) -> None:
        layer, choice = self.layer, self.choice()
        if layer is None:
            return
        self.write_button.setEnabled(False)
        self._newest.submit(
            lambda ctx: export_losses(layer, choice, ctx),
            done=self._show_losses,
            failed=self._show_refusal,
        )

    def _show_losses(self, problems: tuple[Problem, ...]) -> None:
        clear(self._losses)
        for problem in problems:
            self._losses.addWidget(problem_row(self._desk, problem))
        if not problems:
            text = self._desk.speech.text("export.nothing-lost")
            self._losses.addWidget(plain_label(text, "secondary", wrap=True))
        self.write_button.setEnabled(True)

    def _show_refusal(self, error: Exception) -> None:
        if not isinstance(error, EmadinaError):
            raise error
        clear(self._losses)
        what, following = self._desk.words.error(error)
        self._losses.addWidget(plain_label(what, "error", wrap=True))
        self._losses.addWidget(plain_label(following, "secondary", wrap=True))

    # --- writing ------------------------------------------------------------------------------

    def ask(self) -> None:
        """Ask where to write and write."""
        layer = self.layer
        if layer is None:
            return
        name = self._desk.speech.title(layer.title)
        path = self._choose.save_as("export.save-as", name, self.suffix)
        if path is not None:
            self.write(path)

    def write(self, path: Path) -> None:
        """Write the layer in the background; the file is read back and counted."""
        layer, choice = self.layer, self.choice()
        if layer is None:
            return
        name = self._desk.speech.title(layer.title)
        self._desk.jobs.submit_shown(
            "job.exporting",
            lambda ctx: export_layer(layer, choice, path, name, ctx),
            done=self._tell,
            failed=self._desk.notices.error,
        )

    def _tell(self, done: Exported) -> None:
        told = Phrase("export.done", {"name": done.path.name}, done.rows)
        folder = QUrl.fromLocalFile(str(done.path.parent))
        self._desk.notices.done(
            told, Offer("output.folder", lambda: QDesktopServices.openUrl(folder))
        )


def _labelled(text: str, widget: QWidget) -> QWidget:
    """Return a list with its label above it."""
    whole = QWidget()
    lines = column(whole, spacing=2)
    lines.addWidget(plain_label(text, "secondary"))
    lines.addWidget(widget)
    widget.setAccessibleName(text)
    return whole
