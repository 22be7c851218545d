"""What the judge asks of the card's clock: it runs with its card, for as long as that says, and the same on both phones."""

from datetime import datetime, timedelta

from tests.faults.case import CARDS, HALTS, Case, Frame, folds

TAKE_THE_CARD = (*HALTS, "completed", "card_withdrawn", "ended")


def run_with_their_card(case: Case) -> list[str]:
    """Nobody starts what runs or stops what rests, and what takes or changes a card takes its clock."""
    problems: list[str] = []
    seconds, until = None, ""
    for row in case.log.rows:
        now = (row.cause or {}).get("now", "")
        if row.type in (*CARDS, *TAKE_THE_CARD):
            seconds, until = _clock_of(row.event.get("card") or {}), ""
        elif row.type == "resumed":
            seconds = None if row.event.get("replaced") else _clock_before(case, row.seq)
        elif row.type == "timer_started":
            if seconds is None or _is_before(now, until):
                problems.append(f"a clock was started at {row.seq}, where none could be")
            elif row.cause and datetime.fromisoformat(row.event["until"]) - _time(now) != timedelta(seconds=seconds):
                problems.append(f"the clock at {row.seq} runs from {now} to {row.event['until']}, not {seconds} s")
            until = row.event["until"]
        elif row.type == "timer_stopped":
            if not _is_before(now, until):
                problems.append(f"a clock was stopped at {row.seq}, where none ran")
            until = ""
    return problems


def show_none_without_a_card(case: Case) -> list[str]:
    return [
        f"a phone shows a clock at {folded.seq}, and no card"
        for wire in case.wires
        for folded in folds(wire)
        if folded.state.get("timer") and not folded.state.get("card")
    ]


def _clock_of(card: Frame) -> int | None:
    """As the log keeps a card."""
    return next((step["duration_s"] for step in card.get("steps", []) if "duration_s" in step), None)


def _clock_before(case: Case, seq: int) -> int | None:
    """Of the card that was up when the game was paused, if it still is."""
    for row in reversed(case.log.rows[: seq - 1]):
        if row.type in (*CARDS, "completed", "card_withdrawn"):
            return _clock_of(row.event.get("card") or {})
    return None


def _is_before(now: str, until: str) -> bool:
    return bool(now and until) and _time(now) < _time(until)


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
