"""Encodings of names of Morocco and France: right, or not confident; texts that were spoiled."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pyarrow import parquet

from emadina_gis.domain.column import column_of
from emadina_gis.io.encoding import STRONG, WEAK, choose, weigh
from emadina_gis.io.encoding_names import canonical, decoded, from_cpg, shown_name
from emadina_gis.io.encoding_preview import of_samples, previews
from emadina_gis.io.mixed_codecs import codec_of
from emadina_gis.io.text_damage import lost_count, mistake_of
from emadina_gis.io.vector import read_layer
from tests.unit.io.shapefiles import ShapefileParts, dbf_of, point, shapefile_of

_ROOT = Path(__file__).resolve().parents[3]
_CONFIDENT = 0.9
FRENCH = [
    "Médiouna", "Aïn Chock", "Aïn Sebaâ", "Hay Mohammadi", "Fès", "Tétouan", "Témara", "Kénitra",
    "Salé", "Béni Mellal", "Khénifra", "Laâyoune", "Kelâa des Sraghna", "Mosquée Hassan II",
    "École primaire Yasmina", "Lycée Moulay Idriss", "Bibliothèque", "Hôpital Moulay Youssef",
    "Préfecture d'arrondissements", "Boulevard Zerktouni", "Sidi Othmane",
    "Résidence Les Orangers",
    "Délégation de la santé", "Collège Ibn Sina", "Cité Djemaâ", "Forêt de Bouskoura",
    "Côte d'Azur",
    "Façade maritime", "Théâtre", "Gîte", "Août", "Noël", "Château d'eau",
    "Unité de réglementation",
]  # fmt: skip
ARABIC = [
    "الدار البيضاء", "عين الشق", "سيدي مومن", "المحمدية", "جماعة تيط مليل", "شارع محمد الخامس",
    "زنقة فاس", "حي الحسني", "مقاطعة أنفا", "عمالة مقاطعات", "إقليم مديونة", "أولاد صالح",
    "سيدي حجاج واد حصار", "بوسكورة", "دار بوعزة", "الهراويين", "لهراويين", "بني يخلف", "عين حرودة",
    "المجاطية أولاد الطالب", "مدرسة ابن خلدون", "مسجد الحسن الثاني", "ثانوية", "مستشفى الأطفال",
    "حديقة الجامعة العربية", "ملحقة إدارية", "جماعة أيت ملول", "كلميم", "تافيلالت", "القنيطرة",
]  # fmt: skip
ENCODINGS = {
    "french": ("utf-8", "cp1252", "cp850", "mac-roman", "cp1256"),
    "arabic": ("utf-8", "cp1256", "iso8859-6", "mac-arabic"),
    "mixed": ("utf-8", "cp1256"),
}


@dataclass(frozen=True)
class Sample:
    """Values written in an encoding, cut by the width of their field."""

    encoding: str
    values: tuple[bytes, ...]
    rows: int

    def is_right(self, name: str) -> bool:
        """Whether an encoding reads the values as they were written."""
        return all(_plain(raw, name) == _plain(raw, self.encoding) for raw in self.values)


def _plain(raw: bytes, name: str) -> str:
    return decoded(raw, name, cut_allowed=True).replace("\xa0", " ").replace("\ufffd", "")


def _names() -> dict[str, list[str]]:
    """Return the names above and those of the project's own demonstration layers."""
    french, arabic = list(FRENCH), list(ARABIC)
    for path in sorted((_ROOT / "layers" / "data").glob("communes.parquet")):
        table = parquet.read_table(path)
        for name in table.column_names:
            if str(table.schema.field(name).type) in {"string", "large_string"}:
                texts = {text for text in table.column(name).to_pylist() if text}
                french += sorted(t for t in texts if t.isascii())[:200]
                arabic += sorted(t for t in texts if "\u0621" <= t[0] <= "\u064a")
    return {"french": french, "arabic": arabic, "mixed": french + arabic}


def _samples(rows: int, times: int) -> Iterator[Sample]:
    chance = random.Random(rows)
    for kind, names in _names().items():
        telling = [name for name in names if not name.isascii()]
        for encoding in ENCODINGS[kind]:
            for _ in range(times):
                texts = [chance.choice(telling), *chance.choices(names, k=rows - 1)]
                width = chance.choice((10, 15, 25, 80))
                raw = [_bytes(text, encoding)[:width] for text in texts]
                values = tuple(value for value in raw if not value.isascii())
                if values:
                    yield Sample(encoding, values, rows)


def _bytes(text: str, encoding: str) -> bytes:
    return text.encode(encoding, "ignore")


@pytest.mark.parametrize("declared", ["", "right", "vague", "wrong"])
def test_names_come_out_right(declared: str) -> None:
    chance = random.Random(7)
    right = total = 0
    for sample in _samples(50, 20):
        wrong = [name for name in ("utf-8", "cp1252", "cp1256") if name != sample.encoding]
        told = {"": "", "right": sample.encoding, "vague": "cp1252", "wrong": chance.choice(wrong)}
        trust = WEAK if declared == "vague" else STRONG
        choice = choose(told[declared], sample.values, trust=trust)
        total += 1
        right += sample.is_right(choice.name)
    assert total > 200
    assert right >= (0.97 if declared == "wrong" else 0.99) * total


@pytest.mark.parametrize("rows", [1, 5])
def test_few_names_are_right_or_unsure(rows: int) -> None:
    right = total = 0
    for sample in _samples(rows, 40):
        choice = choose("", sample.values)
        total += 1
        if sample.is_right(choice.name):
            right += 1
        else:
            assert choice.confidence < _CONFIDENT, (sample, choice)
    assert right >= 0.95 * total


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("РУССКИЙ язык", "cp1251"),
        ("русский язык", "koi8-r"),
        ("ภาษาไทย", "cp874"),
        ("中文地名表", "gbk"),
        ("國語地名", "big5"),
        ("カタカナひらがな", "shift_jis"),
        ("한국말", "euc_kr"),
        ("čeština", "cp1250"),
    ],
)
def test_other_scripts_are_honoured_when_declared_and_unsure_when_not(
    text: str, encoding: str
) -> None:
    raw = [text.encode(encoding)]
    assert decoded(raw[0], choose(encoding, raw).name) == text
    assert choose("", raw).confidence <= 0.7


@pytest.mark.parametrize(
    ("declaration", "name"),
    [
        ("UTF-8", "utf-8"),
        ("65001", "utf-8"),
        ("1256", "cp1256"),
        ("ANSI 1256", "cp1256"),
        ("CP1252\n", "cp1252"),
        ("88596", "iso8859-6"),
        ("ISO-8859-6", "iso8859-6"),
        ("ISO 88591", "iso8859-1"),
        ("koi8r", "koi8-r"),
        ("EUC-KR", "euc_kr"),
        ("shiftjis", "shift_jis"),
        ("latin2", "iso8859-2"),
        ("874", "cp874"),
        ("10004", "mac-arabic"),
        ("nonsense", ""),
        ("rot13", ""),
        ("", ""),
    ],
)
def test_declarations_of_any_spelling(declaration: str, name: str) -> None:
    assert from_cpg(declaration) == name


def test_values_in_two_encodings_are_each_read_in_their_own() -> None:
    french = [name.encode("utf-8") for name in FRENCH]
    arabic = [name.encode("cp1256") for name in ARABIC]
    choice = choose("", [*french, *arabic])
    assert choice.name == "UTF-8+cp1256"
    assert choice.confidence < _CONFIDENT
    assert [decoded(raw, choice.name) for raw in (*french, *arabic)] == [*FRENCH, *ARABIC]


@pytest.mark.parametrize("texts", [FRENCH, ARABIC, FRENCH[:1], ["Łódź"], ["Москва"], ["50 €"]])
def test_good_texts_are_left_alone(texts: list[str]) -> None:
    assert mistake_of(column_of(texts)) is None


@pytest.mark.parametrize(
    ("texts", "written", "taken"),
    [
        (FRENCH, "utf-8", "cp1252"),
        (FRENCH, "utf-8", "iso8859-1"),
        (ARABIC, "utf-8", "iso8859-1"),
        (ARABIC, "utf-8", "cp1256"),
        (ARABIC, "cp1256", "cp1252"),
        (FRENCH, "cp850", "cp1252"),
    ],
)
def test_texts_taken_for_another_encoding_can_be_brought_back(
    texts: list[str], written: str, taken: str
) -> None:
    spoiled = [raw.decode(taken, "ignore") for raw in (text.encode(written) for text in texts)]
    mistake = mistake_of(column_of(spoiled))
    assert mistake is not None
    back = [decoded(text.encode(), mistake.name) for text in spoiled]
    whole = [one == two for one, two in zip(back, texts, strict=True)]
    assert sum(whole) >= 0.7 * len(texts)


def test_lost_letters_are_counted() -> None:
    texts = ["?????", "????? ??", "Casa ?", None, "a\ufffdb", "Où ?"]
    assert lost_count(column_of(texts)) == 3


def _shapefile(tmp_path: Path, values: list[bytes], cpg: str = "") -> Path:
    parts = shapefile_of([point(number) for number in range(len(values))], kind=1)
    path = ShapefileParts(parts.shp, parts.shx, dbf_of(values, 40)).write(tmp_path)
    if cpg:
        path.with_suffix(".cpg").write_text(cpg)
    return path


@pytest.mark.parametrize("encoding", ["cp1256", "iso8859-6", "mac-arabic"])
def test_a_table_in_any_arabic_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    path = _shapefile(tmp_path, [name.encode(encoding) for name in ARABIC])
    names = [name.replace("\xa0", " ") for name in read_layer(path).table.strings("NOM")]
    assert names == ARABIC


def test_a_byte_that_an_encoding_does_not_define_is_told(tmp_path: Path) -> None:
    path = _shapefile(tmp_path, [*(n.encode("cp1252") for n in FRENCH), b"Caf\x81"], "1252")
    result = read_layer(path)
    assert result.table.strings("NOM")[-1] == "Caf\ufffd"
    assert ("encoding.undecodable", 1) in [(one.code, one.count) for one in result.problems]


def test_double_encoding_is_told_and_mended_when_asked(tmp_path: Path) -> None:
    values = [name.encode().decode("iso8859-1").encode() for name in FRENCH[:12]]
    path = _shapefile(tmp_path, values, "UTF-8")
    result = read_layer(path)
    assert "encoding.taken-for" in {problem.code for problem in result.problems}
    assert result.table.strings("NOM")[0] == "MÃ©diouna"
    mended = read_layer(path, encoding="UTF-8/cp1252")
    assert list(mended.table.strings("NOM")) == FRENCH[:12]


def test_previews_show_the_same_values_best_first(tmp_path: Path) -> None:
    path = _shapefile(tmp_path, [name.encode("cp1256") for name in ARABIC])
    first, *others = previews(path)
    assert first.name == "cp1256"
    assert set(first.texts) <= set(ARABIC)
    assert {len(one.texts) for one in others} == {len(first.texts)}
    assert len({one.texts for one in (first, *others)}) == len(others) + 1
    assert of_samples([b"plain"]) == ()


def test_our_names_open_files() -> None:
    name = codec_of("UTF-8+cp1252")
    raw = "Aïn\n".encode() + "Fès\n".encode("cp1252")
    assert io.TextIOWrapper(io.BytesIO(raw), name).read() == "Aïn\nFès\n"
    spoiled = "الدار".encode("cp1256").decode("cp1252").encode()
    assert spoiled.decode(codec_of("cp1256/cp1252")) == "الدار"


def test_names_are_shown_as_usual() -> None:
    names = ["utf8", "iso8859_6", "windows-1256", "utf-8/cp1252", "cp1256/cp1252"]
    assert [shown_name(name) for name in names] == [
        "UTF-8", "ISO-8859-6", "cp1256", "UTF-8/cp1252", "cp1256/cp1252",
    ]  # fmt: skip
    assert canonical("utf-8/nonsense") == ""
    assert weigh([b"plain"])[0].name == "utf-8"
