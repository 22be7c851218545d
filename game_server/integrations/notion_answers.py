"""What Notion answers, as far as we read it."""

from collections.abc import Mapping
from typing import Any

import msgspec

from rooms.notion.pages import Page


class Me(msgspec.Struct, frozen=True):
    """Who we are in a workspace. `owner_id`: the person in Notion who connected us, where it says one."""

    bot_id: str
    workspace_id: str | None
    workspace_name: str | None
    owner_id: str | None


class Grant(msgspec.Struct, frozen=True):
    """What somebody let us have."""

    access_token: str
    refresh_token: str | None
    bot_id: str
    workspace_id: str
    workspace_name: str | None
    owner_id: str | None


class DataSource(msgspec.Struct, frozen=True):
    """A table of a database: its properties by name, each with its id and type."""

    id: str
    database_id: str | None
    properties: Mapping[str, Any]
    in_trash: bool
    created_time: str


class Database(msgspec.Struct, frozen=True):
    """A database, which holds one table or more (their ids)."""

    id: str
    data_sources: tuple[str, ...]
    in_trash: bool


class DataSources(msgspec.Struct, frozen=True):
    """A page of tables; `next_cursor` is None on the last."""

    items: tuple[DataSource, ...]
    next_cursor: str | None


class Pages(msgspec.Struct, frozen=True):
    """A page of pages. `incomplete`: there are more than a query tells, and no cursor leads there: ask from the last one on."""

    items: tuple[Page, ...]
    next_cursor: str | None
    incomplete: bool


# --- as they come ------------------------------------------------------------------------------------------------------


class Id(msgspec.Struct):
    """Something with an id."""

    id: str


class Parent(msgspec.Struct):
    """Where it lies."""

    data_source_id: str | None = None
    database_id: str | None = None


class PageTold(msgspec.Struct):
    """A page; a partial one, of which we may read no more than its id, has no times."""

    id: str
    created_time: str = ""
    last_edited_time: str = ""
    in_trash: bool = False
    created_by: Id | None = None
    last_edited_by: Id | None = None
    parent: Parent | None = None
    properties: dict[str, Any] = {}

    def page(self) -> Page:
        """The same as the rules know it."""
        return Page(
            id=self.id,
            created_time=self.created_time,
            last_edited_time=self.last_edited_time,
            in_trash=self.in_trash,
            created_by=_id(self.created_by),
            last_edited_by=_id(self.last_edited_by),
            data_source_id=None if self.parent is None else self.parent.data_source_id,
            properties=self.properties,
        )


class SourceTold(msgspec.Struct):
    """A data source."""

    id: str
    object: str = "data_source"
    parent: Parent | None = None
    properties: dict[str, dict[str, Any]] = {}
    in_trash: bool = False
    created_time: str = ""

    def data_source(self) -> DataSource:
        """The same as callers know it."""
        return DataSource(
            self.id,
            None if self.parent is None else self.parent.database_id,
            self.properties,
            self.in_trash,
            self.created_time,
        )


class DatabaseTold(msgspec.Struct):
    """A database."""

    id: str
    data_sources: list[Id] = []
    in_trash: bool = False

    def database(self) -> Database:
        """The same as callers know it."""
        return Database(self.id, tuple(one.id for one in self.data_sources), self.in_trash)


class Status(msgspec.Struct):
    """How far a query came."""

    type: str = "complete"


class ListTold(msgspec.Struct):
    """A page of a list, whatever it lists."""

    results: list[msgspec.Raw]
    next_cursor: str | None = None
    has_more: bool = False
    request_status: Status | None = None

    def cursor(self) -> str | None:
        """Where it goes on; None where it does not."""
        return self.next_cursor if self.has_more else None


class ItemTold(msgspec.Struct):
    """One element of a property that is told by itself."""

    title: dict[str, Any] | None = None
    rich_text: dict[str, Any] | None = None


class Owner(msgspec.Struct):
    """Whose a connection is."""

    user: Id | None = None


class BotTold(msgspec.Struct):
    """What a bot says of itself."""

    owner: Owner | None = None
    workspace_id: str | None = None
    workspace_name: str | None = None


class UserTold(msgspec.Struct):
    """A user: for us a bot."""

    id: str
    bot: BotTold | None = None

    def me(self) -> Me:
        """The same as callers know it."""
        bot = self.bot or BotTold()
        return Me(self.id, bot.workspace_id, bot.workspace_name, _owner(bot.owner))


class GrantTold(msgspec.Struct):
    """Tokens."""

    access_token: str
    bot_id: str
    workspace_id: str
    workspace_name: str | None = None
    refresh_token: str | None = None
    owner: Owner | None = None

    def grant(self) -> Grant:
        """The same as callers know it."""
        return Grant(
            self.access_token,
            self.refresh_token,
            self.bot_id,
            self.workspace_id,
            self.workspace_name,
            _owner(self.owner),
        )


def _owner(owner: Owner | None) -> str | None:
    return None if owner is None else _id(owner.user)


def _id(something: Id | None) -> str | None:
    return None if something is None else something.id
