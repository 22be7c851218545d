"""A page with nothing of ours: where somebody goes who has to leave in a hurry. Plain in name, icon, title and address."""

import html
from functools import cache
from pathlib import Path

from game_server.languages.catalogues import Language, catalogue
from game_server.languages.choice import of_header

PAGE = Path(__file__).parent / "neutral.html"
TITLE, DAY = "Lists", "Saturday"
THINGS = ("Tomatoes", "Olive oil", "Bread", "Batteries, AA", "Washing powder", "Return parcel")
DONE = ("Bread", "Return parcel")
SAID = (TITLE, DAY, *THINGS)
"""What stands there, in English."""


def page(accepted: str) -> bytes:
    """The page in the language of ours that an `Accept-Language` likes best."""
    return _page(of_header(accepted))


@cache
def _page(tongue: Language) -> bytes:
    say = catalogue("server", tongue).say
    items = "\n      ".join(_item(say(each), done=each in DONE) for each in THINGS)
    text = PAGE.read_text("utf-8")
    for name, value in (("tongue", tongue), ("title", say(TITLE)), ("day", say(DAY)), ("items", items)):
        text = text.replace(f"{{{name}}}", value)
    return text.encode()


def _item(thing: str, *, done: bool) -> str:
    word = html.escape(thing)
    return f'<li><label><input type="checkbox"{" checked" if done else ""} /><span>{word}</span></label></li>'
