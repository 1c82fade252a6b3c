"""Messages over a pipe: a length, then JSON. Knows nothing of what they say.

JSON and not pickle: what comes from a process that parsed a hostile file is data, never code.
"""

from __future__ import annotations

import json
import os
import struct
from typing import Any

_LENGTH = struct.Struct("<I")
#: No description of a file is longer; a longer message is a sign of a process gone astray.
LARGEST_BYTES = 256 * 1024 * 1024
_STEP_BYTES = 1 << 20

Message = dict[str, Any]


class DamagedFrame(Exception):
    """What came is no message."""


def write_frame(handle: int, message: Message) -> None:
    """Write a message to a file descriptor, whole.

    Raises
    ------
    OSError
        Where nobody reads.
    """
    content = json.dumps(message, separators=(",", ":")).encode()
    waiting = memoryview(_LENGTH.pack(len(content)) + content)
    while waiting:
        waiting = waiting[os.write(handle, waiting[:_STEP_BYTES]) :]


def read_frame(handle: int) -> Message | None:
    """Return the next message of a file descriptor; None at the end.

    Raises
    ------
    DamagedFrame
        Where the bytes are no message.
    """
    head = _exactly(handle, _LENGTH.size)
    if not head:
        return None
    size = _LENGTH.unpack(head)[0] if len(head) == _LENGTH.size else LARGEST_BYTES + 1
    if size > LARGEST_BYTES:
        raise DamagedFrame
    content = _exactly(handle, size)
    if len(content) < size:
        return None
    try:
        message = json.loads(content)
    except (ValueError, RecursionError) as exc:
        raise DamagedFrame from exc
    if not isinstance(message, dict):
        raise DamagedFrame
    return message


def _exactly(handle: int, size: int) -> bytes:
    """Return so many bytes, or fewer where the pipe ends before."""
    parts: list[bytes] = []
    missing = size
    while missing and (part := os.read(handle, min(missing, _STEP_BYTES))):
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)
