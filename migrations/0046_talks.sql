-- Talks with characters: how far an answer is, who writes it and until when that is believed, and what a day may cost.
--
-- An answer is a row from before its provider is asked: streaming, then done, partial or refused, and then it stays so. Whoever writes
-- it says again and again that they are alive (alive_until); what nobody writes any more is partial for whoever comes next. Its cost is
-- reserved with it, so that nobody passes a budget at once with others, and settled when it has ended.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

CREATE TYPE message_status_enum AS ENUM ('streaming', 'done', 'partial', 'refused');

ALTER TABLE messages
    ADD COLUMN status message_status_enum,
    ADD CONSTRAINT messages_status_of_talk CHECK (status IS NULL OR conversation_id IS NOT NULL) NOT VALID;
COMMENT ON COLUMN messages.status IS 'Of an answer how far it is; null where a person wrote it.';
CREATE UNIQUE INDEX idx_messages_streaming ON messages (conversation_id) WHERE status = 'streaming';
GRANT UPDATE (status) ON messages TO bond_writer;

-- What was said in a talk stays as it was said; an answer grows until it has ended, once.
CREATE FUNCTION app.keep_talk() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF current_user = 'bond_writer' AND coalesce(OLD.status <> 'streaming', true) THEN
        PERFORM app.refuse('what was said in a talk stays as it was said');
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER keep_talk BEFORE UPDATE OF content, status, partial ON messages
    FOR EACH ROW WHEN (OLD.conversation_id IS NOT NULL AND (OLD.content, OLD.status, OLD.partial)
        IS DISTINCT FROM (NEW.content, NEW.status, NEW.partial)) EXECUTE FUNCTION app.keep_talk();

-- Both are of one command and one moment: the answer comes after what it answers.
CREATE FUNCTION app.come_after() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    NEW.created_at := NEW.created_at + interval '1 millisecond';
    RETURN NEW;
END
$$;
CREATE TRIGGER come_after BEFORE INSERT ON messages
    FOR EACH ROW WHEN (NEW.role = 'assistant' AND current_user = 'bond_writer') EXECUTE FUNCTION app.come_after();

ALTER TABLE conversations
    ADD COLUMN persona text,
    ADD COLUMN context_from timestamptz,
    ADD COLUMN flowise_session_id text,
    ADD CONSTRAINT conversations_continued CHECK (char_length(persona) <= 128 AND char_length(flowise_session_id) <= 64) NOT VALID;
COMMENT ON COLUMN conversations.persona IS 'A keyed hash of who answers here: character, provider and model. Another one begins anew.';
COMMENT ON COLUMN conversations.context_from IS 'What was said before is told to nobody any more.';
GRANT UPDATE (persona, context_from, flowise_session_id) ON conversations TO bond_writer;

ALTER TABLE agent_sessions
    ADD COLUMN message_id uuid REFERENCES messages (id) ON DELETE SET NULL,
    ADD COLUMN reserved_micros bigint NOT NULL DEFAULT 0,
    ADD COLUMN alive_until timestamptz,
    ADD COLUMN stop_asked_at timestamptz,
    ADD CONSTRAINT agent_sessions_reserved CHECK (reserved_micros >= 0) NOT VALID;
COMMENT ON COLUMN agent_sessions.reserved_micros IS 'What it may cost at most, taken from the budgets before it is asked for.';
COMMENT ON COLUMN agent_sessions.alive_until IS 'So long the process that writes the answer is believed to be there.';
COMMENT ON COLUMN agent_sessions.stop_asked_at IS 'Its person wants no more of it: heard by whoever writes it.';
CREATE UNIQUE INDEX idx_agent_sessions_message ON agent_sessions (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX idx_agent_sessions_open ON agent_sessions (alive_until) WHERE ended_at IS NULL;
GRANT UPDATE (message_id, reserved_micros, alive_until, stop_asked_at) ON agent_sessions TO bond_writer;

-- What a day cost, in all and of each: numbers, in millionths of the currency of the prices.
CREATE TABLE ai_spending (
    day date PRIMARY KEY,
    spent_micros bigint NOT NULL,
    CONSTRAINT ai_spending_counts CHECK (spent_micros >= 0)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE ai_spending IS 'What AIs cost on a UTC day, with what is reserved.';
SELECT app.seal('ai_spending');

CREATE TABLE ai_spending_of_people (
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    day date NOT NULL,
    spent_micros bigint NOT NULL,
    PRIMARY KEY (user_id, day),
    CONSTRAINT ai_spending_of_people_counts CHECK (spent_micros >= 0)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE ai_spending_of_people IS 'What AIs cost for one person on a UTC day, with what is reserved.';
CREATE INDEX idx_ai_spending_of_people_day ON ai_spending_of_people (day);
SELECT app.seal('ai_spending_of_people');

CREATE FUNCTION app.day_of(at timestamptz) RETURNS date
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT (at AT TIME ZONE 'UTC')::date $$;

-- Takes an amount from the caller's budget of today and from that of all; or says whose is used up: 'person' or 'all'. Who asks at the
-- same moment waits for the end of this transaction.
CREATE FUNCTION app.reserve_ai(amount bigint, most_of_person bigint, most_of_all bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    today date := app.day_of(app.moment());
BEGIN
    IF amount < 0 OR amount > most_of_person THEN
        RETURN 'person';
    ELSIF amount > most_of_all THEN
        RETURN 'all';
    END IF;
    INSERT INTO ai_spending_of_people AS s (user_id, day, spent_micros) VALUES (app.uid(), today, amount)
        ON CONFLICT (user_id, day) DO UPDATE SET spent_micros = s.spent_micros + amount
        WHERE s.spent_micros + amount <= most_of_person;
    IF NOT FOUND THEN
        RETURN 'person';
    END IF;
    INSERT INTO ai_spending AS s (day, spent_micros) VALUES (today, amount)
        ON CONFLICT (day) DO UPDATE SET spent_micros = s.spent_micros + amount WHERE s.spent_micros + amount <= most_of_all;
    IF NOT FOUND THEN
        UPDATE ai_spending_of_people s SET spent_micros = s.spent_micros - amount WHERE s.user_id = app.uid() AND s.day = today;
        RETURN 'all';
    END IF;
    RETURN NULL;
END
$$;

-- It cost this and not what was reserved that day. Nobody settles another's.
CREATE FUNCTION app.settle_ai(reserved_on timestamptz, reserved bigint, cost bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    UPDATE ai_spending_of_people s SET spent_micros = greatest(0, s.spent_micros - reserved + cost)
        WHERE s.user_id = app.uid() AND s.day = app.day_of(reserved_on);
    UPDATE ai_spending s SET spent_micros = greatest(0, s.spent_micros - reserved + cost) WHERE s.day = app.day_of(reserved_on);
$$;

-- What nobody writes any more is partial; what it cost is not known, so that it cost what was reserved. Of the caller, or, asked by the
-- service, of all.
CREATE FUNCTION app.end_lost_answers(at timestamptz) RETURNS TABLE (user_id uuid, message_id uuid)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    WITH lost AS (
        UPDATE agent_sessions s SET outcome = 'answer_lost', ended_at = at, cost_micros = s.reserved_micros
        WHERE s.ended_at IS NULL AND s.alive_until < at AND (app.uid() IS NULL OR s.user_id = app.uid())
        RETURNING s.user_id, s.message_id
    )
    UPDATE messages m SET status = 'partial', partial = true FROM lost
    WHERE m.id = lost.message_id AND m.status = 'streaming'
    RETURNING m.user_id, m.id
$$;

CREATE FUNCTION app.forget_ai_spending(before date) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    DELETE FROM ai_spending s WHERE s.day < before;
    DELETE FROM ai_spending_of_people s WHERE s.day < before;
$$;

GRANT EXECUTE ON FUNCTION app.reserve_ai(bigint, bigint, bigint), app.settle_ai(timestamptz, bigint, bigint),
    app.end_lost_answers(timestamptz) TO bond_writer;
GRANT EXECUTE ON FUNCTION app.end_lost_answers(timestamptz), app.forget_ai_spending(date) TO game_service;

ALTER TABLE messages VALIDATE CONSTRAINT messages_status_of_talk;
ALTER TABLE conversations VALIDATE CONSTRAINT conversations_continued;
ALTER TABLE agent_sessions VALIDATE CONSTRAINT agent_sessions_reserved;

RESET search_path;
RESET ROLE;
