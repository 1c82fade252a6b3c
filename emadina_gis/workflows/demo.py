"""The bundled demo region: from ``layers/catalogue.toml`` to a project.

Owns the reading of the catalogue; every value of the data comes from the files it names.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emadina_gis import paths
from emadina_gis.domain.crs import Crs
from emadina_gis.domain.extent import Extent
from emadina_gis.domain.layer import (
    Diffusion,
    FieldLabel,
    Layer,
    Provenance,
    RasterLayer,
    Source,
    Title,
    VectorLayer,
)
from emadina_gis.domain.schema import Role, Schema
from emadina_gis.errors import ProjectFileError
from emadina_gis.io.columnar import read_shipped
from emadina_gis.io.copy_database import plain_path
from emadina_gis.io.project_codec import encode
from emadina_gis.io.project_file import file_fingerprint
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.project import Layout, PageFormat, Project
from emadina_gis.project.model import REFERENCE_ID
from emadina_gis.simulation.scenario import Scenario
from emadina_gis.workflows.demo_style import raster_style, style_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from emadina_gis.io.copy_database import FindPart
    from emadina_gis.io.parts import Part
    from emadina_gis.words import Words

CATALOGUE = "catalogue.toml"
#: The demo always has the same identity, so that its working copy is found again.
DEMO_PROJECT_ID = "demo-casablanca"


def open_demo(words: Words, ctx: Context = NULL_CONTEXT, folder: Path | None = None) -> Project:
    """Return the demo project: the region, Casablanca and the cadastre of Aïn Chock.

    Raises
    ------
    ProjectFileError
        With code ``demo.missing`` where the data was not shipped.
    """
    root = paths.layers() if folder is None else folder
    catalogue = _catalogue(root)
    entries = catalogue["layers"]
    layers: list[Layer] = []
    for index, entry in enumerate(entries):
        ctx.report(index / len(entries), "phase.reading")
        layers.append(_layer(root, entry))
    ctx.report(1.0, "phase.reading")
    return _project(catalogue, tuple(layers), words)


def demo_parts(words: Words) -> FindPart:
    """Return a function that gives the stored parts of the demo by key, read when first asked."""

    @cache
    def parts() -> Mapping[str, Part]:
        return encode(open_demo(words), stored_path=plain_path).parts

    def find(key: str) -> bytes | None:
        part = parts().get(key)
        return None if part is None else part.make()

    return find


def _catalogue(root: Path) -> dict[str, Any]:
    path = root / CATALOGUE
    if not path.is_file():
        raise ProjectFileError("demo.missing", path=str(path))
    with path.open("rb") as file:
        return tomllib.load(file)


def _project(catalogue: Mapping[str, Any], layers: tuple[Layer, ...], words: Words) -> Project:
    return Project(
        id=DEMO_PROJECT_ID,
        title=_title(catalogue["title"]),
        crs=Crs.parse(catalogue["crs"]),
        layers=layers,
        document_id=catalogue["document"],
        parcels_id=catalogue["parcels"],
        scenarios=(Scenario(REFERENCE_ID, words.text("scenario.reference")),),
        layouts=default_layouts(),
    )


def default_layouts() -> tuple[Layout, ...]:
    """Return the sheets that a new project offers."""
    return (
        Layout("sheet", Title("Planche A3", "لوحة A3", "A3 sheet"), PageFormat.A3),
        Layout(
            "sheet-2000",
            Title("Planche A3 au 1/2 000", "لوحة A3 بمقياس 1/2000", "A3 sheet at 1:2,000"),
            PageFormat.A3,
            scale=2000,
        ),
        Layout("page-a4", Title("Page A4", "صفحة A4", "A4 page"), PageFormat.A4, landscape=False),
    )


def _layer(root: Path, entry: Mapping[str, Any]) -> Layer:
    return _raster(root, entry) if entry["kind"] == "raster" else _vector(root, entry)


def _vector(root: Path, entry: Mapping[str, Any]) -> VectorLayer:
    path = root / entry["file"]
    table = read_shipped(path, Crs.parse(entry["crs"]))
    roles = {Role(role): column for column, role in entry.get("roles", {}).items()}
    return VectorLayer(
        id=entry["id"],
        title=_title(entry["title"]),
        table=table,
        style=style_of(entry),
        schema=Schema(roles),
        visible=entry.get("visible", True),
        opacity=entry.get("opacity", 1.0),
        provenance=_provenance(entry["provenance"]),
        source=Source(entry["file"], fingerprint=entry["sha256"]),
        diffusion=Diffusion(entry.get("diffusion", "public")),
        fields=tuple((name, _field(value)) for name, value in entry.get("fields", {}).items()),
    )


def _raster(root: Path, entry: Mapping[str, Any]) -> RasterLayer:
    """Return a raster as the catalogue describes it: its file is opened when it is drawn."""
    path, grid = root / entry["file"], entry["grid"]
    return RasterLayer(
        id=entry["id"],
        title=_title(entry["title"]),
        path=str(path),
        crs=Crs.parse(entry["crs"]),
        extent=Extent(*grid["extent"]),
        width_px=grid["width_px"],
        height_px=grid["height_px"],
        style=raster_style(entry),
        visible=entry.get("visible", False),
        provenance=_provenance(entry["provenance"]),
        fingerprint=file_fingerprint(path),
    )


def _title(value: Mapping[str, str]) -> Title:
    return Title(value["fr"], value["ar"], value["en"])


def _field(value: Mapping[str, Any]) -> FieldLabel:
    said = tuple((item["value"], _title(item)) for item in value.get("values", ()))
    return FieldLabel(_title(value), value.get("unit", ""), value.get("decimals", 0), said)


def _provenance(value: Mapping[str, Any]) -> Provenance:
    return Provenance(
        producer=value["producer"],
        year=str(value["year"]),
        licence=value["licence"],
        credit=_title(value["credit"]) if "credit" in value else None,
        synthetic=value["synthetic"],
        note=_title(value["note"]) if "note" in value else None,
    )
