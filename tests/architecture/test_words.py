"""Every sentence exists in three languages, is used, and gets the parameters it names."""

from __future__ import annotations

import re
import string
import tomllib

import pytest

from emadina_gis import errors
from emadina_gis.paths import resources
from emadina_gis.words.catalogue import LANGUAGES, Entry, read_entries
from tests.architecture.source import KEY, Call, listed, literal_calls, patterns, texts

PLURAL_FORMS = {
    "fr": {"one", "other"},
    "ar": {"zero", "one", "two", "few", "many", "other"},
    "en": {"one", "other"},
}
FILE_ENDINGS = (".csv", ".html", ".json", ".pdf", ".png", ".toml", ".txt", ".zip")
FILES = sorted((resources() / "words").glob("*.toml"))
ENTRIES: dict[str, Entry] = {key: e for path in FILES for key, e in read_entries(path).items()}
ERROR_CLASSES = {
    name
    for name, value in vars(errors).items()
    if isinstance(value, type) and issubclass(value, errors.EmadinaError)
} | {"UsageError"}


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def _forms(value: str | dict[str, str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value.values())


def _named(key: str) -> set[str]:
    return {
        name for value in ENTRIES[key].values() for form in _forms(value) for name in _fields(form)
    }


def test_no_key_is_in_two_files() -> None:
    seen: dict[str, str] = {}
    twice = []
    for path in FILES:
        for key in read_entries(path):
            if key in seen:
                twice.append(f"{key}: {seen[key]} and {path.name}")
            seen[key] = path.name
    assert not twice, listed(twice)


def test_files_are_utf8_toml() -> None:
    for path in FILES:
        tomllib.loads(path.read_text(encoding="utf-8"))


def test_every_key_is_in_three_languages() -> None:
    incomplete = [
        key
        for key, entry in ENTRIES.items()
        if set(entry) != set(LANGUAGES) or not all(all(_forms(v)) for v in entry.values())
    ]
    assert not incomplete, listed(incomplete)


def test_languages_name_the_same_parameters() -> None:
    differing = []
    for key, entry in ENTRIES.items():
        named = [
            {name for form in _forms(value) for name in _fields(form)} - {"n"}
            for value in entry.values()
        ]
        if any(other != named[0] for other in named):
            differing.append(key)
    assert not differing, listed(differing)


def test_plurals_have_all_forms() -> None:
    wrong = []
    for key, entry in ENTRIES.items():
        kinds = {isinstance(value, dict) for value in entry.values()}
        if len(kinds) > 1:
            wrong.append(f"{key}: plural in some languages only")
        for language, value in entry.items():
            if isinstance(value, dict) and not PLURAL_FORMS[language] <= set(value):
                wrong.append(f"{key}: {language} lacks {PLURAL_FORMS[language] - set(value)}")
    assert not wrong, listed(wrong)


def test_no_digit_of_another_script() -> None:
    eastern = set("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹")
    wrong = [
        key
        for key, entry in ENTRIES.items()
        if any(eastern & set(form) for value in entry.values() for form in _forms(value))
    ]
    assert not wrong, listed(wrong)


def test_keys_are_called_as_the_keyboard_of_a_language_does() -> None:
    """Arabic and English sentences say Enter and Esc; French ones what stands on French keys."""
    french = re.compile(r"Entrée|Échap|Retour arrière|Maj\+|Suppr\b|مفتاح الإدخال")
    english = re.compile(r"\b(?:Enter|Esc|Backspace|Shift|Delete)\b")
    wrong = [
        f"{key} ({language})"
        for key, entry in ENTRIES.items()
        for language, value in entry.items()
        if any((english if language == "fr" else french).search(form) for form in _forms(value))
    ]
    assert not wrong, listed(wrong)


def _spoken() -> list[Call]:
    return [
        call
        for call in literal_calls()
        if call.name in {"text", "plural"} and KEY.match(call.first)
    ]


def test_every_literal_key_exists() -> None:
    missing = sorted({f"{c.where} {c.first}" for c in _spoken() if c.first not in ENTRIES})
    assert not missing, listed(missing)


def test_every_text_that_looks_like_a_key_is_one() -> None:
    """Keys are data too: actions, phases, columns; a text under one of our roots must be known."""
    roots = {key.split(".")[0] for key in ENTRIES}
    known = set(ENTRIES) | {key.split(".", 1)[1].rpartition(".")[0] for key in ENTRIES}
    beginnings = {key[:n] for key in known for n in range(1, len(key))}
    strangers = sorted(
        text
        for text in texts()
        if KEY.match(text)
        and text.split(".")[0] in roots
        and text not in known | beginnings
        and not text.endswith(FILE_ENDINGS)
    )
    assert not strangers, listed(strangers)


def test_every_sentence_gets_its_parameters() -> None:
    lacking = []
    for call in _spoken():
        if call.first not in ENTRIES or call.is_open:
            continue
        given = call.keywords | ({"n"} if call.name == "plural" else set())
        if _named(call.first) - given:
            lacking.append(f"{call.where} {call.first}: {sorted(_named(call.first) - given)}")
    assert not lacking, listed(lacking)


@pytest.mark.parametrize("part", ["what", "next"])
def test_every_error_has_its_sentences(part: str) -> None:
    raised = {call.first for call in literal_calls() if call.name in ERROR_CLASSES}
    missing = sorted(code for code in raised if f"error.{code}.{part}" not in ENTRIES)
    assert not missing, listed(missing)


def test_every_error_gives_the_parameters_of_its_sentences() -> None:
    lacking = []
    for call in literal_calls():
        if call.name not in ERROR_CLASSES or call.is_open:
            continue
        for part in ("what", "next"):
            key = f"error.{call.first}.{part}"
            if key in ENTRIES and _named(key) - call.keywords:
                lacking.append(f"{call.where} {key}: {sorted(_named(key) - call.keywords)}")
    assert not lacking, listed(lacking)


@pytest.mark.parametrize("part", ["what", "next"])
def test_every_problem_has_its_sentences(part: str) -> None:
    found = {call.first for call in literal_calls() if call.name == "Problem"}
    missing = sorted(code for code in found if f"problem.{code}.{part}" not in ENTRIES)
    assert not missing, listed(missing)


def _is_used(key: str) -> bool:
    if key in texts():
        return True
    parts = key.split(".")
    if parts[0] in {"error", "problem"} and parts[-1] in {"what", "next"}:
        return _is_used_code(".".join(parts[1:-1]))
    if any(".".join(parts[:n]) + "." in texts() for n in range(1, len(parts))):
        return True
    for pattern in patterns():
        match = pattern.match(key)
        if match and (not pattern.pattern.startswith("^(.+)") or match.group(1) in texts()):
            return True
    return False


def _is_used_code(code: str) -> bool:
    return code in texts() or any(
        pattern.match(code) and not pattern.pattern.startswith("^(.+)") for pattern in patterns()
    )


def test_no_key_is_unused() -> None:
    unused = sorted(key for key in ENTRIES if not _is_used(key))
    assert not unused, listed(unused)
