"""Takes rights away from the process that reads strangers' papers: memory, time, files, network, programs.

Every step that the system does not offer is skipped; what is in force is returned, so that it can be shown.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import struct
import sys

_PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP = 4, 38, 22
_SECCOMP_MODE_FILTER = 2
_RET_ALLOW, _RET_EPERM = 0x7FFF0000, 0x00050001
_LOAD, _JUMP_EQUAL, _RETURN = 0x20, 0x15, 0x06

# Numbers of system calls that a reader never needs: socket, connect, bind, listen, sendto, execve, execveat, ptrace,
# fork, vfork, kill, tkill, tgkill, mount, unshare, process_vm_readv and _writev (Linux, arch/*/entry/syscalls).
_DENIED = {
    "x86_64": (0xC000003E, (41, 42, 49, 50, 44, 59, 322, 101, 57, 58, 62, 200, 234, 165, 272, 310, 311)),
    "aarch64": (0xC00000B7, (198, 203, 200, 201, 206, 221, 281, 117, 129, 130, 131, 40, 97, 270, 271)),
}


def confine(*, memory_mb: int, cpu_seconds: int, file_mb: int = 0) -> tuple[str, ...]:
    """Limit this process for good; return the names of the limits in force."""
    in_force = ["rlimits"]
    resource.setrlimit(resource.RLIMIT_AS, (memory_mb << 20, memory_mb << 20))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_mb << 20, file_mb << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (128, 128))
    if sys.platform.startswith("linux"):
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
        if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0:
            in_force.append("no_new_privs")
            if _deny_system_calls(libc):
                in_force.append("no_network")
    os.umask(0o077)
    return tuple(in_force)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def _deny_system_calls(libc: ctypes.CDLL) -> bool:
    """Install a seccomp filter: the calls named above fail with EPERM, whoever makes them (Linux, seccomp(2))."""
    known = _DENIED.get(platform.machine())
    if known is None:
        return False
    architecture, numbers = known
    steps = [struct.pack("HBBI", _LOAD, 0, 0, 4)]  # seccomp_data.arch
    steps.append(struct.pack("HBBI", _JUMP_EQUAL, 1, 0, architecture))
    steps.append(struct.pack("HBBI", _RETURN, 0, 0, _RET_EPERM))
    steps.append(struct.pack("HBBI", _LOAD, 0, 0, 0))  # seccomp_data.nr
    for number in numbers:
        steps.append(struct.pack("HBBI", _JUMP_EQUAL, 0, 1, number))
        steps.append(struct.pack("HBBI", _RETURN, 0, 0, _RET_EPERM))
    steps.append(struct.pack("HBBI", _RETURN, 0, 0, _RET_ALLOW))
    code = b"".join(steps)
    program = _Program(len(steps), code)
    return bool(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0) == 0)
