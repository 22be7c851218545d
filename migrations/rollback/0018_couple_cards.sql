-- Takes back 0018. What couples wrote for themselves goes: nothing else knows whose it is.

SET ROLE game_owner;
SET search_path = public;

DELETE FROM couple_cards;
DROP TRIGGER partner_connections_withhold_cards ON partner_connections;
DROP TRIGGER session_seats_delete_couples ON session_seats;
DROP POLICY "Users can SELECT activities of their own" ON activities;
DROP TABLE couple_cards;
DROP POLICY "The service may delete what a couple wrote" ON activities;
REVOKE DELETE ON activities FROM game_service;
DROP FUNCTION app.withhold_couple_cards(), app.forget_couple_card(), app.delete_couples_session(), app.recheck_rooms_of(uuid, uuid),
    app.has_own_cards(text), app.draw_own_cards(text[]);

DROP TRIGGER activities_raise_revision_by_insert ON activities;
DROP TRIGGER activities_raise_revision_by_update ON activities;
DROP TRIGGER activities_raise_revision_by_delete ON activities;
DROP TRIGGER activities_raise_bank_revision ON activities;
CREATE TRIGGER activities_raise_bank_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON activities
    FOR EACH STATEMENT EXECUTE FUNCTION app.raise_bank_revision();
DROP FUNCTION app.raise_revision_of_bank();

RESET search_path;
RESET ROLE;
