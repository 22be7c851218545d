"""Becomes a store's server process that cannot outlive the process that started it.

Run as a script, never imported: `child.py PARENT SIGNAL IDENTITY PROGRAM ARGUMENT…`. The kernel sends SIGNAL when the
thread that started this process ends, so nothing is left behind by a kill -9. IDENTITY `same` keeps the user; `mapped`
shows root as user 65534 inside a user namespace of its own (PostgreSQL refuses to run as root, and this needs neither
a second user nor a chown); `nobody` really becomes that user, where namespaces are forbidden.
"""

import ctypes
import os
import sys
from pathlib import Path

PR_SET_PDEATHSIG = 1
CLONE_NEWUSER = 0x10000000
NOBODY = 65534


def become(identity: str, libc: ctypes.CDLL) -> None:
    user, group = os.geteuid(), os.getegid()  # inside the namespace they are unknown until they are mapped
    if identity == "mapped":
        if libc.unshare(CLONE_NEWUSER) != 0:
            raise OSError(ctypes.get_errno(), "user namespaces are not allowed here")
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{NOBODY} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{NOBODY} {group} 1")
    elif identity == "nobody":
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)


def main(parent: int, death_signal: int, identity: str, command: list[str]) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    become(identity, libc)
    os.umask(0o077)  # what a store writes is nobody else's to read
    if sys.platform == "linux":
        libc.prctl(PR_SET_PDEATHSIG, death_signal)  # after the change of identity, which clears it
        if os.getppid() != parent:  # the parent went away before the kernel knew whom to tell
            sys.exit(1)
    os.execv(command[0], command)  # noqa: S606 - no shell is wanted between the kernel's signal and the server


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4:])
