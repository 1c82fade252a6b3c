"""Texts inside boundaries become their labels: lot numbers, land titles, whatever was written.

A text belongs to the smallest boundary around both its anchor and its middle; where the two
disagree it belongs to none, and is counted. Works on arrays; knows nothing of files.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray

from emadina_gis.domain.land_title import canonical_titles

Shapes = NDArray[np.object_]
#: Boundaries whose areas differ by less than this share, one inside the other, are drawn twice.
_SAME_SHARE = 0.01
#: A circle around a number is its frame while it is not larger than this many times the text.
_FRAME_TIMES = 6.0
_WIDTH_OF_LETTER = 0.7
_MOST_TEXTS = 12
_DOMINANT_SHARE = 0.8
_LEAST_TEXTS = 5
#: A sign whose place is nearer to a boundary than this stands on it.
_ON_EDGE_M = 0.05
#: Lengths of sides and areas are written inside boundaries too, and name nothing.
_MEASURE = r"^(?:[SL]\s*[=:]\s*)?\d+(?:[.,]\d+|\s*(?:M|M2|M²))(?:\s*(?:M|M2|M²))?$"
_LOT = (
    r"^(?:(?:LOTS?|N°|NO|N|القطعة|قطعة|بقعة|رقم)[\s.:°-]*)?"
    r"(?P<lot>[A-Z]{0,2}[ -]?[0-9٠-٩]{1,4}(?:[ -]?(?:BIS|TER|[A-Z]))?)$"
)


@dataclass(frozen=True)
class DrawnTexts:
    """Texts of a drawing, in metres.

    Attributes
    ----------
    words, layers : ndarray of str, shape (n,)
    anchor, middle : ndarray of float64, shape (n, 2)
    height : ndarray of float64, shape (n,)
    holder : ndarray of float64, shape (n, 2)
        Place of the insert that a text is an attribute of; NaN for other texts.
    """

    words: NDArray[np.object_]
    layers: NDArray[np.object_]
    anchor: NDArray[np.float64]
    middle: NDArray[np.float64]
    height: NDArray[np.float64]
    holder: NDArray[np.float64]


@dataclass(frozen=True)
class Labels:
    """Columns for boundaries, and what could not be decided.

    Attributes
    ----------
    label, title_no, lot_no : pyarrow string arrays
        All texts inside, in reading order; the one that is a land title; the one lot number.
    labelled : int
        Boundaries with a label.
    ambiguous : int
        Texts that lie across boundaries.
    crowded : int
        Boundaries with too many texts for a label.
    """

    label: pa.Array
    title_no: pa.Array
    lot_no: pa.Array
    labelled: int = 0
    ambiguous: int = 0
    crowded: int = 0


def label_boundaries(
    shapes: Shapes, layers: NDArray[np.object_], may_frame: NDArray[np.bool_], texts: DrawnTexts
) -> Labels:
    """Return the labels of boundaries.

    Parameters
    ----------
    shapes : ndarray of shapely polygons
        Boundaries, in metres.
    layers : ndarray of str
        CAD layer of each.
    may_frame : ndarray of bool
        Which of them may be the frame of a text (circles, parts of blocks).
    """
    empty = pa.nulls(len(shapes), pa.string())
    if not len(shapes) or not len(texts.words):
        return Labels(empty, empty, empty)
    finder = _Finder(shapes, may_frame, texts)
    by_anchor, by_middle = finder.smallest(texts.anchor), finder.smallest(texts.middle)
    chosen = np.where(by_anchor < 0, by_middle, by_anchor)
    torn = (by_anchor >= 0) & (by_middle >= 0) & (by_anchor != by_middle)
    torn &= ~finder.are_same(by_anchor, by_middle)
    chosen[torn | finder.are_marks(chosen)] = -1
    chosen = finder.by_custom(chosen, layers)
    text_row = np.flatnonzero(chosen >= 0)
    shape_row = chosen[text_row]
    text_row, shape_row = finder.with_doubles(text_row, shape_row)
    return _written(texts, text_row, shape_row, len(shapes), int(torn.sum()))


class _Finder:
    """Which boundaries lie around which texts."""

    def __init__(self, shapes: Shapes, may_frame: NDArray[np.bool_], texts: DrawnTexts) -> None:
        self._shapes = shapes
        self._areas = shapely.area(shapes)
        self._tree = shapely.STRtree(shapes)
        self._may_frame = may_frame
        self._texts = texts
        lengths = pc.utf8_length(pa.array(texts.words, pa.string())).to_numpy(zero_copy_only=False)
        self._text_areas = _WIDTH_OF_LETTER * lengths * texts.height**2
        self._pairs = self._around(texts.middle)

    def _around(self, places: NDArray[np.float64]) -> NDArray[np.intp]:
        """Return pairs (text, boundary), frames of the text left out."""
        pairs = self._tree.query(shapely.points(places), predicate="intersects")
        text, shape = pairs
        is_frame = self._may_frame[shape] & (
            self._areas[shape] <= _FRAME_TIMES * np.maximum(self._text_areas[text], 0.0)
        )
        return np.asarray(pairs[:, ~is_frame], dtype=np.intp)

    def smallest(self, places: NDArray[np.float64]) -> NDArray[np.intp]:
        """Return the smallest boundary around each place, -1 where there is none."""
        return self._least(self._around(places))

    def _least(self, pairs: NDArray[np.intp]) -> NDArray[np.intp]:
        found = np.full(len(self._texts.words), -1, dtype=np.intp)
        order = np.lexsort((pairs[1], self._areas[pairs[1]], pairs[0]))
        text, shape = pairs[:, order]
        first = np.append(True, np.diff(text) > 0)[: len(text)]
        found[text[first]] = shape[first]
        return found

    def are_same(self, one: NDArray[np.intp], other: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Return where two boundaries are the same one drawn twice."""
        bounds = shapely.bounds(self._shapes)
        a, b = np.maximum(one, 0), np.maximum(other, 0)
        size = np.sqrt(np.maximum(self._areas[a], 1e-12))
        near = np.abs(bounds[a] - bounds[b]).max(axis=1) <= _SAME_SHARE * size
        alike = np.abs(self._areas[a] - self._areas[b]) <= _SAME_SHARE * self._areas[a]
        return np.asarray(near & alike & (one >= 0) & (other >= 0))

    def are_marks(self, chosen: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Return which texts belong to a sign that stands on the boundary (a survey mark)."""
        result = np.zeros(len(chosen), dtype=bool)
        rows = np.flatnonzero((chosen >= 0) & np.isfinite(self._texts.holder).all(axis=1))
        edges = shapely.boundary(self._shapes[chosen[rows]])
        places = shapely.points(self._texts.holder[rows])
        result[rows] = shapely.distance(edges, places) <= _ON_EDGE_M
        return result

    def by_custom(self, chosen: NDArray[np.intp], layers: NDArray[np.object_]) -> NDArray[np.intp]:
        """Follow the custom of the drawing.

        Where the texts of a layer name the boundaries of one layer, the few that fall into
        something smaller inside name the boundary around it.
        """
        text_codes = np.unique(self._texts.layers.astype(str), return_inverse=True)[1]
        shape_codes = np.unique(layers.astype(str), return_inverse=True)[1]
        result = chosen.copy()
        for code in np.unique(text_codes):
            rows = np.flatnonzero((text_codes == code) & (chosen >= 0))
            if len(rows) < _LEAST_TEXTS:
                continue
            counts = np.bincount(shape_codes[chosen[rows]])
            usual = int(counts.argmax())
            if not _DOMINANT_SHARE * len(rows) <= counts[usual] < len(rows):
                continue
            odd = rows[shape_codes[chosen[rows]] != usual]
            pairs = self._pairs[:, (shape_codes[self._pairs[1]] == usual)]
            around = self._least(pairs)[odd]
            result[odd] = np.where(around >= 0, around, chosen[odd])
        return result

    def with_doubles(
        self, text: NDArray[np.intp], shape: NDArray[np.intp]
    ) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return the pairs with the boundaries drawn twice (an outline and its hatch) added."""
        target = np.full(len(self._texts.words), -1, dtype=np.intp)
        target[text] = shape
        texts, shapes = self._pairs
        same = self.are_same(shapes, target[texts]) & (target[texts] != shapes)
        return np.concatenate([text, texts[same]]), np.concatenate([shape, shapes[same]])


def _written(
    texts: DrawnTexts,
    text: NDArray[np.intp],
    shape: NDArray[np.intp],
    count: int,
    ambiguous: int,
) -> Labels:
    """Return the columns: texts from top to bottom, then from left to right."""
    line = np.round(-texts.middle[text, 1] / np.maximum(texts.height[text], 1e-9))
    order = np.lexsort((texts.middle[text, 0], line, shape))
    text, shape = text[order], shape[order]
    words = pc.utf8_trim_whitespace(
        pc.replace_substring_regex(pa.array(texts.words[text], pa.string()), r"\s+", " ")
    )
    named = _naming(words, shape, count)
    words, shape = words.filter(pa.array(named)), shape[named]
    inside = np.bincount(shape, minlength=count)
    few = inside <= _MOST_TEXTS
    kept = few[shape]
    label = _joined(words.filter(pa.array(kept)), shape[kept], count)
    titles = pa.array(canonical_titles(_objects(words)), pa.string())
    labelled = count - label.null_count
    title_no = _only_one(titles, shape, count)
    lot_no = _only_one(lot_numbers(words), shape, count)
    return Labels(label, title_no, lot_no, labelled, ambiguous, int((~few).sum()))


def _naming(words: pa.Array, shape: NDArray[np.intp], count: int) -> NDArray[np.bool_]:
    """Return which texts may name their boundary: measures only where there is nothing else."""
    plain = pc.match_substring_regex(pc.utf8_upper(words), _MEASURE)
    is_measure = np.asarray(plain.to_numpy(zero_copy_only=False), dtype=bool)
    others = np.bincount(shape[~is_measure], minlength=count)
    return np.asarray(~is_measure | (others[shape] == 0), dtype=bool)


def _objects(words: pa.Array) -> NDArray[np.object_]:
    return np.asarray(words.to_numpy(zero_copy_only=False), dtype=object)


def lot_numbers(words: pa.Array) -> pa.Array:
    """Return the lot number that each text is ("LOT 12", "N° 7 bis", "A-3"), null for others."""
    plain = pc.utf8_upper(pc.utf8_trim_whitespace(words))
    return pc.struct_field(pc.extract_regex(plain, _LOT), "lot")


def _joined(words: pa.Array, shape: NDArray[np.intp], count: int) -> pa.Array:
    """Return the words of each boundary, one after the other; null where there are none."""
    inside = np.bincount(shape, minlength=count)
    offsets = np.concatenate([[0], np.cumsum(inside)]).astype(np.int32)
    lists = pa.ListArray.from_arrays(pa.array(offsets), words)
    joined = pc.binary_join(lists, " · ")
    return pc.if_else(pa.array(inside > 0), joined, pa.scalar(None, pa.string()))


def _only_one(words: Any, shape: NDArray[np.intp], count: int) -> pa.Array:
    """Return the word of each boundary that has exactly one different word; else null."""
    present = np.asarray(words.is_valid())
    values = _objects(words)[present]
    rows = shape[present]
    result = np.full(count, None, dtype=object)
    if len(rows):
        codes = np.unique(values.astype(str), return_inverse=True)[1]
        low = np.full(count, np.iinfo(np.int64).max)
        high = np.full(count, -1)
        np.minimum.at(low, rows, codes)
        np.maximum.at(high, rows, codes)
        one = (low == high)[rows]
        result[rows[one]] = values[one]
    return pa.array(result, pa.string())
