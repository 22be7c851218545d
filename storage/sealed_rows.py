"""Which columns hold what is sealed, and with whose key: owners are called as in the key store (`user:…`, `anon:…`, `bond:…`).

An envelope is {key_id, nonce, ciphertext}. Every such column of the database stands here: what a new one holds is proven as
soon as it is named.
"""

from collections.abc import AsyncIterator, Sequence

import asyncpg
import msgspec

from storage.proofs import Proof, any_of

BATCH = 1_000

_BOND, _USER = "'bond:' || t.bond_id", "'user:' || t.user_id"
_BOND_OR_USER = "coalesce('bond:' || t.bond_id, 'user:' || t.{user})"
_PERSON = "coalesce('user:' || t.user_id, 'anon:' || t.anonymous_session_id)"


class Sealed(msgspec.Struct, frozen=True):
    """Columns of a table whose rows are one owner's. `owner` and `where` are SQL of a row `t`."""

    table: str
    columns: tuple[str, ...]
    owner: str
    where: str = "true"

    @property
    def texts(self) -> str:
        """Its rows `t`, each with each of its envelopes `v.e`."""
        values = ", ".join(f"(t.{column})" for column in self.columns)
        return f"{self.table} t, LATERAL (VALUES {values}) v (e) WHERE v.e IS NOT NULL AND {self.where}"


def _of(table: str, columns: str, owner: str, where: str = "true") -> Sealed:
    return Sealed(table, tuple(columns.split()), owner, where)


_CHARACTER = (
    "name display_name pronouns archetype bio backstory personality_traits top_kinks hard_limits soft_limits openai_instructions"
    " body_type height build hair_color hair_style eye_color skin_tone facial_hair clothing_style favorite_colors fetish_wear"
    " aesthetic"
)

SEALED = (
    _of("bonds", "name description", "'bond:' || t.id"),
    _of("bond_members", "nickname safewords aftercare_needs", _BOND),
    _of("boundaries", "activity_name", _BOND),
    _of("tasks", "title description extension_reason revise_reason notes", _BOND),
    _of("task_series", "title description", _BOND),
    _of("task_templates", "title description", _BOND),
    _of("task_proof", "text", _BOND),
    _of("rules", "title description", _BOND),
    _of("rewards", "title description", _BOND),
    _of("points_ledger", "reason", _BOND),
    _of("calendar_events", "title description location", _BOND_OR_USER.format(user="created_by")),
    _of("contracts", "title content", _BOND),
    _of("contract_signatures", "reason", _BOND),
    _of("scenes", "title consent_details notes aftercare_notes", _BOND),
    _of("messages", "content", _BOND_OR_USER.format(user="user_id")),
    _of("journal_entries", "title content", _USER),
    _of("scene_debriefs", "text", _USER),
    _of("check_ins", "notes", _USER),
    _of("resources", "title url description", _USER),
    _of("bond_join_requests", "message", _USER),
    _of("submission_state_logs", "reason", _USER),
    _of("personal_limits", "words", _USER, "t.words <> '{}'"),
    _of("users", "kink_identity", "'user:' || t.id"),
    _of("kinksters", _CHARACTER, _USER, "t.user_id IS NOT NULL"),
    _of("kinkster_creation_sessions", "draft", _USER),
    _of("conversations", "title", _USER),
    _of("image_generations", "prompt", _USER),
    _of("scene_compositions", "title composition", _USER),
    _of("character_poses", "name pose", _USER),
    _of("survey_progress", "answers", _PERSON, "t.answers ? 'key_id'"),
    _of("notion_conflicts", "theirs", _USER),
)

_WITHIN_SCENES = (
    "scenes t, jsonb_path_query(t.activities, '$[*].*', silent => true) v (e) WHERE jsonb_typeof(v.e) = 'object'"
)

_OTHER_PAIRS = (
    f"SELECT {_BOND}, v.e ->> 'key_id' FROM {_WITHIN_SCENES}",
    f"SELECT {_USER}, t.key_id FROM files t",
    f"SELECT {_PERSON}, t.key_id FROM session_notes t",
    f"""
SELECT {_PERSON}, s.payload_json ->> 'key_id' FROM survey_submissions s JOIN profiles t ON t.submission_id = s.submission_id
WHERE s.payload_json ? 'key_id'
""",
    f"""
SELECT {_PERSON}, s.rules #>> '{{rules,sealed,key_id}}'
FROM sessions s JOIN session_seats t ON t.session_id = s.session_id AND t.seat = 'A'
WHERE jsonb_typeof(s.rules #> '{{rules,sealed,key_id}}') = 'string' AND num_nonnulls(t.user_id, t.anonymous_session_id) = 1
""",
)
"""The same of what is no column by itself, or whose owner stands in another table."""

OWNERS = """
SELECT owner FROM (
    SELECT 'user:' || id AS owner FROM users UNION ALL SELECT 'anon:' || session_id FROM anonymous_sessions
    UNION ALL SELECT 'bond:' || id FROM bonds UNION ALL SELECT person FROM erased_people
) known ORDER BY owner COLLATE "C"
"""
"""Who may have a key: everybody who is there, and who is gone and whose key is about to go."""

_NO_ENVELOPE = """
CASE WHEN jsonb_typeof(v.e) <> 'object' THEN true ELSE NOT v.e ?& ARRAY['key_id', 'nonce', 'ciphertext']
    OR v.e - ARRAY['key_id', 'nonce', 'ciphertext'] <> '{}' OR jsonb_path_exists(v.e, '$.* ? (@.type() != "string")') END
"""


async def present(connection: asyncpg.Connection) -> list[Sealed]:
    """Those whose table there is."""
    rows = await connection.fetch(
        "SELECT name FROM unnest($1::text[]) AS name WHERE to_regclass('public.' || name) IS NOT NULL",
        [one.table for one in SEALED],
    )
    there = {row["name"] for row in rows}
    return [one for one in SEALED if one.table in there]


async def pairs(connection: asyncpg.Connection) -> AsyncIterator[tuple[str, str]]:
    """Whose rows need which key, each once, in the order of the key store; inside of a transaction."""
    queries = [f"SELECT {one.owner}, v.e ->> 'key_id' FROM {one.texts}" for one in await present(connection)]
    wanted = " UNION ".join([*queries, *_OTHER_PAIRS])
    sql = f"SELECT owner, key_id FROM ({wanted}) pairs (owner, key_id) WHERE owner IS NOT NULL"
    async for row in each(connection, sql + ' ORDER BY owner COLLATE "C", key_id'):
        yield row["owner"], row["key_id"]


async def each(connection: asyncpg.Connection, sql: str) -> AsyncIterator[asyncpg.Record]:
    """The rows of a query, a batch at a time; inside of a transaction."""
    async for row in connection.cursor(sql, prefetch=BATCH):
        yield row


def envelopes(tables: Sequence[Sealed]) -> Proof:
    """Nothing readable stands where something sealed must."""
    return Proof(
        name="envelopes",
        proves="What people write is sealed wherever it is kept: an envelope, and nothing readable",
        mend="Only the server seals: have it written anew by whose row it is, or delete it. And find out who wrote it there.",
        sql=any_of(
            *(f"SELECT DISTINCT '{one.table} ' || t.id AS id FROM {one.texts} AND {_NO_ENVELOPE}" for one in tables),
            f"SELECT DISTINCT 'scenes ' || t.id FROM {_WITHIN_SCENES} AND {_NO_ENVELOPE}",
        ),
    )
