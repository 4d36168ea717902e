"""Gives up, for good, whatever a process that reads strangers' files needs none of; see docs/decisions/0047.

Landlock closes files, TCP, others' abstract sockets and signals to it, a network namespace of its own the rest of the
network, where the kernel and the operator's container allow these. What is open already stays.
python -m servicekit.files.checking.confining says what works here.
"""

import contextlib
import ctypes
import json
import os
import resource
import struct
from dataclasses import asdict, dataclass

# linux/landlock.h; the numbers of these calls are the same on every architecture.
CREATE_RULESET, RESTRICT_SELF = 444, 446
ASK_VERSION = 1
# What each version of Landlock can close: files, then TCP, then abstract sockets and signals.
FILES_BY_VERSION = {1: 0x1FFF, 2: 0x3FFF, 3: 0x7FFF, 4: 0x7FFF}
FILES_NEWEST = 0xFFFF
TCP, TCP_SINCE = 0b11, 4
OTHERS, OTHERS_SINCE = 0b11, 6
# linux/prctl.h, linux/sched.h
NO_NEW_PRIVILEGES, DUMPABLE = 38, 4
NEW_USER, NEW_NETWORK, NEW_IPC = 0x10000000, 0x40000000, 0x08000000


@dataclass(frozen=True, slots=True)
class Confined:
    """`landlock`: its version, 0 where the kernel has none. `network`: whether it has a network of its own, empty."""

    landlock: int
    network: bool


def confine() -> Confined:
    """For a process of one thread, after it has imported and opened all that it needs."""
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(DUMPABLE, 0, 0, 0, 0)
        libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        network = libc.unshare(NEW_USER | NEW_NETWORK | NEW_IPC) == 0
        landlock = _close_by_landlock(libc)
    except (OSError, AttributeError):  # no Linux
        return Confined(0, network=False)
    # No process or thread beside this one, and nothing written but into what is a pipe.
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    return Confined(landlock, network)


def _close_by_landlock(libc: ctypes.CDLL) -> int:
    version = int(
        libc.syscall(ctypes.c_long(CREATE_RULESET), None, ctypes.c_size_t(0), ctypes.c_uint(ASK_VERSION))
    )
    if version < 1:
        return 0
    closed = [FILES_BY_VERSION.get(version, FILES_NEWEST)]
    if version >= TCP_SINCE:
        closed.append(TCP)
    if version >= OTHERS_SINCE:
        closed.append(OTHERS)
    rules = struct.pack(f"={len(closed)}Q", *closed)
    held = int(
        libc.syscall(ctypes.c_long(CREATE_RULESET), rules, ctypes.c_size_t(len(rules)), ctypes.c_uint(0))
    )
    if held < 0:
        return 0
    try:
        done = libc.syscall(ctypes.c_long(RESTRICT_SELF), ctypes.c_int(held), ctypes.c_uint(0))
    finally:
        with contextlib.suppress(OSError):
            os.close(held)
    return version if done == 0 else 0


if __name__ == "__main__":
    print(json.dumps(asdict(confine())))
