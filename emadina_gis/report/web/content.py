"""What a published page holds: layers, legend, notes in three languages, and what is left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.layer import Diffusion
from emadina_gis.domain.style import Dash, Symbol
from emadina_gis.domain.viewport import MM_PER_PX_AT_96_DPI
from emadina_gis.errors import EmptyInput
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.render.scene import DrawnLayer, Scene
from emadina_gis.report.legend import entry_text
from emadina_gis.report.sheet_blocks import date_text, source_texts
from emadina_gis.report.web.fields import in_languages, layer_fields, parcel_fields
from emadina_gis.report.web.geometry import (
    DETAIL_ZOOM,
    EXACT_LIMIT,
    FAR_TOLERANCE_M,
    SINGLE_LIMIT,
    degrees,
    web_shapes,
)
from emadina_gis.words import LANGUAGES, load_words

if TYPE_CHECKING:
    import datetime as dt

    from emadina_gis.domain.column import Column
    from emadina_gis.domain.style import ClassEntry
    from emadina_gis.domain.title import Title
    from emadina_gis.regulation import PlanningDocument
    from emadina_gis.report.web.hits import HitTexts
    from emadina_gis.words import Words

#: Kinds of drawing on the page.
_KINDS = {Kind.POLYGON: "polygon", Kind.LINE: "line", Kind.POINT: "point"}
_DASHES = {Dash.DASHED: "6 4", Dash.DASH_DOT: "8 4 2 4", Dash.DOTTED: "2 3"}
_LEAST_WEIGHT = 0.6


@dataclass(frozen=True, eq=False)
class WebContent:
    """What is published.

    Attributes
    ----------
    scene : Scene
        Visible layers; those that may not leave are left out and counted.
    title, subtitle : Title
        Name of the page, and of the scenario or document under it.
    date : date
        Printed on the page.
    parcels_id : str
        Layer whose popups say what a parcel may carry.
    columns : Mapping[str, Column]
        Outcome columns on that layer's rows; empty leaves its own columns in the popup.
    document : PlanningDocument or None
        Whose articles are named.
    hits : HitTexts or None
        What bites each parcel; None says nothing of it.
    """

    scene: Scene
    title: Title
    date: dt.date
    subtitle: Title | None = None
    parcels_id: str = ""
    columns: Mapping[str, Column] = field(default_factory=dict)
    document: PlanningDocument | None = None
    hits: HitTexts | None = None


@dataclass(frozen=True)
class WrittenWeb:
    """What was written.

    Attributes
    ----------
    features : int
        Features drawn one by one.
    simplified : tuple of str
        Layers with a simplified far view.
    left_out : int
        Visible layers that may not leave, or that a page cannot show.
    """

    path: Path
    features: int
    simplified: tuple[str, ...]
    left_out: int


def write_web(
    content: WebContent, path: Path, words: Words, ctx: Context = NULL_CONTEXT
) -> WrittenWeb:
    """Write the page.

    Parameters
    ----------
    words : Words
        Language in which the page opens; the reader may change it.

    Raises
    ------
    EmptyInput
        With code ``report.web-nothing-public`` if no visible layer may be published.
    OutputError
        If the file cannot be written.
    """
    from emadina_gis.report.web.page import write_page

    published = [drawn for drawn in content.scene.vectors if may_leave(drawn)]
    if not published:
        raise EmptyInput("report.web-nothing-public")
    left_out = len(content.scene.layers) - len(published) + len(content.scene.problems)
    total = sum(drawn.layer.table.row_count for drawn in published)
    layers = []
    for index, drawn in enumerate(published):
        ctx.report(index / len(published) * 0.8, "report.phase.web")
        layers.append(_layer(drawn, content, total <= EXACT_LIMIT, ctx))
    simplified = tuple(entry["id"] for entry in layers if entry["far"])
    data = _page_data(content, published, layers, words)
    data["notes"] = _notes(content, published, left_out, simplified)
    write_page(path, data, words)
    ctx.report(1.0, "report.phase.web")
    features = sum(len(entry["geometry"]) for entry in layers)
    return WrittenWeb(path, features, simplified, left_out)


def may_leave(drawn: DrawnLayer) -> bool:
    """Whether a layer may be published and a page can show it."""
    layer = drawn.layer
    return (
        layer.diffusion in {Diffusion.PUBLIC, Diffusion.RESTRICTED}
        and layer.crs.is_known
        and layer.table.main_kind != Kind.NONE
    )


def _layer(drawn: DrawnLayer, content: WebContent, exact: bool, ctx: Context) -> dict[str, Any]:  # noqa: FBT001 - one answer for all layers
    layer = drawn.layer
    small = exact or layer.table.main_kind != Kind.POLYGON or layer.table.row_count <= EXACT_LIMIT
    shapes = web_shapes(layer.table, drawn.classes.codes, exact=small, ctx=ctx)
    is_parcels = layer.id == content.parcels_id and bool(content.columns)
    if is_parcels and content.document is not None:
        fields = parcel_fields(
            layer, shapes.rows, content.columns, content.document, hits=content.hits
        )
    else:
        fields = layer_fields(layer, shapes.rows)
    return {
        "id": layer.id,
        "title": {language: layer.title.text(language) for language in LANGUAGES},
        **_look(drawn),
        "entries": _entries(drawn),
        "codes": drawn.classes.codes[shapes.rows].tolist(),
        "geometry": shapes.parts,
        "far": shapes.far,
        "detailZoom": DETAIL_ZOOM if shapes.far and len(shapes.rows) else 0,
        "onlyFar": not len(shapes.rows),
        "fields": fields.fields,
        "values": fields.values,
        "search": fields.search,
        "note": in_languages(_note) if is_parcels else None,
    }


def _note(words: Words) -> str:
    return words.text("report.unofficial")


def _look(drawn: DrawnLayer) -> dict[str, Any]:
    symbol = drawn.symbol
    kind = _KINDS[drawn.layer.table.main_kind]
    colors = drawn.line_colors if kind == "line" else drawn.fill_colors
    shown = drawn.classes.colors
    outline_only = kind != "line" and not colors[:, 3].any()
    palette = colors if not outline_only else np.where(shown[:, 3:] > 0, shown, 255)
    return {
        "kind": kind,
        "colors": [_css(color) if color[3] or outline_only else None for color in palette.tolist()],
        "filled": not outline_only,
        "fillOpacity": float(symbol.fill_opacity),
        "opacity": float(drawn.opacity),
        "stroke": _outline(symbol) if kind != "line" else None,
        "weight": max(symbol.stroke_mm / MM_PER_PX_AT_96_DPI, _LEAST_WEIGHT),
        "dash": _DASHES.get(symbol.dash, ""),
        "radius": max(symbol.size_mm / MM_PER_PX_AT_96_DPI / 2, 2.0),
    }


def _outline(symbol: Symbol) -> str | None:
    return symbol.stroke if symbol.stroke_mm > 0 else None


def _css(color: list[int]) -> str:
    red, green, blue, _alpha = color
    return f"#{red:02x}{green:02x}{blue:02x}"


def _entries(drawn: DrawnLayer) -> list[dict[str, Any]]:
    """Return the legend of a layer: the classes that are drawn, in three languages."""
    return [
        {"color": entry.color, "count": entry.count, "text": _class_text(drawn, entry)}
        for entry in drawn.classes.legend
    ]


def _class_text(drawn: DrawnLayer, entry: ClassEntry) -> dict[str, str] | None:
    """Return what a class stands for; None for a single symbol, named by its layer."""
    if entry.kind == "all":
        return None
    return in_languages(lambda words: entry_text(drawn, entry, words))


def _page_data(
    content: WebContent,
    published: list[DrawnLayer],
    layers: list[dict[str, Any]],
    words: Words,
) -> dict[str, Any]:
    return {
        "language": words.language,
        "languages": list(LANGUAGES),
        "title": {language: content.title.text(language) for language in LANGUAGES},
        "subtitle": None
        if content.subtitle is None
        else {language: content.subtitle.text(language) for language in LANGUAGES},
        "view": _view(content, published),
        "layers": layers,
        "words": {language: _interface(load_words(language)) for language in LANGUAGES},
    }


def _interface(words: Words) -> dict[str, str]:
    names = ("search", "layers", "about", "nothing", "panel", "few")
    texts = {name: words.text(f"report.web.{name}") for name in names}
    texts["unofficial"] = words.text("report.unofficial")
    texts["span"] = words.text("words.span", low="{low}", high="{high}")
    return texts


def _view(content: WebContent, published: list[DrawnLayer]) -> list[float]:
    """Return what the page shows first: the parcels, else the smallest layer with an extent."""
    wanted = [drawn for drawn in published if drawn.id == content.parcels_id] or published
    extents = [degrees(drawn.layer.table).extent for drawn in wanted]
    known = [extent for extent in extents if extent is not None]
    smallest = min(known, key=lambda extent: extent.width * extent.height)
    return [round(value, 6) for value in smallest.as_tuple]


def _notes(
    content: WebContent,
    published: list[DrawnLayer],
    left_out: int,
    simplified: tuple[str, ...],
) -> dict[str, list[str]]:
    """Return what the page says of itself, in each language: sources, limits, what is missing."""
    found: dict[str, list[str]] = {}
    for language in LANGUAGES:
        words = load_words(language)
        texts = [words.text("report.web.date", date=date_text(content.date, words))]
        if content.document is not None:
            title = content.document.identity.title.in_language(language)
            texts.append(words.text("report.web.document", title=title))
        if content.scene.has_synthetic:
            texts.append(words.text("report.sources.synthetic"))
        if simplified:
            texts.append(_limit_text(words))
        if left_out:
            texts.append(words.plural("report.web.left_out", left_out))
        if any(drawn.layer.diffusion is not Diffusion.PUBLIC for drawn in published):
            texts.append(words.text("report.web.masked"))
        texts.append(words.text("report.web.accuracy"))
        texts += source_texts(tuple(drawn.layer for drawn in published), words)
        found[language] = texts
    return found


def _limit_text(words: Words) -> str:
    return words.text(
        "report.web.limit",
        exact=EXACT_LIMIT,
        single=SINGLE_LIMIT,
        tolerance=words.quantity(FAR_TOLERANCE_M, "m"),
    )
