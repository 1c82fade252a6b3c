"""One function per command: arguments in, one workflow called, one sentence printed."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emadina_gis.errors import OutputError, Problem, UsageError
from emadina_gis.io.atomic import write_text

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable

    from emadina_gis.io.worker.pool import WorkerReader
    from emadina_gis.plugins.registry import Registry
    from emadina_gis.progress import Context
    from emadina_gis.project import Project
    from emadina_gis.words import Words

    Run = Callable[[argparse.Namespace, Words, Context], int]

STDOUT = "-"
WORKBOOK = ".xlsx"


def _file_reader() -> WorkerReader:
    """Return who opens files of other people; a process of its own, started at the first one."""
    from emadina_gis.io.worker.pool import WorkerReader

    return WorkerReader()


def dispatch(arguments: argparse.Namespace, words: Words, ctx: Context) -> int:
    """Run the command that was parsed and return its exit code."""
    return _RUNS[arguments.command](arguments, words, ctx)


def _demo(arguments: argparse.Namespace, words: Words, ctx: Context) -> int:
    from emadina_gis.workflows.headless import run_demo

    for path in run_demo(arguments.headless, words, ctx):
        _wrote(words, path)
    return 0


def _inspect(arguments: argparse.Namespace, words: Words, ctx: Context) -> int:
    from emadina_gis.io.inspect import entry_of
    from emadina_gis.report.delivery import delivery_of, write_delivery
    from emadina_gis.workflows.inspecting import examined_files, readable_report

    target = _target(arguments.output, arguments.files) if arguments.output else None
    with _file_reader() as reader:
        files = [Path(name) for name in arguments.files]
        seen = examined_files(files, ctx, reader=reader)
    found = [entry_of(file, words) for file in seen]
    if target is not None:
        _wrote(words, write_delivery(delivery_of(seen), target, words))
    if arguments.json or target is None:
        sys.stdout.write(_json(found) if arguments.json else readable_report(found, words))
    return 0 if all(entry["readable"] for entry in found) else 3


def _import(arguments: argparse.Namespace, words: Words, ctx: Context) -> int:
    from emadina_gis.domain.crs import Crs
    from emadina_gis.workflows.diagnosis import Wishes
    from emadina_gis.workflows.importing import import_to_project

    target = _target(arguments.output, arguments.files)
    crs = Crs.parse(arguments.assign_crs) if arguments.assign_crs else None
    wishes = Wishes(arguments.encoding or "", crs)
    files = [Path(name) for name in arguments.files]
    with _file_reader() as reader:
        problems = import_to_project(files, target, wishes, words, reader=reader, ctx=ctx)
    _list_problems(problems, words)
    _wrote(words, target)
    return 0


def _convert(arguments: argparse.Namespace, words: Words, ctx: Context) -> int:
    from emadina_gis.workflows.converting import ConvertRequest, convert

    request = ConvertRequest(
        source=Path(arguments.file),
        target=_target(arguments.output, [arguments.file]),
        layer=arguments.layer,
        assign_crs=arguments.assign_crs,
        to_crs=arguments.to_crs,
        encoding=arguments.encoding,
        dwg_converter=arguments.dwg_converter,
    )
    with _file_reader() as reader:
        problems = convert(request, ctx, reader=reader)
    _list_problems(problems, words)
    _wrote(words, request.target)
    return 0


def _render(arguments: argparse.Namespace, words: Words, ctx: Context) -> int:
    from emadina_gis.workflows.rendering import RenderRequest, render_map

    if (arguments.scale is None) != (arguments.center is None):
        raise UsageError("cli.required", what="--scale / --center")
    request = RenderRequest(
        source=Path(arguments.source),
        target=_target(arguments.output, [arguments.source]),
        size_px=(arguments.width, arguments.height),
        dpi=arguments.dpi,
        layer=arguments.layer,
        extent=arguments.extent,
        scale=arguments.scale,
        center=arguments.center,
        color_by=arguments.color_by,
    )
    with _file_reader() as reader:
        lost = render_map(request, words, ctx, reader=reader)
    _list_problems(lost, words)
    _wrote(words, request.target)
    return 0


def _capacity(arguments: argparse.Namespace, words: Words, ctx: Context) -> int:
    from emadina_gis.workflows.capacity import CapacityRequest, coefficient_list, compute_capacity

    if arguments.list_keys:
        sys.stdout.write(_json(coefficient_list(arguments.document, words)))
        return 0
    for name, value in (
        ("PARCELS", arguments.parcels),
        ("--document", arguments.document),
        ("-o", arguments.output),
    ):
        if not value:
            raise UsageError("cli.required", what=name)
    inputs = [name for name in (arguments.parcels, arguments.zones) if name]
    request = CapacityRequest(
        parcels=arguments.parcels,
        document=arguments.document,
        layer=arguments.layer,
        zones=arguments.zones,
        settings=tuple(_checked_setting(text) for text in arguments.settings),
        output=arguments.output
        if arguments.output == STDOUT
        else str(_target(arguments.output, inputs)),
    )
    with _file_reader() as reader:
        problems = compute_capacity(request, words, ctx, reader=reader)
    _list_problems(problems, words)
    if request.output != STDOUT:
        _wrote(words, request.output)
    return 0


def _checked_setting(text: str) -> str:
    key, equals, value = text.partition("=")
    if not (key.strip() and equals and value.strip()):
        raise UsageError("cli.setting", text=text)
    return text


def _indicators(arguments: argparse.Namespace, words: Words, ctx: Context) -> int:
    from emadina_gis.workflows.indicators import list_indicators, run_indicators
    from emadina_gis.workflows.opening import open_project

    project = open_project(Path(arguments.project), words, ctx).project
    known = _registry().indicators
    if arguments.list:
        result: Any = list_indicators(project, words, known)
    else:
        result = run_indicators(project, arguments.run, words, known, ctx)
    return _write_json(result, arguments.output, [arguments.project], words)


def _registry() -> Registry:
    """Return what is registered: our own, and the plugins that the person enabled."""
    from emadina_gis.plugins.discovery import discover, load_enabled
    from emadina_gis.plugins.ours import our_registry
    from emadina_gis.session.settings import load_settings

    registry = our_registry()
    settings = load_settings().settings
    load_enabled(discover(settings).plugins, settings, registry)
    return registry


def _simulate(arguments: argparse.Namespace, words: Words, ctx: Context) -> int:
    from emadina_gis.workflows.opening import open_project
    from emadina_gis.workflows.simulating import outcome_document

    project = open_project(Path(arguments.project), words, ctx).project
    result = outcome_document(project, arguments.scenario, words, ctx)
    _list_problems((Problem(**entry) for entry in result["warnings"]), words)
    if Path(arguments.output).suffix.lower() == WORKBOOK:
        from emadina_gis.workflows.tabling import write_outcome_workbook

        target = _target(arguments.output, [arguments.project])
        _wrote(words, write_outcome_workbook(result, target, words))
        return 0
    return _write_json(result, arguments.output, [arguments.project], words)


def _compare(arguments: argparse.Namespace, words: Words, ctx: Context) -> int:
    from emadina_gis.workflows.opening import open_project
    from emadina_gis.workflows.simulating import comparison_document

    project = open_project(Path(arguments.project), words, ctx).project
    if Path(arguments.output).suffix.lower() == ".pdf":
        return _compare_on_paper(project, arguments, words, ctx)
    result = comparison_document(project, arguments.a, arguments.b, ctx)
    if Path(arguments.output).suffix.lower() == WORKBOOK:
        from emadina_gis.workflows.tabling import write_comparison_workbook

        target = _target(arguments.output, [arguments.project])
        _wrote(words, write_comparison_workbook(project, result, target, words))
        return 0
    return _write_json(result, arguments.output, [arguments.project], words)


def _compare_on_paper(
    project: Project, arguments: argparse.Namespace, words: Words, ctx: Context
) -> int:
    from emadina_gis.workflows.comparing import print_comparison

    target = _target(arguments.output, [arguments.project])
    print_comparison(project, arguments.a, arguments.b, target, words, ctx=ctx)
    _wrote(words, target)
    return 0


def _land(arguments: argparse.Namespace, words: Words, ctx: Context) -> int:
    from emadina_gis.workflows.land_budget import (
        land_json,
        land_problems,
        land_report_named,
        write_land_csv,
    )
    from emadina_gis.workflows.opening import open_project

    project = open_project(Path(arguments.project), words, ctx.part(0.0, 0.1)).project
    report = land_report_named(project, arguments.scenario, ctx.part(0.1, 0.9))
    _list_problems(land_problems(report), words)
    if Path(arguments.output).suffix.lower() not in {".csv", WORKBOOK}:
        result = land_json(project, report, words)
        return _write_json(result, arguments.output, [arguments.project], words)
    target = _target(arguments.output, [arguments.project])
    write_land_csv(project, report, target, words, ctx.part(0.9, 1.0))
    _wrote(words, target)
    return 0


def _scenario_file(arguments: argparse.Namespace, words: Words, ctx: Context) -> int:
    from emadina_gis.workflows.exchanging import export_scenario, import_into_file
    from emadina_gis.workflows.opening import open_project

    inputs = [arguments.project, *([str(arguments.imported)] if arguments.imported else [])]
    target = _target(arguments.output, inputs)
    project = open_project(Path(arguments.project), words, ctx).project
    if arguments.imported is None:
        target = export_scenario(project, arguments.exported, target, ctx)
    else:
        target, problems = import_into_file(project, arguments.imported, target, ctx)
        _list_problems(problems, words)
    _wrote(words, target)
    return 0


def _report(arguments: argparse.Namespace, words: Words, ctx: Context) -> int:
    from emadina_gis.cli.paper import report

    if not arguments.list and not arguments.output:
        raise UsageError("cli.required", what="-o / --output")
    target = None if arguments.list else _target(arguments.output, [arguments.project])
    for path in report(arguments, target, words, ctx):
        _wrote(words, path)
    return 0


def _note(arguments: argparse.Namespace, words: Words, ctx: Context) -> int:
    from emadina_gis.cli.notes import write_notes

    inputs = [arguments.project, *map(str, filter(None, _note_files(arguments)))]
    if arguments.output:
        _target(arguments.output, inputs)
    written, problems = write_notes(arguments, words, ctx)
    for path in written:
        _wrote(words, path)
    for sentence in problems:
        sys.stderr.write(f"{sentence}\n")
    return 0


def _note_files(arguments: argparse.Namespace) -> tuple[Path | None, ...]:
    return (arguments.corners, arguments.title_list, arguments.agency)


def _atlas(arguments: argparse.Namespace, words: Words, ctx: Context) -> int:
    from emadina_gis.cli.paper import atlas

    target = _target(arguments.output, [arguments.project])
    for path in atlas(arguments, target, words, ctx):
        _wrote(words, path)
    return 0


def _web(arguments: argparse.Namespace, words: Words, ctx: Context) -> int:
    from emadina_gis.cli.public import web

    path, problems = web(arguments, words, ctx)
    _list_problems(problems, words)
    _wrote(words, path)
    return 0


def _annexes(arguments: argparse.Namespace, words: Words, ctx: Context) -> int:
    from emadina_gis.cli.public import annexes

    target = _target(arguments.output, [arguments.project])
    paths, problems = annexes(arguments, target, words, ctx)
    _list_problems(problems, words)
    for path in paths:
        _wrote(words, path)
    return 0


def _state(arguments: argparse.Namespace, words: Words, ctx: Context) -> int:
    from emadina_gis.session.settings import load_settings
    from emadina_gis.workflows.opening import save_project
    from emadina_gis.workflows.printed_states import find_printed

    target = _target(arguments.output, [str(path) for path in arguments.files])
    recent = [Path(name) for name in load_settings().settings.recent_projects]
    found = find_printed(arguments.code, files=(*arguments.files, *recent), ctx=ctx)
    _wrote(words, save_project(found.project, target, ctx))
    return 0


def _target(output: str, inputs: Iterable[str]) -> Path:
    """Return the output path; refuse one that is also an input."""
    target = Path(output)
    if any(_same_file(target, Path(name)) for name in inputs if name != STDOUT):
        raise OutputError("cli.same-file", path=target.name)
    return target


def _same_file(a: Path, b: Path) -> bool:
    try:
        return a.samefile(b)
    except OSError:
        return False


def _json(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    # A name of a file that is no text is written as its escape: streams refuse it as it is.
    return re.sub("[\ud800-\udfff]", lambda found: f"\\u{ord(found[0]):04x}", text)


def _write_json(value: Any, output: str, inputs: list[str], words: Words) -> int:
    if output == STDOUT:
        sys.stdout.write(_json(value))
        return 0
    target = _target(output, inputs)
    write_text(target, _json(value))
    _wrote(words, target)
    return 0


def _wrote(words: Words, path: Path | str) -> None:
    sys.stderr.write(words.text("cli.wrote", path=str(path)) + "\n")


def _list_problems(problems: Iterable[Any], words: Words) -> None:
    for problem in problems:
        what, following = words.problem(problem)
        sys.stderr.write(f"{what} {following}".rstrip() + "\n")


_RUNS: dict[str, Run] = {
    "demo": _demo,
    "inspect": _inspect,
    "import": _import,
    "convert": _convert,
    "render": _render,
    "capacity": _capacity,
    "indicators": _indicators,
    "simulate": _simulate,
    "compare": _compare,
    "land": _land,
    "scenario-file": _scenario_file,
    "report": _report,
    "note": _note,
    "atlas": _atlas,
    "web": _web,
    "annexes": _annexes,
    "state": _state,
}
