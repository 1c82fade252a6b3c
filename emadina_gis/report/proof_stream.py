"""The content stream of a page read back: an interpreter of the operators of PDF.

Knows nothing of how the page was drawn; what it shows is in ``proof_marks``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from emadina_gis.report.proof_fonts import ReadFont, read_font
from emadina_gis.report.proof_marks import PageMarks, PathMark, PictureMark, Rect, TextMark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

MM_PER_POINT = 25.4 / 72
_DEEPEST_FORM = 8
_INVISIBLE = 3
#: A glyph this far from where the last one ends, in ems, begins another text.
_GAP_EMS = 0.8

Matrix = tuple[float, float, float, float, float, float]
UNIT: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(frozen=True)
class _State:
    """Graphics state that ``q`` keeps."""

    matrix: Matrix
    fill: str = "#000000"
    stroke: str = "#000000"
    width: float = 1.0
    is_dashed: bool = False
    fill_alpha: float = 1.0
    stroke_alpha: float = 1.0
    clip: Rect | None = None
    font: ReadFont | None = None
    size: float = 1.0
    mode: float = 0.0
    leading: float = 0.0
    spacing: float = 0.0
    word_spacing: float = 0.0
    stretch: float = 1.0
    rise: float = 0.0


@dataclass(frozen=True)
class _Shown:
    """A glyph that was shown: what it says, where it begins, how far it moves the pen."""

    text: str
    place: Matrix
    step: float
    lost: bool


def read_marks(page: Any) -> PageMarks:
    """Return what a page of an open pikepdf file shows."""
    x0, y0, x1, y1 = (float(value) for value in page.mediabox)
    mm = MM_PER_POINT
    reader = _Reader(_State((mm, 0.0, 0.0, -mm, -x0 * mm, y1 * mm)))
    reader.read(page, page.get("/Resources"))
    return PageMarks(
        ((x1 - x0) * mm, (y1 - y0) * mm),
        tuple(reader.texts),
        tuple(reader.paths),
        tuple(reader.pictures),
        tuple(_viewports(page, (mm, 0.0, 0.0, -mm, -x0 * mm, y1 * mm))),
    )


def _viewports(page: Any, matrix: Matrix) -> Iterator[Rect]:
    for view in page.get("/VP", ()):
        left, low, right, high = (float(value) for value in view.BBox)
        x0, y0 = _at(matrix, left, high)
        x1, y1 = _at(matrix, right, low)
        yield x0, y0, x1, y1


def texts_of(stream: Any, resources: Any) -> tuple[TextMark, ...]:
    """Return the texts that a stream shows, in its own coordinates."""
    reader = _Reader(_State(UNIT))
    reader.read(stream, resources)
    return tuple(reader.texts)


class _Reader:
    """Runs content streams; `texts`, `paths` and `pictures` are what they show."""

    def __init__(self, state: _State) -> None:
        self.state = state
        self.texts: list[TextMark] = []
        self.paths: list[PathMark] = []
        self.pictures: list[PictureMark] = []
        self._stack: list[_State] = []
        self._resources: Any = None
        self._layers: list[str] = []
        self._said: list[str | None] = []
        self._points: list[tuple[float, float]] = []
        self._starts: list[int] = []
        self._line = self._text = UNIT
        self._run: list[_Shown] = []
        self._clips = False
        self._depth = 0
        self._fonts: dict[str, ReadFont | None] = {}
        self._operators = self._table()

    def read(self, stream: Any, resources: Any) -> None:
        """Run a stream with its resources."""
        import pikepdf

        before, self._resources = self._resources, resources
        fonts, self._fonts = self._fonts, {}
        for part in pikepdf.parse_content_stream(stream):
            known = self._operators.get(str(part.operator))
            if known is not None:
                known(part.operands)
        self._resources, self._fonts = before, fonts

    def _table(self) -> dict[str, Callable[[Any], None]]:
        return {
            "q": self._save, "Q": self._restore, "cm": self._transform, "gs": self._look_up_state,
            "w": partial(self._set_number, "width"), "d": self._set_dash,
            "rg": partial(self._color, "fill"), "g": partial(self._color, "fill"),
            "scn": partial(self._color, "fill"), "sc": partial(self._color, "fill"),
            "k": partial(self._color, "fill"), "K": partial(self._color, "stroke"),
            "RG": partial(self._color, "stroke"), "G": partial(self._color, "stroke"),
            "SCN": partial(self._color, "stroke"), "SC": partial(self._color, "stroke"),
            "m": self._move, "l": self._points_of, "c": self._points_of,
            "v": self._points_of, "y": self._points_of, "re": self._rectangle,
            "W": self._will_clip, "W*": self._will_clip, "n": partial(self._paint, "", ""),
            "f": partial(self._paint, "f", ""), "F": partial(self._paint, "f", ""),
            "f*": partial(self._paint, "f", ""), "S": partial(self._paint, "", "s"),
            "s": partial(self._paint, "", "s"), "B": partial(self._paint, "f", "s"),
            "B*": partial(self._paint, "f", "s"), "b": partial(self._paint, "f", "s"),
            "b*": partial(self._paint, "f", "s"), "Do": self._do,
            "BDC": self._begin_span, "BMC": self._begin_span, "EMC": self._end_span,
            "BT": self._begin_text, "ET": self._end_text, "Tf": self._set_font,
            "Tr": partial(self._set_number, "mode"), "TL": partial(self._set_number, "leading"),
            "Tc": partial(self._set_number, "spacing"),
            "Tw": partial(self._set_number, "word_spacing"), "Tz": self._set_stretch,
            "Ts": partial(self._set_number, "rise"), "Tm": self._set_text_matrix,
            "Td": self._move_text, "TD": self._move_and_lead, "T*": self._next_line,
            "Tj": self._show, "TJ": self._show_spaced, "'": self._show_next,
        }  # fmt: skip

    def _save(self, _operands: Any) -> None:
        self._stack.append(self.state)

    def _restore(self, _operands: Any) -> None:
        if self._stack:
            self.state = self._stack.pop()

    def _transform(self, operands: Any) -> None:
        self.state = replace(self.state, matrix=_times(_matrix(operands), self.state.matrix))

    def _set_number(self, name: str, operands: Any) -> None:
        value: Any = float(operands[0])
        self.state = replace(self.state, **{name: value})

    def _set_dash(self, operands: Any) -> None:
        self.state = replace(self.state, is_dashed=len(operands[0]) > 0)

    def _look_up_state(self, operands: Any) -> None:
        found = self._named("/ExtGState", operands[0])
        if found is None:
            return
        fill = float(found.get("/ca", self.state.fill_alpha))
        stroke = float(found.get("/CA", self.state.stroke_alpha))
        self.state = replace(self.state, fill_alpha=fill, stroke_alpha=stroke)

    def _color(self, part: str, operands: Any) -> None:
        color: Any = _hex([float(v) for v in operands if not str(v).startswith("/")])
        self.state = replace(self.state, **{part: color})

    def _points_of(self, operands: Any) -> None:
        values = [float(value) for value in operands]
        matrix = self.state.matrix
        for x, y in zip(values[0::2], values[1::2], strict=True):
            self._points.append(_at(matrix, x, y))

    def _move(self, operands: Any) -> None:
        self._starts.append(len(self._points))
        self._points_of(operands)

    def _rectangle(self, operands: Any) -> None:
        x, y, width, height = (float(value) for value in operands)
        self._starts.append(len(self._points))
        matrix = self.state.matrix
        for px, py in ((x, y), (x + width, y), (x + width, y + height), (x, y + height)):
            self._points.append(_at(matrix, px, py))

    def _will_clip(self, _operands: Any) -> None:
        self._clips = True

    def _paint(self, fill: str, stroke: str, _operands: Any) -> None:
        if self._points:
            self._painted(np.array(self._points), filled=bool(fill), stroked=bool(stroke))
        self._points, self._starts = [], []
        self._clips = False

    def _painted(self, points: NDArray[np.float64], *, filled: bool, stroked: bool) -> None:
        state = self.state
        if filled or stroked:
            self.paths.append(
                PathMark(
                    points,
                    state.fill if filled else "",
                    state.stroke if stroked else "",
                    state.width * _size_of(state.matrix),
                    state.is_dashed,
                    state.fill_alpha if filled else state.stroke_alpha,
                    state.clip,
                    self._layer,
                    tuple(self._starts),
                )
            )
        if self._clips:
            (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
            clip = _within((float(left), float(top), float(right), float(bottom)), state.clip)
            self.state = replace(state, clip=clip)

    def _do(self, operands: Any) -> None:
        found = self._named("/XObject", operands[0])
        if found is None:
            return
        if str(found.get("/Subtype")) == "/Form":
            self._do_form(found)
        else:
            corners = np.array([_at(self.state.matrix, x, y) for x in (0, 1) for y in (0, 1)])
            (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
            bounds = (float(left), float(top), float(right), float(bottom))
            self.pictures.append(PictureMark(bounds, self.state.clip, self._layer))

    def _do_form(self, form: Any) -> None:
        if self._depth >= _DEEPEST_FORM:
            return
        self._depth += 1
        before = self.state
        if "/Matrix" in form:
            self._transform(form.Matrix)
        self.read(form, form.get("/Resources", self._resources))
        self.state = before
        self._depth -= 1

    def _begin_span(self, operands: Any) -> None:
        tag = str(operands[0])
        content = operands[1] if len(operands) > 1 else None
        layer, said = self._layer, None
        if tag == "/OC" and content is not None:
            self._end_run()
            layer = _layer_name(self._named("/Properties", content)) or layer
        elif content is not None and hasattr(content, "get"):
            said = content.get("/ActualText")
        self._layers.append(layer)
        self._said.append(None if said is None else str(said))

    def _end_span(self, _operands: Any) -> None:
        if self._layers:
            layer = self._layers.pop()
            self._said.pop()
            if layer != self._layer:
                self._end_run()

    @property
    def _layer(self) -> str:
        return self._layers[-1] if self._layers else ""

    def _own_text(self) -> str | None:
        """Return what the innermost span says of the next glyph; the ones after it say nothing."""
        for at in range(len(self._said) - 1, -1, -1):
            said = self._said[at]
            if said is not None:
                self._said[at] = ""
                return said
        return None

    def _begin_text(self, _operands: Any) -> None:
        self._line = self._text = UNIT

    def _end_text(self, _operands: Any) -> None:
        self._end_run()

    def _set_font(self, operands: Any) -> None:
        name = str(operands[0])
        if name not in self._fonts:
            found = self._named("/Font", name)
            self._fonts[name] = None if found is None else read_font(found)
        self.state = replace(self.state, font=self._fonts[name], size=float(operands[1]))

    def _set_stretch(self, operands: Any) -> None:
        self.state = replace(self.state, stretch=float(operands[0]) / 100)

    def _set_text_matrix(self, operands: Any) -> None:
        self._line = self._text = _matrix(operands)

    def _move_text(self, operands: Any) -> None:
        x, y = (float(value) for value in operands)
        self._line = self._text = _times((1.0, 0.0, 0.0, 1.0, x, y), self._line)

    def _move_and_lead(self, operands: Any) -> None:
        self.state = replace(self.state, leading=-float(operands[1]))
        self._move_text(operands)

    def _next_line(self, _operands: Any) -> None:
        self._move_text((0.0, -self.state.leading))

    def _show_next(self, operands: Any) -> None:
        self._next_line(operands)
        self._show(operands)

    def _show_spaced(self, operands: Any) -> None:
        for item in operands[0]:
            if hasattr(item, "__bytes__") and not isinstance(item, int | float):
                self._show((item,))
            else:
                self._advance(-float(item) / 1000 * self.state.size * self.state.stretch)

    def _show(self, operands: Any) -> None:
        state = self.state
        if state.font is None:
            return
        for glyph in state.font.glyphs(bytes(operands[0])):
            spaced = state.spacing + (state.word_spacing if glyph.is_space else 0.0)
            step = (glyph.width / 1000 * state.size + spaced) * state.stretch
            place = _times((1.0, 0.0, 0.0, 1.0, 0.0, state.rise), self._text)
            at = _times(place, state.matrix)
            if self._run and self._is_apart(at):
                self._end_run()
            said = self._own_text()
            lost = glyph.is_missing or (said is None and not glyph.text)
            self._run.append(_Shown(glyph.text if said is None else said, at, step, lost=lost))
            self._advance(step)

    def _is_apart(self, at: Matrix) -> bool:
        """Whether a glyph does not follow the last one on its line."""
        last = self._run[-1]
        x, y = _at(last.place, last.step, 0)
        size = self.state.size * _height_of(at)
        return float(np.hypot(at[4] - x, at[5] - y)) > _GAP_EMS * size

    def _advance(self, step: float) -> None:
        self._text = _times((1.0, 0.0, 0.0, 1.0, step, 0.0), self._text)

    def _end_run(self) -> None:
        run, self._run = self._run, []
        if run:
            self.texts.append(self._text_mark(run))

    def _text_mark(self, run: list[_Shown]) -> TextMark:
        inked = [shown for shown in run if shown.text.strip() or shown.lost] or run
        first, last = inked[0], inked[-1]
        size = self.state.size * _height_of(first.place) / MM_PER_POINT
        font = "" if self.state.font is None else self.state.font.name
        ends = _at(first.place, 0, 0), _at(last.place, last.step, 0)
        text = "".join(shown.text for shown in run)
        lost = sum(shown.lost for shown in run)
        visible = self.state.mode != _INVISIBLE
        return TextMark(text, size, *ends, self._layer, lost, visible, font)

    def _named(self, kind: str, name: Any) -> Any:
        listed = None if self._resources is None else self._resources.get(kind)
        return None if listed is None else listed.get(str(name))


def _layer_name(group: Any) -> str:
    return "" if group is None or "/Name" not in group else str(group.Name)


def _matrix(operands: Any) -> Matrix:
    a, b, c, d, e, f = (float(value) for value in operands)
    return a, b, c, d, e, f


def _times(first: Matrix, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return (
        a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j,
        e * g + f * i + k, e * h + f * j + m,
    )  # fmt: skip


def _at(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _size_of(matrix: Matrix) -> float:
    a, b, c, d, _, _ = matrix
    return float(abs(a * d - b * c) ** 0.5)


def _height_of(matrix: Matrix) -> float:
    return float(np.hypot(matrix[2], matrix[3]))


def _within(bounds: Rect, outer: Rect | None) -> Rect:
    if outer is None:
        return bounds
    return (
        max(bounds[0], outer[0]), max(bounds[1], outer[1]),
        min(bounds[2], outer[2]), min(bounds[3], outer[3]),
    )  # fmt: skip


def _hex(values: list[float]) -> str:
    if len(values) == 1:
        values = values * 3
    if len(values) == 4:
        black = 1.0 - values[3]
        values = [(1.0 - value) * black for value in values[:3]]
    return "#" + "".join(f"{round(value * 255):02x}" for value in values[:3]) if values else ""
