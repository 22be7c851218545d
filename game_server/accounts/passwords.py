"""Passwords: argon2id, in two threads of their own so that a rush of logins neither blocks the loop nor eats memory."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from game_server.http.text import clean_password

_HASHER = PasswordHasher(time_cost=1, memory_cost=47_104, parallelism=1)  # OWASP's first choice: 46 MiB
_THREADS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")


async def hash_password(password: str) -> str:
    """The hash to store, of a password in its one form."""
    return await asyncio.get_running_loop().run_in_executor(_THREADS, _HASHER.hash, password)


async def opened_by(password: str, password_hash: str | None) -> str | None:
    """The form of a typed password that this hash is of: the one form, or as it was typed, for hashes from before there was one.

    Without a hash (nobody has that address) the same time is spent for None.
    """
    for form in dict.fromkeys((clean_password(password), password)):
        if await asyncio.get_running_loop().run_in_executor(_THREADS, _verify, form, password_hash):
            return form
    return None


def is_outdated(password_hash: str) -> bool:
    """Was the hash made with other parameters than today's?"""
    return _HASHER.check_needs_rehash(password_hash)


def _verify(password: str, password_hash: str | None) -> bool:
    try:
        _HASHER.verify(password_hash or _nobodys_hash(), password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


@cache
def _nobodys_hash() -> str:
    return _HASHER.hash("nobody has this password")
