"""emadina_gis: a desktop GIS for urban planning."""

from __future__ import annotations

__version__ = "0.1.0"
