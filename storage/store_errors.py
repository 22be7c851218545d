"""Why an embedded store cannot run: stable codes, and texts that say what to do."""

from pathlib import Path


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
    if "No space left on device" in output:
        return DiskFull(f"{title} could not start: the disk under {log.parent} is full. Make room and start again.")
    if "Permission denied" in output or "Read-only file system" in output:
        return NotWritable(f"{title} may not write in {log.parent}. Check whom the directory belongs to (see {log}).")
    if "could not look up effective user ID" in output:
        return DidNotStart(f"{title} needs a user with a name: this one has no entry in /etc/passwd. Start as another.")
    if any(sign in output for sign in ("append only file", "AOF", "RDB format version")):
        return Unreadable(f"{title} cannot read its data; see {log}.")
    return DidNotStart(f"{title} did not start. Its last words, from {log}:\n{output.strip()}")
