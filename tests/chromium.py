"""A page in headless Chromium, driven over its pipe: evaluates, clicks, types, takes pictures.

Only for tests; where no Chromium is installed `find_chromium` gives None and they are skipped.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Self

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
_WAIT_S = 60.0


def find_chromium() -> str | None:
    """Return a Chromium of this machine, or None."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


class Browser:
    """One page of a headless Chromium.

    Parameters
    ----------
    width, height : int
        Size of the page in CSS pixels.
    mobile : bool
        Whether it is a phone: touch, and the page's own width.
    """

    def __init__(self, width: int = 1280, height: int = 800, *, mobile: bool = False) -> None:
        program = find_chromium()
        assert program is not None
        self._profile = tempfile.mkdtemp(prefix="emadina-chromium-")
        to_child, self._out = os.pipe()
        self._in, from_child = os.pipe()
        self._process = _start(program, self._profile, to_child, from_child)
        os.close(to_child)
        os.close(from_child)
        self._number = 0
        self._rest = b""
        self.events: list[dict[str, Any]] = []
        self._session = ""
        try:
            self._attach(width, height, mobile=mobile)
        except BaseException:
            self.close()
            raise

    def _attach(self, width: int, height: int, *, mobile: bool) -> None:
        """Open an empty page and listen to it."""
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        attached = self._call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=mobile,
        )  # fmt: skip
        if mobile:
            self.send("Emulation.setTouchEmulationEnabled", enabled=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the browser and remove its profile."""
        self._process.kill()
        self._process.wait()
        os.close(self._out)
        os.close(self._in)
        shutil.rmtree(self._profile, ignore_errors=True)

    def open(self, path: Path) -> float:
        """Open a file and wait until it says that it is ready; return the seconds it took."""
        began = time.perf_counter()
        self.send("Page.navigate", url=path.resolve().as_uri())
        self.wait_for("document.documentElement?.dataset?.ready === 'yes'")
        return time.perf_counter() - began

    def wait_for(self, expression: str) -> None:
        """Wait until an expression is true."""
        until = time.monotonic() + _WAIT_S
        while not self.value(expression):
            if time.monotonic() > until:
                raise TimeoutError(expression)
            time.sleep(0.03)

    def value(self, expression: str) -> Any:
        """Return the value of an expression of the page."""
        answer = self.send(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in answer:
            raise AssertionError(json.dumps(answer["exceptionDetails"])[:2000])
        return answer["result"].get("value")

    def run(self, statement: str) -> None:
        """Run a statement of the page, whatever it gives back."""
        self.value(f"void ({statement})")

    def key(self, name: str, code: int) -> None:
        """Press and let go a key."""
        for kind in ("rawKeyDown", "keyUp"):
            self.send("Input.dispatchKeyEvent", type=kind, key=name, windowsVirtualKeyCode=code)

    def click(self, x: float, y: float) -> None:
        """Click on a point."""
        for kind in ("mousePressed", "mouseReleased"):
            self.mouse(kind, x, y)

    def mouse(self, kind: str, x: float, y: float) -> None:
        """Send an event of the mouse with its left button."""
        self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def picture(self, path: Path) -> Path:
        """Write what is seen as PNG."""
        path.write_bytes(base64.b64decode(self.send("Page.captureScreenshot")["data"]))
        return path

    def pdf(self, path: Path) -> Path:
        """Write what is printed."""
        made = self.send("Page.printToPDF", printBackground=True, preferCSSPageSize=True)
        path.write_bytes(base64.b64decode(made["data"]))
        return path

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command to the page and return its answer."""
        return self._call(method, self._session, **params)

    def _call(self, method: str, session: str = "", **params: Any) -> dict[str, Any]:
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise AssertionError(f"{method}: {answer['error']}")
                result: dict[str, Any] = answer["result"]
                return result
            self.events.append(answer)
            if answer.get("method") == "Page.javascriptDialogOpening":
                os.write(self._out, _dismissal(session))

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            read = os.read(self._in, 1 << 20)
            if not read:
                raise EOFError(method_hint(self._process))
            self._rest += read
        line, _, self._rest = self._rest.partition(b"\0")
        found: dict[str, Any] = json.loads(line)
        return found


def method_hint(process: subprocess.Popen[bytes]) -> str:
    """Return what is known of a browser that went away."""
    return f"Chromium ended with {process.poll()}"


def _dismissal(session: str) -> bytes:
    message = {
        "id": 0, "method": "Page.handleJavaScriptDialog", "params": {"accept": False},
        "sessionId": session,
    }  # fmt: skip
    return json.dumps(message).encode() + b"\0"


#: Puts the pipe on the descriptors 3 and 4, whichever it has, and becomes the browser.
_LAUNCH = """
import os, sys
read, write = (os.dup(os.dup(os.dup(int(text)))) for text in sys.argv[1:3])
os.dup2(read, 3)
os.dup2(write, 4)
os.execv(sys.argv[3], sys.argv[3:])
"""


def _start(program: str, profile: str, to_child: int, from_child: int) -> subprocess.Popen[bytes]:
    """Start Chromium with its pipe on the descriptors 3 and 4, without network."""
    command = [
        sys.executable, "-c", _LAUNCH, str(to_child), str(from_child), program,
        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
        "--remote-debugging-pipe", f"--user-data-dir={profile}", "--no-first-run",
        "--disable-background-networking", "--host-resolver-rules=MAP * ~NOTFOUND",
        "--hide-scrollbars", "--force-color-profile=srgb",
    ]  # fmt: skip
    return subprocess.Popen(
        command,
        pass_fds=(to_child, from_child),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
