"""Shortcuts as data: what a person chose over the defaults, and which keys mean two things.

Keys are written in Qt's portable form (``Ctrl+Shift+Z``). A choice is kept as ``action=key key``;
an action without keys has none on purpose. Must not know Qt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Keys = tuple[str, ...]
_MODIFIERS = ("Ctrl", "Alt", "Shift", "Meta")
#: Keys that lists, fields, tables and the map need for themselves, alone or with Shift.
_OF_WIDGETS = frozenset(
    ("Tab", "Backtab", "Return", "Enter", "Space", "Backspace", "Del", "Esc", "Left", "Right", "Up",
     "Down", "Home", "End", "PgUp", "PgDown", "Menu", "+", "-", "=", "F2")
)  # fmt: skip
#: What a field of text does with keys; taken, a person could no longer copy or paste.
_OF_TEXT = frozenset(f"Ctrl+{key}" for key in "ACVX") | {
    f"Ctrl+{key}" for key in ("Left", "Right", "Home", "End", "Backspace", "Del")
}


def normal(key: str) -> str:
    """Return a key in one spelling: modifiers in one order, a letter in upper case."""
    parts = [part.strip() for part in key.split("+")]
    last = parts[-1] or "+"
    held = {part.capitalize() for part in parts[:-1] if part.strip()}
    named = last.upper() if len(last) == 1 else last
    return "+".join([*(name for name in _MODIFIERS if name in held), named])


def keys_of(text: str, separator: str = ";") -> Keys:
    """Return the keys of an action written in one text."""
    return tuple(dict.fromkeys(normal(key) for key in text.split(separator) if key.strip()))


def chosen(entries: Iterable[str]) -> dict[str, Keys]:
    """Return the person's keys by action; entries that say nothing are left out."""
    pairs = (entry.partition("=") for entry in entries)
    return {name: keys_of(keys, " ") for name, equals, keys in pairs if name and equals}


def entries_of(choice: Mapping[str, Keys]) -> tuple[str, ...]:
    """Return a choice as the settings keep it."""
    return tuple(f"{name}={' '.join(keys)}" for name, keys in sorted(choice.items()))


def in_use(defaults: Mapping[str, Keys], choice: Mapping[str, Keys]) -> dict[str, Keys]:
    """Return the keys of each action: those chosen, else the defaults that no choice has taken."""
    taken = {key for name, keys in choice.items() if name in defaults for key in keys}
    return {
        name: choice[name] if name in choice else tuple(key for key in keys if key not in taken)
        for name, keys in defaults.items()
    }


def conflicts(keys: Mapping[str, Keys]) -> dict[str, tuple[str, ...]]:
    """Return the keys that several actions have, with the actions."""
    found: dict[str, list[str]] = {}
    for name, own in keys.items():
        for key in own:
            found.setdefault(normal(key), []).append(name)
    return {key: tuple(names) for key, names in found.items() if len(names) > 1}


def owner_of(key: str, keys: Mapping[str, Keys], *, besides: str = "") -> str:
    """Return the action that has a key, another than `besides`; empty where it is free."""
    wanted = normal(key)
    return next((name for name, own in keys.items() if wanted in own and name != besides), "")


def is_reserved(key: str) -> bool:
    """Whether a key belongs to fields, lists and the map, so that no action may take it."""
    wanted = normal(key)
    return wanted in _OF_TEXT or wanted.removeprefix("Shift+") in _OF_WIDGETS
