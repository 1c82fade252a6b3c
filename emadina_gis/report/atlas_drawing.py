"""The pages of one part drawn into a file, with what each of them shows told beside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emadina_gis.progress import Context
from emadina_gis.report.sheet import write_sheets

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from emadina_gis.domain.title import Title
    from emadina_gis.report.atlas import AtlasSheet
    from emadina_gis.report.page_plan import DrawnPage, MapPlan, PagePlan
    from emadina_gis.report.presets import Preset
    from emadina_gis.words import Words


@dataclass(frozen=True)
class PageAccount:
    """What the main map of a page shows, and what was found on the page, as codes."""

    extent: tuple[float, ...]
    scale: int
    legend: tuple[str, ...]
    found: tuple[str, ...]


def draw_pages(
    sheets: Sequence[AtlasSheet],
    path: Path,
    words: Words,
    *,
    title: Title,
    preset: Preset,
    ctx: Context,
) -> tuple[PageAccount, ...]:
    """Write pages as one PDF; return what each shows, in order."""
    contents = tuple(sheet.content for sheet in sheets)
    written = write_sheets(contents, path, words, title=title, preset=preset, ctx=ctx)
    return tuple(_account(page) for page in written.pages)


def _account(page: DrawnPage) -> PageAccount:
    found = tuple(dict.fromkeys(f"{problem.code} {problem.where}" for problem in page.problems))
    main = main_map(page.plan)
    if main is None:
        return PageAccount((), 0, (), found)
    return PageAccount(main.frame.extent.as_tuple, main.frame.scale, tuple(_classes(main)), found)


def main_map(plan: PagePlan) -> MapPlan | None:
    """Return the largest map of a page, None where it has none."""
    return max(plan.maps, key=lambda one: one.frame.box.width * one.frame.box.height, default=None)


def _classes(shown: MapPlan) -> Iterator[str]:
    for group in shown.groups:
        for item in group.items:
            yield f"{group.title}: {item.text}" if item.text else group.title


def naming_pages(ctx: Context, phases: Sequence[str]) -> Context:
    """Return a context that says a phase for each page that is drawn, whatever is done on it."""
    return _PageContext(ctx, phases)


class _PageContext(Context):
    """Takes the fraction for a place among the pages."""

    def __init__(self, whole: Context, phases: Sequence[str]) -> None:
        super().__init__()
        self._whole = whole
        self._phases = phases

    def report(self, fraction: float, phase: str = "") -> None:  # noqa: ARG002 - the page is said
        index = min(int(fraction * len(self._phases)), len(self._phases) - 1)
        self._whole.report(fraction, self._phases[index])

    def check(self) -> None:
        self._whole.check()

    def cancel(self) -> None:
        self._whole.cancel()

    @property
    def cancelled(self) -> bool:
        return self._whole.cancelled
