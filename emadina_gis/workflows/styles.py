"""Styles that go from one layer to another: copied, kept in a file, put back as at the opening."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from emadina_gis.analysis.first_looks import first_look
from emadina_gis.analysis.rules import NO_COLUMNS, broken_rules, style_columns
from emadina_gis.domain.symbology import Rules
from emadina_gis.errors import MissingInput
from emadina_gis.io.markers import read_marker, shipped_markers
from emadina_gis.io.style_file import ENDING, read_style, style_of_text, style_text, write_style

if TYPE_CHECKING:
    from emadina_gis.domain.column import Column
    from emadina_gis.domain.layer import VectorLayer
    from emadina_gis.domain.style import LabelStyle, Style
    from emadina_gis.project import Project

__all__ = [
    "ENDING",
    "Fitted",
    "first_style",
    "fitted_style",
    "read_marker",
    "read_style",
    "shipped_markers",
    "style_of_text",
    "style_text",
    "write_style",
]


@dataclass(frozen=True)
class Fitted:
    """A style made to fit a layer.

    Attributes
    ----------
    left_out : tuple of str
        Columns that the layer lacks, so that its labels or its opacity were left as they were.
    """

    style: Style
    left_out: tuple[str, ...] = ()


def fitted_style(
    style: Style, layer: VectorLayer, columns: Mapping[str, Column] = NO_COLUMNS
) -> Fitted:
    """Return a style for another layer.

    Classes need their columns; labels and opacity by feature are taken where theirs are there,
    and rows named in labels never are.

    Raises
    ------
    MissingInput
        ``style.no-column`` with the columns that the layer lacks.
    """
    names = dict.fromkeys((*columns, *layer.table.columns))
    bare = replace(style, opacity=None)
    lacking = [name for name in style_columns(bare, names) if name not in names]
    if lacking:
        raise MissingInput("style.no-column", columns=", ".join(lacking))
    if isinstance(style.symbology, Rules):
        for broken in broken_rules(style.symbology, layer.table, columns):
            raise broken.error
    left_out: list[str] = []
    label = _fitted_label(style.label, layer, names, left_out)
    opacity = style.opacity
    if opacity is not None and opacity.field not in names:
        left_out.append(opacity.field)
        opacity = layer.style.opacity
    return Fitted(replace(style, label=label, opacity=opacity), tuple(left_out))


def _fitted_label(
    label: LabelStyle | None,
    layer: VectorLayer,
    names: Mapping[str, object],
    left_out: list[str],
) -> LabelStyle | None:
    if label is None:
        return None
    read = [label.field, label.second_field, label.circled_field]
    lacking = [name for name in read if name and name not in names]
    if lacking:
        left_out += lacking
        return layer.style.label
    return replace(label, raised=(), only_rows=None)


def first_style(project: Project, layer: VectorLayer) -> Style:
    """Return the style that a layer has when it is opened, in the colour of its place."""
    place = [one.id for one in project.layers].index(layer.id)
    number = len(project.layers) - 1 - place
    return first_look(layer.table.main_kind, layer.title.fr, number)
