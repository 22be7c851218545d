"""A database in which many people have played for long: rows as they come to be, made by PostgreSQL itself in seconds.

Everybody has the same share of everything, so any one person stands for all: `rows.user_id(1)` and up, `anonymous 1` and up.
"""

import asyncpg
import msgspec

from tests.support import many_bonds


class Scale(msgspec.Struct, frozen=True, kw_only=True):
    """How many rows: of accounts, of games (two seats each), of cards kept in each, of cards shown to people in all."""

    people: int
    sessions: int
    cards_each: int
    shown: int


def _person(number: str, scale: Scale) -> str:
    """The id of the person whom this number falls to."""
    return f"lpad(to_hex(({number}) % {scale.people} + 1), 32, '0')::uuid"


def _of_people(scale: Scale) -> dict[str, str]:
    """Each with its columns and rows; `n` counts people, `step` what each of them has."""
    me, next_one = _person("n", scale), _person("n + step", scale)
    people = f"generate_series(0, {scale.people - 1}) n"
    return {
        "users": f"(id, email, email_confirmed_at) SELECT {me}, 'person' || n || '@example.org', now() FROM {people}",
        "survey_submissions": f"(submission_id, payload_json) SELECT 'of ' || n, '{{}}' FROM {people}",
        "profiles": f"""
            (user_id, submission_id, power_dynamic, arousal_propensity, domain_scores, activities, truth_topics, boundaries)
            SELECT {me}, 'of ' || n, '{{}}', '{{}}', '{{}}', '{{}}', '{{}}', '{{}}' FROM {people}""",
        "survey_progress": f"(user_id) SELECT {me} FROM {people}",
        "push_notification_tokens": f"(user_id, device_token, platform) SELECT {me}, 'of ' || n, 'ios' FROM {people}",
        "subscription_transactions": f"""
            (user_id, platform, platform_transaction_id, subscription_tier, amount, started_at, expires_at)
            SELECT {me}, 'ios', 'of ' || n, 'premium', 1, now(), now() FROM {people}""",
        "anonymous_sessions": f"(session_id) SELECT 'anonymous ' || n + 1 FROM {people}",
        "remembered_partners": f"""
            (user_id, partner_user_id, partner_name, partner_email)
            SELECT {me}, {next_one}, '', '' FROM {people}, generate_series(1, 3) step""",
        "blocked_people": f"""
            (user_id, blocked_user_id, name) SELECT {me}, {next_one}, '' FROM {people}, generate_series(9, 9) step""",
        "partner_connections": f"""
            (requester_user_id, recipient_user_id, recipient_email, connection_token, status, expires_at)
            SELECT {me}, CASE WHEN step < 4 THEN {next_one} END, 'person' || (n + step) % {scale.people} || '@example.org',
                n || ' ' || step, (ARRAY['accepted', 'expired', 'expired', 'pending'])[step]::connection_status_enum,
                now() + interval '1 day'
            FROM {people}, generate_series(1, 4) step""",
        "activities": f"""
            (activity_id, type, rating, intensity, script, source, approved)
            SELECT 1000000 + n, 'truth', 'G', 1, '{{"steps": []}}', 'user_submitted', false FROM {people}""",
        "couple_cards": f"""
            (activity_id, writer_id, partner_id)
            SELECT 1000000 + n, {me}, {next_one} FROM {people}, generate_series(1, 1) step""",
        "notifications": f"""
            (user_id, kind, about, link, created_at)
            SELECT {me}, 'your_turn', 'game ' || step, '/', now() - step * interval '1 hour'
            FROM {people}, generate_series(1, 5) step""",
    }


def _of_games(scale: Scale) -> dict[str, str]:
    """The same; `n` counts games."""
    one = _person("n", scale)
    other = _person(
        f"n + 1 + n / {scale.people} % {scale.people - 1}", scale
    )  # in each round somebody else, never oneself
    seat = "primary_user_id, created_at FROM sessions"
    return {
        "sessions": f"""
            (session_id, primary_user_id, partner_user_id, session_owner_user_id, created_at, status)
            SELECT 'game ' || n, {one}, {other}, {one}, now() - n * interval '1 minute', 'completed'
            FROM generate_series(0, {scale.sessions - 1}) n""",
        "session_seats": f"""
            (session_id, seat, actor, user_id, joined_at)
            SELECT session_id, 'A', 'user:' || primary_user_id, {seat}
            UNION ALL SELECT session_id, 'B', 'user:' || partner_user_id, {seat.replace("primary", "partner")}""",
        "session_notes": """
            (session_id, seat, user_id, key_id, words)
            SELECT session_id, 'A', primary_user_id, '', '{}' FROM sessions""",
        "session_activities": f"""
            (session_id, seq, type, rating, intensity, script, source)
            SELECT session_id, seq, 'truth', 'G', 1, '{{"steps": []}}', 'bank'
            FROM sessions, generate_series(1, {scale.cards_each}) seq""",
        "user_activity_history": f"""
            (user_id, session_id, activity_type, presented_at)
            SELECT {one}, 'game ' || n % {scale.sessions}, 'truth', now() - n * interval '1 second'
            FROM generate_series(0, {scale.shown - 1}) n""",
    }


async def fill(connection: asyncpg.Connection, scale: Scale) -> set[str]:
    """All of it, as a superuser: what triggers and foreign keys would see to is right by how it is made. The tables' names."""
    made = [*(_of_people(scale) | _of_games(scale)).items(), *await many_bonds.insertions(connection, scale.people)]
    await connection.execute("SET session_replication_role = replica")
    for table, selected in made:
        await connection.execute(f"INSERT INTO {table} {selected}")
    tables = {table for table, _ in made}
    await connection.execute(f"RESET session_replication_role; ANALYZE {', '.join(sorted(tables))}")
    return tables
