"""The only room that opens data files or databases; knows neither Qt nor drawing.

Importing the package settles what GDAL may do, before any of its copies is loaded.
"""

from __future__ import annotations

from emadina_gis.io.environment import settle

settle()
