"""``Settings``: what the person prefers, as data, in one TOML file written atomically.

Owns defaults, validation and the file; labels and explanations are in ``words`` under
``settings.<name>``. A file that cannot be read gives defaults, a backup and a `Problem`; keys that
this version does not know are kept. Must not know widgets.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, field, fields, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from emadina_gis import paths
from emadina_gis.domain.toml_text import toml_text
from emadina_gis.errors import OutputError, Problem, SettingsError, Severity
from emadina_gis.io.atomic import write_text
from emadina_gis.session.free_name import free_name
from emadina_gis.words import LANGUAGES, system_language

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

SCHEMA_VERSION = 1
FILE_NAME = "settings.toml"
LANGUAGE_CHOICES = ("", *LANGUAGES)
THEMES = ("system", "light", "dark", "contrast_light", "contrast_dark")
MOTIONS = ("system", "full", "reduced")
AREA_UNITS = ("m2", "ha", "ha_a_ca")
DRAWING = ("auto", "opengl", "painter")
TEXT_SCALES = (0.9, 1.0, 1.15, 1.3, 1.5, 1.75, 2.0)
SMALLEST_TEXT, LARGEST_TEXT = 0.5, 3.0
MB = 1_000_000
_VERSION_KEY = "schema_version"


def _one_of(*choices: str) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and value in choices


def _whole(low: int, high: int) -> Callable[[Any], bool]:
    return lambda value: type(value) is int and low <= value <= high


def _is_scale(value: Any) -> bool:
    return type(value) in (int, float) and SMALLEST_TEXT <= value <= LARGEST_TEXT


def _is_texts(value: Any) -> bool:
    return isinstance(value, tuple) and all(isinstance(item, str) for item in value)


def _setting(default: Any, check: Callable[[Any], bool], *, choices: tuple[str, ...] = ()) -> Any:
    return field(default=default, metadata={"check": check, "choices": choices})


@dataclass(frozen=True)
class Settings:
    """Preferences of one person on one machine.

    Attributes
    ----------
    language : str
        ``fr``, ``ar`` or ``en``; empty follows the system, and French where that is another.
    theme : str
        One of `THEMES`; ``system`` follows its colours and its wish for contrast.
    motion : str
        ``full``, ``reduced`` (nothing glides), or as the ``system`` says.
    shortcuts : tuple of str
        Keys the person chose, ``action=Ctrl+X;Ctrl+Y``, see `session.shortcuts`.
    text_scale : float
        Factor on all text sizes, 1 by default.
    area_unit : str
        How areas of land are shown: m², hectares, or hectares-ares-centiares as on land titles.
    cache_mb, undo_mb : int
        Limits of the disk cache and of the memory that undo holds, in megabytes.
    drawing : str
        ``auto``, ``opengl`` or ``painter`` (machines whose graphics driver fails).
    network_allowed : bool
        Nothing goes to the network without it.
    plugins_allowed : bool
        Plugins are neither looked for nor imported without it.
    plugins_enabled, plugins_disabled : tuple of str
        Plugin ids that the person switched on; ids that were disabled after an error.
    recent_projects : tuple of str
        Paths, the last opened first.
    last_folder : str
        Where the next file dialog opens.
    window : str
        Geometry of the main window, as Qt wrote it (base64).
    """

    language: str = _setting("", _one_of(*LANGUAGE_CHOICES), choices=LANGUAGE_CHOICES)
    theme: str = _setting("system", _one_of(*THEMES), choices=THEMES)
    motion: str = _setting("system", _one_of(*MOTIONS), choices=MOTIONS)
    shortcuts: tuple[str, ...] = _setting((), _is_texts)
    text_scale: float = _setting(1.0, _is_scale)
    area_unit: str = _setting("m2", _one_of(*AREA_UNITS), choices=AREA_UNITS)
    cache_mb: int = _setting(2_000, _whole(50, 100_000))
    undo_mb: int = _setting(1_000, _whole(50, 100_000))
    drawing: str = _setting("auto", _one_of(*DRAWING), choices=DRAWING)
    network_allowed: bool = _setting(False, lambda value: isinstance(value, bool))
    plugins_allowed: bool = _setting(False, lambda value: isinstance(value, bool))
    plugins_enabled: tuple[str, ...] = _setting((), _is_texts)
    plugins_disabled: tuple[str, ...] = _setting((), _is_texts)
    recent_projects: tuple[str, ...] = _setting((), _is_texts)
    last_folder: str = _setting("", lambda value: isinstance(value, str))
    window: str = _setting("", lambda value: isinstance(value, str))
    unknown: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    def __hash__(self) -> int:
        return hash(tuple(getattr(self, name) for name in setting_names()))

    @property
    def shown_language(self) -> str:
        """The language to speak: the chosen one, else the system's, else French."""
        return self.language or system_language()

    def with_value(self, name: str, value: object) -> Settings:
        """Return the settings with one value changed.

        Raises
        ------
        SettingsError
            With code ``settings.invalid`` where the value is not allowed.
        """
        if name not in setting_names() or not is_valid(name, value):
            raise SettingsError("settings.invalid", key=name, value=str(value))
        changes: dict[str, Any] = {name: value}
        return replace(self, **changes)


@dataclass(frozen=True)
class LoadedSettings:
    """Settings and what was found while reading them."""

    settings: Settings
    problems: tuple[Problem, ...] = ()


def setting_names() -> tuple[str, ...]:
    """Return the names of all settings, in the order of the dialog."""
    return tuple(item.name for item in fields(Settings) if item.name != "unknown")


def choices_of(name: str) -> tuple[str, ...]:
    """Return the values a setting may take; empty where it is no choice."""
    return tuple(Settings.__dataclass_fields__[name].metadata["choices"])


def is_valid(name: str, value: object) -> bool:
    """Whether a setting may take a value."""
    return bool(Settings.__dataclass_fields__[name].metadata["check"](value))


def settings_path() -> Path:
    """Return where the settings are kept."""
    return paths.user_config() / FILE_NAME


def load_settings(path: Path | None = None) -> LoadedSettings:
    """Return the person's settings; never fails, says what it could not use."""
    source = settings_path() if path is None else path
    try:
        tree = tomllib.loads(source.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return LoadedSettings(Settings())
    except OSError as error:
        return LoadedSettings(Settings(), (_problem("settings.unreadable", source, error),))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return LoadedSettings(Settings(), (_set_aside(source),))
    return _from_tree(_migrated(tree))


def _migrated(tree: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the tree with the size of text as a setting: it was in the window's memory once."""
    try:
        memory = json.loads(str(tree.get("window") or "{}"))
    except json.JSONDecodeError:
        return tree
    if not isinstance(memory, dict) or "text_scale" not in memory:
        return tree
    scale = memory.pop("text_scale")
    moved = {"text_scale": float(scale)} if _is_scale(scale) and "text_scale" not in tree else {}
    return {**tree, **moved, "window": json.dumps(memory, sort_keys=True)}


def save_settings(settings: Settings, path: Path | None = None) -> None:
    """Write the settings; the old file stays where that fails.

    Raises
    ------
    SettingsError
        With code ``settings.unwritable``.
    """
    target = settings_path() if path is None else path
    try:
        write_text(target, toml_text(_tree(settings)))
    except OutputError as error:
        reason = str(error.params.get("detail", ""))
        raise SettingsError("settings.unwritable", file=target.name, reason=reason) from error


def _tree(settings: Settings) -> dict[str, Any]:
    known = {name: getattr(settings, name) for name in setting_names()}
    version = max(SCHEMA_VERSION, int(settings.unknown.get(_VERSION_KEY, 0)))
    return {_VERSION_KEY: version, **known} | {
        key: value for key, value in settings.unknown.items() if key != _VERSION_KEY
    }


def _from_tree(tree: Mapping[str, Any]) -> LoadedSettings:
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for name in setting_names():
        if name not in tree:
            continue
        value = tuple(tree[name]) if isinstance(tree[name], list) else tree[name]
        if is_valid(name, value):
            values[name] = value
        else:
            problems.append(Problem("settings.invalid", Severity.WARNING, name))
    unknown = {key: value for key, value in tree.items() if key not in setting_names()}
    if not isinstance(unknown.get(_VERSION_KEY, 0), int):
        del unknown[_VERSION_KEY]
    settings = Settings(**values, unknown=MappingProxyType(unknown))
    return LoadedSettings(settings, tuple(problems))


def _set_aside(source: Path) -> Problem:
    """Keep a damaged file beside the new one, for the person to look at."""
    backup = free_name(source.with_name(f"{source.stem}-damaged{source.suffix}"))
    try:
        source.replace(backup)
    except OSError as error:
        return _problem("settings.unreadable", source, error)
    params = {"file": source.name, "backup": backup.name}
    return Problem("settings.damaged", Severity.WARNING, source.name, params=params)


def _problem(code: str, source: Path, error: OSError) -> Problem:
    params = {"file": source.name, "reason": _reason(error)}
    return Problem(code, Severity.WARNING, source.name, params=params)


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__
