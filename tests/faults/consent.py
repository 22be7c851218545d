"""What the judge asks of the log: is it a game that both agreed to, and does it keep to itself what is nobody's business?"""

from datetime import UTC, datetime
from typing import Any

import msgspec

from tests.faults.case import CARDS, HALTS, Case, Row

LEVELS = "GRX"
BY_NOBODY = ("card_replaced", "nudged", "paused", "stopped", "card_withdrawn")
SAID_BY_NOBODY = ("skip", "pause", "stop")
FIRST_OF_A_COMMAND = (
    "joined", "ready", "started", "type_chosen", "completed", "feedback_given", "level_proposed", "level_declined",
    "paused", "cool_down_set", "resume_wanted", "resumed", "limit_lifted", "timer_started", "timer_stopped",
)  # fmt: skip
"""Events that nothing comes before in what one command leads to."""

AFTER_THE_END = ("feedback_given",)


class Table(msgspec.Struct):
    """Where the game stands between two events of the log, as far as consent needs it."""

    seats: set[str] = msgspec.field(default_factory=set)
    turn_seq: int = 0
    card_seq: int = 0
    done: dict[int, int] = msgspec.field(default_factory=dict)
    halt_seq: int = 0
    wanted: set[str] = msgspec.field(default_factory=set)
    until: str = ""
    level: str = ""
    proposal: Row | None = None
    over: bool = False

    def lay(self, row: Row) -> None:  # noqa: C901, PLR0912 - one line an event, in one place
        """One more event."""
        match row.type:
            case "joined":
                self.seats.add(row.event.get("seat", ""))
            case "turn_began":
                self.turn_seq = row.seq
            case "card_shown" | "card_replaced":
                self.card_seq = row.seq
            case "completed":
                self.done[row.event.get("turn", 0)] = self.card_seq
                self.card_seq = 0
            case "card_withdrawn":
                self.card_seq = 0
            case "paused" | "stopped":
                self.halt_seq, self.wanted, self.proposal = row.seq, set(), None
                self.until = row.event.get("until", self.until)
            case "cool_down_set":
                self.until = row.event.get("until", "")
            case "resume_wanted":
                self.wanted.add(row.event.get("by", ""))
            case "resumed":
                self.halt_seq, self.wanted, self.proposal, self.until = 0, set(), None, ""
                self.card_seq = 0 if row.event.get("replaced") else self.card_seq
            case "level_proposed":
                self.proposal = row
            case "level_declined":
                self.proposal = None
            case "level_changed":
                self.proposal, self.level = None, row.event.get("level", "")
            case "ended":
                self.over, self.card_seq = True, 0


def says_what_it_came_from(case: Case) -> list[str]:
    return [
        f"the log does not say what {row.type} at {row.seq} came from"
        for row in case.log.rows
        if row.asked is None and (row.type in FIRST_OF_A_COMMAND or row.seq == 1)
    ]


def says_not_who_said_no(case: Case) -> list[str]:
    """Skips, pauses and stops are nobody's: not in the log's column, its cause or event, and not on a wire."""
    problems = []
    for row in case.log.rows:
        if row.type in BY_NOBODY and (row.by or {"by", "seat"} & set(row.event)):
            problems.append(f"the log says who is behind {row.type} at {row.seq}")
        if row.asked in SAID_BY_NOBODY and (row.asker or row.command.get("seat")):
            problems.append(f"the log says who asked for {row.asked} at {row.seq}")
    for wire in case.wires:
        for noted in wire:
            event: dict[str, Any] = noted.frame.get("e", {}) if noted.way == "in" else {}
            if event.get("t") in BY_NOBODY and {"by", "seat"} & set(event):
                problems.append(f"a phone was told who is behind {event['t']} at {noted.frame['seq']}")
    return problems


def resumes_take_two(case: Case) -> list[str]:
    problems, table = [], Table()
    for row in case.log.rows:
        if row.type == "resumed" and row.cause and (missing := table.seats - table.wanted - {row.asker or ""}):
            problems.append(f"resumed at {row.seq} without the word of {', '.join(sorted(missing))}")
        if row.type in ("resumed", "resume_wanted") and table.until and row.cause:
            now, until = datetime.fromisoformat(row.cause["now"]), datetime.fromisoformat(table.until)
            if now < until:
                problems.append(f"{row.type} at {row.seq}, while the cool-down ran until {table.until}")
        table.lay(row)
    return problems


def going_up_takes_two(case: Case) -> list[str]:
    problems = []
    settings = next((player.state.get("settings") for player in case.players if player.state), None) or {}
    table = Table(level=settings.get("intimacy_level", ""))
    for row in case.log.rows:
        level = row.event.get("level", "")
        if row.type == "level_changed" and level and LEVELS.find(level) > LEVELS.find(table.level):
            proposal = table.proposal
            if proposal is None or proposal.event["level"] != level:
                problems.append(f"the level rose to {level} at {row.seq}, which nobody had proposed")
            elif proposal.event["by"] == row.asker or row.asked != "accept_level":
                problems.append(f"the level rose to {level} at {row.seq}, and only {row.asker} wanted it")
            elif row.cause and row.cause["now"] >= proposal.event["until"]:
                problems.append(f"the level rose to {level} at {row.seq} by a proposal that had lapsed")
        table.lay(row)
    return problems


def buttons_belong_to_what_was_seen(case: Case) -> list[str]:
    """`on` of every command that had an effect is what was on screen then."""
    problems, table = [], Table()
    for row in case.log.rows:
        on = row.command.get("on")
        current = {
            "complete": table.card_seq, "skip": table.card_seq, "timer": table.card_seq, "choose": table.turn_seq,
            "resume": table.halt_seq,
            "accept_level": table.proposal.seq if table.proposal else 0,
            "decline_level": table.proposal.seq if table.proposal else 0,
        }.get(row.asked or "", on)  # fmt: skip
        if on is not None and on != current:
            problems.append(f"{row.asked} of {on} had an effect at {row.seq}, when {current} was on screen")
        table.lay(row)
    return problems


def turns_go_their_way(case: Case) -> list[str]:
    """A turn is completed once, and before the next; a stop leaves no card, and nothing of a game goes on after its end."""
    problems, table = [], Table()
    for row in case.log.rows:
        if row.type == "completed" and row.event.get("turn") in table.done:
            problems.append(f"turn {row.event['turn']} was completed again at {row.seq}")
        if row.type == "turn_began" and (turn := row.event.get("turn", 1)) > 1 and turn - 1 not in table.done:
            problems.append(f"turn {turn} began at {row.seq}, and the one before it is not done")
        if row.type == "stopped" and table.card_seq:
            problems.append(f"the card of {table.card_seq} was still there when the game stopped at {row.seq}")
        if table.over and row.type not in AFTER_THE_END:
            problems.append(f"{row.type} at {row.seq}, after the end")
        table.lay(row)
    return problems


def is_quiet_after_a_halt(case: Case) -> list[str]:
    problems = []
    halted: int | None = None
    for row in case.log.rows:
        if row.type in HALTS:
            halted = row.seq
        elif row.type in ("resumed", "ended"):
            halted = None
        elif row.type in CARDS and halted is not None:
            problems.append(f"the log has a card at {row.seq}, halted since {halted}")
    return problems


def turns_are_paid_once(case: Case) -> list[str]:
    """A turn costs one card; what is stopped on the day it was charged is given back."""
    problems: list[str] = []
    paid: dict[int, str] = {}
    for events in case.log.commands:
        for row in events:
            turn = row.event.get("turn", 0)
            if row.type == "card_shown" and (day := row.event.get("charged_on")):
                if turn in paid:
                    problems.append(f"turn {turn} was charged again at {row.seq}")
                paid[turn] = day
            if row.type != "card_withdrawn":
                continue
            today = datetime.fromisoformat((row.cause or {"now": "1970-01-01T00:00:00Z"})["now"]).astimezone(UTC).date()
            stopped = any(later.type == "stopped" for later in events)
            if stopped and paid.get(turn) == today.isoformat() and not row.event.get("given_back"):
                problems.append(f"turn {turn} was stopped at {row.seq} and not given back")
            if row.event.get("given_back"):
                paid.pop(turn, None)
    return problems


def charged(log_rows: list[Row]) -> int:
    """Cards charged to the opener, less those given back."""
    return sum(bool(row.event.get("charged_on")) - bool(row.event.get("given_back")) for row in log_rows)
