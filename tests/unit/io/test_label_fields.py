"""Labels in the project file: everything comes back, and older files are read."""

from __future__ import annotations

import json
from dataclasses import replace

from emadina_gis.domain.style import LabelPlace, LabelRule, LabelStyle
from emadina_gis.io.project_codec import decode, encode
from tests.builders import a_project

RICH = LabelStyle(
    "sector", second_field="use", italic=True, template="{sector}[ – {area_m2:0} m²]",
    prefix="S ", suffix=" m²", decimals=2, halo_mm=0.4, clearance_mm=1.5, letter_spacing=0.3,
    wrap_mm=25.0, places=(LabelPlace.ABOVE, LabelPlace.OVER), leader=True, repeat_mm=0.0,
    smallest_mm=3.0, priority_field="area_m2", smallest_first=True, class_field="use",
    rules=(LabelRule("villa", 4.0, bold=True, priority=2), LabelRule(None, shown=False)),
    raised=(3, 5), only_rows=(3, 5, 7),
)  # fmt: skip
#: What a label had in the first files.
OLDER = {
    "$", "field", "second_field", "size_mm", "color", "halo", "bold", "along_line", "priority",
    "min_units_per_px", "max_units_per_px", "circled_field", "circled",
}  # fmt: skip


def saved(label):
    """Return the tree of a project whose parcels have labels, and what gives its parts."""
    project = a_project().with_parcels(6).build()
    layer = project.parcels
    project = project.with_layer(replace(layer, style=replace(layer.style, label=label)))
    made = encode(project)
    return json.loads(json.dumps(made.tree)), lambda key: made.parts[key].make()


def labels_in(tree):
    """Return the labels of a tree."""
    if isinstance(tree, list):
        return [found for item in tree for found in labels_in(item)]
    if not isinstance(tree, dict):
        return []
    own = [tree] if tree.get("$") == "LabelStyle" else []
    return own + [found for item in tree.values() for found in labels_in(item)]


def test_every_part_of_a_label_comes_back():
    tree, fetch = saved(RICH)
    assert decode(tree, fetch).parcels.style.label == RICH


def test_a_file_of_an_older_version_gets_the_usual_values():
    tree, fetch = saved(LabelStyle("sector", bold=True))
    (label,) = labels_in(tree)
    for name in set(label) - OLDER:
        del label[name]
    assert decode(tree, fetch).parcels.style.label == LabelStyle("sector", bold=True)
