"""What must be so of AI characters, of what an AI was asked, and of the pictures that hang on rows. SQL for storage/proofs.py."""

from storage.proofs import Proof, any_of

STATS = ("dominance", "submission", "charisma", "stamina", "creativity", "control")
LEAST, MOST, POINTS = 1, 20, 60

_NAMES = ", ".join(f"'{name}'" for name in STATS)
_SUM = " + ".join(f"(t.stats ->> '{name}')::numeric" for name in STATS)

_DEALT_OUT_ANEW = [
    f"UPDATE {table} SET stats = (SELECT jsonb_object_agg(name, {POINTS // len(STATS)}) FROM unnest(ARRAY[{_NAMES}]) AS name)"
    " WHERE id = '…';"
    for table in ("kinksters", "preset_config")
]

KINKSTER_STATS = Proof(
    name="kinkster_stats",
    proves=f"The stats of characters and presets are {', '.join(STATS)}, each {LEAST} to {MOST}, {POINTS} in all",
    mend=f"SET ROLE game_owner; {' '.join(_DEALT_OUT_ANEW)} RESET ROLE;",
    sql=any_of(*(
        f"SELECT '{table} ' || t.id AS id FROM {table} t WHERE CASE WHEN jsonb_typeof(t.stats) <> 'object'"
        f" OR NOT t.stats ?& ARRAY[{_NAMES}] OR t.stats - ARRAY[{_NAMES}] <> '{{}}' OR jsonb_path_exists(t.stats,"
        f" '$.* ? (@.type() != \"number\" || @ < {LEAST} || @ > {MOST} || @.floor() != @)') THEN true ELSE {_SUM} <> {POINTS} END"
        for table in ("kinksters", "preset_config")
    )),
)  # fmt: skip

PRIMARY = Proof(
    name="primary_kinksters",
    proves="Nobody has two primary characters",
    mend="REINDEX INDEX CONCURRENTLY idx_kinksters_primary; after SET ROLE game_owner;"
    " UPDATE kinksters SET is_primary = false WHERE id = '…'; RESET ROLE;",
    sql="SELECT id FROM (SELECT k.id, count(*) OVER (PARTITION BY k.user_id) AS same FROM kinksters k WHERE k.is_primary) p"
    " WHERE same > 1",
)

AVATARS = Proof(
    name="avatars",
    group="files",
    proves="Every avatar of a character is a picture of its owner's that is there",
    mend="SET ROLE game_owner; UPDATE kinksters SET avatar_urls = '{}' WHERE id = '…'; RESET ROLE;"
    "  (or `game-server restore --kinksters` of a backup that has it)",
    sql="SELECT DISTINCT k.id FROM kinksters k, unnest(k.avatar_urls) AS address"
    " LEFT JOIN files f ON '/api/files/' || f.id = address WHERE f.id IS NULL OR f.user_id IS DISTINCT FROM k.user_id",
)

HOLDERS = ("task_proof", "ai_message_attachments", "image_generations")
"""Tables whose rows have a `file_id`."""

_HELD = " UNION ALL ".join(f"SELECT t.file_id FROM {table} t WHERE t.file_id IS NOT NULL" for table in HOLDERS)

HANGING = Proof(
    name="hanging_files",
    group="files",
    proves="Every picture that was attached hangs on a row, and what hangs on one was attached",
    mend="On nothing: SET ROLE game_owner; DELETE FROM files WHERE id = '…'; RESET ROLE;  On a row, and not attached (it would be"
    " taken away after a day): SET ROLE game_owner; UPDATE files SET attached_at = created_at WHERE id = '…'; RESET ROLE;",
    sql=f"SELECT f.id FROM files f LEFT JOIN (SELECT DISTINCT file_id FROM ({_HELD}) some_held) held ON held.file_id = f.id"
    " LEFT JOIN (SELECT DISTINCT k.user_id, address FROM kinksters k, unnest(k.avatar_urls) AS address) shown"
    " ON shown.user_id = f.user_id AND shown.address = '/api/files/' || f.id"
    " WHERE (f.attached_at IS NULL) = (held.file_id IS NOT NULL) AND (f.attached_at IS NULL OR shown.address IS NULL)",
)

_LONG_AGO = "statement_timestamp() - interval '1 hour'"

LEASES = Proof(
    name="generation_leases",
    proves="No picture that is drawn and no answer that is written has been given up without anybody ending it",
    mend="The jobs draw_pictures and end_lost_answers end what nobody works on: does the timetable run? `game-server jobs`.",
    sql=any_of(
        "SELECT 'image_generations ' || g.id AS id FROM image_generations g"
        f" WHERE g.status = 'running' AND g.leased_until < {_LONG_AGO}",
        f"SELECT 'agent_sessions ' || s.id FROM agent_sessions s WHERE s.ended_at IS NULL AND s.alive_until < {_LONG_AGO}",
        "SELECT 'image_generations ' || id FROM (SELECT g.id, count(*) OVER (PARTITION BY g.user_id) AS same"
        " FROM image_generations g WHERE g.status = 'running') r WHERE same > 1",
    ),
)

ANSWERS = Proof(
    name="streaming_answers",
    proves="Every answer that is being written has somebody who writes it",
    mend="SET ROLE game_owner; UPDATE messages SET status = 'partial', partial = true WHERE id = '…'; RESET ROLE;",
    sql="SELECT m.id FROM messages m LEFT JOIN agent_sessions s ON s.message_id = m.id AND s.ended_at IS NULL"
    " WHERE m.status = 'streaming' AND s.id IS NULL",
)

OF_CHARACTERS = (KINKSTER_STATS, PRIMARY, LEASES, ANSWERS, AVATARS, HANGING)
