"""What leaves the house: sheet, printer, web map, note; asked for, made in the background, opened.

Owns the questions and the notices; workflows do the work.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QPageLayout, QPageSize
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QMenu

from emadina_gis.app.layouts.kinds import with_kind
from emadina_gis.app.notices import Offer
from emadina_gis.app.sheet_choosing import shown_choice
from emadina_gis.report.layout import ROUND_SCALES
from emadina_gis.report.titles import titles_of_ids
from emadina_gis.session.phrase import Phrase
from emadina_gis.words import load_words
from emadina_gis.workflows.comparing import print_comparison
from emadina_gis.workflows.noting import NoteRequest, NoteStyle, write_note
from emadina_gis.workflows.noting_series import MISSING
from emadina_gis.workflows.printing import (
    SheetChoice,
    print_natively,
    print_sheet,
)
from emadina_gis.workflows.publishing import USUAL as USUAL_WEB
from emadina_gis.workflows.publishing import WebChoice, publish_web

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from emadina_gis.app.desk import Desk
    from emadina_gis.app.main_window import MainWindow
    from emadina_gis.domain.viewport import Viewport
    from emadina_gis.errors import Problem
    from emadina_gis.progress import Context
    from emadina_gis.project import Project
    from emadina_gis.report.sheet import WrittenSheet
    from emadina_gis.report.web import WrittenWeb
    from emadina_gis.workflows.noting_series import SeriesResult


class Outputs(QObject):
    """Sheet, print, web map and note of the project as it is when they are asked for.

    Signals
    -------
    found(tuple of Problem)
        What was found on the sheet or the page that was written last.
    """

    found = Signal(object)

    def __init__(self, desk: Desk, window: MainWindow) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window

    # --- sheet --------------------------------------------------------------------------------

    def ask_sheet(self, viewport: Viewport) -> None:
        """Offer the sheets of the project, of the whole or of what the map shows."""
        menu = QMenu(self._window)
        say = self._desk.speech.text
        menu.addAction(say("print.compose"), self._window.layouts.open)
        menu.addSeparator()
        if self.can_compare:
            name = self._desk.project.scenario(self._desk.results.scenario_id).name
            menu.addAction(say("print.comparison", name=name), self.ask_comparison)
            menu.addSeparator()
        for layout in self._desk.project.layouts:
            title = self._desk.speech.title(layout.title)
            menu.addAction(title, partial(self._choose_sheet, layout.id, None))
        menu.addSeparator()
        for layout in self._desk.project.layouts:
            title = self._desk.speech.title(layout.title)
            menu.addAction(
                say("print.of-view", title=title),
                partial(self._choose_sheet, layout.id, viewport),
            )
        button = self._window.top.print
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()))

    def _choose_sheet(self, layout_id: str, viewport: Viewport | None) -> None:
        title = self._desk.speech.title(self._desk.project.title)
        path = self._window.choose.save_as("print.save-as", title, ".pdf")
        if path is not None:
            self.write_sheet(layout_id, path, viewport)

    def write_sheet(self, layout_id: str, path: Path, viewport: Viewport | None = None) -> None:
        """Write a sheet in the background."""
        project = self._with_view(self._desk.project, layout_id, viewport)
        words, choice = self._desk.words, self._choice(viewport)

        def work(ctx: Context) -> WrittenSheet:
            return print_sheet(project, layout_id, path, words, choice=choice, ctx=ctx)

        self._print(work)

    # --- comparison ---------------------------------------------------------------------------

    @property
    def can_compare(self) -> bool:
        """Whether a scenario other than the reference is at work, with outcomes."""
        results = self._desk.results
        return results.active is not None and not results.is_reference

    def ask_comparison(self) -> None:
        """Ask for a file and print the scenario at work beside the reference."""
        if not self.can_compare:
            self._desk.notices.tell(Phrase("print.nothing-to-compare"))
            return
        name = self._desk.project.scenario(self._desk.results.scenario_id).name
        path = self._window.choose.save_as("print.save-comparison", name, ".pdf")
        if path is not None:
            self.write_comparison(path)

    def write_comparison(self, path: Path) -> None:
        """Print the scenario at work beside the reference, in the background."""
        project, words = self._desk.project, self._desk.words
        results = self._desk.results
        scenario_id, choice = results.scenario_id, self._choice(None)

        def work(ctx: Context) -> WrittenSheet:
            reference = project.reference_id
            return print_comparison(
                project, reference, scenario_id, path, words, choice=choice, ctx=ctx
            )

        self._print(work)

    def _print(self, work: Callable[[Context], WrittenSheet]) -> None:
        self._desk.jobs.submit_shown(
            "job.printing",
            work,
            done=self._tell_sheet,
            failed=self._desk.notices.error,
        )

    # --- what is printed ----------------------------------------------------------------------

    def _choice(self, viewport: Viewport | None) -> SheetChoice:
        focus = None if viewport is None else viewport.extent
        return shown_choice(self._desk, focus)

    def _with_view(self, project: Project, layout_id: str, viewport: Viewport | None) -> Project:
        """Return the project with a sheet that shows the view at the next round scale."""
        if viewport is None:
            return project
        wanted = viewport.scale_denominator(project.crs.unit_m)
        scale = min(ROUND_SCALES, key=lambda known: abs(known / wanted - 1))
        layout = replace(project.layout(layout_id), scale=scale, center=(viewport.x, viewport.y))
        layouts = tuple(layout if old.id == layout_id else old for old in project.layouts)
        return replace(project, layouts=layouts)

    # --- printer ------------------------------------------------------------------------------

    def print_native(self, viewport: Viewport | None, layout_id: str = "") -> None:
        """Ask for a printer and print a sheet, by default the first, of what the map shows."""
        layouts = self._desk.project.layouts
        layout = self._desk.project.layout(layout_id) if layout_id else layouts[0]
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setFullPage(True)
        printer.setDocName(self._desk.speech.title(self._desk.project.title))
        size = QPageSize(getattr(QPageSize.PageSizeId, str(layout.page)))
        turn = QPageLayout.Orientation
        printer.setPageSize(size)
        printer.setPageOrientation(turn.Landscape if layout.landscape else turn.Portrait)
        dialog = QPrintDialog(printer, self._window)
        dialog.setWindowTitle(self._desk.speech.text("file.print"))
        if dialog.exec() == QPrintDialog.DialogCode.Accepted:
            self.print_to(printer, layout.id, viewport)

    def print_to(self, printer: QPrinter, layout_id: str, viewport: Viewport | None = None) -> None:
        """Print a sheet in the background: the same drawing as in the PDF, as vectors.

        A printer without paper of that size makes the drawing smaller on its own: that is told,
        because the scale on the sheet is not true then.
        """
        page = str(self._desk.project.layout(layout_id).page)
        if not has_paper(QPrinterInfo(printer).supportedPageSizes(), page):
            told = {"printer": printer.printerName(), "page": page}
            self._desk.notices.tell(Phrase("print.no-paper", told), Phrase("print.no-paper-next"))
        project = self._with_view(self._desk.project, layout_id, viewport)
        words, choice = self._desk.words, self._choice(viewport)

        def work(ctx: Context) -> str:
            print_natively(project, layout_id, printer, words, choice=choice, ctx=ctx)
            return printer.printerName() or Path(printer.outputFileName()).name

        self._desk.jobs.submit_shown(
            "job.printing",
            work,
            done=lambda name: self._desk.notices.done(
                Phrase("print.sent", {"printer": name or "–"})
            ),
            failed=self._desk.notices.error,
        )

    # --- web map ------------------------------------------------------------------------------

    def write_web(self, folder: Path, choice: WebChoice = USUAL_WEB, language: str = "") -> None:
        """Write the web map in the background; the scenario at work where none is chosen."""
        project = self._desk.project
        words = load_words(language) if language else self._desk.words
        results = self._desk.results
        outcome_of = results.outcome_of
        if not (choice.scenario_id or choice.compared_id):
            choice = replace(choice, scenario_id=results.scenario_id)

        def work(ctx: Context) -> WrittenWeb:
            return publish_web(
                project, folder, words, choice=choice, outcome_of=outcome_of, ctx=ctx
            )

        self._desk.jobs.submit_shown(
            "job.publishing",
            work,
            done=lambda made: self._tell_found(made.path, made.problems(self._desk.words)),
            failed=self._desk.notices.error,
        )

    # --- note ---------------------------------------------------------------------------------

    def ask_note(self, ids: NDArray[np.int64]) -> None:
        """Ask for a file and write the note of some parcels."""
        titles = titles_of_ids(self._desk.project, ids)
        if not titles:
            self._desk.notices.tell(Phrase("note.no-title"))
            return
        name = titles[0] if len(titles) == 1 else self._desk.speech.text("note.many")
        path = self._window.choose.save_as("note.save-as", name, ".pdf")
        if path is not None:
            self.write_note(titles, path)

    def write_note(self, titles: tuple[str, ...], path: Path) -> None:
        """Write the note in the background."""
        project, words = self._desk.project, self._desk.words
        results = self._desk.results
        style = NoteStyle(scenario_id=results.scenario_id, outcome_of=results.outcome_of)
        request = NoteRequest(path, titles, style=style)
        self._desk.jobs.submit_shown(
            "job.note",
            lambda ctx: write_note(project, request, words, ctx)[0],
            done=self._on_written,
            failed=self._desk.notices.error,
        )

    def tell_series(self, result: SeriesResult) -> None:
        """Say what a series of notes wrote, and offer its table and its folder."""
        missing = len(result.lines(MISSING))
        told = {"kept": result.kept, "missing": missing}
        self._desk.notices.tell(
            Phrase("note.batch.done", told, result.made),
            None,
            Offer("output.open", lambda: _open(result.table)),
            Offer("output.folder", lambda: _open(result.table.parent)),
        )

    def tell_written(self, path: Path) -> None:
        """Say that a file was written, and offer to open it or its folder."""
        self._on_written(path)

    def _tell_sheet(self, written: WrittenSheet) -> None:
        """Say that a sheet was written, and what was found on it: the first finding at once."""
        frames = [placed.frame for page in written.pages for placed in page.plan.frames]
        named = (with_kind(one, frames, self._desk.speech) for one in written.problems)
        self._tell_found(written.pdf.path, tuple(named))

    def _tell_found(self, path: Path, problems: tuple[Problem, ...]) -> None:
        """Say that a file was written, and the first of what was found."""
        self.found.emit(problems)
        if not problems:
            self._on_written(path)
            return
        self._desk.notices.tell(
            Phrase("print.written-with", {"name": path.name}, count=len(problems)),
            problems[0],
            Offer("output.open", lambda: _open(path)),
            Offer("print.show-findings", lambda: self._window.open_side("problems")),
        )

    def _on_written(self, path: Path) -> None:
        self._desk.notices.done(
            Phrase("output.written", {"name": path.name}),
            Offer("output.open", lambda: _open(path)),
            Offer("output.folder", lambda: _open(path.parent)),
        )


def _open(path: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def has_paper(sizes: list[QPageSize], page: str) -> bool:
    """Whether a size is among those a printer announces; one that announces none may have it."""
    wanted = getattr(QPageSize.PageSizeId, page)
    return not sizes or any(size.id() == wanted for size in sizes)
