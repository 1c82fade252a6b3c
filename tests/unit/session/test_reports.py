"""Reports: they say where it hurts, and nothing of titles, people and folders."""

from __future__ import annotations

import getpass
import logging
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emadina_gis import __version__
from emadina_gis.errors import MissingInput, OutputError
from emadina_gis.session.log import log_folder, log_tail, start_logging
from emadina_gis.session.reports import (
    MASK,
    crash_text,
    masked,
    problem_report,
    write_crash_report,
)

SECRETS = (
    "T.18422/C",
    "T 18 422/D",
    "BK123456",
    "Mohamed Alaoui",
    "محمد العلوي",
    "m.alaoui@example.ma",
    "/home/malaoui/plans",
)
LINES = (
    "cannot read layer 'Mohamed Alaoui' of /home/malaoui/plans/projet.gpkg",
    "row T.18422/C and T 18 422/D of BK123456",
    'owner "Mohamed Alaoui" «Mohamed Alaoui» “Mohamed Alaoui” m.alaoui@example.ma',
    "name محمد العلوي in C:\\Users\\malaoui\\plans\\x.shp and \\\\server\\malaoui\\y.shp",
)


def test_titles_names_and_folders_are_masked():
    text = masked("\n".join(LINES))
    for secret in (*SECRETS, "malaoui", "18422", "العلوي"):
        assert secret not in text
    assert "projet.gpkg" in text
    assert "cannot read layer" in text
    assert MASK in text


@given(st.sampled_from(SECRETS[:4]), st.text(st.characters(categories=["Ll", "Zs"]), max_size=20))
def test_quoted_and_coded_secrets_never_pass(secret, around):
    assert secret not in masked(f"{around} '{secret}' {around}")


def test_the_person_is_not_named(monkeypatch):
    monkeypatch.setattr(getpass, "getuser", lambda: "malaoui")
    assert "malaoui" not in masked("started by malaoui on this machine")

    def nobody():
        raise OSError

    monkeypatch.setattr(getpass, "getuser", nobody)
    assert masked("fine") == "fine"


def test_a_report_is_shown_as_it_is_written(tmp_path):
    with start_logging():
        logging.getLogger("emadina_gis.x").info("opened 'Mohamed Alaoui' T.18422/C")
    report = problem_report("La carte reste vide.", crash="Fatal: /home/malaoui/x.py")
    target = tmp_path / "report.zip"
    report.write(target)
    with zipfile.ZipFile(target) as archive:
        held = {name: archive.read(name).decode() for name in archive.namelist()}
    assert held == dict(report.files)
    assert set(held) == {"about.txt", "description.txt", "crash.txt", "log.txt"}
    for text in held.values():
        assert text in report.preview
        assert "malaoui" not in text
        assert "18422" not in text
    assert __version__ in held["about.txt"]
    assert "opened" in held["log.txt"]


def test_a_report_without_words_has_no_empty_files():
    assert set(problem_report("  ").files) == {"about.txt", "log.txt"}


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(OutputError):
        problem_report().write(tmp_path / "no" / "report.zip")


def chained(error):
    try:
        {}["T.1/C"]
    except KeyError as cause:
        raise error from cause


def fail_with(error):
    with pytest.raises(type(error)) as raised:
        chained(error)
    return raised.value


def test_a_crash_report_says_where_and_what():
    text = crash_text(fail_with(ValueError("bad value 'Mohamed Alaoui'")))
    assert "test_reports.py" in text
    assert "fail_with" in text
    assert "KeyError" in text
    assert "ValueError" in text
    assert "Alaoui" not in text
    assert "T.1/C" not in text
    assert crash_text(MissingInput("outcome.no-parcels", layer="secret")).endswith(
        "MissingInput outcome.no-parcels"
    )


def test_crash_reports_do_not_take_each_others_place():
    paths = {write_crash_report(fail_with(ValueError("x"))) for _ in range(3)}
    assert len(paths) == 3
    assert all(path.read_text("utf-8").startswith("emadina_gis") for path in paths)


def test_the_log_has_a_tail_and_rotates(tmp_path):
    with start_logging(tmp_path):
        for number in range(1_000):
            logging.getLogger("x").info("line %d", number)
    tail = log_tail(tmp_path, lines=10).splitlines()
    assert len(tail) == 10
    assert "line 999" in tail[-1]
    assert log_tail(tmp_path / "none") == ""
    assert log_folder().is_dir()


def test_a_crash_of_the_run_before_is_found(tmp_path):
    (tmp_path / "crash.log").write_text("Fatal Python error: Segmentation fault\n")
    running = start_logging(tmp_path)
    assert "Segmentation" in running.crash_before
    running.close()
    running.close()
    again = start_logging(tmp_path)
    assert again.crash_before == ""
    again.close()


def test_a_folder_that_refuses_gives_no_log(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("x")
    with start_logging(blocked):
        logging.getLogger("x").info("still alive")


def test_a_full_disk_stops_the_log_only(tmp_path, monkeypatch):
    with start_logging(tmp_path) as running:
        monkeypatch.setattr(running.handler, "format", lambda record: 1 / 0)
        logging.getLogger("x").info("one")
        assert running.handler.level > logging.CRITICAL
        logging.getLogger("x").info("two")
