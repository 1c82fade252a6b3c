"""Profiles of agencies as TOML: read whole or refused with a reason."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest

from emadina_gis.domain.title import Title
from emadina_gis.errors import CommandError, EmadinaError, SettingsError
from emadina_gis.io.agency_file import own_profile, own_profile_path, read_profile, write_profile
from emadina_gis.io.project_codec import decode, encode
from emadina_gis.project import empty_project
from emadina_gis.project.agency import AgencyProfile
from emadina_gis.session.commands.agency import SetAgency
from emadina_gis.words import LANGUAGES, load_words

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
PROFILE = AgencyProfile(
    kingdom=Title("Royaume du Maroc", "المملكة المغربية", "Royaume du Maroc"),
    agency=Title("Agence « A »", "الوكالة", "Agency"),
    numbering="{number}/{year}",
    logo=base64.b64encode(PNG).decode(),
)


def test_a_profile_survives_its_file(tmp_path):
    path = tmp_path / "agence.toml"
    write_profile(PROFILE, path)
    assert read_profile(path) == PROFILE


def test_a_logo_may_lie_beside_the_profile(tmp_path):
    (tmp_path / "logo.png").write_bytes(PNG)
    path = tmp_path / "agence.toml"
    path.write_text('logo = "logo.png"\nagency = "Agence"\n', encoding="utf-8")
    assert base64.b64decode(read_profile(path).logo) == PNG
    assert read_profile(path).agency == Title.plain("Agence")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("kingdom = [", "agency.unreadable"),
        ("\udcff", "agency.unreadable"),
        ("king = 'x'", "agency.invalid"),
        ("kingdom = 3", "agency.invalid"),
        ("kingdom = { de = 'x' }", "agency.invalid"),
        ("kingdom = { fr = 3 }", "agency.invalid"),
        ("numbering = 3", "agency.invalid"),
        ("numbering = 'N° {nom}'", "agency.numbering"),
        ("numbering = '{'", "agency.numbering"),
        ("numbering = '{number.__class__}'", "agency.numbering"),
        ("numbering = '{number:q}'", "agency.numbering"),
        ("logo = '../rien.png'", "agency.logo"),
        ("logo = 'QUJD'", "agency.logo"),
    ],
)
def test_what_is_no_profile_is_refused_with_a_reason(tmp_path, text, code):
    path = tmp_path / "agence.toml"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(EmadinaError) as caught:
        read_profile(path)
    assert caught.value.code == code
    for language in LANGUAGES:
        assert all(load_words(language).error(caught.value))


def test_a_profile_that_is_not_there(tmp_path):
    with pytest.raises(SettingsError):
        read_profile(tmp_path / "rien.toml")


def test_the_person_s_own_profile(tmp_path, monkeypatch):
    monkeypatch.setenv("EMADINA_HOME", str(tmp_path))
    assert own_profile() is None
    write_profile(PROFILE, own_profile_path())
    assert own_profile() == PROFILE


def test_a_number_follows_the_pattern():
    assert AgencyProfile().numbered(2698, 2021) == "N° 2698/2021"
    assert PROFILE.numbered(7, 2026) == "7/2026"


def test_a_project_keeps_its_profile_and_forgets_it():
    project = SetAgency(PROFILE).apply(empty_project(Title.plain("P")))
    encoded = encode(project)
    assert decode(encoded.tree, lambda key: encoded.parts[key].make()).agency == PROFILE
    assert SetAgency(PROFILE).apply(project) is project
    assert SetAgency(None).apply(project).agency is None
    assert SetAgency(None).label.said(load_words("fr"))


def test_a_pattern_that_cannot_be_used_is_refused_by_the_command():
    with pytest.raises(CommandError):
        SetAgency(replace(PROFILE, numbering="{x}")).apply(empty_project(Title.plain("P")))
