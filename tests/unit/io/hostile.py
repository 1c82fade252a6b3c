"""A ready worker, a server that counts requests, and what to expect of files made to do harm."""

from __future__ import annotations

import http.server
import os
import threading
import time
import uuid

import pytest

from emadina_gis.errors import EmadinaError, LayerReadError
from emadina_gis.io.vector import is_raster_name
from emadina_gis.io.worker.pool import WorkerReader
from emadina_gis.words import load_words

#: A ready worker refuses in a second; several tests may share the machine.
SECOND = 1.0 if os.environ.get("EMADINA_QUIET_MACHINE") else 3.0


@pytest.fixture(scope="module")
def reader():
    with WorkerReader(keep_spare=True) as made:
        yield made


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """Give the folder that one worker serves, with all that lies in it."""
    folder = tmp_path_factory.mktemp("delivery")
    (folder / "first.geojson").write_text('{"type":"Point","coordinates":[-7.6,33.5]}')
    return folder


@pytest.fixture
def tmp_path(room):
    folder = room / uuid.uuid4().hex
    folder.mkdir()
    return folder


@pytest.fixture
def ready(reader, room):
    """Give the reader with a worker that has read a file of this folder before."""
    assert reader.read_layer(room / "first.geojson").table.row_count == 1
    return reader


@pytest.fixture
def canary():
    hits = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            hits.append(self.path)
            self.send_error(404)

        def do_HEAD(self):
            self.do_GET()

        def do_POST(self):
            self.do_GET()

        def log_message(self, *_):
            return

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", hits
    server.shutdown()
    thread.join()
    server.server_close()


def refusal(reader, path):
    """Return the code with which a file is refused, in time and in words."""
    began_s = time.monotonic()
    read = reader.examine_raster if is_raster_name(path) else reader.read_layer
    with pytest.raises(LayerReadError) as caught:
        read(path)
    assert time.monotonic() - began_s < SECOND
    for language in ("fr", "ar", "en"):
        what, following = load_words(language).error(caught.value)
        assert what
        assert following
    return caught.value.code


def texts(reader, path):
    """Return every text that comes out of a file, none where it is refused."""
    try:
        names = [info.name for info in reader.describe(path).layers]
        tables = [reader.read_layer(path, name).table for name in names]
    except EmadinaError:
        return ""
    return " ".join(
        text or "" for table in tables for n in table.names for text in table.strings(n)
    )


def tried_as_raster(reader, path):
    """Try a file as a raster; it is read or refused."""
    try:
        reader.examine_raster(path)
    except EmadinaError:
        return
