"""Plugins: off until allowed, read without import, named and taken out when they fail."""

from __future__ import annotations

import importlib.metadata
import sys
from pathlib import Path

import numpy as np
import pytest

from emadina_gis.analysis.indicators import catalogue
from emadina_gis.domain.layer import Title
from emadina_gis.errors import (
    AnalysisError,
    EmadinaError,
    JobCancelled,
    LayerReadError,
    MissingInput,
    PluginError,
)
from emadina_gis.plugins import api
from emadina_gis.plugins.discovery import (
    Origin,
    discover,
    is_enabled,
    load_enabled,
    load_plugin,
    plugin_folder,
)
from emadina_gis.plugins.manifest import manifest_of, read_manifest
from emadina_gis.plugins.ours import our_registry
from emadina_gis.plugins.registry import Door, Reader, Registry
from emadina_gis.progress import NULL_CONTEXT
from emadina_gis.session.settings import Settings
from emadina_gis.words import LANGUAGES, load_words
from tests.builders import parcel_table

GOOD = {
    "id": "trees", "title": "Arbres", "version": "1.0", "author": "Une agence", "module": "trees",
    "api": 1,
}  # fmt: skip
CODE = """
from emadina_gis.plugins import api

AREA = api.Need(api.Part.PARCELS, ("area_m2",), api.Role.AREA_M2)

def compute(inputs):
    area = inputs.numbers(AREA)
    return api.ratio(area, area)

def read(path, ctx):
    return [api.VectorLayer(path.stem, api.Title.plain(path.stem),
                            api.FeatureTable.from_columns({"a": [1]}))]

def register(door):
    door.indicator(api.Indicator("trees-ratio", "", 1, api.Part.PARCELS, (AREA,), compute))
    door.reader(api.Reader("trees-reader", api.Title.plain("Arbres"), (".trees",), read))
"""
ALLOWED = Settings(plugins_allowed=True, plugins_enabled=("trees",))


def toml_of(manifest: dict) -> str:
    lines = [f"{k} = {v!r}" if isinstance(v, int) else f'{k} = "{v}"' for k, v in manifest.items()]
    return "[plugin]\n" + "\n".join(lines)


def put(folder: Path, code: str = CODE, **changes) -> Path:
    manifest = {**GOOD, **changes}
    place = folder / str(manifest["id"])
    place.mkdir(parents=True)
    (place / "emadina.toml").write_text(toml_of(manifest), encoding="utf-8")
    (place / "trees.py").write_text(code, encoding="utf-8")
    return place


@pytest.fixture(autouse=True)
def no_imports_left():
    yield
    for name in [name for name in sys.modules if name.startswith("emadina_plugin_")]:
        del sys.modules[name]


@pytest.fixture
def inputs() -> api.Inputs:
    return api.Inputs({api.Part.PARCELS: api.PartTable(parcel_table(4))})


def loaded(code: str) -> tuple[Registry, list]:
    put(plugin_folder(), code)
    told: list = []
    registry = our_registry(lambda owner, error: told.append((owner, error)))
    told.extend(load_enabled(discover(ALLOWED).plugins, ALLOWED, registry))
    return registry, told


def test_nothing_is_looked_for_before_consent(monkeypatch):
    put(plugin_folder())

    def never(**_kwargs):
        raise AssertionError

    monkeypatch.setattr(importlib.metadata, "entry_points", never)
    assert discover(Settings()).plugins == ()
    assert not is_enabled("trees", Settings(plugins_enabled=("trees",)))


def test_nothing_is_imported_before_it_is_named():
    put(plugin_folder(), "raise SystemExit('imported')")
    allowed = Settings(plugins_allowed=True)
    found = discover(allowed)
    assert [plugin.manifest.id for plugin in found.plugins] == ["trees"]
    assert found.plugins[0].origin is Origin.FOLDER
    assert len(found.plugins[0].fingerprint) == 64
    registry = our_registry()
    assert load_enabled(found.plugins, allowed, registry) == ()
    assert registry.owners == frozenset()
    failed_before = Settings(
        plugins_allowed=True, plugins_enabled=("trees",), plugins_disabled=("trees",)
    )
    assert not is_enabled("trees", failed_before)


def test_a_plugin_brings_an_indicator_and_a_reader(inputs, tmp_path):
    registry, told = loaded(CODE)
    assert told == []
    assert registry.owners == {"trees"}
    measure = registry.indicator("trees-ratio").run(inputs)
    assert measure.total == 1.0
    reader = registry.reader_for(tmp_path / "x.TREES")
    assert reader.owner == "trees"
    layers = reader.read(tmp_path / "x.trees", NULL_CONTEXT)
    assert layers[0].table.row_count == 1
    registry.remove_owner("trees")
    assert registry.owners == frozenset()
    assert registry.reader_for(tmp_path / "x.trees") is None
    with pytest.raises(AnalysisError):
        registry.indicator("trees-ratio")


def test_ours_come_by_the_same_door_and_stay():
    registry = our_registry()
    assert list(registry.indicators) == list(catalogue())
    with pytest.raises(PluginError) as refused:
        registry.remove_owner("")
    assert refused.value.code == "plugin.ours"


def test_our_reader_reads_a_file_and_refuses_what_is_none(tmp_path):
    registry = our_registry()
    path = tmp_path / "points.geojson"
    path.write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"n":1},'
        '"geometry":{"type":"Point","coordinates":[-7.6,33.5]}}]}'
    )
    reader = registry.reader_for(path)
    assert reader.owner == ""
    (layer,) = reader.read(path, NULL_CONTEXT)
    assert layer.table.row_count == 1
    bad = tmp_path / "bad.geojson"
    bad.write_text("nothing of the kind")
    with pytest.raises(EmadinaError):
        registry.reader_for(bad).read(bad, NULL_CONTEXT)
    assert registry.disabled == frozenset()


def test_a_plugins_reader_comes_before_ours(tmp_path):
    registry, _ = loaded(CODE.replace('(".trees",)', '(".geojson",)'))
    assert registry.reader_for(tmp_path / "x.geojson").owner == "trees"
    registry.remove_owner("trees")
    assert registry.reader_for(tmp_path / "x.geojson").owner == ""


@pytest.mark.parametrize(
    "code",
    [
        CODE.replace("return api.ratio(area, area)", "return 1 / 0"),
        CODE.replace("return api.ratio(area, area)", "return [1]"),
        CODE.replace("return api.ratio(area, area)", "raise NotImplementedError"),
    ],
)
def test_a_failing_indicator_is_named_and_its_plugin_disabled(inputs, code):
    registry, told = loaded(code)
    with pytest.raises(PluginError) as failed:
        registry.indicator("trees-ratio").run(inputs)
    assert failed.value.code == "plugin.failed"
    assert failed.value.params["plugin"] == "trees"
    assert failed.value.__cause__ is not None
    assert registry.disabled == {"trees"}
    assert registry.owners == frozenset()
    assert told == [("trees", failed.value)]
    assert "vacancy" in registry.indicators


def test_a_failing_reader_is_named_too(tmp_path):
    registry, _ = loaded(
        CODE.replace("return [api.VectorLayer", "1 / 0\n    return [api.VectorLayer")
    )
    with pytest.raises(PluginError):
        registry.reader_for(tmp_path / "a.trees").read(tmp_path / "a.trees", NULL_CONTEXT)
    assert registry.disabled == {"trees"}


@pytest.mark.parametrize("error", [LayerReadError("layer.unreadable"), JobCancelled()])
def test_a_bad_file_and_a_cancel_are_no_failure(error):
    registry = Registry()

    def read(_path, _ctx):
        raise error

    Door(registry, "trees").reader(Reader("r", Title.plain("r"), (".r",), read))
    with pytest.raises(type(error)):
        registry.readers["r"].read(Path("a.r"), NULL_CONTEXT)
    assert registry.disabled == frozenset()
    assert registry.owners == {"trees"}


def test_a_missing_column_is_no_failure():
    registry, _ = loaded(CODE)
    empty = api.Inputs({api.Part.PARCELS: api.PartTable(api.FeatureTable.from_columns({"x": [1]}))})
    with pytest.raises(MissingInput):
        registry.indicator("trees-ratio").run(empty)
    assert registry.disabled == frozenset()


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import nothing_of_that_name", "plugin.failed"),
        ("raise ValueError('x')", "plugin.failed"),
        ("x = 1", "plugin.no-register"),
        ("register = 3", "plugin.no-register"),
        ("def register(door):\n    raise KeyError", "plugin.failed"),
        (CODE.replace("trees-ratio", "vacancy"), "plugin.taken"),
        (
            CODE.replace('"trees-reader"', '"trees-reader"') + "\n    register_again(door)",
            "plugin.failed",
        ),
    ],
)
def test_a_plugin_that_cannot_be_let_in_leaves_nothing(code, expected):
    registry, told = loaded(code)
    assert registry.owners == frozenset()
    problem = told[-1]
    assert problem.code == expected
    assert problem.where == "trees"
    for language in LANGUAGES:
        assert all(load_words(language).problem(problem))


def test_a_module_that_is_not_there_is_told():
    place = put(plugin_folder(), module="nowhere")
    found = discover(ALLOWED).plugins[0]
    with pytest.raises(PluginError):
        load_plugin(found, our_registry())
    assert place.is_dir()


@pytest.mark.parametrize(
    "changes",
    [{"id": "Trees"}, {"id": ""}, {"id": "../x"}, {"api": 0}, {"api": "1"}, {"title": ""},
     {"module": "os; import"}, {"version": ""}, {"author": 3}, {"title": 3}, {"homepage": 3}],
)  # fmt: skip
def test_a_manifest_that_is_wrong_is_refused(changes):
    with pytest.raises(PluginError) as refused:
        manifest_of({**GOOD, **changes})
    assert refused.value.code == "plugin.manifest"
    assert refused.value.params["key"] == next(iter(changes))
    for language in LANGUAGES:
        assert all(load_words(language).error(refused.value))


def test_a_manifest_of_a_later_door_is_refused():
    with pytest.raises(PluginError) as refused:
        manifest_of({**GOOD, "api": 9})
    assert refused.value.code == "plugin.api"
    assert all(load_words("ar").error(refused.value))


def test_titles_may_be_in_three_languages():
    title = {"fr": "Arbres", "ar": "أشجار", "en": "Trees"}
    assert manifest_of({**GOOD, "title": title}).title == Title("Arbres", "أشجار", "Trees")
    with pytest.raises(PluginError):
        manifest_of({**GOOD, "title": {"fr": "Arbres"}})
    with pytest.raises(PluginError):
        manifest_of(None)


@pytest.mark.parametrize("content", [b"[plugin", b"\xff\xff", b"x" * 200_000])
def test_files_that_are_no_manifest_are_problems(content):
    place = plugin_folder() / "bad"
    place.mkdir()
    (place / "emadina.toml").write_bytes(content)
    put(plugin_folder())
    found = discover(ALLOWED)
    assert [p.manifest.id for p in found.plugins] == ["trees"]
    assert [(p.code, p.where) for p in found.problems] == [("plugin.manifest", "bad")]
    with pytest.raises(PluginError):
        read_manifest(place / "none.toml")


def test_two_of_one_name_are_told(tmp_path):
    put(tmp_path / "one")
    put(tmp_path / "two")
    both = tmp_path / "both"
    both.mkdir()
    for name in ("one", "two"):
        (tmp_path / name / "trees").rename(both / name)
    found = discover(ALLOWED, both)
    assert len(found.plugins) == 1
    assert [p.code for p in found.problems] == ["plugin.twice"]
    assert found.plugins[0].folder.name == "one"


def test_a_changed_file_changes_the_fingerprint():
    place = put(plugin_folder())
    before = discover(ALLOWED).plugins[0].fingerprint
    (place / "trees.py").write_text(CODE + "\n# changed", encoding="utf-8")
    assert discover(ALLOWED).plugins[0].fingerprint != before


def test_an_installed_package_is_found_by_its_entry_point(tmp_path, monkeypatch, inputs):
    package = tmp_path / "tree_pack"
    package.mkdir()
    (package / "__init__.py").write_text("raise RuntimeError('only after consent')")
    (package / "emadina.toml").write_text(toml_of({**GOOD, "module": "tree_pack"}))
    monkeypatch.syspath_prepend(tmp_path)
    entry = importlib.metadata.EntryPoint("trees", "tree_pack", "emadina_gis.plugins")
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda **_: [entry])
    found = discover(ALLOWED)
    assert [(p.manifest.id, p.origin) for p in found.plugins] == [("trees", Origin.PACKAGE)]
    assert "tree_pack" not in sys.modules
    (package / "__init__.py").write_text(CODE)
    registry = our_registry()
    assert load_enabled(found.plugins, ALLOWED, registry) == ()
    assert registry.indicator("trees-ratio").run(inputs).total == 1.0
    del sys.modules["tree_pack"]
    gone = importlib.metadata.EntryPoint("gone", "no_such_pack.x", "emadina_gis.plugins")
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda **_: [gone])
    assert [p.code for p in discover(ALLOWED).problems] == ["plugin.manifest"]


def test_the_door_is_small_and_whole():
    source = Path(api.__file__).read_text("utf-8")
    assert len(source.splitlines()) <= 100
    assert sorted(api.__all__) == sorted(set(api.__all__))
    assert all(hasattr(api, name) for name in api.__all__)
    assert np.isnan(api.ratio(np.array([1.0]), np.array([0.0])).values[0])
    assert issubclass(PluginError, EmadinaError)
