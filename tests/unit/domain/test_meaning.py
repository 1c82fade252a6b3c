"""Titles, areas of titles and roles of columns, read from names and content."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from emadina_gis.domain.crs import MERCHICH_NORTH
from emadina_gis.domain.land_title import canonical_title, canonical_titles, titles_of_key
from emadina_gis.domain.meaning import gaps_of, meaning_of
from emadina_gis.domain.role_guess import REMEMBERED, guessed_roles, schema_of
from emadina_gis.domain.schema import Role, guessed_schema
from emadina_gis.domain.table import FeatureTable
from emadina_gis.domain.title_area import area_gaps, spelled_areas_m2, unit_of_areas


def texts(*values: str | None) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    return np.array(values, dtype=object)


def squares(sides_m: list[float]) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    left = 295_000.0 + 100.0 * np.arange(len(sides_m))
    return np.asarray(shapely.box(left, 330_000.0, left + sides_m, 330_000.0 + np.array(sides_m)))


SIDES_M = [10.0, 12.5, 20.0, 31.0, 44.0, 9.0, 15.0]


def parcels(**columns: Sequence[object]) -> FeatureTable:
    return FeatureTable.from_columns(columns, squares(SIDES_M), crs=MERCHICH_NORTH)


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("TF n° 3875 / c", "T.3875/C"),
        ("الرسم العقاري عدد 3875/C", "T.3875/C"),
        ("مطلب التحفيظ عدد ١٢٣/33", "R.123/33"),
        ("Réquisition n°55/12", "R.55/12"),
        ("Titre foncier n° 12/D bis", "T.12/D BIS"),
        ("0044/47", "T.44/47"),
        ("12/03/2024", "12/03/2024"),
        ("T.1/C, T.2/C", "T.1/C, T.2/C"),
        ("T 3875", "T 3875"),
    ],
)
def test_a_title_reads_the_same_however_written(written: str, title: str) -> None:
    assert canonical_title(written) == title


@given(
    st.sampled_from(["T", "R"]),
    st.integers(1, 999_999),
    st.sampled_from(["C", "D", "MD", "33", "12", "047"]),
    st.sampled_from(["", " ", " n° ", ". "]),
)
def test_a_title_is_its_own_form(nature: str, number: int, index: str, between: str) -> None:
    title = canonical_title(f"{nature}{between}{number} / {index.lower()}")
    assert title == f"{nature}.{number}/{index}"
    assert canonical_titles(texts(title, None, "x")).tolist() == [title, None, None]


def test_the_key_of_a_delivery_makes_titles_and_never_invents_one() -> None:
    made = titles_of_key(
        texts("T", "r", "X", None, "T"),
        texts("1000", "1001.0", "5", "6", None),
        texts("c", "33", "C", "C", "C"),
        texts("Bis", "", None, None, None),
    )
    assert made.tolist() == ["T.1000/C BIS", "R.1001/33", None, None, None]


def test_hectares_ares_and_centiares_are_square_metres() -> None:
    read = spelled_areas_m2(
        texts("1ha 20a 35ca", "2a 58ca", "12 035 m²", "1,5 ha", "1 هكتار 20 آر 35 سنتيار", "258")
    )
    assert read[:5].tolist() == [12_035.0, 258.0, 12_035.0, 15_000.0, 12_035.0]
    assert np.isnan(read[5])


def test_the_unit_of_areas_is_found_by_the_drawing_or_left_open() -> None:
    drawn = np.array(SIDES_M) ** 2
    assert unit_of_areas(drawn * 1.002, drawn) == "m2"
    assert unit_of_areas(drawn / 10_000, drawn) == "ha"
    assert unit_of_areas(np.arange(1.0, 8.0), drawn) == ""
    assert unit_of_areas(drawn[:2], drawn[:2]) == ""


def test_gaps_are_listed_beyond_both_thresholds() -> None:
    gaps = area_gaps(np.array([100.0, 100.0, 1e6, np.nan, 0.5]), np.array([100.9, 90.0, 1e6, 5, 1]))
    assert gaps.beyond().tolist() == [1]
    assert gaps.compared == 4


def test_a_cadastre_delivery_gets_titles_of_its_key_and_no_constraint_role() -> None:
    table = parcels(
        Nature=["T"] * 6 + ["R"],
        Numero=[1000, 1001, 1002, 1003, 1004, 1005, 1006],
        Indice=["C", "D", "C", "33", "12", None, "C"],
        Complement=[None, "Bis", None, None, None, None, None],
        Contenance=[side**2 / 10_000 for side in SIDES_M],
    )
    found = meaning_of(table, "Titres")
    titles = found.table.strings("titre_foncier").tolist()
    assert titles[:2] == ["T.1000/C", "T.1001/D BIS"]
    assert titles[5] is None
    assert found.schema.column(Role.PARCEL_ID) == "titre_foncier"
    assert found.schema.column(Role.AREA_M2) == "Contenance_m2"
    assert found.schema.column(Role.CONSTRAINT_NATURE) is None
    np.testing.assert_allclose(found.table.numbers("Contenance_m2"), np.array(SIDES_M) ** 2)
    codes = {problem.code: problem.count for problem in found.problems}
    assert codes == {
        "meaning.title-composed": 6,
        "meaning.title-incomplete": 1,
        "meaning.area-converted": 7,
    }
    assert found.table.names[:5] == table.names


def test_spelled_areas_are_read_beside_the_delivered_text() -> None:
    spelled = ["1a", "1a 56ca", "4a", "9a 61ca", "19a 36ca", "81ca", "illisible"]
    found = meaning_of(parcels(titre=[f"T.{n}/C" for n in range(7)], superficie=spelled))
    assert found.schema.column(Role.AREA_M2) == "superficie_m2"
    assert found.table.strings("superficie")[6] == "illisible"
    codes = {problem.code: problem.count for problem in found.problems}
    assert codes["meaning.area-converted"] == 6
    assert codes["meaning.area-unread"] == 1
    gaps = gaps_of(found.table, found.schema)
    assert gaps is not None
    assert gaps.compared == 6


def test_content_finds_titles_and_identity_numbers_whatever_their_name() -> None:
    found = guessed_roles(
        parcels(
            champ1=[f"T {n}/C" for n in range(7)],
            champ2=[f"BK{n}12345" for n in range(7)],
            champ3=["06.141.01.41"] * 6 + ["06.141.01.43."],
        )
    )
    roles = {guess.column: guess.role for guess in found}
    assert roles == {
        "champ1": Role.PARCEL_ID,
        "champ2": Role.IDENTITY_NUMBER,
        "champ3": Role.COMMUNE,
    }
    assert meaning_of(parcels(cin=["BK123456"] * 7)).problems[0].code == "meaning.personal"


def test_a_name_that_the_content_contradicts_is_not_taken() -> None:
    found = guessed_roles(parcels(menages=["beaucoup"] * 7))
    assert schema_of(found).column(Role.HOUSEHOLDS) is None


def test_names_are_known_in_three_languages_and_cut_to_ten_letters() -> None:
    for name in ("Superficie (m²)", "المساحة (م²)", "area_sqm", "CONTENANCE"):
        assert guessed_schema([name]).column(Role.AREA_M2) == name
    found = guessed_roles(parcels(nom_propri=["x"] * 7, libelle=["U1"] * 7, typezone=["U"] * 7))
    schema = schema_of(found)
    assert schema.column(Role.OWNER) == "nom_propri"
    assert schema.column(Role.SECTOR) == "libelle"


def test_what_a_person_confirmed_before_comes_first() -> None:
    table = parcels(a=["D1"] * 7, secteur=["x"] * 7)
    found = guessed_roles(table, {Role.SECTOR: "a", Role.NAME: "gone"})
    assert (found[0].column, found[0].reason) == ("a", REMEMBERED)
    assert schema_of(found).column(Role.SECTOR) == "a"
    assert schema_of(found).column(Role.NAME) is None
