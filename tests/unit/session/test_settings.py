"""Settings: round trip, damage, unknown keys, and a disk that refuses."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emadina_gis.domain.toml_text import toml_text
from emadina_gis.errors import SettingsError
from emadina_gis.session import settings as s
from emadina_gis.words import LANGUAGES, load_words

CHANGED = s.Settings(
    language="ar",
    theme="dark",
    motion="reduced",
    shortcuts=("edit.undo=Ctrl+U",),
    text_scale=1.3,
    area_unit="ha_a_ca",
    cache_mb=77,
    undo_mb=300,
    drawing="painter",
    network_allowed=True,
    plugins_allowed=True,
    plugins_enabled=("trees",),
    plugins_disabled=("bad",),
    recent_projects=('/a/É "x"\\y.emadina', "/ب.emadina"),
    last_folder="/tmp/\tx",
    window="AAEC",
)

keys = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
scalars = (
    st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
    | st.dates()
    | st.datetimes(timezones=st.just(dt.UTC))
)
trees = st.dictionaries(
    keys,
    st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
        max_leaves=8,
    ),
    max_size=5,
)  # fmt: skip


@given(trees)
def test_toml_is_read_back_equal(tree):
    assert tomllib.loads(toml_text(tree)) == tree


def test_every_setting_survives_a_round_trip():
    assert all(getattr(CHANGED, name) != getattr(s.Settings(), name) for name in s.setting_names())
    s.save_settings(CHANGED)
    loaded = s.load_settings()
    assert loaded.problems == ()
    for name in s.setting_names():
        assert getattr(loaded.settings, name) == getattr(CHANGED, name)
    tree = tomllib.loads(s.settings_path().read_text("utf-8"))
    assert tree["schema_version"] == s.SCHEMA_VERSION


def test_no_file_gives_defaults():
    loaded = s.load_settings()
    assert loaded.settings == s.Settings()
    assert loaded.problems == ()
    assert hash(loaded.settings) == hash(s.Settings())
    for name in s.setting_names():
        assert s.is_valid(name, getattr(s.Settings(), name))


@pytest.mark.parametrize(
    "content", [b"language = ", b"\xff\xfe\x00", b"\x00" * 50, b"a = 1\na = 2"]
)
def test_a_damaged_file_gives_defaults_a_backup_and_a_problem(content):
    for number in (1, 2):
        s.settings_path().write_bytes(content)
        loaded = s.load_settings()
        assert loaded.settings == s.Settings()
        assert [p.code for p in loaded.problems] == ["settings.damaged"]
        backup = s.settings_path().with_name(loaded.problems[0].params["backup"])
        assert backup.read_bytes() == content
        assert not s.settings_path().exists()
        assert ("-2" in backup.name) == (number == 2)
        for language in LANGUAGES:
            assert all(load_words(language).problem(loaded.problems[0]))


def test_any_flipped_byte_gives_settings():
    s.save_settings(CHANGED)
    good = s.settings_path().read_bytes()
    for place in range(0, len(good), 7):
        s.settings_path().write_bytes(
            good[:place] + bytes([good[place] ^ 0x15]) + good[place + 1 :]
        )
        loaded = s.load_settings()
        assert isinstance(loaded.settings, s.Settings)
        s.save_settings(loaded.settings)


def test_values_that_are_not_allowed_are_told_and_defaults_used():
    s.settings_path().write_text(
        'language = "de"\ncache_mb = true\nundo_mb = 3\nrecent_projects = [1]\ntheme = "dark"\n'
    )
    loaded = s.load_settings()
    assert {p.where for p in loaded.problems} == {
        "language",
        "cache_mb",
        "undo_mb",
        "recent_projects",
    }
    assert loaded.settings.theme == "dark"
    assert loaded.settings.cache_mb == s.Settings().cache_mb
    for problem in loaded.problems:
        assert all(load_words("ar").problem(problem))


def test_keys_of_a_newer_version_are_kept():
    text = (
        'schema_version = 9\nlanguage = "en"\nfuture = 3\n[panel]\nwidth = 2.5\nd = [1979-05-27]\n'
    )
    s.settings_path().write_text(text)
    loaded = s.load_settings().settings
    s.save_settings(loaded.with_value("theme", "light"))
    tree = tomllib.loads(s.settings_path().read_text())
    assert tree["schema_version"] == 9
    assert tree["future"] == 3
    assert tree["panel"] == {"width": 2.5, "d": [dt.date(1979, 5, 27)]}
    assert tree["theme"] == "light"


def test_a_strange_version_is_dropped():
    s.settings_path().write_text('schema_version = "x"\ntheme = "dark"')
    loaded = s.load_settings().settings
    s.save_settings(loaded)
    assert tomllib.loads(s.settings_path().read_text())["schema_version"] == s.SCHEMA_VERSION


def test_a_folder_in_its_place_is_told():
    s.settings_path().mkdir()
    assert [p.code for p in s.load_settings().problems] == ["settings.unreadable"]
    with pytest.raises(SettingsError) as refused:
        s.save_settings(s.Settings())
    assert refused.value.code == "settings.unwritable"
    for language in LANGUAGES:
        assert all(load_words(language).error(refused.value))


def test_a_full_disk_leaves_the_old_file(monkeypatch):
    s.save_settings(CHANGED)
    good = s.settings_path().read_bytes()

    def full(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(SettingsError):
        s.save_settings(s.Settings())
    assert s.settings_path().read_bytes() == good
    assert len(list(s.settings_path().parent.iterdir())) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [("language", "de"), ("theme", ""), ("cache_mb", 1), ("cache_mb", 99.0), ("nope", 1),
     ("unknown", {}), ("network_allowed", 1), ("plugins_enabled", ["a"])],
)  # fmt: skip
def test_a_value_that_is_not_allowed_is_refused(name, value):
    with pytest.raises(SettingsError):
        s.Settings().with_value(name, value)


def test_the_language_is_that_of_the_system_until_one_is_chosen(monkeypatch):
    monkeypatch.setenv("LANG", "ar_MA.UTF-8")
    assert s.Settings().shown_language == "ar"
    assert s.Settings(language="en").shown_language == "en"
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    assert s.Settings().shown_language == "fr"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_dialog_has_words_for_what_a_person_chooses(language):
    words = load_words(language)
    hidden = {"plugins_enabled", "plugins_disabled", "recent_projects", "last_folder", "window"}
    for name in set(s.setting_names()) - hidden:
        assert words.text(f"settings.{name}.title")
        assert words.text(f"settings.{name}.doc")


def test_choices_are_valid():
    for name in s.setting_names():
        assert all(s.is_valid(name, choice) for choice in s.choices_of(name))


def test_settings_are_values():
    assert replace(CHANGED) == CHANGED


def test_the_size_of_text_is_a_setting_and_is_taken_from_where_it_was(tmp_path):
    path = tmp_path / "settings.toml"
    memory = '{\\"columns\\": [1, 2], \\"text_scale\\": 1.3}'
    path.write_text(f'schema_version = 1\nwindow = "{memory}"\n', encoding="utf-8")
    found = s.load_settings(path)
    assert found.problems == ()
    assert found.settings.text_scale == 1.3
    assert found.settings.window == '{"columns": [1, 2]}'
    s.save_settings(found.settings.with_value("text_scale", 1.5), path)
    assert s.load_settings(path).settings.text_scale == 1.5
    for wrong in (0.1, 9, "1.3", True):
        assert not s.is_valid("text_scale", wrong)
