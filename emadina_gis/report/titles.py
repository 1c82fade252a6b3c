"""Land titles as people write them: "T.3875/C", "TF 3875 / c", "R 12345/33"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.land_title import canonical_title, canonical_titles
from emadina_gis.domain.schema import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from emadina_gis.domain.layer import VectorLayer
    from emadina_gis.project import Project


def rows_of_titles(
    layer: VectorLayer, titles: Sequence[str]
) -> tuple[NDArray[np.intp], tuple[str, ...]]:
    """Return the rows of titles, in the order asked, and the titles that are not there.

    A title that several rows carry gives all of them.
    """
    by_title = rows_by_title(layer)
    rows: list[int] = []
    missing: list[str] = []
    for title in titles:
        found = by_title.get(canonical_title(title))
        if found:
            rows += found
        else:
            missing.append(title)
    return np.array(list(dict.fromkeys(rows)), dtype=np.intp), tuple(missing)


def rows_by_title(layer: VectorLayer | None) -> dict[str, list[int]]:
    """Return the rows of each title of a layer; what is no title is kept as it is written."""
    name = None if layer is None else layer.schema.column(Role.PARCEL_ID)
    if layer is None or name is None:
        return {}
    found: dict[str, list[int]] = {}
    written = layer.table.strings(name)
    for row, title in enumerate(canonical_titles(written).tolist()):
        name_there = title if title is not None else written[row]
        if name_there is not None:
            found.setdefault(name_there.strip(), []).append(row)
    return found


def titles_in_text(text: str) -> tuple[str, ...]:
    """Return the titles that a person typed: parted by lines, commas or semicolons, each once."""
    parts = (part.strip() for part in re.split(r"[\n\r\t;,،؛]+", text))
    return tuple(dict.fromkeys(part for part in parts if part))


def titles_of_ids(project: Project, ids: NDArray[np.int64]) -> tuple[str, ...]:
    """Return the titles of parcels by their row ids; parcels without a title are left out."""
    parcels = project.parcels
    column = None if parcels is None else parcels.schema.column(Role.PARCEL_ID)
    if parcels is None or column is None:
        return ()
    texts = parcels.table.strings(column)[parcels.table.rows_of_ids(ids)]
    return tuple(str(text) for text in texts if text)
