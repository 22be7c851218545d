"""Are the rows of the database what they must be, and what lies outside of it as they say? One check after another."""

from collections.abc import Callable, Collection, Sequence

import asyncpg

from game_server.commands import checks, proving_files, proving_keys
from game_server.commands.checks import Check
from game_server.process.keys import SecretMissing
from game_server.settings import Settings
from storage import proofs, references, sealed_rows
from storage.consents import LEDGER
from storage.database import UnsafeDatabase
from storage.proof_groups import Group
from storage.proofs import NotTheOwner, Proof, Proved
from storage.proofs_of_bonds import OF_BONDS
from storage.proofs_of_characters import OF_CHARACTERS
from storage.proofs_of_files import OF_FILES
from storage.proofs_of_notion import OF_NOTION
from storage.proofs_of_words import OF_WORDS

Progress = Callable[[str, int, int], None]
"""Hears what is looked at, how many looks are done, and of how many."""

DECLARED = (LEDGER, *OF_BONDS, *OF_WORDS, *OF_CHARACTERS, *OF_FILES, *OF_NOTION)
NOT_THE_OWNER = "it takes the administrator's DATABASE_URL: this login may not read as the tables' owner"


def silently(_what: str, _done: int, _of: int) -> None:
    """Nobody watches."""


async def prove(settings: Settings, url: str, groups: Collection[Group], progress: Progress = silently) -> list[Check]:
    """What is asked of these groups; nothing of the catalog's. Raises STORE_ERRORS, SettingsError."""
    found = await _rows(url, groups, progress)
    if "keys" in groups:
        progress("keys", 0, 0)
        try:
            found += await proving_keys.prove(settings, url)
        except NotTheOwner:
            found += [Proved(proof=proof, passed_over=NOT_THE_OWNER) for proof in proving_keys.PROOFS]
        except SecretMissing:
            found += [Proved(proof=proof, unproven="no secret is set") for proof in proving_keys.PROOFS]
    if "files" in groups:
        progress("files", 0, 0)
        try:
            found += await proving_files.prove(settings)
        except (UnsafeDatabase, SecretMissing):
            found += [
                Proved(proof=proof, unproven="the server's logins cannot be used") for proof in proving_files.PROOFS
            ]
    return [checks.of_proof(one) for one in found]


async def _rows(url: str, groups: Collection[Group], progress: Progress) -> list[Proved]:
    """Of one moment of the database."""
    declared = [proof for proof in DECLARED if proof.group in groups]
    connection = await asyncpg.connect(url)
    try:
        async with proofs.snapshot(connection):
            if "data" in groups:
                declared.append(sealed_rows.envelopes(await sealed_rows.present(connection)))
            of_keys = await references.proofs(connection) if "data" in groups else []
            found = []
            for done, proof in enumerate([*declared, *of_keys]):
                progress(proof.name, done, len(declared) + len(of_keys))
                found.append(await proofs.prove(connection, proof))
    except NotTheOwner:
        async with proofs.snapshot(connection, as_owner=False):
            return [
                await proofs.prove(connection, proof)
                if proof is LEDGER
                else Proved(proof=proof, passed_over=NOT_THE_OWNER)
                for proof in declared
            ]
    finally:
        await connection.close()
    return [*found[: len(declared)], *_as_one(found[len(declared) :])]


def _as_one(found: Sequence[Proved]) -> list[Proved]:
    """The foreign keys of all tables are one check."""
    if not found:
        return []
    off = [one for one in found if one.count or one.unproven]
    return [
        Proved(
            proof=found[0].proof,
            count=sum(one.count for one in off),
            sample=[name for one in off for name in one.sample][: proofs.FEW],
            seconds=round(sum(one.seconds for one in found), 3),
            unproven=next((one.unproven for one in off if one.unproven), None),
        )
    ]


def named(name: str) -> Proof:
    """The proof of rows that is called so."""
    return next(proof for proof in DECLARED if proof.name == name)
