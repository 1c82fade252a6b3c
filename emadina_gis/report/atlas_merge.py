"""Parts of an atlas put together: pages in order, fonts and pictures that are alike kept once."""

from __future__ import annotations

import re
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from emadina_gis.errors import OutputError
from emadina_gis.report.atlas_hash import PageHasher
from emadina_gis.report.pdf_pages import list_groups

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

#: Kinds of resources that pages of different parts may have alike.
_SHARED = ("/Font", "/XObject", "/ColorSpace", "/ExtGState", "/Pattern", "/Shading", "/Properties")
_CONFORMANCE = re.compile(rb"<pdfaid:conformance>(\w)</pdfaid:conformance>")
#: Levels of PDF/A-2 from none upwards.
_LEVELS = ("", "B", "U")


def merge_parts(parts: Sequence[Path], target: Path) -> str:
    """Write the pages of several finished PDFs into one, in order.

    Returns
    -------
    str
        The lowest level of PDF/A-2 of the parts: ``"U"``, ``"B"`` or empty.

    Raises
    ------
    OutputError
        With code ``report.incomplete`` if a part cannot be read.
    """
    import pikepdf

    try:
        with ExitStack() as opened:
            whole = opened.enter_context(pikepdf.new())
            levels = []
            for part in parts:
                source = opened.enter_context(pikepdf.open(part, attempt_recovery=False))
                levels.append(_level(source))
                whole.pages.extend(source.pages)
                _take_profile(whole, source)
            _share(whole)
            whole.save(target, deterministic_id=True)
    except pikepdf.PdfError as error:
        raise OutputError("report.incomplete", path=str(target.parent)) from error
    return min(levels, key=_LEVELS.index)


def _level(source: Any) -> str:
    if "/Metadata" not in source.Root:
        return ""
    found = _CONFORMANCE.search(source.Root.Metadata.read_bytes())
    level = found[1].decode() if found else ""
    return level if level in _LEVELS else ""


def _take_profile(whole: Any, source: Any) -> None:
    """Take the colour profile from the first part that has one."""
    import pikepdf

    if "/OutputIntents" in source.Root and "/OutputIntents" not in whole.Root:
        intents = [whole.copy_foreign(intent) for intent in source.Root.OutputIntents]
        whole.Root.OutputIntents = pikepdf.Array(intents)


def _share(whole: Any) -> None:
    """Let pages refer to one object where they refer to several that are the same."""
    hasher = PageHasher()
    first: dict[bytes, Any] = {}
    groups: dict[tuple[int, int], Any] = {}
    for kind, listed in _resources(whole):
        # keys are a set: in the order of their numbers, so that the file is the same each time
        for name in sorted(listed.keys(), key=lambda key: (len(key), key)):
            item = listed[name]
            if not item.is_indirect:
                continue
            shared = first.setdefault(hasher.digest(item), item)
            listed[name] = shared
            if kind == "/Properties" and shared.get("/Type") == "/OCG":
                groups[shared.objgen] = shared
    if groups:
        list_groups(whole, list(groups.values()))


def _resources(whole: Any) -> Iterator[tuple[str, Any]]:
    """Return the named resources of every page, kind by kind."""
    import pikepdf

    for page in whole.pages:
        resources = page.obj.get("/Resources")
        for kind in _SHARED:
            listed = None if resources is None else resources.get(kind)
            if isinstance(listed, pikepdf.Dictionary):
                yield kind, listed
