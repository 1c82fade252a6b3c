"""``AgencyProfile``: the lines, the logo and the numbering of the agency that prints.

Without a profile a note is a working document and names no authority. Read from and written to
TOML by ``io.agency_file``; kept with the project, or beside the person's settings.
"""

from __future__ import annotations

from dataclasses import dataclass
from string import Formatter

from emadina_gis.domain.title import Title
from emadina_gis.errors import CommandError

NOTHING = Title("", "", "")
USUAL_NUMBERING = "N° {number}/{year}"
#: The parts of a number that a pattern may name.
NUMBER_PARTS = frozenset({"number", "year"})
#: A logo larger than this would stand in every file that is printed.
LARGEST_LOGO_BYTES = 1_000_000


@dataclass(frozen=True)
class AgencyProfile:
    """Who prints.

    Attributes
    ----------
    kingdom, ministry, wilaya, agency : Title
        Lines of the letterhead from the top, in French, Arabic and English.
    title : Title
        What the agency calls its note; empty takes the program's own, indicative one.
    place : Title
        "Casablanca", before the date.
    signatory : Title
        Who signs, under the date.
    numbering : str
        Pattern of a note's number, with ``{number}`` and ``{year}``.
    logo : str
        PNG or JPEG in base 64; empty for none.
    """

    kingdom: Title = NOTHING
    ministry: Title = NOTHING
    wilaya: Title = NOTHING
    agency: Title = NOTHING
    title: Title = NOTHING
    place: Title = NOTHING
    signatory: Title = NOTHING
    numbering: str = USUAL_NUMBERING
    logo: str = ""

    @property
    def lines(self) -> tuple[Title, ...]:
        """The lines of the letterhead that are not empty, from the top."""
        every = (self.kingdom, self.ministry, self.wilaya, self.agency)
        return tuple(line for line in every if line.fr or line.ar)

    def numbered(self, number: int, year: int) -> str:
        """Return the number of a note ("N° 2698/2021").

        Raises
        ------
        CommandError
            With code ``agency.numbering`` where the pattern names something else.
        """
        check_numbering(self.numbering)
        return self.numbering.format(number=number, year=year)


def check_numbering(pattern: str) -> None:
    """Refuse a pattern that names something else than a number and a year.

    Raises
    ------
    CommandError
        With code ``agency.numbering``.
    """
    try:
        named = {name for _text, name, _spec, _turn in Formatter().parse(pattern)} - {None}
    except ValueError as error:
        raise CommandError("agency.numbering", pattern=pattern) from error
    if "number" not in named or not named <= NUMBER_PARTS:
        raise CommandError("agency.numbering", pattern=pattern)
    try:
        pattern.format(number=1, year=1)
    except (ValueError, KeyError, IndexError) as error:
        raise CommandError("agency.numbering", pattern=pattern) from error
