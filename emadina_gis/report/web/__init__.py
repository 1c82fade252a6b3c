"""The map for the public: one HTML page that needs no internet and says what it leaves out.

Publishes only layers whose diffusion allows it, never persons or land titles. Everything that is
inlined is shipped; every text is escaped and set as text.
"""

from __future__ import annotations

from emadina_gis.report.web.content import After, WebContent, WrittenWeb, write_web
from emadina_gis.report.web.geometry import EXACT_LIMIT, SINGLE_LIMIT

__all__ = ["EXACT_LIMIT", "SINGLE_LIMIT", "After", "WebContent", "WrittenWeb", "write_web"]
