-- Whether somebody was asked about hard limits, said apart from what they answered: an empty list of somebody who was never
-- asked is no permission. Who has named a limit was asked; of everybody else it is not known, so they get cards that need no
-- answer until they answer. The trigger raises limits_rev of the open rooms of all these people: their card is looked at again.

SET ROLE game_owner;
SET search_path = public;

UPDATE profiles
SET boundaries = boundaries || jsonb_build_object(
    'asked', coalesce(jsonb_typeof(boundaries -> 'hard_limits') = 'array' AND boundaries -> 'hard_limits' <> '[]', false))
WHERE id <> 0 AND jsonb_typeof(boundaries) = 'object' AND NOT boundaries ? 'asked';

RESET search_path;
RESET ROLE;
