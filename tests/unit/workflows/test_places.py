"""Finding places as one types: names in two scripts, titles however written, coordinates."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
import shapely

from emadina_gis.domain.column import column_of
from emadina_gis.domain.crs import MERCHICH_NORTH, WGS84
from emadina_gis.domain.folding import folded, folded_array
from emadina_gis.domain.layer import Title, VectorLayer
from emadina_gis.domain.schema import Role, Schema
from emadina_gis.domain.table import FeatureTable
from emadina_gis.errors import JobCancelled
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.project import Bookmark
from emadina_gis.project.model import empty_project
from emadina_gis.workflows.name_list import EXACT, INSIDE, PREFIX, SCATTERED, WORD, name_list
from emadina_gis.workflows.places import PlaceIndex, find_places

NAMES = ("Aïn-Chock", "عين الشق", "Rue des Œillets", "الأُلفة", "Hay L’Oulfa", "ٱلدار", "İslane")


def layer(layer_id, columns, roles, x=296_000.0, **changes):
    count = len(next(iter(columns.values())))
    shapes = shapely.box(
        x + np.arange(count) * 30, 330_000, x + np.arange(count) * 30 + 20, 330_020
    )
    table = FeatureTable.from_columns(columns, geometry=shapes, crs=MERCHICH_NORTH)
    title = Title.plain(layer_id)
    return replace(VectorLayer(layer_id, title, table, schema=Schema(roles)), **changes)


@pytest.fixture
def project():
    parcels = layer(
        "parcels",
        {
            "titre": ["T.1207/C", "TF n° 12075 / c", "R 88/33", None],
            "secteur": ["D3", "D3", "B4", "B4"],
            "proprio": ["Fatima", "Omar", "Ali", "Sara"],
            "usage": ["logement", "école", "école", None],
        },
        {Role.PARCEL_ID: "titre", Role.SECTOR: "secteur", Role.OWNER: "proprio"},
    )
    streets = layer(
        "streets",
        {"name_fr": ["Rue des Iris", "Avenue du Phare"], "name_ar": ["زنقة السوسن", "شارع المنار"]},
        {Role.NAME: "name_fr"},
    )
    hidden = layer("hidden", {"note": ["caché"]}, {}, visible=False)
    made = replace(empty_project(Title.plain("p")), crs=MERCHICH_NORTH, parcels_id="parcels")
    return replace(
        made,
        layers=(streets, parcels, hidden),
        bookmarks=(Bookmark("Chantier du phare", 296_000.0, 330_000.0, 1.0),),
    )


def found(project, text):
    index = PlaceIndex().updated(project, NULL_CONTEXT)
    return find_places(text, project, index, NULL_CONTEXT)


def test_one_text_and_a_whole_column_are_compared_alike():
    assert folded_array(pa.array([*NAMES, None])).to_pylist() == [*map(folded, NAMES), None]
    assert folded("Aïn  Chock") == folded("AIN-CHOCK")
    assert folded("الأُلفة") == folded("الالفه")


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("T.1207/C", "T.1207/C"), ("tf 1207 c", "T.1207/C"), ("1207/c", "T.1207/C"),
        ("1207", "T.1207/C"), ("١٢٠٧", "T.1207/C"), ("TITRE FONCIER 1207/C", "T.1207/C"),
        ("t 12075 c", "TF n° 12075 / c"), ("r88/33", "R 88/33"),
    ],
)  # fmt: skip
def test_a_land_title_is_found_however_it_is_written(project, typed, title):
    first = found(project, typed)[0]
    assert (first.text, first.kind, len(first.ids)) == (title, "parcel", 1)


def test_a_name_is_found_in_both_scripts_and_says_its_usual_name(project):
    french, arabic = found(project, "iris")[0], found(project, "السَوسن")[0]
    assert french.ids.tolist() == arabic.ids.tolist() == [0]
    assert (arabic.text, arabic.other) == ("زنقة السوسن", "Rue des Iris")


def test_words_in_between_may_be_left_out(project):
    assert found(project, "rue iris")[0].text == "Rue des Iris"


def test_a_sector_takes_all_its_rows(project):
    place = found(project, "b4")[0]
    assert (place.kind, place.ids.tolist()) == ("sector", [2, 3])
    assert place.extent.width == pytest.approx(50.0)


def test_columns_of_persons_and_texts_of_hidden_layers_are_not_searched(project):
    assert found(project, "fatima") == ()
    assert found(project, "caché") == ()


def test_bookmarks_come_before_streets_of_a_like_name(project):
    assert [place.kind for place in found(project, "phare")] == ["bookmark", "name"]
    assert found(project, "chantier")[0].kind == "bookmark"


def test_a_place_in_another_system_is_brought_to_the_map(project):
    moved = replace(project, crs=WGS84)
    x, y = found(moved, "iris")[0].extent.center
    assert -8.0 < x < -7.0
    assert 33.0 < y < 34.0


def test_a_scale_and_coordinates_are_no_names(project):
    assert [place.scale for place in found(project, "1:2 000")] == [2000.0]
    assert found(project, "296010 330010")[0].extent.center == pytest.approx((296_010, 330_010))


def test_only_columns_that_changed_are_read_again(project):
    index = PlaceIndex().updated(project, NULL_CONTEXT)
    table = project.vector_layer("parcels").table.with_values("usage", np.array([0]), ["bureau"])
    other = project.with_layer(replace(project.vector_layer("parcels"), table=table))
    again = index.updated(other, NULL_CONTEXT)
    shared = {id(names) for _, _, names in index.lists} & {id(n) for _, _, n in again.lists}
    assert len(shared) == len(index.lists) - 1
    assert find_places("bureau", other, again, NULL_CONTEXT)[0].text == "bureau"


def test_the_best_of_many_names_comes_first():
    texts = [*(f"rue {n} du port" for n in range(2000)), "port", "portail", "aéroport", "le port"]
    names = name_list(column_of(pa.array(texts)), NULL_CONTEXT)
    hits = names.find("port", 5, NULL_CONTEXT)
    assert [(hit.rank, texts[hit.name]) for hit in hits[:2]] == [
        (EXACT, "port"),
        (PREFIX, "portail"),
    ]
    few = name_list(column_of(pa.array(["aéroport", "le port", "port a, b"])), NULL_CONTEXT)
    ranks = [hit.rank for hit in few.find("port", 5, NULL_CONTEXT)]
    assert ranks == [PREFIX, WORD, INSIDE]
    assert few.find("b port", 5, NULL_CONTEXT)[0].rank == SCATTERED


def test_repeated_and_missing_names_keep_their_first_rows():
    names = name_list(column_of(pa.array(["b", None, "a", "b", "c", "a"])), NULL_CONTEXT)
    assert names.first_rows.tolist() == [0, 2, 4]
    assert not names.is_unique


def test_a_search_can_be_cancelled():
    names = name_list(column_of(pa.array(["a"])), NULL_CONTEXT)
    context = Context()
    context.cancel()
    with pytest.raises(JobCancelled):
        names.find("a", 5, context)
