"""What the judge asks of the screens: what each phone showed, frame by frame, and what it was not to show."""

from typing import Any

from tests.faults.case import CARDS, HALTS, Case, Folded, folds, told
from tests.faults.consent import LEVELS
from tests.faults.wire import Noted


def show_nothing_while_halted(case: Case) -> list[str]:
    return [
        f"a phone shows a card at {folded.seq}, {folded.state['phase']}"
        for wire in case.wires
        for folded in folds(wire)
        if folded.state.get("phase") in (*HALTS, "ended") and folded.state.get("card")
    ]


def show_no_card_above_the_level(case: Case) -> list[str]:
    """Where a command ends; inside of one the card that goes is still up."""
    ends = {events[-1].seq for events in case.log.commands}
    return [
        f"a card of {card['rating']} is up at {folded.seq}, at level {folded.state['level']}"
        for wire in case.wires
        for folded in folds(wire)
        if folded.seq in ends
        and (card := folded.state.get("card"))
        and LEVELS.find(card.get("rating", "")) > LEVELS.find(folded.state.get("level", "X"))
    ]


def show_nothing_forbidden(case: Case) -> list[str]:
    """After the word on a limit no other card comes that it forbids, none comes back, and none is up at the end."""
    forbidden = [(limit["seq"], tag) for limit in told(case.wires, "limits") for tag in limit["hard"]]
    problems = []
    for since, tag in forbidden:
        for player in case.players:
            shown = [folded for folded in folds(player.wire) if folded.noted.frame["t"] == "event"]
            found = [folded.seq for folded in shown if folded.seq > since and _newly_shows(folded, tag, since)]
            problems += [f"a card with {tag} came at {seq}, forbidden since {since}" for seq in found]
            if tag in _tags(player.state):
                problems.append(f"a card with {tag} is up, forbidden since {since}")
    return problems


def _newly_shows(folded: Folded, tag: str, since: int) -> bool:
    event: dict[str, Any] = folded.noted.frame["e"]
    if event["t"] in CARDS:
        return tag in event["card"]["tags"]
    return event["t"] == "resumed" and tag in _tags(folded.state) and (folded.state.get("card_seq") or 0) <= since


def _tags(state: dict[str, Any]) -> list[str]:
    return (state.get("card") or {}).get("tags", [])


def keep_feedback_to_its_giver(case: Case) -> list[str]:
    problems = []
    for player in case.players:
        seat = player.state.get("seat")
        for noted in player.wire:
            event = noted.frame.get("e", {}) if noted.way == "in" else {}
            if event.get("t") == "feedback_given" and event.get("by") != seat and {"feedback", "executed"} & set(event):
                problems.append(f"seat {seat} was told what {event.get('by')} said at {noted.frame['seq']}")
        said = {
            str(row.event["turn"]): row.event
            for row in case.log.rows
            if row.event.get("by") == seat and _is_word(row.type)
        }
        for turn, shown in (player.state.get("my_feedback") or {}).items():
            own = said.get(turn)
            if own is None or any(own.get(name) != shown.get(name) for name in ("feedback", "executed")):
                problems.append(f"seat {seat} sees {shown} as its own word of turn {turn}, having said {own}")
    return problems


def _is_word(event_type: str) -> bool:
    return event_type == "feedback_given"


def go_on_when_somebody_pays(case: Case) -> list[str]:
    """After an upgrade nothing is counted, and no room waits for tomorrow."""
    problems = []
    for paid in told(case.wires, "premium"):
        for player in case.players:
            for folded in folds(player.wire):
                event = folded.noted.frame.get("e", {})
                counted = event.get("t") == "card_shown" and event.get("remaining") is not None
                if counted and folded.seq > paid["seq"]:
                    problems.append(f"the card at {folded.seq} was counted, paid for since {paid['seq']}")
            if player.state.get("phase") == "limit":
                problems.append(f"the room waits for tomorrow, paid for since {paid['seq']}")
    return problems


def are_halted_when_the_ack_says_so(case: Case) -> list[str]:
    """The ack of a pause or stop that is the room's last word finds the phone halted."""
    problems = []
    for wire in case.wires:
        asked = {noted.frame["id"]: noted.frame["t"] for noted in wire if noted.way == "out" and "id" in noted.frame}
        for folded in folds(wire):
            frame = folded.noted.frame
            kind = asked.get(frame.get("id")) if frame["t"] == "ack" else None
            phase = folded.state.get("phase")
            fits = {"pause": (*HALTS, "ended"), "stop": ("stopped", "ended")}.get(kind or "", (phase,))
            if frame["t"] == "ack" and frame["seq"] == folded.seq and phase not in fits:
                problems.append(f"{kind} was acknowledged at {frame['seq']}, and the phone is in {phase}")
    return problems


# --- only where nothing breaks -----------------------------------------------------------------------------------------


def halt_before_the_event(case: Case) -> list[str]:
    """Each pause and stop is announced to both phones before its event, and what is announced is followed by something."""
    problems = []
    for wire in case.wires:
        announced: set[str] = set()
        live = False
        for noted in wire:
            kind = _kind(noted)
            if kind in ("open", "closed"):
                announced, live = set(), False
            elif kind == "live":
                live = True
            elif kind == "halt":
                announced.add(noted.frame["kind"])
            elif kind in HALTS:
                if live and {"paused": "pause", "stopped": "stop"}[kind] not in announced:
                    problems.append(f"{kind} at {noted.frame['seq']} came without a halt before it")
                announced -= {"pause"} if kind == "paused" else {"pause", "stop"}
            elif kind in ("snapshot", "ended"):
                announced = set()
        if announced:
            problems.append(f"the cards stay hidden: {', '.join(announced)} was announced and nothing followed")
    return problems


def _kind(noted: Noted) -> str:
    if noted.way != "in":
        return noted.way
    return str(noted.frame["e"]["t"] if noted.frame["t"] == "event" else noted.frame["t"])


def halt_while_commits_hang(case: Case) -> list[str]:
    """A pause or stop said while nothing can be committed hides the card on both phones in that time."""
    problems = []
    held = any(told([wire], "held") for wire in case.wires)
    for player in case.players:
        if not held:
            break
        window = _between(player.wire, "held", "let go")
        if not any(noted.way == "in" and noted.frame["t"] == "halt" for noted in window):
            problems.append(f"seat {player.state.get('seat')} heard of no halt while commits hung")
    return problems


def _between(wire: list[Noted], first: str, last: str) -> list[Noted]:
    marks = [number for number, noted in enumerate(wire) if noted.way == "told" and noted.frame["t"] in (first, last)]
    return wire[marks[0] : marks[-1]] if marks else []


def know_who_is_here(case: Case) -> list[str]:
    """The last word on a seat whose phone is here is `present`; of a phone that took over from another nobody hears `away`.

    Where a scene has let time pass at once, every phone was silent for as long, and `away` is right for a while.
    """
    if told(case.wires, "time passed"):
        return []
    problems = []
    here = {player.state.get("seat") for player in case.players if player.wire and player.wire[-1].way != "closed"}
    for player in case.players:
        if player.state.get("seat") not in here:
            continue
        last: dict[str, str] = {}
        for noted in player.wire:
            if noted.way == "open":
                last = {}
            elif noted.way == "in" and noted.frame["t"] == "presence":
                last[noted.frame["seat"]] = noted.frame["status"]
        problems += [
            f"seat {player.state.get('seat')} believes {seat} to be {last.get(seat)}, and it is here"
            for seat in sorted(filter(None, here))
            if last.get(seat) != "present"
        ]
    return problems + _away_though_taken_over(case)


def _away_though_taken_over(case: Case) -> list[str]:
    problems = []
    for old in case.earlier:
        seat = next((noted.frame["seat"] for noted in old.wire if noted.frame.get("t") == "welcome"), None)
        newer = [player for player in case.players if player.state.get("seat") == seat]
        others = [player for player in case.players if player.state.get("seat") != seat]
        came = [noted.moment for player in newer for noted in player.wire if noted.frame.get("t") == "welcome"]
        problems += [
            f"{seat} was said to be {noted.frame['status']} when its newer phone was there"
            for other in others
            for noted in other.wire
            if noted.frame.get("t") == "presence" and noted.frame["seat"] == seat
            and noted.frame["status"] != "present" and came and noted.moment > came[0]
        ]  # fmt: skip
    return problems
