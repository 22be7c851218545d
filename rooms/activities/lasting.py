"""For how long, in words: what the clock of a card is set by, and a second opinion on the one it has.

Only what a clock can tell counts: seconds and minutes, from 5 seconds to 10 minutes. A song or ten breaths last as long as they
last, and a time that is over or is one of many ("the last five minutes", "the first hour") is none to wait for. Times are read in
English and German; that a step says any time at all is also seen in Spanish.
"""

import re

import msgspec

from rooms.activities.card import LONGEST_CLOCK_S, SHORTEST_CLOCK_S, Card, Problem, Step

_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "forty-five": 45, "fifty": 50, "sixty": 60, "ninety": 90,
}  # fmt: skip
_UNIT_S = {"second": 1, "minute": 60}

_TIME = re.compile(
    rf"""(?<!\bevery\s)(?<!\b(?:the|its)\slast\s)(?<!\bpast\s)(?<!\byour\slast\s)(?<!\bfirst\s)(?<!\bbest\s)(?<!\bthan\s)\b
    (?P<number> half\s(?:a|an|one) | \d{{1,3}} | {"|".join(sorted(_NUMBERS, key=len, reverse=True))} )
    (?:[\s-](?:whole|full|slow|long|more|quiet|gentle|tender|dazzling|unhurried))*
    [\s-](?P<unit>second|minute)(?P<plural>s)?\b
    (?!\s(?:ago|earlier|that|of\sthe\sday|of\syour\snext|chance|thought|date|helping|look|opinion|time))""",
    re.IGNORECASE | re.VERBOSE,
)
_ZAHLEN = {
    "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8, "neun": 9, "zehn": 10, "fünfzehn": 15,
    "zwanzig": 20, "dreißig": 30, "vierzig": 40, "fünfundvierzig": 45, "fünfzig": 50, "sechzig": 60, "neunzig": 90,
    "eine": 1, "einer": 1,
}  # fmt: skip
_ZEIT = re.compile(
    rf"""(?<!\bjede\s)(?<!\bletzten\s)(?<!\bletzte\s)(?<!\bersten\s)(?<!\bvor\s)(?<!\bals\s)\b
    (?P<number> (?:einer?\s)?halben? | \d{{1,3}} | {"|".join(sorted(_ZAHLEN, key=len, reverse=True))} )
    (?:\s(?:ganzen?|volle[nr]?|langsamen?|langen?|stillen?|ruhigen?|weitere[nr]?|zärtlichen?|glänzenden))*
    \s(?P<unit>sekunde|minute)(?P<plural>n)?\b
    (?!\s(?:vorher|zuvor|später|früher|des\stages))""",
    re.IGNORECASE | re.VERBOSE,
)
_ANY_UNIT = re.compile(r"\b(?:second|minute|sekunde|segundo|minuto)[ns]?\b|\d\s?(?:s|sec|sek|seg|min)\b", re.IGNORECASE)


def times_of(text: str) -> tuple[int, ...]:
    """The times that a sentence names and a clock can tell, in seconds, in their order."""
    english = ((match.start(), _seconds(match)) for match in _TIME.finditer(text))
    german = ((match.start(), _sekunden(match)) for match in _ZEIT.finditer(text))
    found = sorted([*english, *german])
    return tuple(seconds for _, seconds in found if SHORTEST_CLOCK_S <= seconds <= LONGEST_CLOCK_S)


def wound(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The steps with the clock that their words name first, where none of them has one."""
    if any(step.duration_s is not None for step in steps):
        return steps
    for number, step in enumerate(steps):
        if times := times_of(step.do):
            timed = msgspec.structs.replace(step, duration_s=times[0])
            return (*steps[:number], timed, *steps[number + 1 :])
    return steps


def complaints(card: Card) -> tuple[Problem, ...]:
    """A time in words without a clock, a clock without a time in words, and one that runs for another time than they name."""
    timed = [number for number, step in enumerate(card.steps) if step.duration_s is not None]
    if not timed:
        return tuple(_unclocked(number, step) for number, step in enumerate(card.steps) if times_of(step.do))[:1]
    number = timed[0]
    step, field = card.steps[number], f"script.steps[{number}].duration_s"
    times = times_of(step.do)
    if times and step.duration_s not in times:
        return (Problem(field, f"The words name {_told(times)}, the clock runs for {step.duration_s} seconds."),)
    if not times and not _ANY_UNIT.search(step.do):
        return (Problem(field, "The step has a clock, and its words name no time."),)
    return ()


def _unclocked(number: int, step: Step) -> Problem:
    times = times_of(step.do)
    return Problem(f"script.steps[{number}].duration_s", f"The words name {_told(times)}, and the step has no clock.")


def _seconds(match: re.Match[str]) -> int:
    number, unit = match["number"].lower(), _UNIT_S[match["unit"].lower()]
    if number.startswith("half"):
        return unit // 2
    count = int(number) if number.isdecimal() else _NUMBERS[number]
    if unit == 1 and count > 1 and not match["plural"] and "-" not in match[0]:
        return 0  # "the two second": no time
    return count * unit


def _sekunden(match: re.Match[str]) -> int:
    number, unit = match["number"].lower(), {"sekunde": 1, "minute": 60}[match["unit"].lower()]
    if "halb" in number:
        return unit // 2
    return (int(number) if number.isdecimal() else _ZAHLEN[number]) * unit


def _told(times: tuple[int, ...]) -> str:
    return " and ".join(f"{seconds} seconds" for seconds in dict.fromkeys(times))
