"""Walls around a worker that the system itself keeps, beyond what the libraries are told.

Linux only, and only where the kernel has them (Landlock since 5.13, seccomp): no socket, no
program started, nothing written outside the private folder, and, once the first file is asked for,
nothing read outside the program, its libraries, the private folder and the folder of the file. An
older kernel, macOS and Windows have none of these: there the refused drivers and options
(`io.environment`) and the private folder stand alone. Nothing here ever raises.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import sys
from contextlib import suppress
from pathlib import Path

_PR_SET_DUMPABLE = 4
_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_SECCOMP = 22
_SECCOMP_MODE_FILTER = 2

# Landlock: the numbers are the same on every architecture.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_RULESET_VERSION = 1
_RULE_PATH_BENEATH = 1
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_REMOVE_DIR, _REMOVE_FILE = 1 << 4, 1 << 5
_MAKE = sum(1 << bit for bit in range(6, 13))
_REFER, _TRUNCATE = 1 << 13, 1 << 14
_CHANGES = _WRITE_FILE | _REMOVE_DIR | _REMOVE_FILE | _MAKE
_READS = _READ_FILE | _READ_DIR
_FOR_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE

#: What the program and the system's libraries are made of.
_SYSTEM = (
    "/usr",
    "/lib",
    "/lib64",
    "/bin",
    "/nix/store",
    "/gnu/store",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/mime.types",
    "/etc/fonts",
    "/dev/null",
    "/dev/zero",
    "/dev/urandom",
    "/dev/random",
    "/proc/self",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/stat",
    "/sys/devices/system/cpu",
)

# seccomp: system calls by architecture (audit number), refused with EPERM.
_SOCKET_CALLS = {
    # socket, connect, sendto, bind, listen, execve, ptrace, io_uring_setup, execveat,
    # process_vm_readv, process_vm_writev
    "x86_64": (0xC000003E, (41, 42, 44, 49, 50, 59, 101, 425, 322, 310, 311)),
    "aarch64": (0xC00000B7, (198, 203, 206, 200, 201, 221, 117, 425, 281, 270, 271)),
}
_LOAD_WORD, _JUMP_EQUAL, _JUMP_ABOVE, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | 1
_ARCHITECTURE_AT, _NUMBER_AT = 4, 0
#: Numbers from here on are those of another way of calling on x86_64.
_X32_BIT = 0x40000000


def confine(folder: Path) -> frozenset[str]:
    """Close the network and every way to write outside a folder; return which walls stand.

    Call it before the process has a second thread: walls hold for the thread that builds them and
    those it starts.
    """
    if sys.platform != "linux":
        return frozenset()
    standing = set()
    with suppress(OSError, AttributeError, ValueError):
        _prctl(_PR_SET_NO_NEW_PRIVS, 1)
        _prctl(_PR_SET_DUMPABLE, 0)
        if _close_network():
            standing.add("network")
        if _landlocked(_EXECUTE | _CHANGES, [(folder, _CHANGES), (Path("/dev/null"), _WRITE_FILE)]):
            standing.add("writing")
    return frozenset(standing)


def confine_reading(folders: list[Path]) -> bool:
    """Let this thread, and those it starts, read in these folders and in the program only."""
    if sys.platform != "linux":
        return False
    with suppress(OSError, AttributeError, ValueError):
        rooms = {*folders, *_program_folders(), *(Path(name) for name in _SYSTEM)}
        return _landlocked(_READS, [(room, _READS) for room in sorted(rooms)])
    return False


def _program_folders() -> set[Path]:
    named = {sys.prefix, sys.base_prefix, sys.exec_prefix, *sys.path}
    named.add(str(Path(__file__).resolve().parents[3]))
    named.add(str(getattr(sys, "_MEIPASS", "")))
    return {Path(name).resolve() for name in named if name and Path(name).is_absolute()}


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _prctl(option: int, value: int, pointer: object = None) -> bool:
    zero = ctypes.c_ulong(0)
    last = zero if pointer is None else pointer
    return bool(_libc().prctl(option, ctypes.c_ulong(value), last, zero, zero) == 0)


def _close_network() -> bool:
    known = _SOCKET_CALLS.get(platform.machine())
    if known is None:
        return False
    architecture, calls = known
    program = [
        (_LOAD_WORD, 0, 0, _ARCHITECTURE_AT),
        (_JUMP_EQUAL, 0, len(calls) + 2, architecture),
        (_LOAD_WORD, 0, 0, _NUMBER_AT),
        (_JUMP_ABOVE, len(calls), 0, _X32_BIT),
        *((_JUMP_EQUAL, len(calls) - index, 0, call) for index, call in enumerate(calls)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    code = ctypes.create_string_buffer(b"".join(struct.pack("<HBBI", *step) for step in program))
    whole = struct.pack("@HxxxxxxQ", len(program), ctypes.addressof(code))
    return _prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.create_string_buffer(whole))


def _landlocked(handled: int, rules: list[tuple[Path, int]]) -> bool:
    """Refuse the handled accesses except beneath the paths of the rules."""
    libc = _libc()
    version = libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _RULESET_VERSION)
    if version < 1:
        return False
    if handled & _WRITE_FILE:
        handled |= (_REFER if version >= 2 else 0) | (_TRUNCATE if version >= 3 else 0)
    attributes = ctypes.create_string_buffer(struct.pack("<Q", handled))
    ruleset = libc.syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(8), 0)
    if ruleset < 0:
        return False
    try:
        for path, allowed in rules:
            extra = (_REFER | _TRUNCATE) & handled if allowed & _WRITE_FILE else 0
            _add_rule(libc, ruleset, path, (allowed | extra) & handled)
        return bool(libc.syscall(_RESTRICT_SELF, ruleset, 0) == 0)
    finally:
        os.close(ruleset)


def _add_rule(libc: ctypes.CDLL, ruleset: int, path: Path, allowed: int) -> None:
    with suppress(OSError):
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            if not path.is_dir():
                allowed &= _FOR_FILES
            rule = ctypes.create_string_buffer(struct.pack("<Qi", allowed, handle))
            libc.syscall(_ADD_RULE, ruleset, _RULE_PATH_BENEATH, rule, 0)
        finally:
            os.close(handle)
