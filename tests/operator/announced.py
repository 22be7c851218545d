"""Which answers of 500 and more were announced: for a time, by a step that says why. All others are faults."""

from collections.abc import Iterable

import msgspec

from tests.operator.front import Answer

LATER, BAD_GATEWAY = 503, 502
NOT_TO_REPEAT = {"POST", "PATCH"}


class Announced(msgspec.Struct, frozen=True):
    """What may be answered between two moments (seconds since 1970). `later`: 503 of the server itself, with Retry-After.
    `cut`: the proxy's 502 for what was under way on a machine that died, so many at most."""

    why: str
    since: float
    until: float
    later: bool = False
    cut: int = 0


def judge(answers: Iterable[Answer], announced: Iterable[Announced]) -> tuple[dict[str, int], list[str]]:
    """How often what was announced has come, by why; and every other fault in words."""
    windows = list(announced)
    counts = {window.why: 0 for window in windows if window.later or window.cut}
    cuts = {window.why: window.cut for window in windows}
    problems = []
    for answer in answers:
        if answer.status < 500:
            continue
        window = next((window for window in windows if window.since <= answer.at <= window.until), None)
        if window and window.later and _says_later(answer):
            counts[window.why] += 1
        elif window and cuts[window.why] > 0 and _was_cut(answer):
            counts[window.why] += 1
            cuts[window.why] -= 1
        else:
            problems.append(f"{window.why if window else 'between steps'}: {answer}")
    return counts, problems


def _says_later(answer: Answer) -> bool:
    """The server itself has said it, and when to come again."""
    return answer.status == LATER and answer.upstream_status.endswith("503") and bool(answer.retry_after)


def _was_cut(answer: Answer) -> bool:
    """What may have been done already is not sent to another machine."""
    return answer.status == BAD_GATEWAY and answer.method in NOT_TO_REPEAT
