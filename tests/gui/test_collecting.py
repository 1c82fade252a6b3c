"""Forgotten cycles are found on the main thread, while a window lives and never by Python alone."""

from __future__ import annotations

import gc
import weakref

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject

from emadina_gis.app import collecting
from emadina_gis.app.collecting import FEWEST, Collecting, give_back


class Ring:
    """A cycle that only a collector finds."""

    def __init__(self):
        self.me = self


@pytest.fixture
def parent(qapp):
    made = QObject()
    yield made
    give_back()


def forgotten(count):
    rings = [Ring() for _ in range(count)]
    return weakref.ref(rings[-1])


def test_python_rests_while_the_parent_lives_and_collects_again_after(parent):
    Collecting(parent)
    assert not gc.isenabled()
    assert gc.get_freeze_count() > 0
    parent.deleteLater()
    QCoreApplication.sendPostedEvents(parent, QEvent.Type.DeferredDelete)
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


def test_young_cycles_are_found_when_there_are_enough_of_them(parent):
    found = Collecting(parent)
    ring = forgotten(FEWEST + 1)
    assert ring() is not None
    found.look()
    assert ring() is None


def test_a_look_that_would_be_felt_is_put_off_but_not_for_ever(parent, monkeypatch):
    monkeypatch.setattr(collecting, "MOST", 3_000)
    monkeypatch.setattr(collecting, "PATIENCE", 2)
    found = Collecting(parent)
    ring = forgotten(4_000)
    found.look()
    found.look()
    assert ring() is not None
    found.look()
    assert ring() is None


def test_what_was_set_aside_is_looked_at_when_nobody_waits(parent):
    ring = forgotten(FEWEST)
    found = Collecting(parent)
    found.look()
    assert ring() is not None
    found.look_at_everything()
    assert ring() is None
    assert gc.get_freeze_count() > 0
