"""Why an embedded store cannot run: stable codes, and texts that say what to do."""

from pathlib import Path

FULL, CLOSED = ("No space left on device",), ("Permission denied", "Read-only file system")
"""What the system says, as it stands in logs."""


class StoreError(Exception):
    """An embedded store cannot run; `code` is stable and the text says what to do."""

    code = "store_failed"


class BinariesMissing(StoreError):
    code = "binaries_missing"


class OtherVersion(StoreError):
    code = "other_version"


class DiskFull(StoreError):
    code = "disk_full"


class NotWritable(StoreError):
    code = "not_writable"


class Unreadable(StoreError):
    """What is on disk is damaged or from another version; a store that can be rebuilt starts empty instead."""

    code = "unreadable"


class SharedMemoryMissing(StoreError):
    """The shared memory is too small or closed; the disk has nothing to do with it."""

    code = "shared_memory"


class DidNotStart(StoreError):
    code = "did_not_start"


def said_since(log: Path, start: int) -> str:
    """What a log got after its first `start` bytes: the last lines of it."""
    try:
        written = log.read_bytes()[start:]
    except OSError:
        return ""
    return "\n".join(written.decode(errors="replace").splitlines()[-20:])


def explain(title: str, output: str, log: Path) -> StoreError:
    """What a server's last words mean for the person who started it."""
    if "shared memory" in output and any(sign in output for sign in (*FULL, *CLOSED)):
        return SharedMemoryMissing(
            f"{title} could not start: there is no room in the shared memory (/dev/shm), or it may not be written. In a container"
            f" give it 64 MB or more (Docker: --shm-size=64m). Its words are in {log}."
        )
    if any(sign in output for sign in FULL):
        return DiskFull(f"{title} could not start: the disk under {log.parent} is full. Make room and start again.")
    if any(sign in output for sign in CLOSED):
        return NotWritable(f"{title} may not write in {log.parent}. Check whom the directory belongs to (see {log}).")
    if "could not look up effective user ID" in output:
        return DidNotStart(f"{title} needs a user with a name: this one has no entry in /etc/passwd. Start as another.")
    if any(sign in output for sign in ("append only file", "AOF", "RDB format version")):
        return Unreadable(f"{title} cannot read its data; see {log}.")
    return DidNotStart(f"{title} did not start. Its last words, from {log}:\n{output.strip()}")
