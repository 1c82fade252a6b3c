"""The application: attributes, fonts, language, theme, one instance, and what happens to a bug.

Owns the start and the end of the program with a window. `run` is what ``__main__`` calls.
"""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
from PySide6.QtCore import (
    QCoreApplication,
    QLibraryInfo,
    QObject,
    Qt,
    QTimer,
    QTranslator,
    Signal,
)
from PySide6.QtGui import QFontDatabase, QGuiApplication, QIcon
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtWidgets import QApplication

from emadina_gis import __version__, paths
from emadina_gis.app.collecting import Collecting
from emadina_gis.app.controls import Voice
from emadina_gis.app.desk import Desk
from emadina_gis.app.dressing import Dress, Dressing
from emadina_gis.app.giving_back import GivingBack
from emadina_gis.app.jobs_qt import QtRunner
from emadina_gis.app.main_window import MainWindow
from emadina_gis.app.motion_choice import MotionChoice
from emadina_gis.app.notices import Notices, Offer
from emadina_gis.app.plan_lookup import PlanLookup
from emadina_gis.app.preferences import Preferences
from emadina_gis.app.results import Results
from emadina_gis.app.speech import Speech
from emadina_gis.app.theme import Theme
from emadina_gis.errors import EmadinaError, JobCancelled, OutputError
from emadina_gis.io.cache import CachedReader, open_cache
from emadina_gis.io.worker.pool import WorkerReader
from emadina_gis.session.instance import InstanceLock, server_name
from emadina_gis.session.log import start_logging
from emadina_gis.session.phrase import Phrase
from emadina_gis.session.reports import write_crash_report
from emadina_gis.session.settings import MB
from emadina_gis.session.store import Store
from emadina_gis.session.view_state import ViewState
from emadina_gis.workflows.opening import DEMO, new_project

if TYPE_CHECKING:
    from types import TracebackType

ANSWER_MS = 1_000
#: How long after the window is up the process that reads files is made ready.
WARM_MS = 3_000
#: How long a thread may keep Python's lock while the window waits for it. Python's own 5 ms would
#: be paid at each of the hundreds of calls into Qt that give it back.
SWITCH_S = 0.0001
_log = logging.getLogger(__name__)


def make_application(arguments: list[str]) -> QApplication:
    """Return the application with everything that must be set before there is a window."""
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(
        Qt.HighDpiScaleFactorRoundingPolicy.PassThrough
    )
    sys.setswitchinterval(SWITCH_S)
    # Arrow's own pool keeps what was freed; the system's can be told to give it back.
    pa.set_memory_pool(pa.system_memory_pool())
    application = QApplication(arguments)
    application.setApplicationName("emadina_gis")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName("emadina-gis")
    application.setStyle("Fusion")
    load_fonts()
    icon = paths.resources() / "icons" / "emadina.svg"
    if icon.is_file():
        application.setWindowIcon(QIcon(str(icon)))
    return application


def load_fonts() -> None:
    """Add the shipped fonts; where they are missing the system's are used."""
    for path in sorted((paths.resources() / "fonts").glob("*.ttf")):
        QFontDatabase.addApplicationFont(str(path))


def make_window(
    application: QApplication, *, use_gl: bool | None = None, language: str = ""
) -> MainWindow:
    """Return a window on an empty project, with its desk.

    Parameters
    ----------
    language : str
        Language of this start; empty for the settings'.
    """
    preferences = Preferences(application, language=language)
    settings = preferences.settings
    speech = Speech(preferences.language, application)
    theme = Theme(settings.theme, settings.text_scale, application)
    voice = Voice(speech, theme)
    Look(application, speech, theme, preferences)
    MotionChoice(preferences, application)
    runner = QtRunner(application)
    store = Store(new_project(speech.words), budget_bytes=settings.undo_mb * MB)
    view = ViewState()
    desk = Desk(
        store,
        view,
        voice,
        preferences,
        runner,
        Results(store, view, runner, application),
        Notices(voice),
        PlanLookup(store, runner, application),
        CachedReader(
            WorkerReader(keep_spare=True), open_cache(lambda: preferences.settings.cache_mb)
        ),
    )
    wanted = settings.drawing != "painter" if use_gl is None else use_gl
    window = MainWindow(desk, use_gl=wanted)
    Collecting(window)
    GivingBack(desk, window)
    return window


class Look(QObject):
    """Applies language and theme to the application, and again when the settings change."""

    def __init__(
        self, application: QApplication, speech: Speech, theme: Theme, preferences: Preferences
    ) -> None:
        super().__init__(application)
        self._application = application
        self._speech = speech
        self._theme = theme
        self._preferences = preferences
        self._dressing = Dressing(application, lambda: theme.is_painting)
        self._translator: QTranslator | None = None
        preferences.changed.connect(self._on_preferences)
        speech.changed.connect(self._take_language)
        theme.chosen.connect(self._take_theme)
        self._take_language()
        self._take_theme()

    def _on_preferences(self) -> None:
        settings = self._preferences.settings
        self._speech.set_language(self._preferences.language)
        self._theme.choose(settings.theme, settings.text_scale)

    def _take_language(self) -> None:
        application = self._application
        if self._translator is not None:
            application.removeTranslator(self._translator)
        self._translator = QTranslator(self)
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if self._translator.load(f"qtbase_{self._speech.language}", folder):
            application.installTranslator(self._translator)
        application.setLayoutDirection(self._speech.direction)

    def _take_theme(self) -> None:
        theme = self._theme
        self._dressing.put_on(Dress(theme.style_sheet(), theme.palette(), theme.font()))


class FirstInstance(QObject):
    """Listens for later starts; `asked` carries the files they were given."""

    asked = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        QLocalServer.removeServer(server_name())
        self._server.newConnection.connect(self._on_connection)
        self._server.listen(server_name())

    def close(self) -> None:
        """Listen no more."""
        self._server.close()

    def _on_connection(self) -> None:
        socket = self._server.nextPendingConnection()
        if not socket.bytesAvailable():
            socket.waitForReadyRead(ANSWER_MS)
        data = bytes(socket.readAll().data())
        socket.disconnectFromServer()
        try:
            files = json.loads(data.decode() or "[]")
        except ValueError:
            files = []
        self.asked.emit([Path(str(text)) for text in files])


def hand_over(files: list[Path]) -> bool:
    """Give files to the instance that runs already; False where it does not answer."""
    socket = QLocalSocket()
    socket.connectToServer(server_name())
    if not socket.waitForConnected(ANSWER_MS):
        return False
    socket.write(json.dumps([str(path.absolute()) for path in files]).encode())
    sent = socket.waitForBytesWritten(ANSWER_MS)
    socket.disconnectFromServer()
    return bool(sent)


class BugHook:
    """What happens to an exception nobody expected: a report is written, the project stays."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._before = sys.excepthook

    def install(self) -> None:
        """Take unexpected exceptions from now on."""
        sys.excepthook = self.handle

    def remove(self) -> None:
        """Let Python take them again."""
        sys.excepthook = self._before

    def handle(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """Write a report and say where it is; never raises."""
        if issubclass(kind, KeyboardInterrupt):
            self._window.close()
            return
        if isinstance(error, JobCancelled):
            return
        if isinstance(error, EmadinaError):
            self._window.desk.notices.error(error)
            return
        _log.error("unexpected: %s", kind.__name__, exc_info=(kind, error, trace))
        window = self._window
        try:
            path = write_crash_report(error)
        except OutputError:
            path = None
        window.desk.notices.tell(
            Phrase("bug.what"),
            Phrase("bug.next", {"file": path.name if path else "–"}),
            Offer("help.report", lambda: window.open_side("report")),
        )


def run(files: list[Path], *, demo: bool = False, language: str = "") -> int:
    """Open the window on some files, or on the demo, and return the exit code."""
    lock = InstanceLock()
    first = lock.acquire()
    application = make_application(sys.argv[:1])
    if not first and hand_over(files):
        return 0
    with start_logging():
        window = make_window(application, language=language)
        hook = BugHook(window)
        hook.install()
        server = FirstInstance(application)
        server.asked.connect(lambda asked: _come_forward(window, asked))
        window.show()
        QTimer.singleShot(0, window, lambda: _start(window, files, demo=demo))
        QTimer.singleShot(WARM_MS, window, window.desk.reader.warm)
        code = application.exec()
        hook.remove()
        server.close()
    lock.release()
    return code


def _start(window: MainWindow, files: list[Path], *, demo: bool) -> None:
    window.panels.note_settings()
    window.files.new()
    wants_demo = demo or [str(path) for path in files] == [DEMO]
    if window.files.offer_recovery():
        return
    if wants_demo:
        window.files.open_demo()
    elif files:
        window.open_files(files)


def _come_forward(window: MainWindow, files: list[Path]) -> None:
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.raise_()
    window.activateWindow()
    if files:
        window.open_files(files)
