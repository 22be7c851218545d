"""A page with nothing of ours: where somebody goes who has to leave in a hurry. Plain in name, icon, title and address."""

import html
from functools import cache
from pathlib import Path

PAGE = Path(__file__).parent / "neutral.html"
TONGUES = {
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
    """The page in the first language of an `Accept-Language` that it has, else in English."""
    asked = [each.split(";")[0].strip()[:2].lower() for each in accepted.split(",")]
    return _page(next((tongue for tongue in asked if tongue in TONGUES), "en"))


@cache
def _page(tongue: str) -> bytes:
    title, day, things = TONGUES[tongue]
    items = "\n      ".join(_item(each.removeprefix("+"), done=each.startswith("+")) for each in things)
    text = PAGE.read_text("utf-8")
    for name, value in (("tongue", tongue), ("title", title), ("day", day), ("items", items)):
        text = text.replace(f"{{{name}}}", value)
    return text.encode()


def _item(thing: str, *, done: bool) -> str:
    word = html.escape(thing)
    return f'<li><label><input type="checkbox"{" checked" if done else ""} /><span>{word}</span></label></li>'
