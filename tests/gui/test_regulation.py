"""The page of the planning document: read, change, undo, check, compare, put under study."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from emadina_gis.regulation import document_text, load_document
from emadina_gis.regulation.form import RuleLine
from emadina_gis.workflows.regulating import write_document
from emadina_gis.workflows.simulating import document_of

LEFT = Qt.MouseButton.LeftButton
SHIPPED = "ain-chock-2025"


@pytest.fixture
def page(qtbot, window):
    window.actions_.qt("view.regulation").trigger()
    page = window.views.page("regulation")
    page.rules.go_to("B4", "max_height_m")
    qtbot.waitUntil(lambda: page.isVisible())
    return page


def typed(qtbot, field, text):
    """Type a number or a text as a person does, and leave the field with Enter."""
    field.setFocus()
    field.selectAll()
    qtbot.keyClick(field, Qt.Key.Key_Delete)
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def value_in(window, code, kind):
    document = document_of(window.desk.project)
    return next(r.value for r in document.sector(code).rules if r.kind == kind)


def test_the_rules_of_a_sector_are_shown_with_their_citations(page):
    lines = page.rules.lines()
    chosen = page.rules.tree.currentItem()
    assert isinstance(chosen.data(0, Qt.ItemDataRole.UserRole), RuleLine)
    assert "17,50" in chosen.text(1)
    assert "28-34" in chosen.text(3)
    assert {line.scope for line in lines} == {"", "zone.B", "sector.B4"}


def test_a_height_that_is_typed_changes_the_capacity_and_is_undone(qtbot, window, page):
    results = window.desk.results
    before = results.active.summary.total.value("net_floor_area_m2", "allowed")
    typed(qtbot, page.rules.form.value, "11,5")
    assert value_in(window, "B4", "max_height_m") == 11.5
    qtbot.waitUntil(
        lambda: (
            not results.is_busy
            and results.active.summary.total.value("net_floor_area_m2", "allowed") != before
        ),
        timeout=10_000,
    )
    assert page.binder.is_own
    window.desk.store.undo()
    assert value_in(window, "B4", "max_height_m") == 17.5
    assert page.rules.form.value.value() == 17.5
    assert not page.binder.is_own


def test_ratios_are_typed_as_percentages(qtbot, window, page):
    page.rules.go_to("B4", "coverage")
    assert page.rules.form.value.value() == 30.0
    typed(qtbot, page.rules.form.value, "42,5")
    assert value_in(window, "B4", "coverage") == 0.425


def test_article_and_verifier_are_kept(qtbot, window, page):
    form = page.rules.form
    typed(qtbot, form.article, "31")
    typed(qtbot, form.verifier, "A. Planificatrice")
    rule = next(
        r for r in document_of(window.desk.project).sector("B4").rules if r.kind == "max_height_m"
    )
    assert (rule.citation.article, rule.citation.verified_by) == ("31", "A. Planificatrice")
    assert page.rules.tree.currentItem().text(4) == "A. Planificatrice"


def test_a_rule_without_any_source_is_refused_in_place(qtbot, window, page):
    form = page.rules.form
    typed(qtbot, form.article, "")
    assert form.error.text()
    assert form.article.text() == "28-34"
    assert window.desk.project.documents == ()


def test_a_rule_is_added_and_taken_out(qtbot, window, page):
    form = page.rules.form
    at = form.kind.findData("court_m2")
    form.kind.setCurrentIndex(at)
    qtbot.mouseClick(form.add_button, LEFT)
    assert value_in(window, "B4", "court_m2") >= 0
    assert page.rules.form.line.rule.kind == "court_m2"
    qtbot.mouseClick(form.remove_button, LEFT)
    kinds = {rule.kind for rule in document_of(window.desk.project).sector("B4").rules}
    assert "court_m2" not in kinds


def test_findings_lead_to_their_place(qtbot, page):
    qtbot.mouseClick(page.tabs.buttons["findings"], LEFT)
    qtbot.waitUntil(lambda: page.findings.list.count() > 0)
    texts = [page.findings.list.item(at).text() for at in range(page.findings.list.count())]
    at = next(index for index, text in enumerate(texts) if "B4s" in text)
    page.findings.list.itemActivated.emit(page.findings.list.item(at))
    assert page.current == "rules"
    assert page.rules.sectors.code == "B4s"


def test_a_contradiction_that_is_typed_in_is_found(qtbot, page):
    typed(qtbot, page.rules.form.value, "4")
    page.show_tab("findings")
    qtbot.waitUntil(lambda: any(f.severity == "error" for f in page.findings.findings))


def test_versions_tell_what_was_changed_and_go_back(qtbot, window, page):
    typed(qtbot, page.rules.form.value, "20,5")
    page.show_tab("versions")
    texts = [page.versions.list.item(at).text() for at in range(page.versions.list.count())]
    assert len(texts) == 1
    assert "17,50" in texts[0]
    assert "20,50" in texts[0]
    qtbot.mouseClick(page.versions.back_button, LEFT)
    assert document_of(window.desk.project) is load_document(SHIPPED)


def test_the_identity_is_changed_and_a_wrong_date_is_told(qtbot, window, page):
    page.show_tab("identity")
    typed(qtbot, page.identity.dates["decree_date"], "2 avril")
    assert "2 avril" in page.identity.error.text()
    assert window.desk.project.documents == ()
    typed(qtbot, page.identity.dates["decree_date"], "2025-05-02")
    changed = document_of(window.desk.project).identity.dates["decree_date"]
    assert changed.isoformat() == "2025-05-02"


def test_another_document_is_put_under_study(qtbot, window, page):
    other = next(at for at in range(page.choice.count()) if page.choice.itemData(at) != SHIPPED)
    page.choice.setCurrentIndex(other)
    page.choice.activated.emit(other)
    assert page.force_button.isVisible()
    qtbot.mouseClick(page.study_button, LEFT)
    assert window.desk.project.study_id == page.choice.itemData(other)
    assert not page.study_button.isVisible()
    assert window.desk.project.document_id == SHIPPED


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_every_tab_speaks_each_language(window, page, language):
    window.desk.speech.set_language(language)
    for name in ("rules", "identity", "findings", "versions"):
        page.show_tab(name)
    assert page.state.text()
    window.desk.speech.set_language("fr")


def test_a_document_is_written_and_taken_from_a_file(qtbot, window, page, tmp_path):
    path = tmp_path / "plan-agence.toml"
    write_document(page.binder.document, path)
    window.documents.read(path)
    qtbot.waitUntil(lambda: page.binder.document_id == "plan-agence")
    assert page.binder.document.sector_codes == load_document(SHIPPED).sector_codes
    assert window.desk.project.document_id == SHIPPED


def test_a_document_that_contradicts_itself_is_refused_with_its_place(qtbot, window, tmp_path):
    path = tmp_path / "faux.toml"
    text = document_text(load_document(SHIPPED)).replace('"levels"', '"floors"', 1)
    path.write_text(text, encoding="utf-8")
    window.documents.read(path)
    qtbot.waitUntil(lambda: bool(window.desk.notices.text))
    assert "faux" in window.desk.notices.text
    assert window.desk.project.documents == ()


def test_the_template_is_written(qtbot, window, page, tmp_path, monkeypatch):
    path = tmp_path / "modele.toml"
    monkeypatch.setattr(window.choose, "save_as", lambda *_asked: path)
    page.template_asked.emit()
    qtbot.waitUntil(path.exists)
    assert "[document]" in path.read_text(encoding="utf-8")


def test_a_sector_is_made_renamed_and_taken_out(window, page, monkeypatch):
    answers = iter([("B4x", True), ("B4y", True), ("", False)])
    monkeypatch.setattr(
        "emadina_gis.app.regulation.rules.QInputDialog.getText", lambda *_a, **_k: next(answers)
    )
    page.rules.ask_new()
    assert page.rules.sectors.code == "B4x"
    assert value_in(window, "B4x", "max_height_m") == 17.5
    page.rules.ask_rename()
    assert page.rules.sectors.code == "B4y"
    assert document_of(window.desk.project).index_of("B4x") < 0
    page.rules.ask_new()
    page.rules.remove_sector()
    assert document_of(window.desk.project).sector_codes == load_document(SHIPPED).sector_codes


def test_a_code_that_is_taken_and_a_sector_in_a_mix_are_refused_in_place(window, page):
    page.rules.add_sector("B5")
    assert "B5" in page.rules.form.error.text()
    page.rules.go_to("C3")
    page.rules.remove_sector()
    assert "C3s2" in page.rules.form.error.text()
    assert window.desk.project.documents == ()
