"""What must be so of bonds, of who is in them, and of what they ask of each other. SQL for storage/proofs.py."""

from storage.proofs import Proof, any_of

MEMBERS = Proof(
    name="bond_members",
    proves="Every bond has members, a founder among them, and the state that follows from them",
    mend="SET ROLE game_owner; SELECT app.settle_bond(id) FROM bonds WHERE id = '…'; RESET ROLE;  (a bond without members goes)",
    sql="""
SELECT b.id FROM bonds b LEFT JOIN (
    SELECT m.bond_id, count(*) AS members, bool_or(m.paused_at IS NOT NULL) AS paused FROM bond_members m GROUP BY m.bond_id
) there ON there.bond_id = b.id
LEFT JOIN bond_members founder ON founder.bond_id = b.id AND founder.user_id = b.founder_id
WHERE there.members IS NULL OR founder.user_id IS NULL OR b.status <> 'dissolved' AND b.status::text
    <> CASE WHEN there.paused THEN 'paused' WHEN there.members > 1 THEN 'active' ELSE 'forming' END
""",
)

SETTINGS = Proof(
    name="bond_settings",
    proves="Every bond has settings",
    mend="SET ROLE game_owner; INSERT INTO bond_settings (bond_id) VALUES ('…'); RESET ROLE;",
    sql="SELECT b.id FROM bonds b LEFT JOIN bond_settings t ON t.bond_id = b.id WHERE t.bond_id IS NULL",
)

INVITE_CODES = Proof(
    name="invite_codes",
    proves="No two bonds have the same invite code",
    mend="REINDEX INDEX CONCURRENTLY idx_bonds_invite_code; after SET ROLE game_owner;"
    " UPDATE bonds SET invite_code = NULL, invite_expires_at = NULL, invited_by = NULL WHERE id = '…'; RESET ROLE;",
    sql="SELECT id FROM (SELECT b.id, count(*) OVER (PARTITION BY b.invite_code) AS same FROM bonds b"
    " WHERE b.invite_code IS NOT NULL) coded WHERE same > 1",
)

HOME_BONDS = Proof(
    name="home_bonds",
    proves="The bond of a profile is one in which that person is",
    mend="SET ROLE game_owner; UPDATE users SET bond_id = NULL WHERE id = '…'; RESET ROLE;",
    sql="SELECT u.id FROM users u LEFT JOIN bond_members m ON m.bond_id = u.bond_id AND m.user_id = u.id"
    " WHERE u.bond_id IS NOT NULL AND m.user_id IS NULL",
)

FEED = Proof(
    name="feed",
    proves="The newest line of a bond's feed is the one that its head names",
    mend="SET ROLE game_owner; UPDATE bonds b SET head = greatest(head, (SELECT max(seq) FROM bond_changes WHERE bond_id = b.id))"
    " WHERE id = '…'; DELETE FROM bond_changes WHERE bond_id = '…'; RESET ROLE;  (its phones read the bond anew)",
    sql="SELECT b.id FROM bonds b JOIN (SELECT bond_id, max(seq) AS newest FROM bond_changes GROUP BY bond_id) c"
    " ON c.bond_id = b.id WHERE c.newest <> b.head",
)

BOUNDARIES = Proof(
    name="boundaries",
    proves="What all may know of an activity follows from the ratings: a match from both yes, a limit from what is shown",
    mend="SET ROLE game_owner; SELECT app.derive_boundaries(bond_id, id, true) FROM boundaries WHERE id = '…'; RESET ROLE;",
    sql="""
SELECT b.id FROM boundaries b JOIN (
    SELECT one.id, count(*) = 2 AND count(*) FILTER (WHERE r.rating = 'yes') = 2 AS both,
        coalesce(bool_or(r.shown AND r.rating = 'hard_no'), false) AS hard,
        coalesce(bool_or(r.shown AND r.rating IN ('maybe', 'no')), false) AS soft
    FROM boundaries one JOIN bond_members m ON m.bond_id = one.bond_id
    LEFT JOIN boundary_ratings r ON r.boundary_id = one.id AND r.user_id = m.user_id
    GROUP BY one.id
) derived ON derived.id = b.id
WHERE (coalesce(b.my_rating = 'yes', false), coalesce(b.partner_rating = 'yes', false), b.is_hard_limit, b.is_soft_limit)
    <> (derived.both, derived.both, derived.hard, derived.soft AND NOT derived.hard)
    OR (b.my_rating IS NULL) = derived.both OR (b.partner_rating IS NULL) = derived.both
""",
)

BALANCES = Proof(
    name="points_balances",
    proves="Everybody's balance is the sum of their entries, and not below zero",
    mend="Look at the entries first: the ledger is what counts. Then SET ROLE game_owner; UPDATE point_balances b SET balance ="
    " (SELECT coalesce(sum(points), 0) FROM points_ledger l WHERE (l.bond_id, l.user_id) = (b.bond_id, b.user_id))"
    " WHERE id = '…'; RESET ROLE;",
    sql="""
SELECT coalesce(b.id, l.bond_id) AS id FROM point_balances b FULL JOIN (
    SELECT bond_id, user_id, sum(points) AS points FROM points_ledger GROUP BY bond_id, user_id
) l ON l.bond_id = b.bond_id AND l.user_id = b.user_id
WHERE coalesce(b.balance, 0) <> coalesce(l.points, 0) OR b.balance < 0
""",
)

ENTRIES = Proof(
    name="points_entries",
    proves="Every entry of points goes the way of its kind, from where its kind comes, and a reversal mirrors what it reverses",
    mend="Only a command writes entries: bring the ledger back from a backup, then prove the balances.",
    sql=any_of(
        """
SELECT l.id FROM points_ledger l
WHERE l.kind IN ('award', 'grant', 'refund') AND l.points <= 0 OR l.kind = 'redeem' AND l.points >= 0
    OR l.kind <> 'reversal' AND l.source_type::text
        <> CASE l.kind WHEN 'award' THEN 'task' WHEN 'manual' THEN 'manual' ELSE 'reward' END
""",
        """
SELECT r.id FROM points_ledger r JOIN points_ledger w ON w.id = r.reverses
WHERE (r.points, r.user_id, r.bond_id) <> (-w.points, w.user_id, w.bond_id) OR w.kind NOT IN ('award', 'grant', 'manual')
""",
        "SELECT l.id FROM points_ledger l JOIN tasks t ON t.id = l.source_id"
        " WHERE l.source_type = 'task' AND t.bond_id <> l.bond_id",
        "SELECT l.id FROM points_ledger l JOIN rewards w ON w.id = l.source_id"
        " WHERE l.source_type = 'reward' AND w.bond_id <> l.bond_id",
    ),
)

SERIES = Proof(
    name="series",
    proves="What comes again is asked by a member of a member, its tasks are of the same bond, and one at most waits",
    mend="SET ROLE game_owner; UPDATE task_series SET ended_at = coalesce(ended_at, now()) WHERE id = '…'; UPDATE tasks SET"
    " status = 'cancelled', cancelled_at = now() WHERE series_id = '…' AND status = 'pending'; RESET ROLE;",
    sql=any_of(
        """
SELECT s.id FROM task_series s JOIN bonds b ON b.id = s.bond_id AND b.status <> 'dissolved'
LEFT JOIN bond_members asks ON asks.bond_id = s.bond_id AND asks.user_id = s.assigned_by
LEFT JOIN bond_members asked ON asked.bond_id = s.bond_id AND asked.user_id = s.assigned_to
WHERE s.ended_at IS NULL AND (asks.user_id IS NULL OR asked.user_id IS NULL)
""",
        "SELECT s.id FROM task_series s JOIN tasks t ON t.series_id = s.id WHERE t.bond_id <> s.bond_id",
        "SELECT t.series_id FROM tasks t WHERE t.series_id IS NOT NULL AND t.status = 'pending'"
        " GROUP BY t.series_id HAVING count(*) > 1",
    ),
)

DEADLINES = Proof(
    name="deadlines",
    proves="Every task that is due has its date in the calendar, at that moment, and no other has one",
    mend="SET ROLE game_owner; UPDATE tasks SET due_date = due_date WHERE id = '…'; RESET ROLE;  (its trigger writes the date)",
    sql="""
SELECT coalesce(t.id, e.task_id) AS id FROM (SELECT * FROM tasks WHERE due_date IS NOT NULL AND status <> 'cancelled') t
FULL JOIN (SELECT * FROM calendar_events WHERE task_id IS NOT NULL) e ON e.task_id = t.id
WHERE t.id IS NULL OR e.task_id IS NULL OR (t.due_date, t.bond_id) IS DISTINCT FROM (e.start_date, e.bond_id)
""",
)

OF_BONDS = (MEMBERS, SETTINGS, INVITE_CODES, HOME_BONDS, FEED, BOUNDARIES, BALANCES, ENTRIES, SERIES, DEADLINES)
