"""The second delivery of a sender is read as the first was confirmed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from emadina_gis.domain.crs import Crs
from emadina_gis.domain.layer import VectorLayer
from emadina_gis.domain.schema import Role
from emadina_gis.session.deliveries import load_deliveries
from emadina_gis.workflows.diagnosis import ImportCandidate, Wishes, diagnose
from emadina_gis.workflows.importing import layers_from
from emadina_gis.workflows.remembering import REMEMBERED, remember

ROWS = "num;zz;aire_m;X;Y\n" + "".join(
    f"{n};E{n % 3};{100 + n};{295_000 + 37 * n};{330_000 + 11 * n}\n" for n in range(30)
)


def read(path: Path, folder: Path) -> ImportCandidate:
    found = diagnose(path, None, Wishes(remembered=load_deliveries(folder)))
    return found.candidates[0]


def test_roles_and_the_system_confirmed_once_come_first_the_next_time(tmp_path: Path) -> None:
    first = tmp_path / "janvier.csv"
    first.write_text(ROWS, encoding="utf-8")
    item = read(first, tmp_path)
    assert isinstance(item.layer, VectorLayer)
    assert item.layer.schema.column(Role.SECTOR) is None
    roles = item.layer.schema.with_role(Role.SECTOR, "zz")
    chosen = {item.key: Crs("EPSG:26192")}
    layers = layers_from([item], chosen, schemas={item.key: roles})
    remember(layers, chosen, folder=tmp_path)

    second = tmp_path / "fevrier.csv"
    second.write_text(ROWS.replace("E1", "D2"), encoding="utf-8")
    again = read(second, tmp_path)
    assert isinstance(again.layer, VectorLayer)
    assert again.layer.schema.column(Role.SECTOR) == "zz"
    assert again.needs_crs
    best = again.crs_candidates[0]
    assert (best.crs.id, best.reason) == ("EPSG:26192", REMEMBERED)


def test_another_kind_of_file_is_not_touched_by_it(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(ROWS, encoding="utf-8")
    item = read(path, tmp_path)
    assert isinstance(item.layer, VectorLayer)
    remember([replace(item.layer, schema=item.layer.schema.with_role(Role.SECTOR, "zz"))], {},
             folder=tmp_path)  # fmt: skip
    path.write_text(ROWS.replace("zz", "yy").replace("num", "id"), encoding="utf-8")
    other = read(path, tmp_path)
    assert isinstance(other.layer, VectorLayer)
    assert other.layer.schema.column(Role.SECTOR) is None
