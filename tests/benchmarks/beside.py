"""QGIS beside ours: a script run by the Python that has it, where there is one.

``EMADINA_QGIS_PYTHON`` names that Python where it is not the system's own.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

LONGEST_S = 3_600


def timed(part, script, *arguments):
    """Run a script beside this module; return the JSON it prints, or None where it cannot run.

    Parameters
    ----------
    part : str
        Whose peer it is: begins the line that says why there is none.
    """
    python = qgis_python()
    if python is None:
        print(f"{part}: QGIS is not installed: it is not timed beside", flush=True)
        return None
    command = [python, str(Path(__file__).with_name(script)), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=LONGEST_S)
    if done.returncode:
        print(f"{part}: QGIS failed: {done.stderr.strip()[-300:]}", flush=True)
        return None
    return json.loads(done.stdout.splitlines()[-1])


def qgis_python():
    """Return the Python that has QGIS, or None."""
    own = shutil.which("python3", path="/usr/bin") or shutil.which("python3")
    python = os.environ.get("EMADINA_QGIS_PYTHON") or own
    if python is None:
        return None
    known = subprocess.run([python, "-c", "import qgis.core"], capture_output=True, check=False)
    return None if known.returncode else python
