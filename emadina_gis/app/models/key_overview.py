"""The page of all keys: made from the actions and their keys in use, and from the keys of places.

Owns how they are grouped and the keys that belong to a place (the map, the layers, a page), which
are no actions. Knows no widget.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from emadina_gis.session.shortcuts import Keys
    from emadina_gis.words import Words

#: Where the guide has room for the tables.
KEYS_HERE = "<!-- keys -->"
#: Groups of actions: the key of the heading, and the beginnings of their ids.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "menu.file": ("file.", "atlas.", "layouts.", "doctor."),
    "menu.edit": ("edit.", "scenario", "change-form.", "real-shapes."),
    "menu.map": ("tool.", "map.", "measures."),
    "keys.window": ("focus.", "app.", "help.", "menu."),
    "menu.view": ("",),
}
#: Keys of a place that has the focus: heading → keys → key of what they do.
PLACES: Mapping[str, Mapping[str, str]] = {
    "keys.on-map": {
        "← ↑ → ↓": "keys.map.pan",
        "+  −": "keys.map.zoom",
        "Home": "keys.map.all",
        "Enter": "keys.map.cursor",
        "Menu": "keys.menu",
    },
    "keys.on-cursor": {
        "← ↑ → ↓": "keys.cursor.move",
        "Shift + ←": "keys.cursor.fine",
        "Ctrl + ←": "keys.cursor.pan",
        "Enter": "keys.cursor.click",
        "Ctrl+Enter": "keys.cursor.add",
        "Shift+Enter": "keys.cursor.rectangle",
        "Enter Enter": "keys.cursor.finish",
        "Backspace": "keys.cursor.back",
        "Esc": "keys.cursor.leave",
    },
    "keys.on-layers": {
        "Alt+↑  Alt+↓": "keys.layers.move",
        "Space": "keys.layers.eye",
        "F2": "keys.layers.rename",
        "Enter": "keys.layers.zoom",
        "Delete": "keys.layers.remove",
        "Menu": "keys.menu",
    },
    "keys.on-page": {
        "Tab": "keys.page.step",
        "← ↑ → ↓": "keys.page.move",
        "Ctrl+D": "keys.page.copy",
        "PgUp  PgDown": "keys.page.order",
        "Enter": "keys.page.fields",
        "Delete": "keys.page.remove",
    },
    "keys.on-volume": {
        "← ↑ → ↓": "keys.volume.turn",
        "N": "keys.volume.north",
        "Home": "keys.volume.reset",
    },
    "keys.on-divider": {"← ↑ → ↓": "keys.divider.move", "Home  End": "keys.divider.far"},
}


def key_tables(named: Iterable[tuple[str, str, Keys]], words: Words) -> str:
    """Return the tables of the guide.

    Parameters
    ----------
    named : iterable of (id, name, keys)
        The actions as they are called now, with their keys in use.
    """
    grouped: dict[str, list[tuple[str, str]]] = {heading: [] for heading in GROUPS}
    for action_id, name, keys in named:
        if keys:
            grouped[group_of(action_id)].append((shown(keys), name))
    parts = [_table(words.text(heading), rows) for heading, rows in grouped.items() if rows]
    for heading, rows in PLACES.items():
        parts.append(
            _table(words.text(heading), [(keys, words.text(key)) for keys, key in rows.items()])
        )
    return "\n".join(parts)


def group_of(action_id: str) -> str:
    """Return the heading under which an action stands."""
    return next(head for head, starts in GROUPS.items() if action_id.startswith(starts))


def shown(keys: Keys) -> str:
    """Return keys as they are read: one after another."""
    return "   ".join(keys)


def _table(heading: str, rows: Iterable[tuple[str, str]]) -> str:
    cells = "".join(
        f'<tr><td style="white-space: nowrap"><b>{_left_to_right(keys)}</b>&nbsp;&nbsp;</td>'
        f"<td>{escape(text)}</td></tr>"
        for keys, text in rows
    )
    return f"<h3>{escape(heading)}</h3>\n<table>{cells}</table>"


def _left_to_right(keys: str) -> str:
    """Return keys that stay in their order in a line of Arabic."""
    return f"\u2066{escape(keys)}\u2069".replace(" ", "&nbsp;")
