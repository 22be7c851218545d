-- Takes back 0046: talks with characters. What was said stays; how far answers were, and what days cost, is forgotten.

SET ROLE game_owner;
SET search_path = public;

DROP FUNCTION app.forget_ai_spending(date), app.end_lost_answers(timestamptz), app.settle_ai(timestamptz, bigint, bigint),
    app.reserve_ai(bigint, bigint, bigint), app.day_of(timestamptz);
DROP TABLE ai_spending_of_people, ai_spending;
ALTER TABLE agent_sessions DROP COLUMN message_id, DROP COLUMN reserved_micros, DROP COLUMN alive_until, DROP COLUMN stop_asked_at;
ALTER TABLE conversations DROP COLUMN persona, DROP COLUMN context_from, DROP COLUMN flowise_session_id;
DROP TRIGGER come_after ON messages;
DROP TRIGGER keep_talk ON messages;
DROP FUNCTION app.come_after(), app.keep_talk();
ALTER TABLE messages DROP COLUMN status;
DROP TYPE message_status_enum;

RESET search_path;
RESET ROLE;
