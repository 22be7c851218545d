"""Looking back as a page to read, keep or print: one file that needs nothing else, opens from a disk, and holds no script.

What people wrote is in it only as names, and escaped. Drawings stand beside the tables that they are made of.
"""

from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from html import escape
from pathlib import Path
from uuid import UUID

from game_server.bonds import looking_back_words as words
from game_server.bonds.achievements import AchievementView
from game_server.bonds.analytics import Analytics, Gathered, OfMember, summed
from game_server.bonds.report_charts import Bar, chart
from game_server.bonds.spreadsheet import called
from game_server.bonds.views import BondView
from game_server.languages.catalogues import Catalogue
from game_server.notifications import zones
from rooms.bonds.analytics import Stretch

Names = Mapping[UUID, str]
"""What each member is called."""

NOTHING = "\u2013"
MOST_WEEKS = 27
"""Of more the drawings and tables are of months."""

_STYLE = Path(__file__).with_name("report.css").read_text("utf-8")
_HASH = b64encode(sha256(_STYLE.encode()).digest()).decode()
_OF_FILE = f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'"
POLICY = f"{_OF_FILE}; frame-ancestors 'none'"
"""What the answer says; a file on a disk says it of itself, but that nobody frames it, which it cannot say."""

_HEAD = (
    "<!doctype html>\n<html lang={language}>\n<head>\n<meta charset=utf-8>\n"
    f'<meta http-equiv=Content-Security-Policy content="{_OF_FILE}">\n'
    "<meta name=viewport content='width=device-width'>\n<meta name=referrer content=no-referrer>\n"
    "<meta name=robots content='noindex, nofollow'>\n<title>{title}</title>\n"
    f"<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
)


def written(gathered: Gathered, bond: BondView, achievements: Sequence[AchievementView], said: Catalogue) -> bytes:
    """The page, for whoever gathered it, in their language."""
    numbers = summed(gathered)
    names = {one.user_id: called(one, said) for one in bond.members}
    title = said.say(words.TITLE)
    page = _HEAD.replace("{language}", said.language).replace("{title}", escape(title))
    page += f"<header><h1>{escape(title)}</h1>\n<p>{escape(bond.name or said.say(words.A_BOND))}</p>\n"
    page += f"<p class=quiet>{escape(_span(numbers, said))}</p></header>\n"
    page += _together(numbers, said) + _each(numbers.members, names, said) + _alone(numbers, said)
    page += _drawn(numbers, said) + _reached(achievements, names, gathered.zone, said) + _made(gathered, bond, said)
    return f"{page}</main>\n</body>\n</html>\n".encode()


def _span(numbers: Analytics, said: Catalogue) -> str:
    begins, ends = (words.day_in(said.language, day) for day in (numbers.first, numbers.last))
    return said.say(words.SPAN, begins=begins, ends=ends, zone=numbers.time_zone)


def _together(numbers: Analytics, said: Catalogue) -> str:
    every = numbers.together
    told: list[tuple[str, object]] = [
        (words.DONE, every.tasks.done),
        (words.COMPLETION, _percent(every.tasks.completion_rate, said)),
        (words.ON_TIME_RATE, _percent(every.tasks.on_time_rate, said)),
        (words.GIVEN, every.points_given),
        (words.SPENT, every.points_spent),
        (words.MESSAGES, every.messages),
    ]
    pauses = f"<p class=quiet>{escape(said.say(words.PAUSES))}</p>"
    return f"<section>\n<h2>{escape(said.say(words.TOGETHER))}</h2>\n{_facts(told, said)}{pauses}</section>\n"


def _alone(numbers: Analytics, said: Catalogue) -> str:
    streaks = numbers.streaks
    told: list[tuple[str, object]] = [
        (words.CHECK_IN_STREAK, said.say(words.STREAK, now=streaks.check_ins.now, longest=streaks.check_ins.longest)),
        (words.ON_TIME_STREAK, said.say(words.STREAK, now=streaks.on_time.now, longest=streaks.on_time.longest)),
        (words.OWN_ENTRIES, numbers.journal.own),
        (words.SHARED_ENTRIES, numbers.journal.shared),
    ]
    return f"<section>\n<h2>{escape(said.say(words.STREAKS))}</h2>\n{_facts(told, said)}</section>\n"


def _each(members: Sequence[OfMember], names: Names, said: Catalogue) -> str:
    """A line a number, a column a member."""
    told: tuple[tuple[str, Callable[[OfMember], object]], ...] = (
        (words.DONE, lambda one: one.tasks.done),
        (words.STILL_OPEN, lambda one: one.tasks.still_open),
        (words.COMPLETION, lambda one: _percent(one.tasks.completion_rate, said)),
        (words.ON_TIME_RATE, lambda one: _percent(one.tasks.on_time_rate, said)),
        (words.GREEN, lambda one: one.moods.green),
        (words.YELLOW, lambda one: one.moods.yellow),
        (words.RED, lambda one: one.moods.red),
        (words.GIVEN, lambda one: one.points.given),
        (words.SPENT, lambda one: one.points.spent),
        (words.BALANCE, lambda one: one.points.balance),
        (words.RULES, lambda one: one.rules_in_force),
        (words.MESSAGES, lambda one: one.messages),
    )
    title = said.say(words.EACH)
    head = [said.say(words.WHO), *(names.get(one.user_id, said.say(words.SOMEBODY)) for one in members)]
    lines = [(said.say(word), *(number(one) for one in members)) for word, number in told]
    return f"<section>\n<h2>{escape(title)}</h2>\n{_table(title, head, lines)}</section>\n"


def _drawn(numbers: Analytics, said: Catalogue) -> str:
    by_week = len(numbers.weeks) <= MOST_WEEKS
    spans: Sequence[Stretch] = numbers.weeks if by_week else numbers.months
    how = words.WEEKS if by_week else words.MONTHS
    charts = (
        ("tasks", words.TASKS_DRAWN, (("a", words.DONE),), [(one.tasks.done,) for one in spans]),
        ("moods", words.MOODS_DRAWN, (("green", words.GREEN), ("yellow", words.YELLOW), ("red", words.RED)),
         [(one.moods.green, one.moods.yellow, one.moods.red) for one in spans]),
        ("points", words.POINTS_DRAWN, (("a", words.GIVEN), ("b", words.SPENT)),
         [(max(one.points_given, 0), max(one.points_spent, 0)) for one in spans]),
    )  # fmt: skip
    drawn = ""
    for name, title, parts, rows in charts:
        if any(any(row) for row in rows):
            legend = [(kind, said.say(word)) for kind, word in parts]
            told = list(zip([one.begins for one in spans], rows, strict=True))
            bars = chart(
                name, said.say(title), legend, [Bar(words.short_in(said.language, day), row) for day, row in told]
            )
            head = [said.say(words.BEGINS), *(word for _, word in legend)]
            lines = [(words.day_in(said.language, day), *row) for day, row in told if any(row)]
            table = _table(said.say(how), head, lines)
            drawn += f"<figure>\n<h2>{escape(said.say(title))}</h2>\n{bars}\n{table}</figure>\n"
    return drawn or f"<section><p>{escape(said.say(words.NOTHING))}</p></section>\n"


def _reached(achievements: Sequence[AchievementView], names: Names, zone_name: str, said: Catalogue) -> str:
    lines, zone = "", zones.of(zone_name)
    for one in achievements:
        by = [
            said.say(
                words.REACHED_BY,
                name=names[each.user_id],
                day=words.day_in(said.language, each.reached_at.astimezone(zone).date()),
            )
            for each in one.reached
            if each.user_id in names
        ]
        if by:
            lines += f"<li>{escape(one.title)}<small>{escape(' · '.join(by))}</small></li>\n"
    shown = f"<ul>\n{lines}</ul>" if lines else f"<p>{escape(said.say(words.NOTHING_REACHED))}</p>"
    return f"<section>\n<h2>{escape(said.say(words.REACHED))}</h2>\n{shown}\n</section>\n"


def _made(gathered: Gathered, bond: BondView, said: Catalogue) -> str:
    [name] = [called(one, said) for one in bond.members if one.user_id == gathered.me]
    day = words.day_in(said.language, gathered.today)
    return f"<p class=quiet>{escape(said.say(words.MADE, day=day, name=name))}</p>\n"


def _facts(told: Iterable[tuple[str, object]], said: Catalogue) -> str:
    lines = "".join(
        f"<div><dt>{escape(said.say(word))}</dt><dd>{escape(str(value))}</dd></div>\n" for word, value in told
    )
    return f"<dl>\n{lines}</dl>\n"


def _table(caption: str, head: Iterable[str], lines: Iterable[Sequence[object]]) -> str:
    what, names = escape(caption), "".join(f"<th scope=col>{escape(word)}</th>" for word in head)
    rows = "".join(
        f"<tr><th scope=row>{escape(str(first))}</th>{''.join(f'<td>{escape(str(one))}</td>' for one in rest)}</tr>\n"
        for first, *rest in lines
    )
    table = f"<table><caption>{what}</caption><thead><tr>{names}</tr></thead>\n<tbody>\n{rows}</tbody></table>"
    return f'<div class=table tabindex=0 role=region aria-label="{what}">{table}</div>\n'


def _percent(rate: int | None, said: Catalogue) -> str:
    return NOTHING if rate is None else said.say(words.PERCENT, number=rate)
