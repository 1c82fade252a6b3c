"""Templates that can be chosen, pages made from them, and the person's own folder."""

from __future__ import annotations

from dataclasses import replace

import pytest

from emadina_gis.cli.main import run
from emadina_gis.domain.title import Title
from emadina_gis.errors import CommandError, DataError
from emadina_gis.io.layout_templates import ENDING, LayoutTemplate, read_template
from emadina_gis.project import PageFormat
from emadina_gis.project.layout_rules import layout_faults
from emadina_gis.project.layouts import Frame, Ink, MapContent, TableContent, TableKind
from emadina_gis.report.layout import Box, grid_step_m
from emadina_gis.words import LANGUAGES, load_words
from emadina_gis.workflows import layouts as templates
from tests.builders import a_full_project, a_project

TITLE = Title("Planche du bureau n° 2", "لوحة المكتب", "Office sheet")


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("EMADINA_HOME", str(tmp_path / "home"))


def test_all_shipped_templates_are_offered():
    found = templates.templates()
    assert [known.id for known in found.templates] == list(templates.SHIPPED)
    assert found.unread == ()
    held = {path.stem for path in templates.shipped_folder().glob("*.toml")}
    assert held == set(templates.SHIPPED)
    for language in LANGUAGES:
        titles = [known.title.text(language) for known in found.templates]
        assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("name", templates.SHIPPED)
def test_a_page_from_a_template_is_sound_in_any_project(name):
    project = a_full_project()
    template = templates.templates().named(name).template
    layout, problems = templates.layout_from_template(project, template)
    assert not list(layout_faults(layout))
    assert problems == ()
    assert layout.template == name
    again, _ = templates.layout_from_template(
        replace(project, layouts=(*project.layouts, layout)), template
    )
    assert again.id == f"{name}-2"


@pytest.mark.parametrize("name", ["auc-2000", "auc-10000"])
def test_agency_sheets_follow_their_conventions(name):
    layout = templates.templates().named(name).template.layout
    main_map = layout.main_map
    assert main_map is not None
    assert main_map.content.ink is Ink.BLACK_AND_WHITE
    box = Box(0.0, 0.0, main_map.width, main_map.height)
    assert (main_map.content.scale, main_map.content.grid_step_m) == (0, 0.0)
    assert layout.scale == {"auc-2000": 2_000, "auc-10000": 10_000}[name]
    assert grid_step_m(layout.scale, box) == layout.scale / 10  # ten centimetres on paper
    assert layout.fold_marks
    title = layout.frame("title")
    width, height = {"auc-2000": (841, 594), "auc-10000": (1189, 841)}[name]
    # Folded to A4, the lower right corner lies outside.
    assert title.x >= width - 210
    assert title.y >= height - 297
    assert layout.frame("check-bar").content.length_mm == 100.0


def test_no_ready_template_speaks_for_an_authority():
    words = ("Royaume", "المملكة", "Ministère", "وزارة", "Gouverneur", "العامل", "Kingdom")
    for known in templates.templates().templates:
        text = known.path.read_text(encoding="utf-8")
        assert not [word for word in words if word in text], known.id


def test_a_template_goes_onto_another_paper():
    template = templates.templates().named("thematic-a3").template
    layout, _ = templates.layout_from_template(
        a_full_project(), template, page=PageFormat.A1, landscape=False, title=TITLE
    )
    assert (layout.page, layout.landscape) == (PageFormat.A1, False)
    assert layout.title == TITLE
    assert not list(layout_faults(layout))


def test_what_the_project_lacks_is_told():
    project = a_full_project()
    own = replace(
        project.layout("composed"),
        id="own",
        frames=(
            Frame("m", 10.0, 10.0, 99.0, 99.0, MapContent(layers=("parcels", "x"), scenario="s9")),
            Frame("t", 150.0, 10.0, 99.0, 99.0, TableContent(TableKind.ATTRIBUTES, layer="gone")),
        ),
    )
    layout, problems = templates.layout_from_template(project, LayoutTemplate(own))
    assert layout.frame("m").content == MapContent(layers=("parcels",))
    assert layout.frame("t").content == TableContent(TableKind.ATTRIBUTES)
    assert [problem.params["what"] for problem in problems] == ["x", "s9", "gone"]
    for language in LANGUAGES:
        assert all(load_words(language).problem(problem) for problem in problems)


def test_a_page_is_kept_as_a_template_and_found_again():
    project = a_full_project()
    path = templates.save_as_template(project.layout("composed"), TITLE)
    assert path.name == f"planche-du-bureau-n-2{ENDING}"
    other = replace(TITLE, fr="Planche du bureau, n° 2", en="Other")
    again = templates.save_as_template(project.layout("planche"), other)
    assert again.name == f"planche-du-bureau-n-2-2{ENDING}"
    known = templates.templates().named("Planche du bureau n° 2")
    assert known.is_own
    assert known.template.layout.frames == project.layout("composed").frames
    assert read_template(again).layout.frames  # a page without frames keeps its standard ones
    templates.remove_template(known.id)
    assert not path.exists()
    with pytest.raises(CommandError) as refused:
        templates.remove_template("standard")
    assert refused.value.code == "layout.shipped-template"


def test_a_template_travels_as_a_file(tmp_path):
    standard = templates.templates().named("standard").template
    path = templates.export_template(standard, tmp_path / "out")
    assert path.name == f"out{ENDING}"
    known = templates.import_template(path)
    assert known.id == "standard-2"
    assert known.template.layout.frames == standard.layout.frames
    assert templates.templates().named("standard").is_own is False


def test_a_file_that_is_no_template_is_left_out_of_the_list_and_told(tmp_path):
    kept = templates.save_as_template(a_full_project().layout("composed"), TITLE)
    wrong = kept.with_name(f"wrong{ENDING}")
    newer = kept.read_text(encoding="utf-8").replace("version = 1", "version = 9")
    wrong.write_text(newer, encoding="utf-8")
    found = templates.templates()
    assert [(path, exc.code) for path, exc in found.unread] == [(wrong, "layout.newer-template")]
    assert kept.stem in [known.id for known in found.templates]
    before = sorted(kept.parent.iterdir())
    with pytest.raises(DataError):
        templates.import_template(wrong)
    assert sorted(kept.parent.iterdir()) == before


def test_a_page_is_found_by_its_name_then_by_that_of_a_template():
    project = a_project().with_layout().build()
    same, layout = templates.with_layout_named(project, "Planche")
    assert same is project
    assert layout.id == "planche"
    more, layout = templates.with_layout_named(project, "auc-2000")
    assert more.layouts == (*project.layouts, layout)
    with pytest.raises(CommandError) as refused:
        templates.layout_named(project, "nope")
    assert refused.value.code == "project.no-layout"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_names_pages_and_templates(language):
    words = load_words(language)
    said = templates.layout_list(a_project().with_layout().build(), words)
    assert "  planche\t" in said
    assert all(f"  {name}\t" in said for name in templates.SHIPPED)
    assert words.text("layouts.list.own") not in said


def test_the_command_line_lists_and_wants_an_output(capsys):
    assert run(["report", "demo", "--list", "--lang", "en"]) == 0
    assert "council-a3" in capsys.readouterr().out
    assert run(["report", "demo", "--layout", "council-a3", "--lang", "en"]) != 0
    assert "--output" in capsys.readouterr().err
