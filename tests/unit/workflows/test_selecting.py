"""Selecting by condition, by place and by likeness, on a project."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from emadina_gis.domain.column import column_of
from emadina_gis.domain.crs import MERCHICH_NORTH, WGS84
from emadina_gis.domain.layer import FieldLabel, Title, VectorLayer
from emadina_gis.domain.table import FeatureTable
from emadina_gis.project import Project
from emadina_gis.workflows.selecting import Near, Relation, Wanted, given_of, ids_like, ids_where

X0, Y0 = 296_000.0, 330_000.0
LOTS = FeatureTable.from_columns(
    {"sector": ["B4", "B5", None, "B4"], "area": [300.0, 20_000.0, 5.0, 40.0]},
    shapely.box(X0 + np.array([0, 50, 90, 400]), Y0, X0 + np.array([10, 60, 99, 410]), Y0 + 9),
    crs=MERCHICH_NORTH, ids=np.array([10, 11, 12, 13]),
)  # fmt: skip
TREES = FeatureTable.from_columns(
    {}, shapely.points([X0 + 5.0, X0 + 95.0, X0 + 300.0], Y0 + 4.0), crs=MERCHICH_NORTH
).to_crs(WGS84)
PARCELS = VectorLayer(
    "lots", Title.plain("Lots"), LOTS,
    fields=(("area", FieldLabel(Title("Superficie", "المساحة", "Area"), "m2")),),
)  # fmt: skip
PROJECT = Project("p", Title.plain("P"), MERCHICH_NORTH,
                  (PARCELS, VectorLayer("trees", Title.plain("Trees"), TREES)))  # fmt: skip
GIVEN = given_of(PARCELS)


@pytest.mark.parametrize(
    ("condition", "near", "ids"),
    [
        ("", None, [10, 11, 12, 13]),
        ("superficie > 1 ha", None, [11]),
        ("المساحة < 100", None, [12, 13]),
        ("", Near("trees", None, relation=Relation.CONTAINS), [10, 12]),
        ("sector = 'B4'", Near("trees", None, relation=Relation.INTERSECTS), [10]),
        ("", Near("trees", (1,), 40.0), [11, 12]),
        ("", Near("lots", (10,), 50.0), [10, 11]),
        ("area = 5", Near("trees", (0,), 100.0), [12]),
        ("area = 1", Near("trees", None, 1e6), []),
    ],
)
def test_all_that_is_asked_must_hold(condition, near, ids):
    assert ids_where(PROJECT, PARCELS, Wanted(condition, near, given=GIVEN)).tolist() == ids


@pytest.mark.parametrize(("chosen", "ids"), [([10], [10, 13]), ([11, 12], [11, 12]), ([], [])])
def test_features_like_some_hold_a_value_of_theirs(chosen, ids):
    assert ids_like(PARCELS, np.array(chosen, dtype=np.int64), "sector").tolist() == ids


def test_likeness_by_an_outcome():
    outcome = column_of([1.0, 2.0, 2.0, 3.0])
    assert ids_like(PARCELS, np.array([12]), "floors", outcome).tolist() == [11, 12]
