"""Every hard file ends as its manifest wants, within time and memory, with its rows accounted for.

A table of it is written to the test's folder, and to EMADINA_CORPUS_TABLE where that names a file.
The rules that look deeper than "it was read" are chosen by what the manifest calls odd, never by
the name of a file.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.file_readers import (
    MB,
    MEMORY_LIMIT_BYTES,
    TIME_LIMIT_S,
    FileReaders,
    Outcome,
    unbalanced,
)

TABLE_VARIABLE = "EMADINA_CORPUS_TABLE"
_READ = {"read", "partial"}


@dataclass(frozen=True)
class Case:
    """A row of the manifest with what the program made of the file."""

    want: str
    odd: str
    expected: str
    outcome: Outcome

    @property
    def name(self) -> str:
        """Path within the corpus."""
        return self.outcome.path.name


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> list[Case]:
    folder = _corpus()
    with (folder / "MANIFEST.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    paths = {folder / row["path"]: row for row in rows}
    with FileReaders(tmp_path_factory.mktemp("readers")) as readers:
        outcomes = {one.path: one for one in readers.inspect(paths)}
    found = [
        Case(row["want"], row["odd"], row["expected"], outcomes[path])
        for path, row in paths.items()
    ]
    _write_table(found, folder, tmp_path_factory.getbasetemp() / "hard_files.md")
    return found


def _corpus() -> Path:
    named = os.environ.get("EMADINA_SAMPLE_DATA")
    beside = Path(__file__).resolve().parents[3] / "shared" / "data"
    folder = (Path(named) if named else beside) / "hard"
    if not (folder / "MANIFEST.csv").is_file():
        pytest.skip("no corpus of hard files: set EMADINA_SAMPLE_DATA to the folder that holds it")
    return folder


def _write_table(cases: list[Case], folder: Path, path: Path) -> None:
    lines = [
        "| file | odd | wanted | ended | rows | CRS | encoding | problems | s | MB |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for case in cases:
        one = case.outcome
        rows = "; ".join(f"{layer['features']}/{layer['declared']}" for layer in one.layers[:3])
        systems = "; ".join(
            f"{layer['crs']['id'] or '?'} {layer['crs']['source']} {layer['crs']['confidence']}"
            for layer in one.layers[:2]
        )
        texts = "; ".join(
            f"{layer['encoding']['name']} {layer['encoding']['confidence']}"
            for layer in one.layers[:2]
        )
        cells = [
            str(one.path.relative_to(folder)),
            case.odd,
            case.want,
            one.failure or _ended(one),
            rows,
            systems,
            texts,
            " ".join(sorted(one.codes)),
            f"{one.seconds:.1f}",
            f"{one.peak_mb:.0f}",
        ]
        lines.append("| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |")
    text = "\n".join(lines) + "\n"
    path.write_text(text, encoding="utf-8")
    if os.environ.get(TABLE_VARIABLE):
        Path(os.environ[TABLE_VARIABLE]).write_text(text, encoding="utf-8")


def _ended(outcome: Outcome) -> str:
    if not outcome.readable:
        return "refused"
    return "partial" if outcome.problems else "read"


def _wrong(cases: list[Case], rule: Callable[[Case], object]) -> list[str]:
    return [f"{case.outcome.path}: {case.expected}" for case in cases if not rule(case)]


def _about(cases: list[Case], pattern: str) -> list[Case]:
    found = [case for case in cases if re.search(pattern, case.odd, re.IGNORECASE)]
    assert found, pattern
    return found


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_nothing_crashes_hangs_or_grows(cases: list[Case]) -> None:
    failed = [f"{c.outcome.path}: {c.outcome.failure}" for c in cases if c.outcome.failure]
    assert not failed
    assert max(case.outcome.seconds for case in cases) < TIME_LIMIT_S
    assert max(case.outcome.peak_mb for case in cases) * MB < MEMORY_LIMIT_BYTES


@pytest.mark.slow
def test_nothing_is_printed(cases: list[Case]) -> None:
    assert not [f"{c.name}: {c.outcome.printed[:200]}" for c in cases if c.outcome.printed]


@pytest.mark.slow
def test_every_file_ends_as_wanted(cases: list[Case]) -> None:
    rules: dict[str, Callable[[Case], bool]] = {
        "read": lambda case: case.outcome.readable,
        "partial": lambda case: case.outcome.readable and bool(case.outcome.problems),
        "refuse": lambda case: not case.outcome.readable and bool(case.outcome.codes),
        "either": lambda case: case.outcome.readable or bool(case.outcome.codes),
    }
    assert not _wrong(cases, lambda case: rules[case.want](case))


@pytest.mark.slow
def test_rows_read_and_rows_told_are_the_rows_declared(cases: list[Case]) -> None:
    assert not [line for case in cases for line in unbalanced(case.outcome)]


@pytest.mark.slow
def test_every_problem_has_its_sentence(cases: list[Case]) -> None:
    short = [
        f"{case.name}: {problem['code']}"
        for case in cases
        for problem in case.outcome.problems
        if len(problem["message"]) < 20 or problem["severity"] not in {"info", "warning", "error"}
    ]
    assert not short


def _layer_encodings(case: Case) -> set[str]:
    return {layer["encoding"]["name"] for layer in case.outcome.layers}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("odd", "name"),
    [
        (r"^(?!.*csv).*windows-1256", "cp1256"),
        (r"cp1256 declared", "cp1256"),
        (r"accents, cp1252", "cp1252"),
        (r"utf-8 dbf", "UTF-8"),
        (r"utf-8 arabic cut", "UTF-8"),
        (r"windows-1256 csv", "cp1256"),
    ],
)
def test_encodings_are_found(cases: list[Case], odd: str, name: str) -> None:
    assert not _wrong(_about(cases, odd), lambda case: _layer_encodings(case) == {name})


@pytest.mark.slow
def test_a_wrong_declaration_of_an_encoding_is_told(cases: list[Case]) -> None:
    found = _about(cases, r"but \.?cpg")
    assert not _wrong(found, lambda case: "encoding.contradicted" in case.outcome.codes)


@pytest.mark.slow
def test_a_guess_from_a_few_bytes_is_unsure(cases: list[Case]) -> None:
    for case in cases:
        for layer in case.outcome.layers:
            if layer["encoding"]["confidence"] < 0.75:
                assert any(p["code"].startswith("encoding.") for p in layer["problems"]), case.name


@pytest.mark.slow
@pytest.mark.parametrize(
    ("odd", "code"),
    [
        (r"says WGS84 but coordinates are metres", "crs.metres-in-degrees"),
        (r"^\.prj missing|no \.prj|empty \.prj", "crs.missing"),
        (r"unusable \.prj", "crs.unusable"),
        (r"latitude and longitude swapped", "crs.axes-swapped"),
        (r"^\.dbf missing", "shapefile.no-attributes"),
        (r"^\.shp cut", "layer.truncated"),
        (r"^\.dbf cut", "shapefile.attributes-cut"),
        (r"fewer rows than shp", "shapefile.counts-differ"),
        (r"no feature", "layer.empty"),
        (r"null geometry between", "geometry.missing"),
        (r"^\.ID index missing|^\.MAP geometry missing", "mapinfo.geometry-lost"),
    ],
)
def test_what_is_odd_is_told(cases: list[Case], odd: str, code: str) -> None:
    readable = [case for case in _about(cases, odd) if case.outcome.readable]
    assert not _wrong(readable, lambda case: code in case.outcome.codes)


@pytest.mark.slow
def test_what_lies_in_casablanca_without_a_system_is_guessed_and_not_certain(
    cases: list[Case],
) -> None:
    found = [case for case in _about(cases, r"\.prj") if "Merchich" in case.expected]
    for case in found:
        (layer,) = case.outcome.layers
        assert (layer["crs"]["id"], layer["crs"]["source"]) == ("EPSG:26191", "guessed")
        assert 0.5 < layer["crs"]["confidence"] < 0.9


@pytest.mark.slow
def test_declared_systems_are_kept(cases: list[Case]) -> None:
    for case in _about(cases, r"(same layer in|crs member) EPSG:\d+"):
        code = re.search(r"EPSG:\d+", case.odd)
        assert code is not None
        crs = case.outcome.layers[0]["crs"]
        assert (crs["id"], crs["source"]) == (code.group(), "declared"), case.name
        assert crs["confidence"] >= 0.9


@pytest.mark.slow
def test_a_file_that_holds_several_layers_lists_them(cases: list[Case]) -> None:
    found = [
        case for case in cases if "list layers" in case.expected or "list and" in case.expected
    ]
    several = [c for c in found if re.search(r"several (shapefiles|layers)|\d layers|many", c.odd)]
    assert several
    assert not _wrong(several, lambda case: len(case.outcome.layers) > 1)


@pytest.mark.slow
def test_what_is_in_coordinates_of_its_own_has_no_confident_guess(cases: list[Case]) -> None:
    local = [
        layer["crs"]
        for case in cases
        for layer in case.outcome.layers
        if {"dxf.local", "crs.local"} & {problem["code"] for problem in layer["problems"]}
    ]
    assert local
    assert not [crs for crs in local if crs["source"] == "guessed" and crs["confidence"] > 0.3]
