"""Styles as text: written and read again equal; anything else is refused with its place."""

from __future__ import annotations

import json

import pytest

from emadina_gis.domain.style import (
    Categorized,
    Category,
    Dash,
    FeatureOpacity,
    Graduated,
    LabelStyle,
    Pattern,
    PatternKind,
    Rule,
    Rules,
    Single,
    Style,
    Symbol,
)
from emadina_gis.domain.title import Title
from emadina_gis.errors import LayerReadError
from emadina_gis.io.markers import shipped_markers
from emadina_gis.io.style_file import read_style, style_of_text, style_text, write_style

FULL = Symbol(
    None, "#123456", 0.4, Dash.DASHED, pattern=Pattern(PatternKind.DOTS, 2.0),
    dashes_mm=(3.0, 1.0), ground_scale=1000.0, picture=shipped_markers()[0], casing="#ffffff",
)  # fmt: skip
STYLES = [
    Style(),
    Style(Single(FULL), LabelStyle("nom", "اسم"), 0.5, 20.0, FeatureOpacity("x", 1.0, 5.0)),
    Style(Graduated("x", (0.0, 1.0, 2.5), ("#111111", "#222222"), symbols=(None, FULL))),
    Style(Categorized("f", (
        Category("é", "#111111", title=Title("a", "ب", "c")), Category(3.0, "#222222"),
        Category(None, "#333333"), Category(True, "#444444", symbol=FULL),
    ), other=None)),
    Style(Rules((Rule("[a] > 3", FULL, "grand", max_units_per_px=4.0), Rule("")))),
]  # fmt: skip


@pytest.mark.parametrize("style", STYLES)
def test_a_style_is_read_as_it_was_written(style, tmp_path):
    assert style_of_text(style_text(style)) == style
    path = tmp_path / "a.emstyle"
    write_style(path, style)
    assert read_style(path) == style
    assert [file.name for file in tmp_path.iterdir()] == ["a.emstyle"]


def changed(**parts: object) -> str:
    tree = json.loads(style_text(STYLES[2]))
    tree["style"]["symbology"].update(parts)
    return json.dumps(tree)


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("", "style-file.not-ours", None),
        ("[1]", "style-file.not-ours", None),
        ('{"format": "emadina-style", "version": 2}', "style-file.newer", None),
        (changed(colour="#111111"), "style-file.unknown", "style.symbology.colour"),
        (changed(breaks=[0, 2, 1]), "style-file.value", "style.symbology.breaks"),
        (changed(breaks=[0, 1]), "style-file.value", "style.symbology.breaks"),
        (changed(colors=["red", "#222222"]), "style-file.value", "style.symbology.colors"),
        (changed(decimals="2"), "style-file.value", "style.symbology.decimals"),
        (changed(field=7), "style-file.value", "style.symbology.field"),
        (changed(type="evil"), "style-file.value", "style.symbology.type"),
        (changed(symbol={"stroke_mm": -1}), "style-file.value", "style.symbology.symbol.stroke_mm"),
        (
            changed(symbol={"stroke_mm": 1e9}),
            "style-file.value",
            "style.symbology.symbol.stroke_mm",
        ),
        (changed(symbol={"marker": "x"}), "style-file.value", "style.symbology.symbol.marker"),
        (
            changed(symbol={"picture": {"name": "a", "svg": "<svg><script/></svg>"}}),
            "style-file.value",
            "style.symbology.symbol.picture.svg",
        ),
    ],
)
def test_anything_else_is_refused_with_its_place(text, code, place):
    with pytest.raises(LayerReadError) as told:
        style_of_text(text)
    assert told.value.code == code
    assert told.value.params.get("place") == place


def test_numbers_that_are_none_are_refused():
    with pytest.raises(LayerReadError):
        style_of_text(changed(breaks=[0, 1, 2]).replace("2]", "NaN]"))


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(LayerReadError) as told:
        read_style(tmp_path / "no.emstyle")
    assert told.value.code == "style-file.file"
