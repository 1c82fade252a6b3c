"""``emadina.toml``: what a plugin says of itself, read without importing anything of it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emadina_gis.domain.layer import Title
from emadina_gis.errors import PluginError

FILE_NAME = "emadina.toml"
API_VERSION = 1
LARGEST_BYTES = 100_000
_ID = re.compile(r"[a-z][a-z0-9-]{1,39}")
_MODULE = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")


@dataclass(frozen=True)
class Manifest:
    """What a plugin says of itself.

    Attributes
    ----------
    id : str
        Lower-case letters, digits and hyphens; the owner of what it registers.
    module : str
        Module whose ``register(door)`` is called once the person allows it.
    api : int
        Version of this door it was written for.
    """

    id: str
    title: Title
    version: str
    author: str
    module: str
    api: int
    licence: str = ""
    homepage: str = ""


def read_manifest(path: Path) -> Manifest:
    """Return the manifest of a file.

    Raises
    ------
    PluginError
        ``plugin.manifest`` naming the file and the key at fault, or ``plugin.api``.
    """
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise PluginError("plugin.manifest", file=path.name, key="")
        tree = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PluginError("plugin.manifest", file=path.name, key="") from error
    return manifest_of(tree.get("plugin"), path.name)


def manifest_of(tree: object, file: str = FILE_NAME) -> Manifest:
    """Return the manifest of a ``[plugin]`` table; raises `PluginError` as `read_manifest`."""
    if not isinstance(tree, Mapping):
        raise PluginError("plugin.manifest", file=file, key="plugin")
    api = tree.get("api")
    if type(api) is not int or api < 1:
        raise PluginError("plugin.manifest", file=file, key="api")
    if api > API_VERSION:
        raise PluginError(
            "plugin.api", plugin=str(tree.get("id", file)), wanted=api, ours=API_VERSION
        )
    return Manifest(
        id=_matching(tree, "id", _ID, file),
        title=_title(tree.get("title"), file),
        version=_text(tree, "version", file),
        author=_text(tree, "author", file),
        module=_matching(tree, "module", _MODULE, file),
        api=api,
        licence=_text(tree, "licence", file, needed=False),
        homepage=_text(tree, "homepage", file, needed=False),
    )


def _text(tree: Mapping[str, Any], key: str, file: str, *, needed: bool = True) -> str:
    value = tree.get(key, "")
    if not isinstance(value, str) or (needed and not value.strip()):
        raise PluginError("plugin.manifest", file=file, key=key)
    return value.strip()


def _matching(tree: Mapping[str, Any], key: str, pattern: re.Pattern[str], file: str) -> str:
    value = _text(tree, key, file)
    if not pattern.fullmatch(value):
        raise PluginError("plugin.manifest", file=file, key=key)
    return value


def _title(value: object, file: str) -> Title:
    if isinstance(value, str) and value.strip():
        return Title.plain(value.strip())
    if isinstance(value, Mapping) and all(
        isinstance(value.get(language), str) and value[language] for language in ("fr", "ar", "en")
    ):
        return Title(value["fr"], value["ar"], value["en"])
    raise PluginError("plugin.manifest", file=file, key="title")
