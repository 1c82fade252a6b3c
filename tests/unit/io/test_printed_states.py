"""The code on a sheet and the state behind it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emadina_gis.domain.crs import Crs
from emadina_gis.domain.layer import VectorLayer
from emadina_gis.domain.table import FeatureTable
from emadina_gis.domain.title import Title
from emadina_gis.errors import OutputError, ProjectFileError
from emadina_gis.io.printed_states import (
    PrintedStates,
    file_of_state,
    read_code,
    state_code,
)
from emadina_gis.io.project_file import load_project, save_project
from emadina_gis.project import Project


def _project(name: str = "Maârif", values: tuple[float, ...] = (1.0, 2.0)) -> Project:
    table = FeatureTable.from_columns({"a": np.array(values)})
    layer = VectorLayer("plots", Title.plain("Parcelles"), table)
    return Project("p1", Title.plain(name), Crs("EPSG:26191"), (layer,))


@pytest.fixture
def states(tmp_path: Path) -> PrintedStates:
    return PrintedStates(tmp_path / "state" / "printed.sqlite")


def test_a_state_is_found_again_as_it_was(states: PrintedStates) -> None:
    project = _project()
    code = state_code(project)
    assert states.keep(project, code)
    found = states.find(code)
    assert found is not None
    assert found.title == project.title
    assert found.vector_layers[0].table.column("a").value(1) == 2.0
    assert state_code(found) == code


def test_the_code_changes_with_any_value_and_not_with_the_place(tmp_path: Path) -> None:
    project = _project()
    code = state_code(project)
    assert code == state_code(_project())
    assert code != state_code(_project(values=(1.0, 2.0000001)))
    assert code != state_code(replace(project, title=Title.plain("Anfa")))
    for folder in ("one", "two"):
        path = tmp_path / folder / "p.emadina"
        path.parent.mkdir()
        save_project(project, path)
        assert state_code(load_project(path)[0]) == code


def test_project_files_name_their_state(tmp_path: Path) -> None:
    old, new = _project(), _project(values=(3.0,))
    kept, changed, broken = (tmp_path / f"{name}.emadina" for name in ("kept", "new", "broken"))
    save_project(old, kept)
    save_project(new, changed)
    broken.write_bytes(b"no project")
    everywhere = [tmp_path / "gone.emadina", broken, changed, kept]
    assert file_of_state(state_code(old), everywhere) == kept
    assert file_of_state("0000-0000", everywhere) is None


def test_a_state_is_kept_once_and_shares_its_parts(states: PrintedStates) -> None:
    first = _project(values=tuple(range(5000)))
    second = replace(first, title=Title.plain("Anfa"))
    for project in (first, second, first):
        states.keep(project, state_code(project))
    size = states.path.stat().st_size
    assert size < 250_000
    assert states.find(state_code(first)) is not None
    assert states.find(state_code(second)) is not None


def test_the_oldest_states_go_first(tmp_path: Path) -> None:
    states = PrintedStates(tmp_path / "printed.sqlite", limit_bytes=20_000)
    rng = np.random.default_rng(1)
    projects = [_project(values=tuple(rng.random(1000))) for _ in range(5)]
    kept = [states.keep(project, state_code(project)) for project in projects]
    assert all(kept)
    assert states.find(state_code(projects[0])) is None
    assert states.find(state_code(projects[-1])) is not None


def test_a_project_above_the_limit_is_not_kept(tmp_path: Path) -> None:
    states = PrintedStates(tmp_path / "printed.sqlite", limit_bytes=10)
    project = _project(values=tuple(np.random.default_rng(1).random(1000)))
    assert not states.keep(project, state_code(project))
    assert states.find(state_code(project)) is None


def test_a_damaged_store_is_told(states: PrintedStates) -> None:
    states.path.parent.mkdir(parents=True)
    states.path.write_bytes(b"not a database at all, but long enough to have a header")
    with pytest.raises(ProjectFileError):
        states.find("0000-0000")
    with pytest.raises(OutputError):
        states.keep(_project(), "0000-0000")


@pytest.mark.parametrize("typed", ["K7F3-92QD", "k7f3 92qd", " k7f3‑92qd ", "K7F392QD"])
def test_a_code_is_read_as_people_type_it(typed: str) -> None:
    assert read_code(typed) == "K7F3-92QD"


def test_mistaken_letters_are_read_as_digits() -> None:
    assert read_code("oil0-1234") == "0110-1234"


@pytest.mark.parametrize("typed", ["", "K7F3", "K7F3-92QDX", "T.3875/C", "مرحبا"])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert read_code(typed) == ""


@given(st.lists(st.floats(allow_nan=False), min_size=1, max_size=5))
def test_every_code_can_be_typed(values: list[float]) -> None:
    code = state_code(_project(values=tuple(values)))
    assert read_code(code.lower()) == code
