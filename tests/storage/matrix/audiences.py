"""The two audiences of what is in a bond: all its members, or the row's author and, where they show it, the others."""

from typing import Any

import msgspec

from tests.storage.matrix.rule import Rule


class Audience(msgspec.Struct, frozen=True, kw_only=True):
    """A table of bonds. Commands change it in `edits` (columns, by spaces), enter and delete by `commands` (I, D); with `since`
    others than a row's author see only those made since they came. `service` are the letters of the service. `values` are of the
    world's rows: what they need besides. `guarded`: as in Rule. `once`: one row a person and bond at most.
    """

    commands: str = ""
    edits: str = ""
    since: bool = False
    once: bool = False
    service: str = ""
    hidden: str = ""
    guarded: bool = False
    values: dict[str, Any] = {}

    def rule(self) -> Rule:
        """What that makes of each command."""
        return Rule(
            service=self.service,
            people="S",
            members=f"S{self.commands}",
            members_would="U" if self.edits else "",
            members_write=frozenset(self.edits.split()),
            hidden=frozenset(self.hidden.split()),
            guarded=self.guarded,
        )


class Shared(Audience, frozen=True, kw_only=True):
    """Every member sees its rows, and in bonds that go on may change and delete those that they see. A row is entered by its
    `author` (that column, where there is one). `dropped_by_author`: and only they delete it. `home`: in no bond it is theirs.
    `blind`: what they delete they need not see.
    """

    author: str = "created_by"
    dropped_by_author: bool = False
    home: bool = False
    blind: bool = False

    def rule(self) -> Rule:
        """What that makes of each command."""
        rule = super().rule()
        return msgspec.structs.replace(rule, owned_by=(self.author,)) if self.home else rule


class Own(Audience, frozen=True, kw_only=True):
    """Its rows are their author's (`user_id`) to see, change and delete, at home and in bonds that go on; others of the bond see
    those where `shared_by` is true. `always`: and it is wherever there is a bond. `free` are commands that are theirs also in
    bonds that are over or were left.
    """

    shared_by: str = ""
    always: bool = False
    free: str = ""

    def rule(self) -> Rule:
        """What that makes of each command."""
        return msgspec.structs.replace(super().rule(), owned_by=("user_id",))
