"""One layer that arrived: what it is, what to decide, its texts and fields, what is wrong."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from emadina_gis.app.controls import column, hairline, plain_label, row
from emadina_gis.app.doctor.axes_section import AxesSection
from emadina_gis.app.doctor.convert_section import ConvertSection
from emadina_gis.app.doctor.crs_section import CrsSection
from emadina_gis.app.doctor.encoding_section import EncodingSection
from emadina_gis.app.doctor.field_section import FieldSection
from emadina_gis.app.doctor.findings import ProblemRow, problem_row, worst_first
from emadina_gis.app.doctor.mend_section import MendSection
from emadina_gis.app.doctor.places_section import PlacesSection
from emadina_gis.app.doctor.telling import facts_of, name_of
from emadina_gis.app.panels.crs_chooser import crs_name
from emadina_gis.domain.crs import UNKNOWN
from emadina_gis.domain.geometry_check import SEVERITIES
from emadina_gis.domain.layer import VectorLayer
from emadina_gis.workflows.diagnosis import ImportCandidate, Question
from emadina_gis.workflows.drawings import offered
from emadina_gis.workflows.table_places import PLACES_CHOSEN, place_columns_of

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk
    from emadina_gis.domain.layer import Layer
    from emadina_gis.domain.schema import Schema
    from emadina_gis.io.diagnosis import LayerDiagnosis
    from emadina_gis.workflows.intake import Intake
    from emadina_gis.workflows.mending import Examination

#: Problems shown before the person asks for all of them.
FIRST_PROBLEMS = 6


class LayerPage(QWidget):
    """Everything about one candidate.

    Signals
    -------
    back_asked()
        Back to the list.
    crs_shown(Crs, bool), crs_chosen(Crs, bool)
        A system is looked at on the map, or chosen; with axes exchanged or not.
    zoom_asked()
        Show where the layer lies.
    encoding_chosen(str), texts_trusted()
        Read with another encoding; the texts read right.
    schema_changed(Schema)
        Fields were given other roles.
    rows_asked(ndarray)
        Some rows are to be shown on the map.
    sources_agreed()
        A virtual raster may open the files beside it.
    conversion_agreed(Path)
        A closed drawing may be converted with this program.
    mended(VectorLayer), mending_undone()
        The geometry was mended, or is to be as it came.
    placed(ImportCandidate)
        A table lies by two of its columns now.
    """

    back_asked = Signal()
    crs_shown = Signal(object, bool)
    crs_chosen = Signal(object, bool)
    zoom_asked = Signal()
    encoding_chosen = Signal(str)
    texts_trusted = Signal()
    schema_changed = Signal(object)
    rows_asked = Signal(object)
    mended = Signal(object)
    mending_undone = Signal()
    placed = Signal(object)
    sources_agreed = Signal()
    conversion_agreed = Signal(object)

    def __init__(self, desk: Desk, intake: Intake, item: ImportCandidate, *, back: bool) -> None:
        super().__init__()
        self._desk = desk
        self.key = item.key
        self.crs: CrsSection | None = None
        self.axes: AxesSection | None = None
        self.places: PlacesSection | None = None
        self.encoding: EncodingSection | None = None
        self.fields: FieldSection | None = None
        self.mending: MendSection | None = None
        self.rows: list[ProblemRow] = []
        self._content = column(self, spacing=10)
        if back:
            link = desk.voice.button("doctor.back", self.back_asked.emit, look="link")
            self._content.addWidget(link, 0, Qt.AlignmentFlag.AlignLeading)
        self._add_head(item)
        if item.error is not None:
            self._add_error(item)
            return
        self._add_places(intake, item)
        self._add_crs(intake, item)
        if item.diagnosis is not None:
            self._add_diagnosis(intake, item, item.diagnosis)

    def _add_diagnosis(self, intake: Intake, item: ImportCandidate, shown: LayerDiagnosis) -> None:
        """Add what was found; texts that a person must look at come first."""
        is_asked = Question.ENCODING in intake.questions(item)
        if is_asked:
            self._add_encoding(item, shown, is_asked=True)
        self._add_problems(item)
        self._add_mending(intake, item)
        if not is_asked:
            self._add_encoding(item, shown, is_asked=False)
        self._add_fields(intake, item, shown)

    def _section(self, key: str) -> QVBoxLayout:
        self._content.addWidget(hairline())
        self._content.addWidget(plain_label(self._desk.speech.text(key), "section"))
        return self._content

    def _add_head(self, item: ImportCandidate) -> None:
        words = self._desk.words
        self._content.addWidget(plain_label(name_of(item, words), "heading", wrap=True))
        facts = facts_of(item, words)
        if facts:
            self._content.addWidget(plain_label(facts, "secondary", wrap=True))

    def _add_error(self, item: ImportCandidate) -> None:
        assert item.error is not None
        what, following = self._desk.words.error(item.error)
        self._content.addWidget(plain_label(what, "error", wrap=True))
        self._content.addWidget(plain_label(following, wrap=True))
        if item.error.code == "raster.vrt-consent":
            agree = self._desk.voice.button("placing.agree-sources", self.sources_agreed.emit)
            self._content.addWidget(agree)
        if found := offered(item):
            section = ConvertSection(self._desk, found)
            section.agreed.connect(self.conversion_agreed)
            self._content.addWidget(section)

    def _add_places(self, intake: Intake, item: ImportCandidate) -> None:
        """Offer to place a table by two of its columns, or to take that back."""
        is_placed = any(problem.code == PLACES_CHOSEN for problem in item.problems)
        if is_placed and item.key in intake.originals:
            content = self._section("table-places.title")
            undo = self._desk.voice.button("table-places.undo", self.mending_undone.emit)
            content.addWidget(undo, 0, Qt.AlignmentFlag.AlignLeading)
            return
        columns = place_columns_of(item)
        if columns:
            content = self._section("table-places.title")
            section = self.places = PlacesSection(self._desk, item, columns)
            section.placed.connect(self.placed)
            content.addWidget(section)

    def _add_crs(self, intake: Intake, item: ImportCandidate) -> None:
        if not item.needs_crs and not item.may_be_swapped:
            self._add_known_crs(item)
            return
        content = self._section("doctor.crs.title")
        if item.needs_crs:
            ask = self._desk.speech.text("doctor.crs.question")
            content.addWidget(plain_label(ask, "amber", wrap=True))
            section = self.crs = CrsSection(self._desk, item.crs_candidates)
            section.choose(intake.crs_of(item), swapped=item.key in intake.swapped)
            section.shown.connect(self.crs_shown)
            section.chosen.connect(self.crs_chosen)
            content.addWidget(section)
            hint = self._desk.speech.text("doctor.crs.hint")
            content.addWidget(plain_label(hint, "secondary", wrap=True))
            return
        self._add_known_crs(item, titled=False)
        crs = intake.crs_of(item)
        axes = self.axes = AxesSection(
            self._desk, is_swapped=item.key in intake.swapped, is_kept=item.key in intake.axes
        )
        axes.shown.connect(lambda swapped: self.crs_shown.emit(crs, swapped))
        axes.left.connect(lambda: self.crs_shown.emit(UNKNOWN, False))
        axes.chosen.connect(lambda swapped: self.crs_chosen.emit(crs, swapped))
        content.addWidget(axes)

    def _add_known_crs(self, item: ImportCandidate, *, titled: bool = True) -> None:
        layer = item.layer
        if layer is None or not _has_place(layer):
            return
        content = self._section("doctor.crs.title") if titled else self._content
        line = row(spacing=8)
        line.addWidget(plain_label(crs_name(self._desk, layer.crs), wrap=True), 1)
        zoom = self._desk.voice.tool("doctor.show-on-map", "locate", self.zoom_asked.emit)
        line.addWidget(zoom, 0, Qt.AlignmentFlag.AlignTop)
        content.addLayout(line)
        accuracy = item.diagnosis.accuracy_m if item.diagnosis is not None else None
        if accuracy:
            text = self._desk.words.quantity(accuracy, "m", 0 if accuracy >= 1 else 2)
            told = self._desk.words.text("doctor.crs.accuracy", accuracy=text)
            content.addWidget(plain_label(told, "secondary", wrap=True))

    def _add_problems(self, item: ImportCandidate) -> None:
        asked = self._asked_above()
        problems = [found for found in worst_first(item.problems) if found.code not in asked]
        if not problems:
            return
        content = self._section("doctor.problems.title")
        self.rows = [problem_row(self._desk, problem) for problem in problems]
        for made in self.rows[:FIRST_PROBLEMS]:
            content.addWidget(made)
        rest = self.rows[FIRST_PROBLEMS:]
        if not rest:
            return
        more = QWidget()
        lines = column(more, spacing=8)
        for made in rest:
            lines.addWidget(made)
        more.hide()
        button = self._desk.voice.button("doctor.problems.all", more.show, look="link")
        button.setText(self._desk.words.plural("import.more-problems", len(rest)))
        button.clicked.connect(button.hide)
        content.addWidget(button, 0, Qt.AlignmentFlag.AlignLeading)
        content.addWidget(more)

    def _asked_above(self) -> frozenset[str]:
        """Return the findings that the questions of the page already say."""
        codes = {"crs.missing"} if self.crs is not None else set()
        return frozenset(codes | ({"crs.axes-swapped"} if self.axes is not None else set()))

    def _add_mending(self, intake: Intake, item: ImportCandidate) -> None:
        """Offer to mend where there is a fault of geometry, or where it was mended."""
        faulty = any(problem.code in SEVERITIES for problem in item.problems)
        is_mended = item.key in intake.originals
        if not isinstance(item.layer, VectorLayer) or not (faulty or is_mended):
            return
        section = self.mending = MendSection(self._desk, item.layer, is_mended=is_mended)
        section.examined.connect(self._offer_places)
        section.mended.connect(self.mended)
        section.undone.connect(self.mending_undone)
        self._content.addWidget(section)

    def _offer_places(self, found: Examination) -> None:
        for made in self.rows:
            finding = found.check.of(made.code)
            if finding is not None and np.isfinite(finding.places).any():
                made.offer_place(partial(self.rows_asked.emit, finding.ids))

    def _add_encoding(
        self, item: ImportCandidate, shown: LayerDiagnosis, *, is_asked: bool
    ) -> None:
        if not shown.texts or not shown.encoding.name:
            return
        content = self._section("doctor.encoding.title")
        section = self.encoding = EncodingSection(self._desk, shown, is_asked=is_asked)
        section.chosen.connect(self.encoding_chosen)
        section.trusted.connect(self.texts_trusted)
        content.addWidget(section)
        section.ask(item.path)

    def _add_fields(self, intake: Intake, item: ImportCandidate, shown: LayerDiagnosis) -> None:
        if not shown.fields or not isinstance(item.layer, VectorLayer):
            return
        content = self._section("doctor.fields.title")
        schema: Schema = intake.schemas.get(item.key, item.layer.schema)
        section = self.fields = FieldSection(self._desk, shown, schema)
        section.schema_changed.connect(self.schema_changed)
        content.addWidget(section)


def _has_place(layer: Layer) -> bool:
    """Whether a layer lies anywhere: a table does not, nor a picture without a georeference."""
    if isinstance(layer, VectorLayer):
        return layer.table.has_geometry
    return layer.extent is not None
