"""What a constraint is: heritage, servitude, reservation, front, graphic provision, by its words.

Owns the catalogue of natures, their rank, what they take from a parcel, and how words, codes and
indices of a plan are read as one of them. It must not know geometry, tables or parcels.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from types import MappingProxyType

#: Topic of what the nomenclature lists: its articles are those of its codes.
RESERVATIONS = "reservations"


class Rank(IntEnum):
    """Which constraint comes before which; the sector comes after all of them."""

    HERITAGE = 0
    SERVITUDE = 1
    RESERVATION = 2
    FRONT = 3
    GRAPHIC = 4


class Takes(IntEnum):
    """What a constraint takes from the land: one of the engine's inputs, or nothing."""

    NOTHING = 0
    ROADS = 1
    EQUIPMENT = 2
    SERVITUDE = 3


@dataclass(frozen=True)
class Nature:
    """A kind of constraint.

    Attributes
    ----------
    key : str
        Stable name; its label and its effect are in the words.
    topic : str
        Topic of the articles that treat it in a planning document; empty where none is known to.
    codes : tuple of str
        Letters of its index in the nomenclature.
    words : tuple of str
        Words that name it, folded (no accents, lower case), in French, Arabic and English.
    """

    key: str
    rank: Rank
    takes: Takes
    topic: str
    codes: tuple[str, ...]
    words: tuple[str, ...]


def _heritage() -> tuple[Nature, ...]:
    rank, none = Rank.HERITAGE, Takes.NOTHING
    return (
        Nature("heritage_a", rank, none, "heritage", (),
               ("batie exceptionnelle", "وحدة مبنية استثنائية")),
        Nature("heritage_b", rank, none, "heritage", (), ("batie notable", "وحدة مبنية متميزة")),
        Nature(
            "heritage", rank, none, "heritage", ("HA",),
            ("patrimoine", "patrimoniale", "unite patrimoniale", "ensemble a conserver",
             "heritage", "listed building", "وحدة تراثية", "تراث"),
        ),
    )  # fmt: skip


def _servitudes() -> tuple[Nature, ...]:
    rank, takes, none = Rank.SERVITUDE, Takes.SERVITUDE, Takes.NOTHING
    return (
        Nature("railway_rural", rank, takes, "servitudes", (),
               ("chemin de fer rural", "voie ferree rurale", "chemin de fer hors agglomeration",
                "rural railway", "سكة حديدية قروية")),
        Nature("railway", rank, takes, "servitudes", ("CF", "VF"),
               ("chemin de fer", "voie ferree", "ferroviaire", "railway", "السكة الحديدية",
                "سكة حديدية")),
        Nature("very_hv_line", rank, takes, "servitudes", ("THT",),
               ("tres haute tension", "very high voltage", "جهد جد عال")),
        Nature("hv_line", rank, takes, "servitudes", ("HT", "LE"),
               ("haute tension", "ligne electrique", "high voltage", "power line",
                "خط كهربائي", "جهد عال")),
        Nature("water_main", rank, takes, "servitudes", ("EP", "AEP"),
               ("eau potable", "adduction d'eau", "adduction", "water main", "ماء صالح للشرب",
                "الماء الشروب")),
        Nature("oued", rank, takes, "servitudes", ("OU",),
               ("oued", "lit d'oued", "cours d'eau", "wadi", "مجرى مائي", "واد")),
        Nature("cemetery_belt", rank, takes, "servitudes", (),
               ("servitude de cimetiere", "zone de protection du cimetiere", "cemetery belt",
                "ارتفاق مقبرة")),
        Nature("heritage_belt", rank, takes, "servitudes", (),
               ("servitude patrimoniale", "abords d'un monument", "perimetre de protection",
                "heritage belt", "ارتفاق تراثي")),
        Nature("quarry", rank, none, "servitudes", ("CA",),
               ("carriere", "perimetre de carriere", "quarry", "مقلع")),
        Nature("interchange", rank, none, "servitudes", ("EC",),
               ("echangeur", "etude de mobilite", "interchange", "محول طرقي", "دراسة التنقل")),
        Nature("servitude", rank, takes, "servitudes", (), ("servitude", "ارتفاق")),
    )  # fmt: skip


def _reservations() -> tuple[Nature, ...]:
    rank, roads, site = Rank.RESERVATION, Takes.ROADS, Takes.EQUIPMENT
    return (
        Nature("road", rank, roads, RESERVATIONS, ("AC",),
               ("voie", "voie d'amenagement", "route", "boulevard", "voie a creer",
                "voie a elargir", "road", "طريق", "طريق التهيئة")),
        Nature("footpath", rank, roads, RESERVATIONS, ("CP",),
               ("chemin pieton", "cheminement pieton", "footpath", "ممر الراجلين")),
        Nature("square", rank, site, RESERVATIONS, ("PL",), ("place", "mail", "square", "ساحة")),
        Nature("car_park", rank, site, RESERVATIONS, ("PK",),
               ("parking", "stationnement", "car park", "موقف السيارات")),
        Nature("green", rank, site, RESERVATIONS, ("V", "EV"),
               ("espace vert", "bassin de retention", "jardin", "green space", "مساحة خضراء")),
        Nature("education", rank, site, RESERVATIONS, ("E",),
               ("enseignement", "ecole", "ecole primaire", "college", "lycee", "creche",
                "education", "school", "التعليم", "مدرسة")),
        Nature("health", rank, site, RESERVATIONS, ("S",),
               ("sante", "centre de sante", "hopital", "health", "الصحة")),
        Nature("mosque", rank, site, RESERVATIONS, ("M",), ("mosquee", "mosque", "مسجد")),
        Nature("cemetery", rank, site, RESERVATIONS, ("C",), ("cimetiere", "cemetery", "مقبرة")),
        Nature("sport", rank, site, RESERVATIONS, ("SP",),
               ("sport", "terrain de sport", "الرياضة")),
        Nature("private_facility", rank, site, RESERVATIONS, ("G",),
               ("equipement prive", "equipement prive d'interet general", "private facility",
                "تجهيز خاص")),
        Nature("public_service", rank, site, RESERVATIONS, ("P", "A"),
               ("service public", "administration", "administratif", "socio-culturel",
                "public service", "مرفق عمومي", "ادارة")),
        Nature("facility", rank, site, RESERVATIONS, (),
               ("equipement", "equipement public", "facility", "تجهيز")),
    )  # fmt: skip


def _others() -> tuple[Nature, ...]:
    front, graphic, none = Rank.FRONT, Rank.GRAPHIC, Takes.NOTHING
    return (
        Nature("front_3", front, none, "fronts", ("FB3",), ("front bati fb3", "fb3")),
        Nature("front_4", front, none, "fronts", ("FB4",), ("front bati fb4", "fb4")),
        Nature("front", front, none, "fronts", ("FB",),
               ("front bati", "continuous front", "واجهة مبنية متصلة")),
        Nature("arcade", front, none, "fronts", (), ("arcade", "arcades", "أروقة", "اروقة")),
        Nature("commerce_front", front, none, "", ("LC",),
               ("lineaire de commerce", "lineaire commercial", "commercial frontage",
                "خط تجاري", "واجهة تجارية")),
        Nature("no_build", graphic, Takes.SERVITUDE, "", ("ZNAE", "ZNA"),
               ("non aedificandi", "zone non aedificandi", "no-build zone", "منطقة ممنوعة البناء")),
        Nature("public_garden", graphic, Takes.EQUIPMENT, "", ("PJP",),
               ("parcs et jardins publics", "public gardens", "منتزهات وحدائق عمومية")),
        Nature("green_strip", graphic, none, "green_strip", ("PB",),
               ("bande verte", "bande pb", "green strip", "شريط أخضر", "شريط اخضر")),
        Nature("unknown", Rank.RESERVATION, none, "", (), ()),
    )  # fmt: skip


NATURES: tuple[Nature, ...] = (*_heritage(), *_servitudes(), *_reservations(), *_others())
UNKNOWN = len(NATURES) - 1
_NO_WORD = re.compile(r"[^\w]+")
_INDEX = re.compile(r"^\s*([A-Z]+\d*[A-Z]+|[A-Z]+)[\s.\-_°n]*\d+", re.IGNORECASE)


class State(IntEnum):
    """Where a reservation stands; what is not said is not known."""

    UNKNOWN = 0
    EXISTING = 1
    TO_CREATE = 2
    LAPSED = 3


_STATE_WORDS: Mapping[State, tuple[str, ...]] = MappingProxyType({
    State.EXISTING: ("existant", "existante", "realise", "realisee", "existing", "قائم", "موجود",
                     "قائمة", "موجودة"),
    State.TO_CREATE: ("a creer", "a elargir", "a prolonger", "a prolonger et a elargir", "projete",
                      "projetee", "to create", "planned", "للاحداث", "مقرر احداثه", "مقرر"),
    State.LAPSED: ("caduc", "caduque", "caduques", "expire", "expiree", "leve", "levee", "lapsed",
                   "منتهي المفعول", "منتهية المفعول"),
})  # fmt: skip


def folded(text: str) -> str:
    """Return a text without accents, hamzas, doubled blanks and case, to compare words by."""
    decomposed = unicodedata.normalize("NFKD", text)
    kept = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(kept.replace("’", "'").replace("_", " ").casefold().split())


@cache
def _by_code() -> Mapping[str, int]:
    return {code.casefold(): i for i, nature in enumerate(NATURES) for code in nature.codes}


@cache
def _by_word() -> tuple[tuple[str, int], ...]:
    """Return folded words with what they mean, the longest first: it says most."""
    pairs = [(folded(word), i) for i, nature in enumerate(NATURES) for word in nature.words]
    return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))


@cache
def nature_of(written: str, index: str = "") -> int:
    """Return the position in `NATURES` of what a nature or an index says, `UNKNOWN` for neither.

    Parameters
    ----------
    written : str
        A code of the nomenclature or words in French, Arabic or English.
    index : str
        Index such as ``"AC 103"``: its letters speak where the words say nothing known.
    """
    text = folded(written)
    if text in _by_code():
        return _by_code()[text]
    spaced = _spaced(text)
    for word, position in _by_word():
        if _spaced(word) in spaced:
            return position
    if folded(index) in _by_code():
        return _by_code()[folded(index)]
    found = _INDEX.match(index)
    return _by_code().get(found.group(1).casefold(), UNKNOWN) if found else UNKNOWN


def _spaced(text: str) -> str:
    return f" {_NO_WORD.sub(' ', text)} "


@cache
def state_of(written: str) -> State:
    """Return the state that words tell, `State.UNKNOWN` where they tell none we know."""
    text = folded(written)
    return next((s for s, words in _STATE_WORDS.items() if text in map(folded, words)),
                State.UNKNOWN)  # fmt: skip
