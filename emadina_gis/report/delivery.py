"""The written report of a delivery: what each file is, what was lost, mended or is doubtful.

For whoever delivered the files: one page of HTML that stands alone, or JSON with the same content.
No path of a machine and no personal value is in it. Knows no project.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import html
import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from emadina_gis.errors import OutputError, Problem, Severity
from emadina_gis.io.atomic import write_text
from emadina_gis.io.description import GUESSED
from emadina_gis.io.diagnosis import MASKED, TABLE, FileDiagnosis, LayerDiagnosis
from emadina_gis.io.inspect import entry_of
from emadina_gis.io.layer_titles import layer_title

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from emadina_gis.errors import EmadinaError
    from emadina_gis.io.diagnosis import FieldDiagnosis
    from emadina_gis.words import Words

SCHEMA = "emadina-delivery/1"
ENDINGS = (".html", ".json")
#: Findings that reading has already put right, without touching the file.
MENDED = frozenset({
    "shapefile.no-index", "shapefile.counts-differ", "encoding.contradicted", "encoding.guessed",
    "encoding.taken-for", "geometry.collection", "geometry.curves", "geometry.unclosed",
    "geometry.measures", "dxf.closed", "dxf.repaired", "table.duplicate-fields",
    "table.title-lines", "table.no-header", "table.quotes", "table.places-by-content",
    "crs.matched", "geometry.mended", "import.crs-chosen", "import.axes-exchanged",
    "import.encoding-chosen",
})  # fmt: skip
_ARABIC = re.compile("[\u0600-\u06ff][\u0600-\u06ff\u064b-\u065f ]*[\u0600-\u06ff]")
_CSS = """
:root{color-scheme:light;--line:#e5e2dd;--quiet:#68625b;--accent:#0f6b64;--amber:#a84a0a;--red:#b3261e}
body{font:15px/1.5 "IBM Plex Sans","IBM Plex Sans Arabic",system-ui,sans-serif;color:#1c1a18;
background:#fff;max-width:60rem;margin:2rem auto;padding:0 1.25rem}
h1{font-size:1.5rem;margin:0 0 .25rem}h2{font-size:1.2rem;margin:2.25rem 0 .25rem;
border-top:1px solid var(--line);padding-top:1.25rem}h3{font-size:1rem;margin:1.5rem 0 .5rem}
h4{font-size:.9rem;margin:1rem 0 .25rem}p{margin:.25rem 0}.quiet{color:var(--quiet)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;margin:.5rem 0}
dt{color:var(--quiet)}dd{margin:0}table{border-collapse:collapse;width:100%;font-size:.85rem;
margin:.5rem 0}th,td{text-align:start;vertical-align:top;padding:.3rem .6rem .3rem 0;
border-bottom:1px solid var(--line)}th{color:var(--quiet);font-weight:600}
ul{margin:.25rem 0;padding-inline-start:1.2rem}li{margin:.35rem 0}
.lost h4{color:var(--red)}.doubt h4{color:var(--amber)}.mended h4{color:var(--accent)}
blockquote{margin:.25rem 0;padding-inline-start:.75rem;border-inline-start:3px solid var(--line)}
@media print{body{margin:0;max-width:none}h2{break-after:avoid}}
"""


class Group(StrEnum):
    """What becomes of a finding."""

    LOST = "lost"
    DOUBT = "doubt"
    MENDED = "mended"
    NOTE = "note"


@dataclass(frozen=True)
class Delivery:
    """What is reported.

    Attributes
    ----------
    files : tuple of FileDiagnosis
        What was delivered.
    date : date
        When it was looked at.
    unread : tuple of str
        Names of files that were not read.
    """

    files: tuple[FileDiagnosis, ...]
    date: dt.date
    unread: tuple[str, ...] = ()


def group_of(problem: Problem) -> Group:
    """Return whether a finding was a loss, is doubtful, was put right, or is good to know."""
    if problem.severity is Severity.ERROR:
        return Group.LOST
    if problem.code in MENDED:
        return Group.MENDED
    return Group.DOUBT if problem.severity is Severity.WARNING else Group.NOTE


def write_delivery(delivery: Delivery, path: Path, words: Words) -> Path:
    """Write the report in the form of the target's ending, whole or not at all.

    Raises
    ------
    OutputError
        ``output.delivery-form`` for another ending; where the file cannot be written.
    """
    suffix = path.suffix.lower()
    if suffix not in ENDINGS:
        raise OutputError("output.delivery-form", path=path.name, folder=str(path.parent))
    if suffix == ".json":
        write_text(path, json.dumps(delivery_data(delivery, words), ensure_ascii=False, indent=2))
    else:
        write_text(path, delivery_html(delivery, words))
    return path


def delivery_data(delivery: Delivery, words: Words) -> dict[str, Any]:
    """Return the report as JSON-ready values: what ``inspect --json`` says, without paths."""
    return {
        "schema": SCHEMA,
        "date": delivery.date.isoformat(),
        "language": words.language,
        "files": [_without_folders(entry_of(file, words), file) for file in delivery.files],
        "unread": list(delivery.unread),
    }


def _without_folders(entry: dict[str, Any], file: FileDiagnosis) -> dict[str, Any]:
    """Return an entry that names the file alone: folders may carry the name of a person."""
    text = json.dumps(entry, ensure_ascii=False)
    folder = json.dumps(f"{file.path.parent}/", ensure_ascii=False)[1:-1]
    made: dict[str, Any] = json.loads(text.replace(folder, "") if len(folder) > 2 else text)
    return made


# --- the page -------------------------------------------------------------------------------------


def delivery_html(delivery: Delivery, words: Words) -> str:
    """Return the page: no script, nothing fetched, every text escaped."""
    page = _Page(words)
    body = page.whole(delivery)
    digest = base64.b64encode(hashlib.sha256(_CSS.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    direction = "rtl" if words.is_rtl else "ltr"
    return (
        f'<!doctype html>\n<html lang="{words.language}" dir="{direction}">\n<head>\n'
        f'<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_safe(words.text('delivery.title'))}</title>\n<style>{_CSS}</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def _safe(text: object) -> str:
    return html.escape(str(text), quote=True)


def _sentence(text: str) -> str:
    """Return a sentence in which Arabic words of the data have a direction of their own."""
    return _ARABIC.sub(lambda found: f"<bdi>{found[0]}</bdi>", _safe(text))


def _name(text: object) -> str:
    """Return a name of the data, with a direction of its own."""
    return f"<bdi>{_safe(text)}</bdi>"


class _Page:
    """Makes the parts of the page in one language."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def _say(self, key: str, **params: object) -> str:
        return _safe(self._words.text(key, **params))

    def whole(self, delivery: Delivery) -> str:
        """Return the body."""
        words = self._words
        counted = words.plural("delivery.files", len(delivery.files))
        date = f"<bdi>{delivery.date:%d/%m/%Y}</bdi>"
        parts = [
            f"<h1>{self._say('delivery.title')}</h1>",
            f'<p class="quiet">{date} · {_safe(counted)}</p>',
            f'<p class="quiet">{self._say("delivery.explained")}</p>',
        ]
        parts += [self._file(file) for file in delivery.files]
        if delivery.unread:
            names = "".join(f"<li>{_name(name)}</li>" for name in delivery.unread)
            parts.append(f"<h2>{self._say('delivery.unread')}</h2><ul>{names}</ul>")
        return "\n".join(parts)

    def _file(self, file: FileDiagnosis) -> str:
        parts = [f"<h2>{_name(file.path.name)}</h2>"]
        if file.format:
            parts.append(f'<p class="quiet">{_name(file.format)}</p>')
        errors = [*(error for _name, error in file.failures), *([file.error] if file.error else [])]
        if errors:
            listed = "".join(self._error(error, file) for error in errors)
            parts.append(f'<div class="lost"><h4>{self._say("delivery.unreadable")}</h4>')
            parts.append(f"<ul>{listed}</ul></div>")
        parts += [self._layer(layer, self._title(layer, file)) for layer in file.layers]
        return "\n".join(parts)

    def _error(self, error: EmadinaError, file: FileDiagnosis) -> str:
        what, _following = self._words.error(error)
        return self._item(what.replace(f"{file.path.parent}/", ""), "unreadable")

    def _title(self, layer: LayerDiagnosis, file: FileDiagnosis) -> str:
        """Return the heading of a layer; one that is alone has none."""
        if len(file.layers) == 1:
            return ""
        return f"<h3>{_name(layer_title(layer.name, file.format).text(self._words.language))}</h3>"

    def _layer(self, layer: LayerDiagnosis, title: str) -> str:
        parts = [title]
        rows = "".join(f"<dt>{term}</dt><dd>{value}</dd>" for term, value in self._facts(layer))
        parts.append(f"<dl>{rows}</dl>")
        if not layer.problems:
            parts.append(f"<p>{self._say('delivery.nothing')}</p>")
        parts += [self._group(layer, group) for group in Group]
        if layer.fields:
            parts.append(self._fields(layer))
        return "\n".join(part for part in parts if part)

    def _facts(self, layer: LayerDiagnosis) -> list[tuple[str, str]]:
        found = []
        if layer.raster is not None:
            size = self._words.text(
                "import.raster", width=layer.raster.width_px, height=layer.raster.height_px
            )
            found.append((self._say("delivery.size"), _safe(size)))
        else:
            found.append((self._say("delivery.rows"), self._rows(layer)))
        if layer.geometry:
            kinds = ", ".join(_name(kind) for kind in layer.geometry)
            found.append((self._say("delivery.geometry"), kinds))
        if layer.kind != TABLE:
            found.append((self._say("doctor.crs.title"), self._crs(layer)))
        if layer.encoding.name and layer.texts:
            found.append((self._say("doctor.encoding.title"), self._encoding(layer)))
        return found

    def _rows(self, layer: LayerDiagnosis) -> str:
        words = self._words
        if layer.declared is None or layer.declared == layer.features:
            return _safe(words.number(layer.features))
        return self._say("delivery.rows-of", read=layer.features, declared=layer.declared)

    def _crs(self, layer: LayerDiagnosis) -> str:
        words, reading = self._words, layer.crs
        if reading.crs.is_known:
            told = _name(reading.crs.id or reading.crs.name)
            if layer.accuracy_m:
                metres = words.quantity(layer.accuracy_m, "m", 0 if layer.accuracy_m >= 1 else 2)
                told += f" · {self._say('doctor.crs.accuracy', accuracy=metres)}"
            return told
        told = self._say("delivery.crs-missing")
        if reading.declared:
            told += f" · {self._say('delivery.crs-declared', declared=reading.declared)}"
        listed = [
            f"{_name(one.crs.id)} {_safe(words.quantity(round(one.confidence * 100), 'percent'))}"
            for one in reading.candidates[:4]
            if not one.swapped
        ]
        if listed:
            told += f"<br>{self._say('delivery.crs-guesses')} {', '.join(listed)}"
        return told

    def _encoding(self, layer: LayerDiagnosis) -> str:
        words, choice = self._words, layer.encoding
        share = words.quantity(round(choice.confidence * 100), "percent")
        key = "doctor.encoding.guessed" if choice.source == GUESSED else "doctor.encoding.stated"
        told = self._say(key, name=choice.name, share=share)
        samples = "".join(f"{_name(text)}<br>" for text in layer.texts)
        return f"{told}<blockquote>{samples}</blockquote>"

    def _group(self, layer: LayerDiagnosis, group: Group) -> str:
        listed = [problem for problem in layer.problems if group_of(problem) is group]
        if not listed:
            return ""
        rows = "".join(self._problem(problem) for problem in listed)
        title = self._say(f"delivery.group.{group.value}")
        return f'<div class="{group.value}"><h4>{title}</h4><ul>{rows}</ul></div>'

    def _problem(self, problem: Problem) -> str:
        words = self._words
        if not words.has(f"problem.{problem.code}.what"):
            told = words.text("problems.unnamed", code=problem.code, count=problem.count)
            return f"<li>{_safe(told)}</li>"
        return self._item(words.problem(problem)[0], problem.code)

    def _item(self, what: str, code: str) -> str:
        """Return a finding with what its sender can do; what the window advises is for others."""
        key = f"delivery.sender.{code}"
        told = f' <span class="quiet">{self._say(key)}</span>' if self._words.has(key) else ""
        said = _safe(what) if self._words.is_rtl else _sentence(what)
        return f"<li>{said}{told}</li>"

    def _fields(self, layer: LayerDiagnosis) -> str:
        heads = ("delivery.field", "delivery.type", "delivery.role", "delivery.empty",
                 "delivery.sample")  # fmt: skip
        head = "".join(f"<th>{self._say(key)}</th>" for key in heads)
        rows = "".join(self._field(item) for item in layer.fields)
        title = f"<h4>{self._say('doctor.fields.title')}</h4>"
        return f"{title}<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"

    def _field(self, item: FieldDiagnosis) -> str:
        words = self._words
        role = self._say(f"role.{item.role.role.value}") if item.role is not None else ""
        sample = ", ".join(_name(text) for text in item.sample)
        if item.sample == (MASKED,):
            sample = self._say("doctor.fields.personal")
        missing = _safe(words.number(item.missing)) if item.missing else ""
        kind = self._say(f"doctor.type.{item.type}")
        cells = (_name(item.name), kind, role, missing, sample)
        return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def delivery_of(files: Iterable[FileDiagnosis], unread: Iterable[Path] = ()) -> Delivery:
    """Return what is reported of files, today."""
    names = tuple(path.name for path in unread)
    return Delivery(tuple(files), dt.datetime.now().astimezone().date(), names)
