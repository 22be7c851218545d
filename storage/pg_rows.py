"""The rows of some tables out of a dump in pg_dump's custom format, as pg_restore spells them."""

import os
import re
import subprocess
import tempfile
import threading
from collections.abc import AsyncIterator, Generator, Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import msgspec

from storage.pg_dump import last_words
from storage.pg_restore import RestoreFailed
from storage.pg_tools import Tools, environment

_COPY = re.compile(rb'COPY (?:public|"public")\.("?)(\w+)\1 \((.*)\) FROM stdin;\n')
_END = b"\\.\n"


class Rows(msgspec.Struct, frozen=True):
    """A table's name, the columns that the dump has of it, and the lines of its rows: read before the next table is asked for."""

    table: str
    columns: tuple[str, ...]
    lines: AsyncIterator[bytes]


def chosen(listed: Iterable[str], tables: Iterable[str]) -> list[str]:
    """The lines of pg_restore's list that are the rows of these tables."""
    wanted = {f"TABLE DATA public {name}" for name in tables}
    return [line for line in listed if line.split(" ", 3)[3].rpartition(" ")[0] in wanted]


def rows(tools: Tools, listed: list[str], dump: Generator[bytes]) -> Iterator[Rows]:
    """Those that the list names, in the dump's order. Raises RestoreFailed, also at the end."""
    with tempfile.TemporaryDirectory(prefix="attuned-restore-") as folder, tempfile.TemporaryFile() as said:
        chosen_file = Path(folder, "list")
        chosen_file.write_text("\n".join(listed) + "\n")
        process = subprocess.Popen(
            [tools.program("pg_restore"), f"--use-list={chosen_file}", "--data-only", "--file=-"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, env=environment("", os.environ),
        )  # fmt: skip
        feeding = threading.Thread(target=_feed, args=(process, dump), name="rows", daemon=True)
        feeding.start()
        try:
            if process.stdout is not None:
                for line in process.stdout:
                    if found := _COPY.fullmatch(line):
                        columns = tuple(name.strip().strip('"') for name in found[3].decode().split(","))
                        yield Rows(found[2].decode(), columns, _lines(process.stdout))
            if process.wait():
                raise RestoreFailed(last_words(said))
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()
            feeding.join(10)
            if process.stdout is not None:
                process.stdout.close()


async def _lines(source: Iterable[bytes]) -> AsyncIterator[bytes]:
    """Until the end of a table; some at a time."""
    held = bytearray()
    for line in source:
        if line == _END:
            break
        held += line
        if len(held) > 1 << 18:
            yield bytes(held)
            held.clear()
    if held:
        yield bytes(held)


def _feed(process: "subprocess.Popen[bytes]", dump: Generator[bytes]) -> None:
    if process.stdin is not None:
        with suppress(BrokenPipeError), closing(dump), process.stdin:
            for data in dump:
                process.stdin.write(data)
