"""A page with nothing of ours: where somebody goes who has to leave in a hurry. Plain in name, icon, title and address."""

import html
from functools import cache
from pathlib import Path

from game_server.languages.catalogues import Language
from game_server.languages.choice import of_header

PAGE = Path(__file__).parent / "neutral.html"
TONGUES: dict[Language, tuple[str, str, tuple[str, ...]]] = {
    "en": (
        "Lists",
        "Saturday",
        ("Tomatoes", "Olive oil", "+Bread", "Batteries, AA", "Washing powder", "+Return parcel"),
    ),
    "de": (
        "Listen",
        "Samstag",
        ("Tomaten", "Olivenöl", "+Brot", "Batterien AA", "Waschpulver", "+Paket zurückschicken"),
    ),
    "es": (
        "Listas",
        "Sábado",
        ("Tomates", "Aceite de oliva", "+Pan", "Pilas AA", "Detergente", "+Devolver el paquete"),
    ),
}
"""By language: the page's title, the list's, and what stands on it; "+" is done already."""


def page(accepted: str) -> bytes:
    """The page in the language of ours that an `Accept-Language` likes best."""
    return _page(of_header(accepted))


@cache
def _page(tongue: Language) -> bytes:
    title, day, things = TONGUES[tongue]
    items = "\n      ".join(_item(each.removeprefix("+"), done=each.startswith("+")) for each in things)
    text = PAGE.read_text("utf-8")
    for name, value in (("tongue", tongue), ("title", title), ("day", day), ("items", items)):
        text = text.replace(f"{{{name}}}", value)
    return text.encode()


def _item(thing: str, *, done: bool) -> str:
    word = html.escape(thing)
    return f'<li><label><input type="checkbox"{" checked" if done else ""} /><span>{word}</span></label></li>'
