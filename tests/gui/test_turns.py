"""What panels show anew: one piece a turn, once for all who asked, nothing for who is not seen."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, QRect, QTimer
from PySide6.QtWidgets import QLabel

from emadina_gis.app.panels.attributes import MOST_AT_ONCE
from emadina_gis.app.panels.balance import CardButton
from emadina_gis.app.panels.bars import Bar, BarsChart
from emadina_gis.app.turns import Turns
from emadina_gis.session.commands.layers import AddLayers
from tests.gui.test_stalls import MANY, many_parcels


def test_each_piece_has_a_turn_of_its_own_and_is_done_once(qtbot):
    turns, owner, done = Turns(), QObject(), []
    first = turns.piece(owner, lambda: done.append("first"))
    second = turns.piece(owner, lambda: done.append("second"))
    between = QTimer(interval=0)
    between.timeout.connect(lambda: done.append("event"))
    between.start()
    for piece in (first, second, first):
        piece.ask()
    qtbot.waitUntil(lambda: "second" in done)
    assert done.count("first") == 1
    assert "event" in done[done.index("first") : done.index("second")]


def test_a_piece_that_was_done_meanwhile_or_whose_owner_is_gone_has_no_turn(qtbot):
    turns, owner, gone, done = Turns(), QObject(), QObject(), []
    piece = turns.piece(owner, lambda: done.append("piece"))
    piece.ask()
    piece.do_now()
    lost = turns.piece(gone, lambda: done.append("lost"))
    lost.ask()
    gone.deleteLater()
    last = turns.piece(owner, lambda: done.append("last"))
    last.ask()
    qtbot.waitUntil(lambda: "last" in done)
    assert done == ["piece", "last"]


def test_the_inspector_fills_its_lines_anew_and_late_answers_do_not_come_in_between(qtbot, window):
    window.desk.do(AddLayers((many_parcels(),)))
    assert MANY > MOST_AT_ONCE
    inspector = window.inspector

    def lines():
        return [one for one in inspector.findChildren(QLabel) if one.isVisible() and one.text()]

    window.desk.view.select("parcels", np.arange(3))
    qtbot.waitUntil(lambda: any("D3 (3)" in one.text() for one in lines()))
    before = {id(one) for one in lines()}
    window.desk.view.select("large", np.arange(MANY))
    window.desk.view.select("parcels", np.arange(15, 19))
    qtbot.waitUntil(lambda: not window.desk.jobs.is_busy)
    qtbot.wait(50)
    assert any("B4 (4)" in one.text() for one in lines())
    assert not any(one.text() == "…" for one in lines())
    assert len(before & {id(one) for one in lines()}) > len(before) / 2


def test_hidden_figures_are_worked_out_and_their_cards_made_when_they_are_seen(qtbot, window):
    window.open_bottom("table")
    balance = window.bottom.balance
    qtbot.waitUntil(lambda: window.desk.results.active is not None, timeout=20_000)
    made = balance.findChildren(CardButton)
    window.files.new()
    qtbot.waitUntil(lambda: not balance.cards)
    from tests.gui.small_project import open_small_project

    open_small_project(window, qtbot)
    qtbot.waitUntil(lambda: bool(balance.cards), timeout=20_000)
    window.open_bottom("balance")
    cards = [one for one in balance.findChildren(CardButton) if one.isVisible()]
    assert len(cards) == len(balance.cards)
    assert set(made) <= set(cards)
    assert balance.chart.bars


def test_a_chart_paints_the_bars_in_sight(qtbot, window):
    chart = BarsChart(window.desk.theme)
    qtbot.addWidget(chart)
    chart.show_bars(tuple(Bar(f"Secteur {n}", 1.0, 2.0, "1 +2") for n in range(33)))
    row_px = (chart.sizeHint().height() - 4) // 33
    assert list(chart.rows_in(QRect(0, 2 * row_px + 1, 200, 3 * row_px))) == [2, 3, 4, 5]
    assert len(chart.rows_in(QRect(0, 0, 200, 10_000))) == 33
    assert not chart.rows_in(QRect(0, 40 * row_px, 200, 10))


def test_the_tabs_of_scenarios_stay_while_something_else_changes(window):
    tabs = window.top.scenarios
    before = dict(tabs.tabs)
    window.desk.view.select("parcels", np.arange(2))
    window.set_regime(True)
    assert tabs.tabs == before
    tabs.add()
    assert len(tabs.tabs) == len(before) + 1
