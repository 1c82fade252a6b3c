"""Reading a planning document from its TOML text. It knows files' shape, not what rules mean."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from functools import cache, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from emadina_gis import paths
from emadina_gis.errors import ZoningError
from emadina_gis.regulation.annexes import bonuses_of, parking_of, printed_of
from emadina_gis.regulation.entries import Entries, Entry
from emadina_gis.regulation.kinds import DATES, DWELLINGS, NATURES, STATUSES
from emadina_gis.regulation.model import (
    Citation,
    ForbiddenUses,
    Identity,
    PlanningDocument,
    Profile,
    Sector,
    Share,
    Zone,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SCHEMA = 1
#: Codes name columns of tables and keys of settings: no dot, bar or space.
_CODE = re.compile(r"[\w-]+")
_TOP = [
    "schema",
    "document",
    "labels",
    "notes",
    "sources",
    "topics",
    "general",
    "zone",
    "sector",
    "article",
    "printed",
    "provision",
    "reservation",
    "servitude",
    "linear",
    "law",
]
_IDENTITY = [
    "type",
    "commune",
    "title",
    "agency",
    "plan_number",
    "status",
    "decree",
    "bulletin",
    "bulletin_source",
    "reservations_article",
    "verified_by",
    "missing",
]
_ZONE = [
    "title",
    "form",
    "articles",
    "rules",
    "forbidden",
    "profile",
    "default_use",
    "ratio_base",
    "nature",
    "unlimited",
]
_SECTOR = [
    "zone",
    "title",
    "form",
    "rules",
    "mix",
    "mix_article",
    "mix_page",
    "mix_note",
    "no_number",
    "one_dwelling_per_level",
    "other_use",
    "unlimited",
]


def document_ids() -> tuple[str, ...]:
    """Return the identifiers of the planning documents that are shipped, sorted."""
    return tuple(sorted(path.stem for path in _folder().glob("*.toml")))


@cache
def load_document(document_id: str) -> PlanningDocument:
    """Return a shipped planning document by its identifier (the stem of its file).

    Raises
    ------
    ZoningError
        ``zoning.no-document`` if there is none of that name; ``zoning.file`` and others, with the
        place in the file, if it is damaged.
    """
    return parse_text(document_id, document_text_of(document_id))


def document_text_of(document_id: str) -> str:
    """Return the text of a shipped planning document.

    Raises
    ------
    ZoningError
        ``zoning.no-document`` if there is none of that name.
    """
    if document_id not in document_ids():
        raise ZoningError("zoning.no-document", document=document_id)
    return _text_of(_folder() / f"{document_id}.toml")


def read_document(path: Path) -> PlanningDocument:
    """Return the planning document of a TOML file.

    Raises
    ------
    ZoningError
        With the place in the file, if it cannot be read or understood.
    """
    return parse_text(path.stem, _text_of(path))


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ZoningError("zoning.no-document", document=path.stem) from error
    except ValueError as error:
        raise ZoningError("zoning.not-utf8", document=path.name) from error


@lru_cache(maxsize=16)
def parse_text(document_id: str, text: str) -> PlanningDocument:
    """Return the planning document of a TOML text; the same object for the same text.

    Raises
    ------
    ZoningError
        With the place of what is wrong.
    """
    try:
        content = tomllib.loads(text)
    except ValueError as error:
        raise ZoningError("zoning.file", document=document_id, detail=str(error)) from error
    return parse_document(document_id, content)


def parse_document(document_id: str, content: Mapping[str, Any]) -> PlanningDocument:
    """Return the planning document that parsed TOML describes.

    Raises
    ------
    ZoningError
        With the place (such as ``sector.B4.rules[2].kind``) of what is wrong.
    """
    plain = Entries(document_id)
    if content.get("schema") != SCHEMA:
        raise plain.error("schema", "version")
    plain.check_keys(content, _TOP, "")
    identity = _identity(plain, plain.table(content, "document"))
    entries = Entries(
        document_id,
        verified_by=identity.verified_by,
        notes=plain.texts(content, "notes"),
        sources=plain.texts(content, "sources"),
        topics=plain.texts(content, "topics"),
    )
    return _document(entries, identity, content)


def _document(entries: Entries, identity: Identity, content: Entry) -> PlanningDocument:
    general = content.get("general", {})
    entries.check_keys(general, ("rules", "parking", "bonus", "ratio_base"), "general")
    zones = {
        code: _zone(entries, code, entry)
        for code, entry in _tables(entries, entries.table(content, "zone"), "zone")
    }
    sectors = tuple(
        _sector(entries, code, entry, zones)
        for code, entry in _tables(entries, entries.table(content, "sector"), "sector")
    )
    _check_mixes(entries, sectors)
    return PlanningDocument(
        id=entries.document_id,
        identity=identity,
        labels=MappingProxyType(entries.texts(content, "labels")),
        rules=entries.rules(general, "general"),
        zones=MappingProxyType(zones),
        sectors=sectors,
        parking=parking_of(entries, general),
        bonuses=bonuses_of(entries, general),
        printed=printed_of(entries, content, general),
    )


def _tables(entries: Entries, listed: Entry, place: str) -> list[tuple[str, Entry]]:
    for code in listed:
        if not _CODE.fullmatch(code):
            raise entries.error(f"{place}.{code}", "code")
    return [(code, entries.table(listed, code, place)) for code in listed]


def _folder() -> Path:
    return paths.resources() / "regulation"


def _identity(entries: Entries, entry: Entry) -> Identity:
    place = "document"
    entries.check_keys(entry, (*_IDENTITY, *DATES), place)
    commune = entries.table(entry, "commune", place)
    dates = {key: entry[key] for key in DATES if key in entry}
    for key, value in dates.items():
        if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
            raise entries.error(f"{place}.{key}", "date")
    status = entries.word(entry, "status", place)
    return Identity(
        kind=entries.word(entry, "type", place),
        title=entries.text(entry.get("title"), f"{place}.title"),
        commune_code=entries.word(commune, "code", f"{place}.commune"),
        commune=entries.text(commune, f"{place}.commune"),
        agency=entries.optional_text(entry, "agency", place),
        plan_number=str(entry.get("plan_number", "")),
        status=entries.one_of(status, STATUSES, f"{place}.status", "status"),
        decree=str(entry.get("decree", "")),
        bulletin=str(entry.get("bulletin", "")),
        bulletin_source=str(entry.get("bulletin_source", "")),
        dates=MappingProxyType(dates),
        reservations_article=str(entry.get("reservations_article", "")),
        verified_by=str(entry.get("verified_by", "")),
        missing=entries.optional_text(entry, "missing", place),
    )


def _zone(entries: Entries, code: str, entry: Entry) -> Zone:
    place = f"zone.{code}"
    entries.check_keys(entry, _ZONE, place)
    base = entry.get("ratio_base")
    nature = entry.get("nature", "")
    return Zone(
        code=code,
        title=entries.text(entry.get("title"), f"{place}.title"),
        form=entries.form(entry.get("form"), place),
        articles=str(entry.get("articles", "")),
        rules=entries.rules(entry, place),
        forbidden=_forbidden(entries, entry.get("forbidden"), place),
        profile=_profile(entries, entry.get("profile", {}), place),
        default_use=entries.use(entry.get("default_use", "housing"), place),
        ratio_base=None if base is None else entries.citation(base, f"{place}.ratio_base"),
        nature=entries.one_of(nature, ("", *NATURES), f"{place}.nature", "nature"),
        unlimited=entries.unlimited(entry, place),
    )


def _sector(entries: Entries, code: str, entry: Entry, zones: Mapping[str, Zone]) -> Sector:
    place = f"sector.{code}"
    entries.check_keys(entry, _SECTOR, place)
    zone = zones.get(str(entry.get("zone")))
    if zone is None:
        raise entries.error(f"{place}.zone", "zone")
    no_number = entry.get("no_number")
    return Sector(
        code=code,
        zone=zone,
        title=entries.text(entry.get("title"), f"{place}.title"),
        form=entries.form(entry.get("form", zone.form), place),
        rules=entries.rules(entry, place),
        mix=_mix(entries, entry, place),
        mix_citation=_mix_citation(entries, entry, place),
        no_number=None if no_number is None else entries.citation(no_number, f"{place}.no_number"),
        one_dwelling_per_level=entries.flag(entry, "one_dwelling_per_level", place, default=False),
        other_use=str(entry.get("other_use", "")),
        unlimited=entries.unlimited(entry, place),
    )


def _mix(entries: Entries, entry: Entry, place: str) -> tuple[tuple[str, float], ...]:
    parts = tuple(
        (entries.word(part, "sector", where), entries.number(part, "share", where))
        for where, part in entries.rows(entry, "mix", place)
    )
    if any(not 0 < share <= 1 for _code, share in parts):
        raise entries.error(f"{place}.mix", "mix")
    if parts and abs(sum(share for _code, share in parts) - 1.0) > 1e-9:
        raise entries.error(f"{place}.mix", "mix")
    return parts


def _mix_citation(entries: Entries, entry: Entry, place: str) -> Citation | None:
    if not entry.get("mix"):
        return None
    keys = ("article", "page", "note")
    listed = {key: entry[f"mix_{key}"] for key in keys if f"mix_{key}" in entry}
    return entries.citation(listed, f"{place}.mix")


def _check_mixes(entries: Entries, sectors: tuple[Sector, ...]) -> None:
    plain = {sector.code for sector in sectors if not sector.mix and sector.no_number is None}
    for sector in sectors:
        if any(code not in plain for code, _share in sector.mix):
            raise entries.error(f"sector.{sector.code}.mix", "mix")


def _forbidden(entries: Entries, entry: Entry | None, place: str) -> ForbiddenUses | None:
    if entry is None:
        return None
    where = f"{place}.forbidden"
    text = entries.text(entry.get("text"), f"{where}.text")
    listed = entries.flag(entry, "listed", where, default=True)
    return ForbiddenUses(text, entries.citation(entry, where), listed=listed)


def _profile(entries: Entries, entry: Entry, place: str) -> Profile:
    where = f"{place}.profile"
    entries.check_keys(entry, ("housing_share", "dwellings", "other_use"), where)
    share = entry.get("housing_share")
    dwellings = entry.get("dwellings", "by_area")
    return Profile(
        housing_share=None if share is None else _share(entries, share, where),
        dwellings=entries.one_of(dwellings, DWELLINGS, f"{where}.dwellings", "dwellings"),
        other_use=str(entry.get("other_use", "")),
    )


def _share(entries: Entries, entry: Entry, place: str) -> Share:
    where = f"{place}.housing_share"
    value, low, high = (entries.number(entry, key, where) for key in ("value", "low", "high"))
    if not 0 <= low <= value <= high <= 1:
        raise entries.error(where, "share")
    return Share(value, low, high, str(entry.get("source", "")))
