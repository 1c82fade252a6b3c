"""Build the demo: ``python -m layers.build [FOLDER]``.

Writes the layers and their catalogue (into ``layers/`` unless told otherwise) and prints the
canonical hash of each, the same on every run.
"""

from __future__ import annotations

import sys
from pathlib import Path

from layers.build.catalogue import ENTRIES, Measured, document
from layers.build.recipe import Recipe, build
from layers.build.relief import write_relief
from layers.build.store import file_hash, overall_hash, write

HOME = Path(__file__).resolve().parent.parent


def _measured(recipe: Recipe, name: str, folder: Path) -> Measured:
    if name == "relief":
        path = folder / "data" / "relief.tif"
        grid = write_relief(recipe.commune, path)
        return Measured(
            "data/relief.tif", grid.height_px * grid.width_px, file_hash(path), grid.facts()
        )
    table = recipe.tables[name]
    digest = write(table, folder / "data" / f"{name}.parquet")
    return Measured(f"data/{name}.parquet", table.num_rows, digest)


def main(folder: Path = HOME) -> int:
    """Write everything and print what was written."""
    (folder / "data").mkdir(parents=True, exist_ok=True)
    recipe = build()
    measured = {name: _measured(recipe, name, folder) for name in ENTRIES}
    overall = overall_hash([measured[name].sha256 for name in ENTRIES])
    text = document(measured, overall)
    (folder / "catalogue.toml").write_text(text, encoding="utf-8", newline="\n")
    for name, entry in measured.items():
        print(f"{entry.sha256}  {entry.rows:>7}  {name}")
    print(f"{overall}  overall")
    print("boundaries without figures:", ", ".join(recipe.unmatched) or "none")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else HOME))
