"""An atlas as files: parts are drawn, put together, read back, and told in the manifest.

The pages are drawn a few at a time, so that an interruption loses little and memory stays small. An
atlas that was interrupted and gone on with has the same bytes as one made at once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from emadina_gis.errors import EmptyInput, OutputError
from emadina_gis.io.atomic import make_folder, replacing
from emadina_gis.progress import NULL_CONTEXT, Context, NamedPhase
from emadina_gis.report.atlas_drawing import draw_pages, naming_pages
from emadina_gis.report.atlas_manifest import (
    Manifest,
    PageRecord,
    differences,
    manifest_path,
    page_codes,
    write_manifest,
)
from emadina_gis.report.atlas_merge import merge_parts
from emadina_gis.report.atlas_names import plain_name
from emadina_gis.report.atlas_parts import PART_PAGES, PartStore, part_keys, parts_folder
from emadina_gis.report.pdf_check import Joined, PdfMeta, WrittenPdf, finish_pdf
from emadina_gis.report.presets import Preset

if TYPE_CHECKING:
    from emadina_gis.domain.title import Title
    from emadina_gis.errors import Problem
    from emadina_gis.report.atlas import AtlasSheet
    from emadina_gis.words import Words

_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')
_LONGEST_NAME = 60


@dataclass(frozen=True)
class AtlasJob:
    """What is written.

    Attributes
    ----------
    title : Title
        Of the document.
    state : str
        Code of all that the pages were made from beside themselves; empty where parts of an
        earlier run must not be used and none are kept.
    is_split : bool
        One file per page in a folder, else one PDF.
    """

    sheets: tuple[AtlasSheet, ...]
    title: Title
    state: str = ""
    is_split: bool = False
    preset: Preset = Preset.SCREEN


@dataclass(frozen=True)
class WrittenAtlas:
    """What was written.

    Attributes
    ----------
    path : Path
        The PDF, or the folder of pages.
    drawn : int
        Pages that were drawn now; the others were there from an interrupted run.
    pdf : WrittenPdf or None
        What the one PDF holds, read back from it.
    kept : tuple of Problem
        Why the state of the project was not kept, where it was not.
    """

    path: Path
    manifest: Manifest
    manifest_path: Path
    drawn: int
    pdf: WrittenPdf | None = None
    kept: tuple[Problem, ...] = ()

    @property
    def page_count(self) -> int:
        """Number of pages."""
        return len(self.manifest.pages)


def write_atlas(
    job: AtlasJob, path: Path, words: Words, ctx: Context = NULL_CONTEXT
) -> WrittenAtlas:
    """Write an atlas and its manifest.

    Raises
    ------
    EmptyInput
        With code ``report.nothing-to-print`` without pages.
    OutputError
        If a file cannot be written, or what was written is not what was drawn.
    JobCancelled
        If the work was cancelled; parts that are whole are kept for the next run.
    """
    if not job.sheets:
        raise EmptyInput("report.nothing-to-print")
    size = 1 if job.is_split else PART_PAGES
    store = PartStore(parts_folder(path))
    keys = part_keys(job.sheets, size, state=f"{job.state} {job.preset}", language=words.language)
    store.open(keys if job.state else ())
    try:
        records, drawn = _all_parts(job, store, keys, words, ctx.part(0.0, 0.95))
        ctx.report(0.95, "atlas.phase.join")
        if job.is_split:
            manifest = _split(job, store, keys, records, path, words)
            pdf = None
        else:
            manifest, pdf = _joined(job, store, keys, records, path, words)
        write_manifest(manifest, manifest_path(path))
    except BaseException:
        if not job.state:
            store.remove()
        raise
    store.remove()
    ctx.report(1.0, "atlas.phase.join")
    return WrittenAtlas(path, manifest, manifest_path(path), drawn, pdf)


def _all_parts(
    job: AtlasJob, store: PartStore, keys: tuple[str, ...], words: Words, ctx: Context
) -> tuple[list[PageRecord], int]:
    """Draw the parts that are not there; return the records of all pages, and how many were."""
    size = 1 if job.is_split else PART_PAGES
    count = len(job.sheets)
    records: list[PageRecord] = []
    drawn = 0
    for index, key in enumerate(keys):
        start = index * size
        sheets = job.sheets[start : start + size]
        found = store.found(key)
        if found is None:
            part = ctx.part(start / count, (start + len(sheets)) / count)
            found = _drawn_part(job, store.path(key), sheets, start, words, part)
            store.keep(key, found)
            drawn += len(sheets)
        ctx.report((start + len(sheets)) / count, _phase(sheets[-1], words, start + len(sheets)))
        records += found
    return records, drawn


def _drawn_part(
    job: AtlasJob,
    path: Path,
    sheets: tuple[AtlasSheet, ...],
    start: int,
    words: Words,
    ctx: Context,
) -> tuple[PageRecord, ...]:
    """Draw the pages of one part and return what they hold, read back from the file."""
    phases = [
        _phase(sheet, words, start + 1 + index, len(job.sheets))
        for index, sheet in enumerate(sheets)
    ]
    said = naming_pages(ctx, phases)
    accounts = draw_pages(sheets, path, words, title=job.title, preset=job.preset, ctx=said)
    codes = page_codes(path)
    if len(codes) != len(sheets):
        raise OutputError("report.incomplete", path=str(path.parent))
    return tuple(
        PageRecord(
            number=start + 1 + index,
            name=plain_name(sheet.name.text(words.language)),
            feature=sheet.feature,
            extent=account.extent,
            scale=account.scale,
            legend=tuple(map(plain_name, account.legend)),
            hash=code,
            found=account.found,
        )
        for index, (sheet, account, code) in enumerate(zip(sheets, accounts, codes, strict=True))
    )


def _phase(sheet: AtlasSheet, words: Words, number: int, count: int = 0) -> NamedPhase:
    name = words.isolated(sheet.name.text(words.language))
    return NamedPhase("atlas.phase.page", page=number, pages=count or number, name=name)


def _joined(
    job: AtlasJob,
    store: PartStore,
    keys: tuple[str, ...],
    records: list[PageRecord],
    path: Path,
    words: Words,
) -> tuple[Manifest, WrittenPdf]:
    """Put the parts into one PDF and check each of its pages before it gets its name."""
    names = tuple(record.name for record in records)
    with replacing(path) as draft:
        level = merge_parts([store.path(key) for key in keys], draft)
        meta = PdfMeta(
            job.title.text(words.language),
            words.language,
            job.sheets[0].content.date,
            words.text("report.unofficial"),
            names,
        )
        written = finish_pdf(draft, meta, len(records), Joined(level))
        if differences(records, page_codes(draft)):
            raise OutputError("report.incomplete", path=str(path.parent))
    pages = tuple(replace(record, file=path.name) for record in records)
    return _manifest(job, pages, words), replace(written, path=path)


def _split(
    job: AtlasJob,
    store: PartStore,
    keys: tuple[str, ...],
    records: list[PageRecord],
    folder: Path,
    words: Words,
) -> Manifest:
    """Give each page its file in a folder, named by its number and its name."""
    make_folder(folder)
    width = max(len(str(len(records))), 3)
    pages: list[PageRecord] = []
    for key, record in zip(keys, records, strict=True):
        file = f"{record.number:0{width}d} {safe_name(record.name)}".strip() + ".pdf"
        with replacing(folder / file) as draft:
            draft.write_bytes(store.path(key).read_bytes())
            if page_codes(draft) != (record.hash,):
                raise OutputError("report.incomplete", path=str(folder))
        pages.append(replace(record, file=file))
    return _manifest(job, tuple(pages), words)


def safe_name(name: str) -> str:
    """Return a name that every file system takes."""
    return " ".join(_UNSAFE.sub(" ", plain_name(name)).split())[:_LONGEST_NAME].strip(" .")


def _manifest(job: AtlasJob, pages: tuple[PageRecord, ...], words: Words) -> Manifest:
    return Manifest(job.title.text(words.language), words.language, job.state, pages)
