"""Pictures of a PDF: equal ones are one, and none is finer than what the PDF is for."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from emadina_gis.report.pdf_stream import UNITS_PER_INCH, scales_of

if TYPE_CHECKING:
    from emadina_gis.report.presets import Fineness

#: Encodes a picture again: its JPEG bytes, the new width and height, the quality.
Recode = Callable[[bytes, tuple[int, int], int], bytes]
#: A picture is made smaller when it is finer than wanted by more than this.
_TOLERANCE = 1.15
#: Smaller pictures are left alone.
_LEAST_BYTES = 8_000
_DO = b" Do\n"


def drawn_dpi(content: bytes) -> dict[str, float]:
    """Return the fewest pixels per inch that each picture of a drawing has, by its name.

    Qt enlarges to pixels first: the size of a unit there is that of a pixel.
    """
    found: dict[str, float] = {}
    at, index = content.find(_DO), 0
    changes = [(0, 1.0), *scales_of(content)] if at >= 0 else []
    while at >= 0:
        while index + 1 < len(changes) and changes[index + 1][0] <= at:
            index += 1
        name = content[content.rindex(b"/", 0, at) : at].decode("ascii").strip()
        dpi = UNITS_PER_INCH / changes[index][1]
        found[name] = min(found.get(name, dpi), dpi)
        at = content.find(_DO, at + 1)
    return found


def fit_pictures(pdf: Any, dpi: dict[str, float], fine: Fineness, recode: Recode) -> int:
    """Encode pictures again as coarse as a PDF may have them; return how many were."""
    if not fine.jpeg_quality:
        return 0
    done: set[tuple[int, int]] = set()
    for page in pdf.pages:
        for name, picture in page.Resources.get("/XObject", {}).items():
            if picture.objgen not in done and _is_photograph(picture):
                done.add(picture.objgen)
                _fit(picture, dpi.get(name, 0.0), fine, recode)
    return len(done)


def _is_photograph(picture: Any) -> bool:
    return (
        picture.get("/Subtype") == "/Image"
        and picture.get("/Filter") == "/DCTDecode"
        and picture.get("/ColorSpace") == "/DeviceRGB"
        and int(picture.get("/Length", 0)) >= _LEAST_BYTES
    )


def _fit(picture: Any, dpi: float, fine: Fineness, recode: Recode) -> None:
    import pikepdf

    width, height = int(picture.Width), int(picture.Height)
    part = min(1.0, fine.picture_dpi / dpi) if dpi > fine.picture_dpi * _TOLERANCE else 1.0
    size = max(1, round(width * part)), max(1, round(height * part))
    old = picture.read_raw_bytes()
    new = recode(old, size, fine.jpeg_quality)
    if new and len(new) < len(old):
        picture.write(new, filter=pikepdf.Name.DCTDecode)
        picture.Width, picture.Height = size


def share_equal(pdf: Any) -> int:
    """Let equal pictures of all pages be one; return how many were dropped."""
    first: dict[bytes, Any] = {}
    dropped = 0
    for page in pdf.pages:
        listed = page.Resources.get("/XObject", {})
        for name, picture in list(listed.items()):
            key = _digest(picture)
            if key in first and first[key].objgen != picture.objgen:
                listed[name] = first[key]
                dropped += 1
            first.setdefault(key, picture)
    return dropped


def _digest(picture: Any) -> bytes:
    digest = hashlib.blake2b(picture.read_raw_bytes())
    for key, value in sorted(picture.items()):
        digest.update(_digest(value) if key == "/SMask" else f"{key}={value!r}".encode())
    return digest.digest()
