-- Takes back 0027.

SET ROLE game_owner;
SET search_path = public;

DROP INDEX idx_partner_connections_addressed;

ALTER POLICY "Anonymous people can SELECT activities of their sessions" ON session_activities
    USING (session_id IN (SELECT s.session_id FROM sessions s));
ALTER POLICY "Users can SELECT activities of their sessions" ON session_activities
    USING (session_id IN (SELECT s.session_id FROM sessions s));

ALTER POLICY "Anonymous people can SELECT sessions they participate in" ON sessions
    USING (session_id IN (
        SELECT seats.session_id FROM session_seats seats
        WHERE seats.anonymous_session_id = (SELECT app.anonymous_session_id())
    ));
ALTER POLICY "Users can SELECT sessions they participate in" ON sessions
    USING (
        primary_user_id = (SELECT app.uid()) OR partner_user_id = (SELECT app.uid())
        OR session_id IN (SELECT seats.session_id FROM session_seats seats WHERE seats.user_id = (SELECT app.uid()))
    );

RESET search_path;
RESET ROLE;
