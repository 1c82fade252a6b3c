"""The HTML page around the data: folium's map with everything inlined, and a strict policy.

Owns escaping: data stand in a JSON block in which no tag can begin, and the content security
policy lists the hash of each script and style, so that nothing else runs and nothing is fetched.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emadina_gis import paths
from emadina_gis.errors import OutputError
from emadina_gis.io.atomic import write_bytes

if TYPE_CHECKING:
    from emadina_gis.words import Words

MAP_ID = "emadina"
#: What reads the data, what draws one mark and the map, what stands around it.
SCRIPTS = ("web_data.js", "web_marks.js", "web_draw.js", "web_map.js")
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")
#: Leaflet names pages in its notice and comments; only names of XML vocabularies stay.
_REFERENCE = re.compile(r"https?://(?!www\.w3\.org/)")


def write_page(path: Path, data: dict[str, Any], words: Words) -> int:
    """Write the page whole or not at all; return its size in bytes."""
    content = page_html(data, words).encode()
    write_bytes(path, content)
    return len(content)


def page_html(data: dict[str, Any], words: Words) -> str:
    """Return the page.

    Parameters
    ----------
    data : dict
        JSON-ready: layers, words, notes; see `content`.
    """
    import branca
    import folium

    figure = branca.element.Figure(
        title=html.escape(_SURROGATE.sub("\ufffd", data["title"][words.language]))
    )
    west, south, east, north = data["view"]
    centre = [(south + north) / 2, (west + east) / 2]
    shown = folium.Map(location=centre, tiles=None, prefer_canvas=True, zoom_control=False)
    _without_references(figure, shown)
    shown.add_to(figure)
    noscript = html.escape(words.text("report.web.noscript"))
    block = '<script type="application/json" id="emadina-data">' + json_block(data) + "</script>"
    for name in ("leaflet.css", "web_map.css"):
        figure.header.add_child(_literal(f"<style>{_asset(name)}</style>"), name=name)
    figure.header.add_child(_literal(f"<script>{_asset('leaflet.js')}</script>"), name="leaflet.js")
    figure.html.add_child(_literal(f"<noscript>{noscript}</noscript>{block}"), name="data")
    for name in SCRIPTS:
        figure.script.add_child(_literal(_asset(name)), name=name)
    return _with_policy(_with_language(figure.render(), words))


def _without_references(figure: Any, shown: Any) -> None:
    """Take away what folium would fetch; identifiers are fixed so that a page can be made again."""
    shown._id = MAP_ID  # noqa: SLF001 - folium has no public way to name a map
    figure._id = MAP_ID  # noqa: SLF001
    shown.default_js = []
    shown.default_css = []


def _literal(text: str) -> Any:
    """Return an element of the page that is this text, whatever braces it holds."""
    import branca

    made = branca.element.Element("")
    made.render = lambda **_: text  # type: ignore[method-assign]
    return made


def json_block(data: dict[str, Any]) -> str:
    """Return JSON in which no tag, comment or line separator can begin."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    text = _SURROGATE.sub("\ufffd", text)
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


def _asset(name: str) -> str:
    """Return a shipped script or style without references to other files or places."""
    if name.startswith("web_"):
        return _read(paths.resources() / "templates" / name)
    text = _read(paths.resources() / "web" / "leaflet" / name)
    text = _REFERENCE.sub("", text)
    return re.sub(r"url\([^)]*\)", "none", text) if name.endswith(".css") else text


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise OutputError("report.web-asset-missing", file=path.name) from error


def _with_language(page: str, words: Words) -> str:
    direction = "rtl" if words.is_rtl else "ltr"
    return page.replace("<html>", f'<html lang="{words.language}" dir="{direction}">', 1)


def _with_policy(page: str) -> str:
    """Return the page with a policy that allows exactly its own scripts and styles."""
    scripts = " ".join(_hash(text) for text in _SCRIPT.findall(page))
    styles = " ".join(_hash(text) for text in _STYLE.findall(page))
    policy = (
        f"default-src 'none'; script-src {scripts}; style-src {styles}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    charset = '<meta charset="utf-8">'
    return page.replace("<head>", f"<head>\n{charset}\n{meta}", 1)


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
