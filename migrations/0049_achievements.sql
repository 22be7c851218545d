-- What there is to reach in bonds, and of a task whether its date fell into a pause. The words of what there is to reach are the
-- program's (rooms/bonds/achievements.py), in every language of its.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

INSERT INTO achievements (code, category, threshold, place) VALUES
    ('together_month', 'together', 1, 1),
    ('together_half_year', 'together', 6, 2),
    ('together_year', 'together', 12, 3),
    ('together_two_years', 'together', 24, 4),
    ('together_five_years', 'together', 60, 5),
    ('check_in_first', 'check_ins', 1, 6),
    ('check_in_week', 'check_ins', 7, 7),
    ('check_in_month', 'check_ins', 30, 8),
    ('check_in_hundred', 'check_ins', 100, 9),
    ('task_first', 'tasks', 1, 10),
    ('task_ten', 'tasks', 10, 11),
    ('task_hundred', 'tasks', 100, 12),
    ('on_time_five', 'on_time', 5, 13),
    ('on_time_twenty', 'on_time', 20, 14),
    ('rule_month', 'rules', 30, 15),
    ('contract_first', 'contracts', 1, 16),
    ('contract_again', 'contracts', 2, 17),
    ('scene_first', 'scenes', 1, 18),
    ('scene_ten', 'scenes', 10, 19),
    ('debrief_first', 'debriefs', 1, 20),
    ('gratitude_first', 'gratitude', 1, 21),
    ('gratitude_ten', 'gratitude', 10, 22),
    ('points_hundred', 'points', 100, 23),
    ('points_thousand', 'points', 1000, 24),
    ('reward_first', 'rewards', 1, 25)
ON CONFLICT (code) DO NOTHING;

-- Did a task's date fall into a pause, of whom it is for or of the bond? Then nobody was to keep it, whenever it was done. That
-- somebody pauses all of the bond are shown while it is so; when they did, and why, stands in a log that is theirs, and this says no
-- more of it. Of a task that the caller does not see: nothing.
CREATE FUNCTION app.fell_into_pause(of_task uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT coalesce((
        SELECT l.state = 'paused' FROM submission_state_logs l
        WHERE l.user_id = t.assigned_to AND l.created_at <= t.due_date ORDER BY l.created_at DESC, l.id DESC LIMIT 1
    ), false) OR coalesce((
        SELECT a.action = 'paused' FROM bond_activity_log a
        WHERE a.bond_id = t.bond_id AND a.action IN ('paused', 'resumed') AND a.created_at <= t.due_date
        ORDER BY a.created_at DESC, a.id DESC LIMIT 1
    ), false)
    FROM tasks t WHERE t.id = of_task AND t.bond_id IN (SELECT app.my_bonds())
$$;
GRANT EXECUTE ON FUNCTION app.fell_into_pause(uuid) TO authenticated;

RESET search_path;
RESET ROLE;
