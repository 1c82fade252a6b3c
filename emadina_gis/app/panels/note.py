"""Parcel notes: for which land, in which language and format, in whose name; then written.

A page of the trailing side. What is asked is gathered here; workflows do the work.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import shapely
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPlainTextEdit, QSpinBox, QWidget

from emadina_gis.app.controls import column, narrow_list, plain_label, row
from emadina_gis.app.panels.side_page import SidePage
from emadina_gis.errors import EmadinaError
from emadina_gis.io.agency_file import read_profile
from emadina_gis.report.corners import corner_text
from emadina_gis.report.note_writing import ENDINGS
from emadina_gis.report.titles import titles_in_text, titles_of_ids
from emadina_gis.session.commands.agency import SetAgency
from emadina_gis.workflows.noting import BOTH, NoteRequest, NoteStyle, letter_of, write_note
from emadina_gis.workflows.noting_series import SeriesRequest, SeriesResult, write_series

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtWidgets import QComboBox

    from emadina_gis.app.canvas.draw import Ended, Points
    from emadina_gis.app.desk import Desk
    from emadina_gis.app.dialogs.choose import Choose
    from emadina_gis.progress import Context
    from emadina_gis.project.agency import AgencyProfile

SELECTION, TITLES, CORNERS, DRAWN, LIST = "selection", "titles", "corners", "drawn", "list"
SOURCES = (SELECTION, TITLES, CORNERS, DRAWN, LIST)
LANGUAGES: dict[str, tuple[str, ...]] = {
    "own": (), "fr": ("fr",), "ar": ("ar",), "both": BOTH, "en": ("en",),
}  # fmt: skip
EXCHANGED = "report.corners-exchanged"
TEXT_PX = 92
LARGEST_NUMBER = 9_999_999
LISTS = "*.xlsx *.ods *.csv *.txt"


class NotePanel(SidePage):
    """What a note is asked with.

    Signals
    -------
    written(object)
        A file was written, for the window to offer.
    series_written(object)
        A series was written: its `SeriesResult`.
    """

    written = Signal(object)
    series_written = Signal(object)

    def __init__(self, desk: Desk, choose: Choose, draw: Callable[..., None]) -> None:
        super().__init__(desk, "note.panel.title")
        self._choose, self._draw = choose, draw
        self.shape: shapely.Geometry | None = None
        self.title_list: Path | None = None
        self.swapped = False
        self.source, self.format, self.language = narrow_list(), narrow_list(), narrow_list()
        self.titles, self.corners = QPlainTextEdit(), QPlainTextEdit()
        self.each, self.number, self.name = QCheckBox(), QSpinBox(), QLineEdit()
        self.said, self.agency = plain_label("", "muted", wrap=True), plain_label(wrap=True)
        self.error = plain_label("", "error", wrap=True)
        self._parts: dict[str, QWidget] = {}
        self._make()
        desk.watch(self, lambda project: project.agency, lambda _agency: self._show_agency())
        desk.watch_view(self, lambda view: view.selection, lambda _ids: self._show_source())
        desk.speech.changed.connect(self._show)
        self._show()

    # --- making -------------------------------------------------------------------------------

    def _make(self) -> None:
        voice = self._desk.voice
        for text in (self.titles, self.corners):
            text.setFixedHeight(self._desk.theme.px(TEXT_PX))
            text.setTabChangesFocus(True)
        self.number.setRange(0, LARGEST_NUMBER)
        self._labelled("note.panel.source", self.source)
        self.content.addWidget(self.said)
        self._part(TITLES, self.titles)
        pasted = voice.button("note.panel.import-corners", self.import_corners, icon="file-plus")
        self.swap_button = voice.button("note.panel.swap", self.swap)
        self._part(CORNERS, self.corners, pasted, self.swap_button)
        self._part(DRAWN, voice.button("note.panel.draw", self.start_drawing, icon="pencil"))
        chosen = voice.button("note.panel.choose-list", self.choose_list, icon="file-plus")
        self._part(LIST, chosen, self.each)
        self._labelled("note.panel.format", self.format)
        self._labelled("note.panel.language", self.language)
        self._labelled("note.panel.to", self.name)
        self._make_agency()
        self.content.addStretch(1)
        self.foot.addWidget(self.error)
        self.write_button = voice.button("note.panel.write", self.ask, look="accent")
        self.foot.addWidget(self.write_button)
        self.source.currentIndexChanged.connect(self._show_source)
        self.each.toggled.connect(self._show_source)
        self.swap_button.hide()

    def _make_agency(self) -> None:
        voice = self._desk.voice
        self.content.addWidget(voice.label("note.panel.agency", "section"))
        self.content.addWidget(self.agency)
        buttons = row()
        buttons.addWidget(voice.button("note.panel.agency-import", self.import_agency), 1)
        self.no_agency = voice.button("note.panel.agency-none", self.remove_agency)
        buttons.addWidget(self.no_agency, 1)
        self.content.addLayout(buttons)
        self.number_part = self._labelled("note.panel.number", self.number)

    def _part(self, name: str, *widgets: QWidget) -> None:
        whole = QWidget()
        lines = column(whole, spacing=6)
        for widget in widgets:
            lines.addWidget(widget)
        self._parts[name] = whole
        self.content.addWidget(whole)

    def _labelled(self, key: str, widget: QWidget) -> QWidget:
        whole = QWidget()
        lines = column(whole, spacing=2)
        lines.addWidget(self._desk.voice.label(key, "secondary"))
        lines.addWidget(widget)
        self._desk.speech.bind(widget, key, widget.setAccessibleName)
        self.content.addWidget(whole)
        return whole

    # --- showing ------------------------------------------------------------------------------

    def _show(self) -> None:
        say = self._desk.speech.text
        self._fill(self.source, {name: say(f"note.panel.from-{name}") for name in SOURCES})
        self._fill(self.format, {ending: ending[1:].upper() for ending in ENDINGS})
        self._fill(self.language, {name: say(f"note.panel.in-{name}") for name in LANGUAGES})
        self.each.setText(say("note.panel.each"))
        for text, key in ((self.titles, "titles"), (self.corners, "corners")):
            text.setPlaceholderText(say(f"note.panel.hint-{key}"))
            text.setAccessibleName(say(f"note.panel.from-{key}"))
        self._show_source()
        self._show_agency()

    @staticmethod
    def _fill(box: QComboBox, entries: dict[str, str]) -> None:
        chosen = box.currentData()
        box.blockSignals(True)
        box.clear()
        for key, text in entries.items():
            box.addItem(text, key)
        box.setCurrentIndex(max(box.findData(chosen), 0))
        box.blockSignals(False)

    @property
    def wanted(self) -> str:
        """Which land is asked for, one of `SOURCES`."""
        return str(self.source.currentData())

    def take_source(self, name: str) -> None:
        """Ask for land in another way."""
        self.source.setCurrentIndex(self.source.findData(name))

    def _show_source(self) -> None:
        for name, part in self._parts.items():
            part.setVisible(name == self.wanted)
        self.error.setText("")
        self.said.setText(self._said())
        self.said.setVisible(bool(self.said.text()))

    def _said(self) -> str:
        speech = self._desk.speech
        if self.wanted == SELECTION:
            return speech.plural("note.panel.selected", len(self.selected_titles()))
        if self.wanted == DRAWN:
            area = None if self.shape is None else self.shape.area
            drawn = area is not None and not self._desk.project.crs.is_geographic
            shown = self._desk.words.quantity(area, "m2") if drawn else ""
            key = "note.panel.drawn" if drawn else "note.panel.draw-hint"
            return speech.text(key, area=shown) if drawn else speech.text(key)
        if self.wanted == LIST:
            name = "" if self.title_list is None else self.title_list.name
            return speech.text("note.panel.list", name=name) if name else ""
        return ""

    def _show_agency(self) -> None:
        profile = self._desk.project.agency
        speech = self._desk.speech
        name = "" if profile is None else speech.title(profile.agency)
        self.agency.setText(name or speech.text("note.panel.agency-absent"))
        self.no_agency.setEnabled(profile is not None)
        self.number_part.setVisible(profile is not None)

    # --- which land ---------------------------------------------------------------------------

    def selected_titles(self) -> tuple[str, ...]:
        """Return the titles of the selected parcels."""
        project = self._desk.project
        return titles_of_ids(project, self._desk.view.selected(project.parcels_id))

    def start_drawing(self) -> None:
        """Let the person draw the outline on the map."""
        ended: Ended = self.take_drawing
        self._draw(ended, area=True)

    def take_drawing(self, points: Points) -> None:
        """Take an outline that was drawn, in the map's CRS."""
        self.shape = shapely.Polygon(points)
        self._show_source()

    def import_corners(self) -> None:
        """Ask for a file of corners and show its text."""
        path = self._choose.file_to_open("note.panel.import-corners", "*.csv *.txt")
        if path is None:
            return
        self._desk.jobs.submit_shown(
            "job.reading",
            lambda _ctx: corner_text(path),
            done=self.corners.setPlainText,
            failed=self._tell_error,
        )

    def choose_list(self) -> None:
        """Ask for a list of titles."""
        path = self._choose.file_to_open("note.panel.choose-list", LISTS)
        if path is not None:
            self.title_list = path
            self._show_source()

    def swap(self) -> None:
        """Read the corners with X and Y exchanged, and go on."""
        self.swapped = True
        self.ask()

    # --- the agency ---------------------------------------------------------------------------

    def import_agency(self) -> None:
        """Ask for a profile and give it to the project."""
        path = self._choose.file_to_open("note.panel.agency-import", "*.toml")
        if path is not None:
            self._desk.jobs.submit_shown(
                "job.reading",
                lambda _ctx: read_profile(path),
                done=self._take_agency,
                failed=self._tell_error,
            )

    def _take_agency(self, profile: AgencyProfile) -> None:
        self._desk.do(SetAgency(profile))

    def remove_agency(self) -> None:
        """Print working documents of nobody's."""
        self._desk.do(SetAgency(None))

    # --- writing ------------------------------------------------------------------------------

    def note_style(self) -> NoteStyle:
        """Return how notes are written.

        Raises
        ------
        SettingsError
            If the person's own profile cannot be read.
        """
        letter = replace(
            letter_of(self._desk.project),
            number=self.number.value() or None,
            name=self.name.text().strip(),
        )
        results = self._desk.results
        languages = LANGUAGES[str(self.language.currentData())]
        return NoteStyle(languages, results.scenario_id, letter, outcome_of=results.outcome_of)

    def ask(self) -> None:
        """Ask where to write, and write."""
        self.error.setText("")
        self.swap_button.hide()
        if self.wanted == LIST and self.each.isChecked():
            folder = self._choose.folder("note.panel.choose-folder")
            if folder is not None:
                self.write_series(folder)
            return
        name = next(iter(self._titles()), "") or self._desk.speech.text("note.many")
        path = self._choose.save_as("note.save-as", name, str(self.format.currentData()))
        if path is not None:
            self.write(path)

    def _titles(self) -> tuple[str, ...]:
        if self.wanted == SELECTION:
            return self.selected_titles()
        return titles_in_text(self.titles.toPlainText()) if self.wanted == TITLES else ()

    def request(self, path: Path) -> NoteRequest:
        """Return what is asked for, to be written into a file."""
        return NoteRequest(
            path,
            self._titles(),
            corner_text=self.corners.toPlainText() if self.wanted == CORNERS else "",
            swapped=self.swapped,
            shape=self.shape if self.wanted == DRAWN else None,
            title_list=self.title_list if self.wanted == LIST else None,
            name=self._desk.speech.text(f"note.panel.name-{self.wanted}")
            if self.wanted in {CORNERS, DRAWN}
            else "",
            style=self.note_style(),
        )

    def write(self, path: Path) -> None:
        """Write the note in the background."""
        project, words = self._desk.project, self._desk.words
        self.error.setText("")

        def work(ctx: Context) -> Path:
            return write_note(project, request, words, ctx)[0]

        try:
            request = self.request(path)
        except EmadinaError as error:
            self._tell_error(error)
            return
        self.swapped = False
        self._desk.jobs.submit_shown(
            "job.note", work, done=self.written.emit, failed=self._tell_error
        )

    def write_series(self, folder: Path) -> None:
        """Write a note for each title of the list, in the background."""
        project, words, listed = self._desk.project, self._desk.words, self.title_list
        self.error.setText("")
        if listed is None:
            self.error.setText(self._desk.speech.text("note.panel.no-list"))
            return
        ending = str(self.format.currentData())
        try:
            request = SeriesRequest(listed, folder, ending, style=self.note_style())
        except EmadinaError as error:
            self._tell_error(error)
            return

        def work(ctx: Context) -> SeriesResult:
            return write_series(project, request, words, ctx)

        self._desk.jobs.submit_shown(
            "job.notes", work, done=self.series_written.emit, failed=self._tell_error
        )

    def _tell_error(self, error: Exception) -> None:
        if not isinstance(error, EmadinaError):
            raise error
        self.error.setText(" ".join(self._desk.words.error(error)))
        self.swap_button.setVisible(error.code == EXCHANGED)
