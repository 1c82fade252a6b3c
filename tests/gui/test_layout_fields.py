"""The page editor: what is typed and chosen in its panels, templates, and the ways out."""

from __future__ import annotations

import datetime as dt

import pytest
from PySide6.QtCore import Qt

from emadina_gis.app.layouts.kinds import KINDS
from emadina_gis.project.layouts import Revision
from emadina_gis.session.commands.sheets import RemoveLayout
from tests.gui.accessible_walk import nameless
from tests.gui.layout_hands import LEFT, click, drag, frame, middle, open_editor, settled


@pytest.fixture
def page(qtbot, window):
    return open_editor(qtbot, window)


def test_a_text_is_typed_in_the_panel_and_undone_at_once(qtbot, window, page):
    click(qtbot, page, "one")
    field = next(
        field for field in page.fields.findChildren(type(_text_field(page)))
        if field.accessibleName().endswith("(Français)")
    )  # fmt: skip
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "Plan soumis")
    assert frame(window, "one").content.text.fr == "Plan soumis"
    window.desk.store.undo()
    assert frame(window, "one").content.text.fr == "Bonjour"
    assert field.toPlainText() == "Bonjour"


def _text_field(page):
    from PySide6.QtWidgets import QPlainTextEdit

    return page.fields.findChild(QPlainTextEdit)


def spin(page, name):
    from PySide6.QtWidgets import QDoubleSpinBox

    fields = page.fields.findChildren(QDoubleSpinBox)
    return next(field for field in fields if field.accessibleName() == name)


def test_place_and_size_are_typed_in_millimetres(qtbot, window, page):
    click(qtbot, page, "one")
    field = spin(page, "Depuis la gauche")
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "120,5")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert frame(window, "one").x == 120.5
    window.desk.store.undo()
    assert field.value() == 210.0


def test_a_map_takes_the_view_of_the_window(qtbot, window, page):
    click(qtbot, page, "map")
    page.fields.content.take_view()
    viewport = window.desk.view.viewport
    content = frame(window, "map").content
    assert content.center == (viewport.x, viewport.y)
    assert content.scale > 0
    page.fields.content.let_centre()
    assert frame(window, "map").content.center is None


def test_every_kind_of_frame_is_added_and_has_fields(qtbot, window, page):
    for kind in KINDS:
        page.add_frame(kind.name)
        assert len(page.editing.chosen) == 1
        page.fields.show_chosen()
        assert page.fields.forms
        made = page.editing.frames[0]
        assert made.right <= 297.0
        assert made.bottom <= 210.0
    assert len(window.desk.project.layout("test").frames) == 4 + len(KINDS)
    qtbot.waitUntil(lambda: not page.preview.is_busy, timeout=20_000)
    assert not page.trouble.isVisible(), page.trouble.text()


def test_a_standard_page_gets_frames_where_it_is_drawn(qtbot, window, page):
    layout_id = window.desk.project.layouts[0].id
    page.open(layout_id)
    qtbot.waitUntil(
        lambda: not page.preview.is_busy and page.paper.picture.layout.id == layout_id,
        timeout=20_000,
    )
    drawn = {one.frame.id: one.box for one in page.paper.picture.drawn.plan.frames}
    qtbot.mouseClick(page.lists.compose_button, LEFT)
    layout = window.desk.project.layout(layout_id)
    assert {one.id: (one.x, one.y) for one in layout.frames} == {
        name: (round(box.x, 2), round(box.y, 2)) for name, box in drawn.items()
    }
    window.desk.store.undo()
    assert window.desk.project.layout(layout_id).frames == ()


def test_pages_are_made_from_templates_duplicated_renamed_and_removed(qtbot, window, page):
    menus = window.layouts.menus
    qtbot.waitUntil(lambda: menus.known is not None, timeout=10_000)
    before = len(window.desk.project.layouts)
    menu = menus.new_menu(menus.known)
    assert len([a for a in menu.actions() if not a.isSeparator()]) > len(menus.known.templates)
    menus.add_from(menus.known.named("council-a3"))
    assert len(window.desk.project.layouts) == before + 1
    assert page.editing.layout.template == "council-a3"
    menus.duplicate()
    assert len(window.desk.project.layouts) == before + 2
    item = page.lists.layouts.currentItem()
    item.setText("Conseil du 12 mars")
    assert page.editing.layout.title.fr == "Conseil du 12 mars"
    menus.remove()
    assert len(window.desk.project.layouts) == before + 1
    window.desk.store.undo()
    assert len(window.desk.project.layouts) == before + 2


def test_a_template_goes_out_and_comes_in(qtbot, window, page, tmp_path):
    menus = window.layouts.menus
    menus.export(tmp_path / "mine.emadina-layout")
    qtbot.waitUntil(lambda: (tmp_path / "mine.emadina-layout").is_file(), timeout=10_000)
    before = len(window.desk.project.layouts)
    menus.import_from(tmp_path / "mine.emadina-layout")
    qtbot.waitUntil(lambda: len(window.desk.project.layouts) == before + 1, timeout=10_000)
    assert len(page.editing.layout.frames) == 4


def test_an_own_template_is_removed_and_kept_after_all(qtbot, window, page):
    from PySide6.QtWidgets import QPushButton

    menus = window.layouts.menus
    menus.save_template()
    own = []

    def is_offered(wanted):
        own[:] = [one for one in menus.known.templates if one.is_own] if menus.known else []
        return bool(own) is wanted

    qtbot.waitUntil(lambda: is_offered(True), timeout=10_000)
    known = own[0]
    menu = menus.new_menu(menus.known)
    removing = next(a.menu() for a in menu.actions() if a.menu() is not None)
    removing.actions()[0].trigger()
    qtbot.waitUntil(lambda: is_offered(False), timeout=10_000)
    assert not known.path.exists()
    keep = next(b for b in window.findChildren(QPushButton) if b.text().strip() == "Le garder")
    qtbot.mouseClick(keep, LEFT)
    qtbot.waitUntil(lambda: is_offered(True), timeout=10_000)
    assert known.path.exists()
    known.path.unlink()


def test_a_broken_template_is_told_and_nothing_changes(qtbot, window, page, tmp_path):
    path = tmp_path / "broken.emadina-layout"
    path.write_text("format = 'emadina-layout'\nversion = 99\n", encoding="utf-8")
    before = window.desk.project.layouts
    window.layouts.menus.import_from(path)
    qtbot.waitUntil(lambda: window.desk.notices.isVisible(), timeout=10_000)
    assert window.desk.project.layouts == before


def test_revisions_are_typed_in_the_fields_of_the_page(qtbot, window, page):
    from emadina_gis.app.layouts.revisions import Revisions

    page.editing.choose([])
    page.fields.show_chosen()
    revisions = page.fields.findChild(Revisions)
    qtbot.mouseClick(revisions.add_button, LEFT)
    revisions.table.item(0, 2).setText("Avis de la commission")
    revisions.table.item(0, 1).setText("2026-03-12")
    told = window.desk.project.layout("test").revisions
    assert told == (Revision("A", dt.date(2026, 3, 12), "Avis de la commission", ""),)
    revisions.table.item(0, 1).setText("12 mars")
    assert window.desk.notices.isVisible()
    assert window.desk.project.layout("test").revisions == told


def test_the_paper_is_changed_and_the_frames_fitted(qtbot, window, page):
    from PySide6.QtWidgets import QComboBox

    page.editing.choose([])
    page.fields.show_chosen()
    box = next(b for b in page.fields.findChildren(QComboBox) if b.accessibleName() == "Papier")
    box.setCurrentIndex(box.findData("A3"))
    box.activated.emit(box.currentIndex())
    layout = window.desk.project.layout("test")
    assert str(layout.page) == "A3"
    assert layout.frame("map").width > 180.0


def test_a_read_only_project_is_not_changed_and_says_why(qtbot, window, page):
    window.files.read_only = True
    window.files.state_changed.emit()
    assert page.reason.isVisible()
    start = middle(page, "one")
    drag(qtbot, page, start, (100.0, 100.0))
    click(qtbot, page, "one")
    qtbot.keyClick(page.paper, Qt.Key.Key_Delete)
    assert frame(window, "one").x == 210.0
    assert not page.fields.isEnabled()
    assert "lecture seule" in window.desk.notices.text
    window.files.read_only = False
    window.files.state_changed.emit()
    assert not page.reason.isVisible()


def test_a_project_without_pages_offers_templates(qtbot, window, page):
    for layout in window.desk.project.layouts:
        window.desk.store.execute(RemoveLayout(layout.id))
    assert page.empty.isVisible()
    qtbot.waitUntil(lambda: "council-a3" in page.empty.buttons, timeout=10_000)
    qtbot.mouseClick(page.empty.buttons["council-a3"], LEFT)
    assert not page.empty.isVisible()
    assert page.editing.layout.template == "council-a3"
    window.desk.store.undo()
    assert page.empty.isVisible()
    window.desk.store.undo()
    assert not page.empty.isVisible()
    assert page.editing.layout is not None


def test_zoom_fits_shows_true_size_and_keeps_the_place_under_the_pointer(qtbot, page):
    paper = page.paper
    whole = paper.scale
    paper.show_true_size()
    assert paper.percent == 100
    at = (120.0, 90.0)
    before = paper.scale.to_paper(*at)
    paper.zoom_by(2.0, at)
    assert paper.scale.to_paper(*at) == pytest.approx(before, abs=0.5)
    qtbot.mouseClick(page.fit_button, LEFT)
    assert paper.scale == whole


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_every_control_has_a_name(qtbot, window, page, language):
    window.desk.preferences.change(language=language)
    missing = {}
    for name in ((), ("map",), ("one",), ("one", "two")):
        page.editing.choose(name)
        page.fields.show_chosen()
        missing[name] = nameless(window)
    for kind in KINDS:
        page.add_frame(kind.name)
        page.fields.show_chosen()
        missing[kind.name] = nameless(window)
    window.desk.preferences.change(language="fr")
    assert {place: found for place, found in missing.items() if found} == {}


def test_the_ways_out_tell_the_size_before_writing(qtbot, window, page):
    settled(qtbot, page)
    menu = window.layouts.exports.menu()
    texts = [action.text() for action in menu.actions()]
    assert [text.split(" · ")[0] for text in texts[:3]] == [
        "PDF à envoyer par courriel", "PDF pour l'écran et le bureau", "PDF pour l'imprimeur",
    ]  # fmt: skip
    assert all(" ko" in text or " Mo" in text for text in texts[:3])
    assert any("SVG" in text for text in texts)
    assert any("600" in text and "TIFF" in text for text in texts)


@pytest.mark.parametrize(("ending", "start"), [(".pdf", b"%PDF"), (".png", b"\x89PNG")])
def test_the_page_is_written_from_the_editor(qtbot, window, page, tmp_path, ending, start):
    from emadina_gis.report.presets import Preset

    path = tmp_path / f"page{ending}"
    window.layouts.exports.write(path, Preset.MAIL, 60.0)
    qtbot.waitUntil(path.is_file, timeout=20_000)
    assert path.read_bytes().startswith(start)
    qtbot.waitUntil(window.desk.notices.isVisible, timeout=5_000)
    assert path.name in window.desk.notices.text


def test_only_the_newest_wish_is_drawn(qtbot, page):
    settled(qtbot, page)
    drawn = []
    page.preview.drawn.connect(drawn.append)
    page.editing.choose(["one"])
    for _ in range(5):
        page.editing.nudge((1, 0), far=True)
    qtbot.waitUntil(lambda: bool(drawn) and not page.preview.is_busy, timeout=20_000)
    assert drawn[-1].layout.frame("one").x == 235.0
    assert len(drawn) <= 2


def test_a_deep_zoom_draws_only_what_is_seen(qtbot, window, page):
    settled(qtbot, page)
    page.paper.zoom_by(20.0)
    qtbot.waitUntil(lambda: page.paper.picture.part.width < 297.0, timeout=20_000)
    picture = page.paper.picture
    assert picture.image.width() * picture.image.height() < 12_000_000
    seen = page.paper.part_seen
    assert picture.part.x <= seen.x + 0.01
    assert picture.part.right >= seen.right - 0.01


def test_what_does_not_fit_is_told_above_the_paper_and_in_the_list(qtbot, window, page):
    page.add_frame("legend")
    page.editing.place({"legend": page.paper.places["legend"]})
    rect = page.paper.places["legend"]
    page.editing.place({"legend": type(rect)(rect.x, rect.y, 20.0, 8.0)})
    settled(qtbot, page)
    qtbot.waitUntil(lambda: page.paper.picture.layout.frame("legend").height == 8.0,
                    timeout=20_000)  # fmt: skip
    assert page.found.isVisible()
    assert "Légende" in page.found.text()
    assert "legend" not in page.found.text()


def test_a_page_that_cannot_be_drawn_says_so_and_the_editor_goes_on(qtbot, window, page):
    from emadina_gis.errors import EmptyInput

    settled(qtbot, page)
    page.preview.failed.emit(EmptyInput("report.nothing-to-print"))
    assert page.trouble.isVisible()
    page.editing.choose(["one"])
    page.editing.nudge((1, 0), far=False)
    qtbot.waitUntil(lambda: not page.trouble.isVisible(), timeout=20_000)


def test_a_picture_file_is_taken_and_an_unreadable_one_is_told(qtbot, window, page, tmp_path):
    from PySide6.QtGui import QImage

    image = QImage(8, 8, QImage.Format.Format_RGB32)
    image.fill(0xFF336699)
    assert image.save(str(tmp_path / "logo.png"))
    page.add_frame("picture")
    page.fields.show_chosen()
    field = page.fields.content.picture_field
    field.take(tmp_path / "logo.png")
    qtbot.waitUntil(lambda: frame(window, "picture").content.name == "logo.png", timeout=5_000)
    field.take(tmp_path / "none.png")
    qtbot.waitUntil(window.desk.notices.isVisible, timeout=5_000)
    assert frame(window, "picture").content.name == "logo.png"


def test_layers_that_are_ticked_are_drawn(qtbot, window, page):
    from PySide6.QtWidgets import QListWidget

    click(qtbot, page, "map")
    box = page.fields.findChild(QListWidget)
    box.item(0).setCheckState(Qt.CheckState.Unchecked)
    assert frame(window, "map").content.layers == ("streets",)
    box = page.fields.findChild(QListWidget)
    box.item(0).setCheckState(Qt.CheckState.Checked)
    assert frame(window, "map").content.layers == ()


def test_scales_are_typed_as_planners_write_them(qtbot, window, page):
    click(qtbot, page, "map")
    field = page.fields.content.scale_field
    field.typed.setFocus()
    field.typed.selectAll()
    qtbot.keyClicks(field.typed, "1/1250")
    qtbot.keyClick(field.typed, Qt.Key.Key_Return)
    assert frame(window, "map").content.scale == 1_250
    field.typed.selectAll()
    qtbot.keyClicks(field.typed, "grand")
    qtbot.keyClick(field.typed, Qt.Key.Key_Return)
    assert frame(window, "map").content.scale == 1_250
