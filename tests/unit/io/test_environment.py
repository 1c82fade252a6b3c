"""What the libraries may do: nothing refused is loaded, and loading them says nothing."""

from __future__ import annotations

import json
import subprocess
import sys

from emadina_gis.io.environment import refused_drivers

_FIRST_USE = """
import json, logging
said = []
class Collector(logging.Handler):
    def emit(self, record):
        said.append(record.getMessage())
logging.getLogger().addHandler(Collector(logging.WARNING))
import emadina_gis.io
import pyogrio, rasterio
with rasterio.Env() as env:
    raster = sorted(env.drivers())
print(json.dumps({"said": said, "rasterio": raster, "pyogrio": sorted(pyogrio.list_drivers())}))
"""


def test_no_copy_of_gdal_loads_a_refused_driver_and_none_says_so():
    """In a process of its own: drivers are loaded, and warned about, once in a process."""
    done = subprocess.run(
        [sys.executable, "-c", _FIRST_USE], capture_output=True, text=True, check=True, timeout=100
    )
    found = json.loads(done.stdout)
    assert (found["said"], done.stderr) == ([], "")
    for copy in ("rasterio", "pyogrio"):
        assert len(found[copy]) > 30
        assert refused_drivers().isdisjoint(found[copy])
        networked = {"HTTP", "WFS", "WMS", "WMTS", "WCS", "OAPIF", "OGCAPI", "VRT", "OGR_VRT"}
        assert networked.isdisjoint(found[copy])
