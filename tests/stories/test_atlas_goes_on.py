"""An atlas whose process is killed: the next run makes only the pages that are missing."""

from __future__ import annotations

import hashlib
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from emadina_gis.report.atlas_manifest import check_atlas, read_manifest
from emadina_gis.report.atlas_parts import PART_PAGES, parts_folder
from emadina_gis.words import load_words
from emadina_gis.workflows.demo import open_demo
from tests.conftest import ROOT

PAGES = 3 * PART_PAGES
PATIENCE_S = 120.0

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL"),
]


def _command(target):
    """Return the command that prints a page for each of the largest parcels of the demo."""
    areas = np.sort(open_demo(load_words("fr")).parcels.table.numbers("area_m2"))
    condition = f"area_m2 > {float(areas[-PAGES - 1]):.3f}"
    return [
        sys.executable, "-m", "emadina_gis", "atlas", "demo", "--layout", "sheet",
        "--over", "parcels", "--where", condition, "--sort", "area_m2", "--lang", "fr",
        "-o", str(target),
    ]  # fmt: skip


def _killed_after_a_part(command, folder):
    """Run a command until a part of its atlas is whole, kill it, return when the part was made."""
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    deadline = time.monotonic() + PATIENCE_S
    # names of parts only: not the file that is being written under another name
    while not list(folder.glob("[0-9a-f]*.json")):
        assert process.poll() is None, process.communicate()[1].decode()
        assert time.monotonic() < deadline, "no part was made"
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    return {path.name: path.stat().st_mtime_ns for path in folder.glob("*.pdf") if _is_whole(path)}


def _is_whole(path):
    return path.with_suffix(".json").is_file()


def test_a_killed_atlas_goes_on_with_the_same_bytes(tmp_path):
    whole, target = tmp_path / "whole.pdf", tmp_path / "atlas.pdf"
    command = _command(target)
    kept = _killed_after_a_part(command, parts_folder(target))
    assert kept
    assert not target.exists()
    subprocess.run(command, cwd=ROOT, check=True, timeout=PATIENCE_S, capture_output=True)
    subprocess.run(_command(whole), cwd=ROOT, check=True, timeout=PATIENCE_S, capture_output=True)
    digests = {hashlib.sha256(path.read_bytes()).hexdigest() for path in (whole, target)}
    assert len(digests) == 1
    manifest = read_manifest(tmp_path / "atlas.atlas.json")
    assert len(manifest.pages) == PAGES
    assert len({page.feature for page in manifest.pages}) == PAGES
    assert len({page.hash for page in manifest.pages}) == PAGES
    assert check_atlas(target) == ()
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "atlas.atlas.json", "atlas.pdf", "whole.atlas.json", "whole.pdf",
    ]  # fmt: skip
