"""What leaves the program: sheets, atlases, parcel notes, web maps, tables."""

from __future__ import annotations
