"""Which document this is and where it stands in its life: a form of its identity."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QFormLayout, QLineEdit, QWidget

from emadina_gis.app.controls import column, plain_label, scrolling
from emadina_gis.regulation import DATES
from emadina_gis.regulation.edit import with_identity
from emadina_gis.regulation.kinds import STATUSES
from emadina_gis.regulation.life import lapse_date
from emadina_gis.regulation.wording import date_label, status_label
from emadina_gis.report.sheet_blocks import date_text

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk
    from emadina_gis.app.regulation.binder import Binder
    from emadina_gis.errors import EmadinaError
    from emadina_gis.regulation.model import Identity

#: Fields that are one text, in the order of the form.
TEXTS = (
    "plan_number", "decree", "bulletin", "bulletin_source", "reservations_article", "verified_by",
)  # fmt: skip
LANGUAGES = ("fr", "ar", "en")
DATE_HINT = "2025-04-02"


class IdentityTab(QWidget):
    """Titles, status, decree, bulletin and dates; what is missing is said."""

    def __init__(self, desk: Desk, binder: Binder) -> None:
        super().__init__()
        self._desk, self._binder = desk, binder
        self._filling = False
        self.titles = {language: QLineEdit() for language in LANGUAGES}
        self.texts = {name: QLineEdit() for name in TEXTS}
        self.dates = {name: QLineEdit() for name in DATES}
        self.status = QComboBox()
        self.facts = plain_label("", "secondary", wrap=True)
        self.missing = plain_label("", "amber", wrap=True)
        self.error = plain_label("", "error", wrap=True)
        self._labels: dict[str, QWidget] = {}
        self._lay_out()
        self._connect()
        self.show_all()

    def _lay_out(self) -> None:
        page = QWidget()
        page.setObjectName("page")
        whole = column(page, spacing=10, margins=(4, 0, 16, 16))
        for label in (self.facts, self.missing, self.error):
            whole.addWidget(label)
        form = QFormLayout()
        form.setVerticalSpacing(8)
        form.setHorizontalSpacing(16)
        for language, field in self.titles.items():
            self._add(form, f"regulation.page.identity.title-{language}", field)
        self._add(form, "regulation.page.identity.status", self.status)
        for name, field in self.texts.items():
            self._add(form, f"regulation.page.identity.{name.replace('_', '-')}", field)
        for name, field in self.dates.items():
            field.setPlaceholderText(DATE_HINT)
            self._add(form, f"regulation.date.{name}", field)
        whole.addLayout(form)
        whole.addStretch(1)
        column(self).addWidget(scrolling(page))

    def _add(self, form: QFormLayout, key: str, field: QWidget) -> None:
        label = self._desk.voice.label(key, "secondary")
        label.setBuddy(field)
        self._desk.speech.bind(field, key, field.setAccessibleName)
        form.addRow(label, field)

    def _connect(self) -> None:
        for field in (*self.titles.values(), *self.texts.values(), *self.dates.values()):
            field.editingFinished.connect(self._save)
        self.status.activated.connect(lambda _at: self._save())
        self._binder.changed.connect(self.show_all)
        self._binder.refused.connect(self._on_refused)
        self._desk.speech.changed.connect(self.show_all)

    def show_all(self) -> None:
        """Show the identity anew."""
        document, words = self._binder.document, self._desk.words
        self._filling = True
        self.error.setText("")
        self.setEnabled(document is not None)
        self.status.clear()
        for status in STATUSES:
            self.status.addItem(status_label(status, words), status)
        if document is not None:
            self._fill(document.identity)
            lapse = lapse_date(document)
            key = "regulation.page.lapse" if lapse else "regulation.page.no-lapse"
            self.facts.setText(words.text(key, date=date_text(lapse, words) if lapse else ""))
        self._filling = False

    def _fill(self, identity: Identity) -> None:
        for language, field in self.titles.items():
            field.setText(str(getattr(identity.title, language)))
        for name, field in self.texts.items():
            field.setText(str(getattr(identity, name)))
        for name, field in self.dates.items():
            date = identity.dates.get(name)
            field.setText(date.isoformat() if date is not None else "")
        self.status.setCurrentIndex(self.status.findData(identity.status))
        self.missing.setText(identity.missing.in_language(self._desk.words.language))
        self.missing.setVisible(not identity.is_complete)

    def written(self, identity: Identity) -> Identity | None:
        """Return the identity as the fields say it, None where a date cannot be read."""
        dates: dict[str, dt.date] = {}
        for name, field in self.dates.items():
            text = field.text().strip()
            if not text:
                continue
            try:
                dates[name] = dt.date.fromisoformat(text)
            except ValueError:
                words = self._desk.words
                label = date_label(name, words)
                self.error.setText(words.text("regulation.page.wrong-date", field=label, text=text))
                return None
        title = replace(identity.title, **{k: f.text().strip() for k, f in self.titles.items()})
        texts = {name: field.text().strip() for name, field in self.texts.items()}
        known = MappingProxyType(dates)
        status = str(self.status.currentData())
        return replace(identity, title=title, status=status, dates=known, **texts)  # type: ignore[arg-type]

    def _save(self) -> None:
        document = self._binder.document
        if self._filling or document is None:
            return
        self.error.setText("")
        identity = self.written(document.identity)
        if identity is not None and identity != document.identity:
            self._binder.change(lambda before: with_identity(before, identity), "identity")

    def _on_refused(self, error: EmadinaError) -> None:
        if self.isVisible():
            self.show_all()
            self.error.setText(" ".join(self._desk.words.error(error)))
