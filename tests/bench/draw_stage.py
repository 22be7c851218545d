"""Where the bench `draw` draws: large banks made of the shipped cards, and two people with a long history in PostgreSQL."""

import json
import random

import asyncpg
import msgspec

from rooms.activities import taxonomy
from rooms.activities.card import Card, activity_uid
from rooms.sessions.commands import Level
from rooms.sessions.draw import Request
from rooms.sessions.state import Settings, State, opening
from storage.activities import upsert_cards
from tests.storage import rows
from tests.support.evening import shipped_bank

ROOM = "the bench's room"
_BATCH = 5_000


def bank_of(count: int) -> list[Card]:
    """So many cards: the shipped ones, and then others with their texts, each with keys and domains of two of them."""
    shipped, dice = shipped_bank(), random.Random(count)  # noqa: S311 - repeatable on purpose
    cards = []
    for number in range(count):
        card, other = shipped[number % len(shipped)], dice.choice(shipped)
        changes = {"activity_id": number + 1}
        if number >= len(shipped):
            step = msgspec.structs.replace(card.steps[0], do=f"{card.steps[0].do} ({number})")
            changes |= {"steps": (step, *card.steps[1:]), "uid": activity_uid(card.type, step.do)}
            if "G" not in (card.rating, other.rating):
                keys = dict.fromkeys((*card.preference_keys, *other.preference_keys))
                changes |= {"preference_keys": tuple(keys)[:3], "domains": other.domains or card.domains}
        cards.append(msgspec.structs.replace(card, **changes))
    return cards


def requests(count: int) -> list[Request]:
    """Turns of many games, for either seat, at R and X, with what an evening has shown by then."""
    levels: tuple[Level, ...] = ("R", "X")
    return [
        Request(
            active="A" if number % 2 else "B", type="truth" if number % 3 else "dare", level=levels[number // 25 % 2],
            step=number % 25 + 1, target=25, shown=tuple(range(5, 5 + number % 25)), tired=frozenset({"kissing"}),
            tired_acts=frozenset({"kiss", "hold"}),
        )
        for number in range(count)
    ]  # fmt: skip


async def write_bank(connection: asyncpg.Connection, cards: list[Card]) -> None:
    """The bank of the database is these cards."""
    for start in range(0, len(cards), _BATCH):
        await upsert_cards(connection, cards[start : start + _BATCH], "bench")


async def seat_couple(connection: asyncpg.Connection) -> State:
    """Two people who answered the survey, in a room."""
    await rows.session(connection, ROOM)
    dice = random.Random(7)  # noqa: S311 - repeatable on purpose
    for number, seat in enumerate("AB", start=1):
        user = await rows.user(connection, number)
        profile = await rows.profile(connection, user_id=user)
        answers = {key: dice.choices((1.0, 0.5, 0.0), (6, 2, 2))[0] for key in taxonomy.PREFERENCE_KEYS}
        said = {"asked": True, "hard_limits": [taxonomy.ANAL], "soft_limits": [], "maybe_items": []}
        await connection.execute(
            """UPDATE profiles SET profile_version = '0.4', activities = $2::jsonb, boundaries = $3::jsonb,
                   anatomy = '{"anatomy_self": ["penis", "vagina", "breasts"], "anatomy_preference": []}' WHERE id = $1""",
            profile,
            json.dumps(answers),
            json.dumps(said),
        )
        await rows.seat(connection, ROOM, seat, user_id=user, actor=f"user:{user}", profile_id=profile)
    return opening(ROOM, Settings(), hosted=False)


async def write_history(connection: asyncpg.Connection, count: int) -> None:
    """Each of the two has seen so many cards, one a minute until now, and said of every tenth that they liked it."""
    await connection.execute("SET session_replication_role = replica")  # foreign keys are not asked a million times
    await connection.execute("DELETE FROM user_activity_history")
    await connection.execute(
        """
        INSERT INTO user_activity_history
            (user_id, session_id, activity_id, activity_type, presented_at, feedback_type, theme_tags, turn)
        SELECT seat.user_id, $1, cards.ids[1 + mod(n::bigint * 7919, array_length(cards.ids, 1))], 'dare',
            now() - make_interval(mins => $2::integer - n) - interval '1 day',
            (CASE WHEN mod(n, 10) = 0 THEN 'like' END)::feedback_type_enum, '["touch"]', n
        FROM generate_series(1, $2::integer) AS n,
            (SELECT array_agg(activity_id) AS ids FROM activities) AS cards,
            session_seats AS seat
        WHERE seat.session_id = $1
        """,
        ROOM,
        count,
        timeout=600,
    )
    await connection.execute("RESET session_replication_role")
    await connection.execute("VACUUM ANALYZE user_activity_history", timeout=600)
    await connection.execute("ANALYZE activities")
