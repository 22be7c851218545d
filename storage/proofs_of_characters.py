"""What must be so of AI characters, and of what an AI was asked. SQL for storage/proofs.py."""

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

OF_CHARACTERS = (KINKSTER_STATS, PRIMARY, LEASES, ANSWERS)
