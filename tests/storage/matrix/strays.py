"""What is no table and no function: sequences, schemas, and becoming somebody else."""

from collections.abc import Iterator

from tests.storage.matrix.attempts import ALLOWED, DENIED, Attempt
from tests.storage.matrix.identities import OWNER, SERVICE, WORKER, Identity
from tests.storage.matrix.rules import SEQUENCES, SEQUENCES_OF_NOBODY

ROLES = ("game_owner", "game_service", "bond_writer", "game_worker", "game_web", "authenticated", "anon")
DATABASE = "the database"
"""What is of no one table."""

BECOMES = {
    "game_web": ("game_web", "authenticated", "anon"),
    "game_worker": ("game_worker", "game_service", "bond_writer"),
}
"""By login."""

MAKING = {
    "schema public": "CREATE TABLE public.mine (id int)",
    "schema app": "CREATE TABLE app.mine (id int)",
    "a schema": "CREATE SCHEMA mine",
    "a temporary table": "CREATE TEMP TABLE users (id int)",
    "a role": "CREATE ROLE mine",
}


def of_a_role(who: Identity) -> Iterator[Attempt]:
    """Sequences, and for the roles of requests and the service everything that they could make."""
    for name in sorted(SEQUENCES | SEQUENCES_OF_NOBODY):
        counts = who is OWNER or (who in (SERVICE, WORKER) and name in SEQUENCES)
        for what, sql, may in (
            ("count with", f"SELECT nextval('public.{name}')", counts),
            ("set", f"SELECT setval('public.{name}', 1000000)", who is OWNER),
            ("read", f"SELECT last_value FROM public.{name}", who is OWNER),
        ):
            yield Attempt(name, what, sql, ALLOWED if may else DENIED, look="SELECT ''")
    for role in ROLES if who is not OWNER else ():
        may = role in BECOMES[who.login]
        yield Attempt(
            DATABASE, f"become {role}", f"SET LOCAL ROLE {role}", ALLOWED if may else DENIED, look="SELECT ''"
        )
    if who is not OWNER:
        for where, sql in MAKING.items():
            yield Attempt(DATABASE, f"make something in {where}", sql, DENIED, look="SELECT ''")
