"""What must be so of what people write, plan, sign and keep. SQL for storage/proofs.py."""

from storage.proofs import Proof, any_of

TAGGED = ("journal_entries", "resources")
MOST_TAGS, LONGEST_TAG = 20, 40

_WITHOUT_TAGS = [f"UPDATE {table} SET tags = '{{}}' WHERE id = '…';" for table in TAGGED]

TAGS = Proof(
    name="tags",
    proves="Tags are lists of words: none is empty, none is long, and they are few",
    mend=f"SET ROLE game_owner; {' '.join(_WITHOUT_TAGS)} RESET ROLE;",
    sql=any_of(*(
        f"SELECT '{table} ' || t.id AS id FROM {table} t WHERE array_ndims(t.tags) > 1 OR cardinality(t.tags) > {MOST_TAGS}"
        f" OR EXISTS (SELECT FROM unnest(t.tags) AS tag WHERE coalesce(btrim(tag), '') = '' OR char_length(tag) > {LONGEST_TAG})"
        for table in TAGGED
    )),
)  # fmt: skip

ICAL_UIDS = Proof(
    name="ical_uids",
    proves="No two dates of a calendar have the same iCalendar uid and occurrence",
    mend="REINDEX INDEX CONCURRENTLY idx_calendar_events_uid; after the newer of two was deleted, or was given another uid.",
    sql="""
SELECT id FROM (
    SELECT e.id, count(*) OVER (
        PARTITION BY e.bond_id, CASE WHEN e.bond_id IS NULL THEN e.created_by END, e.ical_uid, e.recurrence_id
    ) AS same
    FROM calendar_events e
) told WHERE same > 1
""",
)

VERSIONS = Proof(
    name="contract_versions",
    proves="Every version of a contract has its own number, and all of a line are of one bond",
    mend="Versions are never numbered anew: bring the contracts of that bond back from a backup.",
    sql="""
SELECT id FROM (
    SELECT c.id, count(*) OVER (PARTITION BY c.line_id, c.version_number) AS same, min(c.bond_id::text) OVER line AS one,
        max(c.bond_id::text) OVER line AS other
    FROM contracts c WINDOW line AS (PARTITION BY c.line_id)
) versions WHERE same > 1 OR one <> other
""",
)

IN_FORCE = Proof(
    name="contracts_in_force",
    proves="Of a line of contracts the newest that everybody signed is in force, and no other",
    mend="SET ROLE game_owner; UPDATE contracts SET status = 'superseded', ended_at = now() WHERE id = '…'; RESET ROLE;",
    sql="SELECT id FROM (SELECT c.id, row_number() OVER (PARTITION BY c.line_id ORDER BY c.version_number DESC, c.id) AS place"
    " FROM contracts c WHERE c.status = 'active') in_force WHERE place > 1",
)

SIGNATURES = Proof(
    name="contract_signatures",
    proves="Every contract that is or was in force was signed by two at least, all of them the same text",
    mend="Nobody but its parties signs. SET ROLE game_owner; UPDATE contracts SET status = 'withdrawn', ended_at = now()"
    " WHERE id = '…' AND status = 'active'; RESET ROLE;  and let them sign a new version.",
    sql="""
SELECT c.id FROM contracts c LEFT JOIN (
    SELECT s.contract_id, count(*) AS parties, bool_and(s.status = 'signed') AS signed, min(s.content_sha256) AS least,
        max(s.content_sha256) AS most
    FROM contract_signatures s GROUP BY s.contract_id
) parties ON parties.contract_id = c.id
WHERE c.status NOT IN ('draft', 'pending_signature')
    AND (coalesce(parties.parties, 0) < 2 OR NOT parties.signed
        OR (parties.least, parties.most) <> (c.content_sha256, c.content_sha256))
""",
)

ACTIVITIES = Proof(
    name="scene_activities",
    proves="The activities of scenes are lists of {name, keys, with, notes?}",
    mend="SET ROLE game_owner; UPDATE scenes SET activities = '[]' WHERE id = '…'; RESET ROLE;  (better from a backup)",
    sql="""
SELECT s.id FROM scenes s WHERE CASE WHEN jsonb_typeof(s.activities) <> 'array' THEN true ELSE
    jsonb_array_length(s.activities) > 30 OR jsonb_path_exists(s.activities, '$[*] ? (!(@.type() == "object"
        && @.name.type() == "object" && @.keys.type() == "array" && @.with.type() == "array"
        && (!exists(@.notes) || @.notes.type() == "object")))')
    OR jsonb_path_exists(s.activities, '$[*].keys[*] ? (@.type() != "string")')
    OR jsonb_path_exists(s.activities, '$[*].with[*] ? (@.type() != "string")') END
""",
)

_KNOWN_PEOPLE = """(
    SELECT coalesce(jsonb_agg(who), '[]') FROM jsonb_array_elements(one -> 'with') who
    WHERE EXISTS (SELECT FROM users u WHERE u.id::text = who #>> '{}')
)"""

WITH = Proof(
    name="scene_people",
    proves="Scenes name nobody who is not there",
    mend="SET ROLE game_owner; UPDATE scenes s SET activities = (SELECT jsonb_agg(jsonb_set(one, '{with}',"
    f" {' '.join(_KNOWN_PEOPLE.split())}) ORDER BY place) FROM jsonb_array_elements(s.activities) WITH ORDINALITY a (one, place))"
    " WHERE id = '…'; RESET ROLE;",
    sql="""
SELECT DISTINCT s.id FROM scenes s, jsonb_path_query(s.activities, '$[*].with[*]', silent => true) person
LEFT JOIN users u ON u.id::text = person #>> '{}' WHERE u.id IS NULL
""",
)

AGREED = Proof(
    name="scene_agreements",
    proves="Everybody who takes part in a scene that is agreed has agreed to it",
    mend="SET ROLE game_owner; SELECT app.unsettle_scene('…'); RESET ROLE;  (it is asked about anew)",
    sql="""
WITH agreed AS (
    SELECT s.id, s.bond_id, s.created_at, s.activities, jsonb_path_exists(s.activities, '$[*].with[*]') AS names_some
    FROM scenes s WHERE s.status = 'agreed'
), people AS (
    SELECT a.id, m.user_id FROM agreed a JOIN bond_members m ON m.bond_id = a.bond_id
    WHERE CASE WHEN a.names_some THEN a.activities @> jsonb_build_array(jsonb_build_object('with', jsonb_build_array(m.user_id)))
        ELSE m.joined_at <= a.created_at END
)
SELECT DISTINCT p.id FROM people p LEFT JOIN scene_confirmations c ON c.scene_id = p.id AND c.user_id = p.user_id
WHERE c.user_id IS NULL
""",
)

CHECK_INS = Proof(
    name="check_ins",
    proves="Nobody has two check-ins of one day in a bond",
    mend="REINDEX INDEX CONCURRENTLY idx_check_ins_day; after the older of two was deleted.",
    sql="SELECT id FROM (SELECT c.id, count(*) OVER (PARTITION BY c.user_id, c.bond_id, c.local_date) AS same FROM check_ins c"
    " WHERE c.bond_id IS NOT NULL) days WHERE same > 1",
)

_AFTER = ("read_at", "edited_at", "unsent_at")

MESSAGES = Proof(
    name="messages",
    proves="Messages were read, edited and taken back after they were written",
    mend="SET ROLE game_owner; BEGIN; ALTER TABLE messages DISABLE TRIGGER keep_message; UPDATE messages SET"
    + ",".join(f" {name} = CASE WHEN {name} < created_at THEN created_at ELSE {name} END" for name in _AFTER)
    + " WHERE id = '…'; ALTER TABLE messages ENABLE TRIGGER keep_message; COMMIT; RESET ROLE;",
    sql=f"SELECT m.id FROM messages m WHERE least({', '.join(_AFTER)}) < m.created_at",
)

ATTACHMENTS = Proof(
    name="attachments",
    proves="What hangs on a message is of the same bond, or of none as its message is",
    mend="SET ROLE game_owner; DELETE FROM ai_message_attachments WHERE id = '…'; RESET ROLE;  (the picture goes with it)",
    sql="SELECT a.id FROM ai_message_attachments a JOIN messages m ON m.id = a.message_id"
    " WHERE a.bond_id IS DISTINCT FROM m.bond_id",
)

ROOM_LOGS = Proof(
    name="room_logs",
    proves="The log of every game is whole, from its first entry to the one that its head names",
    mend="A log is never written by hand: bring the game back from a backup, or end it with"
    " UPDATE sessions SET status = 'abandoned' WHERE session_id = '…'.",
    sql="""
SELECT s.session_id AS id FROM sessions s LEFT JOIN (
    SELECT e.session_id, count(*) AS entries, max(e.seq) AS newest FROM session_events e GROUP BY e.session_id
) log ON log.session_id = s.session_id
WHERE coalesce(log.newest, 0) <> s.head OR coalesce(log.entries, 0) <> s.head
""",
)

OF_WORDS = (
    TAGS,
    ICAL_UIDS,
    VERSIONS,
    IN_FORCE,
    SIGNATURES,
    ACTIVITIES,
    WITH,
    AGREED,
    CHECK_INS,
    MESSAGES,
    ATTACHMENTS,
    ROOM_LOGS,
)
