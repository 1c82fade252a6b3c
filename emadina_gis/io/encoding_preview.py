"""Samples of a layer's texts in each plausible encoding, for a person to choose by eye."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from emadina_gis.io import encoding, shapefile
from emadina_gis.io.description import EncodingPreview
from emadina_gis.io.encoding_names import canonical, decoded, shown_name
from emadina_gis.io.sources import DataFile, opened
from emadina_gis.io.text_damage import mistake_name
from emadina_gis.io.vector import read_layer

_MOST_TEXTS = 6
_MOST_BYTES = 80
_MOST_PREVIEWS = 8
_SAMPLE_BYTES = 262_144
_TEXT_FILES = (".csv", ".tsv", ".txt")


def previews(path: Path | str, layer: str | None = None) -> tuple[EncodingPreview, ...]:
    """Return the plausible encodings of a layer, best first, each with the same texts.

    Empty where all texts are plain ASCII.

    Raises
    ------
    LayerReadError
        When the file cannot be read.
    """
    shown = Path(path)
    with opened(shown) as files:
        file = next((one for one in files if Path(one.title).stem == layer), files[0])
        found = _raw_samples(file)
    if found is None:
        return _of_texts(shown, layer)
    samples, declared, trust = found
    return of_samples(samples, declared, trust)


def of_samples(
    samples: Sequence[bytes], declared: str = "", trust: float = encoding.STRONG
) -> tuple[EncodingPreview, ...]:
    """Return the previews of values as they are written in a file."""
    marked = [sample for sample in samples if not sample.isascii()]
    telling = _telling(marked)
    if not telling:
        return ()
    ranked = encoding.ranking(marked, declared, trust)
    weights = {one.name: one.weight for one in ranked if one.name not in encoding.FOREIGN}
    chosen = encoding.choose(declared, marked, trust=trust)
    best = canonical(chosen.name)
    whole = all(encoding.is_utf8(sample) for sample in marked)
    usual = ("utf-8", *encoding.CANDIDATES) if whole else tuple(encoding.CANDIDATES)
    others = sorted(
        dict.fromkeys((*usual, *weights)), key=lambda name: -round(weights.get(name, 0.0), 2)
    )
    made = {best: EncodingPreview(chosen.name, chosen.confidence, _texts(telling, best))}
    seen = {made[best].texts}
    for name in others:
        texts = _texts(telling, name)
        if texts not in seen:
            seen.add(texts)
            weight = min(weights.get(name, 0.0), 1.0 - chosen.confidence)
            made[name] = EncodingPreview(shown_name(name), round(weight, 2), texts)
    return tuple(made.values())[:_MOST_PREVIEWS]


def _texts(samples: Sequence[bytes], name: str) -> tuple[str, ...]:
    return tuple(decoded(sample, name, cut_allowed=True) for sample in samples)


def _telling(marked: Sequence[bytes]) -> list[bytes]:
    """Return the values with the most bytes beyond ASCII, short enough to be read."""
    distinct = [sample for sample in dict.fromkeys(marked) if len(sample) <= _MOST_BYTES]
    distinct = distinct or [sample[:_MOST_BYTES] for sample in dict.fromkeys(marked)]
    return sorted(distinct, key=lambda sample: -sum(byte > 0x7F for byte in sample))[:_MOST_TEXTS]


def _raw_samples(file: DataFile) -> tuple[list[bytes], str, float] | None:
    """Return values as written, the declared encoding and the trust in it; None without bytes."""
    if file.suffix in {".shp", ".dbf"}:
        return shapefile.encoding_evidence(file.path)
    if file.suffix in _TEXT_FILES:
        with file.path.open("rb") as opened_file:
            lines = opened_file.read(_SAMPLE_BYTES).split(b"\n")
        cells = [cell.strip() for line in lines for cell in line.replace(b";", b",").split(b",")]
        return cells, "", 0.0
    return None


def _of_texts(path: Path, layer: str | None) -> tuple[EncodingPreview, ...]:
    """Return the texts of a layer as they are and, where they were misread, as they were."""
    table = read_layer(path, layer).table
    texts = [
        text
        for name, column in table.columns.items()
        if column.is_text
        for text in table.strings(name)
        if text and not text.isascii()
    ]
    if not texts:
        return ()
    raw = [text.encode() for text in dict.fromkeys(texts)]
    telling = _telling(raw)
    plain = EncodingPreview("UTF-8", 1.0, _texts(telling, "utf-8"))
    name = mistake_name([text.decode() for text in raw[:400]])
    if not name:
        return (plain,)
    return (
        EncodingPreview("UTF-8", 0.5, plain.texts),
        EncodingPreview(shown_name(name), 0.5, _texts(telling, name)),
    )
