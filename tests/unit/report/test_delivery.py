"""The report of a delivery: escaped, without persons or folders, in three languages."""

from __future__ import annotations

import html
import json
from html.parser import HTMLParser

import pytest

from emadina_gis.errors import OutputError
from emadina_gis.io.inspect import examined
from emadina_gis.report.delivery import (
    Group,
    delivery_data,
    delivery_html,
    delivery_of,
    group_of,
    write_delivery,
)
from emadina_gis.words import LANGUAGES, load_words
from tests.deliveries import (
    arabic_shapefile,
    spikes,
    squares,
    with_owners,
    without_crs,
    write_layer,
)


@pytest.fixture
def delivery(tmp_path):
    folder = tmp_path / "chez Fulana"
    folder.mkdir()
    broken = folder / "abîmé.gpkg"
    broken.write_bytes(b"SQLite format 3\0" + bytes(range(200)))
    hostile = write_layer(
        folder / "a&b.gpkg", squares(), {"<script>alert(1)</script>": list("abcd")}, "EPSG:26191"
    )
    files = [
        with_owners(folder / "parcelles.gpkg"),
        without_crs(folder / "sans.shp"),
        arabic_shapefile(folder / "quartiers.shp"),
        spikes(folder / "pointes.gpkg"),
        broken,
        hostile,
        folder / "absent.gpkg",
    ]
    return delivery_of((examined(path).diagnosis for path in files), [folder / "non lu.zip"])


class Reader(HTMLParser):
    """Collects tags, and checks that they close in order."""

    VOID = frozenset({"meta", "br"})

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: dict[str, str | None] = {}
        self._open: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag == "html":
            self.attributes = dict(attrs)
        if tag not in self.VOID:
            self._open.append(tag)

    def handle_endtag(self, tag):
        assert self._open.pop() == tag


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_whole_and_runs_nothing(delivery, language):
    page = delivery_html(delivery, load_words(language))
    reader = Reader()
    reader.feed(page)
    assert reader.attributes == {"lang": language, "dir": "rtl" if language == "ar" else "ltr"}
    assert not {"script", "img", "link", "iframe", "a"} & set(reader.tags)
    assert "default-src 'none'" in page
    assert "&lt;script&gt;" in page
    assert "a&amp;b.gpkg" in page
    assert "http" not in page.replace("http-equiv", "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_person_and_no_folder_is_in_it(delivery, language, tmp_path):
    words = load_words(language)
    texts = (
        delivery_html(delivery, words),
        json.dumps(delivery_data(delivery, words), ensure_ascii=False),
    )
    for text in texts:
        for secret in ("Bennani", "BK123456", "Fulana", str(tmp_path)):
            assert secret not in text
        for told in ("parcelles.gpkg", "T.1/C", "عين الشق", "non lu.zip"):
            assert told in text


def test_findings_are_lost_doubtful_or_mended(delivery):
    found = {problem.code: group_of(problem) for file in delivery.files for layer in file.layers
             for problem in layer.problems}  # fmt: skip
    assert found["crs.missing"] is Group.DOUBT
    assert "encoding.guessed" not in found or found["encoding.guessed"] is Group.MENDED


def test_it_is_written_whole_by_its_ending(delivery, tmp_path):
    words = load_words("fr")
    page = write_delivery(delivery, tmp_path / "r.html", words)
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    data = json.loads(write_delivery(delivery, tmp_path / "r.json", words).read_text("utf-8"))
    assert data["schema"] == "emadina-delivery/1"
    assert [file["readable"] for file in data["files"]] == [True] * 4 + [False, True, False]
    with pytest.raises(OutputError, match="delivery-form"):
        write_delivery(delivery, tmp_path / "r.pdf", words)
    assert not (tmp_path / "r.pdf").exists()


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_advice_is_for_whoever_delivered(delivery, language):
    words = load_words(language)
    page = delivery_html(delivery, words)
    sender = html.escape(words.text("delivery.sender.crs.missing"), quote=True)
    assert sender in page
    assert html.escape(words.text("problem.crs.missing.next"), quote=True) not in page
