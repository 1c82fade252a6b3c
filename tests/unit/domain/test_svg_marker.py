"""What of an SVG file becomes a marker, and what is refused by name."""

from __future__ import annotations

import pytest

from emadina_gis.domain.svg_marker import LONGEST_SVG, colored_svg, safe_svg
from emadina_gis.errors import AnalysisError
from emadina_gis.io.markers import read_marker, shipped_markers

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"'
PATH = '<path d="M0 0L10 10Z"/>'


def drawing(inside: str, more: str = "") -> str:
    return f"{HEAD} {more}>{inside}</svg>"


def test_shapes_and_groups_are_kept_and_what_editors_leave_is_not():
    kept = safe_svg(
        drawing(
            '<sodipodi:namedview id="base"/><metadata>x</metadata><!-- me -->'
            '<g transform="scale(2)" inkscape:label="a">'
            '<circle cx="1" cy="1" r="1" class="b"/></g>',
            'xmlns:sodipodi="http://a" xmlns:inkscape="http://b" id="svg1"',
        )
    )
    assert '<circle cx="1" cy="1" r="1" />' in kept
    assert 'transform="scale(2)"' in kept
    for gone in ("namedview", "metadata", "label", "class", "id=", "me"):
        assert gone not in kept.replace("viewBox", "")


def test_one_colour_becomes_that_of_the_symbol_and_several_stay():
    one = safe_svg(drawing('<path d="M0 0" style="fill:#123456;stroke:none"/>'))
    assert 'fill="currentColor"' in one
    assert colored_svg(one, "#ff0000").count("#ff0000") == 1
    bare = safe_svg(drawing(PATH))
    assert 'fill="currentColor"' in bare
    two = safe_svg(drawing('<path d="M0 0" fill="#111111"/><path d="M1 1" fill="#eeeeee"/>'))
    assert "currentColor" not in two


def test_a_drawing_without_a_box_takes_its_size():
    assert 'viewBox="0 0 24 12"' in safe_svg(
        '<svg xmlns="http://www.w3.org/2000/svg" width="24px" height="12">' + PATH + "</svg>"
    )


@pytest.mark.parametrize(
    ("inside", "refused"),
    [
        ("<script>alert(1)</script>" + PATH, "script"),
        ('<image href="http://a/b.png"/>' + PATH, "image"),
        ('<use href="#a"/>' + PATH, "use"),
        ("<foreignObject/>" + PATH, "foreignObject"),
        ("<text>a</text>", "text"),
        ("<style>@import url(http://a)</style>" + PATH, "style"),
        ('<path d="M0 0" onclick="x()"/>', "onclick"),
        ('<path d="M0 0" fill="url(#a)"/>', "fill"),
        ('<path d="M0 0" style="fill:url(http://a)"/>', "fill"),
        ('<path d="M0 0;alert"/>', "d"),
    ],
)
def test_what_can_do_more_than_be_drawn_is_refused(inside, refused):
    with pytest.raises(AnalysisError) as told:
        safe_svg(drawing(inside))
    assert told.value.code == "marker.refused"
    assert told.value.params["element"] == refused


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('<!DOCTYPE svg [<!ENTITY a "b">]>' + drawing(PATH), "marker.refused"),
        (drawing(PATH) + " " * LONGEST_SVG, "marker.too-long"),
        (drawing(PATH * 500), "marker.too-long"),
        (drawing("<g>" * 20 + PATH + "</g>" * 20), "marker.refused"),
        ("<svg", "marker.not-svg"),
        ("<html/>", "marker.not-svg"),
        (drawing("<g/>"), "marker.empty"),
    ],
)
def test_other_files_are_refused_with_their_reason(text, code):
    with pytest.raises(AnalysisError) as told:
        safe_svg(text)
    assert told.value.code == code


def test_what_was_kept_is_kept_again_as_it_is():
    for picture in shipped_markers():
        assert safe_svg(picture.svg) == picture.svg
        assert "currentColor" in picture.svg


def test_a_file_is_a_marker_of_its_name(tmp_path):
    path = tmp_path / "puits.svg"
    path.write_text(drawing(PATH), encoding="utf-8")
    picture = read_marker(path)
    assert picture.name == "puits"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Exception, match=r"marker\.unreadable"):
        read_marker(path)
