"""The profile of an agency as TOML: read whole or refused with a reason, written atomically.

::

    numbering = "N° {number}/{year}"
    logo = "logo.png"  # beside the file, or the picture itself in base 64
    [kingdom]
    fr = "Royaume du Maroc"
    ar = "المملكة المغربية"
"""

from __future__ import annotations

import base64
import binascii
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from emadina_gis import paths
from emadina_gis.domain.title import Title
from emadina_gis.domain.toml_text import toml_text
from emadina_gis.errors import SettingsError
from emadina_gis.io.atomic import write_text
from emadina_gis.project.agency import (
    LARGEST_LOGO_BYTES,
    NOTHING,
    AgencyProfile,
    check_numbering,
)

if TYPE_CHECKING:
    from pathlib import Path

FILE_NAME = "agency.toml"
MOST_BYTES = 4_000_000
_LANGUAGES = ("fr", "ar", "en")
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
#: A name of a file is shorter than any picture in base 64.
_LONGEST_NAME = 260


def own_profile_path() -> Path:
    """Return where the person's own profile is kept."""
    return paths.user_config() / FILE_NAME


def own_profile() -> AgencyProfile | None:
    """Return the person's own profile, None where there is none.

    Raises
    ------
    SettingsError
        As `read_profile`.
    """
    path = own_profile_path()
    return read_profile(path) if path.is_file() else None


def read_profile(path: Path) -> AgencyProfile:
    """Return the profile of a TOML file.

    Raises
    ------
    SettingsError
        With code ``agency.unreadable``, ``agency.invalid`` (it says which entry) or
        ``agency.logo``.
    CommandError
        With code ``agency.numbering``.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise SettingsError("agency.unreadable", file=path.name, reason="")
        tree = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        reason = error.strerror or ""
        raise SettingsError("agency.unreadable", file=path.name, reason=reason) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        reason = str(error)[:120]
        raise SettingsError("agency.unreadable", file=path.name, reason=reason) from error
    return _profile(tree, path)


def write_profile(profile: AgencyProfile, path: Path) -> None:
    """Write a profile as TOML; raises `OutputError` where it cannot be written."""
    tree: dict[str, Any] = {"numbering": profile.numbering}
    if profile.logo:
        tree["logo"] = profile.logo
    for name in _titles():
        title: Title = getattr(profile, name)
        said = {language: title.text(language) for language in _LANGUAGES if title.text(language)}
        if said:
            tree[name] = said
    write_text(path, toml_text(tree))


def _titles() -> tuple[str, ...]:
    return tuple(item.name for item in fields(AgencyProfile) if item.default is NOTHING)


def _profile(tree: Mapping[str, Any], path: Path) -> AgencyProfile:
    known = {*_titles(), "numbering", "logo"}
    unknown = next((name for name in tree if name not in known), None)
    if unknown is not None:
        raise SettingsError("agency.invalid", file=path.name, entry=unknown)
    values: dict[str, Any] = {
        name: _title(tree[name], name, path) for name in _titles() if name in tree
    }
    if "numbering" in tree:
        values["numbering"] = _text(tree["numbering"], "numbering", path)
        check_numbering(values["numbering"])
    if tree.get("logo"):
        values["logo"] = _logo(_text(tree["logo"], "logo", path), path)
    return AgencyProfile(**values)


def _title(value: object, name: str, path: Path) -> Title:
    """Return a title: a text for all languages, or one for some of them, French for the others."""
    if isinstance(value, str):
        return Title.plain(value)
    if not isinstance(value, Mapping) or not set(value) <= set(_LANGUAGES):
        raise SettingsError("agency.invalid", file=path.name, entry=name)
    said = {language: _text(value[language], name, path) for language in value}
    french = said.get("fr", "")
    return Title(french, said.get("ar", ""), said.get("en") or french)


def _text(value: object, name: str, path: Path) -> str:
    if not isinstance(value, str):
        raise SettingsError("agency.invalid", file=path.name, entry=name)
    return value.strip()


def _logo(value: str, path: Path) -> str:
    """Return a picture in base 64: the text itself, or that of the file it names."""
    picture = _picture_beside(path.parent / value) if len(value) < _LONGEST_NAME else None
    if picture is None:
        try:
            picture = base64.b64decode("".join(value.split()), validate=True)
        except (binascii.Error, ValueError) as error:
            raise SettingsError("agency.logo", file=path.name) from error
    if not picture.startswith(_PICTURES) or len(picture) > LARGEST_LOGO_BYTES:
        raise SettingsError("agency.logo", file=path.name)
    return base64.b64encode(picture).decode("ascii")


def _picture_beside(path: Path) -> bytes | None:
    try:
        return path.read_bytes()[: LARGEST_LOGO_BYTES + 1] if path.is_file() else None
    except OSError:
        return None
