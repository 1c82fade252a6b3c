"""Which letters glyphs stand for, found from words; fonts with glyphs added."""

from __future__ import annotations

import struct

import pytest

from emadina_gis import paths
from emadina_gis.report.pdf_fonts import SPACE, FontCodes, ShapedGlyph, learn
from emadina_gis.report.pdf_text import read_texts, words_in, written
from emadina_gis.report.pdf_truetype import TrueType

WIDTHS = (500.0, 300.0, 600.0, 250.0, 400.0, 0.0, 700.0)


def codes(**more):
    """Return a font: 1 alif, 2 lam-alif, 3 ra, 5 fatha; 4 and 6 are not known."""
    letters = {1: "ا", 2: "لا", 3: "ر", 5: "\u064e"}
    return FontCodes(WIDTHS, letters, used={1, 2, 3, 4, 5, 6}, **more)


def shape(*glyphs):
    """Return a shaped word; letters in capitals of None are not named."""
    return tuple(ShapedGlyph(letters, named) for letters, named in glyphs)


def test_an_unknown_glyph_is_found_in_the_words_it_stands_in():
    font = codes()
    typed = [
        shape(("ا", True), ("ح", False), ("ر", True)),
        shape(("ا", True), ("ج", False)),
        shape(("ر", True), ("ح", False)),
        shape(("ا", True), ("ب", True)),
    ]
    learn(font, [(1, 4, 3), (3, 4)], typed)
    assert font.letters[4] == "ح"
    assert font.unknown == {6}


def test_two_readings_are_no_reading():
    font = codes()
    learn(font, [(1, 4)], [shape(("ا", True), ("ح", False)), shape(("ا", True), ("ج", False))])
    assert 4 not in font.letters


def test_what_one_word_tells_helps_the_next():
    font = codes()
    typed = [shape(("ر", True), ("ح", False)), shape(("ح", False), ("جي", False))]
    learn(font, [(4, 6), (3, 4)], typed)
    assert (font.letters[4], font.letters[6]) == ("ح", "جي")


def test_a_glyph_of_two_letters_is_shown_as_two_codes_from_left_to_right():
    font = codes()
    left, right = font.shown(2)
    glyphs = dict(font.added.values())
    assert (glyphs[left].letter, glyphs[left].source, glyphs[left].width) == ("ا", 2, 300)
    assert (glyphs[right].letter, glyphs[right].source, glyphs[right].width) == ("ل", None, 300)
    assert font.shown(2) == [left, right], "the same codes each time"


def test_marks_and_spaces_are_said_without_ink():
    font = codes()
    (mark,), (space,) = font.shown(5, 10), font.shown(SPACE, 230)
    glyphs = dict(font.added.values())
    assert (glyphs[mark].letter, glyphs[mark].source) == ("\u064e", None)
    assert (glyphs[space].letter, font.width(space)) == (" ", 230)


def test_words_are_runs_of_letters():
    found = words_in(["شارع 12 محمد\u200e الخامس", "Rue"])
    assert found == {"شارع", "محمد", "الخامس"}


TEXT = (
    b"q\n/CSp cs\n0.1 0.1 0.1 scn\n/GSa gs\nBT\n/F1 100 Tf 1 0 0 -1 0 0 Tm\n"
    b"50 -20 Td <0003> Tj\n-30 0 Td <0001> Tj\nET\nQ\n"
)


def test_a_script_from_the_right_is_written_from_the_left():
    content = b"Q\n" + TEXT + b"f\n"
    texts = read_texts(content)
    assert texts.left == 0
    assert written(content, texts, {"F1": codes()}) == (
        b"Q\nq\n/CSp cs\n0.1 0.1 0.1 scn\n/GSa gs\nBT\n"
        b"/F1 100 Tf 1 0 0 -1 20.00 20.00 Tm\n[<00010003>] TJ\nET\nQ\nf\n"
    )


@pytest.mark.parametrize(
    "odd",
    [
        TEXT.replace(b"1 0 0 -1 0 0 Tm", b"1 0 0.2 -1 0 0 Tm"),
        TEXT.replace(b"ET", b"2 Tr\nET"),
        TEXT.replace(b"<0003>", b"(a)"),
    ],
)
def test_what_is_written_otherwise_is_left_and_counted(odd):
    texts = read_texts(b"Q\n" + odd)
    assert texts.left == 1
    assert written(b"Q\n" + odd, texts, {"F1": codes()}) == b"Q\n" + odd


def test_a_font_without_widths_is_left_glyph_by_glyph():
    content = b"Q\n" + TEXT
    done = written(content, read_texts(content), {"F1": FontCodes((), {})})
    assert done.count(b" Tj\n") == 2


@pytest.fixture(scope="module")
def shipped():
    data = (paths.resources() / "fonts" / "IBMPlexSansArabic-Regular.ttf").read_bytes()
    font = TrueType.read(data)
    assert font is not None
    return font


def test_a_font_is_the_same_with_glyphs_added(shipped):
    before = (list(shipped.outlines), list(shipped.metrics))
    copy, empty = shipped.add(5, 640), shipped.add(None, 20)
    again = TrueType.read(shipped.written())
    assert again is not None
    padded = [outline + bytes(-len(outline) % 4) for outline in before[0]]
    assert [*again.outlines[: len(padded)]] == padded
    assert again.metrics[: len(padded)] == before[1]
    assert again.outlines[copy] == padded[5]
    assert again.outlines[empty] == b""
    assert again.metrics[copy][0] == round(0.640 * shipped.units)


def test_checksums_are_right(shipped):
    data = shipped.written()
    assert sum(struct.unpack(f">{len(data) // 4}I", data)) & 0xFFFFFFFF == 0xB1B0AFBA


@pytest.mark.parametrize("data", [b"", b"OTTO" + bytes(40), b"\x00\x01\x00\x00\x00\x09", bytes(12)])
def test_what_is_no_such_font_is_not_read(data):
    assert TrueType.read(data) is None
