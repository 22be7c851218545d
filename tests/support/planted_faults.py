"""Faults of rows, as a restore without triggers or somebody's statement leaves them: which check finds each, and how it comes.

They are planted in what `lived_in` made, with triggers off.
"""


def another(table: str, where: str, **changes: str) -> str:
    """A copy of a row under another id, with these columns otherwise; values are SQL."""
    given = ", ".join(f"'{name}', {value}" for name, value in ({"id": "gen_random_uuid()"} | changes).items())
    return (
        f"INSERT INTO {table} SELECT (jsonb_populate_record(NULL::{table}, to_jsonb(t) || jsonb_build_object({given}))).*"
        f" FROM {table} t WHERE {where} LIMIT 1"
    )


FOUNDED_ALONE = "(SELECT bond_id FROM bond_members GROUP BY bond_id HAVING count(*) = 1)"
OLD = "now() - interval '2 hours'"
SHAPELESS = "ALTER TABLE scenes DROP CONSTRAINT scenes_activities_shaped"


def found_by(check: str, *statements: str) -> tuple[str, str]:
    """The check, and what brings the fault about."""
    return check, "; ".join(statements)


PLANTED: dict[str, tuple[str, str]] = {
    "an entry of the ledger of consent was changed": found_by(
        "consent_ledger",
        "UPDATE consent_ledger SET kind = 'another' WHERE number = 1",
    ),
    "a bond has no founder": found_by("bond_members", "UPDATE bonds SET founder_id = NULL"),
    "a bond is paused, and nobody pauses": found_by("bond_members", "UPDATE bonds SET status = 'paused'"),
    "a bond has no settings": found_by("bond_settings", "DELETE FROM bond_settings"),
    "two bonds have one code": found_by(
        "invite_codes",
        "ALTER TABLE bonds DROP CONSTRAINT idx_bonds_invite_code;"
        " UPDATE bonds SET invite_code = 'the same', invite_expires_at = now()",
    ),
    "a profile says a bond that its person is not in": found_by(
        "home_bonds",
        f"UPDATE users SET bond_id = {FOUNDED_ALONE} WHERE id = (SELECT assigned_to FROM tasks LIMIT 1)",
    ),
    "the newest line of a feed is lost": found_by(
        "feed",
        "DELETE FROM bond_changes c USING bonds b WHERE c.bond_id = b.id AND c.seq = b.head AND b.head > 3",
    ),
    "a head is behind its feed": found_by("feed", "UPDATE bonds SET head = head - 1"),
    "a match is shown that is none": found_by("boundaries", "UPDATE boundary_ratings SET rating = 'no'"),
    "a match is not shown": found_by("boundaries", "UPDATE boundaries SET my_rating = NULL"),
    "a limit is shown that nobody has": found_by("boundaries", "UPDATE boundaries SET is_hard_limit = true"),
    "a balance is more than its entries": found_by(
        "points_balances", "UPDATE point_balances SET balance = balance + 1"
    ),
    "a balance is lost": found_by("points_balances", "DELETE FROM point_balances"),
    "a balance is below zero, and so are its entries": found_by(
        "points_balances",
        "ALTER TABLE point_balances DROP CONSTRAINT point_balances_not_negative; DELETE FROM points_ledger WHERE points > 0;"
        " UPDATE points_ledger SET kind = 'manual', reverses = NULL, source_type = 'manual', source_id = NULL;"
        " UPDATE point_balances b SET balance = (SELECT sum(points) FROM points_ledger)",
    ),
    "a reversal takes back more than there was": found_by(
        "points_entries",
        "UPDATE points_ledger SET points = points - 1 WHERE kind = 'reversal'; UPDATE point_balances SET balance = balance - 1",
    ),
    "points for a task come from a reward": found_by(
        "points_entries",
        "UPDATE points_ledger SET source_type = 'reward' WHERE kind = 'award'",
    ),
    "somebody who is gone asks something again and again": found_by(
        "series", "UPDATE task_series SET assigned_by = NULL"
    ),
    "two tasks of a series wait": found_by(
        "series",
        "DROP INDEX idx_tasks_one_waits; "
        + another("tasks", "series_id IS NOT NULL", occurs_on="'2030-01-01'", due_date="NULL::text"),
    ),
    "a task's date is another than its deadline": found_by(
        "deadlines",
        "UPDATE tasks SET due_date = due_date + interval '1 day' WHERE series_id IS NOT NULL",
    ),
    "a task's date is not in the calendar": found_by(
        "deadlines", "DELETE FROM calendar_events WHERE task_id IS NOT NULL"
    ),
    "a tag is no word": found_by("tags", "UPDATE journal_entries SET tags = ARRAY['fine', NULL]"),
    "a tag is empty": found_by("tags", "UPDATE resources SET tags = ARRAY[' ']"),
    "two dates have one uid": found_by(
        "ical_uids",
        "DROP INDEX idx_calendar_events_uid; UPDATE calendar_events SET ical_uid = 'the same' WHERE task_id IS NULL",
    ),
    "two versions of a contract are in force": found_by(
        "contracts_in_force",
        "DROP INDEX idx_contracts_active; UPDATE contracts SET status = 'active', ended_at = NULL WHERE status = 'superseded'",
    ),
    "two versions have one number": found_by(
        "contract_versions",
        "ALTER TABLE contracts DROP CONSTRAINT idx_contracts_version; UPDATE contracts SET version_number = 1",
    ),
    "a contract is in force that somebody declined": found_by(
        "contract_signatures",
        "UPDATE contract_signatures SET status = 'declined', signed_at = NULL, content_sha256 = NULL WHERE id = (SELECT s.id"
        " FROM contract_signatures s JOIN contracts c ON c.id = s.contract_id WHERE c.status = 'active' LIMIT 1)",
    ),
    "a contract is in force that nobody signed": found_by(
        "contract_signatures",
        "DELETE FROM contract_signatures s USING contracts c WHERE c.id = s.contract_id AND c.status = 'active'",
    ),
    "a scene's activities are no list": found_by(
        "scene_activities", f"{SHAPELESS}; UPDATE scenes SET activities = '{{}}'"
    ),
    "an activity has no keys": found_by(
        "scene_activities",
        f"{SHAPELESS}; UPDATE scenes SET activities = activities #- '{{0,keys}}'",
    ),
    "a scene is with somebody who was never there": found_by(
        "scene_people",
        "UPDATE scenes SET activities = jsonb_insert(activities, '{0,with,0}', to_jsonb(gen_random_uuid()))",
    ),
    "a scene is agreed to that somebody has not agreed to": found_by(
        "scene_agreements",
        "DELETE FROM scene_confirmations WHERE user_id = (SELECT assigned_to FROM tasks LIMIT 1)",
    ),
    "somebody said twice how they were on a day": found_by(
        "check_ins",
        "ALTER TABLE check_ins DROP CONSTRAINT idx_check_ins_day; " + another("check_ins", "true"),
    ),
    "a message was read before it was written": found_by(
        "messages",
        "UPDATE messages SET read_at = created_at - interval '1 second' WHERE bond_id IS NOT NULL",
    ),
    "a picture hangs on a message of a bond, and is of none": found_by(
        "attachments",
        "UPDATE ai_message_attachments SET bond_id = NULL",
    ),
    "a game's head is ahead of its log": found_by("room_logs", "UPDATE sessions SET head = head + 1"),
    "a game's log has a hole": found_by(
        "room_logs",
        "UPDATE session_events SET seq = seq + 1; UPDATE sessions SET head = head + 1",
    ),
    "a character has more points than there are": found_by(
        "kinkster_stats",
        "ALTER TABLE kinksters DROP CONSTRAINT kinksters_stats_allocated",
        "UPDATE kinksters SET stats = stats || '{\"control\": 11}'",
    ),
    "a preset lacks a stat": found_by(
        "kinkster_stats",
        "ALTER TABLE preset_config DROP CONSTRAINT preset_config_stats_allocated",
        "UPDATE preset_config SET stats = stats - 'control' WHERE preset_key = (SELECT min(preset_key) FROM preset_config)",
    ),
    "somebody has two primary characters": found_by(
        "primary_kinksters",
        "DROP INDEX idx_kinksters_primary; " + another("kinksters", "is_primary"),
    ),
    "a picture is drawn, and nobody draws it": found_by(
        "generation_leases",
        f"UPDATE image_generations SET status = 'running', leased_until = {OLD}, finished_at = NULL",
    ),
    "an answer is written, and nobody writes it": found_by(
        "generation_leases",
        f"UPDATE agent_sessions SET alive_until = {OLD}",
    ),
    "an answer grows, and nobody has been asked": found_by(
        "streaming_answers", "UPDATE agent_sessions SET ended_at = now()"
    ),
    "an avatar is nowhere": found_by(
        "avatars",
        "UPDATE kinksters SET avatar_urls = ARRAY['/api/files/' || gen_random_uuid()] WHERE user_id IS NOT NULL",
    ),
    "an avatar is somebody else's picture": found_by(
        "avatars",
        "UPDATE kinksters k SET avatar_urls = ARRAY(SELECT '/api/files/' || f.id FROM files f WHERE f.user_id <> k.user_id)",
    ),
    "a picture that is shown would be taken away": found_by(
        "hanging_files",
        "UPDATE files SET attached_at = NULL WHERE id IN (SELECT file_id FROM task_proof)",
    ),
    "a picture hangs on nothing and stays": found_by("hanging_files", "UPDATE task_proof SET file_id = NULL"),
    "a journal can be read": found_by("envelopes", "UPDATE journal_entries SET content = '\"Readable\"'"),
    "an activity of a scene can be read": found_by(
        "envelopes",
        "UPDATE scenes SET activities = jsonb_set(activities, '{0,name,said}', '\"Readable\"')",
    ),
    "a task was approved by nobody who is there": found_by(
        "references",
        "UPDATE tasks SET approved_by = gen_random_uuid() WHERE approved_by IS NOT NULL",
    ),
    "a proof is of a task that is gone": found_by("references", "UPDATE task_proof SET task_id = gen_random_uuid()"),
}
"""By what is off: the check that finds it, and the statements."""
