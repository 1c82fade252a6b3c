"""The keywords of formulas, in French, Arabic and English at once: whoever reads may write."""

from __future__ import annotations

#: Word → token kind. Words of all languages are understood in each.
KEYWORDS: dict[str, str] = {
    "and": "and", "et": "and", "و": "and",
    "or": "or", "ou": "or", "أو": "or",
    "not": "not", "non": "not", "pas": "not", "ليس": "not",
    "in": "in", "dans": "in", "ضمن": "in",
    "is": "is", "est": "is", "هو": "is",
    "missing": "missing", "manquant": "missing", "vide": "missing", "مفقود": "missing",
    "contains": "contains", "contient": "contains", "يحتوي": "contains", "يتضمن": "contains",
    "true": "true", "vrai": "true", "oui": "true", "yes": "true", "نعم": "true", "صحيح": "true",
    "false": "false", "faux": "false", "no": "false", "لا": "false", "خطأ": "false",
}  # fmt: skip

#: What a dialog offers for each language.
SHOWN: dict[str, dict[str, str]] = {
    "fr": {"and": "et", "or": "ou", "not": "non", "in": "dans", "is": "est", "missing": "manquant",
           "contains": "contient", "true": "vrai", "false": "faux"},
    "ar": {"and": "و", "or": "أو", "not": "ليس", "in": "ضمن", "is": "هو", "missing": "مفقود",
           "contains": "يحتوي", "true": "نعم", "false": "لا"},
    "en": {"and": "and", "or": "or", "not": "not", "in": "in", "is": "is", "missing": "missing",
           "contains": "contains", "true": "true", "false": "false"},
}  # fmt: skip
