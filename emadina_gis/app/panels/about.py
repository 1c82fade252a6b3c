"""The about page: version, licence, what it is made of, and whom the data is owed to."""

from __future__ import annotations

import importlib.metadata
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from emadina_gis import __version__
from emadina_gis.app.controls import clear, hairline, plain_label
from emadina_gis.app.panels.side_page import SidePage

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk

#: Packages the window stands on, with their licences as they state them.
COMPONENTS = (
    ("PySide6-Essentials", "LGPL-3.0"), ("moderngl", "MIT"), ("numpy", "BSD-3-Clause"),
    ("scipy", "BSD-3-Clause"), ("pandas", "BSD-3-Clause"), ("pyarrow", "Apache-2.0"),
    ("shapely", "BSD-3-Clause"), ("pyproj", "MIT"), ("pyogrio", "MIT"),
    ("rasterio", "BSD-3-Clause"),
    ("geopandas", "BSD-3-Clause"), ("folium", "MIT"),
)  # fmt: skip


class AboutPanel(SidePage):
    """Version, licences, credits."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "about.title")
        desk.speech.changed.connect(self._show)
        desk.watch(self, lambda project: project.layers, lambda _layers: self._show())

    def _show(self) -> None:
        say = self._desk.speech.text
        clear(self.content)
        self._add(f"emadina_gis {__version__}", "heading")
        self._add(say("about.what"))
        self._add(say("about.licence"), "muted")
        self.content.addWidget(hairline())
        self._add(say("about.data"), "section")
        self._add(say("about.hcp"))
        self._add(say("about.synthetic"))
        for credit in self._credits():
            self._add(credit, "secondary")
        self.content.addWidget(hairline())
        self._add(say("about.fonts"), "secondary")
        self._add(say("about.icons"), "secondary")
        self._add(say("about.components"), "section")
        self._add("\n".join(_components()), "secondary")
        self.content.addStretch(1)

    def _credits(self) -> list[str]:
        found = []
        for layer in self._desk.project.layers:
            origin = layer.provenance
            facts = " · ".join(p for p in (origin.producer, origin.year, origin.licence) if p)
            if facts:
                found.append(f"{self._desk.speech.title(layer.title)} · {facts}")
        return found

    def _add(self, text: str, tone: str = "") -> None:
        label = plain_label(text, tone, wrap=True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.content.addWidget(label)


def _components() -> list[str]:
    return [f"{name} {_version(name)} — {licence}" for name, licence in COMPONENTS]


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "–"
