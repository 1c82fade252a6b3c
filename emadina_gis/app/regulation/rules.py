"""The rules of a document: its sectors, what bites the chosen one, and a form for one rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QBrush
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QInputDialog,
    QMenu,
    QSplitter,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from emadina_gis.app.controls import column, plain_label, row, scrolling
from emadina_gis.app.regulation.rule_form import RuleForm
from emadina_gis.regulation.edit import (
    new_sector,
    renamed_sector,
    sector_scope,
    with_sector,
    without_sector,
)
from emadina_gis.regulation.form import RuleLine, rule_lines
from emadina_gis.regulation.wording import (
    citation_text,
    condition_text,
    group_label,
    kind_label,
    scope_text,
    value_text,
    verification_text,
)

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk
    from emadina_gis.app.regulation.binder import Binder
    from emadina_gis.regulation import PlanningDocument

CODE = Qt.ItemDataRole.UserRole
HEADS = ("rule", "value", "when", "cited", "verified", "scope")
FORM_PX = 280


class SectorBox(QComboBox):
    """The sectors of the document; typing finds one. `chosen` carries a code."""

    chosen = Signal(str)

    def __init__(self, desk: Desk, binder: Binder) -> None:
        super().__init__()
        self._desk, self._binder = desk, binder
        self.setMinimumContentsLength(16)
        self.setMaxVisibleItems(20)
        desk.speech.bind(self, "regulation.page.sectors", self.setAccessibleName)
        self.currentIndexChanged.connect(lambda _at: self.chosen.emit(self.code))

    @property
    def code(self) -> str:
        """Code of the chosen sector, empty where there is none."""
        return str(self.currentData() or "")

    def show_all(self) -> None:
        """List the sectors; the chosen one stays chosen."""
        chosen = self.code
        document, words = self._binder.document, self._desk.words
        self.blockSignals(True)
        self.clear()
        for sector in document.sectors if document is not None else ():
            title = sector.title.in_language(words.language)
            shown = words.isolated(sector.code)
            self.addItem(f"{shown} · {title}" if title else shown, sector.code)
        self.choose(chosen)
        self.blockSignals(False)

    def choose(self, code: str) -> None:
        """Choose a sector, the first where it is not there."""
        if self.count():
            self.setCurrentIndex(max(self.findData(code), 0))


class RulesTab(QWidget):
    """Sectors, the rules of one, and the form of the chosen rule."""

    def __init__(self, desk: Desk, binder: Binder) -> None:
        super().__init__()
        self._desk, self._binder = desk, binder
        self._chosen: tuple[str, str, str] | None = None
        self.sectors = SectorBox(desk, binder)
        self.more_button = desk.voice.tool(
            "regulation.page.sector-menu", "ellipsis", self.open_menu
        )
        self.tree = QTreeWidget()
        self.form = RuleForm(desk, binder)
        self.note = plain_label("", "secondary", wrap=True)
        self._set_up_tree()
        self._lay_out()
        self.sectors.chosen.connect(lambda _code: self._show_rules())
        self.tree.currentItemChanged.connect(self._on_rule)
        self.form.expected.connect(self._expect)
        binder.changed.connect(self.show_all)
        desk.speech.changed.connect(self.show_all)
        desk.theme.changed.connect(self._show_rules)
        self.show_all()

    def _set_up_tree(self) -> None:
        tree = self.tree
        tree.setColumnCount(len(HEADS))
        tree.setRootIsDecorated(False)
        tree.setIndentation(0)
        tree.setUniformRowHeights(True)
        tree.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        tree.setFrameShape(QTreeWidget.Shape.NoFrame)
        self._desk.speech.bind(self, "regulation.page.rules", tree.setAccessibleName)

    def _lay_out(self) -> None:
        middle = QWidget()
        inner = column(middle, spacing=6)
        chosen = row(spacing=6)
        chosen.addWidget(self.sectors, 1)
        chosen.addWidget(self.more_button)
        inner.addLayout(chosen)
        inner.addWidget(self.note)
        inner.addWidget(self.tree, 1)
        parts = QSplitter(Qt.Orientation.Horizontal)
        parts.setChildrenCollapsible(False)
        parts.addWidget(middle)
        parts.addWidget(scrolling(self.form))
        parts.setStretchFactor(0, 1)
        parts.setSizes([2 * FORM_PX, FORM_PX])
        row(self).addWidget(parts)

    def show_all(self) -> None:
        """Show the document anew."""
        self.sectors.show_all()
        self._show_rules()

    def go_to(self, code: str, kind: str = "") -> None:
        """Show a sector, and its rule of a kind."""
        self.sectors.choose(code)
        for item in self._items():
            line = item.data(0, CODE)
            if kind and isinstance(line, RuleLine) and line.rule.kind == kind:
                self.tree.setCurrentItem(item)
                return

    # --- sectors ------------------------------------------------------------------------------

    def open_menu(self) -> None:
        """Offer what can be done with the chosen sector."""
        menu, say = QMenu(self), self._desk.speech.text
        menu.addAction(say("regulation.page.sector-new"), self.ask_new)
        menu.addAction(say("regulation.page.sector-rename"), self.ask_rename)
        menu.addAction(say("regulation.page.sector-remove"), self.remove_sector)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.more_button.mapToGlobal(self.more_button.rect().bottomLeft()))

    def _ask_code(self, key: str) -> str:
        say = self._desk.speech.text
        code, given = QInputDialog.getText(
            self, say(key), say("regulation.page.sector-code"), text=self.sectors.code
        )
        return code.strip() if given else ""

    def ask_new(self) -> None:
        """Ask for a code, and make a sector with the rules of the chosen one."""
        code = self._ask_code("regulation.page.sector-new")
        if code:
            self.add_sector(code)

    def add_sector(self, code: str) -> None:
        """Make a sector with the rules of the chosen one, and show it."""
        like = self.sectors.code

        def make(document: PlanningDocument) -> PlanningDocument:
            title = document.sector(like).title
            return with_sector(document, new_sector(document, code, like, title))

        if self._binder.change(make):
            self.sectors.choose(code)

    def ask_rename(self) -> None:
        """Ask for another code of the chosen sector."""
        code = self._ask_code("regulation.page.sector-rename")
        if code and code != self.sectors.code:
            self.rename_sector(code)

    def rename_sector(self, code: str) -> None:
        """Give the chosen sector another code; parcels that carry the old one are in no sector."""
        old = self.sectors.code
        if self._binder.change(lambda document: renamed_sector(document, old, code)):
            self.sectors.choose(code)

    def remove_sector(self) -> None:
        """Take the chosen sector out of the document; refused where another is a mix of it."""
        code = self.sectors.code
        self._binder.change(lambda document: without_sector(document, code))

    # --- rules --------------------------------------------------------------------------------

    def lines(self) -> list[RuleLine]:
        """Return the rules that are shown, from the top."""
        found = (item.data(0, CODE) for item in self._items())
        return [line for line in found if isinstance(line, RuleLine)]

    def _items(self) -> list[QTreeWidgetItem]:
        tree = self.tree
        items = (tree.topLevelItem(at) for at in range(tree.topLevelItemCount()))
        return [item for item in items if item is not None]

    def _show_rules(self) -> None:
        say = self._desk.speech.text
        self.tree.setHeaderLabels([say(f"regulation.page.head.{head}") for head in HEADS])
        chosen = self._chosen
        self.tree.blockSignals(True)
        self.tree.clear()
        document, code = self._binder.document, self.sectors.code
        if document is not None and code:
            self._fill(rule_lines(document, code))
        self._fit_columns()
        self.tree.blockSignals(False)
        self._show_note()
        self._choose(chosen)

    def _fill(self, lines: tuple[RuleLine, ...]) -> None:
        words, group = self._desk.words, ""
        for line in lines:
            if line.group != group:
                group = line.group
                self.tree.addTopLevelItem(self._heading(group_label(group, words)))
            self.tree.addTopLevelItem(self._item(line))

    def _heading(self, text: str) -> QTreeWidgetItem:
        item = QTreeWidgetItem([text])
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        font = self._desk.theme.font(12, bold=True)
        item.setFont(0, font)
        item.setForeground(0, QBrush(self._desk.theme.color("secondary")))
        item.setFirstColumnSpanned(True)
        return item

    def _item(self, line: RuleLine) -> QTreeWidgetItem:
        words, rule = self._desk.words, line.rule
        document = self._binder.document
        assert document is not None
        texts = [
            kind_label(document, rule.kind, words),
            value_text(rule.kind, rule.value, words),
            condition_text(rule.condition, words) or words.text("regulation.page.always"),
            citation_text(rule.citation, words),
            verification_text(rule.citation, words),
            scope_text(document, line.scope, words) if line.scope else
            words.text("regulation.page.whole"),
        ]  # fmt: skip
        item = QTreeWidgetItem(texts)
        item.setData(0, CODE, line)
        own = line.scope == sector_scope(self.sectors.code)
        ink = "text" if own and not line.is_replaced else "secondary"
        for place, text in enumerate(texts):
            item.setToolTip(place, text)
            item.setForeground(place, QBrush(self._desk.theme.color(ink)))
        if line.is_replaced:
            font = self._desk.theme.font()
            font.setStrikeOut(True)
            item.setFont(1, font)
        return item

    def _fit_columns(self) -> None:
        header = self.tree.header()
        header.setStretchLastSection(True)
        for place in range(len(HEADS)):
            header.setSectionResizeMode(place, QHeaderView.ResizeMode.Interactive)
            self.tree.resizeColumnToContents(place)
            widest = self._desk.theme.px(210 if place == 0 else 150)
            self.tree.setColumnWidth(place, min(self.tree.columnWidth(place) + 8, widest))

    def _show_note(self) -> None:
        document, code = self._binder.document, self.sectors.code
        if document is None:
            self.note.setText(self._desk.speech.text("regulation.page.none"))
            return
        sector = document.sector(code) if document.index_of(code) >= 0 else None
        key = ""
        if sector is not None and sector.no_number is not None:
            key = "regulation.page.no-number"
        elif sector is not None and sector.mix:
            key = "regulation.page.mix"
        self.note.setText(self._desk.speech.text(key) if key else "")
        self.note.setVisible(bool(key))

    def _choose(self, key: tuple[str, str, str] | None) -> None:
        items = [item for item in self._items() if isinstance(item.data(0, CODE), RuleLine)]
        found = next((item for item in items if item.data(0, CODE).key == key), None)
        if found is None and items:
            found = items[0]
        if found is not None:
            self.tree.setCurrentItem(found)
        else:
            self.form.show_line(None, self.sectors.code)

    def _on_rule(self, item: QTreeWidgetItem | None) -> None:
        line = item.data(0, CODE) if item is not None else None
        if isinstance(line, RuleLine):
            self._chosen = line.key
            self.form.show_line(line, self.sectors.code)

    def _expect(self, key: tuple[str, str, str]) -> None:
        """Remember which rule is to be shown once the document has changed."""
        self._chosen = key
