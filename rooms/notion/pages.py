"""What a page is to us: a row's own, a new one that a person made, a copy, somebody else's."""

import re
from collections.abc import Container, Mapping
from typing import Any, Literal
from uuid import UUID

import msgspec

Standing = Literal["known", "lost", "new", "copy", "strange"]


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a database, as it was read. Times are as Notion tells them: to the minute. `properties` by name."""

    id: str
    created_time: str
    last_edited_time: str
    in_trash: bool = False
    created_by: str | None = None
    last_edited_by: str | None = None
    data_source_id: str | None = None
    properties: Mapping[str, Any] = {}


def standing(
    page: Page, entity_id: str | None, *, bot_id: str, mapped: Mapping[str, str], rows: Container[str]
) -> tuple[Standing, str | None]:
    """What it is, and which row of ours it is of. `mapped` are this person's rows by the page each is shown on, `rows` all that
    they have of this kind; `entity_id` is what the page says it is, `bot_id` is us in that workspace.

    known: it is the row's page, whatever it says. lost: it says a row that has no page: a page was made, and the run cut before
    that was kept. copy: it says a row that has another page. A person copied that: it is a new row, and gets an id of its own; or
    we made it twice: then it may go, where nobody wrote into it meanwhile (`is_ours_alone`). new: it says nothing, and somebody
    else made it. strange: it says a row that is none of theirs, or says nothing although we made it: it is left alone.
    """
    if page.id in mapped:
        return "known", mapped[page.id]
    if entity_id is None or not _is_id(entity_id):
        return ("strange" if page.created_by == bot_id else "new"), None
    if entity_id not in rows:
        return "strange", None
    return ("copy" if entity_id in mapped.values() else "lost"), entity_id


def is_ours_alone(page: Page, bot_id: str) -> bool:
    """Did nobody but us write into it?"""
    return page.created_by == bot_id and page.last_edited_by == bot_id


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def is_echo(authors: Mapping[str, str], bot_id: str) -> bool:
    """Was it only us who changed something? `authors` of a webhook by id, each `person` or `bot`; nobody is not us."""
    return bool(authors) and all(kind == "bot" and author == bot_id for author, kind in authors.items())


_ID = re.compile(r"(?<![0-9a-f])[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}(?![0-9a-f])", re.ASCII)


def id_in(text: str) -> str | None:
    """The id of a page in what somebody pasted: the id itself, or the page's address, whose path ends with it."""
    path = text.strip().lower().partition("?")[0].partition("#")[0]
    found = _ID.findall(path)
    return str(UUID(found[-1])) if found else None
