"""Where things are: shipped resources and layers, and the person's own folders.

The only module that knows the difference between a checkout, an installed wheel and a frozen app.
"""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path

import platformdirs

APP_NAME = "emadina-gis"
HOME_VARIABLE = "EMADINA_HOME"


@cache
def _shipped(folder: str) -> Path:
    package = Path(__file__).resolve().parent
    bundle = getattr(sys, "_MEIPASS", None)
    candidates = [package.parent / folder, package / "_shipped" / folder]
    if bundle is not None:
        candidates.insert(0, Path(bundle) / folder)
    return next((path for path in candidates if path.is_dir()), candidates[0])


def resources() -> Path:
    """Return the folder of icons, fonts, words, regulation, guide and web assets."""
    return _shipped("resources")


def layers() -> Path:
    """Return the folder of the bundled demo region."""
    return _shipped("layers")


def _personal(kind: str, fallback: str) -> Path:
    home = os.environ.get(HOME_VARIABLE)
    path = Path(home) / kind if home else Path(fallback)
    path.mkdir(parents=True, exist_ok=True)
    return path


def user_config() -> Path:
    """Return (and create) the folder of settings and profiles."""
    return _personal("config", platformdirs.user_config_dir(APP_NAME, appauthor=False))


def user_state() -> Path:
    """Return (and create) the folder of working copies, logs and reports."""
    return _personal("state", platformdirs.user_state_dir(APP_NAME, appauthor=False))


def user_cache() -> Path:
    """Return (and create) the folder of what can be made again."""
    return _personal("cache", platformdirs.user_cache_dir(APP_NAME, appauthor=False))
