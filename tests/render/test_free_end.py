"""Ending a page of a PDF by Qt's own function gives the same page as the binding's call."""

from __future__ import annotations

import pikepdf
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPdfWriter

from emadina_gis.report import free_end


def draw(path, monkeypatch, *, free):
    """Draw two pages and return how many there are."""
    if not free:
        monkeypatch.setattr(free_end, "_free_call", lambda *_names: None)
    writer = QPdfWriter(str(path))
    painter = QPainter(writer)
    painter.drawRect(QRectF(10, 10, 100, 100))
    assert free_end.new_page(writer)
    painter.drawRect(QRectF(20, 20, 100, 100))
    assert free_end.end(painter)
    assert not painter.isActive()
    with pikepdf.open(path) as found:
        return [bytes(page.Contents.read_bytes()) for page in found.pages]


@pytest.mark.parametrize("free", [True, False])
def test_pages_end_either_way(qapp, tmp_path, monkeypatch, free):
    pages = draw(tmp_path / "pages.pdf", monkeypatch, free=free)
    assert len(pages) == 2
    assert pages[0] != pages[1]


def test_both_ways_draw_the_same_pages(qapp, tmp_path, monkeypatch):
    mine = draw(tmp_path / "free.pdf", monkeypatch, free=True)
    assert mine == draw(tmp_path / "bound.pdf", monkeypatch, free=False)
