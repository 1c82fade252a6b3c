"""Planning documents as data: loading, checking, citing, and the tables the simulation reads."""

from __future__ import annotations

from emadina_gis.regulation.check import check_document
from emadina_gis.regulation.kinds import FLAGS, FORMS, KINDS, USES, Kind
from emadina_gis.regulation.loader import (
    document_ids,
    load_document,
    parse_document,
    read_document,
)
from emadina_gis.regulation.lookup import cite, rule_of
from emadina_gis.regulation.model import (
    Citation,
    Condition,
    PlanningDocument,
    Rule,
    Sector,
    Text,
    Zone,
)
from emadina_gis.regulation.overrides import NO_OVERRIDES, Overrides, check_override
from emadina_gis.regulation.ruling import Ruling, ruling_of
from emadina_gis.regulation.sector_table import SectorTable, sector_table

__all__ = [
    "FLAGS",
    "FORMS",
    "KINDS",
    "NO_OVERRIDES",
    "USES",
    "Citation",
    "Condition",
    "Kind",
    "Overrides",
    "PlanningDocument",
    "Rule",
    "Ruling",
    "Sector",
    "SectorTable",
    "Text",
    "Zone",
    "check_document",
    "check_override",
    "cite",
    "document_ids",
    "load_document",
    "parse_document",
    "read_document",
    "rule_of",
    "ruling_of",
    "sector_table",
]
