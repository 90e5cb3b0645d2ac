"""A process of its own for a file that strangers made: no secrets, no files, no network, little
time and memory, so that a fault in a decoder ends there.

`ask` starts one and hands it the file; `limit` and `shut_in` are what its script calls before it
looks at it. The script runs without the rest of the platform and loads this file by its path, so
nothing but the standard library is imported here.
"""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path
from threading import Timer
from typing import IO

# What decoding needs, by machine: read, write, writev, close, fstat, lseek, mmap, mprotect, munmap,
# mremap, madvise, brk, rt_sigaction, rt_sigprocmask, rt_sigreturn, sigaltstack, getpid, gettid,
# tgkill, futex, sched_yield, clock_gettime, gettimeofday, getrandom, exit, exit_group. Any other
# call fails with EPERM.
ALLOWED = {
    "x86_64": (
        0xC000003E,
        (0, 1, 20, 3, 5, 8, 9, 10, 11, 25, 28, 12, 13, 14, 15, 131, 39, 186, 234, 202, 24)
        + (228, 96, 318, 60, 231),
    ),
    "aarch64": (
        0xC00000B7,
        (63, 64, 66, 57, 80, 62, 222, 226, 215, 216, 233, 214, 134, 135, 139, 132, 172, 178, 131)
        + (98, 124, 113, 169, 278, 93, 94),
    ),
}


# --- whoever asks ---------------------------------------------------------------------------------
def ask(script: Path, data: bytes, *, seconds: float, most: int) -> tuple[int, bytes]:
    """How the child of this script ended, and what it wrote: at most `most` bytes and one more.
    After `seconds` it is ended."""
    process = subprocess.Popen(
        [sys.executable, "-I", str(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"LANG": "C.UTF-8"},
        cwd="/",
    )
    assert process.stdin is not None and process.stdout is not None
    timer = Timer(seconds, process.kill)
    timer.start()
    try:
        _hand_over(process.stdin, data)
        said = process.stdout.read(most + 1)
        if len(said) > most:
            process.kill()
        return process.wait(), said
    finally:
        timer.cancel()
        process.kill()
        process.stdout.close()
        process.wait()


def _hand_over(to: IO[bytes], data: bytes) -> None:
    """It reads everything before it says anything; one that ended earlier has said why."""
    try:
        to.write(data)
        to.close()
    except BrokenPipeError:
        pass


# --- its script -----------------------------------------------------------------------------------
def limit(*, memory: int, computing: int) -> None:
    """Memory in bytes, computing time in seconds, no file that grows, no other process, no image of
    a crash."""
    import resource

    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, computing),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def shut_in() -> bool:
    """No system call but ALLOWED from here on; False where the kernel or the machine knows no such
    filter, and the limits alone hold."""
    import ctypes

    if platform.machine() not in ALLOWED:
        return False
    machine, calls = ALLOWED[platform.machine()]
    steps = [(0x20, 0, 0, 4), (0x15, 1, 0, machine), (0x06, 0, 0, 0x80000000)]  # else it is killed
    steps += [(0x20, 0, 0, 0)]
    steps += [(0x15, len(calls) - at, 0, call) for at, call in enumerate(calls)]
    steps += [(0x06, 0, 0, 0x00050001), (0x06, 0, 0, 0x7FFF0000)]  # EPERM; allowed

    class Step(ctypes.Structure):
        _fields_ = (
            ("code", ctypes.c_ushort),
            ("yes", ctypes.c_ubyte),
            ("no", ctypes.c_ubyte),
            ("k", ctypes.c_uint),
        )

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.POINTER(Step)))

    filled = (Step * len(steps))(*(Step(*step) for step in steps))
    program = Program(len(steps), filled)
    prctl = ctypes.CDLL(None).prctl
    no_new_rights = prctl(38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS
    filtered = prctl(22, 2, ctypes.byref(program), 0, 0)  # PR_SET_SECCOMP, by this filter
    return no_new_rights == 0 and filtered == 0
