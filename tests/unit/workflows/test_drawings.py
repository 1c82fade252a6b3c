"""A DWG is converted with a program that the person names, and read like any drawing."""

from __future__ import annotations

import os
import sys

import ezdxf
import pytest

from emadina_gis.errors import LayerReadError, OutputError
from emadina_gis.io.vector import read_layer
from emadina_gis.workflows.converting import ConvertRequest, convert
from emadina_gis.workflows.diagnosis import diagnose
from emadina_gis.workflows.drawings import convert_dwg, diagnose_converted, offered
from emadina_gis.workflows.intake import Intake

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the converter here is a script of POSIX")


@pytest.fixture
def program(tmp_path):
    made = tmp_path / "made.dxf"
    document = ezdxf.new("R2010")
    corners = [(294_000, 331_000), (294_020, 331_000), (294_020, 331_020)]
    document.modelspace().add_lwpolyline(corners, close=True, dxfattribs={"layer": "LOTS"})
    document.saveas(made)
    path = tmp_path / "dwg2dxf"
    path.write_text(
        f"#!{sys.executable}\nimport shutil, sys\nshutil.copy({str(made)!r}, sys.argv[3])\n"
    )
    path.chmod(0o755)
    return path


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "plan.dwg"
    path.write_bytes(b"AC1027" + b"\0" * 200)
    return path


def test_a_dwg_is_converted_to_any_format_on_consent_only(source, program, tmp_path):
    target = tmp_path / "plan.gpkg"
    with pytest.raises(LayerReadError):
        convert(ConvertRequest(source, target, assign_crs="EPSG:26191"))
    request = ConvertRequest(source, target, assign_crs="EPSG:26191", dwg_converter=program)
    problems = convert(request)
    assert "dxf.converted" in {problem.code for problem in problems}
    assert read_layer(target).table.strings("layer").tolist() == ["LOTS"]


def test_a_dwg_becomes_a_drawing_beside_it_and_is_left_as_it_was(source, program, tmp_path):
    before = source.read_bytes()
    made = convert_dwg(source, tmp_path / "plan.dxf", program)
    assert read_layer(made).table.row_count == 1
    assert source.read_bytes() == before
    with pytest.raises(OutputError):
        convert_dwg(source, source, program)
    with pytest.raises(LayerReadError):
        convert_dwg(tmp_path / "none.dwg", made, program)


def test_a_converter_is_offered_and_starts_only_when_it_is_chosen(source, program, monkeypatch):
    monkeypatch.setenv("PATH", str(program.parent))
    (failed,) = diagnose(source).candidates
    assert [converter.program for converter in offered(failed)] == [program]
    before = source.read_bytes()
    arrival = diagnose_converted(source, program)
    assert arrival.diagnosis.path == source
    (made,) = arrival.candidates
    assert (made.path, made.layer.source.path, made.row_count) == (source, str(source), 1)
    said = {problem.code: problem for problem in made.problems}
    assert said["dxf.converted"].params["converter"] == "LibreDWG dwg2dxf"
    assert not offered(made)
    assert (source.read_bytes(), [p.name for p in source.parent.glob("plan*")]) == (
        before,
        ["plan.dwg"],
    )


def test_what_was_converted_takes_the_place_of_what_could_not_be_read(source, program, monkeypatch):
    monkeypatch.setenv("PATH", str(program.parent))
    intake = Intake().with_arrival(diagnose(source))
    key = intake.candidates[0].key
    anew = intake.replaced(key, diagnose_converted(source, program))
    assert (len(anew.files), len(anew.candidates), anew.added) == (1, 1, ())
    assert anew.candidates[0].layer is not None
