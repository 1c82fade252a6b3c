"""Shortcuts as data: one spelling, a choice over the defaults, conflicts told."""

from __future__ import annotations

import pytest

from emadina_gis.session import shortcuts as s

DEFAULTS = {"undo": ("Ctrl+Z",), "redo": ("Ctrl+Shift+Z", "Ctrl+Y"), "demo": ()}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("shift+ctrl+z", "Ctrl+Shift+Z"),
        ("Ctrl++", "Ctrl++"),
        ("+", "+"),
        ("v", "V"),
        ("alt+F4", "Alt+F4"),
    ],
)
def test_a_key_has_one_spelling(typed, kept):
    assert s.normal(typed) == kept


def test_a_choice_is_kept_and_read_back():
    choice = {"redo": ("Ctrl+R", "F9"), "undo": ()}
    assert s.chosen(s.entries_of(choice)) == choice
    assert s.chosen(("", "nothing", "=Ctrl+X")) == {}


def test_a_chosen_key_leaves_the_action_that_had_it():
    keys = s.in_use(DEFAULTS, {"demo": ("Ctrl+Z",)})
    assert keys == {"undo": (), "redo": ("Ctrl+Shift+Z", "Ctrl+Y"), "demo": ("Ctrl+Z",)}
    assert s.conflicts(keys) == {}


def test_a_choice_for_an_action_that_is_gone_takes_nothing():
    assert s.in_use(DEFAULTS, {"gone": ("Ctrl+Z",)}) == DEFAULTS


def test_two_actions_of_one_key_are_named():
    assert s.conflicts({"a": ("F9",), "b": ("F9",)}) == {"F9": ("a", "b")}
    assert s.owner_of("shift+ctrl+z", DEFAULTS) == "redo"
    assert s.owner_of("Ctrl+Z", DEFAULTS, besides="undo") == ""


@pytest.mark.parametrize("key", ["Tab", "Shift+Tab", "Ctrl+C", "Left", "Return", "+"])
def test_keys_of_fields_and_lists_are_not_for_actions(key):
    assert s.is_reserved(key)


@pytest.mark.parametrize("key", ["Ctrl+Shift+C", "V", "F9", "Alt+1", "Ctrl+0"])
def test_other_keys_are(key):
    assert not s.is_reserved(key)
