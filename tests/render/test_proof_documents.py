"""Whole documents read back: notes and atlases pass the checker, and are the same bytes again."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from emadina_gis.domain.layer import Diffusion
from emadina_gis.domain.schema import Role
from emadina_gis.domain.style import LabelStyle
from emadina_gis.regulation import load_document
from emadina_gis.render.derived import DerivedCache
from emadina_gis.render.scene import build_scene
from emadina_gis.report.atlas import atlas_pages
from emadina_gis.report.atlas_write import AtlasJob, write_atlas
from emadina_gis.report.note import NoteBasis, land_of_titles, make_note
from emadina_gis.report.note_blocks import texts_of
from emadina_gis.report.note_content import note_part
from emadina_gis.report.note_writing import write_note, write_note_parts
from emadina_gis.report.proof import proof
from emadina_gis.report.sheet import write_sheet, write_sheets
from emadina_gis.report.web import WebContent, write_web
from emadina_gis.simulation import capacity
from emadina_gis.words import load_words
from tests.render.sheets import DATE, sheet_of, small_project
from tests.unit.report.conftest import inputs_of

ROOT = Path(__file__).resolve().parents[2]
OWNER = "Fatima Zohra Bennani"


@pytest.fixture(autouse=True)
def fonts(shipped_fonts):
    """Load the shipped fonts before anything is measured."""


@pytest.fixture
def project():
    return with_owners(small_project())


def with_owners(project):
    """Return the project with names of persons, even as labels, that no page may show."""
    layer = project.parcels
    table = layer.table.with_column("owner", [OWNER] * layer.table.row_count)
    schema = layer.schema.with_role(Role.OWNER, "owner")
    style = replace(layer.style, label=LabelStyle("owner"))
    return project.with_layer(replace(layer, table=table, schema=schema, style=style))


def note_of(project, words, titles=("T.18400/C", "T.18410/C", "T.1/Z")):
    document = load_document("ain-chock-2025")
    outcome = capacity(inputs_of(project.parcels.table, document), document)
    lands, missing = land_of_titles(project, titles)
    basis = NoteBasis(build_scene(project, cache=DerivedCache()), DATE, document, outcome)
    return make_note(project, lands, basis, words, missing=missing)


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_a_note_passes_with_all_its_texts(tmp_path, project, language):
    words = load_words(language)
    part = note_part(note_of(project, words), words)
    path = tmp_path / "note.pdf"
    write_note_parts([part], path)
    assert proof(path, (), words, texts=texts_of(part.blocks), private=[OWNER]) == ()


def test_a_note_in_two_languages_passes(tmp_path, project):
    parts = [note_part(note_of(project, w), w) for w in map(load_words, ("fr", "ar"))]
    path = tmp_path / "note.pdf"
    write_note_parts(parts, path)
    assert proof(path, (), load_words("fr"), private=[OWNER]) == ()


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_an_atlas_passes_page_by_page(tmp_path, project, language):
    words = load_words(language)
    layer = project.vector_layer("streets")
    pages = atlas_pages(sheet_of(project, scale=500), layer, project, words)
    path = tmp_path / "atlas.pdf"
    write_atlas(AtlasJob(pages, layer.title), path, words)
    assert proof(path, (), words, private=[OWNER]) == ()


def test_sheets_of_several_pages_pass_each_with_its_plan(tmp_path, project):
    words = load_words("ar")
    contents = (sheet_of(project, scale=500), sheet_of(project, scale=2000))
    path = tmp_path / "sheets.pdf"
    written = write_sheets(contents, path, words, title=project.title)
    assert proof(path, written.pages, words, private=[OWNER]) == ()
    exchanged = written.pages[::-1]
    assert {p.code for p in proof(path, exchanged, words)} >= {"proof.text-missing"}


def _write_all(folder: Path) -> None:
    """Write a document of each kind."""
    from emadina_gis.render.plan_signs import black_and_white

    project = small_project()
    for language in ("fr", "ar"):
        words = load_words(language)
        sheet = sheet_of(project, scale=500)
        write_sheet(sheet, folder / f"sheet-{language}.pdf", words)
        signs = replace(sheet, scene=black_and_white(sheet.scene, words, 0.13))
        write_sheet(signs, folder / f"signs-{language}.pdf", words)
        note = note_of(project, words)
        write_note(note, folder / f"note-{language}.pdf", words)
        write_note(note, folder / f"note-{language}.docx", words)
        layer = project.vector_layer("streets")
        pages = atlas_pages(sheet, layer, project, words)
        write_atlas(AtlasJob(pages, layer.title), folder / f"atlas-{language}.pdf", words)
    public = tuple(replace(layer, diffusion=Diffusion.PUBLIC) for layer in project.layers)
    scene = build_scene(replace(project, layers=public), cache=DerivedCache())
    content = WebContent(scene, project.title, DATE)
    write_web(content, folder / "web", load_words("fr"))


def _digests(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def test_two_processes_write_the_same_bytes(tmp_path):
    """Neither a clock, nor the order of sets, nor what was drawn before decides a byte."""
    found = []
    for seed in ("1", "2"):
        folder = tmp_path / seed
        folder.mkdir()
        environment = {**os.environ, "PYTHONHASHSEED": seed, "QT_QPA_PLATFORM": "offscreen"}
        subprocess.run(
            [sys.executable, "-m", "tests.render.test_proof_documents", str(folder)],
            check=True,
            cwd=ROOT,
            env=environment,
        )
        found.append(_digests(folder))
        time.sleep(1.1)
    assert len(found[0]) > 10
    assert json.dumps(found[0], indent=1) == json.dumps(found[1], indent=1)


if __name__ == "__main__":
    _write_all(Path(sys.argv[1]))
