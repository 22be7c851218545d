-- Takes back 0011: a batch comes as one jsonb, as in 0008.

SET ROLE game_owner;
SET search_path = public;

CREATE INDEX idx_activity_history_session ON user_activity_history (session_id);
DROP INDEX idx_activity_history_turn;
ALTER TABLE user_activity_history RESET (fillfactor);

CREATE INDEX idx_session_events_seat ON session_events (session_id, seat) WHERE seat IS NOT NULL;
ALTER TABLE session_events
    DROP CONSTRAINT session_events_seat_known,
    ADD FOREIGN KEY (session_id, seat) REFERENCES session_seats (session_id, seat) MATCH SIMPLE ON DELETE CASCADE;

DROP TRIGGER sessions_rating_follows_level ON sessions;
CREATE TRIGGER sessions_rating_follows_level BEFORE INSERT OR UPDATE OF intimacy_level, rating ON sessions
    FOR EACH ROW EXECUTE FUNCTION app.rating_follows_level();

DROP FUNCTION app.draw_facts(text[]), app.draw_tastes(text[]);
DROP FUNCTION app.append_commands(
        app.live_command[], app.live_event[], app.live_change[], app.live_card[], app.live_turn[], app.live_turn[],
        app.live_feedback[], uuid[], text[]
    ),
    app.write_rooms(app.live_command[], app.live_event[], app.live_change[], boolean[]),
    app.write_cards(app.live_card[], app.live_turn[], app.live_turn[], boolean[]),
    app.write_feedback(app.live_feedback[], boolean[]),
    app.write_accounts(app.live_command[], boolean, boolean, boolean[]),
    app.note_played(app.live_change[], boolean[]);
DROP TYPE app.live_command, app.live_event, app.live_change, app.live_card, app.live_turn, app.live_feedback;

RESET search_path;
RESET ROLE;
