"""What the judge asks of the answers: one a command, the same for ever, and to nobody but who may ask."""

from collections import defaultdict, deque

import msgspec

from tests.faults.case import Case
from tests.faults.wire import Frame, Noted

ALWAYS_AN_EVENT = ("choose", "skip", "feedback", "accept_level", "decline_level")


class Answered(msgspec.Struct, frozen=True):
    """A reply, and what it is the reply to."""

    moment: float
    seat: str
    body: Frame
    reply: Frame


def stay_the_same(case: Case) -> list[str]:
    """A command that was acknowledged is answered so for ever; its id with another body or from another seat never is."""
    problems = []
    kept: dict[str, Answered] = {}
    for answer in sorted(_answers(case), key=lambda answer: answer.moment):
        id_, reply = answer.reply["id"], answer.reply
        first = kept.get(id_)
        if first is None:
            if reply["t"] == "ack":
                kept[id_] = answer
            continue
        same = (answer.seat, answer.body) == (first.seat, first.body)
        if same and reply["t"] == "ack" and reply["seq"] != first.reply["seq"]:
            problems.append(f"{id_} was acknowledged at {first.reply['seq']}, and then at {reply['seq']}")
        elif same and reply["t"] == "refused" and not reply["retryable"]:
            problems.append(f"{id_} was acknowledged at {first.reply['seq']}, and then refused {reply['code']}")
        elif not same and reply["t"] == "ack":
            problems.append(f"{id_} was acknowledged for {first.seat} {first.body} and for {answer.seat} {answer.body}")
    return problems


def stand_for_something(case: Case) -> list[str]:
    """What was acknowledged and never changes nothing is in the log where its ack says."""
    ended = {events[-1].seq: events[0].asked for events in case.log.commands}
    completed = {row.command.get("on") for row in case.log.rows if row.asked == "complete"}
    ready = {row.asker for row in case.log.rows if row.asked == "ready"}
    problems = []
    for answer in _answers(case):
        kind, reply = answer.body["t"], answer.reply
        if reply["t"] != "ack":
            continue
        lost = kind == "complete" and answer.body.get("on") not in completed
        lost = lost or (kind == "ready" and answer.seat not in ready)
        if lost or (kind in ALWAYS_AN_EVENT and ended.get(reply["seq"]) != kind):
            problems.append(f"{kind} {reply['id']} was acknowledged at {reply['seq']}, and nothing came of it")
    return problems


def _answers(case: Case) -> list[Answered]:
    found = []
    for wire in case.wires:
        seat = next((noted.frame["seat"] for noted in wire if noted.frame.get("t") == "welcome"), "")
        asked: dict[tuple[int, str], deque[Frame]] = defaultdict(deque)
        for noted in wire:
            id_ = noted.frame.get("id")
            if not isinstance(id_, str):
                continue
            waiting = asked[noted.connection, id_]
            if noted.way == "out":
                waiting.append({name: value for name, value in noted.frame.items() if name not in ("id", "seat")})
            elif noted.frame["t"] in ("ack", "refused") and waiting:
                found.append(Answered(noted.moment, seat, waiting.popleft(), noted.frame))
    return found


def go_to_one_phone_a_seat(case: Case) -> list[str]:
    """What a phone says after a newer one has taken its seat has no effect, and its line is closed."""
    problems = []
    for old in case.earlier:
        seat = next((noted.frame["seat"] for noted in old.wire if noted.frame.get("t") == "welcome"), None)
        taken = [
            noted.moment
            for player in case.players
            if player.state.get("seat") == seat
            for noted in player.wire
            if noted.frame.get("t") == "welcome"
        ]
        since = min(taken, default=float("inf"))
        late = {noted.frame.get("id") for noted in old.wire if noted.way == "out" and noted.moment > since}
        problems += [
            f"the older phone of {seat} was acknowledged at {noted.frame['seq']}"
            for noted in old.wire
            if _is_ack(noted) and noted.frame["id"] in late
        ]
        if old.wire[-1].way != "closed":
            problems.append(f"the older phone of {seat} is still there")
    return problems


def _is_ack(noted: Noted) -> bool:
    return noted.way == "in" and noted.frame["t"] == "ack"


def come_at_all(case: Case) -> list[str]:
    """Every command of a line that stands was answered."""
    problems = []
    for player in case.players:
        last = max((noted.connection for noted in player.wire), default=0)
        if player.wire and player.wire[-1].way == "closed":
            continue
        own = [noted for noted in player.wire if noted.connection == last and "id" in noted.frame]
        said = {noted.frame["id"]: noted.frame["t"] for noted in own if noted.way == "out"}
        replied = {noted.frame["id"] for noted in own if noted.way == "in"}
        problems += [f"{kind} {id_} was never answered" for id_, kind in said.items() if id_ not in replied]
    return problems
