"""Template files of printed pages: TOML, read strictly, written whole and read back.

A file is a layout or it is refused with the place where it is wrong; nothing of it is guessed.
Frames stand by their kind, titles in three languages. Places, revisions and numbers of a project
are no part of a template.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import tomllib
import types
import typing
import unicodedata
from dataclasses import MISSING, dataclass, fields, replace
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from emadina_gis.domain.title import Title
from emadina_gis.domain.toml_text import toml_text
from emadina_gis.errors import DataError, OutputError
from emadina_gis.io.atomic import replacing, write_bytes
from emadina_gis.project import layouts
from emadina_gis.project.layout_rules import layout_faults
from emadina_gis.project.layouts import EMPTY_TITLE, Content, Frame, Layout

FORMAT = "emadina-layout"
VERSION = 1
ENDING = ".emadina-layout"
MOST_BYTES = 32 * 1024 * 1024
MOST_NAME = 80
#: What an error names where it is about no frame.
NO_FRAME = "—"
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_TEXT_MARKS = "\n\r\t"
_INLINE = ("title", "about", "subtitle", "text")
KINDS: dict[str, type] = {
    "map": layouts.MapContent,
    "legend": layouts.LegendContent,
    "table": layouts.TableContent,
    "chart": layouts.ChartContent,
    "text": layouts.TextContent,
    "picture": layouts.PictureContent,
    "scale-bar": layouts.ScaleBarContent,
    "north": layouts.NorthContent,
    "overview": layouts.OverviewContent,
    "title-block": layouts.TitleBlockContent,
    "facts": layouts.FactsContent,
    "sources": layouts.SourcesContent,
    "revisions": layouts.RevisionsContent,
    "check-bar": layouts.CheckBarContent,
    "section": layouts.SectionContent,
    "massing": layouts.MassingContent,
}
_KIND_OF = {made: kind for kind, made in KINDS.items()}
#: Fields of a layout and of contents that belong to a project, not to a template.
_OF_PROJECT = frozenset({"center", "revisions", "template", "frames", "id"})


@dataclass(frozen=True)
class LayoutTemplate:
    """A page to start from: its layout, and in a sentence what it is for."""

    layout: Layout
    about: Title = EMPTY_TITLE

    @property
    def id(self) -> str:
        """Stable key: the name of its file and on the command line."""
        return self.layout.id

    @property
    def title(self) -> Title:
        """Name in three languages."""
        return self.layout.title


def read_template(path: Path) -> LayoutTemplate:
    """Return the template of a file.

    Raises
    ------
    DataError
        With code ``layout.newer-template`` for a file of a newer version, else with a code of
        ``layout`` that says what is wrong and where.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            megabytes = MOST_BYTES // (1024 * 1024)
            raise DataError("layout.template-too-large", path=str(path), most=megabytes)
        raw = path.read_bytes()
    except OSError as exc:
        detail = exc.strerror or type(exc).__name__
        raise DataError("layout.template-unreadable", path=str(path), detail=detail) from exc
    return template_of(raw, str(path))


def template_of(raw: bytes, path: str) -> LayoutTemplate:
    """Return the template of a file's bytes; `path` is what an error names."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        line = raw[: exc.start].count(b"\n") + 1
        raise DataError("layout.template-encoding", path=path, line=line) from exc
    return _Reader(text, path).template()


def template_text(template: LayoutTemplate) -> str:
    """Return the TOML of a template; reading it gives the template again."""
    layout = template.layout
    head = {"format": FORMAT, "version": VERSION, "id": layout.id}
    head |= {"title": _tree(layout.title), "page": str(layout.page)}
    head["landscape"] = layout.landscape
    if template.about != EMPTY_TITLE:
        head["about"] = _tree(template.about)
    head |= {k: v for k, v in _changed(layout).items() if k not in {*head, *_OF_PROJECT}}
    parts = [toml_text(head, _INLINE), *(_frame_text(frame) for frame in layout.frames)]
    return "\n".join(parts)


def write_template(template: LayoutTemplate, path: Path) -> None:
    """Write a template, and read it back before it takes the place of the file.

    Raises
    ------
    DataError
        If the layout has a fault that would keep it from being read.
    OutputError
        If the file cannot be written.
    """
    whole = replace(template, layout=without_project(template.layout))
    raw = template_text(whole).encode("utf-8", errors="surrogatepass")
    if template_of(raw, str(path)) != whole:
        raise OutputError("layout.template-differs", path=str(path))
    with replacing(path) as temporary:
        write_bytes(temporary, raw)
        if temporary.read_bytes() != raw:
            raise OutputError("layout.template-differs", path=str(path))


def without_project(layout: Layout) -> Layout:
    """Return a layout without what belongs to a project: places, revisions, its template."""
    frames = tuple(replace(frame, content=_general(frame.content)) for frame in layout.frames)
    return replace(layout, frames=frames, center=None, revisions=(), template="")


def _general(content: Content) -> Content:
    if isinstance(content, layouts.MapContent):
        return replace(content, center=None)
    if isinstance(content, layouts.TableContent):
        return replace(content, price_mad_m2=0.0)
    return content


def _frame_text(frame: Frame) -> str:
    tree: dict[str, Any] = {"id": frame.id, "kind": _KIND_OF[type(frame.content)]}
    for key in ("x", "y", "width", "height"):
        tree[key] = float(getattr(frame, key))
    tree |= {k: v for k, v in _changed(frame).items() if k not in {*tree, "content"}}
    tree |= {k: v for k, v in _changed(frame.content).items() if k != "center"}
    return "[[frames]]\n" + toml_text(tree, _INLINE)


def _changed(value: Any) -> dict[str, Any]:
    """Return the fields of a dataclass that are not at their default."""
    found = {}
    for item in fields(value):
        held = getattr(value, item.name)
        default = item.default_factory() if item.default_factory is not MISSING else item.default
        if held != default:
            found[item.name] = _tree(held)
    return found


def _tree(value: Any) -> Any:
    if isinstance(value, Title):
        return {"fr": value.fr, "ar": value.ar, "en": value.en}
    if isinstance(value, StrEnum):
        return str(value)
    if isinstance(value, tuple):
        return [_tree(item) for item in value]
    return value


@cache
def _hints(made: type) -> dict[str, Any]:
    names = {**vars(layouts), "Title": Title, "Content": Any}
    found = typing.get_type_hints(made, globalns=names, localns={"dt": dt})
    return {item.name: found[item.name] for item in fields(made)}


class _Wrong(Exception):
    """A value that is not of its kind; the reader says where it stands."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


class _Reader:
    """Reads one text; knows the place that it is reading for its errors."""

    def __init__(self, text: str, path: str) -> None:
        self._text = text
        self._path = path
        self._frame = ""

    def template(self) -> LayoutTemplate:
        tree = self._tree()
        try:
            self._refuse_others(tree)
            layout, about = self._layout(tree)
        except _Wrong as exc:
            raise self._error(exc.code, **exc.params) from exc
        fault = next(layout_faults(layout), None)
        if fault is not None:
            self._frame = fault.frame
            raise self._error(fault.code, **fault.told())
        return LayoutTemplate(layout, about)

    def _tree(self) -> dict[str, Any]:
        try:
            return tomllib.loads(self._text)
        except (ValueError, RecursionError, OverflowError) as exc:
            found = re.search(r"line (\d+)", str(exc))
            line = int(found.group(1)) if found else self._text.count("\n") + 1
            raise DataError("layout.template-not-toml", path=self._path, line=line) from exc

    def _refuse_others(self, tree: dict[str, Any]) -> None:
        if tree.get("format") != FORMAT:
            raise DataError("layout.not-a-template", path=self._path)
        version = tree.get("version")
        if type(version) is not int or version < 1:
            raise _Wrong("layout.template-value", key="version", value=_shown(version))
        if version > VERSION:
            raise DataError(
                "layout.newer-template", path=self._path, version=version, known=VERSION
            )

    def _layout(self, tree: dict[str, Any]) -> tuple[Layout, Title]:
        hints = {k: v for k, v in _hints(Layout).items() if k not in _OF_PROJECT - {"id"}}
        hints |= {"about": Title, "format": str, "version": int, "frames": list}
        self._keys(tree, hints, {"id", "title", "page", "frames"})
        name = _value(str, tree["id"], "id")
        if not _ID.fullmatch(name):
            raise _Wrong("layout.template-value", key="id", value=_shown(name))
        frames = tree.pop("frames")
        if not isinstance(frames, list) or not frames:
            raise _Wrong("layout.template-no-frames")
        for key in ("format", "version"):
            tree.pop(key)
        made = {key: _value(hints[key], value, key) for key, value in tree.items()}
        about = made.pop("about", EMPTY_TITLE)
        listed = tuple(self._read_frame(at, one) for at, one in enumerate(frames, start=1))
        return Layout(**made, frames=listed), about

    def _read_frame(self, number: int, tree: Any) -> Frame:
        self._frame = str(number)
        if not isinstance(tree, dict):
            raise _Wrong("layout.template-value", key="frames", value=_shown(tree))
        name = tree.get("id")
        if not isinstance(name, str) or not 0 < len(name.strip()) <= MOST_NAME:
            raise _Wrong("layout.template-value", key="id", value=_shown(name))
        self._frame = name
        kind = tree.get("kind")
        if not isinstance(kind, str) or kind not in KINDS:
            raise _Wrong("layout.template-kind", kind=_shown(kind))
        return self._made_frame(tree, KINDS[kind])

    def _made_frame(self, tree: dict[str, Any], made: type) -> Frame:
        of_frame = {k: v for k, v in _hints(Frame).items() if k != "content"}
        of_content = {k: v for k, v in _hints(made).items() if k != "center"}
        needed = {"id", "kind", "x", "y", "width", "height"}
        self._keys(tree, {**of_frame, **of_content, "kind": str}, needed)
        held = {k: _value(of_frame[k], v, k) for k, v in tree.items() if k in of_frame}
        inside = {k: _value(of_content[k], v, k) for k, v in tree.items() if k in of_content}
        content: Content = made(**inside)
        return Frame(**held, content=content)

    def _keys(self, tree: dict[str, Any], known: dict[str, Any], needed: set[str]) -> None:
        strange = sorted(key for key in tree if key not in known)
        if strange:
            raise _Wrong("layout.template-key", key=_shown(strange[0]))
        lacking = sorted(needed - set(tree))
        if lacking:
            raise _Wrong("layout.template-lacks", key=lacking[0])

    def _error(self, code: str, **params: object) -> DataError:
        told = {"frame": self._frame or NO_FRAME, **params}
        line = self._line(str(params.get("key", "")))
        return DataError(code, path=self._path, line=line, **told)

    def _line(self, key: str) -> int:
        """Return the line of a key in the frame being read, else the frame's, else 1."""
        lines = self._text.split("\n")
        start = self._frame_line(lines)
        if key:
            wanted = re.compile(rf"\s*(\[\s*)?[\"']?{re.escape(key)}[\"']?\s*[=.\]]")
            for number, line in enumerate(lines[start:], start=start + 1):
                if number > start + 1 and line.lstrip().startswith("[["):
                    break
                if wanted.match(line):
                    return number
        return start + 1

    def _frame_line(self, lines: list[str]) -> int:
        if not self._frame:
            return 0
        if self._frame.isdecimal():
            heads = [n for n, text in enumerate(lines) if text.strip() == "[[frames]]"]
            at = int(self._frame) - 1
            return heads[at] if at < len(heads) else 0
        named = re.compile(rf"\bid\s*=\s*[\"']{re.escape(self._frame)}[\"']")
        found = next((n for n, text in enumerate(lines) if named.search(text)), 0)
        heads = [n for n in range(found + 1) if lines[n].strip() == "[[frames]]"]
        return heads[-1] if heads else found


def _shown(value: object) -> str:
    """Return a value as an error may quote it: short, on one line."""
    text = " ".join(str(value).split())
    return text if len(text) <= MOST_NAME else text[: MOST_NAME - 1] + "…"


def _value(hint: Any, value: Any, key: str) -> Any:
    """Return a TOML value as the annotation of a field wants it."""
    made = _SCALARS.get(hint)
    if made is not None:
        return made(value, key)
    if typing.get_origin(hint) is tuple:
        return _several(typing.get_args(hint)[0], value, key)
    if typing.get_origin(hint) in {types.UnionType, typing.Union}:
        return _value(typing.get_args(hint)[0], value, key)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        if isinstance(value, str) and value in set(hint):
            return hint(value)
        allowed = ", ".join(hint)
        raise _Wrong("layout.template-choice", key=key, value=_shown(value), allowed=allowed)
    raise _Wrong("layout.template-key", key=key)


def _several(hint: Any, value: Any, key: str) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise _Wrong("layout.template-value", key=key, value=_shown(value))
    return tuple(_value(hint, item, key) for item in value)


def _text(value: Any, key: str) -> str:
    if not isinstance(value, str) or not all(_is_written(char) for char in value):
        raise _Wrong("layout.template-value", key=key, value=_shown(value))
    return value


def _is_written(char: str) -> bool:
    """Whether a character may stand in a text: anything but controls other than line ends."""
    return char in _TEXT_MARKS or unicodedata.category(char) != "Cc"


def _whole(value: Any, key: str) -> int:
    if type(value) is not int:
        raise _Wrong("layout.template-value", key=key, value=_shown(value))
    return value


def _number(value: Any, key: str) -> float:
    if type(value) not in {int, float}:
        raise _Wrong("layout.template-value", key=key, value=_shown(value))
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise _Wrong("layout.not-a-number", key=key)
    return number


def _yes_or_no(value: Any, key: str) -> bool:
    if not isinstance(value, bool):
        raise _Wrong("layout.template-value", key=key, value=_shown(value))
    return value


def _title(value: Any, key: str) -> Title:
    languages = ("fr", "ar", "en")
    if not isinstance(value, dict) or set(value) != set(languages):
        raise _Wrong("layout.template-title", key=key)
    return Title(*(_text(value[language], key) for language in languages))


_SCALARS: dict[Any, Any] = {
    str: _text,
    int: _whole,
    float: _number,
    bool: _yes_or_no,
    Title: _title,
}
