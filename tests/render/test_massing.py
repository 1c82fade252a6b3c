"""Pictures of volumes by both ways of drawing, and the drawing of a section: what is in them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from emadina_gis.app.massing.pictures import Pictures
from emadina_gis.render.massing.camera import Camera, seen_from
from emadina_gis.render.massing.prisms import Tone, prisms_of
from emadina_gis.render.massing.scene import GroundPlan, build_massing
from emadina_gis.render.massing.section import Across, CutBody
from emadina_gis.render.painter.massing_marks import MarkInk, paint_marks
from emadina_gis.render.painter.section import SectionInk, paint_section
from emadina_gis.words import LANGUAGES, load_words
from tests.unit.render.test_section import section

RED, GREEN, BLUE, WHITE = (1, 0, 0), (0, 0.6, 0), (0, 0, 1), (1, 1, 1)
WIDTH, HEIGHT = 240, 180


def palette(opacity=1.0):
    colors = np.ones((len(Tone), 4), dtype=np.float32)
    colors[Tone.EXISTING, :3] = BLUE
    colors[Tone.EXISTING_LINE, :3] = BLUE
    colors[Tone.ALLOWED] = (*RED, opacity)
    colors[Tone.ALLOWED_LINE, :3] = RED
    colors[Tone.SELECTED, :3] = GREEN
    colors[Tone.SELECTED_LINE, :3] = GREEN
    return colors


def scene():
    """Return a tall body to be built in the south, a lower one that stands in the north."""
    south, north = shapely.box(0, 0, 20, 20), shapely.box(0, 40, 20, 60)
    ground = np.array([south, north], dtype=object)
    allowed = prisms_of([south, south], [0, 5.5], [5.5, 20.0], owner=[0, 0])
    existing = prisms_of([north], 0.0, 10.0, owner=[-1], tone=Tone.EXISTING)
    none = np.zeros(0, dtype=object)
    return build_massing(GroundPlan(ground, none, ground[:1]), allowed, existing)


@pytest.fixture(params=["gl", "painter"])
def pictures(request, qapp):
    made = Pictures(use_gl=request.param == "gl")
    if request.param == "gl" and not made.uses_gl:
        pytest.skip("no OpenGL")
    yield made
    made.close()


def drawn(pictures, camera, colors):
    steps = pictures.picture(scene(), camera, colors)
    (image,) = [made for made in steps if made is not None]
    image = image.convertToFormat(QImage.Format.Format_RGBA8888)
    held = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    return held[..., :3].astype(float) / 255


def share(pixels, color):
    """Return the part of the picture in a hue, whatever its light."""
    light = np.maximum(pixels.max(axis=2, keepdims=True), 1e-6)
    return float((np.abs(pixels / light - np.array(color)).max(axis=2) < 0.25).mean())


def view(preset="isometric", **changes):
    camera = Camera(width_px=WIDTH, height_px=HEIGHT)
    return replace(seen_from(preset, scene().subject, camera), **changes)


def test_both_bodies_are_seen(pictures):
    pixels = drawn(pictures, view(azimuth_deg=45.0), palette())
    assert share(pixels, RED) > 0.05
    assert share(pixels, BLUE) > 0.01


def test_what_is_nearer_covers_what_is_behind(pictures):
    """From the south, low, the tall body hides the one in the north."""
    pixels = drawn(pictures, view(azimuth_deg=0.0, elevation_deg=3.0), palette())
    assert share(pixels, RED) > 0.05
    assert share(pixels, BLUE) < 0.002


def test_from_the_north_the_standing_one_is_in_front(pictures):
    pixels = drawn(pictures, view(azimuth_deg=180.0, elevation_deg=3.0), palette())
    assert share(pixels, BLUE) > 0.03
    assert share(pixels, RED) > 0.03


def test_what_may_be_built_is_a_veil(pictures):
    """Through the veil the parcel's own ground is seen."""
    opaque = drawn(pictures, view("top"), palette(1.0))
    veiled = drawn(pictures, view("top"), palette(0.4))
    middle = (HEIGHT // 2, WIDTH // 2)
    assert opaque[middle][1] < 0.05
    assert veiled[middle][1] > 0.2


def test_roofs_are_lighter_than_walls_in_the_shade(pictures):
    pixels = drawn(pictures, view(azimuth_deg=315.0), palette())
    reds = pixels[..., 0][(pixels[..., 1] < 0.05) & (pixels[..., 2] < 0.05)]
    assert reds.max() > reds.min() + 0.1


def test_a_coarse_picture_has_the_size_asked_for(pictures):
    steps = pictures.picture(scene(), view(), palette(), fine=False)
    images = [image for image in steps if image is not None]
    assert [(image.width(), image.height()) for image in images] == [(WIDTH, HEIGHT)]


def test_marks_are_drawn_over_a_picture_in_every_language(qapp, shipped_fonts):
    """On paper too: the ink is counted with and without them."""
    for language in LANGUAGES:
        image = QImage(WIDTH * 2, HEIGHT * 2, QImage.Format.Format_RGB32)
        image.fill(QColor("white"))
        camera = view().resized(WIDTH * 2, HEIGHT * 2)
        painter = QPainter(image)
        how = (load_words(language), MarkInk())
        paint_marks(painter, QRectF(image.rect()), scene(), camera, how)
        painter.end()
        held = np.frombuffer(image.constBits(), np.uint8).reshape(HEIGHT * 2, WIDTH * 2, 4)
        assert (held[..., :3].sum(axis=2) < 500).sum() > 300


# --- sections ----------------------------------------------------------------------------------


def painted(found, language="fr", size=(760, 340), ink=None):
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    paint_section(painter, QRectF(0, 0, *size), found, load_words(language), ink)
    painter.end()
    held = np.frombuffer(image.constBits(), np.uint8).reshape(size[1], size[0], 4)
    return held[..., 2::-1].astype(int)


def whole():
    across = Across(15.0, 8.5, "D3", (CutBody(-24.0, -14.0, 0.0, 6.0),), 12.0)
    found = section("B4", 12, 25, 12)
    return replace(found, across=across, sector="B4", existing=(CutBody(2, 9, 0.0, 7.0),))


def amber(pixels):
    """Return how many pixels are in the colour of the prospect."""
    red, green, blue = (pixels[..., k] for k in range(3))
    return int(((red - blue > 80) & (red > green + 40)).sum())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_section_is_drawn_in_every_language(qapp, shipped_fonts, language):
    pixels = painted(whole(), language)
    assert (pixels.sum(axis=2) < 600).mean() > 0.02
    assert amber(pixels) > 200


def test_nothing_is_drawn_on_the_edges(qapp, shipped_fonts):
    pixels = painted(whole())
    edges = (pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1])
    assert all((edge == 255).all() for edge in edges)


def test_a_tiny_retreat_is_magnified(qapp, shipped_fonts):
    """The ten centimetres of the case get a circle; without them there is less amber."""
    found = whole()
    without = replace(found, retreats=found.retreats[1:])
    assert amber(painted(found)) > amber(painted(without)) + 150


def test_a_section_is_vector_on_paper(qapp, shipped_fonts, tmp_path):
    from PySide6.QtGui import QPdfWriter

    path = tmp_path / "section.pdf"
    writer = QPdfWriter(str(path))
    painter = QPainter(writer)
    ink = SectionInk(text_px=writer.logicalDpiX() / 96 * 12)
    box = QRectF(0, 0, writer.width(), writer.height() / 3)
    paint_section(painter, box, whole(), load_words("fr"), ink)
    painter.end()
    content = path.read_bytes()
    assert b"/Subtype /Image" not in content
    assert len(content) > 2_000


def test_labels_do_not_cover_each_other(qapp, shipped_fonts, monkeypatch):
    """Every place a text takes is apart from the others."""
    from emadina_gis.render import occupancy

    kept: list[tuple[float, float, float, float]] = []
    take = occupancy.Occupancy.take

    def noting(self, x, y, width, height, angle=0.0):
        if not take(self, x, y, width, height, angle):
            return False
        kept.append((x - width / 2, y - height / 2, x + width / 2, y + height / 2))
        return True

    monkeypatch.setattr(occupancy.Occupancy, "take", noting)
    for language in LANGUAGES:
        for size in ((760, 340), (420, 260)):
            kept.clear()
            painted(whole(), language, size)
            boxes = [shapely.box(*box) for box in kept]
            overlaps = [a.intersection(b).area for i, a in enumerate(boxes) for b in boxes[:i]]
            assert max(overlaps, default=0.0) < 1e-6
