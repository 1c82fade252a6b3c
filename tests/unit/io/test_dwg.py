"""DWG is recognised and refused with the way on; a converter runs only where it is asked for."""

from __future__ import annotations

import os
import sys
import time

import ezdxf
import pytest

from emadina_gis.errors import JobCancelled, LayerReadError, UsageError
from emadina_gis.io import dwg
from emadina_gis.io.vector import describe, read_layer
from emadina_gis.progress import NULL_CONTEXT, Context

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the converter here is a script of POSIX")


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "plan.dwg"
    path.write_bytes(b"AC1027\0\0\0\0\0\x09\x01" + b"\0" * 200)
    return path


@pytest.fixture
def program(tmp_path):
    """A program with the name and the arguments of dwg2dxf that writes a drawing made here."""
    made = tmp_path / "made.dxf"
    document = ezdxf.new("R2010")
    document.modelspace().add_lwpolyline([(0, 0), (9, 0), (9, 9)], close=True)
    document.saveas(made)

    def install(body: str = "") -> dwg.Converter:
        folder = tmp_path / "bin"
        folder.mkdir(exist_ok=True)
        path = folder / "dwg2dxf"
        written = body or f"import shutil; shutil.copy({str(made)!r}, sys.argv[3])"
        path.write_text(f"#!{sys.executable}\nimport sys, time\n{written}\n")
        path.chmod(0o755)
        return dwg.converter_at(path)

    return install


@pytest.mark.parametrize(
    ("head", "version"),
    [
        (b"AC1015\0\0", "AutoCAD 2000"),
        (b"AC1032\0\0\0\0\0\x03", "AutoCAD 2018"),
        (b"AC1099\0\0", "DWG AC1099"),
        (b"AC1.40\0\0", "AutoCAD 1.40"),
        (b"  0\nSECTION\n", ""),
        (b"AC1015 is what it says", ""),
    ],
)
def test_the_signature_says_the_version(head, version):
    assert dwg.version_of(head) == version


@pytest.mark.parametrize("name", ["plan.dwg", "plan.DXF", "plan.bak"])
def test_a_dwg_is_refused_whatever_its_name(source, monkeypatch, name):
    monkeypatch.setattr(dwg, "converters", tuple)
    path = source.rename(source.with_name(name))
    with pytest.raises(LayerReadError) as caught:
        describe(path)
    assert caught.value.code == "dwg.unsupported"
    assert caught.value.params["version"] == "AutoCAD 2013"


def test_a_converter_that_is_there_is_named_and_not_started(source, program, monkeypatch):
    converter = program("raise SystemExit('never')")
    monkeypatch.setenv("PATH", str(converter.program.parent))
    with pytest.raises(LayerReadError) as caught:
        read_layer(source)
    assert caught.value.code == "dwg.convertible"
    assert caught.value.params["converter"] == "LibreDWG dwg2dxf"


def test_a_drawing_converted_on_consent_says_who_made_it(source, program, tmp_path):
    target = tmp_path / "out.dxf"
    before = source.read_bytes()
    dwg.to_dxf(source, target, program(), NULL_CONTEXT)
    result = read_layer(target)
    said = {problem.code: problem for problem in result.problems}
    assert said["dxf.converted"].params["converter"] == "LibreDWG dwg2dxf"
    assert result.table.row_count == 1
    assert source.read_bytes() == before


def test_a_program_that_makes_nothing_fails_and_leaves_no_target(source, program, tmp_path):
    target = tmp_path / "out.dxf"
    with pytest.raises(LayerReadError) as caught:
        dwg.to_dxf(source, target, program("sys.exit(3)"), NULL_CONTEXT)
    assert caught.value.code == "dwg.failed"
    assert not target.exists()


def test_a_program_that_hangs_is_ended(source, program, tmp_path, monkeypatch):
    monkeypatch.setattr(dwg, "TIME_LIMIT_S", 0.3)
    started = time.monotonic()
    with pytest.raises(LayerReadError) as caught:
        dwg.to_dxf(source, tmp_path / "out.dxf", program("time.sleep(60)"), NULL_CONTEXT)
    assert caught.value.code == "dwg.too-slow"
    assert time.monotonic() - started < 10


def test_a_conversion_stops_when_asked(source, program, tmp_path):
    context = Context()
    context.cancel()
    with pytest.raises(JobCancelled):
        dwg.to_dxf(source, tmp_path / "out.dxf", program("time.sleep(60)"), context)


@pytest.mark.parametrize("name", ["rm", "dwg2dxf"])
def test_only_known_programs_are_converters(tmp_path, name):
    with pytest.raises(UsageError) as caught:
        dwg.converter_at(tmp_path / name)
    assert caught.value.code == "dwg.no-converter"
