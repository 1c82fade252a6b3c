"""A small project with its outcome, shared by the tests of the report."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from emadina_gis.regulation import load_document
from emadina_gis.render.derived import DerivedCache
from emadina_gis.render.scene import build_scene
from emadina_gis.simulation import capacity, parcel_inputs
from tests.builders import a_project

DATE = dt.date(2026, 3, 9)


@pytest.fixture(scope="session")
def document():
    return load_document("ain-chock-2025")


@pytest.fixture
def project():
    return a_project().with_parcels(30).with_streets().with_stops().with_layout().build()


def inputs_of(table, document, **more):
    """Return what the engine is told of a test table."""
    regime = table.column("issu_lotissement").numbers
    return parcel_inputs(
        np.array([document.index_of(code) for code in table.strings("sector")]),
        table.numbers("area_m2"),
        table.numbers("frontage_m"),
        road_width_m=table.numbers("road_width_m"),
        regime=np.where(np.isnan(regime), -1, regime).astype(int),
        existing_floor_area_m2=table.numbers("existing_floor_area_m2"),
        existing_dwellings=table.numbers("existing_dwellings"),
        **more,
    )


@pytest.fixture
def outcome(project, document):
    return capacity(inputs_of(project.parcels.table, document), document)


@pytest.fixture
def scene(project):
    return build_scene(project, cache=DerivedCache())


@pytest.fixture
def hostile():
    """Texts that try to leave the place they are put in."""
    return (
        "<script>document.title='hit'</script>",
        "</script><script>document.title='hit'</script>",
        "<img src=x onerror=\"document.title='hit'\">",
        "`${document.title='hit'}`",
        "\"><svg onload=document.title='hit'>",
        "' onmouseover='document.title=1",
        "<!--<script>",
        "]]></script>",
        "{{ 7 * 7 }}{% raw %}",
        "\u202etxt.exe",
        "\u2028document.title='hit'",
        "javascript:document.title='hit'",
        "&lt;script&gt;",
        "=cmd|' /C calc'!A0",
    )


@pytest.fixture
def with_values(project):
    """Return the project with another column in its parcel layer."""

    def change(**columns):
        layer = project.parcels
        table = layer.table
        for name, values in columns.items():
            table = table.with_column(name, values)
        return project.with_layer(replace(layer, table=table))

    return change
