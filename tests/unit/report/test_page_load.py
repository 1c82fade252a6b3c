"""The size of a file, told from what a page holds before it is drawn."""

from __future__ import annotations

from dataclasses import replace

import pytest

from emadina_gis.domain.title import Title
from emadina_gis.project.layouts import Frame, MapContent, TextContent
from emadina_gis.report.page_compose import compose
from emadina_gis.report.page_load import page_load
from emadina_gis.report.presets import Preset, estimated_bytes
from emadina_gis.report.sheet import write_sheet
from emadina_gis.words import load_words
from emadina_gis.workflows.printing import sheet_content


@pytest.mark.parametrize("preset", list(Preset))
def test_the_size_told_is_the_size_written_within_a_factor_of_two(project, tmp_path, preset):
    words = load_words("fr")
    content = sheet_content(project, project.layouts[0], words)
    told = estimated_bytes([page_load(compose(content, words))], preset)
    path = tmp_path / "sheet.pdf"
    write_sheet(content, path, words, preset=preset)
    assert 0.5 < told / path.stat().st_size < 2.0


def test_only_corners_inside_the_map_are_counted(project):
    words = load_words("fr")
    layout = project.layouts[0]
    whole = replace(layout, frames=(Frame("m", 10, 10, 200, 200, MapContent()),))
    near = replace(layout, frames=(Frame("m", 10, 10, 30, 30, MapContent(scale=100)),))
    loads = [page_load(compose(sheet_content(project, one, words), words)) for one in (whole, near)]
    assert loads[0].corners > loads[1].corners


def test_letters_of_texts_are_counted(project):
    words = load_words("fr")
    text = TextContent(Title.plain("x" * 500))
    layout = replace(project.layouts[0], frames=(Frame("t", 10, 10, 100, 100, text),))
    assert page_load(compose(sheet_content(project, layout, words), words)).letters == 500
