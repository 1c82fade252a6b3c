"""The built demo, read with pyarrow and shapely alone."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

ROOT = Path(__file__).resolve().parents[3]


class Demo:
    """Files of `layers/` by layer name, each read once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with (folder / "catalogue.toml").open("rb") as file:
            self.catalogue: dict[str, Any] = tomllib.load(file)
        self._tables: dict[str, pa.Table] = {}

    def entry(self, name: str) -> dict[str, Any]:
        """The catalogue's entry of a layer."""
        return next(entry for entry in self.catalogue["layers"] if entry["id"] == name)

    def table(self, name: str) -> pa.Table:
        """All columns of a layer."""
        if name not in self._tables:
            self._tables[name] = pq.read_table(self.folder / self.entry(name)["file"])
        return self._tables[name]

    def values(self, name: str, column: str) -> list[Any]:
        """One column of a layer; missing values are None."""
        return self.table(name).column(column).to_pylist()

    def shapes(self, name: str) -> Any:
        """Geometries of a layer, EPSG:26191."""
        return shapely.from_wkb(self.values(name, "geometry"))

    @property
    def vectors(self) -> list[str]:
        """Names of the layers that are tables."""
        return [e["id"] for e in self.catalogue["layers"] if e["kind"] == "vector"]


@pytest.fixture(scope="session")
def demo() -> Demo:
    return Demo(ROOT / "layers")


@pytest.fixture(scope="session")
def document() -> dict[str, Any]:
    """The regulation that the demo's catalogue names."""
    with (ROOT / "layers" / "catalogue.toml").open("rb") as file:
        name = tomllib.load(file)["document"]
    with (ROOT / "resources" / "regulation" / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)
