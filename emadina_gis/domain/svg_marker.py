"""Drawn markers: what of an SVG file is kept, so that it can do nothing but be drawn.

A list of what is allowed, never of what is not: shapes, groups, and attributes of geometry and
paint. Scripts, styles sheets, references (to the file itself or outside), pictures and texts are
refused by name. Pure: reading the file is `io.markers`'.
"""

from __future__ import annotations

import re
from typing import Final
from xml.etree import ElementTree as ET

from emadina_gis.errors import AnalysisError

#: The largest drawing, in characters.
LONGEST_SVG = 32_768
MOST_SHAPES = 400
DEEPEST = 12
INK: Final = "currentColor"

_SVG = "{http://www.w3.org/2000/svg}"
_ENTITY = re.compile(r"<!(?:DOCTYPE|ENTITY)|<\?xml-stylesheet", re.IGNORECASE)
_SHAPES = frozenset({"path", "rect", "circle", "ellipse", "line", "polyline", "polygon"})
_DROPPED = frozenset({"title", "desc", "metadata"})
_GEOMETRY = frozenset({
    "d", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "width", "height", "points",
    "transform", "viewBox",
})  # fmt: skip
_PAINT = frozenset({
    "fill", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit",
    "stroke-dasharray", "fill-rule", "fill-opacity", "stroke-opacity", "opacity",
})  # fmt: skip
_GEOMETRY_VALUE = re.compile(r"[\w\s.,+\-()%]*")
_PAINT_VALUE = re.compile(
    r"#[0-9a-fA-F]{3,8}|[A-Za-z]+|rgba?\([\d\s.,%]+\)|[\d\s.,%+\-eE]+(?:px|mm)?"
)
_WITHOUT_COLOR = frozenset({"none", "transparent", "inherit", INK.lower()})


def safe_svg(text: str) -> str:
    """Return the drawing of an SVG text with nothing in it that is not a shape.

    A drawing in one colour is turned into ``currentColor``, so that it takes the fill of its
    symbol.

    Raises
    ------
    AnalysisError
        ``marker.too-long``, ``marker.not-svg``, ``marker.refused`` (with what is refused), or
        ``marker.empty``.
    """
    if len(text) > LONGEST_SVG:
        raise AnalysisError("marker.too-long", most_kb=LONGEST_SVG // 1024)
    if _ENTITY.search(text):
        raise AnalysisError("marker.refused", element="<!…>")
    try:
        root = ET.fromstring(text)  # noqa: S314 - short, and without entities
    except (ET.ParseError, ValueError) as exc:
        raise AnalysisError("marker.not-svg") from exc
    if root.tag not in {f"{_SVG}svg", "svg"}:
        raise AnalysisError("marker.not-svg")
    kept = ET.Element("svg", {"xmlns": _SVG[1:-1], **_frame(root)})
    kept.attrib.update(_paint(root))
    shapes = _copied(root, kept, 0)
    if not shapes:
        raise AnalysisError("marker.empty")
    _inked(kept)
    return ET.tostring(kept, encoding="unicode")


def colored_svg(svg: str, color: str) -> str:
    """Return a drawing with another colour in the place of ``currentColor``."""
    return svg.replace(INK, color)


def _frame(root: ET.Element) -> dict[str, str]:
    """Return the box that is drawn; of a drawing without one, that of its size."""
    box = root.get("viewBox", "")
    if not box:
        sizes = [re.match(r"[\d.]+", root.get(side, "")) for side in ("width", "height")]
        if None in sizes:
            raise AnalysisError("marker.not-svg")
        box = "0 0 " + " ".join(size[0] for size in sizes if size)
    if not re.fullmatch(r"[-+\d.eE\s,]+", box):
        raise AnalysisError("marker.refused", element="viewBox")
    return {"viewBox": box}


def _copied(source: ET.Element, target: ET.Element, depth: int) -> int:
    """Copy the shapes of an element; return how many there are."""
    if depth > DEEPEST:
        raise AnalysisError("marker.refused", element="g")
    shapes = 0
    for child in source:
        name = _name(child)
        if not name or name in _DROPPED or (name == "defs" and not len(child)):
            continue
        if name == "g":
            group = ET.SubElement(target, "g", _attributes(child))
            shapes += _copied(child, group, depth + 1)
        elif name in _SHAPES:
            ET.SubElement(target, name, _attributes(child))
            shapes += 1
        else:
            raise AnalysisError("marker.refused", element=name)
        if shapes > MOST_SHAPES:
            raise AnalysisError("marker.too-long", most_kb=LONGEST_SVG // 1024)
    return shapes


def _name(element: ET.Element) -> str:
    """Return the name of an SVG element; empty for what editors and comments leave."""
    tag = str(element.tag)
    if tag.startswith(_SVG):
        return tag[len(_SVG) :]
    return tag if tag.isalpha() else ""


def _attributes(element: ET.Element) -> dict[str, str]:
    kept = {
        name: value
        for name, value in element.attrib.items()
        if name in _GEOMETRY and name != "viewBox"
    }
    for name, value in kept.items():
        if not _GEOMETRY_VALUE.fullmatch(value):
            raise AnalysisError("marker.refused", element=name)
    for name in element.attrib:
        if name.lower().startswith("on") or name.endswith("href"):
            raise AnalysisError("marker.refused", element=name.rpartition("}")[2])
    return {**kept, **_paint(element)}


def _paint(element: ET.Element) -> dict[str, str]:
    """Return how an element is painted, from its attributes and its ``style``."""
    found = {name: value.strip() for name, value in element.attrib.items() if name in _PAINT}
    for part in element.get("style", "").split(";"):
        name, _, value = part.partition(":")
        if name.strip() in _PAINT:
            found[name.strip()] = value.strip()
    for name, value in found.items():
        if not _PAINT_VALUE.fullmatch(value):
            raise AnalysisError("marker.refused", element=name)
    return found


def _inked(root: ET.Element) -> None:
    """Give a drawing in one colour the colour of its symbol; one that names it says where."""
    if any(INK in element.attrib.values() for element in root.iter()):
        return
    painted = [
        (element, name)
        for element in root.iter()
        for name in ("fill", "stroke")
        if element.get(name, "").lower() not in {"", *_WITHOUT_COLOR}
    ]
    if not any(element.get("fill") or element.get("stroke") for element in root.iter()):
        root.set("fill", INK)
    elif len({element.get(name, "").lower() for element, name in painted}) == 1:
        for element, name in painted:
            element.set(name, INK)
