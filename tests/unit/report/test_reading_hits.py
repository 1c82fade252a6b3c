"""What bites a parcel, in words: the four cases, hits in order, doubts; in three languages."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
import shapely

from emadina_gis.domain.crs import MERCHICH_NORTH, WGS84
from emadina_gis.domain.layer import VectorLayer
from emadina_gis.domain.schema import Role, Schema, guessed_schema
from emadina_gis.domain.table import FeatureTable
from emadina_gis.domain.title import Title
from emadina_gis.errors import NotMetric
from emadina_gis.project.role_check import role_problems
from emadina_gis.regulation import load_document
from emadina_gis.report.citations import article_of_nature
from emadina_gis.report.plan_index import constraint_sources, lacking_inputs, map_basis, plan_index
from emadina_gis.report.reading_hits import read_hits, table_notices
from emadina_gis.report.situation import Case, situation_of, situation_of_row
from emadina_gis.report.values import ParcelValues
from emadina_gis.simulation.capacity import capacity
from emadina_gis.simulation.constraint_natures import NATURES
from emadina_gis.simulation.from_table import inputs_from_table
from emadina_gis.words import LANGUAGES, load_words
from emadina_gis.workflows.hits import compare_with_map, supplied_inputs
from emadina_gis.workflows.simulating import document_of, parcel_inputs_of
from tests.builders import LOT_M, ORIGIN, a_project, parcel_table, vector_layer

X, Y = ORIGIN
DAY = dt.date(2026, 1, 5)


def constraint_layer(*rows, layer_id="plan", crs=MERCHICH_NORTH):
    names = ("nature", "indice", "etat", "expiry_date", "secteur_repli", "nature_ar")
    columns = {name: [row.get(name) for row in rows] for name in names}
    shapes = np.array([row["shape"] for row in rows], dtype=object)
    table = FeatureTable.from_columns(columns, shapes, crs=crs)
    return vector_layer(layer_id, table)


def sector_layer(*shapes_and_codes, layer_id="sectors"):
    shapes = np.array([shape for shape, _ in shapes_and_codes], dtype=object)
    columns = {"sector": [code for _, code in shapes_and_codes]}
    table = FeatureTable.from_columns(columns, shapes, crs=MERCHICH_NORTH)
    return VectorLayer(
        layer_id, Title.plain("Secteurs"), table, schema=Schema({Role.SECTOR: "sector"})
    )


def box(x0, y0, x1, y1):
    return shapely.box(X + x0, Y + y0, X + x1, Y + y1)


WIDTH, DEPTH = LOT_M
LOT = box(0, 0, WIDTH, DEPTH)
HIT = {"shape": box(0, 15, WIDTH, DEPTH), "nature": "Enseignement", "indice": "E12",
       "etat": "A CREER", "nature_ar": "التعليم"}  # fmt: skip


def project_with(*layers, parcels=4):
    made = a_project().with_parcels(parcels)
    for layer in layers:
        made = made.with_layer(layer)
    return made.build()


def reading(project, shape=LOT, language="fr", document=None):
    found = situation_of(project, shape, document, on=DAY)
    return read_hits(found, document, load_words(language))


@pytest.mark.parametrize(
    ("zones", "case", "says"),
    [
        ([(box(-50, -50, 50, 50), "B4")], Case.ONE_SECTOR, "zone B, secteur B4 (300 m²)"),
        (
            [(box(-50, -50, 6, 50), "B4"), (box(6, -50, 50, 50), "D3")],
            Case.SEVERAL_SECTORS,
            "à cheval sur 2 secteurs",
        ),
        ([(box(500, 500, 600, 600), "B4")], Case.OUTSIDE, "non couverte par un document"),
        ([(box(-50, -50, 9, 50), "B4")], Case.ACROSS_LIMIT, "75 m² est située à l'extérieur"),
    ],
)
def test_the_four_cases_are_said(document, zones, case, says):
    project = project_with(sector_layer(*zones))
    found = situation_of(project, LOT, document, on=DAY)
    assert found.case is case
    text = " ".join(read_hits(found, document, load_words("fr")).case_text)
    assert says in text.replace("\u202f", " ").replace("\xa0", " ")


def test_a_hit_is_said_with_its_index_share_effect_and_article(document):
    zones = sector_layer((box(-50, -50, 50, 50), "B4"))
    said = reading(project_with(zones, constraint_layer(HIT)), document=document)
    (line,) = said.lines
    assert (line.index, line.nature, line.state) == ("E12", "Enseignement", "À créer")
    assert line.amount == "120\xa0m² · 40\xa0%"
    assert line.effect == "Réservé : 120\xa0m²."
    assert "02/04/2035 (date du document)" in line.detail
    assert line.citation == "art. 4"
    assert "180\xa0m² (60\xa0%)" in said.remainder
    assert "inférieur à la parcelle minimale" in said.remainder
    assert any("4.7" in notice for notice in said.notices)


def test_a_lapsed_reservation_names_where_the_land_falls_back(document):
    lapsed = {**HIT, "etat": "CADUQUE", "secteur_repli": "D3"}
    zones = sector_layer((box(-50, -50, 50, 50), "B4"))
    (line,) = reading(project_with(zones, constraint_layer(lapsed)), document=document).lines
    assert line.flag == "lapsed"
    assert "revient au secteur D3" in line.effect
    around = {**lapsed, "secteur_repli": None}
    (line,) = reading(project_with(zones, constraint_layer(around)), document=document).lines
    assert "secteur environnant, B4" in line.effect


def test_what_no_word_names_is_kept_and_said(document):
    strange = {**HIT, "nature": "Zlorg", "indice": None}
    said = reading(project_with(constraint_layer(strange)), document=document)
    (line,) = said.lines
    assert (line.nature, line.index, line.flag) == ("Zlorg", "sans indice", "unknown")
    assert any("Zlorg" in notice for notice in said.notices)


def test_codes_are_said_by_their_name():
    said = reading(project_with(constraint_layer({**HIT, "nature": "E", "nature_ar": None})))
    assert said.lines[0].nature == "Enseignement"


def test_without_layers_nothing_is_promised():
    assert "aucune couche" in reading(project_with()).remainder
    elsewhere = constraint_layer({**HIT, "shape": box(500, 500, 510, 510)})
    assert reading(project_with(elsewhere)).remainder.startswith("Aucune contrainte")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("shape", [None, shapely.Polygon(), LOT])
def test_every_language_says_something_of_every_land(document, language, shape):
    project = project_with(constraint_layer(HIT), sector_layer((LOT, "B4")))
    said = reading(project, shape, language, document)
    assert said.remainder
    assert "nan" not in said.remainder
    assert bool(said.lines) == (shape is LOT)


def test_parcels_that_carry_their_sector_are_the_plan_where_there_is_no_other(document):
    project = project_with()
    found = situation_of(project, LOT, document, on=DAY)
    assert [share.sector for share in found.shares] == ["B4"]
    assert found.case is Case.ONE_SECTOR


def test_the_index_holds_until_a_layer_of_the_plan_changes(document):
    project = project_with(constraint_layer(HIT))
    index = plan_index(project, None)
    assert index.holds_for(project)
    table = project.parcels.table.with_column("note", ["x"] * 4)
    assert plan_index(project_with(sector_layer((LOT, "B4"))), None) is not None
    changed = project.with_layer(replace(project.vector_layer("plan"), schema=Schema()))
    edited = project.with_layer(replace(project.parcels, table=table))
    other = project.with_layer(constraint_layer({**HIT, "indice": "E13"}))
    assert not index.holds_for(other)
    assert not index.holds_for(changed)
    assert index.holds_for(edited) == (index.parcels is None)


# --- the table and the map ------------------------------------------------------------------------


def without(project, *roles):
    layer = project.parcels
    columns = {role: name for role, name in layer.schema if role not in roles}
    return project.with_layer(replace(layer, schema=Schema(columns)))


def said_of_table(project, document, row=0):
    inputs = inputs_from_table(project.parcels.table, project.parcels.schema, document).inputs
    values = ParcelValues(capacity(inputs, document), row)
    situation = situation_of_row(project, row, document, on=DAY)
    return list(table_notices(project, situation, values, load_words("fr")))


def test_a_table_that_says_otherwise_than_the_map_is_told(document):
    project = project_with(constraint_layer(HIT), sector_layer((box(-9, -9, 999, 99), "D3")))
    area, sector = said_of_table(project, document)[::-1]
    assert "0\xa0m² dans la table, 120\xa0m² d'après la carte" in area
    assert "en B4" in sector
    assert "en D3" in sector
    index = plan_index(project, None)
    codes = {p.code: p for p in compare_with_map(project, index, document)}
    assert codes["hits.differs"].where == "T.18400/C"
    assert codes["hits.sector-differs"].count == 3


def test_what_a_scenario_changes_is_said_and_not_taken_for_the_table(document):
    project = project_with(constraint_layer(HIT), sector_layer((box(-9, -9, 999, 99), "B4")))
    table = project.parcels.table.with_values("equipment_m2", np.array([0]), 120.0)
    project = project.with_layer(replace(project.parcels, table=table))
    inputs = inputs_from_table(table, project.parcels.schema, document).inputs
    lifted = replace(inputs, equipment_m2=np.zeros(4))
    situation = situation_of_row(project, 0, document, on=DAY)
    values = ParcelValues(capacity(lifted, document), 0)
    (notice,) = table_notices(project, situation, values, load_words("fr"))
    assert "120\xa0m² au plan, 0\xa0m² dans ce scénario" in notice
    told = ParcelValues(capacity(inputs, document), 0)
    assert list(table_notices(project, situation, told, load_words("fr"))) == []


def test_the_map_supplies_what_the_table_lacks(document):
    project = project_with(constraint_layer(HIT), sector_layer((box(-9, -9, 999, 99), "B4")))
    assert lacking_inputs(project) == ()
    assert map_basis(project) == ()
    bare = without(project, Role.EQUIPMENT_M2, Role.SECTOR)
    assert lacking_inputs(bare) == ("equipment_m2", "sector")
    read = parcel_inputs_of(bare, document_of(bare))
    assert read.inputs.equipment_m2.tolist() == pytest.approx([120, 0, 0, 0])
    assert {document.sectors[code].code for code in read.inputs.sector} == {"B4"}
    assert read.inputs.assumed.all()
    (problem,) = [p for p in read.problems if p.code == "hits.supplied"]
    assert problem.params["columns"] == "equipment_m2, sector"
    assert set(capacity(read.inputs, document).status) <= {"assumed", "regime_unknown"}


def test_a_table_of_parcels_of_no_area_is_told(document):
    table = parcel_table(3)
    flat = shapely.Polygon([(X, Y), (X + 5, Y), (X, Y)])
    table = table.with_geometries(np.array([1]), np.array([flat], dtype=object))
    project = project_with(constraint_layer(HIT), parcels=3)
    project = project.with_layer(replace(project.parcels, table=table))
    bare = without(project, Role.SERVITUDE_M2)
    found = parcel_inputs_of(bare, document)
    (problem,) = [p for p in found.problems if p.code == "hits.zero-area"]
    assert problem.where == "T.18401/C"


def test_parcels_in_degrees_are_refused_with_the_place(document):
    table = FeatureTable.from_columns(
        {"parcel_id": ["T.1/C"], "sector": ["B4"]},
        np.array([shapely.box(-7.6, 33.5, -7.5, 33.6)], dtype=object),
        crs=WGS84,
    )
    project = replace(a_project().build(), layers=(vector_layer("degrees", table, "Degrés"),))
    project = replace(project, parcels_id="degrees", crs=WGS84)
    with pytest.raises(NotMetric) as caught:
        plan_index(project, None)
    assert caught.value.code == "hits.not-metric"
    assert caught.value.params["layer"] == "Degrés"
    with_plan = replace(project, layers=(*project.layers, constraint_layer(HIT)))
    read = inputs_from_table(table, guessed_schema(table.names), document)
    found = supplied_inputs(with_plan, read, document)
    assert [p.code for p in found.problems][-1] == "hits.not-metric"


def test_a_list_of_titles_takes_the_outlines_of_its_parcels(document):
    table = FeatureTable.from_columns(
        {
            "titre": ["tf 18401/c", "T.9/Z"],
            "nature": ["Unité bâtie exceptionnelle"] * 2,
            "indice": ["A1", "A2"],
        }
    )
    project = project_with(vector_layer("annex", table, "Annexe 3"))
    index = plan_index(project, None)
    assert [(p.code, p.count) for p in index.problems] == [("hits.no-geometry", 1)]
    (line,) = read_hits(
        situation_of_row(project, 1, document, index=index, on=DAY), document, load_words("fr")
    ).lines
    assert (line.index, line.share) == ("A1", "100\xa0%")
    assert "démolition interdite" in line.effect
    assert index.holds_for(project)
    assert not index.holds_for(project_with(vector_layer("annex", table, "Annexe 3"), parcels=3))


def test_sectors_are_listed_where_there_are_several(document):
    zones = sector_layer((box(-50, -50, 6, 50), "B4"), (box(6, -50, 9, 50), "D3"))
    said = reading(project_with(zones), document=document)
    assert said.sectors == (
        ("B · B4", "150\xa0m² · 50\xa0%"),
        ("D · D3", "75\xa0m² · 25\xa0%"),
        ("hors du zonage, non couvert", "75\xa0m² · 25\xa0%"),
    )
    assert reading(project_with(sector_layer((LOT, "B4"))), document=document).sectors == ()


# --- roles ----------------------------------------------------------------------------------------


def test_a_layer_is_one_of_constraints_by_its_roles_or_its_columns():
    project = project_with(constraint_layer(HIT), sector_layer((LOT, "B4")))
    assert [source.layer_id for source in constraint_sources(project)] == ["plan"]
    bare = replace(project.vector_layer("plan"), schema=Schema())
    assert [s.layer_id for s in constraint_sources(project.with_layer(bare))] == ["plan"]
    only_nature = Schema({Role.CONSTRAINT_NATURE: "nature"})
    told = project.with_layer(replace(bare, schema=only_nature))
    assert list(constraint_sources(told)) == []


def test_a_nomenclature_of_roads_speaks_by_its_indices(document):
    table = FeatureTable.from_columns(
        {
            "INDICE": ["AC 103", "AC 104"],
            "EMPRISE": ["20-30 variable", "12"],
            "OBSERVATIONS": ["A CREER", "EXISTANTE"],
        },
        np.array(
            [
                shapely.LineString([(X - 50, Y), (X + 50, Y)]),
                shapely.LineString([(X - 50, Y - 90), (X + 50, Y - 90)]),
            ]
        ),
        crs=MERCHICH_NORTH,
    )
    project = project_with(vector_layer("voies", table, "Nomenclature"))
    (line,) = reading(project, document=document).lines
    assert (line.index, line.nature, line.state) == ("AC 103", "Voie d'aménagement", "À créer")
    assert line.amount.startswith("120\xa0m²")


def test_contradictory_roles_are_told_with_their_layer():
    other = vector_layer("cadastre", parcel_table(2), "Cadastre")
    project = project_with(
        other, sector_layer((LOT, "B4")), sector_layer((LOT, "B4"), layer_id="b")
    )
    twice = replace(
        project.parcels,
        schema=project.parcels.schema.with_role(Role.EQUIPMENT_M2, "plan_roads_m2"),
    )
    found = {p.code: p for p in role_problems(project.with_layer(twice))}
    assert set(found) == {"roles.two-parcels", "roles.two-zonings", "roles.column-twice"}
    assert found["roles.two-parcels"].params["used"] == "Parcelles"
    assert found["roles.column-twice"].params["column"] == "plan_roads_m2"
    words = load_words("fr")
    assert all("{" not in " ".join(words.problem(problem)) for problem in found.values())


def test_plain_projects_have_no_contradictions():
    assert role_problems(project_with()) == ()


def test_a_hit_cites_the_document_of_the_project_and_no_other(document):
    cited = {nature.key: article_of_nature(nature, document) for nature in NATURES}
    assert cited["hv_line"] == cited["railway_rural"] == cited["servitude"] == "5"
    assert (cited["heritage"], cited["education"], cited["facility"]) == ("78", "4", "4")
    assert (cited["front_4"], cited["front"], cited["green_strip"]) == ("38, 52", "38, 52", "56")
    other = load_document("ain-sebaa-incomplet")
    assert {article_of_nature(nature, other) for nature in NATURES} == {""}
    assert {article_of_nature(nature, None) for nature in NATURES} == {""}


def test_another_document_is_read_with_its_own_widths():
    project = project_with(constraint_layer(HIT))
    index = plan_index(project, None)
    assert index.holds_for(project)
    assert not index.holds_for(replace(project, document_id="ain-sebaa-incomplet"))
