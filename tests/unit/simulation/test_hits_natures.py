"""Words, codes and indices of plans read as natures and states."""

from __future__ import annotations

import pytest

from emadina_gis.simulation.constraint_natures import NATURES, State, nature_of, state_of
from emadina_gis.words import LANGUAGES, load_words


@pytest.mark.parametrize(
    ("written", "index", "key"),
    [
        ("E", "", "education"),
        ("École primaire projetée", "", "education"),
        ("Voie à élargir", "AC12", "road"),
        ("طريق مقرر إحداثه", "", "road"),
        ("مساحة خضراء", "", "green"),
        ("Servitude de ligne électrique", "", "hv_line"),
        ("ligne TRÈS haute tension", "", "very_hv_line"),
        ("Servitude d’adduction d’eau", "", "water_main"),
        ("Chemin de fer", "", "railway"),
        ("Servitude de cimetière", "", "cemetery_belt"),
        ("Cimetière", "", "cemetery"),
        ("Équipement privé d'intérêt général", "", "private_facility"),
        ("Zone non aedificandi", "", "no_build"),
        ("", "AC 103", "road"),
        ("", "SP41", "sport"),
        ("", "FB3", "front_3"),
        ("à définir", "M76", "mosque"),
        ("Unité bâtie exceptionnelle", "A01", "heritage_a"),
        ("Zlorg", "", "unknown"),
        ("", "", "unknown"),
    ],
)
def test_natures_are_read_as_plans_write_them(written, index, key):
    assert NATURES[nature_of(written, index)].key == key


@pytest.mark.parametrize(
    ("written", "state"),
    [
        ("EXISTANT", State.EXISTING),
        ("Existante", State.EXISTING),
        ("A CREER", State.TO_CREATE),
        ("À prolonger et à élargir", State.TO_CREATE),
        ("للإحداث", State.TO_CREATE),
        ("Caduque", State.LAPSED),
        ("peut-être", State.UNKNOWN),
        ("", State.UNKNOWN),
    ],
)
def test_states_are_read_as_plans_write_them(written, state):
    assert state_of(written) is state


def test_no_code_means_two_things():
    codes = [code for nature in NATURES for code in nature.codes]
    assert len(set(codes)) == len(codes)
    assert len({nature.key for nature in NATURES}) == len(NATURES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_nature_has_a_name(language):
    words = load_words(language)
    assert all(words.has(f"hits.nature.{nature.key}") for nature in NATURES)
