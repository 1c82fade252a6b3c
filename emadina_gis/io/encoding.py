"""Encodings of DBF and text files, weighed on their bytes: Arabic and French names of Morocco.

Each encoding turns the bytes into other letters; the one whose letters follow each other as they
do in Arabic or in French is right. A declaration (.cpg, language driver byte) weighs much, but the
bytes may deny it. Knows nothing of GDAL.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from emadina_gis.io.description import ASKED, DECLARED, GUESSED, EncodingChoice
from emadina_gis.io.encoding_names import (
    MIXED,
    UTF8_NAME,
    canonical,
    decoded,
    shown_name,
)
from emadina_gis.io.letter_pairs import surprise

#: Encodings met in Moroccan and French files, and how likely each is before a byte is read (nats).
CANDIDATES = {
    "cp1252": 0.0,
    "cp1256": 0.0,
    "cp850": -1.5,
    "iso8859-6": -2.0,
    "mac-arabic": -3.0,
    "cp1250": -3.0,
    "mac-roman": -3.0,
    "cp437": -3.5,
    "cp720": -3.5,
}
#: Encodings of other scripts: proposed where nothing else reads well, never with confidence.
FOREIGN = ("cp1251", "koi8-r", "cp1253", "cp874", "gbk", "big5", "shift_jis", "euc_kr", "euc_jp")
_FOREIGN_PRIOR = -6.0
_UTF8_PRIOR = 3.0
#: Trust in a declaration, in nats: a .cpg or a person's tool wrote it, or a header byte that many
#: programs set without thinking.
STRONG = 6.0
WEAK = 1.5
_DOUBTFUL = 0.5
_SAMPLE_BYTES = 200_000
#: Names are short and repeat themselves: their letters count less than independent ones would.
_TEMPER = 0.7
_SURE_SEQUENCES = 4
_MOSTLY = 0.98
_MOST_OF_GUESS = 0.98
_UNSURE = 0.3
_IMPLAUSIBLE = 6.5
_ENOUGH_TO_DENY = 0.9
_AGREEMENT = 0.8
#: Confidence in a declaration that the letters do not support, and in one that they speak against.
_ON_ITS_WORD = 0.8
_DISPUTED = 0.6
#: Highest confidence of a guess from so many distinct values.
_FEW_VALUES = ((1, 0.7), (3, 0.85))


@dataclass(frozen=True)
class EncodingCandidate:
    """An encoding, its probability in [0, 1] and the mean surprise (nats) of its letters."""

    name: str
    weight: float
    strangeness: float = 0.0


def choose(
    declared: str, samples: Sequence[bytes], asked: str = "", trust: float = STRONG
) -> EncodingChoice:
    """Return the encoding to read with.

    Parameters
    ----------
    declared : str
        Python name of what the file declares; may be empty.
    samples : sequence of bytes
        Values of text fields, or lines.
    asked : str
        An encoding that the person chose; it wins.
    trust : float
        Nats by which the declaration is likelier than another encoding.
    """
    if canonical(asked):
        return EncodingChoice(shown_name(asked), ASKED, 1.0, shown_name(declared))
    marked = _limited(samples)
    ranked = ranking(marked, declared, trust)
    best = ranked[0]
    if best.name == canonical(declared):
        sure = _declared_confidence(best, marked, trust)
        return EncodingChoice(best_name(best), DECLARED, sure, best_name(best))
    mixed = _mixture(marked)
    if mixed:
        return EncodingChoice(mixed, GUESSED, 0.6, shown_name(declared))
    return EncodingChoice(best_name(best), GUESSED, confidence(best, marked), shown_name(declared))


def best_name(candidate: EncodingCandidate) -> str:
    """Return the usual spelling of a candidate's encoding."""
    return shown_name(candidate.name)


def _declared_confidence(best: EncodingCandidate, marked: Sequence[bytes], trust: float) -> float:
    """Return how sure a declaration is: less where the letters alone would say another thing."""
    if not marked or best.weight == 1.0:
        return 1.0
    blind = ranking(marked, best.name, _DOUBTFUL)[0]
    if blind.name == best.name and blind.weight > _AGREEMENT:
        return 1.0
    return _ON_ITS_WORD if trust >= STRONG and best.weight > _ENOUGH_TO_DENY else _DISPUTED


def weigh(samples: Iterable[bytes]) -> list[EncodingCandidate]:
    """Return the encodings that the samples may be in, best first; UTF-8 alone for plain ASCII."""
    return ranking(_limited(samples), "", 0.0)


def ranking(marked: Sequence[bytes], declared: str, trust: float) -> list[EncodingCandidate]:
    """Return the encodings of values that are not plain ASCII, best first.

    Encodings that give the same letters share one place: the likeliest of them, or the declared
    one, with the probability of all.
    """
    known = canonical(declared)
    if not marked:
        return [EncodingCandidate(known or UTF8_NAME, 1.0)]
    valid = _utf8_share(marked)
    if valid >= _MOSTLY and _sequences(marked) >= _SURE_SEQUENCES:
        return [EncodingCandidate(UTF8_NAME, 1.0)]
    priors = {**CANDIDATES, **dict.fromkeys(FOREIGN, _FOREIGN_PRIOR)}
    if valid >= _MOSTLY:
        priors[UTF8_NAME] = _UTF8_PRIOR
    if known and known != UTF8_NAME:
        priors[known] = max(priors.get(known, 0.0), 0.0) + trust
    elif known and valid >= _MOSTLY:
        priors[UTF8_NAME] += trust
    return _posterior(marked, priors)


def _posterior(marked: Sequence[bytes], priors: dict[str, float]) -> list[EncodingCandidate]:
    joined = b"\n".join(marked)
    groups: dict[str, tuple[str, float]] = {}
    for name, prior in sorted(priors.items(), key=lambda item: -item[1]):
        text = joined.decode(name, "replace")
        best, mass = groups.get(text, (name, 0.0))
        groups[text] = (best, mass + math.exp(prior))
    found_surprises = {name: surprises(text) for text, (name, _) in groups.items()}
    logits = {
        name: math.log(mass) - _TEMPER * found_surprises[name][0] for name, mass in groups.values()
    }
    top = max(logits.values())
    weights = {name: math.exp(logit - top) for name, logit in logits.items()}
    total = sum(weights.values())
    found = [
        EncodingCandidate(name, weight / total, found_surprises[name][1])
        for name, weight in weights.items()
    ]
    return sorted(found, key=lambda candidate: -candidate.weight)


def surprises(text: str) -> tuple[float, float]:
    """Return the sum and the mean of the surprises of the pairs that are not both ASCII."""
    codes = np.frombuffer(f"\n{text}\n".encode("utf-32-le", "replace"), np.uint32).astype(np.int64)
    before, after = codes[:-1], codes[1:]
    kept = (before > 0x7F) | (after > 0x7F)
    pairs, counts = np.unique(before[kept] << 32 | after[kept], return_counts=True)
    values = np.array([_pair_surprise(int(pair)) for pair in pairs])
    total = float((values * counts).sum())
    return total, total / max(int(counts.sum()), 1)


@lru_cache(maxsize=65536)
def _pair_surprise(pair: int) -> float:
    return surprise(chr(pair >> 32), chr(pair & 0xFFFFFFFF))


def confidence(best: EncodingCandidate, marked: Sequence[bytes]) -> float:
    """Return how sure a guess is: low where the letters look like no language we know."""
    if not marked:
        return 0.99
    if best.name == UTF8_NAME and best.weight > 0.99:
        return 0.99
    if best.strangeness > _IMPLAUSIBLE or best.name in FOREIGN:
        return min(_UNSURE, round(best.weight, 2))
    few = [most for count, most in _FEW_VALUES if len(marked) <= count]
    return round(min(_MOST_OF_GUESS, best.weight, *few), 2)


def _mixture(marked: Sequence[bytes]) -> str:
    """Return the name of a mixture where some values are UTF-8 and others clearly are not.

    Reading such a file in either encoding would spoil the values in the other.
    """
    valid = [sample for sample in marked if is_utf8(sample)]
    other = [sample for sample in marked if not is_utf8(sample)]
    if not valid or not other:
        return ""
    one, two = ranking(valid, "", 0.0)[0], ranking(other, "", 0.0)[0]
    sure = confidence(one, valid) >= _ENOUGH_TO_DENY and confidence(two, other) > _UNSURE
    if one.name != UTF8_NAME or not sure:
        return ""
    return f"{shown_name(UTF8_NAME)}{MIXED}{shown_name(two.name)}"


def _limited(samples: Iterable[bytes]) -> list[bytes]:
    kept: dict[bytes, None] = {}
    total = 0
    for sample in samples:
        if total > _SAMPLE_BYTES:
            break
        if not sample.isascii() and sample not in kept:
            kept[sample] = None
            total += len(sample)
    return list(kept)


def _utf8_share(samples: Sequence[bytes]) -> float:
    return sum(1 for sample in samples if is_utf8(sample)) / len(samples)


def is_utf8(sample: bytes) -> bool:
    """Whether a value is valid UTF-8, but for a last character cut by the width of its field."""
    return "\ufffd" not in decoded(sample.rstrip(b" \0"), UTF8_NAME, cut_allowed=True)


def _sequences(samples: Sequence[bytes]) -> int:
    """Return the number of characters of several bytes."""
    joined = np.frombuffer(b"".join(samples), np.uint8)
    return int((joined >= 0xC2).sum())
