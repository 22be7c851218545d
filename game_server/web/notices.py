"""The two pages that stand for themselves, in the language of whoever reads them: nothing at this address, being updated."""

from functools import cache
from html import escape
from pathlib import Path

from game_server.languages.catalogues import Language, catalogue

NOWHERE, UNREADY = "nowhere.html", "unready.html"
SENTENCES = {
    NOWHERE: (
        "Nothing here",
        "There is nothing at this address",
        "Perhaps a letter got lost on the way. If somebody sent you a link, open it again exactly as it came.",
        "Go to the start",
        "your games wait there.",
    ),
    UNREADY: (
        "Being updated",
        "Attuned is being updated",
        "Nothing is lost. Open this page again in a few minutes.",
        "For whoever runs this server:",
    ),
}
"""What a person reads there, as it stands in the files."""


@cache
def notice(name: str, language: Language) -> str:
    """The page. In it `{meaning}` is what an operator is to do, in English."""
    page, words = (Path(__file__).parent / name).read_text("utf-8"), catalogue("server", language)
    for sentence in SENTENCES[name]:
        page = page.replace(escape(sentence, quote=False), escape(words.say(sentence), quote=False))
    return page.replace('<html lang="en">', f'<html lang="{language}">')
