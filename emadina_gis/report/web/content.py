"""What a published page holds: layers, legend, notes in three languages, and what is left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.layer import Diffusion
from emadina_gis.errors import EmptyInput
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.render.scene import DrawnLayer, Scene
from emadina_gis.report.note_text import status_text
from emadina_gis.report.sheet_blocks import date_text, source_texts
from emadina_gis.report.web.geometry import (
    EXACT_LIMIT,
    FAR_TOLERANCE_M,
    LIMIT_TOLERANCE_M,
    PRECISION_M,
    SINGLE_LIMIT,
    Grid,
    degrees,
)
from emadina_gis.report.web.languages import titled
from emadina_gis.report.web.layers import WebLayer, web_layer
from emadina_gis.report.web.marks import GROUND_M_PER_PX
from emadina_gis.report.web.told import Told, findings, left_out, simpler_from_afar
from emadina_gis.report.web.withheld import masked, masked_in
from emadina_gis.words import LANGUAGES, load_words

if TYPE_CHECKING:
    import datetime as dt

    from emadina_gis.domain.column import Column
    from emadina_gis.domain.extent import Extent
    from emadina_gis.domain.title import Title
    from emadina_gis.errors import Problem
    from emadina_gis.regulation import PlanningDocument
    from emadina_gis.report.web.hits import HitTexts
    from emadina_gis.words import Words


@dataclass(frozen=True, eq=False)
class After:
    """A scenario that is shown beside what is published first.

    Attributes
    ----------
    name, before : Title
        Name of the scenario, and of what stands before it.
    scene : Scene
        Its layers.
    columns : Mapping[str, Column]
        Its outcome columns on the parcels' rows.
    """

    name: Title
    before: Title
    scene: Scene
    columns: Mapping[str, Column]


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
    layers : frozenset of str, or None
        Layers chosen among those that may leave; None takes all that are public.
    after : After or None
        Scenario to compare with.
    precision_m : float
        Step of the coordinates, in metres.
    rasters : tuple of Title
        Visible layers of pictures and grids, which no page shows.
    """

    scene: Scene
    title: Title
    date: dt.date
    subtitle: Title | None = None
    parcels_id: str = ""
    columns: Mapping[str, Column] = field(default_factory=dict)
    document: PlanningDocument | None = None
    hits: HitTexts | None = None
    layers: frozenset[str] | None = None
    after: After | None = None
    precision_m: float = PRECISION_M
    rasters: tuple[Title, ...] = ()


@dataclass(frozen=True)
class WrittenWeb:
    """What was written.

    Attributes
    ----------
    features : int
        Features drawn one by one.
    simplified : tuple of str
        Layers with a simplified far view, or with simplified limits.
    left_out : int
        Visible layers that may not leave, were not chosen, or that a page cannot show.
    size_bytes : int
        Size of the page.
    changed : int
        Parcels that differ in the scenario that is compared.
    left, simpler : tuple of Told
        Layers that are not on the page, and what is drawn in a simpler way.
    """

    path: Path
    features: int
    simplified: tuple[str, ...]
    left_out: int
    size_bytes: int = 0
    changed: int = 0
    left: tuple[Told, ...] = ()
    simpler: tuple[Told, ...] = ()

    def problems(self, words: Words) -> tuple[Problem, ...]:
        """Return what the page does not show, or shows more simply, as findings."""
        return findings(self.left, self.simpler, words)


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

    published = [drawn for drawn in content.scene.vectors if may_leave(drawn, content.layers)]
    if not published:
        raise EmptyInput("report.web-nothing-public")
    left = _left_out(content, published)
    total = sum(drawn.layer.table.row_count for drawn in published)
    whole, first = _views(content, published)
    grid = Grid.over(whole, content.precision_m)
    layers: list[WebLayer] = []
    for index, drawn in enumerate(published):
        ctx.report(index / len(published) * 0.8, "report.phase.web")
        layers.append(web_layer(drawn, content, grid, total, ctx))
    data = _page_data(content, layers, words)
    data |= {
        "ground": GROUND_M_PER_PX,
        "grid": grid.as_list,
        "view": [round(value, 6) for value in first.as_tuple],
    }
    data["notes"] = _notes(content, published, left, layers)
    size = write_page(path, data, words)
    ctx.report(1.0, "report.phase.web")
    are_chosen = content.layers is not None
    rasters = tuple(Told(title, "raster") for title in content.rasters)
    far = (drawn for drawn, made in zip(published, layers, strict=True) if made.has_far)
    return WrittenWeb(
        path,
        sum(layer.features for layer in layers),
        tuple(str(made.entry["id"]) for made in layers if made.has_far or made.simplified_m),
        left,
        size,
        sum(layer.changed for layer in layers),
        (*rasters, *left_out(content.scene.vectors, published, are_chosen=are_chosen)),
        tuple(told for drawn in far for told in simpler_from_afar(drawn)),
    )


def _left_out(content: WebContent, published: list[DrawnLayer]) -> int:
    """Return how many visible layers are not on the page."""
    drawn = {layer.id for layer in content.scene.layers}
    undrawable = sum(problem.where not in drawn for problem in content.scene.problems)
    return len(content.scene.layers) - len(published) + undrawable + len(content.rasters)


def may_leave(drawn: DrawnLayer, chosen: frozenset[str] | None = None) -> bool:
    """Whether a layer is published: public, or restricted and chosen; a page can show it."""
    layer = drawn.layer
    allowed = layer.diffusion is Diffusion.PUBLIC
    if chosen is not None:
        allowed = layer.id in chosen and layer.diffusion is not Diffusion.INTERNAL
    return allowed and layer.crs.is_known and layer.table.main_kind != Kind.NONE


def _page_data(content: WebContent, layers: list[WebLayer], words: Words) -> dict[str, Any]:
    after = content.after
    names = None if after is None else [_side(after.before), _side(after.name)]
    return {
        "language": words.language,
        "languages": list(LANGUAGES),
        "title": masked_in(titled(content.title)),
        "subtitle": None if content.subtitle is None else masked_in(titled(content.subtitle)),
        "layers": [layer.entry for layer in layers],
        "sides": names,
        "words": {language: _interface(load_words(language)) for language in LANGUAGES},
    }


def _side(title: Title) -> dict[str, str]:
    return masked_in(titled(title))


def _interface(words: Words) -> dict[str, str]:
    """Return the sentences that the page's script says, with the places it fills in."""
    names = (
        "search", "layers", "about", "nothing", "panel", "few", "close", "language", "map",
        "divider", "before", "after", "changed", "zoom_in", "zoom_out", "more", "far_away",
        "results", "show",
    )  # fmt: skip
    texts = {name: words.text(f"report.web.{name}") for name in names}
    texts["unofficial"] = words.text("report.unofficial")
    texts["span"] = words.text("words.span", low="{low}", high="{high}")
    for name in ("line", "lapsed"):
        texts[f"hit_{name}"] = words.text(f"hits.popup.{name}", name="{name}", amount="{amount}")
    texts["hit_area"] = words.text("hits.area_share", area="{area}", share="{share}")
    texts["hit_front"] = words.text("hits.front", length="{length}")
    texts["m"], texts["m2"] = words.unit("m"), words.unit("m2")
    return texts


def _views(content: WebContent, published: list[DrawnLayer]) -> tuple[Extent, Extent]:
    """Return what all layers cover, and what is shown first: the parcels, else the smallest."""
    extents = {drawn.id: degrees(drawn.layer.table).extent for drawn in published}
    known = {name: extent for name, extent in extents.items() if extent is not None}
    if not known:
        raise EmptyInput("report.web-nothing-public")
    whole = next(iter(known.values()))
    for extent in known.values():
        whole = whole.union(extent)
    smallest = min(known.values(), key=lambda extent: extent.width * extent.height)
    return whole, known.get(content.parcels_id, smallest)


def _notes(
    content: WebContent, published: list[DrawnLayer], left: int, layers: list[WebLayer]
) -> dict[str, list[str]]:
    """Return what the page says of itself, in each language: sources, limits, what is missing."""
    found: dict[str, list[str]] = {}
    for language in LANGUAGES:
        words = load_words(language)
        texts = [words.text("report.web.date", date=date_text(content.date, words))]
        if content.document is not None:
            title = content.document.identity.title.in_language(language)
            texts.append(words.text("report.web.document", title=title))
            texts.append(status_text(content.document, words))
        if any(drawn.layer.provenance.synthetic for drawn in published):
            texts.append(words.text("report.sources.synthetic"))
        if any(drawn.layer.diffusion is Diffusion.RESTRICTED for drawn in published):
            texts.insert(0, words.text("report.web.restricted"))
        if left:
            texts.append(words.plural("report.web.left_out", left))
        texts.append(words.text("report.web.masked"))
        texts += _drawing_notes(content, layers, words)
        texts += source_texts(tuple(drawn.layer for drawn in published), words)
        found[language] = [masked(text) for text in texts]
    return found


def _drawing_notes(content: WebContent, layers: list[WebLayer], words: Words) -> list[str]:
    step = words.quantity(content.precision_m, "m", 2)
    found = [words.text("report.web.precision", step=step)]
    if any(layer.has_far for layer in layers):
        tolerance = words.quantity(FAR_TOLERANCE_M, "m")
        limits = {"exact": EXACT_LIMIT, "single": SINGLE_LIMIT}
        found.append(words.text("report.web.limit", **limits, tolerance=tolerance))
    names = [made.entry["title"][words.language] for made in layers if made.simplified_m]
    if names:
        comma = words.text("report.list_separator")
        listed = comma.join(words.isolated(name) for name in names)
        tolerance = words.quantity(LIMIT_TOLERANCE_M, "m")
        found.append(words.text("report.web.limits", layers=listed, tolerance=tolerance))
    return [*found, words.text("report.web.accuracy")]
