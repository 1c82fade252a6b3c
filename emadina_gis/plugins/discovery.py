"""Where plugins are found and how they are let in; nothing of them is imported before consent.

Owns the search in installed packages (entry points) and in the person's plugin folder. A plugin
is off until the person allows plugins at all and this one by name; its fingerprint is shown first.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.metadata
import importlib.util
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from emadina_gis import paths
from emadina_gis.errors import EmadinaError, PluginError, Problem, Severity
from emadina_gis.plugins.manifest import FILE_NAME, Manifest, read_manifest
from emadina_gis.plugins.registry import Door, Registry

if TYPE_CHECKING:
    from emadina_gis.session.settings import Settings

ENTRY_POINT_GROUP = "emadina_gis.plugins"
_IMPORTED_AS = "emadina_plugin_"


class Origin(StrEnum):
    """Where a plugin comes from."""

    PACKAGE = "package"
    FOLDER = "folder"

    @property
    def title_key(self) -> str:
        """Key of its name in ``words``."""
        return f"plugins.origin.{self}"


@dataclass(frozen=True)
class FoundPlugin:
    """A plugin that is there, imported or not.

    Attributes
    ----------
    folder : Path
        Folder that holds ``emadina.toml``.
    fingerprint : str
        Hash of its files, shown before consent.
    """

    manifest: Manifest
    origin: Origin
    folder: Path
    fingerprint: str


@dataclass(frozen=True)
class Discovery:
    """The plugins found, and what was wrong with others."""

    plugins: tuple[FoundPlugin, ...]
    problems: tuple[Problem, ...]


def plugin_folder() -> Path:
    """Return (and create) the person's plugin folder."""
    folder = paths.user_config() / "plugins"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def discover(settings: Settings, folder: Path | None = None) -> Discovery:
    """Return the plugins that are there; none is looked for before the person allows it."""
    if not settings.plugins_allowed:
        return Discovery((), ())
    place = plugin_folder() if folder is None else folder
    found: dict[str, FoundPlugin] = {}
    problems: list[Problem] = []
    candidates = [*_in_packages(), *((path, Origin.FOLDER) for path in _in_folder(place))]
    for path, origin in candidates:
        try:
            plugin = _found(path, origin)
        except PluginError as error:
            problems.append(_problem(error, path.parent.name))
            continue
        if plugin.manifest.id in found:
            problems.append(Problem("plugin.twice", Severity.WARNING, plugin.manifest.id))
            continue
        found[plugin.manifest.id] = plugin
    return Discovery(tuple(found.values()), tuple(problems))


def is_enabled(plugin_id: str, settings: Settings) -> bool:
    """Whether the person allowed a plugin and it has not failed since."""
    wanted = plugin_id in settings.plugins_enabled and plugin_id not in settings.plugins_disabled
    return settings.plugins_allowed and wanted


def load_enabled(
    plugins: Iterable[FoundPlugin], settings: Settings, registry: Registry
) -> tuple[Problem, ...]:
    """Import the plugins that are enabled and let them register; return those that failed."""
    problems: list[Problem] = []
    for plugin in plugins:
        if not is_enabled(plugin.manifest.id, settings):
            continue
        try:
            load_plugin(plugin, registry)
        except EmadinaError as error:
            problems.append(_problem(error, plugin.manifest.id))
    return tuple(problems)


def load_plugin(plugin: FoundPlugin, registry: Registry) -> None:
    """Import a plugin and call its ``register(door)``.

    Raises
    ------
    PluginError
        ``plugin.failed``, ``plugin.no-register`` or ``plugin.taken``; it then has nothing
        registered.
    """
    owner = plugin.manifest.id
    try:
        module = registry.guarded(owner, lambda: _imported(plugin))
        register = _register_of(module, owner)
        registry.guarded(owner, lambda: register(Door(registry, owner)))
    except EmadinaError:
        registry.remove_owner(owner)
        raise


def _register_of(module: ModuleType, owner: str) -> Callable[[Door], Any]:
    register = getattr(module, "register", None)
    if not callable(register):
        raise PluginError("plugin.no-register", plugin=owner)
    return register  # type: ignore[no-any-return]  # a callable of foreign code


def _found(path: Path, origin: Origin) -> FoundPlugin:
    return FoundPlugin(read_manifest(path), origin, path.parent, _fingerprint(path.parent))


def _in_folder(place: Path) -> list[Path]:
    try:
        return sorted(place.glob(f"*/{FILE_NAME}"))
    except OSError:
        return []


def _in_packages() -> list[tuple[Path, Origin]]:
    found = []
    for entry in importlib.metadata.entry_points(group=ENTRY_POINT_GROUP):
        spec = importlib.util.find_spec(entry.module.partition(".")[0])
        places = [] if spec is None else list(spec.submodule_search_locations or ())
        path = Path(places[0]) / FILE_NAME if places else Path(entry.module) / FILE_NAME
        found.append((path, Origin.PACKAGE))
    return found


def _imported(plugin: FoundPlugin) -> ModuleType:
    if plugin.origin is Origin.PACKAGE:
        return importlib.import_module(plugin.manifest.module)
    return _imported_from(plugin.folder, plugin.manifest)


def _imported_from(folder: Path, manifest: Manifest) -> ModuleType:
    """Import a module of a folder under a name of its own, so that no other is hidden."""
    name = _IMPORTED_AS + manifest.id.replace("-", "_")
    path = folder.joinpath(*manifest.module.split("."))
    source = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    spec = importlib.util.spec_from_file_location(name, source)
    if spec is None or spec.loader is None:
        raise PluginError("plugin.no-module", plugin=manifest.id, module=manifest.module)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _fingerprint(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _problem(error: EmadinaError, where: str) -> Problem:
    return Problem(error.code, Severity.WARNING, where, params=error.params)
