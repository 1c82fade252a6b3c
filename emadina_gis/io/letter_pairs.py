"""How likely two letters follow each other in Arabic and in French: the weights of encodings.

Each cell is a base-36 digit: the half-nats of surprise of the column's letter after the row's. The
first row and column stand for the border of a word. Counted on the program's own sentences and
on usual words of Moroccan addresses, each word once and a little more when it is frequent; letters
that never met keep a small chance. Knows nothing of bytes.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

ARABIC = " ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي"
LATIN = " abcdefghijklmnopqrstuvwxyzàâäçèéêëîïñôöùûüœ"
_ARABIC_ROWS = (
    "goc6r8o26j5b9899c9d899c9g7b879648a6o7",
    "1hkejgh6d46gedfdgcgdfefehcgdceabc9chb",
    "6dhbgdd6998dba39d4d5cacae9da9b785a9e4",
    "6jngmijc8aa9a756j585868ab5i96586595j6",
    "6eibhde7a99dba56e9e63bdbfadbac89a36e5",
    "ahlfkghaadch83778a87864a958e7f485edi7",
    "5gkejgh4c38g95ec88gdf5f8h7gd7e7477ch5",
    "58rlcn9g7b5a97a8c6d7eadae7c88a277c9oa",
    "4ko9naa4967kd8c6b7dbbad7l6kc5968678l5",
    "0lpioklehggkihjhlglhkikimhkihjfghihlg",
    "3mp9elc66b896689c5c7a798c5877a98866m7",
    "3hlekgh567cgedfdh4hdgegeidae8f57587h3",
    "4jngmij4769jgch5j66cigigk58gfh64847ba",
    "4kohnjk5955989i497d6j6bb9gj76i97g87k5",
    "6imglii5974igfga74ifh464jei9eg4baa9j8",
    "3dobnkl4g489ih86k6k9jijhlcka8i88975a5",
    "5hkejgh3d68g7dfdh5gdfefehcg5d45bc49h6",
    "3lpacla5857l6aa9lab7aa6amaa868f888694",
    "37lekg53d6cg7df8h6hdgegeh8gede6677ch5",
    "5kobnjk4574j9a8dk7kcjhj7k9j88675786d5",
    "7il8lh847d6haa7ai3hegfh7id59a4b6e88i5",
    "4jnhmjj486ejh5h5j5jgi8i8kf85ch5778685",
    "3ilfkhi3e79hfeaei5hegfgfi587ef85d78a4",
    "4jn9mjb445ejhgifj5jgihigk4jg8h6e975a5",
    "3gkdjfg3c6bgdcecg4gcfdfdhcfdcea8c4cg5",
    "3loiokl5957bdhj4a6khaib8lgkd8b55689l6",
    "4hlfkgh5d4cheefdh3hegeg6idgedf5cda6i3",
    "3knanj94g65jc9iga5d8i99h76dc7a7e977b4",
    "4koinkl3957kihj8k5kaj7b4l7k88i689d6a5",
    "4jngmij47847gfh996a79gigjbigfc57386j7",
    "5ne6g8g5775c8789c9c899c8g7a76864787a6",
    "4mqbblf5976a6697a69688c8f6a867686a6m6",
    "3loinkc4976kaaj7kgd676j869k77de8g6695",
    "2knhnjk2b7ejhgi868jgihjhkfjgg7977g7k5",
    "6apboal3798876b6a698e889a6b77a5668c96",
    "0gkejfg9cbbgddecgbgdfdfdhcfdceabcdchb",
    "4bpcdla5847ba786e688c9a7e8997a66687m9",
)
_LATIN_ROWS = (
    "g574567886bc66785a55697cfdbdqxso7dxdsxfxuuxx",
    "7g758d96c59f584h7a47458qaadpdvbmhpvfavpvssvv",
    "65gea59gh48l2ad5fi59d6gniahm6snj8msonsmsppss",
    "85j8i4jj45mb7ee3bc6a56jpdnkpovqc7ovrpvbvssvv",
    "56bc93bdi4lnfdf5gj6cc5idbdjontoc3ntpotntqctt",
    "29c7bgbalbof664bae4477ar8f6rqxgojqxtrxqxuuxx",
    "54bef64gh3km8fd4fi59dahnikimmsn86msonsmsppss",
    "75heg2hgc5km5c599i4ad6hnjkinmsok5msonsmsppss",
    "72g9f3ggg4jleb949ibdb9gna8hmlsn75msons8sppss",
    "79768577kgnp6645a7644h7qanlqpwra8pwrqwpwssww",
    "65ebc3ddeahibca28fa5a5dkfhf6jpkgbjplkpjpmmpp",
    "5479a3c656fh9549ad8859ciefdihnie5hnjinhnkknn",
    "54j8i2jij4mo4hg5ecf8a7jplbkbbvqa6ovqpvovrrvv",
    "747fh2iii5lnb5f54kebf8idkmjonup969uqounurruu",
    "47k55597k7nfhi56ia95378qlnlqpvdd7dvrqvpvssvv",
    "9e878ba7k5ao752b7c5674ddeblppvqmhpvfqvpvcsvv",
    "73cgb4id88lc4gc46k3986ipkmjonupc7ouqpucurruu",
    "acfceafffbikddccdgbcc0flhjglkrmidkrnlrkrnorr",
    "45a773a8k5edi796ab87688qmelqpwr95dwsqwbwttww",
    "27kai4cda5nphch79ag556dqmblqpvqn7pvrqvpvsevv",
    "35kei3df94npdeh7il4677kqmalqpvqb6evrqvfvssvv",
    "588694cdj6bo586c6b365g6p7mkpovqm8dvqpvovrrvv",
    "84hef2ggh4kmefd4fi5dd9gnikimmsnj5msonsmsppss",
    "64b893b3b5e689589c7778bhdechgmhd9gmihmgmjjmm",
    "27f6d58ef3ikcdbc6abb4cflgiglkqlh6kqmlqkqnnqq",
    "36d7c5d7dagi5b664f948bdkfhejipkg7ipljpipmmpp",
    "09fde8ffg7ikdec6ehcccdfmhjglkrmidlrnmrlroorr",
    "18b9a7bbb8eg9a889d8889bidfchgnie9hnjingnkknn",
    "54c6a7cbc8fh9a89ad8819ciefdihnieahnjinhnkknn",
    "4696849995ce67667a55669fbcafelgc7elgflelhhll",
    "61b896bab7eg89789c7778bhcec6gmhd9gmihmgmjjmm",
    "9be699e4eahj858bcf334b9kghfkjqlhcjqlkqjqmmqq",
    "3ad57387jbbo777879545dbpkmkoouplbouqpuourruu",
    "78c9a7bbc8fh6389ad8819cidfdhhnieahnjinhnkknn",
    "4696849995ce67667a55669fbcafelgc7elgflelhhll",
    "57a896aaa7df28778c7748ahcebgfmhd8gmihmfmjjmm",
    "68b824bab7eg89489c7748bhdechgmhe9gmihmgmjjmm",
    "4696849995ce67667a55669fbcafelgc7elgflelhhll",
    "79c9a7cbc8fh3a695d8829cidfdihnieahnjinhnkknn",
    "4696849995ce67667a55669fbcafelgc7elgflelhhll",
    "27a785a9a6df78678b6667agbdbgflgc8flhglfliill",
    "37a785a9a6df78678b3667agbdbgflgc8flhglfliill",
    "4696849995ce67667a55669fbcafelgc7elgflelhhll",
    "4696849995ce67667a55669fbcafelgc7elgflelhhll",
)
#: Nats of surprise of what the tables do not hold.
_MIXED_SCRIPTS = 14.0
_FOREIGN_LETTER = 8.0
_WESTERN_LETTER = 7.0
_EASTERN_LETTER = 9.0
_AFTER_FOREIGN_LETTER = 5.0
_SAME_FOREIGN_SCRIPT = 3.4
_VOWEL_SIGN = 6.5
_USUAL_SIGN = 5.0
_SIGN = 9.0
_SIGN_BETWEEN_LETTERS = 12.0
_NO_CHARACTER = 14.0
_CASE = 7.0
_RARE = 10.0
_LETTER_AFTER_CLOSING = 4.0
_IDEOGRAMS = "ideograms"
_USUAL_SIGNS = frozenset("«»’‘“”–—…°²³€·•№ºª،؛؟\xa0\u200e\u200f")
_APOSTROPHES = frozenset("’‘")
_CLOSING = frozenset("»”…°²³،؛؟")
_NOT_BEFORE_LETTERS = _CLOSING | frozenset("–—•·€")
_WESTERN = frozenset("áíóúñãõåøæßýðþ")


def surprise(before: str, char: str) -> float:
    """Return the nats of surprise of a character after another one.

    A blank, a digit or a sign of ASCII counts as the border of a word.
    """
    kind, last = _script(char), _script(before)
    if kind == "no":
        return _NO_CHARACTER
    if kind == "sign":
        return _of_sign(char, last)
    if kind and last and last != kind and last not in {"sign", "no"}:
        return _MIXED_SCRIPTS
    if kind == "arabic" or (not kind and last == "arabic"):
        return _of_arabic(before, char)
    if kind == "latin" or (not kind and last == "latin"):
        return _of_latin(before, char) + (
            _LETTER_AFTER_CLOSING if before in _NOT_BEFORE_LETTERS else 0.0
        )
    return _of_foreign(before, char, same=kind == last)


def _of_sign(char: str, last: str) -> float:
    if char in _APOSTROPHES:
        return _USUAL_SIGN
    if last in {"latin", "arabic"} and char not in _CLOSING and char not in "ºª\xa0":
        return _SIGN_BETWEEN_LETTERS
    return _USUAL_SIGN if char in _USUAL_SIGNS else _SIGN


def _of_arabic(before: str, char: str) -> float:
    row, column = _place(before, _ARABIC_PLACES), _place(char, _ARABIC_PLACES)
    if column is None:
        return _VOWEL_SIGN if char <= "\u0652" else _FOREIGN_LETTER
    return _AFTER_FOREIGN_LETTER if row is None else _cell(_ARABIC_ROWS[row][column])


def _of_latin(before: str, char: str) -> float:
    low = char.lower()
    row, column = _place(before.lower(), _LATIN_PLACES), _place(low, _LATIN_PLACES)
    case = _CASE if before.islower() and char.isupper() else 0.0
    if column is None:
        return (_WESTERN_LETTER if low in _WESTERN else _EASTERN_LETTER) + case
    return (_AFTER_FOREIGN_LETTER if row is None else _cell(_LATIN_ROWS[row][column])) + case


def _of_foreign(before: str, char: str, *, same: bool) -> float:
    """Weigh a letter of a script without a table: alike in the same script, but for its case."""
    if _script(char) == "":
        return _USUAL_SIGN / 2
    if _script(char) == _IDEOGRAMS:
        return _FOREIGN_LETTER
    wrong_case = same and before.islower() and char.isupper()
    return (_SAME_FOREIGN_SCRIPT if same else _FOREIGN_LETTER) + (_CASE if wrong_case else 0.0)


def _place(char: str, places: dict[str, int]) -> int | None:
    return 0 if _script(char) in {"", "sign", "no"} else places.get(char)


@lru_cache(maxsize=4096)
def _script(char: str) -> str:
    """Return the script of a letter, ``sign``, ``no`` for no character, empty for a border."""
    if char < "\x80":
        return "latin" if char.isalpha() else ""
    if "\u0621" <= char <= "\u06ff" and char not in _USUAL_SIGNS:
        return "arabic"
    if char == "\ufffd" or "\x80" <= char <= "\x9f" or "\ue000" <= char <= "\uf8ff":
        return "no"
    if char in "ƒªº" or not (char.isalpha() or unicodedata.category(char)[0] == "M"):
        return "sign"
    if "\u3040" <= char <= "\ud7af":
        return _IDEOGRAMS
    return "latin" if char < "\u0250" else f"u{ord(char) >> 8}"


_ARABIC_PLACES = {char: place for place, char in enumerate(ARABIC)}
_LATIN_PLACES = {char: place for place, char in enumerate(LATIN)}


def _cell(digit: str) -> float:
    return min(int(digit, 36) / 2, _RARE)
