-- What a request may read of games and of waiting requests is found by index: as the policies stood, the turn log of one game was
-- read beside every session there is.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

-- IN (SELECT …) in a policy becomes a filter for every row; an array, made once a statement, is looked up in an index.

ALTER POLICY "Users can SELECT sessions they participate in" ON sessions
    USING (
        primary_user_id = (SELECT app.uid()) OR partner_user_id = (SELECT app.uid())
        OR session_id = ANY (ARRAY(SELECT seats.session_id FROM session_seats seats WHERE seats.user_id = (SELECT app.uid())))
    );
ALTER POLICY "Anonymous people can SELECT sessions they participate in" ON sessions
    USING (session_id = ANY (ARRAY(
        SELECT seats.session_id FROM session_seats seats
        WHERE seats.anonymous_session_id = (SELECT app.anonymous_session_id())
    )));

ALTER POLICY "Users can SELECT activities of their sessions" ON session_activities
    USING (session_id = ANY (ARRAY(SELECT s.session_id FROM sessions s)));
ALTER POLICY "Anonymous people can SELECT activities of their sessions" ON session_activities
    USING (session_id = ANY (ARRAY(SELECT s.session_id FROM sessions s)));

-- The policy "Users can SELECT requests to their confirmed e-mail" asks for the address in lower case.
CREATE INDEX idx_partner_connections_addressed ON partner_connections (lower(recipient_email))
    WHERE status = 'pending' AND recipient_user_id IS NULL;

RESET search_path;
RESET ROLE;
