"""Build the demo data: the same as ``python -m layers.build``, from the root of the repository."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from layers.build.__main__ import main

if __name__ == "__main__":
    raise SystemExit(main())
