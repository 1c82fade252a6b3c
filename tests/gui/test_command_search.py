"""Finding a command by what a person types, in three languages."""

from __future__ import annotations

import pytest

from emadina_gis.app.models.command_search import Command, found
from emadina_gis.domain.folding import folded

COMMANDS = (
    Command("save", ("Enregistrer", "حفظ", "Save")),
    Command("save-as", ("Enregistrer sous…", "حفظ باسم…", "Save as…")),
    Command(
        "print", ("Imprimer la planche en PDF…", "طباعة اللوحة في ملف PDF…", "Print the sheet")
    ),
    Command("land", ("Terrain disponible", "الأرض المتاحة", "Available land")),
    Command("settings", ("Préférences", "التفضيلات", "Settings")),
    Command("layer/1", ("Équipements",), "Couche"),
)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("preferences", "settings"),
        ("PRÉF", "settings"),
        ("planche pdf", "print"),
        ("pdf planche", "print"),
        ("enregister", "save"),
        ("imrpimer", "print"),
        ("print", "print"),
        ("تفضيلات", "settings"),
        ("الارض", "land"),
        ("ارض متاحه", "land"),
        ("couche equip", "layer/1"),
        ("td", "land"),
    ],
)
def test_what_is_typed_finds_what_is_meant(typed, first):
    assert found(typed, COMMANDS)[0].id == first


def test_every_word_has_to_fit():
    assert found("imprimer zebre", COMMANDS) == ()


def test_recent_ones_come_first_among_equals():
    assert [c.id for c in found("", COMMANDS, ("land", "save-as"))][:3] == [
        "land",
        "save-as",
        "save",
    ]
    assert found("enregistrer", COMMANDS, ("save-as",))[0].id == "save-as"


def test_arabic_letters_that_stand_for_each_other_are_one():
    assert folded("إدارة الأراضيّ") == folded("اداره الاراضى")
