"""Looking back as a table for a spreadsheet: a line for each week and member. What people wrote is in no cell but their names,
and nothing that a program would take for a formula.
"""

import csv
import io
import unicodedata
from collections.abc import Iterable

from game_server.bonds import looking_back_words as words
from game_server.bonds.analytics import Gathered
from game_server.bonds.views import BondView, MemberView
from game_server.languages.catalogues import Catalogue
from rooms.bonds import analytics as rules
from rooms.bonds.analytics import Week

HEAD = (
    words.BEGINS, words.ENDS, words.WHO, words.DONE, words.STILL_OPEN, words.DATED, words.ON_TIME, words.GREEN, words.YELLOW,
    words.RED, words.GIVEN, words.SPENT, words.JOURNAL, words.MESSAGES,
)  # fmt: skip
_BEGINS_A_FORMULA = "=+-@\t\r\n"
_NOTHING = " \u200b\u200c\u200d\u2060\ufeff"
_MARK = "\ufeff"  # by which a spreadsheet knows that these are letters of all languages


def written(gathered: Gathered, bond: BondView, said: Catalogue) -> bytes:
    """The file."""
    file = io.StringIO()
    lines = csv.writer(file, lineterminator="\r\n")
    lines.writerow([plain(said.say(word)) for word in HEAD])
    lines.writerows(_lines(gathered, bond, said))
    return (_MARK + file.getvalue()).encode()


def plain(text: str) -> str:
    """A cell that no program computes: what begins like a formula gets an apostrophe before it, also where its sign is a wide or
    a small one, which some programs read as the usual one.
    """
    read = unicodedata.normalize("NFKC", text).lstrip(_NOTHING)
    return f"'{text}" if read.startswith(tuple(_BEGINS_A_FORMULA)) else text


def called(member: MemberView, said: Catalogue) -> str:
    """What a member is called."""
    return member.nickname or member.display_name or said.say(words.SOMEBODY)


def _lines(gathered: Gathered, bond: BondView, said: Catalogue) -> Iterable[list[object]]:
    of_each = [(plain(called(one, said)), rules.of_person(gathered.counts, str(one.user_id))) for one in bond.members]
    weeks = [(name, rules.weeks(counts, gathered.first, gathered.last)) for name, counts in of_each]
    for place in range(len(weeks[0][1]) if weeks else 0):
        for name, theirs in weeks:
            yield _line(name, theirs[place])


def _line(name: str, week: Week) -> list[object]:
    return [
        *(week.begins.isoformat(), week.ends.isoformat(), name),
        *(week.tasks.done, week.tasks.still_open, week.tasks.with_date, week.tasks.on_time),
        *(week.moods.green, week.moods.yellow, week.moods.red),
        *(week.points_given, week.points_spent, week.journal, week.messages),
    ]
