"""Names of columns that hold coordinates, in French, Arabic and English.

A name is cut into words; words that only say "coordinate of a point in metres" count for nothing,
one word names the axis, and what remains tells pairs apart. Knows nothing of values.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NOISE = _set(
    "coord coords coordonnee coordonnees coordinate coordinates coor position pos point pt "
    "centroid centroide centre center m metre metres meter meters deg degre degres degree degrees "
    "dd dms decimal decimale decimales lambert lamb merchich maroc zone wgs wgs84 84 utm gps geo "
    "geographique proj projete projetee map de du des la le les en of the geopoint "
    "احداثيه احداثيات الاحداثيه الاحداثيات احداثي الاحداثي نقطه النقطه متر بالمتر خط دائره درجه "
    "بالدرجات محور المحور 26191 4326 32629 29n 29 nord_maroc i 1"
)
_AXES = {
    ("plane", "x"): _set("x easting eastings este abscisse abscisses السينيه سيني سين س السينات"),
    ("plane", "y"): _set("y northing northings ordonnee ordonnees الصاديه صادي صاد ص الصادات"),
    ("degrees", "x"): _set("lon long longitude lng longi"),
    ("degrees", "y"): _set("lat latitude lati"),
}
#: Words that name an axis only when nothing else is in the name.
_LONE_AXES = {
    "est": ("lone", "x"),
    "east": ("lone", "x"),
    "e": ("lone", "x"),
    "شرق": ("lone", "x"),
    "الشرق": ("lone", "x"),
    "nord": ("lone", "y"),
    "north": ("lone", "y"),
    "n": ("lone", "y"),
    "شمال": ("lone", "y"),
    "الشمال": ("lone", "y"),
}
_GLUED = re.compile(
    r"^(?:coord|co|lambert|lamb|point|pt|pos|gps|utm|centro|wgs84)?"
    r"(x|y|lon|lat|longitude|latitude)(?:coord|lambert|lamb|wgs84|utm|centro|84|m|0)?$"
)
_WEST = frozenset({"ouest", "west", "w", "o", "غرب", "غربا", "الغربي"})
_MEANINGLESS = re.compile(
    r"^(column|col|champ|field|c|f|v|var|val|value|valeur|unnamed|colonne|عمود|حقل)?[\s_:.-]*\d*$"
    r"|^[a-z]$"
)
_LONGITUDE = ({"خط", "الطول"}, {"خط", "طول"})
_LATITUDE = (
    {"خط", "العرض"},
    {"خط", "عرض"},
    {"دائره", "العرض"},
    {"دائره", "عرض"},
)
_ARABIC = str.maketrans({"ة": "ه", "ى": "ي", "ـ": None})


@dataclass(frozen=True)
class AxisName:
    """What a name says: the family (plane or degrees), the axis (x or y) and the rest."""

    family: str
    axis: str
    rest: str = ""


def plain_name(name: str) -> str:
    """Return a name without accents, vowel signs and case, words joined by ``_``."""
    return "_".join(_words(name))


def _words(name: str) -> list[str]:
    split = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    decomposed = unicodedata.normalize("NFKD", split)
    letters = "".join(char for char in decomposed if not unicodedata.combining(char))
    return [word for word in re.split(r"[\W_]+", letters.lower().translate(_ARABIC)) if word]


def axis_of(name: str) -> AxisName | None:
    """Return the axis that a name stands for; None where it names none."""
    words = _words(name)
    arabic = _arabic_axis(set(words))
    if arabic is not None:
        return arabic
    telling = [word for word in words if word not in _NOISE and word not in _WEST]
    if len(telling) == 1 and telling[0] in _LONE_AXES:
        return AxisName(*_LONE_AXES[telling[0]])
    glued = [_unglued(word) for word in telling]
    found = {key for word in glued for key, known in _AXES.items() if word in known}
    if not found:
        return None
    axes = {axis for _, axis in found}
    if len(axes) > 1:
        return None
    family = "degrees" if any(key[0] == "degrees" for key in found) else "plane"
    known_words = frozenset().union(*_AXES.values())
    rest = [word for word in glued if word not in known_words and word not in _LONE_AXES]
    if len(rest) > 3:
        return None
    return AxisName(family, axes.pop(), "_".join(rest))


def _arabic_axis(words: set[str]) -> AxisName | None:
    if any(needed <= words for needed in _LONGITUDE):
        return AxisName("degrees", "x")
    if any(needed <= words for needed in _LATITUDE):
        return AxisName("degrees", "y")
    return None


def _unglued(word: str) -> str:
    found = _GLUED.match(word)
    return found.group(1) if found else word


def says_west(name: str) -> bool:
    """Whether a name of longitudes says that they are counted to the west."""
    return bool(_WEST & set(_words(name)))


def says_nothing(name: str) -> bool:
    """Whether a name tells nothing of what its column holds."""
    return bool(_MEANINGLESS.match(plain_name(name).replace("_", " ")))
