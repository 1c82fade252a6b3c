"""Recent projects: the list in the settings, and what to do when one of them is gone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from emadina_gis.session.settings import Settings

LONGEST = 12


@dataclass(frozen=True)
class RecentProject:
    """A project of the list: its path and whether the file is there."""

    path: Path
    is_there: bool

    @property
    def name(self) -> str:
        """File name without its ending."""
        return self.path.stem

    @property
    def folder(self) -> str:
        """Folder of the file, shortened with ``~`` under the person's own."""
        home = Path.home()
        folder = self.path.parent
        return f"~/{folder.relative_to(home)}" if folder.is_relative_to(home) else str(folder)


def recent_projects(settings: Settings) -> tuple[RecentProject, ...]:
    """Return the list, the last opened first, each with whether it is still there."""
    return tuple(
        RecentProject(Path(text), _is_there(Path(text))) for text in settings.recent_projects
    )


def with_recent(settings: Settings, path: Path) -> Settings:
    """Return the settings with a project put first in the list."""
    text = str(path.absolute())
    others = [other for other in settings.recent_projects if other != text]
    changed = settings.with_value("recent_projects", (text, *others)[:LONGEST])
    return changed.with_value("last_folder", str(path.absolute().parent))


def without_recent(settings: Settings, path: Path) -> Settings:
    """Return the settings with a project taken off the list."""
    kept = tuple(other for other in settings.recent_projects if Path(other) != path)
    return settings.with_value("recent_projects", kept)


def without_missing(settings: Settings) -> Settings:
    """Return the settings without the projects whose file is gone."""
    kept = tuple(str(item.path) for item in recent_projects(settings) if item.is_there)
    return settings.with_value("recent_projects", kept)


def moved_to(path: Path, folders: Iterable[Path]) -> tuple[Path, ...]:
    """Return files of the same name where a missing project may have gone.

    Looked for in the given folders, in the folder above the old one and in its neighbours; no
    deeper, so that the answer is there at once.
    """
    above = path.parent.parent
    places = [*folders, above, *_subfolders(above)]
    found = [folder / path.name for folder in places if folder != path.parent]
    return tuple(dict.fromkeys(candidate for candidate in found if _is_there(candidate)))


def _subfolders(folder: Path) -> list[Path]:
    try:
        return sorted(child for child in folder.iterdir() if child.is_dir())
    except OSError:
        return []


def _is_there(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False
