"""What an operator names: a dump as text or in PostgreSQL's custom format, a folder or an archive of tables, or one table."""

import os
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from game_server.bonds_import import exports
from game_server.bonds_import.bounds import MOST_FILES, MOST_PACKED, MOST_TEXT, NotRead, TooMuch
from game_server.bonds_import.dump_text import DumpText, Told, lines
from storage.binaries import postgres_binaries
from storage.store_errors import BinariesMissing

_CUSTOM, _ZIP = b"PGDMP", b"PK\x03\x04"


def rows(path: Path, pg_bin: Path | None = None) -> Iterator[Told]:
    """All rows of known tables, one after the other. `pg_bin`: where pg_restore is, else that of the install. Raises NotRead,
    TooMuch.
    """
    if path.is_dir():
        yield from _folder(path)
        return
    with path.open("rb") as source:
        begin = source.read(5)
    if begin == _CUSTOM:
        yield from _custom(path, pg_bin)
    elif begin[:4] == _ZIP:
        yield from _archive(path)
    elif (named := exports.table_of(path.name)) is not None:
        with path.open("rb") as source:
            yield from exports.rows(*named, source)
    else:
        with path.open("rb") as source:
            yield from DumpText().rows(lines(source))


def _folder(path: Path) -> Iterator[Told]:
    files = sorted(one for one in path.iterdir() if one.is_file() and not one.is_symlink())
    named = [(one, found) for one in files if (found := exports.table_of(one.name)) is not None]
    if not named:
        raise NotRead(
            "There is no table in this folder: files are named after their tables, like tasks.csv or tasks.json."
        )
    if len(named) > MOST_FILES:
        raise TooMuch("files")
    for one, found in named:
        with one.open("rb") as source:
            yield from exports.rows(*found, source)


def _archive(path: Path) -> Iterator[Told]:
    """Read where it lies, nothing is unpacked: names of files lead nowhere."""
    try:
        with zipfile.ZipFile(path) as archive:
            files = archive.infolist()
            if len(files) > MOST_FILES:
                raise TooMuch("files")
            named = [(one, found) for one in files if (found := exports.table_of(one.filename)) is not None]
            if not named:
                raise NotRead("There is no table in this archive: files are named after their tables, like tasks.csv.")
            for one, _ in named:
                if one.file_size > MOST_PACKED * max(one.compress_size, 1 << 16) or one.file_size > MOST_TEXT:
                    raise TooMuch("text")
            for one, found in named:
                with archive.open(one) as source:
                    yield from exports.rows(*found, cast("BinaryIO", source))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise NotRead("This archive is damaged, or locked with a password.") from error


def _custom(path: Path, pg_bin: Path | None) -> Iterator[Told]:
    """By pg_restore, as text: it is told of no database."""
    try:
        program = postgres_binaries(pg_bin) / "pg_restore"
    except BinariesMissing as error:
        raise NotRead(str(error)) from error
    if not os.access(program, os.X_OK):
        raise NotRead(
            f"There is no pg_restore in {program.parent}: set ATTUNED_PG_BIN, or write the dump as plain text."
        )
    command = [str(program), "--file=-", "--data-only", "--schema=public", "--", str(path.absolute())]
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={"LC_ALL": "C"}
    ) as restoring:
        try:
            yield from DumpText().rows(lines(cast("BinaryIO", restoring.stdout)))
        except BaseException:
            restoring.kill()
            raise
        if restoring.wait() != 0:
            raise NotRead("pg_restore cannot read this dump: it is damaged, or of a newer PostgreSQL.")
