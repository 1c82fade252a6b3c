"""Asks where the report of a delivery goes, and writes it in the background."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QMenu

from emadina_gis.report.delivery import Delivery, delivery_of, write_delivery

if TYPE_CHECKING:
    from pathlib import Path

    from emadina_gis.app.doctor.panel import DoctorPanel
    from emadina_gis.app.main_window import MainWindow
    from emadina_gis.progress import Context


class DeliveryReport(QObject):
    """Writes what a doctor's panel knows."""

    def __init__(self, window: MainWindow, panel: DoctorPanel) -> None:
        super().__init__(panel)
        self._window = window
        self._panel = panel
        panel.report_asked.connect(self.offer)

    def offer(self) -> None:
        """Offer the forms of the report above its button."""
        say, button = self._window.desk.speech.text, self._panel.report_button
        menu = QMenu(self._panel)
        menu.addAction(say("doctor.report.html"), partial(self.ask, ".html"))
        menu.addAction(say("doctor.report.json"), partial(self.ask, ".json"))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(button.mapToGlobal(QPoint(0, -menu.sizeHint().height())))

    def ask(self, ending: str) -> None:
        """Ask where a report goes and write it."""
        files = self._panel.intake.files
        name = self._window.desk.speech.text("delivery.title")
        if len(files) == 1:
            name = f"{name} - {files[0].path.stem}"
        path = self._window.choose.save_as("doctor.report.save-as", name, ending)
        if path is not None:
            self.write(path)

    def write(self, path: Path) -> None:
        """Write the report; the notice offers to open it."""
        intake, desk = self._panel.intake, self._window.desk
        delivery: Delivery = delivery_of(intake.reported(), intake.waiting)
        words = desk.words

        def work(_ctx: Context) -> Path:
            return write_delivery(delivery, path, words)

        desk.jobs.submit_shown(
            "job.report", work, done=self._window.outputs.tell_written, failed=desk.notices.error
        )
