"""Reading entries of a planning document with the place of what is wrong.

It knows the shape of an entry (texts, numbers, citations, rules), not how a file is made of them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from emadina_gis.errors import ZoningError
from emadina_gis.regulation.kinds import FLAGS, FORMS, KINDS, USES
from emadina_gis.regulation.model import Citation, Condition, Rule, Text, Unlimited

Entry = Mapping[str, Any]
_CITED = ("article", "page", "note", "flag", "verified_by", "source")


class Entries:
    """Reads the entries of one document; every method knows the place it reads.

    Parameters
    ----------
    document_id : str
        Named in errors.
    verified_by : str
        Who verified the entries that do not say it.
    notes, sources, topics : Mapping[str, Text]
        Named texts that entries refer to.
    """

    def __init__(
        self,
        document_id: str,
        *,
        verified_by: str = "",
        notes: Mapping[str, Text] | None = None,
        sources: Mapping[str, Text] | None = None,
        topics: Mapping[str, Text] | None = None,
    ) -> None:
        self.document_id = document_id
        self._verified_by = verified_by
        self.notes: Mapping[str, Text] = notes or {}
        self.sources: Mapping[str, Text] = sources or {}
        self.topics: Mapping[str, Text] = topics or {}

    def error(self, place: str, wanted: str) -> ZoningError:
        """Return the error of a place where something else was wanted."""
        return ZoningError(f"zoning.wrong-{wanted}", document=self.document_id, place=place)

    def check_keys(self, entry: Entry, known: Collection[str], place: str) -> None:
        """Refuse keys that mean nothing: a misspelt one would be lost."""
        unknown = sorted(set(entry) - set(known))
        if unknown:
            raise self.error(f"{place}.{unknown[0]}".strip("."), "key")

    def table(self, entry: Entry, key: str, place: str = "") -> Entry:
        """Return an inner table that must be there."""
        value = entry.get(key)
        if not isinstance(value, Mapping):
            raise self.error(f"{place}.{key}".strip("."), "table")
        return value

    def rows(self, entry: Entry, key: str, place: str = "") -> list[tuple[str, Entry]]:
        """Return (place, table) of each row of a list of tables that may be absent."""
        where = f"{place}.{key}".strip(".")
        listed = entry.get(key, [])
        if not isinstance(listed, list) or not all(isinstance(row, Mapping) for row in listed):
            raise self.error(where, "list")
        return [(f"{where}[{index}]", row) for index, row in enumerate(listed)]

    def word(self, entry: Entry, key: str, place: str) -> str:
        """Return a word that must be there."""
        value = entry.get(key)
        if not isinstance(value, str) or not value:
            raise self.error(f"{place}.{key}", "text")
        return value

    def words(self, entry: Entry, key: str, place: str) -> tuple[str, ...]:
        """Return a list of words that may be absent."""
        value = entry.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.error(f"{place}.{key}", "list")
        return tuple(value)

    def number(self, entry: Entry, key: str, place: str) -> float:
        """Return a number that must be there."""
        value = entry.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.error(f"{place}.{key}", "number")
        return float(value)

    def flag(self, entry: Entry, key: str, place: str, *, default: bool) -> bool:
        """Return a yes or no that may be absent."""
        value = entry.get(key, default)
        if not isinstance(value, bool):
            raise self.error(f"{place}.{key}", "flag")
        return value

    def one_of(self, value: Any, known: Collection[str], place: str, wanted: str) -> str:
        """Return a word that must be one of some."""
        if value not in known:
            raise self.error(place, wanted)
        return str(value)

    def text(self, entry: Any, place: str) -> Text:
        """Return a text in our languages."""
        if not isinstance(entry, Mapping) or not entry.get("fr"):
            raise self.error(place, "text")
        return Text(*(str(entry.get(language, "")) for language in ("fr", "ar", "en")))

    def optional_text(self, entry: Entry, key: str, place: str) -> Text:
        """Return a text that may be absent."""
        return self.text(entry[key], f"{place}.{key}") if entry.get(key) else Text()

    def texts(self, entry: Entry, key: str) -> dict[str, Text]:
        """Return named texts."""
        listed = entry.get(key, {})
        if not isinstance(listed, Mapping):
            raise self.error(key, "table")
        return {name: self.text(value, f"{key}.{name}") for name, value in listed.items()}

    def citation(self, entry: Entry, place: str) -> Citation:
        """Return where an entry is printed: an article, or a source where it has none."""
        source = self._named(entry, "source", self.sources, place)
        if not source.fr and not entry.get("article"):
            raise self.error(f"{place}.article", "citation")
        return Citation(
            article=str(entry.get("article", "")),
            page=str(entry.get("page", "")),
            note=self._named(entry, "note", self.notes, place),
            flag=self.one_of(entry.get("flag", ""), FLAGS, f"{place}.flag", "doubt"),
            verified_by=str(entry.get("verified_by", self._verified_by)),
            source=source,
        )

    def _named(self, entry: Entry, key: str, known: Mapping[str, Text], place: str) -> Text:
        name = str(entry.get(key, ""))
        if name and name not in known:
            raise self.error(f"{place}.{key}", key)
        return known.get(name, Text())

    def rules(self, entry: Entry, place: str) -> tuple[Rule, ...]:
        """Return the rules of an entry; one kind twice under one condition is refused."""
        rules = tuple(self.rule(row, where) for where, row in self.rows(entry, "rules", place))
        seen: set[tuple[str, Condition]] = set()
        for rule in rules:
            if (rule.kind, rule.condition) in seen:
                raise self.error(rule.place, "twice")
            seen.add((rule.kind, rule.condition))
        return rules

    def rule(self, entry: Entry, place: str) -> Rule:
        """Return one rule."""
        self.check_keys(entry, ("kind", "value", "when", *_CITED), place)
        kind = self.kind(entry, place)
        value = self.number(entry, "value", place)
        self.check_value(kind, value, f"{place}.value")
        condition = self.condition(entry.get("when", {}), place)
        return Rule(kind, value, self.citation(entry, place), condition, place)

    def kind(self, entry: Entry, place: str) -> str:
        """Return the name of a kind of rule."""
        return self.one_of(entry.get("kind"), KINDS, f"{place}.kind", "kind")

    def check_value(self, kind: str, value: float, place: str) -> None:
        """Refuse a value that a kind of rule cannot take (ratios are fractions, heights metres)."""
        known = KINDS[kind]
        fits = known.low <= value <= known.high
        if known.unit in {"count", "flag"}:
            fits = fits and value == int(value)
        if not fits:
            raise ZoningError(
                "zoning.rule-value",
                document=self.document_id,
                place=place,
                value=value,
                low=known.low,
                high=known.high,
            )

    def condition(self, entry: Any, place: str) -> Condition:
        """Return when a rule applies."""
        where = f"{place}.when"
        if not isinstance(entry, Mapping):
            raise self.error(where, "condition")
        unknown = set(entry) - {"lot", "use", "road_width_min_m"}
        if unknown:
            raise self.error(f"{where}.{min(unknown)}", "condition")
        lot = entry.get("lot")
        if lot is not None and not isinstance(lot, bool):
            raise self.error(f"{where}.lot", "condition")
        uses = self.words(entry, "use", where)
        return Condition(
            lot=lot,
            uses=tuple(self.use(use, where) for use in uses),
            road_width_min_m=self._width(entry, where),
        )

    def _width(self, entry: Entry, place: str) -> float | None:
        if "road_width_min_m" not in entry:
            return None
        width = self.number(entry, "road_width_min_m", place)
        if not 0 < width < float("inf"):
            raise self.error(f"{place}.road_width_min_m", "condition")
        return width

    def unlimited(self, entry: Entry, place: str) -> tuple[Unlimited, ...]:
        """Return the kinds of rule that an entry expressly leaves without a value."""
        return tuple(
            Unlimited(
                self.kind(row, where),
                self.citation(row, where),
                self.condition(row.get("when", {}), where),
            )
            for where, row in self.rows(entry, "unlimited", place)
        )

    def form(self, value: Any, place: str) -> str:
        """Return how levels are laid out."""
        return self.one_of(value, FORMS, f"{place}.form", "form")

    def use(self, value: Any, place: str) -> str:
        """Return an intended use."""
        return self.one_of(value, USES, f"{place}.use", "use")
