"""What the libraries that parse files may do: no network, no drivers that follow what a file names.

Settings are environment variables read by each copy of GDAL and PROJ when it is loaded, so
`settle` runs when `emadina_gis.io` is imported, before pyogrio and rasterio. Knows nothing of
formats.
"""

from __future__ import annotations

import logging
import os

#: Drivers that fetch URLs, run stored pipelines or open other files that a file names.
_VECTOR_DRIVERS = (
    "OGR_VRT",
    "GDALG",
    "ADBC",
    "HTTP",
    "WFS",
    "OAPIF",
    "OGCAPI",
    "CSW",
    "Carto",
    "AmigoCloud",
    "EEDA",
    "Elasticsearch",
    "NGW",
    "PLSCENES",
    "GPSBabel",
)
_RASTER_DRIVERS = (
    "VRT",
    "GTI",
    "STACIT",
    "STACTA",
    "WMS",
    "WMTS",
    "WCS",
    "EEDAI",
    "DAAS",
    "PLMOSAIC",
)

_SETTINGS = {
    "OGR_SKIP": ",".join(_VECTOR_DRIVERS),
    "GDAL_SKIP": ",".join(_RASTER_DRIVERS),
    # /vsicurl/ and its family may open only names that end like this: none does.
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": "{no-network}",
    "CPL_VSIL_CURL_ALLOWED_FILENAME": "no-network",
    "GDAL_HTTP_MAX_RETRY": "0",
    "GDAL_HTTP_TIMEOUT": "1",
    "GDAL_HTTP_CONNECTTIMEOUT": "1",
    "GDAL_HTTP_PROXY": "127.0.0.1:9",
    "PROJ_NETWORK": "OFF",
    # Blocks of rasters that are kept, in megabytes: by default a share of the memory.
    "GDAL_CACHEMAX": "160",
    "GDAL_DISABLE_READDIR_ON_OPEN": "FALSE",
    # Arcs and other curves are read as lines; no library here computes with curves.
    "OGR_STROKE_CURVE": "TRUE",
    # Where GDAL strokes them itself (ours: `curves`): within 1 cm up to a radius of a kilometre.
    "OGR_ARC_STEPSIZE": "0.5",
    # OpenStreetMap files are indexed in memory up to these megabytes, filled at each opening.
    "OSM_MAX_TMPFILE_SIZE": "16",
    "GDAL_VRT_ENABLE_PYTHON": "NO",
    # What threads of GDAL's own say goes nowhere; the rest is heard as findings.
    "CPL_LOG": os.devnull,
    "GML_SKIP_RESOLVE_ELEMS": "ALL",
    "OGR_SQLITE_PRAGMA": "trusted_schema=OFF",
}


_LOGGERS = ("pyogrio", "rasterio", "ezdxf")


def settle() -> None:
    """Set what GDAL and PROJ may do, for this process and the ones it starts.

    What the libraries say comes back as problems or errors, so their loggers are silent. They must
    be: each copy of GDAL reads both lists of drivers when it is first used, and warns of every name
    that it was built without, as if ``GDAL_SKIP`` were wrong. Which names those are differs by
    copy and release; leaving one out of the lists would let the other copy load it.
    """
    os.environ.update(_SETTINGS)
    for name in _LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL)


def refused_drivers() -> frozenset[str]:
    """Return the names of the drivers that are never loaded."""
    return frozenset(_VECTOR_DRIVERS + _RASTER_DRIVERS)
