"""DWG drawings: recognised by their signature, read through a converter the person installed.

Nothing of a converter is shipped. One that is found is named; it runs only when asked for, in a
private folder, without a shell and with a time limit, and what it makes is read like any DXF.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from emadina_gis.errors import LayerReadError, UsageError
from emadina_gis.io.atomic import replacing

if TYPE_CHECKING:
    from emadina_gis.progress import Context

#: First six bytes of a DWG → the AutoCAD that wrote it.
VERSIONS = {
    b"MC0.0": "AutoCAD 1.1",
    b"AC1.2": "AutoCAD 1.2",
    b"AC1.40": "AutoCAD 1.40",
    b"AC1.50": "AutoCAD 2.05",
    b"AC2.10": "AutoCAD 2.10",
    b"AC2.21": "AutoCAD 2.21",
    b"AC2.22": "AutoCAD 2.22",
    b"AC1001": "AutoCAD 2.22",
    b"AC1002": "AutoCAD 2.5",
    b"AC1003": "AutoCAD 2.6",
    b"AC1004": "AutoCAD R9",
    b"AC1006": "AutoCAD R10",
    b"AC1009": "AutoCAD R11/R12",
    b"AC1012": "AutoCAD R13",
    b"AC1014": "AutoCAD R14",
    b"AC1015": "AutoCAD 2000",
    b"AC1018": "AutoCAD 2004",
    b"AC1021": "AutoCAD 2007",
    b"AC1024": "AutoCAD 2010",
    b"AC1027": "AutoCAD 2013",
    b"AC1032": "AutoCAD 2018",
}
TIME_LIMIT_S = 120.0
_POLL_S = 0.05
_SAID = "Converted from DWG by "
_ODA = "ODA File Converter"
_LIBREDWG = "LibreDWG dwg2dxf"
_PROGRAMS = {
    "ODAFileConverter": _ODA,
    "ODAFileConverter.exe": _ODA,
    "dwg2dxf": _LIBREDWG,
    "dwg2dxf.exe": _LIBREDWG,
}
_PLACES = (
    "/usr/bin",
    "/usr/local/bin",
    "/opt/homebrew/bin",
    "/Applications/ODAFileConverter.app/Contents/MacOS",
)


@dataclass(frozen=True)
class Converter:
    """A program on this computer that turns DWG into DXF."""

    name: str
    program: Path


def version_of(head: bytes) -> str:
    """Return the AutoCAD that wrote a DWG; empty for other files."""
    if head.startswith(b"AC10") and not head[6:11].strip(b"\0 \r\n"):
        return VERSIONS.get(head[:6], f"DWG {head[:6].decode('ascii', 'replace')}")
    for signature, name in VERSIONS.items():
        if head.startswith(signature) and b"\0" in head[:16]:
            return name
    return ""


def is_drawing(first: bytes) -> bool:
    """Whether the first eight bytes of a file are those of a DWG."""
    return bool(version_of(first.ljust(16, b"\0")))


def refuse_drawing(head: bytes, title: str) -> None:
    """Raise how to go on where a file is a DWG, whatever its name."""
    version = version_of(head)
    if not version:
        return
    found = converters()
    if found:
        names = ", ".join(converter.name for converter in found)
        raise LayerReadError("dwg.convertible", path=title, version=version, converter=names)
    raise LayerReadError("dwg.unsupported", path=title, version=version)


def converters() -> tuple[Converter, ...]:
    """Return the converters found on this computer; none of them is started."""
    found: dict[str, Converter] = {}
    for program, name in _PROGRAMS.items():
        on_path = shutil.which(program)
        places = [Path(on_path)] if on_path else []
        places += [folder / program for folder in _usual_folders()]
        for place in places:
            if name not in found and place.is_file() and os.access(place, os.X_OK):
                found[name] = Converter(name, place)
    return tuple(found.values())


def _usual_folders() -> Iterator[Path]:
    yield from (Path(place) for place in _PLACES)
    for variable in ("ProgramFiles", "ProgramFiles(x86)"):
        root = os.environ.get(variable, "")
        if root:
            yield from sorted((Path(root) / "ODA").glob("ODAFileConverter*"), reverse=True)


def converter_at(program: Path | str) -> Converter:
    """Return the converter that a person names by its program.

    Raises
    ------
    UsageError
        ``dwg.no-converter`` where the program is not there or not one that is known.
    """
    path = Path(program)
    name = _PROGRAMS.get(path.name)
    if name is None or not path.is_file() or not os.access(path, os.X_OK):
        raise UsageError("dwg.no-converter", path=str(program))
    return Converter(name, path)


def to_dxf(source: Path, target: Path, converter: Converter, ctx: Context) -> None:
    """Convert a DWG into a new DXF with a program that the person consented to.

    Raises
    ------
    LayerReadError
        ``dwg.failed`` where the program fails or makes nothing, ``dwg.too-slow`` past the limit.
    """
    with tempfile.TemporaryDirectory(prefix="emadina-dwg-") as temporary:
        folder = Path(temporary)
        inside, outside = folder / "in", folder / "out"
        inside.mkdir()
        outside.mkdir()
        copy = inside / "drawing.dwg"
        shutil.copyfile(source, copy)
        _run(_arguments(converter, copy, outside), folder, source.name, ctx)
        made = sorted(outside.glob("*.[dD][xX][fF]"))
        if not made:
            raise LayerReadError("dwg.failed", path=source.name, converter=converter.name)
        with replacing(target) as place:
            _write_said(made[0], place, converter)


def _arguments(converter: Converter, copy: Path, outside: Path) -> list[str]:
    if converter.name == _ODA:
        folders = [str(copy.parent), str(outside)]
        return [str(converter.program), *folders, "ACAD2018", "DXF", "0", "1", "*.DWG"]
    return [str(converter.program), "-y", "-o", str(outside / "drawing.dxf"), str(copy)]


def _run(arguments: Sequence[str], folder: Path, title: str, ctx: Context) -> None:
    """Run a program without shell or input; end it when the person stops or time is over."""
    name = _PROGRAMS[Path(arguments[0]).name]
    log = folder / "log.txt"
    try:
        with log.open("wb") as output:
            process = subprocess.Popen(  # noqa: S603
                list(arguments),
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
    except OSError as exc:
        raise LayerReadError("dwg.failed", path=title, converter=name) from exc
    started = time.monotonic()
    try:
        while process.poll() is None:
            ctx.check()
            if time.monotonic() - started > TIME_LIMIT_S:
                raise LayerReadError("dwg.too-slow", path=title, converter=name)
            time.sleep(_POLL_S)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def _write_said(made: Path, target: Path, converter: Converter) -> None:
    """Copy a drawing with a comment at its head that says which program made it."""
    with made.open("rb") as source, target.open("wb") as file:
        head = source.read(64)
        if not head.startswith(b"AutoCAD Binary DXF"):
            file.write(f"999\n{_SAID}{converter.name}\n".encode())
        file.write(head)
        shutil.copyfileobj(source, file)


def converter_said(comments: Iterable[bytes]) -> str:
    """Return the program that the comments of a drawing name as its maker; empty without one."""
    for comment in comments:
        text = comment.decode("utf-8", "replace").strip()
        if text.startswith(_SAID):
            return text.removeprefix(_SAID)[:80]
    return ""
