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


class DidNotStart(StoreError):
    code = "did_not_start"


def tail(log: Path, lines: int = 6) -> str:
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""


def explain(title: str, output: str, log: Path) -> StoreError:
    """What a server's last words mean for the person who started it."""
    if "No space left on device" in output:
        return DiskFull(f"{title} could not start: the disk under {log.parent} is full. Make room and start again.")
    if "Permission denied" in output or "Read-only file system" in output:
        return NotWritable(f"{title} may not write in {log.parent}. Check whom the directory belongs to (see {log}).")
    if "could not look up effective user ID" in output:
        return DidNotStart(f"{title} needs a user with a name: this one has no entry in /etc/passwd. Start as another.")
    if "RDB format version" in output:
        return OtherVersion(
            f"{title}: {log.parent / 'valkey'} was written by a newer server. It holds nothing that cannot be rebuilt: "
            "remove that directory and start again."
        )
    return DidNotStart(f"{title} did not start. Its last words, from {log}:\n{output.strip()}")
