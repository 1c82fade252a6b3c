"""Recent projects: order, length, and those that are gone."""

from __future__ import annotations

from pathlib import Path

from emadina_gis.session.recent import (
    LONGEST,
    moved_to,
    recent_projects,
    with_recent,
    without_missing,
    without_recent,
)
from emadina_gis.session.settings import Settings


def test_the_last_opened_is_first_and_stands_once(tmp_path):
    settings = Settings()
    for name in ("a", "b", "a"):
        settings = with_recent(settings, tmp_path / f"{name}.emadina")
    assert [item.name for item in recent_projects(settings)] == ["a", "b"]
    assert settings.last_folder == str(tmp_path)
    for number in range(30):
        settings = with_recent(settings, tmp_path / f"{number}.emadina")
    assert len(settings.recent_projects) == LONGEST


def test_missing_files_are_told_and_can_be_taken_off(tmp_path):
    there, gone = tmp_path / "there.emadina", tmp_path / "gone.emadina"
    there.write_bytes(b"x")
    settings = with_recent(with_recent(Settings(), there), gone)
    assert [item.is_there for item in recent_projects(settings)] == [False, True]
    assert without_missing(settings).recent_projects == (str(there),)
    assert without_recent(settings, there).recent_projects == (str(gone),)


def test_a_moved_project_is_looked_for_nearby(tmp_path):
    gone = tmp_path / "old" / "plan.emadina"
    places = [tmp_path / "new", tmp_path / "elsewhere"]
    for place in places:
        place.mkdir()
        (place / "plan.emadina").write_bytes(b"x")
    assert moved_to(gone, []) == (places[1] / "plan.emadina", places[0] / "plan.emadina")
    assert moved_to(gone, [places[0]])[0] == places[0] / "plan.emadina"
    assert moved_to(Path("/nowhere/at/all/x.emadina"), []) == ()


def test_folders_are_shortened_at_home(monkeypatch, tmp_path):
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    settings = with_recent(Settings(), tmp_path / "plans" / "a.emadina")
    assert recent_projects(settings)[0].folder == "~/plans"


def test_a_strange_path_is_not_there():
    settings = Settings(recent_projects=("bad\0name",))
    assert not recent_projects(settings)[0].is_there
