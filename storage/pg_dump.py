"""pg_dump of one snapshot: the whole database in its custom format, as a stream."""

import asyncio
import os
import tempfile
from collections.abc import AsyncGenerator
from typing import IO

from storage.backup_snapshot import Snapshot
from storage.pg_tools import Tools, address, environment

CHUNK = 1024 * 1024
SAID = 4_000


class DumpFailed(Exception):
    """pg_dump ended otherwise than well; the message is its own words."""


async def dumped(tools: Tools, url: str, snapshot: Snapshot) -> AsyncGenerator[bytes]:
    """The dump in pieces, while the snapshot is held. Raises DumpFailed, at the end too: what came before is none then."""
    with tempfile.TemporaryFile() as said:
        process = await asyncio.create_subprocess_exec(
            tools.program("pg_dump"), *_options(snapshot), f"--dbname={address(url)}",
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=said,
            env=environment(url, os.environ), limit=CHUNK, start_new_session=True,
        )  # fmt: skip
        try:
            while process.stdout is not None and (chunk := await process.stdout.read(CHUNK)):
                yield chunk
            if await process.wait():
                raise DumpFailed(last_words(said))
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


def _options(snapshot: Snapshot) -> list[str]:
    """What is somebody else's in the same database, as on Supabase, has its own backups; roles are none of a database's."""
    others = [f'--exclude-schema="{name}"' for name in snapshot.left_out]
    as_owner = ["--role=game_owner", "--enable-row-security"] if snapshot.as_owner else []
    return [
        "--format=custom", f"--snapshot={snapshot.name}", "--no-publications", "--no-subscriptions", "--no-security-labels",
        "--no-tablespaces", "--no-password", *others, *as_owner,
    ]  # fmt: skip


def last_words(said: IO[bytes]) -> str:
    """What a program said last, on one line."""
    said.seek(max(0, said.seek(0, os.SEEK_END) - SAID))
    lines = [line.strip() for line in said.read().decode(errors="replace").splitlines() if line.strip()]
    return " ".join(lines[-4:]) or "nothing"
