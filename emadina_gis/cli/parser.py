"""The arguments of every command, in the words of the language asked for.

Owns names and options (a contract, see ``docs/ARCHITECTURE.md``); knows nothing of what the
commands do.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emadina_gis import __version__
from emadina_gis.cli import paper
from emadina_gis.words import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emadina_gis.words import Words

PROGRAM = "emadina-gis"
#: Options whose value may begin with a minus sign.
_SIGNED_OPTIONS = ("--extent", "--center")
_EXTENT_NUMBERS = 4
_POINT_NUMBERS = 2


def language_of(argv: Sequence[str], fallback: str) -> str:
    """Return the language that ``--lang`` asks for, before the parser exists."""
    for index, argument in enumerate(argv):
        name, _, value = argument.partition("=")
        if name == "--lang":
            chosen = value or (argv[index + 1] if index + 1 < len(argv) else "")
            return chosen if chosen in LANGUAGES else fallback
    return fallback


def with_signed_values(argv: Sequence[str]) -> list[str]:
    """Join ``--extent -1,2,3,4`` into one argument, so that its minus sign is no option."""
    joined: list[str] = []
    for argument in argv:
        if joined and joined[-1] in _SIGNED_OPTIONS:
            joined[-1] = f"{joined[-1]}={argument}"
        else:
            joined.append(argument)
    return joined


def numbers(count: int) -> type:
    """Return an argparse type that reads `count` numbers parted by commas."""

    def read(text: str) -> tuple[float, ...]:
        values = tuple(float(part) for part in text.split(","))
        if len(values) != count:
            raise ValueError(text)
        return values

    read.__name__ = f"{count} numbers"
    return read  # type: ignore[return-value]  # argparse takes any callable


def build_parser(words: Words) -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = argparse.ArgumentParser(prog=PROGRAM, description=words.text("cli.description"))
    parser.add_argument("--version", action="version", version=f"{PROGRAM} {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    builders = (
        _add_demo,
        _add_inspect,
        _add_import,
        _add_convert,
        _add_render,
        _add_capacity,
        _add_indicators,
        _add_simulate,
        _add_compare,
        _add_land,
        _add_scenario_file,
        _add_report,
        _add_note,
        _add_atlas,
        _add_web,
        _add_annexes,
        _add_state,
    )
    for build in builders:
        build(_Adder(commands, words))
    return parser


class _Adder:
    """Adds a command with the options that all of them take."""

    def __init__(
        self, commands: argparse._SubParsersAction[argparse.ArgumentParser], words: Words
    ) -> None:
        self._commands = commands
        self.words = words

    def command(self, name: str) -> argparse.ArgumentParser:
        """Return a new sub-parser with its help and ``--lang``."""
        sentence = self.words.text(f"cli.help.{name}")
        parser = self._commands.add_parser(name, help=sentence, description=sentence)
        parser.add_argument("--lang", choices=LANGUAGES, help=self.words.text("cli.help.lang"))
        return parser

    def output(self, parser: argparse.ArgumentParser, kind: str = "file", **more: Any) -> None:
        """Add ``-o``; `kind` says what is written: ``file``, ``stream`` (or ``-``), ``folder``."""
        options: dict[str, Any] = {"required": True, "metavar": "OUT", **more}
        sentence = self.words.text(f"cli.help.output-{kind}")
        parser.add_argument("-o", "--output", help=sentence, **options)

    def project(self, parser: argparse.ArgumentParser) -> None:
        """Add the project, which comes first."""
        parser.add_argument("project", metavar="PROJECT", help=self.words.text("cli.help.project"))


def _add_demo(add: _Adder) -> None:
    parser = add.command("demo")
    parser.add_argument(
        "--headless", type=Path, metavar="OUT", help=add.words.text("cli.help.headless")
    )


def _add_inspect(add: _Adder) -> None:
    parser = add.command("inspect")
    parser.add_argument("files", nargs="+", metavar="FILE", help=add.words.text("cli.help.files"))
    parser.add_argument("--json", action="store_true", help=add.words.text("cli.help.json"))
    add.output(parser, "report", required=False)


def _add_import(add: _Adder) -> None:
    parser = add.command("import")
    parser.add_argument("files", nargs="+", metavar="FILE", help=add.words.text("cli.help.files"))
    add.output(parser)
    _add_reading(add, parser)


def _add_convert(add: _Adder) -> None:
    parser = add.command("convert")
    parser.add_argument("file", metavar="FILE", help=add.words.text("cli.help.file"))
    add.output(parser)
    parser.add_argument("--layer", metavar="NAME", help=add.words.text("cli.help.layer"))
    parser.add_argument("--to-crs", metavar="EPSG:…", help=add.words.text("cli.help.to-crs"))
    consent = add.words.text("cli.help.dwg-converter")
    parser.add_argument("--dwg-converter", type=Path, metavar="PROGRAM", help=consent)
    _add_reading(add, parser)


def _add_reading(add: _Adder, parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--assign-crs", metavar="EPSG:…", help=add.words.text("cli.help.assign-crs")
    )
    parser.add_argument("--encoding", metavar="NAME", help=add.words.text("cli.help.encoding"))


def _add_render(add: _Adder) -> None:
    parser = add.command("render")
    parser.add_argument("source", metavar="PROJECT_OR_FILE", help=add.words.text("cli.help.source"))
    add.output(parser)
    for name, metavar in (("width", "W"), ("height", "H")):
        sentence = add.words.text(f"cli.help.{name}")
        parser.add_argument(f"--{name}", type=int, required=True, metavar=metavar, help=sentence)
    dpi = add.words.text("cli.help.dpi")
    parser.add_argument("--dpi", type=float, default=96.0, metavar="N", help=dpi)
    parser.add_argument("--layer", metavar="NAME", help=add.words.text("cli.help.layer"))
    parser.add_argument(
        "--extent",
        type=numbers(_EXTENT_NUMBERS),
        metavar="X0,Y0,X1,Y1",
        help=add.words.text("cli.help.extent"),
    )
    parser.add_argument("--scale", type=float, metavar="N", help=add.words.text("cli.help.scale"))
    parser.add_argument(
        "--center",
        type=numbers(_POINT_NUMBERS),
        metavar="X,Y",
        help=add.words.text("cli.help.center"),
    )
    parser.add_argument("--color-by", metavar="FIELD", help=add.words.text("cli.help.color-by"))


def _add_capacity(add: _Adder) -> None:
    parser = add.command("capacity")
    parser.add_argument(
        "parcels", nargs="?", metavar="PARCELS", help=add.words.text("cli.help.parcels")
    )
    parser.add_argument("--document", metavar="ID", help=add.words.text("cli.help.document"))
    parser.add_argument("--layer", metavar="NAME", help=add.words.text("cli.help.layer"))
    parser.add_argument("--zones", metavar="FILE", help=add.words.text("cli.help.zones"))
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        dest="settings",
        help=add.words.text("cli.help.set"),
    )
    parser.add_argument(
        "--list-keys", action="store_true", help=add.words.text("cli.help.list-keys")
    )
    add.output(parser, "table", required=False)


def _add_indicators(add: _Adder) -> None:
    parser = add.command("indicators")
    add.project(parser)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--list", action="store_true", help=add.words.text("cli.help.list"))
    what.add_argument("--run", nargs="+", metavar="ID", help=add.words.text("cli.help.run"))
    add.output(parser, "stream", required=False, default="-")


def _add_simulate(add: _Adder) -> None:
    parser = add.command("simulate")
    add.project(parser)
    parser.add_argument(
        "--scenario",
        required=True,
        metavar="NAME_OR_FILE",
        help=add.words.text("cli.help.scenario"),
    )
    add.output(parser, "stream")


def _add_compare(add: _Adder) -> None:
    parser = add.command("compare")
    add.project(parser)
    for name in ("a", "b"):
        parser.add_argument(name, metavar=name.upper(), help=add.words.text("cli.help.scenario"))
    add.output(parser, "comparison")


def _add_land(add: _Adder) -> None:
    parser = add.command("land")
    add.project(parser)
    sentence = add.words.text("cli.help.scenario-or-reference")
    parser.add_argument("--scenario", default="", metavar="NAME_OR_FILE", help=sentence)
    add.output(parser, "budget")


def _add_scenario_file(add: _Adder) -> None:
    parser = add.command("scenario-file")
    add.project(parser)
    what = parser.add_mutually_exclusive_group(required=True)
    named = add.words.text("cli.help.scenario-export")
    what.add_argument("--export", metavar="NAME", dest="exported", help=named)
    file = add.words.text("cli.help.scenario-import")
    what.add_argument("--import", type=Path, metavar="FILE", dest="imported", help=file)
    add.output(parser)


def _add_report(add: _Adder) -> None:
    parser = add.command("report")
    add.project(parser)
    which = parser.add_mutually_exclusive_group(required=True)
    say = add.words.text
    which.add_argument("--layout", metavar="NAME", help=say("cli.help.layout-or-template"))
    which.add_argument("--list", action="store_true", help=say("cli.help.list-layouts"))
    add.output(parser, "sheet", required=False)
    paper.add_report_options(parser, add.words)


def _add_note(add: _Adder) -> None:
    parser = add.command("note")
    add.project(parser)
    which = parser.add_mutually_exclusive_group(required=True)
    say = add.words.text
    which.add_argument("--parcel", nargs="+", metavar="TITLE", help=say("cli.help.parcel"))
    which.add_argument("--corners", type=Path, metavar="FILE", help=say("cli.help.corners"))
    which.add_argument(
        "--list", type=Path, metavar="XLSX", dest="title_list", help=say("cli.help.title-list")
    )
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("-o", "--output", metavar="OUT", help=say("cli.help.output-note"))
    where.add_argument("--folder", type=Path, metavar="DIR", help=say("cli.help.note-folder"))
    parser.add_argument(
        "--json", type=Path, metavar="OUT.json", dest="json_output", help=say("cli.help.note-json")
    )
    _add_note_style(parser, add)


def _add_note_style(parser: argparse.ArgumentParser, add: _Adder) -> None:
    say = add.words.text
    for option, key in (("--bilingual", "bilingual"), ("--swap-xy", "swap")):
        parser.add_argument(option, action="store_true", help=say(f"cli.help.note-{key}"))
    parser.add_argument(
        "--format", choices=("pdf", "docx"), default="pdf", help=say("cli.help.note-format")
    )
    parser.add_argument("--agency", type=Path, metavar="TOML", help=say("cli.help.note-agency"))
    parser.add_argument("--number", type=int, metavar="N", help=say("cli.help.note-number"))
    parser.add_argument("--to", default="", metavar="NAME", help=say("cli.help.note-to"))
    parser.add_argument(
        "--scenario", default="", metavar="NAME", help=say("cli.help.note-scenario")
    )


def _add_atlas(add: _Adder) -> None:
    parser = add.command("atlas")
    add.project(parser)
    say = add.words.text
    parser.add_argument("--layout", required=True, metavar="NAME", help=say("cli.help.layout"))
    within: dict[str, Any] = {"type": numbers(_EXTENT_NUMBERS), "metavar": "X0,Y0,X1,Y1"}
    parser.add_argument("--extent", help=say("cli.help.atlas-extent"), **within)
    paper.add_atlas_options(parser, add.words)
    add.output(parser, "atlas")


def _add_web(add: _Adder) -> None:
    parser = add.command("web")
    add.project(parser)
    add.output(parser, "folder", type=Path, metavar="DIR")
    say = add.words.text
    parser.add_argument("--scenario", default="", metavar="NAME", help=say("cli.help.web-scenario"))
    parser.add_argument("--compare", default="", metavar="NAME", help=say("cli.help.web-compare"))
    parser.add_argument("--layers", nargs="+", metavar="NAME", help=say("cli.help.web-layers"))
    steps: dict[str, Any] = {"type": float, "choices": (0.1, 0.25, 0.5, 1.0), "metavar": "M"}
    parser.add_argument("--precision", help=say("cli.help.web-precision"), **steps)


def _add_annexes(add: _Adder) -> None:
    parser = add.command("annexes")
    add.project(parser)
    add.output(parser, "annexes")
    say = add.words.text
    parser.add_argument("--beside", choices=LANGUAGES, default="", help=say("cli.help.beside"))
    for family in ("roads", "facilities"):
        sentence = say(f"cli.help.{family}-layer")
        parser.add_argument(f"--{family}", default="", metavar="LAYER", help=sentence)


def _add_state(add: _Adder) -> None:
    parser = add.command("state")
    parser.add_argument("code", metavar="CODE", help=add.words.text("cli.help.state-code"))
    parser.add_argument(
        "files",
        nargs="*",
        type=Path,
        metavar="PROJECT",
        help=add.words.text("cli.help.state-files"),
    )
    add.output(parser)
