"""An atlas as files: its manifest, one file per page, going on after an interruption, bytes."""

from __future__ import annotations

import datetime as dt
import hashlib
import json

import pikepdf
import pytest

from emadina_gis.domain.title import Title
from emadina_gis.errors import EmptyInput, JobCancelled, OutputError
from emadina_gis.progress import Context, phase_params
from emadina_gis.project.layouts import Layout
from emadina_gis.render.derived import DerivedCache
from emadina_gis.render.scene import build_scene
from emadina_gis.report import atlas_parts, atlas_write
from emadina_gis.report.atlas import AtlasChoice, atlas_pages
from emadina_gis.report.atlas_manifest import check_atlas, manifest_path, read_manifest
from emadina_gis.report.atlas_parts import parts_folder
from emadina_gis.report.atlas_write import AtlasJob, safe_name, write_atlas
from emadina_gis.report.page_content import SheetContent
from emadina_gis.words import load_words
from tests.builders import a_project

WORDS = load_words("fr")
TITLE = Title("Atlas", "أطلس", "Atlas")


@pytest.fixture(autouse=True)
def fonts(shipped_fonts):
    """Load the shipped fonts before anything is measured."""


@pytest.fixture
def project():
    return a_project().with_parcels(30).with_streets().with_stops().with_layout().build()


@pytest.fixture
def scene(project):
    return build_scene(project, cache=DerivedCache())


@pytest.fixture(autouse=True)
def small_parts(monkeypatch):
    monkeypatch.setattr(atlas_write, "PART_PAGES", 3)


@pytest.fixture
def job(project, scene):
    content = SheetContent(Layout("a", TITLE, with_table=False), scene, (), dt.date(2026, 3, 9))
    choice = AtlasChoice(ids=tuple(project.parcels.table.ids[:7].tolist()))
    pages = atlas_pages(content, project.parcels, project, WORDS, choice)
    return AtlasJob(pages, TITLE, state="K7F3-92QD")


def _digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _cancelled_at(page):
    """Return a context that cancels when a page begins."""

    def listen(_fraction, phase):
        if phase == "atlas.phase.page" and phase_params(phase)["page"] == page:
            ctx.cancel()

    ctx = Context(listen)
    return ctx


def test_the_manifest_says_what_each_page_is(tmp_path, job):
    path = tmp_path / "atlas.pdf"
    written = write_atlas(job, path, WORDS)
    assert (written.page_count, written.drawn) == (7, 7)
    manifest = read_manifest(manifest_path(path))
    assert [page.number for page in manifest.pages] == list(range(1, 8))
    assert [page.feature for page in manifest.pages] == [s.feature for s in job.sheets]
    assert len({page.hash for page in manifest.pages}) == 7
    assert all(page.scale and page.legend and page.file == path.name for page in manifest.pages)
    assert check_atlas(path) == ()
    with pikepdf.open(path) as pdf, pdf.open_outline() as outline:
        assert [str(item.title) for item in outline.root] == [p.name for p in manifest.pages]
        assert b"<pdfaid:part>2" in pdf.Root.Metadata.read_bytes()
        names = [str(group.Name) for group in pdf.Root.OCProperties.OCGs]
        assert len(names) == len(set(names)) > 1
    assert not parts_folder(path).exists()


def _spoil(path, change):
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        change(pdf.pages)
        pdf.save(path)


def _swap(pages):
    first, third = pages[0], pages[2]
    pages[0], pages[2] = third, first


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (_swap, {"atlas.page-differs"}),
        (lambda pages: pages.insert(3, pages[0]), {"atlas.page-differs", "atlas.page-twice"}),
        (lambda pages: pages.__delitem__(6), {"atlas.page-missing"}),
        (lambda pages: pages.append(pages[6]), {"atlas.page-unknown", "atlas.page-twice"}),
    ],
)
def test_a_page_that_was_moved_is_found(tmp_path, job, change, codes):
    path = tmp_path / "atlas.pdf"
    write_atlas(job, path, WORDS)
    _spoil(path, change)
    found = check_atlas(path)
    assert codes <= {problem.code for problem in found}
    assert all(WORDS.problem(problem)[0] for problem in found)


def test_an_interrupted_atlas_goes_on_with_the_same_bytes(tmp_path, job):
    whole, path = tmp_path / "whole.pdf", tmp_path / "atlas.pdf"
    write_atlas(job, whole, WORDS)
    with pytest.raises(JobCancelled):
        write_atlas(job, path, WORDS, _cancelled_at(5))
    assert not path.exists()
    written = write_atlas(job, path, WORDS)
    assert written.drawn == 4  # the part of pages 1 to 3 was whole
    assert _digest(path) == _digest(whole)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "atlas.atlas.json", "atlas.pdf", "whole.atlas.json", "whole.pdf",
    ]  # fmt: skip


def test_a_part_that_was_cut_off_is_drawn_again(tmp_path, job):
    path = tmp_path / "atlas.pdf"
    with pytest.raises(JobCancelled):
        write_atlas(job, path, WORDS, _cancelled_at(7))
    part = next(parts_folder(path).glob("*.pdf"))
    part.write_bytes(part.read_bytes()[:-500])
    assert write_atlas(job, path, WORDS).drawn == 4  # three of the part, and the seventh
    assert check_atlas(path) == ()


def test_another_state_of_the_project_begins_anew(tmp_path, job):
    path = tmp_path / "atlas.pdf"
    with pytest.raises(JobCancelled):
        write_atlas(job, path, WORDS, _cancelled_at(7))
    other = AtlasJob(job.sheets, TITLE, state="0000-0000")
    assert write_atlas(other, path, WORDS).drawn == 7


def test_without_a_state_nothing_is_kept(tmp_path, job):
    path = tmp_path / "atlas.pdf"
    with pytest.raises(JobCancelled):
        write_atlas(AtlasJob(job.sheets, TITLE), path, WORDS, _cancelled_at(7))
    assert list(tmp_path.iterdir()) == []


def test_a_file_per_page(tmp_path, job):
    folder = tmp_path / "pages"
    written = write_atlas(AtlasJob(job.sheets, TITLE, is_split=True), folder, WORDS)
    files = [page.file for page in written.manifest.pages]
    assert sorted(path.name for path in folder.glob("*.pdf")) == files
    assert check_atlas(folder) == ()
    with pikepdf.open(folder / files[0]) as pdf:
        assert len(pdf.pages) == 1


def test_the_name_of_the_page_is_said(tmp_path, job):
    said = []
    ctx = Context(lambda _f, phase: said.append((str(phase), phase_params(phase))))
    write_atlas(job, tmp_path / "atlas.pdf", WORDS, ctx)
    pages = {params["page"] for phase, params in said if phase == "atlas.phase.page"}
    assert pages == set(range(1, 8))
    assert all(WORDS.text(phase, **params) for phase, params in said)


def test_bad_targets_are_told(tmp_path, job):
    with pytest.raises(EmptyInput):
        write_atlas(AtlasJob((), TITLE), tmp_path / "a.pdf", WORDS)
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError):
        write_atlas(job, tmp_path / "file" / "atlas.pdf", WORDS)
    with pytest.raises(OutputError) as caught:
        check_atlas(tmp_path / "none.pdf")
    assert caught.value.code == "atlas.manifest-unreadable"


def test_a_manifest_is_plain_json(tmp_path, job):
    path = tmp_path / "atlas.pdf"
    write_atlas(job, path, WORDS)
    tree = json.loads(manifest_path(path).read_text(encoding="utf-8"))
    assert tree["state"] == "K7F3-92QD"
    assert set(tree["pages"][0]) >= {"name", "feature", "extent", "scale", "legend", "hash"}


def test_names_of_files_are_safe():
    assert safe_name('a/b\\c:"d"\u2067<e>|?*') == "a b c d e"
    assert atlas_parts.PART_PAGES == 20
