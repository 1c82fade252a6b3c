"""Bookmarks: their order, their names, and projects of before they kept more than a scale."""

from __future__ import annotations

import json
from dataclasses import replace

from emadina_gis.domain.crs import MERCHICH_NORTH
from emadina_gis.io import project_codec as codec
from emadina_gis.project import Bookmark
from emadina_gis.session.commands import AddBookmark, MoveBookmark, RenameBookmark, ShowLayers
from tests.builders import a_full_project


def marked(*names):
    bookmarks = tuple(Bookmark(name, 1.0, 2.0, 0.5) for name in names)
    return replace(a_full_project(), bookmarks=bookmarks)


def names(project):
    return [bookmark.name for bookmark in project.bookmarks]


def test_a_bookmark_is_replaced_in_its_place_of_the_list():
    again = AddBookmark(Bookmark("Gare", 9.0, 9.0, 1.0)).apply(marked("Gare", "Port"))
    assert names(again) == ["Gare", "Port"]
    assert again.bookmarks[0].x == 9.0


def test_bookmarks_are_moved_and_renamed():
    project = marked("Gare", "Port", "Parc")
    assert names(MoveBookmark("Parc", 0).apply(project)) == ["Parc", "Gare", "Port"]
    assert names(MoveBookmark("Gare", 99).apply(project)) == ["Port", "Parc", "Gare"]
    assert names(RenameBookmark("Port", " Quai ").apply(project)) == ["Gare", "Quai", "Parc"]


def test_the_layers_of_a_bookmark_are_shown_and_no_others():
    project = a_full_project()
    shown = ShowLayers(("parcels", "gone")).apply(project)
    assert {layer.id for layer in shown.layers if layer.visible} == {"parcels"}
    assert ShowLayers(("parcels",)).apply(shown) is shown


def test_a_bookmark_survives_the_file_with_all_it_keeps():
    kept = Bookmark("Tout", 1.0, 2.0, 0.5, MERCHICH_NORTH, 800.0, 450.0, ("parcels",), "s1")
    project = replace(a_full_project(), bookmarks=(kept,))
    encoded = codec.encode(project)
    tree = json.loads(json.dumps(encoded.tree))
    assert codec.decode(tree, lambda key: encoded.parts[key].make()).bookmarks == (kept,)


def test_a_bookmark_of_an_older_file_is_read():
    encoded = codec.encode(marked("Gare"))
    tree = json.loads(json.dumps(encoded.tree))
    for name in ("crs", "width", "height", "layer_ids", "scenario_id"):
        del tree["bookmarks"][0][name]
    read = codec.decode(tree, lambda key: encoded.parts[key].make())
    assert read.bookmarks == marked("Gare").bookmarks
