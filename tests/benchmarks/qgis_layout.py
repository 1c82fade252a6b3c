"""A page like ours exported by QGIS: run by the Python that has QGIS, prints seconds as JSON.

Usage: ``python3 qgis_layout.py PARCELS.gpkg OUT.pdf``.
"""

from __future__ import annotations

import json
import os
import sys
import time

RUNS = 5


def main():
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from qgis.core import (  # type: ignore[import-not-found]
        QgsApplication,
        QgsLayoutExporter,
        QgsLayoutItemLegend,
        QgsLayoutItemMap,
        QgsLayoutItemScaleBar,
        QgsLayoutPoint,
        QgsLayoutSize,
        QgsPrintLayout,
        QgsProject,
        QgsVectorLayer,
    )

    application = QgsApplication([], False)
    application.initQgis()
    project = QgsProject.instance()
    layer = QgsVectorLayer(sys.argv[1], "parcels", "ogr")
    project.addMapLayer(layer)
    layout = QgsPrintLayout(project)
    layout.initializeDefaults()
    layout.pageCollection().page(0).setPageSize("A3")
    shown = QgsLayoutItemMap(layout)
    shown.attemptMove(QgsLayoutPoint(13, 13))
    shown.attemptResize(QgsLayoutSize(287, 271))
    shown.setExtent(layer.extent())
    layout.addLayoutItem(shown)
    for item, y in ((QgsLayoutItemLegend(layout), 20), (QgsLayoutItemScaleBar(layout), 260)):
        item.setLinkedMap(shown)
        item.attemptMove(QgsLayoutPoint(310, y))
        layout.addLayoutItem(item)
    settings = QgsLayoutExporter.PdfExportSettings()
    settings.forceVectorOutput = True
    seconds = []
    for _ in range(RUNS + 1):
        start = time.perf_counter()
        if QgsLayoutExporter(layout).exportToPdf(sys.argv[2], settings):
            sys.exit("QGIS could not write the page")
        seconds.append(time.perf_counter() - start)
    print(json.dumps(seconds[1:]))
    application.exitQgis()


if __name__ == "__main__":
    main()
