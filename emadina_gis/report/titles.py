"""Land titles as people write them: "T.3875/C", "TF 3875 / c", "R 12345/33"."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.land_title import canonical_title, canonical_titles, title_share
from emadina_gis.domain.schema import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from emadina_gis.domain.layer import VectorLayer


def rows_of_titles(
    layer: VectorLayer, titles: Sequence[str]
) -> tuple[NDArray[np.intp], tuple[str, ...]]:
    """Return the rows of titles, in the order asked, and the titles that are not there.

    A title that several rows carry gives all of them.
    """
    name = layer.schema.column(Role.PARCEL_ID)
    if name is None:
        return np.zeros(0, dtype=np.intp), tuple(titles)
    by_title: dict[str, list[int]] = {}
    written = layer.table.strings(name)
    for row, title in enumerate(canonical_titles(written).tolist()):
        name_there = title if title is not None else written[row]
        if name_there is not None:
            by_title.setdefault(name_there.strip(), []).append(row)
    rows: list[int] = []
    missing: list[str] = []
    for title in titles:
        found = by_title.get(canonical_title(title))
        if found:
            rows += found
        else:
            missing.append(title)
    return np.array(list(dict.fromkeys(rows)), dtype=np.intp), tuple(missing)


def titles_in_cells(rows: Sequence[Sequence[object]]) -> tuple[str, ...]:
    """Return the titles of a list (a sheet's cells): the first column that holds titles.

    A heading is left out; a list without any recognisable title gives its first column.
    """
    texts = [["" if cell is None else str(cell).strip() for cell in row] for row in rows]
    width = max((len(row) for row in texts), default=0)
    for column in range(width):
        cells = [row[column] for row in texts if column < len(row)]
        found = [cell for cell in cells if title_share(np.array([cell], dtype=object))]
        if found:
            return tuple(dict.fromkeys(found))
    return tuple(dict.fromkeys(row[0] for row in texts if row and row[0]))
