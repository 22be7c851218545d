"""Looking back as a table for a spreadsheet: a line for each week and member. What people wrote is in no cell but their names,
and nothing that a program would take for a formula.
"""

import csv
import io
import unicodedata
from collections.abc import Callable, Iterable

from game_server.bonds import looking_back_words as words
from game_server.bonds.analytics import Gathered
from game_server.bonds.views import BondView, MemberView
from game_server.languages.catalogues import Catalogue
from rooms.bonds import analytics as rules
from rooms.bonds.analytics import Week

COLUMNS: tuple[tuple[str, Callable[[str, Week], object]], ...] = (
    (words.BEGINS, lambda _, week: week.begins.isoformat()),
    (words.ENDS, lambda _, week: week.ends.isoformat()),
    (words.WHO, lambda name, _: name),
    (words.DONE, lambda _, week: week.tasks.done),
    (words.STILL_OPEN, lambda _, week: week.tasks.still_open),
    (words.DATED, lambda _, week: week.tasks.with_date),
    (words.ON_TIME, lambda _, week: week.tasks.on_time),
    (words.GREEN, lambda _, week: week.moods.green),
    (words.YELLOW, lambda _, week: week.moods.yellow),
    (words.RED, lambda _, week: week.moods.red),
    (words.GIVEN, lambda _, week: week.points_given),
    (words.SPENT, lambda _, week: week.points_spent),
    (words.JOURNAL, lambda _, week: week.journal),
    (words.MESSAGES, lambda _, week: week.messages),
)
"""What stands above each, and in it, of a member's name and their week. Who reads the file with a program counts columns: a new
one comes last.
"""

_BEGINS_A_FORMULA = "=+-@\t\r\n"
_NOTHING = " \u200b\u200c\u200d\u2060\ufeff"
_MARK = "\ufeff"  # by which a spreadsheet knows that these are letters of all languages


def written(gathered: Gathered, bond: BondView, said: Catalogue) -> bytes:
    """The file."""
    file = io.StringIO()
    lines = csv.writer(file, lineterminator="\r\n")
    lines.writerow([plain(said.say(word)) for word, _ in COLUMNS])
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
            yield [cell(name, theirs[place]) for _, cell in COLUMNS]
