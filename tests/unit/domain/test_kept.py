"""A kept property: once for each object, and no object waits for another one."""

from __future__ import annotations

import threading

from emadina_gis.domain.column import column_of
from emadina_gis.domain.kept import kept


class Slow:
    def __init__(self, gate):
        self.gate = gate
        self.times = 0

    @kept
    def value(self):
        self.times += 1
        assert self.gate.wait(10)
        return object()


def test_a_value_is_worked_out_once():
    open_gate = threading.Event()
    open_gate.set()
    one = Slow(open_gate)
    assert one.value is one.value
    assert one.times == 1


def test_another_object_does_not_wait():
    shut, open_gate = threading.Event(), threading.Event()
    open_gate.set()
    busy, free = Slow(shut), Slow(open_gate)
    thread = threading.Thread(target=lambda: busy.value)
    thread.start()
    assert free.value is free.value
    shut.set()
    thread.join()


def test_what_is_known_may_be_given():
    column = column_of([1.0, 2.0])
    vars(column)["numbers"] = "known"
    assert column.numbers == "known"
