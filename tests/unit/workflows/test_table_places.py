"""Tables placed by the columns that a person names."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

from emadina_gis.domain.layer import VectorLayer
from emadina_gis.errors import LayerReadError
from emadina_gis.workflows.diagnosis import ImportCandidate, Question, diagnose
from emadina_gis.workflows.intake import Intake
from emadina_gis.workflows.table_places import PLACES_CHOSEN, place_columns_of, placed_by

TEXT = "borne;vers est;vers nord;cote\nB1;296470,5;330502;12\nB2;296480;330512;13\nB3;;330522;14\n"


@pytest.fixture
def table(tmp_path: Path) -> ImportCandidate:
    path = tmp_path / "bornes.csv"
    path.write_text(TEXT, encoding="utf-8")
    (item,) = diagnose(path).candidates
    assert isinstance(item.layer, VectorLayer)
    assert not item.layer.table.has_geometry
    return item


def _table(item: ImportCandidate):
    assert isinstance(item.layer, VectorLayer)
    return item.layer.table


def test_only_columns_of_numbers_are_offered(table: ImportCandidate) -> None:
    assert place_columns_of(table) == ("vers est", "vers nord", "cote")


def test_rows_become_points_and_the_system_is_asked(table: ImportCandidate) -> None:
    placed = placed_by(table, "vers est", "vers nord")
    made = _table(placed)
    assert made.row_count == 3
    xy = shapely.get_coordinates(made.shapes()[:2])
    assert xy.tolist() == [[296470.5, 330502.0], [296480.0, 330512.0]]
    assert made.shapes()[2] is None
    assert not made.crs.is_known
    assert Question.CRS in placed.questions
    assert placed.crs_candidates[0].crs.id == "EPSG:26191"
    assert {p.code: p.count for p in placed.problems if p.code.startswith("import.")} == {
        PLACES_CHOSEN: 2,
        "import.places-missing": 1,
    }
    assert place_columns_of(placed) == ()


def test_exchanged_columns_are_noticed(table: ImportCandidate) -> None:
    placed = placed_by(table, "vers nord", "vers est")
    assert placed.may_be_swapped


def test_columns_without_a_common_row_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("n;a;b\nx;1,5;\ny;2,5;\nz;;3,5\nt;;4,5\n", encoding="utf-8")
    (item,) = diagnose(path).candidates
    with pytest.raises(LayerReadError, match="no-points"):
        placed_by(item, "a", "b")


def test_placing_is_taken_back(table: ImportCandidate) -> None:
    intake = Intake(candidates=(table,))
    placed = intake.with_places(placed_by(table, "vers est", "vers nord"))
    again = placed.with_places(placed_by(table, "vers est", "cote"))
    assert np.isfinite(_table(again.candidates[0]).bounds).any()
    assert again.unmended(table.key).candidates == (table,)
