-- Takes back 0049: what there is to reach goes, and with it who did.

SET ROLE game_owner;
SET search_path = public;

DROP FUNCTION app.fell_into_pause(uuid);
DELETE FROM achievements WHERE code IN (
    'together_month', 'together_half_year', 'together_year', 'together_two_years', 'together_five_years', 'check_in_first',
    'check_in_week', 'check_in_month', 'check_in_hundred', 'task_first', 'task_ten', 'task_hundred', 'on_time_five',
    'on_time_twenty', 'rule_month', 'contract_first', 'contract_again', 'scene_first', 'scene_ten', 'debrief_first',
    'gratitude_first', 'gratitude_ten', 'points_hundred', 'points_thousand', 'reward_first'
);

RESET search_path;
RESET ROLE;
