"""Planning documents from and to files; a faulty one is refused with the place."""

from __future__ import annotations

import pytest

from emadina_gis.errors import ZoningError
from emadina_gis.project.documents import document_in
from emadina_gis.regulation import (
    document_text,
    document_tree,
    load_document,
    read_document,
    without_rule,
)
from emadina_gis.session import commands as c
from emadina_gis.workflows.regulating import document_from_file, document_named, write_document
from tests.builders import a_full_project

DOCUMENT = load_document("ain-chock-2025")


def test_a_document_goes_to_a_file_and_comes_back_into_a_project(tmp_path):
    path = tmp_path / "agency.toml"
    write_document(DOCUMENT, path)
    assert document_tree(read_document(path)) == document_tree(DOCUMENT)
    stored = document_from_file(path)
    project = c.AddDocument(stored.id, stored.text).apply(a_full_project())
    assert document_in(project, "agency").sector_codes == DOCUMENT.sector_codes


def test_a_document_is_named_by_its_identifier_or_its_file(tmp_path):
    path = tmp_path / "mine.toml"
    write_document(DOCUMENT, path)
    assert document_named("ain-chock-2025") is DOCUMENT
    assert document_named(str(path)).id == "mine"
    for name in ("nowhere", str(tmp_path / "nowhere.toml")):
        with pytest.raises(ZoningError, match="no-document"):
            document_named(name)


def test_a_file_with_a_gap_is_refused_with_the_place(tmp_path):
    path = tmp_path / "gap.toml"
    gap = without_rule(DOCUMENT, "zone.E", kind="band_depth_m")
    path.write_text(document_text(gap), encoding="utf-8")
    for read in (document_named, document_from_file):
        with pytest.raises(ZoningError) as caught:
            read(path if read is document_from_file else str(path))
        assert caught.value.code == "zoning.unsound-gap"
        assert caught.value.params["place"] == "sector.E2"
