"""Styles in a project file: what is new is kept, and projects from before open as they were."""

from __future__ import annotations

from dataclasses import replace

import pytest

from emadina_gis.io import project_codec as codec
from emadina_gis.io.project_file import load_project, save_project
from emadina_gis.project import Project
from tests.unit.io.projects import full_project
from tests.unit.io.test_style_file import STYLES


def styled(style) -> Project:
    project = full_project()
    layer = project.vector_layers[0]
    return project.with_layer(replace(layer, style=style))


@pytest.mark.parametrize("style", STYLES)
def test_every_style_is_opened_as_it_was_saved(style, tmp_path):
    path = tmp_path / "p.emadina"
    project = styled(style)
    save_project(project, path)
    opened, problems = load_project(path)
    assert opened == project
    assert problems == ()


def test_a_project_from_before_these_fields_opens_equal():
    project = full_project()
    encoded = codec.encode(project)
    assert codec.decode(_older(encoded.tree), lambda key: encoded.parts[key].make()) == project


def _older(tree):
    """Return a tree without the fields that styles have had since."""
    if isinstance(tree, list):
        return [_older(item) for item in tree]
    if not isinstance(tree, dict):
        return tree
    kind = tree.get("$")
    dropped = {
        "Symbol": {"dashes_mm", "ground_scale", "picture"},
        "Graduated": {"ramp_id", "symbols"},
        "Category": {"symbol"},
        "Style": {"opacity"},
    }.get(str(kind), set())
    return {key: _older(value) for key, value in tree.items() if key not in dropped}
