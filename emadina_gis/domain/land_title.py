"""Land titles and requisitions as people and files write them, read into one form.

"T.3875/C", "TF n° 3875 / c", "R 12345/33", "الرسم العقاري عدد 3875/C" and the four key columns of a
cadastre delivery (nature, number, index, complement) all become "T.3875/C" or "R.12345/33".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Texts = NDArray[np.object_]

TITLE = "T"
REQUISITION = "R"
_TITLE_WORDS = r"TITRE\s+FONCIER|TITRE|T\.?\s?F|T|الرسم\s+العقاري|رسم\s+عقاري|ر\.?\s?ع"
_REQUISITION_WORDS = r"REQUISITION|RÉQUISITION|REQ|R|مطلب\s+التحفيظ|مطلب\s+تحفيظ|مطلب|م\.?\s?ت"
_NUMBER_WORDS = r"N°|Nº|N|NO|NUMERO|NUMÉRO|عدد|رقم"
_COMPLEMENTS = r"BIS|TER|QUATER|P\d{0,3}"
_WRITTEN = (
    rf"^(?:(?P<title>{_TITLE_WORDS})|(?P<requisition>{_REQUISITION_WORDS}))?"
    rf"[\s.:°º-]*(?:{_NUMBER_WORDS})?[\s.:°º]*"
    r"0*(?P<number>\d{1,7})\s*[/\\]\s*(?P<index>[A-Z]{1,2}|\d{1,3})"
    rf"\s*(?:[-/\s]\s*(?P<complement>{_COMPLEMENTS}))?$"
)
_MARKS = "[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]"
_ARABIC_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_NATURES = {
    "T": TITLE, "TF": TITLE, "T.F": TITLE, "TITRE": TITLE, "TITRE FONCIER": TITLE,
    "R": REQUISITION, "REQ": REQUISITION, "REQUISITION": REQUISITION, "RÉQUISITION": REQUISITION,
}  # fmt: skip


def canonical_title(text: str) -> str:
    """Return a title in one form ("T.3875/C", "R.12345/33"); other texts only trimmed.

    A title without prefix is read as a registered one (T).
    """
    found = _canonical(pa.array([text], pa.string()))[0].as_py()
    return text.strip() if found is None else str(found)


def canonical_titles(texts: Texts) -> Texts:
    """Return titles in one form, None where a text is no title; shape (n,)."""
    written = _canonical(pa.array(texts, pa.string()))
    return np.asarray(written.to_numpy(zero_copy_only=False), dtype=object)


def canonical_array(texts: pa.Array) -> pa.Array:
    """Return titles in one form, missing where a text is no title; as Arrow, without Python."""
    return _canonical(texts)


def title_share(texts: Texts) -> float:
    """Return the share of the texts present that read as land titles, in [0, 1]."""
    present = pa.array(texts, pa.string()).drop_null()
    if not len(present):
        return 0.0
    return float(1.0 - _canonical(present).null_count / len(present))


def _canonical(texts: pa.Array) -> pa.Array:
    plain = pc.utf8_trim_whitespace(pc.replace_substring_regex(texts, _MARKS, ""))
    plain = pc.utf8_upper(_western_digits(plain))
    parts = pc.extract_regex(plain, _WRITTEN)
    number, index = pc.struct_field(parts, "number"), pc.struct_field(parts, "index")
    is_requisition = pc.not_equal(pc.struct_field(parts, "requisition"), "")
    prefix = pc.if_else(is_requisition, REQUISITION, TITLE)
    head = pc.binary_join_element_wise(prefix, number, ".")
    return _with_complement(
        pc.binary_join_element_wise(head, index, "/"), pc.struct_field(parts, "complement")
    )


def _western_digits(texts: pa.Array) -> pa.Array:
    arabic = pc.match_substring_regex(texts, "[٠-٩۰-۹]")
    if not pc.any(arabic).as_py():
        return texts
    turned = [None if t is None else t.translate(_ARABIC_DIGITS) for t in texts.to_pylist()]
    return pa.array(turned, pa.string())


def _with_complement(titles: pa.Array, complements: pa.Array) -> pa.Array:
    joined = pc.binary_join_element_wise(titles, pc.fill_null(complements, ""), " ")
    return pc.utf8_rtrim_whitespace(joined)


def titles_of_key(
    nature: Texts | None, number: Texts, index: Texts, complement: Texts | None = None
) -> Texts:
    """Return the titles that the key columns of a cadastre delivery make.

    Parameters
    ----------
    nature : ndarray of object, shape (n,), or None
        "T" or "R" (and their long forms); None reads every row as a registered title.
    number, index, complement : ndarray of object, shape (n,)
        Texts; None or empty where missing.

    Returns
    -------
    ndarray of object, shape (n,)
        None where the number or the index is missing, or the nature is none of the two.
    """
    count = len(number)
    prefix = np.full(count, TITLE, dtype=object) if nature is None else natures(nature)
    written = pc.binary_join_element_wise(_clean(prefix), _whole(number), ".")
    written = pc.binary_join_element_wise(written, pc.utf8_upper(_clean(index)), "/")
    if complement is not None:
        written = _with_complement(written, pc.utf8_upper(_clean(complement)))
    return np.asarray(written.to_numpy(zero_copy_only=False), dtype=object)


def natures(texts: Texts) -> Texts:
    """Return T or R for each text, None where it says neither; shape (n,)."""
    plain = pc.utf8_upper(pc.utf8_trim_whitespace(pa.array(texts, pa.string())))
    distinct = plain.dictionary_encode()
    meanings = [_NATURES.get(value, "") or None for value in distinct.dictionary.to_pylist()]
    codes = pc.fill_null(distinct.indices, len(meanings)).to_numpy(zero_copy_only=False)
    return np.asarray(np.array([*meanings, None], dtype=object)[codes])


def _clean(texts: Sequence[Any] | Texts) -> pa.Array:
    trimmed = pc.utf8_trim_whitespace(pa.array(texts, pa.string()))
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)


def _whole(texts: Texts) -> pa.Array:
    """Return whole numbers as texts ("3875", also where the file wrote 3875.0)."""
    bare = pc.replace_substring_regex(_clean(texts), r"\.0*$", "")
    is_number = pc.match_substring_regex(bare, r"^\d+$")
    return pc.if_else(is_number, bare, pa.scalar(None, pa.string()))
