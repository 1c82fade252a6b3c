"""Properties of a layer: its origin, its system, who may see it, the roles of its columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QLabel

from emadina_gis.app.controls import clear, plain_label
from emadina_gis.app.models.accuracy import accuracy_text
from emadina_gis.app.panels.crs_chooser import CrsChooser
from emadina_gis.app.panels.file_row import FileRow
from emadina_gis.app.panels.side_page import SidePage
from emadina_gis.app.placing.outcome import placement_text
from emadina_gis.domain.layer import Diffusion, Layer, VectorLayer
from emadina_gis.domain.schema import Role
from emadina_gis.project.documents import document_titles
from emadina_gis.session.commands.fields import SetLayerRoles
from emadina_gis.session.commands.layers import AssignCrs, SetDiffusion
from emadina_gis.session.commands.project import SetDocument, SetParcelsLayer

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk
    from emadina_gis.domain.crs import Crs


class PropertiesPanel(SidePage):
    """Facts and choices of one layer; each choice is a command.

    `relink_asked` wants another file for a layer.
    """

    relink_asked = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "properties.title")
        self.layer_id = ""
        self.roles: dict[Role, QComboBox] = {}
        self.crs: CrsChooser | None = None
        self.file: FileRow | None = None
        desk.watch(self, lambda project: project, lambda _project: self._show())
        desk.speech.changed.connect(self._show)

    def show_layer(self, layer_id: str) -> None:
        """Show another layer."""
        self.layer_id = layer_id
        self._show()

    def _show(self) -> None:
        clear(self.content)
        self.roles.clear()
        project = self._desk.project
        if not project.has_layer(self.layer_id):
            return
        layer = project.layer(self.layer_id)
        self.content.addWidget(plain_label(self._desk.speech.title(layer.title), "bold", wrap=True))
        self._add_facts(layer)
        self._add_choices(layer)
        if isinstance(layer, VectorLayer):
            self._add_roles(layer)
        self.content.addStretch(1)

    def _add_facts(self, layer: Layer) -> None:
        words = self._desk.words
        origin = layer.provenance
        facts = [p for p in (origin.producer, origin.year, origin.licence) if p]
        lines = [" · ".join(words.isolated(fact) for fact in facts)]
        if isinstance(layer, VectorLayer):
            lines.append(words.plural("table.rows", layer.table.row_count))
            if edited := layer.derived.edited:
                titles = (self._desk.speech.title(layer.field_label(n).title) for n in edited)
                lines.append(words.text("properties.edited", columns=", ".join(titles)))
        notes = (origin.credit, origin.note)
        lines += [self._desk.speech.title(note) for note in notes if note is not None]
        if layer.placement is not None:
            lines.append(placement_text(layer.placement, words))
        for line in dict.fromkeys(line for line in lines if line):
            self.content.addWidget(plain_label(line, "secondary", wrap=True))
        self.file = FileRow(self._desk, layer)
        self.file.relink_asked.connect(self.relink_asked)
        self.content.addWidget(self.file)

    def _add_choices(self, layer: Layer) -> None:
        say = self._desk.speech.text
        form = _form()
        self.crs = CrsChooser(self._desk)
        self.crs.offer((), layer.crs)
        self.crs.chosen.connect(lambda crs: self._assign(layer.id, crs))
        form.addRow(self._label("properties.crs"))
        form.addRow(self.crs)
        told = accuracy_text(layer, self._desk.project.crs, self._desk.words)
        form.addRow(plain_label(told, "secondary", wrap=True))
        diffusion = _box(
            [(d.value, say(f"properties.diffusion.{d.value}")) for d in Diffusion],
            layer.diffusion.value,
        )
        diffusion.activated.connect(
            lambda _i: self._desk.do(SetDiffusion(layer.id, Diffusion(diffusion.currentData())))
        )
        self._add_row(form, "properties.who", diffusion)
        if isinstance(layer, VectorLayer):
            self._add_simulation(form, layer)
        self.content.addLayout(form)

    def _add_simulation(self, form: QFormLayout, layer: VectorLayer) -> None:
        say, project = self._desk.speech.text, self._desk.project
        is_parcels = project.parcels_id == layer.id
        use = _box([("no", say("value.no")), ("yes", say("value.yes"))],
                   "yes" if is_parcels else "no")  # fmt: skip
        use.activated.connect(
            lambda _i: self._desk.do(
                SetParcelsLayer(layer.id if use.currentData() == "yes" else "")
            )
        )
        self._add_row(form, "properties.is-parcels", use)
        if not is_parcels:
            return
        language = self._desk.speech.language
        offered = [("", say("properties.no-document"))]
        offered += document_titles(project, language)
        document = _box(offered, project.document_id)
        document.activated.connect(
            lambda _i: self._desk.do(SetDocument(str(document.currentData())))
        )
        self._add_row(form, "properties.document", document)

    def _add_roles(self, layer: VectorLayer) -> None:
        say = self._desk.speech.text
        self.content.addWidget(plain_label(say("properties.roles"), "section"))
        form = _form()
        offered = [("", say("properties.no-column"))]
        offered += [(name, name) for name in layer.table.names]
        for role in Role:
            box = _box(offered, layer.schema.column(role) or "")
            name = say(f"role.{role.value}")
            box.setAccessibleName(name)
            box.activated.connect(lambda _i, which=role: self._set_role(which))
            self.roles[role] = box
            form.addRow(plain_label(name, wrap=True), box)
        self.content.addLayout(form)

    def _set_role(self, role: Role) -> None:
        layer = self._desk.project.vector_layer(self.layer_id)
        column = str(self.roles[role].currentData()) or None
        self._desk.do(SetLayerRoles(layer.id, layer.schema.with_role(role, column)))

    def _assign(self, layer_id: str, crs: Crs) -> None:
        if crs.is_known and crs != self._desk.project.layer(layer_id).crs:
            self._desk.do(AssignCrs(layer_id, crs))

    def _add_row(self, form: QFormLayout, key: str, box: QComboBox) -> None:
        label = self._label(key)
        label.setBuddy(box)
        box.setAccessibleName(label.text())
        form.addRow(label, box)

    def _label(self, key: str) -> QLabel:
        return plain_label(self._desk.speech.text(key), wrap=True)


def _form() -> QFormLayout:
    form = QFormLayout()
    form.setVerticalSpacing(8)
    form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    return form


def _box(offered: list[tuple[str, str]], chosen: str) -> QComboBox:
    box = QComboBox()
    box.setMinimumContentsLength(12)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    for value, text in offered:
        box.addItem(text, value)
    box.setCurrentIndex(max(box.findData(chosen), 0))
    return box
