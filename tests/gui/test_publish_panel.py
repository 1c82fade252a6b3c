"""The panel of what leaves: layers by their diffusion, choices, page and annexes written."""

from __future__ import annotations

import json
import re

import pytest
from PySide6.QtCore import Qt

from emadina_gis.domain.layer import Diffusion
from emadina_gis.session.commands.layers import SetDiffusion
from tests.stories.cut_texts import cut_texts

LEFT = Qt.MouseButton.LeftButton
PATIENCE_MS = 60_000


@pytest.fixture
def panel(window):
    window.desk.do(SetDiffusion("parcels", Diffusion.PUBLIC))
    window.publish()
    return window.side.panel("publish")


def _set_diffusion(window, diffusion):
    window.desk.do(SetDiffusion("parcels", diffusion))


def test_internal_layers_cannot_be_ticked(window, panel):
    _set_diffusion(window, Diffusion.INTERNAL)
    check = panel.checks["parcels"]
    assert not check.isEnabled()
    assert not check.isChecked()
    assert not panel.write_button.isEnabled()


def test_restricted_layers_wait_for_a_tick(window, panel):
    _set_diffusion(window, Diffusion.RESTRICTED)
    check = panel.checks["parcels"]
    assert check.isEnabled()
    assert not check.isChecked()
    check.setChecked(True)
    assert panel.write_button.isEnabled()
    assert panel.choice().layers == frozenset({"parcels"})


def test_the_page_is_written_in_the_chosen_language(qtbot, window, panel, tmp_path):
    _set_diffusion(window, Diffusion.PUBLIC)
    panel.language.setCurrentIndex(panel.language.findData("ar"))
    panel.precision.setCurrentIndex(0)
    window.choose.folder = lambda _key: tmp_path
    qtbot.mouseClick(panel.write_button, LEFT)
    page = tmp_path / "index.html"
    qtbot.waitUntil(lambda: page.name in window.desk.notices.text, timeout=PATIENCE_MS)
    text = page.read_text(encoding="utf-8")
    data = json.loads(re.search(r'id="emadina-data">(.*?)</script>', text, re.DOTALL)[1])
    assert data["language"] == "ar"
    assert any("0,1" in text for text in data["notes"]["fr"])


def test_choices_stay_when_the_project_changes(window, panel):
    _set_diffusion(window, Diffusion.PUBLIC)
    panel.checks["parcels"].setChecked(False)
    panel.precision.setCurrentIndex(2)
    window.add_scenario()
    assert not panel.checks["parcels"].isChecked()
    assert panel.precision.currentIndex() == 2
    assert panel.compared.count() == 2


def test_a_comparison_needs_its_parcels(window, panel):
    _set_diffusion(window, Diffusion.PUBLIC)
    window.add_scenario()
    panel.compared.setCurrentIndex(1)
    panel._follow()
    assert panel.write_button.isEnabled()
    panel.checks["parcels"].setChecked(False)
    assert not panel.write_button.isEnabled()


def test_annexes_without_indices_say_what_to_do(qtbot, window, panel, tmp_path):
    panel.write_annexes(tmp_path / "a.pdf")
    qtbot.waitUntil(lambda: "indice" in window.desk.notices.text, timeout=PATIENCE_MS)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_nothing_is_cut(qtbot, window, panel, language):
    window.desk.preferences.change(language=language)
    qtbot.waitUntil(lambda: cut_texts(panel) == [])
