"""What the spreadsheet and the page of looking back say. They tell what was, and judge nobody: what was not done is still open,
and what was done after its date is only not among what was done by it.
"""

from datetime import date

from game_server.languages.catalogues import Language

TITLE = "Looking back"
SPAN = "{begins} to {ends}, on the clocks of {zone}."
MADE = (
    "Written on {day} for {name} alone: it holds what they may see in this bond, and nothing that is private to others."
)
TOGETHER, EACH, WEEKS, MONTHS = "Together", "Each of you", "Week by week", "Month by month"
WHO, BEGINS, ENDS = "Who", "From", "To"
DONE, STILL_OPEN, DATED, ON_TIME = "Tasks done", "Still open", "With a date", "Done by their date"
GREEN, YELLOW, RED = "Green", "Yellow", "Red"
GIVEN, SPENT, BALANCE = "Points given", "Points spent", "Points now"
RULES, JOURNAL, MESSAGES = "Rules in force", "Journal entries", "Messages"
COMPLETION, ON_TIME_RATE = "Of what was asked, done", "Of what had a date, done by it"
OWN_ENTRIES, SHARED_ENTRIES = "Journal entries of yours", "Journal entries shared with you"
STREAKS = "Yours alone"
CHECK_IN_STREAK, ON_TIME_STREAK = "Days of check-ins in a row", "Tasks in a row by their date"
STREAK = "{now} now, {longest} at most"
PAUSES = "A pause breaks none of it, and what was called off or declined is in no number."
TASKS_DRAWN, MOODS_DRAWN, POINTS_DRAWN = "Tasks done", "How you were", "Points given and spent"
REACHED, NOTHING_REACHED = "What you reached", "Nothing yet, and nothing has to be."
REACHED_BY = "{name}, {day}"
NOTHING = "Nothing is written down of these days. That is fine, too."
PERCENT = "{number} %"
SOMEBODY, A_BOND = "Your partner", "A bond"

SAID = (
    TITLE, SPAN, MADE, TOGETHER, EACH, WEEKS, MONTHS, WHO, BEGINS, ENDS, DONE, STILL_OPEN, DATED, ON_TIME, GREEN, YELLOW, RED,
    GIVEN, SPENT, BALANCE, RULES, JOURNAL, MESSAGES, COMPLETION, ON_TIME_RATE, OWN_ENTRIES, SHARED_ENTRIES, STREAKS,
    CHECK_IN_STREAK, ON_TIME_STREAK, STREAK, PAUSES, MOODS_DRAWN, POINTS_DRAWN, REACHED, NOTHING_REACHED, REACHED_BY, NOTHING,
    PERCENT, SOMEBODY, A_BOND,
)  # fmt: skip
"""All of it, for the catalogues."""

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def day_in(language: Language, day: date) -> str:
    """A day as that language writes it."""
    match language:
        case "de":
            return f"{day:%d.%m.%Y}"
        case "es":
            return f"{day:%d/%m/%Y}"
        case _:
            return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def short_in(language: Language, day: date) -> str:
    """The same where there is little room, without its year."""
    match language:
        case "de":
            return f"{day:%d.%m.}"
        case "es":
            return f"{day:%d/%m}"
        case _:
            return f"{day.day} {_MONTHS[day.month - 1]}"
