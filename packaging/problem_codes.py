"""Write ``docs/problem-codes.md`` from the words: every code, what it means and what to do.

With ``--check`` it writes nothing and fails if the page is not what it would write.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "problem-codes.md"
HEAD = """# Problem and error codes

Made by `packaging/problem_codes.py` from `resources/words/`; do not edit by hand.
A **problem** is a finding about data: it is listed in the problems panel and in `inspect --json`,
and the work goes on. An **error** stops what was asked for. Parameters stand in braces. The program
says the same in French and Arabic.
"""


def sentences(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield (code with its part, English sentence) of a catalogue's tree."""
    for name, value in tree.items():
        if not isinstance(value, Mapping):
            continue
        key = f"{prefix}{name}"
        english = value.get("en")
        if isinstance(english, Mapping):
            english = english.get("other")
        if isinstance(english, str):
            yield key, english
        yield from sentences(value, f"{key}.")


def page() -> str:
    """Return the whole page."""
    found: dict[str, str] = {}
    for path in sorted((ROOT / "resources" / "words").glob("*.toml")):
        found.update(sentences(tomllib.loads(path.read_text(encoding="utf-8"))))
    parts = [HEAD]
    for kind, title in (("problem", "Problems"), ("error", "Errors")):
        rows = [f"\n## {title}\n", "| code | what it says | what to do |", "|---|---|---|"]
        for key in sorted(found):
            if key.startswith(f"{kind}.") and key.endswith(".what"):
                code = key[len(kind) + 1 : -len(".what")]
                following = found.get(f"{kind}.{code}.next", "")
                rows.append(f"| `{code}` | {cell(found[key])} | {cell(following)} |")
        parts.append("\n".join(rows) + "\n")
    return "".join(parts)


def cell(text: str) -> str:
    """Return a sentence that does not break a table."""
    return text.replace("|", "\\|").replace("\n", " ")


def main(arguments: list[str]) -> int:
    """Write or check the page."""
    text = page()
    if "--check" not in arguments:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == text:
        return 0
    print(
        "docs/problem-codes.md is not up to date: python3 packaging/problem_codes.py",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
