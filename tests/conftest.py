"""What every test gets: a home of its own, no leaked threads, no unexpected log records.

Owns the hypothesis profiles, the temporary personal folders and the gates that fail a test which
leaves something behind. Must not import Qt: the Qt fixtures are in the folders that need a screen.
"""

from __future__ import annotations

import logging
import os
import threading
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent
SAMPLE_VARIABLE = "EMADINA_SAMPLE_DATA"
THREAD_GRACE_S = 2.0

settings.register_profile("dev", deadline=None, max_examples=50)
settings.register_profile(
    "ci",
    deadline=None,
    derandomize=True,
    max_examples=100,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test settings, state and cache of its own, in French as on a first start."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("EMADINA_HOME", str(home))
    for variable in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(variable, str(home / variable.split("_")[1].lower()))
    for variable in ("LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    return home


@pytest.fixture(scope="session")
def sample_data() -> Path:
    """Return the folder of sample data, which is not part of the project.

    It is read from the variable EMADINA_SAMPLE_DATA, else beside the checkout.
    """
    named = os.environ.get(SAMPLE_VARIABLE)
    folder = Path(named) if named else ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no sample data: set {SAMPLE_VARIABLE} to the folder that holds it")
    return folder


# --- threads: one that outlives its test fails it, with where it was started ------------------


class _Origins:
    """Remembers where each thread was started."""

    def __init__(self) -> None:
        self.of: dict[int, str] = {}

    def patch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        start = threading.Thread.start

        def noting_start(thread: threading.Thread) -> None:
            self.of[id(thread)] = "".join(traceback.format_stack(limit=12)[:-1])
            start(thread)

        monkeypatch.setattr(threading.Thread, "start", noting_start)


def _survivors(before: set[threading.Thread]) -> list[threading.Thread]:
    deadline = time.monotonic() + THREAD_GRACE_S
    while True:
        alive = [
            thread
            for thread in threading.enumerate()
            if thread not in before and thread.is_alive() and not thread.daemon
        ]
        if not alive or time.monotonic() > deadline:
            return alive
        for thread in alive:
            thread.join(0.05)


@pytest.fixture(autouse=True)
def no_leaked_threads(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail a test that leaves a thread running."""
    origins = _Origins()
    with monkeypatch.context() as patch:
        origins.patch(patch)
        before = set(threading.enumerate())
        yield
    left = _survivors(before)
    if left:
        told = [f"{thread.name}, started at\n{origins.of.get(id(thread), '?')}" for thread in left]
        pytest.fail("threads outlive the test:\n" + "\n".join(told), pytrace=False)


# --- log records: a warning that the test did not ask for fails it -----------------------------


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


class ExpectedLogs:
    """The levels and texts of log records that a test says it expects."""

    def __init__(self) -> None:
        self._texts: list[str] = []

    def expect(self, text: str) -> None:
        """Expect a record whose message contains `text`."""
        self._texts.append(text)

    def covers(self, record: logging.LogRecord) -> bool:
        """Whether a record was expected."""
        return any(text in record.getMessage() for text in self._texts)


@pytest.fixture
def expected_logs() -> ExpectedLogs:
    """Let a test announce warnings: ``expected_logs.expect("cannot be read")``."""
    return ExpectedLogs()


@pytest.fixture(autouse=True)
def no_unexpected_logs(
    request: pytest.FixtureRequest, expected_logs: ExpectedLogs
) -> Iterator[None]:
    """Fail a test during which something logged a warning or worse, unless it uses caplog."""
    collector = _Collector()
    root = logging.getLogger()
    root.addHandler(collector)
    yield
    root.removeHandler(collector)
    if "caplog" in request.fixturenames:
        return
    unexpected = [record for record in collector.records if not expected_logs.covers(record)]
    if unexpected:
        told = [f"{record.levelname} {record.name}: {record.getMessage()}" for record in unexpected]
        pytest.fail("unexpected log records:\n" + "\n".join(told), pytrace=False)
