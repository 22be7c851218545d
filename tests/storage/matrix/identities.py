"""Who tries: the logins by themselves, the service, the owner, and people as requests name them by role and claims, and as what
they command in their bonds does.
"""

from typing import Any
from uuid import UUID

import msgspec

from tests.storage import rows

ANNA, BEA, CLEO, DORA, EVE, FAY = (rows.user_id(number) for number in range(1, 7))
"""Anna and Bea are a couple; Cleo was Anna's partner; Dora is a stranger to Anna; Anna blocked Eve; Fay was erased."""

KIM, LOU = "kim", "lou"
"""Two who play without an account; Kim has played with Anna."""

PEOPLE: dict[str, UUID] = {"anna": ANNA, "bea": BEA, "cleo": CLEO, "dora": DORA, "eve": EVE}
ANONYMOUS = (KIM, LOU)
COMMAND = "'s command"


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """A login of the server that took a role (or none) and, for a request or a command, says who asks."""

    name: str
    login: str
    role: str
    claims: dict[str, Any] = {}

    @property
    def is_client(self) -> bool:
        """Does row security ask who they are?"""
        return self.role in {"authenticated", "anon", "bond_writer"}

    @property
    def commands(self) -> bool:
        """Are they a member's command?"""
        return self.role == "bond_writer"

    @property
    def person(self) -> str:
        """By whose name the rows of the world are theirs."""
        return self.name.removesuffix(COMMAND)


def _user(name: str, **claims: Any) -> Identity:
    return Identity(name=name, login="game_web", role="authenticated", claims={"role": "authenticated"} | claims)


def _guest(name: str, **claims: Any) -> Identity:
    return Identity(name=name, login="game_web", role="anon", claims={"role": "anon"} | claims)


def _command(name: str, **claims: Any) -> Identity:
    return Identity(
        name=name, login="game_worker", role="bond_writer", claims=claims and {"role": "bond_writer"} | claims
    )


WEB = Identity(name="the web login itself", login="game_web", role="game_web")
WORKER = Identity(name="the worker login itself", login="game_worker", role="game_worker")
SERVICE = Identity(name="the service", login="game_worker", role="game_service")
OWNER = Identity(name="the owner", login="game_owner", role="game_owner")

NOBODIES = (
    _guest("nobody"),
    _user("nobody signed in"),
    _user("a malformed id", sub="1 OR 1=1"),
    _user("an erased person", sub=str(FAY)),
    _user("an anonymous id as a user's claim", anonymous_session_id=KIM),
    _guest("a user's id as an anonymous claim", sub=str(ANNA), anonymous_session_id=KIM),
    _guest("an anonymous id that copies a user's", anonymous_session_id=str(ANNA)),
    _command("a command of nobody"),
    _command("a command of a malformed id", sub="1 OR 1=1"),
    _command("a command of an erased person", sub=str(FAY)),
    _command("a command of an anonymous id", anonymous_session_id=KIM),
)
"""Those who are no person of the world: clients read the bank, and nothing else; commands read and write nothing."""

PERSONS = (
    *(_user(name, sub=str(person)) for name, person in PEOPLE.items()),
    *(_guest(name, anonymous_session_id=name) for name in ANONYMOUS),
)
MEMBERS = tuple(_command(name + COMMAND, sub=str(person)) for name, person in PEOPLE.items())
CLIENTS = NOBODIES + PERSONS + MEMBERS
ALL = (*reversed(CLIENTS), SERVICE, WEB, WORKER, OWNER)

OF_EACH_ROLE = tuple(one for one in ALL if not one.is_client or one.name in {"anna", KIM, f"anna{COMMAND}"})
"""For what does not depend on who somebody is, but on the role alone."""

EVERYBODY = frozenset(one.name for one in CLIENTS)
"""The names of all clients: who reads the bank."""
