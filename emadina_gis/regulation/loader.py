"""Reading a planning document from its TOML file. It knows files' shape, not what rules mean."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from emadina_gis import paths
from emadina_gis.errors import ZoningError
from emadina_gis.regulation.kinds import FLAGS, FORMS, KINDS, USES
from emadina_gis.regulation.model import (
    Bonus,
    Citation,
    Condition,
    ForbiddenUses,
    Identity,
    ParkingNorm,
    PlanningDocument,
    Profile,
    Rule,
    Sector,
    Share,
    Text,
    Zone,
)

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = 1
_DATES = (
    "decree_date",
    "ctl_date",
    "enquiry_start",
    "enquiry_end",
    "cc_date",
    "reservations_expire",
)


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
    if document_id not in document_ids():
        raise ZoningError("zoning.no-document", document=document_id)
    return read_document(_folder() / f"{document_id}.toml")


def read_document(path: Path) -> PlanningDocument:
    """Return the planning document of a TOML file.

    Raises
    ------
    ZoningError
        With the place in the file, if it cannot be read or understood.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ZoningError("zoning.no-document", document=path.stem) from error
    except ValueError as error:
        raise ZoningError("zoning.file", document=path.stem, detail=str(error)) from error
    return parse_document(path.stem, content)


def parse_document(document_id: str, content: Mapping[str, Any]) -> PlanningDocument:
    """Return the planning document that parsed TOML describes.

    Raises
    ------
    ZoningError
        With the place (such as ``sector.B4.rules[2].kind``) of what is wrong.
    """
    return _Reader(document_id, content).document()


def _folder() -> Path:
    return paths.resources() / "regulation"


class _Reader:
    """Reads one document; every method knows the place it reads, for the error's sake."""

    def __init__(self, document_id: str, content: Mapping[str, Any]) -> None:
        self._id = document_id
        self._content = content
        self._notes: dict[str, Text] = {}
        self._verified_by = ""

    def document(self) -> PlanningDocument:
        if self._content.get("schema") != SCHEMA:
            raise self._error("schema", "version")
        identity = self._identity(self._table(self._content, "document", ""))
        self._verified_by = identity.verified_by
        self._notes = {
            key: self._text(value, f"notes.{key}")
            for key, value in self._content.get("notes", {}).items()
        }
        general = self._content.get("general", {})
        zones = {
            code: self._zone(code, entry)
            for code, entry in self._table(self._content, "zone", "").items()
        }
        sectors = tuple(
            self._sector(code, entry, zones)
            for code, entry in self._table(self._content, "sector", "").items()
        )
        self._check_mixes(sectors)
        return PlanningDocument(
            id=self._id,
            identity=identity,
            labels=MappingProxyType(self._labels()),
            rules=self._rules(general.get("rules", []), "general"),
            zones=MappingProxyType(zones),
            sectors=sectors,
            parking=self._parking(general.get("parking", [])),
            bonuses=self._bonuses(general.get("bonus", [])),
        )

    def _labels(self) -> dict[str, Text]:
        listed = self._content.get("labels", {})
        return {kind: self._text(value, f"labels.{kind}") for kind, value in listed.items()}

    def _identity(self, entry: Mapping[str, Any]) -> Identity:
        commune = self._table(entry, "commune", "document")
        dates = {key: entry[key] for key in _DATES if key in entry}
        for key, value in dates.items():
            if not isinstance(value, dt.date):
                raise self._error(f"document.{key}", "date")
        return Identity(
            kind=self._word(entry, "type", "document"),
            title=self._text(entry.get("title"), "document.title"),
            commune_code=self._word(commune, "code", "document.commune"),
            commune=self._text(commune, "document.commune"),
            agency=self._text(entry.get("agency", {}), "document.agency"),
            plan_number=str(entry.get("plan_number", "")),
            status=self._word(entry, "status", "document"),
            decree=str(entry.get("decree", "")),
            bulletin=str(entry.get("bulletin", "")),
            bulletin_source=str(entry.get("bulletin_source", "")),
            dates=MappingProxyType(dates),
            reservations_article=str(entry.get("reservations_article", "")),
            verified_by=str(entry.get("verified_by", "")),
        )

    def _zone(self, code: str, entry: Mapping[str, Any]) -> Zone:
        place = f"zone.{code}"
        return Zone(
            code=code,
            title=self._text(entry.get("title"), f"{place}.title"),
            form=self._form(entry.get("form"), place),
            articles=self._word(entry, "articles", place),
            rules=self._rules(entry.get("rules", []), place),
            forbidden=self._forbidden(entry.get("forbidden"), place),
            profile=self._profile(entry.get("profile", {}), place),
            default_use=self._use(entry.get("default_use", "housing"), place),
        )

    def _sector(self, code: str, entry: Mapping[str, Any], zones: Mapping[str, Zone]) -> Sector:
        place = f"sector.{code}"
        zone = zones.get(str(entry.get("zone")))
        if zone is None:
            raise self._error(f"{place}.zone", "zone")
        no_number = entry.get("no_number")
        return Sector(
            code=code,
            zone=zone,
            title=self._text(entry.get("title"), f"{place}.title"),
            form=self._form(entry.get("form", zone.form), place),
            rules=self._rules(entry.get("rules", []), place),
            mix=self._mix(entry.get("mix", []), place),
            mix_citation=self._mix_citation(entry),
            no_number=None if no_number is None else self._citation(no_number, place),
            one_dwelling_per_level=bool(entry.get("one_dwelling_per_level", False)),
            other_use=str(entry.get("other_use", "")),
        )

    def _mix(self, entries: list[Mapping[str, Any]], place: str) -> tuple[tuple[str, float], ...]:
        parts = tuple(
            (self._word(part, "sector", place), self._number(part, "share", place))
            for part in entries
        )
        if parts and abs(sum(share for _code, share in parts) - 1.0) > 1e-9:
            raise self._error(f"{place}.mix", "mix")
        return parts

    def _mix_citation(self, entry: Mapping[str, Any]) -> Citation | None:
        if "mix" not in entry:
            return None
        keys = ("article", "page", "note")
        listed = {key: entry[f"mix_{key}"] for key in keys if f"mix_{key}" in entry}
        return self._citation(listed, "mix")

    def _check_mixes(self, sectors: tuple[Sector, ...]) -> None:
        plain = {sector.code for sector in sectors if not sector.mix and sector.no_number is None}
        for sector in sectors:
            if any(code not in plain for code, _share in sector.mix):
                raise self._error(f"sector.{sector.code}.mix", "mix")

    def _rules(self, entries: list[Mapping[str, Any]], place: str) -> tuple[Rule, ...]:
        rules = tuple(
            self._rule(entry, f"{place}.rules[{index}]") for index, entry in enumerate(entries)
        )
        seen: dict[tuple[str, Condition], Rule] = {}
        for rule in rules:
            if (rule.kind, rule.condition) in seen:
                raise self._error(rule.place, "twice")
            seen[rule.kind, rule.condition] = rule
        return rules

    def _rule(self, entry: Mapping[str, Any], place: str) -> Rule:
        kind = KINDS.get(str(entry.get("kind")))
        if kind is None:
            raise self._error(f"{place}.kind", "kind")
        value = self._number(entry, "value", place)
        if not kind.low <= value <= kind.high:
            raise self._error(f"{place}.value", "range")
        condition = self._condition(entry.get("when", {}), place)
        return Rule(kind.name, value, self._citation(entry, place), condition, place)

    def _condition(self, entry: Mapping[str, Any], place: str) -> Condition:
        unknown = set(entry) - {"lot", "use", "road_width_min_m"}
        if unknown:
            raise self._error(f"{place}.when.{min(unknown)}", "condition")
        lot = entry.get("lot")
        if lot is not None and not isinstance(lot, bool):
            raise self._error(f"{place}.when.lot", "condition")
        wide = entry.get("road_width_min_m")
        return Condition(
            lot=lot,
            uses=tuple(self._use(use, place) for use in entry.get("use", [])),
            road_width_min_m=None if wide is None else float(wide),
        )

    def _citation(self, entry: Mapping[str, Any], place: str) -> Citation:
        note = str(entry.get("note", ""))
        if note and note not in self._notes:
            raise self._error(f"{place}.note", "note")
        flag = str(entry.get("flag", ""))
        if flag not in FLAGS:
            raise self._error(f"{place}.flag", "flag")
        return Citation(
            article=self._word(entry, "article", place),
            page=str(entry.get("page", "")),
            note=self._notes.get(note, Text()),
            flag=flag,
            verified_by=str(entry.get("verified_by", self._verified_by)),
        )

    def _forbidden(self, entry: Mapping[str, Any] | None, place: str) -> ForbiddenUses | None:
        if entry is None:
            return None
        text = self._text(entry.get("text"), f"{place}.forbidden.text")
        citation = self._citation(entry, f"{place}.forbidden")
        return ForbiddenUses(text, citation, listed=bool(entry.get("listed", True)))

    def _profile(self, entry: Mapping[str, Any], place: str) -> Profile:
        share = entry.get("housing_share")
        return Profile(
            housing_share=None if share is None else self._share(share, place),
            dwellings=str(entry.get("dwellings", "by_area")),
            other_use=str(entry.get("other_use", "")),
        )

    def _share(self, entry: Mapping[str, Any], place: str) -> Share:
        value, low, high = (self._number(entry, key, place) for key in ("value", "low", "high"))
        if not 0 <= low <= value <= high <= 1:
            raise self._error(f"{place}.profile.housing_share", "range")
        return Share(value, low, high, str(entry.get("source", "")))

    def _parking(self, entries: list[Mapping[str, Any]]) -> tuple[ParkingNorm, ...]:
        return tuple(
            ParkingNorm(
                use=self._use(entry.get("use"), "general.parking"),
                places=self._number(entry, "places", "general.parking"),
                per=self._word(entry, "per", "general.parking"),
                text=self._text(entry.get("text"), "general.parking"),
                citation=self._citation(entry, "general.parking"),
            )
            for entry in entries
        )

    def _bonuses(self, entries: list[Mapping[str, Any]]) -> tuple[Bonus, ...]:
        return tuple(
            Bonus(
                key=self._word(entry, "key", "general.bonus"),
                share=self._number(entry, "share", "general.bonus"),
                text=self._text(entry.get("text"), "general.bonus"),
                citation=self._citation(entry, "general.bonus"),
            )
            for entry in entries
        )

    def _text(self, entry: Any, place: str) -> Text:
        if not isinstance(entry, Mapping):
            raise self._error(place, "text")
        return Text(*(str(entry.get(language, "")) for language in ("fr", "ar", "en")))

    def _form(self, value: Any, place: str) -> str:
        if value not in FORMS:
            raise self._error(f"{place}.form", "form")
        return str(value)

    def _use(self, value: Any, place: str) -> str:
        if value not in USES:
            raise self._error(f"{place}.use", "use")
        return str(value)

    def _table(self, entry: Mapping[str, Any], key: str, place: str) -> Mapping[str, Any]:
        value = entry.get(key)
        if not isinstance(value, Mapping):
            raise self._error(f"{place}.{key}".strip("."), "table")
        return value

    def _word(self, entry: Mapping[str, Any], key: str, place: str) -> str:
        value = entry.get(key)
        if not isinstance(value, str) or not value:
            raise self._error(f"{place}.{key}", "text")
        return value

    def _number(self, entry: Mapping[str, Any], key: str, place: str) -> float:
        value = entry.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._error(f"{place}.{key}", "number")
        return float(value)

    def _error(self, place: str, wanted: str) -> ZoningError:
        return ZoningError("zoning.document", document=self._id, place=place, wanted=wanted)
