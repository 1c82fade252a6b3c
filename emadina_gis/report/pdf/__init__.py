"""PDF files drawn in millimetres with the shipped fonts, and what else of `report` needs Qt.

A file is written under a temporary name, rewritten, opened again and counted, because QPdfWriter
says nothing when the disk is full, and only then renamed.
"""

from __future__ import annotations

from emadina_gis.report.pdf.lettering import (
    FAMILIES,
    INK,
    RESOLUTION_DPI,
    UNITS_PER_MM,
    Type,
    prepare_qt,
)
from emadina_gis.report.pdf.paper import Paper, turned
from emadina_gis.report.pdf.pictures import painter_on, write_in_corner
from emadina_gis.report.pdf.writing import Printer, print_pages, write_pdf

__all__ = [
    "FAMILIES",
    "INK",
    "RESOLUTION_DPI",
    "UNITS_PER_MM",
    "Paper",
    "Printer",
    "Type",
    "painter_on",
    "prepare_qt",
    "print_pages",
    "turned",
    "write_in_corner",
    "write_pdf",
]
