"""What `evenings` found, as one page with charts."""

from html import escape

from tests.bench.charts import bars, document, section, stacks, table
from tests.bench.evenings_result import Result, advice
from tests.bench.evenings_tally import PHASES

RUNGS = ("as it should", "theme", "window", "no_repeat", "neutral")
_MOST = 15


def page(result: Result) -> str:
    """The whole document."""
    parts = [
        _facts(result),
        _rungs(result),
        _intensity(result),
        _runs(result),
        _balance(result),
        _dry(result),
        _steering(result),
    ]
    return document("A thousand couples' evenings" if result.couples == 1000 else "Couples' evenings", "\n".join(parts))


def _facts(result: Result) -> str:
    busy = "".join(f'<p class="busy">{escape(problem)}</p>' for problem in result.problems)
    return busy + "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in result.lines()) + "</ul>"


def _rungs(result: Result) -> str:
    rows = [(f"evening {evening}", [shares.get(rung, 0) for rung in RUNGS]) for evening, shares in result.rungs.items()]
    note = "What had to be given up for a card, evening by evening: less is better."
    return section("How the draw gives way", note, stacks(rows, RUNGS, "Rungs of the ladder by evening"))


def _intensity(result: Result) -> str:
    rows = [
        (
            f"{level} {phase}",
            [result.intensities.get(f"{level} {phase}", {}).get(str(number), 0) for number in range(1, 6)],
        )
        for level in "GRX"
        for phase in PHASES
    ]
    note = "Intensities of the cards by level and part of the evening."
    return section(
        "Intensity by phase", note, stacks(rows, [str(number) for number in range(1, 6)], "Intensity by phase")
    )


def _runs(result: Result) -> str:
    rows = [
        (f"{what}: {length} in a row", float(count), f"{100 * count / result.evenings:.1f} %")
        for what in ("act", "theme")
        for length, count in result.runs[what].items()
    ]
    return section(
        "Longest run of an evening", "Of all evenings; acts among the dares.", bars(rows, "Runs of acts and themes")
    )


def _balance(result: Result) -> str:
    rows = [
        (f"{truths} truths", float(count), f"{100 * count / result.evenings:.1f} %")
        for truths, count in result.balance.items()
    ]
    note = f"Of 25 cards kept. All in all {result.kinds}."
    return section("Truth and dare", note, bars(rows, "Truths of an evening"))


def _dry(result: Result) -> str:
    shown = result.dry[:_MOST]
    rows = [
        (
            f"{one.level} {one.type} {one.low} to {one.high}, {one.who}",
            100 * one.share,
            f"{100 * one.share:.0f} % of {one.draws}",
        )
        for one in shown
    ]
    todo = table(
        ("level", "type", "intensity", "for", "cards there", "draws short", "write"),
        [
            (one.level, one.type, f"{one.low} to {one.high}", one.who, one.written, one.short, advice(one))
            for one in shown
        ],
    )
    note = "Draws that found nothing new in their window, where there were most of them, and about how many more cards would do."
    return section("What runs dry first, and what to write next", note, bars(rows, "What runs dry") + todo)


def _steering(result: Result) -> str:
    rows = [(name, *row.values()) for name, row in result.steering.items()]
    headings = ("they watch", *(next(iter(result.steering.values()), {})))
    note = (
        "Somebody who says no to all but one kind of card, and sets the seven other limits, watches an evening for whether it "
        "comes: is it the partner's limit? Found is a certainty of 95 %."
    )
    return section("A steering attacker", note, table(headings, rows))
