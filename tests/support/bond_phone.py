"""A member's phone on a bond's socket: folds the feed as an app would, newest version by table and id."""

from typing import Any

from tests.support.phone import Frame, Phone


class BondPhone(Phone):
    """`rows`: what this phone knows of each row it heard of, None where it went; `session_id` is the bond's id."""

    NAMED_BY, SOCKET = "bond_id", "/ws/bonds"

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.rows: dict[tuple[str, str], Any] = {}

    def _apply(self, frame: Frame) -> None:
        super()._apply(frame)
        if frame["t"] == "event":
            changed = frame["e"]
            self.rows[changed["table"], changed["id"]] = changed["row"]

    def row(self, table: str, row_id: str) -> Any:
        return self.rows.get((table, row_id))

    def of(self, t: str, since: int = 0) -> list[Frame]:
        """The frames of a kind heard so far."""
        return [frame for frame in self.frames[since:] if frame["t"] == t]

    def here(self, user_id: str) -> str | None:
        """How a member reads, as this phone was told last."""
        told = [frame["status"] for frame in self.of("presence") if frame["user_id"] == user_id]
        return told[-1] if told else None
