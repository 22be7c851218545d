"""The sections of an export, in the order in which they are told. What is sealed has been opened when there is a document."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, Literal

import msgspec

from game_server.export import bonds, couples, games, sealed
from game_server.export.reader import Reader
from storage import export
from storage.export import Item
from storage.export_bonds import SECTIONS
from storage.export_catalog import NOT_SHOWN, SHOWN

FORMAT = "attuned export 1"


class LeftOut(msgspec.Struct, frozen=True):
    """A table of ours, or a column of one, of which nothing is told, and why."""

    what: str
    why: str


class Exported(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is kept about the caller, under the names that it has in the database.

    A player without an account has no lists but those of consents, the survey, games, notes and history.
    """

    format: Literal["attuned export 1"]
    made_at: datetime
    account: dict[str, Any]
    consent: dict[str, Any]
    consents: list[dict[str, Any]]
    profile: dict[str, Any] | None
    survey_handed_in: list[dict[str, Any]]
    survey_begun: list[dict[str, Any]]
    games: list[dict[str, Any]]
    notes: list[dict[str, Any]]
    history: list[dict[str, Any]]
    partners: list[dict[str, Any]] = []
    connections: list[dict[str, Any]] = []
    blocked: list[dict[str, Any]] = []
    cards_written_together: list[dict[str, Any]] = []
    notifications: list[dict[str, Any]] = []
    pushes: list[dict[str, Any]] = []
    devices: list[dict[str, Any]] = []
    logins: list[dict[str, Any]] = []
    mails: list[dict[str, Any]] = []
    mailed_links: list[dict[str, Any]] = []
    purchases: list[dict[str, Any]] = []
    transactions: list[dict[str, Any]] = []
    refunds: list[dict[str, Any]] = []
    bonds: list[dict[str, Any]] = []
    memberships: list[dict[str, Any]] = []
    bond_requests: list[dict[str, Any]] = []
    bond_log: list[dict[str, Any]] = []
    states: list[dict[str, Any]] = []
    boundaries: list[dict[str, Any]] = []
    boundary_ratings: list[dict[str, Any]] = []
    personal_limits: list[dict[str, Any]] = []
    task_templates: list[dict[str, Any]] = []
    task_series: list[dict[str, Any]] = []
    tasks: list[dict[str, Any]] = []
    task_proof: list[dict[str, Any]] = []
    rules: list[dict[str, Any]] = []
    rule_answers: list[dict[str, Any]] = []
    rewards: list[dict[str, Any]] = []
    points: list[dict[str, Any]] = []
    point_balances: list[dict[str, Any]] = []
    journal: list[dict[str, Any]] = []
    calendar: list[dict[str, Any]] = []
    calendar_feeds: list[dict[str, Any]] = []
    contracts: list[dict[str, Any]] = []
    contract_signatures: list[dict[str, Any]] = []
    scenes: list[dict[str, Any]] = []
    scene_confirmations: list[dict[str, Any]] = []
    scene_debriefs: list[dict[str, Any]] = []
    check_ins: list[dict[str, Any]] = []
    messages: list[dict[str, Any]] = []
    attachments: list[dict[str, Any]] = []
    files: list[dict[str, Any]] = []
    resources: list[dict[str, Any]] = []
    achievements: list[dict[str, Any]] = []
    characters: list[dict[str, Any]] = []
    character_drafts: list[dict[str, Any]] = []
    conversations: list[dict[str, Any]] = []
    pictures: list[dict[str, Any]] = []
    ai_answers: list[dict[str, Any]] = []
    compositions: list[dict[str, Any]] = []
    poses: list[dict[str, Any]] = []
    notion: list[dict[str, Any]] = []
    notion_databases: list[dict[str, Any]] = []
    notion_pages: list[dict[str, Any]] = []
    notion_conflicts: list[dict[str, Any]] = []
    notion_runs: list[dict[str, Any]] = []
    left_out: list[LeftOut]


class Section(msgspec.Struct, frozen=True):
    """One field of `Exported`: a thing that is there once (or not), or a list that comes page by page."""

    name: str
    once: Item | None = None
    pages: AsyncIterator[list[Item]] | None = None


class Document(msgspec.Struct, frozen=True):
    """An export that can be written, once."""

    made_at: datetime
    sections: tuple[Section, ...]


async def document(reader: Reader) -> Document:
    """Everything about the caller. Raises Unauthorized, KeyGone, KeysAway; what is read later raises while it is written."""
    account, profile = await sealed.account(reader), await sealed.profile(reader)
    handed_in, begun = await sealed.survey(reader)
    sections = (
        Section("account", once=account),
        Section("consent", once=await sealed.consent(reader, account, profile)),
        Section("consents", pages=reader.pages(export.CONSENTS)),
        Section("profile", once=profile),
        Section("survey_handed_in", pages=_at_once(handed_in)),
        Section("survey_begun", pages=_at_once(begun)),
        Section("games", pages=games.games(reader)),
        Section("notes", pages=sealed.notes(reader)),
        Section("history", pages=reader.pages(export.HISTORY)),
        *(_of_account(reader) if reader.caller.kind == "user" else ()),
        Section("left_out", pages=_at_once([msgspec.structs.asdict(one) for one in left_out()])),
    )
    return Document(reader.now, sections)


def left_out() -> list[LeftOut]:
    """What is not in an export, and why."""
    tables = [LeftOut(table, why) for table, why in NOT_SHOWN.items()]
    return tables + [
        LeftOut(f"{table}.{column}", why) for table, shown in SHOWN.items() for column, why in shown.left_out.items()
    ]


def _of_account(reader: Reader) -> tuple[Section, ...]:
    """What only an account has."""
    return (
        Section("partners", pages=reader.pages(export.REMEMBERED)),
        Section("connections", pages=couples.connections(reader)),
        Section("blocked", pages=reader.pages(export.BLOCKED)),
        Section("cards_written_together", pages=couples.cards(reader)),
        Section("notifications", pages=reader.pages(export.NOTIFICATIONS)),
        Section("pushes", pages=reader.pages(export.PUSHES)),
        Section("devices", pages=reader.pages(export.DEVICES)),
        Section("logins", pages=reader.pages(export.LOGINS)),
        Section("mails", pages=reader.pages(export.MAILS)),
        Section("mailed_links", pages=reader.pages(export.MAILED_LINKS)),
        Section("purchases", pages=reader.pages(export.PURCHASES)),
        Section("transactions", pages=reader.pages(export.TRANSACTIONS)),
        Section("refunds", pages=reader.pages(export.REFUNDS)),
        Section("bonds", pages=bonds.all_bonds(reader)),
        *(Section(name, pages=bonds.section(reader, name)) for name in SECTIONS),
    )


async def _at_once(items: list[Item]) -> AsyncIterator[list[Item]]:
    yield items
