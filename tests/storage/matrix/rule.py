"""What a rule of the matrix says of one table."""

import msgspec


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """Who may do what with one table.

    `people` and `anonymous` are what is granted, beyond the columns in `writes` (of their rows) and without those in `hidden`;
    `members` what their commands in bonds may, beyond the columns in `members_write`, without those in `hidden` or, where it
    is said, only in those of `members_read`. `service_hidden` are columns that the service, too, may write and not read,
    `service_writes` those that it may change where it may change no row as a whole.
    `*_would` is what the policies would let them do with rows of their own, were it granted too: the second line.
    `goes` is the condition of the rows that can be deleted at all, `service_takes` of those that the service may delete.
    `locked` are commands that a trigger refuses for every row to everybody, the owner included; `always_locked` also where there
    is no row. `owned_by` are columns that say whose a row is. `singly`: rows go one by one, as they do in life.
    `guarded`: a trigger looks at what the policies let through too, and may refuse it with words of its own; those have their
    tests elsewhere.
    """

    service: str = ""
    people: str = ""
    anonymous: str = ""
    members: str = ""
    people_would: str = ""
    anonymous_would: str = ""
    members_would: str = ""
    service_would: str = ""
    hidden: frozenset[str] = frozenset()
    service_hidden: frozenset[str] = frozenset()
    service_writes: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()
    members_write: frozenset[str] = frozenset()
    members_read: frozenset[str] = frozenset()
    owned_by: tuple[str, ...] = ()
    goes: str = "true"
    service_takes: str = "true"
    locked: str = ""
    always_locked: str = ""
    singly: bool = False
    guarded: bool = False

    def granted(self, role: str) -> str:
        """The commands for which a role of clients or of commands has a right to the whole table."""
        return {"authenticated": self.people, "anon": self.anonymous, "bond_writer": self.members}.get(role, "")

    def would(self, role: str) -> str:
        """Those that its policies know besides."""
        known = {
            "authenticated": self.people_would,
            "anon": self.anonymous_would,
            "bond_writer": self.members_would,
            "game_service": self.service_would,
        }
        return known.get(role, "")

    def written(self, role: str) -> frozenset[str]:
        """The columns that it may change."""
        return {"authenticated": self.writes, "bond_writer": self.members_write}.get(role, frozenset())

    def reads(self, role: str, column: str) -> bool:
        """Of a table that it reads at all."""
        if role == "bond_writer" and self.members_read:
            return column in self.members_read
        return column not in (self.service_hidden if role == "game_service" else self.hidden)
