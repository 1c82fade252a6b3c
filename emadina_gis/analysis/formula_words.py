"""The words of formulas, in French, Arabic and English at once: whoever reads may write.

Owns which words mean which operator, function or unit, and which of them each language is shown.
"""

from __future__ import annotations

from typing import Final

from emadina_gis.domain.folding import folded

#: Word → token kind. Words of all languages are understood in each.
KEYWORDS: dict[str, str] = {
    "and": "and", "et": "and", "و": "and",
    "or": "or", "ou": "or", "أو": "or",
    "not": "not", "non": "not", "pas": "not", "ليس": "not",
    "in": "in", "dans": "in", "parmi": "in", "ضمن": "in",
    "is": "is", "est": "is", "هو": "is",
    "missing": "missing", "manquant": "missing", "manquante": "missing", "vide": "missing",
    "مفقود": "missing",
    "known": "known", "connu": "known", "connue": "known", "renseigné": "known",
    "renseignée": "known", "معروف": "known",
    "contains": "contains", "contient": "contains", "يحتوي": "contains", "يتضمن": "contains",
    "starts with": "starts", "commence par": "starts", "يبدأ ب": "starts", "يبدأ بـ": "starts",
    "ends with": "ends", "finit par": "ends", "se termine par": "ends", "ينتهي ب": "ends",
    "ينتهي بـ": "ends",
    "like": "like", "comme": "like", "ressemble à": "like", "يشبه": "like",
    "between": "between", "entre": "between", "بين": "between",
    "true": "true", "vrai": "true", "oui": "true", "yes": "true", "نعم": "true", "صحيح": "true",
    "false": "false", "faux": "false", "no": "false", "لا": "false", "خطأ": "false",
}  # fmt: skip

#: Words that are operators only where an operator may stand; elsewhere they name columns.
SOFT: Final = frozenset(
    {"missing", "known", "contains", "starts", "ends", "like", "between"}
)  # fmt: skip
#: Words of the longest keyword.
LONGEST_PHRASE: Final = max(len(phrase.split()) for phrase in KEYWORDS)

#: What a dialog offers for each language, and how a formula is printed in it.
SHOWN: dict[str, dict[str, str]] = {
    "fr": {"and": "et", "or": "ou", "not": "non", "in": "dans", "is": "est", "missing": "manquant",
           "known": "connu", "contains": "contient", "starts": "commence par",
           "ends": "finit par", "like": "comme", "between": "entre",
           "true": "vrai", "false": "faux"},
    "ar": {"and": "و", "or": "أو", "not": "ليس", "in": "ضمن", "is": "هو", "missing": "مفقود",
           "known": "معروف", "contains": "يحتوي", "starts": "يبدأ ب", "ends": "ينتهي ب",
           "like": "يشبه", "between": "بين", "true": "نعم", "false": "لا"},
    "en": {"and": "and", "or": "or", "not": "not", "in": "in", "is": "is", "missing": "missing",
           "known": "known", "contains": "contains", "starts": "starts with",
           "ends": "ends with", "like": "like", "between": "between",
           "true": "true", "false": "false"},
}  # fmt: skip

#: Function → its name in each language; the English one is stored.
FUNCTION_NAMES: dict[str, dict[str, str]] = {
    "if": {"fr": "si", "ar": "إذا", "en": "if"},
    "coalesce": {"fr": "premier_connu", "ar": "أول_معروف", "en": "coalesce"},
    "abs": {"fr": "abs", "ar": "القيمة_المطلقة", "en": "abs"},
    "round": {"fr": "arrondi", "ar": "تقريب", "en": "round"},
    "floor": {"fr": "plancher", "ar": "تقريب_للأسفل", "en": "floor"},
    "ceil": {"fr": "plafond", "ar": "تقريب_للأعلى", "en": "ceil"},
    "sqrt": {"fr": "racine", "ar": "جذر", "en": "sqrt"},
    "min": {"fr": "min", "ar": "الأصغر", "en": "min"},
    "max": {"fr": "max", "ar": "الأكبر", "en": "max"},
    "lower": {"fr": "minuscules", "ar": "حروف_صغيرة", "en": "lower"},
    "upper": {"fr": "majuscules", "ar": "حروف_كبيرة", "en": "upper"},
    "trim": {"fr": "sans_espaces", "ar": "دون_فراغات", "en": "trim"},
    "characters": {"fr": "nb_caracteres", "ar": "عدد_الحروف", "en": "characters"},
    "left": {"fr": "gauche", "ar": "بداية_النص", "en": "left"},
    "right": {"fr": "droite", "ar": "نهاية_النص", "en": "right"},
    "middle": {"fr": "extrait", "ar": "مقطع", "en": "middle"},
    "replace": {"fr": "remplace", "ar": "استبدال", "en": "replace"},
    "concat": {"fr": "concat", "ar": "دمج", "en": "concat"},
    "text": {"fr": "texte", "ar": "نص", "en": "text"},
    "number": {"fr": "nombre", "ar": "عدد", "en": "number"},
    "date": {"fr": "date", "ar": "تاريخ", "en": "date"},
    "today": {"fr": "aujourdhui", "ar": "اليوم", "en": "today"},
    "year": {"fr": "annee", "ar": "سنة", "en": "year"},
    "month": {"fr": "mois", "ar": "شهر", "en": "month"},
    "day": {"fr": "jour", "ar": "يوم", "en": "day"},
    "area": {"fr": "aire", "ar": "مساحة", "en": "area"},
    "length": {"fr": "longueur", "ar": "طول", "en": "length"},
    "perimeter": {"fr": "perimetre", "ar": "محيط", "en": "perimeter"},
    "x": {"fr": "x", "ar": "س", "en": "x"},
    "y": {"fr": "y", "ar": "ص", "en": "y"},
}

_FUNCTION_OF: Final = {
    folded(name): function for function, names in FUNCTION_NAMES.items() for name in names.values()
}
_KEYWORD_OF: Final = {folded(phrase): kind for phrase, kind in KEYWORDS.items()}


def function_of(name: str) -> str | None:
    """Return the function of a name in any language, None where there is none."""
    return _FUNCTION_OF.get(folded(name))


def keyword_of(phrase: str) -> str | None:
    """Return the token kind of a word or phrase in any language, None where it is none.

    A name with an underscore, such as ``or_``, is a name.
    """
    return None if "_" in phrase else _KEYWORD_OF.get(folded(phrase))
