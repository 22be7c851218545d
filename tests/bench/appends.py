"""Rooms for the commit bench: couples in tables that have been used, and the next accepted command of each kind."""

import uuid
from datetime import UTC, datetime
from typing import Any, Literal

import asyncpg
import msgspec

from storage.commits import Account, Append, Card, Charge, Feedback, LogRow, SessionRow

Kind = Literal["feedback", "propose", "complete", "skip"]
KINDS: tuple[Kind, ...] = ("feedback", "propose", "complete", "skip")
CARDS = 1000
OLD_GAMES, OLD_TURNS = 4, 25
HASH = "ab" * 32
STEPS = [
    {
        "actor": "A",
        "do": "Take your partner's hand and tell them, slowly, what you have been looking forward to all day.",
    },
    {
        "actor": "B",
        "do": "Listen, breathe, and answer with one thing you would like to hear again before the night is over.",
    },
]
CARD = msgspec.json.encode(
    {"t": "card_shown", "turn": 1, "charged_on": "2026-01-01", "card": {
        "activity_id": 1, "type": "dare", "rating": "R", "intensity": 2, "steps": STEPS, "boundaries": ["hardBoundaryBlood"],
        "preference_keys": ["massage_give", "massage_receive"], "active": "A", "partner": "B", "source": "bank"}}
)  # fmt: skip
CAUSE = msgspec.json.encode(
    {"command": {"t": "complete", "turn": 12}, "seat": "A", "now": "2026-01-01T00:00:00Z", "rolls": [0.1, 0.2, 0.3],
     "cool_down_s": 600.0, "proposal_s": 60.0, "allowance": {"used": 3, "limit": 1000000, "unlimited": False}}
)  # fmt: skip
MAKE = """
    WITH couple AS (
        INSERT INTO users (id, email) SELECT gen_random_uuid(), gen_random_uuid() || '@example.org' FROM generate_series(1, 2)
        RETURNING id
    ), told AS (
        INSERT INTO survey_submissions (submission_id, payload_json) SELECT id::text, '{}' FROM couple
        RETURNING submission_id
    ), profile AS (
        INSERT INTO profiles (user_id, submission_id, power_dynamic, arousal_propensity, domain_scores, activities,
            truth_topics, boundaries)
        SELECT submission_id::uuid, submission_id, '{}', '{}', '{}', '{}', '{}', '{}' FROM told RETURNING id, user_id
    ), placed AS (
        SELECT id, user_id, chr(64 + row_number() OVER ()::integer) AS seat FROM profile
    ), game AS (
        INSERT INTO sessions (session_id, status, intimacy_level, rules, head, created_at, primary_user_id, partner_user_id)
        SELECT CASE number WHEN 0 THEN $1 ELSE $1 || '-' || number END, CASE number WHEN 0 THEN 'active' ELSE 'completed' END,
            'R', '{"level": "R", "turns": 25, "rules": {}}', 0, now() - make_interval(days => number),
            (SELECT user_id FROM placed WHERE seat = 'A'), (SELECT user_id FROM placed WHERE seat = 'B')
        FROM generate_series(0, $2::integer) number RETURNING session_id, created_at
    ), seats AS (
        INSERT INTO session_seats (session_id, seat, actor, user_id, profile_id, joined_at)
        SELECT session_id, seat, 'user:' || user_id, user_id, placed.id, created_at FROM game, placed
    ), history AS (
        INSERT INTO user_activity_history (user_id, session_id, activity_id, activity_type, presented_at, turn)
        SELECT user_id, session_id, 1 + (random() * ($4 - 1))::integer, 'dare', created_at, turn
        FROM game, placed, generate_series(1, $3::integer) turn WHERE session_id <> $1
    )
    SELECT user_id::text FROM placed WHERE seat = 'A'
"""


class Table:
    """One room of two people, and what of it the next command has to know."""

    def __init__(self, session_id: str, payer: str) -> None:
        self.session_id, self.payer = session_id, payer
        self.head, self.turn, self.used, self.skips = 0, 0, 0, 0

    def next(self, kind: Kind, day: str) -> Append:
        """The next accepted command of this kind; the room goes on from it."""
        types = {"feedback": ["feedback_given"], "propose": ["level_proposed"], "complete": ["completed", "card_shown"]}
        fields: dict[str, Any] = {}
        if kind == "complete":
            self.turn += 1
            self.used += 1
            fields = {
                "account": Account(user_id=self.payer), "charge": Charge(day, self.used - 1, 1_000_000), **self._card()
            }  # fmt: skip
        elif kind == "skip":
            self.skips += 1
            fields = {"skipped_turn": self.turn, **self._card()}
        elif kind == "feedback":
            fields = {"feedback": Feedback(self.turn, "A", "like", True)}
        written = types.get(kind, ["card_replaced"])
        expected, self.head = self.head, self.head + len(written)
        return Append(
            session_id=self.session_id, expected=expected, head=self.head, seat="A", fence=0, command_id=str(uuid.uuid4()),
            body_hash=HASH, reply_seq=self.head,
            events=tuple(self._row(expected + at, type_) for at, type_ in enumerate(written, 1)),
            **fields,
        )  # fmt: skip

    def _derived(self) -> SessionRow:
        return SessionRow("active", "R", self.skips, self.turn, 0, self.turn)

    def _card(self) -> dict[str, Any]:
        card = 1 + (self.head * 7919) % CARDS
        shown = Card(
            turn=self.turn, activity_id=card, type="dare", rating="R", intensity=2, script={"steps": STEPS},
            tags=["hardBoundaryBlood", "massage_give", "massage_receive"],
            roles={"active_player": "A", "partner_player": "B"}, source="bank",
            checks={"relaxed": [], "level": "R", "phase": "warm", "theme": "massage", "weight": {"base": 1.0, "taste": 1.2}},
            at=datetime.now(UTC), themes=["massage"],
        )  # fmt: skip
        return {"card": card, "limits_rev": 0, "shown": shown, "session": self._derived()}

    def _row(self, seq: int, type_: str) -> LogRow:
        body = CARD if type_.startswith("card") else msgspec.json.encode({"t": type_, "turn": self.turn, "by": "A"})
        first = type_ != "card_shown"
        seat = "A" if type_ in {"feedback_given", "level_proposed"} else None
        return LogRow(seq, datetime.now(UTC), type_, seat, msgspec.Raw(body), msgspec.Raw(CAUSE) if first else None)


async def tables(connection: asyncpg.Connection, rooms: int) -> list[Table]:
    """So many rooms on a bank of cards, with people who have played before."""
    await connection.execute(
        """
        INSERT INTO activities (type, rating, intensity, script)
        SELECT 'dare', 'R', 2, '{"steps": []}' FROM generate_series(1, $1::integer)
        """,
        CARDS,
    )
    made = []
    for number in range(rooms):
        session_id = str(uuid.UUID(int=number + 1))
        payer = await connection.fetchval(MAKE, session_id, OLD_GAMES, OLD_TURNS, CARDS)
        made.append(Table(session_id, payer))
    await connection.execute("ANALYZE")
    return made
