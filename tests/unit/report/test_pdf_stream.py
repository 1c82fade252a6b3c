"""Numbers of a page's drawing cut to what paper can show, and nothing else of it."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from emadina_gis.report.pdf_stream import shortened

HEAD = b"/GSa gs\n0.060000000 0 0 -0.060000000 0 842 cm\nq q\nQ\nQ q\n"
FINE, COARSE = 0.0022, 0.022


def test_paths_are_cut_and_colours_are_not():
    drawn = HEAD + (
        b"0.133333340 0.129411771 0.121568627 scn\n7.08661417 w 0 J\n"
        b"-5681.35937 13531.5675 m\n12.0000000 3 l\n1.25 2.06 3.99 4 5 6.55 c\n"
        b"614.173228 614.173228 13559.0551 12803.1496 re\nh\nf\n"
    )
    assert shortened(drawn, FINE) == HEAD + (
        b"0.133333340 0.129411771 0.121568627 scn\n7.08661417 w 0 J\n"
        b"-5681.3 13531.5 m\n12 3 l\n1.2 2 3.9 4 5 6.5 c\n"
        b"614.1 614.1 13559 12803.1 re\nh\nf\n"
    )
    assert b"-5681 13531 m\n12 3 l\n1 2 3 4 5 6 c\n" in shortened(drawn, COARSE)


def test_enlarged_coordinates_keep_more_digits():
    drawn = HEAD + (
        b"q\n12.5000000 0 0 12.5000000 614.173228 614.173228 cm\n1.23456 7.89123 l\nQ\n"
        b"1.23456 7.89123 l\n"
    )
    cut = shortened(drawn, FINE)
    assert b"cm\n1.23 7.89 l\nQ\n1.2 7.8 l\n" in cut
    assert b"12.5000000 0 0 12.5000000 614.173228" in cut


def test_turned_coordinates_keep_their_digits():
    drawn = HEAD + b"q\n0.866025403 0.499999999 -0.499999999 0.866025403 0 0 cm\n1.26 7.8 l\nQ\n"
    assert b"\n1.2 7.8 l\n" in shortened(drawn, FINE)
    assert b"0.866025403 0.499999999" in shortened(drawn, FINE)


@given(st.lists(st.floats(-20_000, 20_000), min_size=2, max_size=60))
def test_no_coordinate_moves_by_more_than_a_step(values):
    lines = [f"{value:.6f} {value:.4f} l\n".encode() for value in values]
    cut = shortened(HEAD + b"".join(lines), FINE)[len(HEAD) :]
    kept = [float(number) for number in re.findall(rb"-?[\d.]+", cut)]
    assert len(kept) == 2 * len(values)
    for value, x, y in zip(values, kept[::2], kept[1::2], strict=True):
        assert abs(value - x) <= 0.1001
        assert abs(value - y) <= 0.1002


@given(st.binary(max_size=300))
def test_any_bytes_are_survived(content):
    assert len(shortened(content, FINE)) <= len(content)


def test_long_drawings_are_cut_block_by_block(monkeypatch):
    monkeypatch.setattr("emadina_gis.report.pdf_stream._BLOCK", 64)
    body = b"".join(b"%d.123456 %d.987654 l\n" % (i, i) for i in range(200))
    whole = b"".join(b"%d.1 %d.9 l\n" % (i, i) for i in range(200))
    assert shortened(HEAD + body, FINE) == HEAD + whole
