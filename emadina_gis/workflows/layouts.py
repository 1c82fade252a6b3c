"""Templates of printed pages: those shipped, the person's own, and pages made from them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from emadina_gis import paths
from emadina_gis.errors import CommandError, DataError, EmadinaError, Problem, Severity
from emadina_gis.io.atomic import make_folder, translated
from emadina_gis.io.layout_templates import (
    ENDING,
    LayoutTemplate,
    read_template,
    without_project,
    write_template,
)
from emadina_gis.project.layout_arrange import free_id
from emadina_gis.project.layout_fit import on_paper
from emadina_gis.project.layouts import (
    CHOSEN,
    EMPTY_TITLE,
    REFERENCE,
    MapContent,
    TableContent,
)
from emadina_gis.project.standard_page import standard_frames

if TYPE_CHECKING:
    from emadina_gis.domain.title import Title
    from emadina_gis.project import Frame, Layout, PageFormat, Project
    from emadina_gis.words import Words

#: The order in which the shipped templates are offered.
SHIPPED = (
    "standard",
    "standard-portrait",
    "thematic-a3",
    "council-a3",
    "comparison-a3",
    "land-budget-a4",
    "land-budget-a3",
    "auc-2000",
    "auc-10000",
    "series-2000",
    "series-index",
)
_NO_ID = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class KnownTemplate:
    """A template that can be chosen, and where it comes from."""

    template: LayoutTemplate
    path: Path
    is_own: bool

    @property
    def id(self) -> str:
        """Stable key."""
        return self.template.id

    @property
    def title(self) -> Title:
        """Name in three languages."""
        return self.template.title


@dataclass(frozen=True)
class TemplateList:
    """The templates that can be chosen, and the files of the person's folder that cannot be."""

    templates: tuple[KnownTemplate, ...]
    unread: tuple[tuple[Path, EmadinaError], ...] = ()

    def named(self, name: str) -> KnownTemplate:
        """Return a template by id or by its title in any language.

        Raises
        ------
        CommandError
            With code ``layout.no-template``.
        """
        for known in self.templates:
            if name == known.id or known.title.reads(name):
                return known
        raise CommandError("layout.no-template", name=name)


def shipped_folder() -> Path:
    """Return the folder of the templates that come with the program."""
    return paths.resources() / "templates" / "layouts"


def own_folder() -> Path:
    """Return the folder of the person's own templates (it may not be there yet)."""
    return paths.user_config() / "layouts"


def templates() -> TemplateList:
    """Return the person's own templates, by name, then those shipped.

    An own template takes the place of the shipped one of its id.
    """
    own: list[KnownTemplate] = []
    unread: list[tuple[Path, EmadinaError]] = []
    for path in sorted(own_folder().glob(f"*{ENDING}")):
        try:
            own.append(KnownTemplate(read_template(path), path, is_own=True))
        except DataError as exc:
            unread.append((path, exc))
    taken = {known.id for known in own}
    shipped = (known for known in _shipped() if known.id not in taken)
    return TemplateList((*own, *shipped), tuple(unread))


@cache
def _shipped() -> tuple[KnownTemplate, ...]:
    """Return the templates that come with the program; they do not change while it runs."""
    files = (shipped_folder() / f"{name}.toml" for name in SHIPPED)
    return tuple(KnownTemplate(read_template(path), path, is_own=False) for path in files)


def layout_from_template(
    project: Project,
    template: LayoutTemplate,
    *,
    page: PageFormat | None = None,
    landscape: bool | None = None,
    title: Title | None = None,
) -> tuple[Layout, tuple[Problem, ...]]:
    """Return a new page from a template, under a free id, and what of it the project lacks.

    Parameters
    ----------
    page, landscape : PageFormat and bool, or None
        Paper that the template is fitted to; None keeps its own.
    title : Title or None
        Title of the page; None takes the template's.
    """
    taken = {layout.id for layout in project.layouts}
    layout = replace(
        template.layout,
        id=free_id(template.id, taken),
        title=title or template.title,
        template=template.id,
    )
    lacking: list[str] = []
    frames = tuple(_of_project(frame, project, lacking) for frame in layout.frames)
    layout = on_paper(
        replace(layout, frames=frames),
        page or layout.page,
        landscape=layout.landscape if landscape is None else landscape,
        fitted=True,
    )
    problems = (
        Problem(
            "layout.template-unused",
            Severity.INFO,
            where=template.id,
            params={"name": template.id, "what": what},
        )
        for what in dict.fromkeys(lacking)
    )
    return layout, tuple(problems)


def _of_project(frame: Frame, project: Project, lacking: list[str]) -> Frame:
    """Return a frame without the layers and scenarios that a project does not have."""
    content = frame.content
    if isinstance(content, MapContent):
        kept = tuple(name for name in content.layers if project.has_layer(name))
        lacking += [name for name in content.layers if name not in kept]
        scenarios = {CHOSEN, REFERENCE, *(one.id for one in project.scenarios)}
        scenario = content.scenario if content.scenario in scenarios else CHOSEN
        lacking += [content.scenario] if scenario != content.scenario else []
        return replace(frame, content=replace(content, layers=kept, scenario=scenario))
    if isinstance(content, TableContent) and content.layer and not project.has_layer(content.layer):
        lacking.append(content.layer)
        return replace(frame, content=replace(content, layer="", columns=()))
    return frame


def layout_named(project: Project, name: str) -> Layout:
    """Return a page of the project by id or title, else a new one from a template of that name.

    Raises
    ------
    CommandError
        With code ``project.no-layout`` if neither is there.
    """
    try:
        return project.layout(name)
    except CommandError as exc:
        try:
            known = templates().named(name)
        except CommandError:
            raise exc from None
        return layout_from_template(project, known.template)[0]


def with_layout_named(project: Project, name: str) -> tuple[Project, Layout]:
    """Return the project with the page that `layout_named` finds among its own, and that page."""
    layout = layout_named(project, name)
    if layout in project.layouts:
        return project, layout
    return replace(project, layouts=(*project.layouts, layout)), layout


def layout_list(project: Project, words: Words) -> str:
    """Return the pages of the project and the templates as text: id and title, one per line."""
    known = templates()
    groups: dict[str, list[tuple[str, Title]]] = {
        words.text("layouts.list.of-project"): [(one.id, one.title) for one in project.layouts],
        words.text("layouts.list.own"): [(k.id, k.title) for k in known.templates if k.is_own],
        words.text("layouts.list.shipped"): [
            (k.id, k.title) for k in known.templates if not k.is_own
        ],
    }
    lines: list[str] = []
    for head, rows in groups.items():
        if rows:
            lines += [head, *(f"  {name}\t{title.text(words.language)}" for name, title in rows)]
    return "\n".join(lines) + "\n"


def framed(layout: Layout) -> tuple[Frame, ...]:
    """Return the frames of a page; the standard ones of its paper where it has none."""
    return layout.frames or standard_frames(layout)


def save_as_template(layout: Layout, title: Title, about: Title = EMPTY_TITLE) -> Path:
    """Keep a page as a template in the person's folder, under a free name; return its file.

    Raises
    ------
    DataError, OutputError
        If the page has a fault, or the file cannot be written.
    """
    folder = own_folder()
    make_folder(folder)
    known = {path.stem for path in folder.glob(f"*{ENDING}")}
    name = free_id(template_id(title), known | set(SHIPPED))
    kept = replace(without_project(layout), id=name, title=title, frames=framed(layout))
    path = folder / f"{name}{ENDING}"
    write_template(LayoutTemplate(kept, about), path)
    return path


def template_id(title: Title) -> str:
    """Return an id made from the Latin letters and digits of a title."""
    for text in (title.fr, title.en, title.ar):
        plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
        name = _NO_ID.sub("-", plain).strip("-")[:48].strip("-")
        if name:
            return name
    return "page"


def import_template(path: Path) -> KnownTemplate:
    """Check a template file and copy it into the person's folder, under a free name.

    Raises
    ------
    DataError
        If it is no template, is damaged, or is of a newer version: nothing is touched then.
    OutputError
        If it cannot be copied.
    """
    template = read_template(path)
    folder = own_folder()
    make_folder(folder)
    taken = {held.stem for held in folder.glob(f"*{ENDING}")}
    name = free_id(template.id, taken | set(SHIPPED))
    kept = replace(template, layout=replace(template.layout, id=name))
    target = folder / f"{name}{ENDING}"
    write_template(kept, target)
    return KnownTemplate(kept, target, is_own=True)


def export_template(template: LayoutTemplate, path: Path) -> Path:
    """Write a template into a file to hand over; return its path (with its ending).

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    target = path if path.suffix in {ENDING, ".toml"} else path.with_name(path.name + ENDING)
    write_template(template, target)
    return target


def remove_template(name: str) -> None:
    """Remove one of the person's own templates.

    Raises
    ------
    CommandError
        With code ``layout.no-template``, or ``layout.shipped-template`` for one that is shipped.
    OutputError
        If the file cannot be removed.
    """
    known = templates().named(name)
    if not known.is_own:
        raise CommandError("layout.shipped-template", name=name)
    try:
        known.path.unlink(missing_ok=True)
    except OSError as exc:
        raise translated(exc, known.path) from exc
