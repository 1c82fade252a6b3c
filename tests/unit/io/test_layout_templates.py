"""Template files of pages: round trips, every refusal, and bytes that are no template."""

from __future__ import annotations

import base64
import datetime as dt
import math
import string
import tomllib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emadina_gis.domain.title import Title
from emadina_gis.domain.toml_text import toml_text
from emadina_gis.errors import DataError, EmadinaError, OutputError
from emadina_gis.io import layout_templates as lt
from emadina_gis.paths import resources
from emadina_gis.project import layouts as pages
from emadina_gis.project.layout_rules import layout_faults, least_size_mm
from emadina_gis.project.layouts import Frame, Layout, PageFormat, Revision
from emadina_gis.words import LANGUAGES, load_words

SHIPPED = sorted((resources() / "templates" / "layouts").glob("*.toml"))
DOT = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(range(64))).decode()
GOOD = """\
format = "emadina-layout"
version = 1
id = "page"
title = { fr = "Page", ar = "صفحة", en = "Page" }
page = "A3"

[[frames]]
id = "map"
kind = "map"
x = 13
y = 13.0
width = 280.0
height = 270.0

[[frames]]
id = "legend"
kind = "legend"
x = 300.0
y = 13.0
width = 100.0
height = 90.0
of_map = "map"
"""
HEAD = GOOD.split("[[frames]]", maxsplit=1)[0].encode()

text = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)
title = st.builds(Title, text, text, text)
strings = st.lists(text, max_size=3).map(tuple)
color = st.sampled_from(["", "#ffffff", "#0a1B2c"])
contents = st.one_of(
    st.builds(
        pages.MapContent,
        scale=st.integers(0, 50_000),
        scenario=text,
        column=text,
        layers=strings,
        grid=st.sampled_from(pages.Grid),
        grid_step_m=st.floats(0, 1000),
        ink=st.sampled_from(pages.Ink),
        labels=st.booleans(),
        of_changes=st.booleans(),
    ),
    st.builds(pages.LegendContent, title=title, columns=st.integers(0, 8)),
    st.builds(
        pages.TableContent,
        table=st.sampled_from(pages.TableKind),
        title=title,
        layer=text,
        columns=strings,
        most_rows=st.integers(1, 1000),
    ),
    st.builds(pages.ChartContent, chart=st.sampled_from(pages.ChartKind), title=title),
    st.builds(
        pages.TextContent,
        text=title,
        size_pt=st.one_of(st.just(0.0), st.floats(3, 400)),
        weight=st.sampled_from(["regular", "semibold", "bold"]),
        color=color,
        align=st.sampled_from(["start", "center", "end"]),
    ),
    st.builds(pages.PictureContent, name=text, data=st.sampled_from(["", DOT])),
    st.builds(pages.ScaleBarContent),
    st.builds(pages.NorthContent),
    st.builds(pages.OverviewContent),
    st.builds(pages.TitleBlockContent, levels=st.lists(title, max_size=4).map(tuple)),
    st.builds(pages.FactsContent),
    st.builds(pages.SourcesContent),
    st.builds(pages.RevisionsContent, title=title),
    st.builds(pages.CheckBarContent, length_mm=st.sampled_from([50.0, 100.0])),
    st.builds(pages.SectionContent, title=title),
    st.builds(pages.MassingContent, title=title, sight=st.sampled_from(pages.Sight)),
)


@st.composite
def layouts(draw):
    """Return sound layouts of every content."""
    page = draw(st.sampled_from(PageFormat))
    frames = []
    for index, content in enumerate(draw(st.lists(contents, min_size=1, max_size=8))):
        width, height = least_size_mm(content)
        x, y = draw(st.floats(0, 80)), draw(st.floats(0, 100))
        name = f"frame-{index}"
        frames.append(
            Frame(
                name,
                x,
                y,
                width + draw(st.floats(0, 20)),
                height + draw(st.floats(0, 90)),
                content,
                border_mm=draw(st.floats(0, 2)),
                background=draw(color),
                keeps_side=draw(st.booleans()),
                locked=draw(st.booleans()),
            )
        )
    return Layout(
        "page-1",
        draw(title),
        page,
        landscape=draw(st.booleans()),
        scale=draw(st.integers(0, 10_000)),
        subtitle=draw(st.one_of(st.none(), title)),
        masks_titles=draw(st.booleans()),
        frames=tuple(frames),
        fold_marks=draw(st.booleans()),
    )


@given(layouts(), title)
def test_what_is_written_is_read_back(layout, about):
    template = lt.LayoutTemplate(layout, about)
    assert lt.template_of(lt.template_text(template).encode(), "x") == template


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_templates_read_and_write_the_same(path):
    template = lt.read_template(path)
    assert template.id == path.stem
    assert lt.template_text(template) == path.read_text(encoding="utf-8")
    assert all(template.about.text(language) for language in LANGUAGES)
    assert not list(layout_faults(template.layout))


def test_a_file_is_written_whole_without_what_belongs_to_a_project(tmp_path):
    layout = lt.template_of(GOOD.encode(), "x").layout
    at = pages.MapContent(center=(295_000.0, 328_000.0))
    held = replace(
        layout.with_frame(replace(layout.frame("map"), content=at)),
        center=(1.0, 2.0),
        revisions=(Revision("A", dt.date(2026, 3, 9), "x"),),
        template="standard",
    )
    path = tmp_path / "page.emadina-layout"
    lt.write_template(lt.LayoutTemplate(held), path)
    assert lt.read_template(path).layout == layout
    assert [found.name for found in tmp_path.iterdir()] == [path.name]


def test_a_layout_with_a_fault_is_not_written(tmp_path):
    layout = lt.template_of(GOOD.encode(), "x").layout
    wrong = layout.with_frame(replace(layout.frame("map"), x=math.nan))
    path = tmp_path / "page.emadina-layout"
    path.write_text("before")
    with pytest.raises(DataError):
        lt.write_template(lt.LayoutTemplate(wrong), path)
    assert path.read_text() == "before"
    with pytest.raises(OutputError):
        lt.write_template(lt.LayoutTemplate(layout), tmp_path / "none" / "page.toml")


def test_a_newer_version_is_refused_in_plain_words(tmp_path):
    path = tmp_path / "page.toml"
    newer = GOOD.replace("version = 1", 'version = 2\nshape = "round"')
    path.write_text(newer, encoding="utf-8")
    with pytest.raises(DataError) as refused:
        lt.read_template(path)
    assert refused.value.code == "layout.newer-template"
    assert path.read_text(encoding="utf-8") == newer
    for language in LANGUAGES:
        what, following = load_words(language).error(refused.value)
        assert "2" in what
        assert following


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ('format = "emadina-layout"', "", "layout.not-a-template", None),
        ("version = 1", 'version = "1"', "layout.template-value", 2),
        ("version = 1", "version = 0", "layout.template-value", 2),
        ("version = 1", "version = true", "layout.template-value", 2),
        ('id = "page"', 'id = "../page"', "layout.template-value", 3),
        ('id = "page"', 'id = "page"\nshape = "round"', "layout.template-key", 4),
        ('page = "A3"', 'page = "B3"', "layout.template-choice", 5),
        ('page = "A3"', "", "layout.template-lacks", 1),
        ('page = "A3"', 'page = "A4"', "layout.off-page", 7),
        ('ar = "صفحة", ', "", "layout.template-title", 4),
        ('kind = "legend"', 'kind = "cloud"', "layout.template-kind", 15),
        ('kind = "legend"', "", "layout.template-kind", 15),
        ('kind = "legend"', "kind = [1]", "layout.template-kind", 15),
        ("x = 13", "x = nan", "layout.not-a-number", 10),
        ("x = 13", "x = inf", "layout.not-a-number", 10),
        ("x = 13", f"x = {'9' * 400}", "layout.not-a-number", 10),
        ("x = 13", 'x = "13"', "layout.template-value", 10),
        ("x = 13", "x = true", "layout.template-value", 10),
        ("x = 13", "", "layout.template-lacks", 7),
        ("x = 13", "x = -30", "layout.off-page", 7),
        ("x = 300.0", "x = 500.0", "layout.off-page", 15),
        ("width = 280.0", "width = 0.0", "layout.too-small", 7),
        ("width = 280.0", "width = -1.0", "layout.too-small", 7),
        ('id = "legend"', 'id = "map"', "layout.frame-twice", None),
        ('id = "legend"', "id = 4", "layout.template-value", None),
        ('of_map = "map"', 'of_map = "plan"', "layout.no-such-map", 15),
        ('of_map = "map"', 'of_map = "map"\nfollows = "map"', "layout.template-key", 23),
        ('of_map = "map"', "columns = 90", "layout.frame-value", None),
        ('of_map = "map"', 'background = "red"', "layout.color", 15),
        ('of_map = "map"', "border_mm = 1e9", "layout.frame-value", None),
        ('of_map = "map"', 'of_map = "a\\u0000b"', "layout.template-value", 22),
        ('kind = "map"', 'kind = "map"\nfollows = "map"', "layout.follows-circle", 7),
        ('kind = "map"', 'kind = "map"\ncenter = [1.0, 2.0]', "layout.template-key", 10),
        ('kind = "map"', 'kind = "map"\ngrid = "dots"', "layout.template-choice", 10),
        ('kind = "map"', 'kind = "map"\nlayers = "a"', "layout.template-value", 10),
        ('kind = "map"', 'kind = "map"\nlayers = [1]', "layout.template-value", 10),
        ('[[frames]]\nid = "legend"', '[[frames]\nid = "legend"', "layout.template-not-toml", 15),
        ("title = {", "frames = 3\ntitle = {", "layout.template-not-toml", None),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(old, new, code, line):
    assert old in GOOD
    raw = GOOD.replace(old, new, 1).encode()
    with pytest.raises(DataError) as refused:
        lt.template_of(raw, "page.toml")
    assert refused.value.code == code
    if line is not None:
        assert refused.value.params["line"] == line
    for language in LANGUAGES:
        what, following = load_words(language).error(refused.value)
        assert not {"{", "}"} & set(what + following) - {"{"}
        assert what


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "layout.not-a-template"),
        (b"\xff\xfe", "layout.template-encoding"),
        (b"a = " + b"[" * 50_000, "layout.template-not-toml"),
        (b"a = " + b"9" * 6_000, "layout.template-not-toml"),
        (HEAD + b"frames = []", "layout.template-no-frames"),
        (HEAD + b"frames = 3", "layout.template-no-frames"),
        (HEAD + b"frames = [1]", "layout.template-value"),
    ],
)  # fmt: skip
def test_what_is_no_template_is_refused(raw, code):
    with pytest.raises(DataError) as refused:
        lt.template_of(raw, "page.toml")
    assert refused.value.code == code


def test_files_that_cannot_be_read_are_told(tmp_path, monkeypatch):
    with pytest.raises(DataError) as refused:
        lt.read_template(tmp_path / "none.toml")
    assert refused.value.code == "layout.template-unreadable"
    big = tmp_path / "big.toml"
    big.write_text(GOOD, encoding="utf-8")
    monkeypatch.setattr(lt, "MOST_BYTES", 10)
    with pytest.raises(DataError) as refused:
        lt.read_template(big)
    assert refused.value.code == "layout.template-too-large"


def read_or_refused(raw: bytes) -> None:
    """Nothing but a sound layout or an error of ours."""
    said: list[tuple[str, str]] = []
    try:
        faults = list(layout_faults(lt.template_of(raw, "page.toml").layout))
    except EmadinaError as exc:
        faults = []
        said = [load_words(language).error(exc) for language in LANGUAGES]
    assert not faults
    assert all(map(all, said))


@given(st.binary(max_size=300))
def test_any_bytes(raw):
    read_or_refused(raw)


@given(
    st.integers(0, len(GOOD.encode()) - 1),
    st.integers(0, 12),
    st.binary(max_size=12),
)
def test_a_template_with_bytes_replaced(at, gone, put):
    raw = GOOD.encode()
    read_or_refused(raw[:at] + put + raw[at + gone :])


any_value = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), text,
        st.dates(), st.sampled_from(["map", "legend", "A3", "emadina-layout", "follows"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.text(string.ascii_lowercase, min_size=1, max_size=6), inner, max_size=3),
    ),
    max_leaves=6,
)  # fmt: skip
KEYS = ["id", "kind", "x", "width", "follows", "of_map", "title", "page", "frames", "layers", "z"]


@given(st.sampled_from(KEYS), any_value, st.integers(-1, 1))
def test_a_template_with_any_value_in_any_place(key, value, place):
    tree = tomllib.loads(GOOD)
    target = tree if place < 0 else tree["frames"][place]
    target[key] = value
    if value is None:
        del target[key]
    try:
        raw = toml_text(tree, ("title",)).encode()
    except (ValueError, TypeError):
        return
    read_or_refused(raw)
