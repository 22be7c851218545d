-- Pictures of characters: a row of image_generations is what is asked for, its own outbox, and what became of it.
--
-- pending → running, for as long as it is leased → done, refused or failed; back to pending only where the provider surely took
-- nothing. One runs at a time of one person. The picture hangs on its row and goes with it, and the rows of a character with the
-- character.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

ALTER TABLE image_generations
    ADD COLUMN subject text NOT NULL DEFAULT 'avatar',
    ADD COLUMN due_at timestamptz NOT NULL DEFAULT app.moment(),
    ADD COLUMN leased_until timestamptz,
    ADD COLUMN attempts integer NOT NULL DEFAULT 0,
    ADD COLUMN reserved_micros bigint NOT NULL DEFAULT 0,
    ADD CONSTRAINT image_generations_subjects CHECK (subject IN ('avatar', 'composition', 'pose')),
    ADD CONSTRAINT image_generations_reserved CHECK (reserved_micros >= 0),
    ADD CONSTRAINT image_generations_leased CHECK ((status = 'running') = (leased_until IS NOT NULL)),
    ADD CONSTRAINT image_generations_ended CHECK ((status IN ('done', 'refused', 'failed')) = (finished_at IS NOT NULL)),
    DROP CONSTRAINT image_generations_kinkster_id_fkey,
    ADD CONSTRAINT image_generations_kinkster_id_fkey FOREIGN KEY (kinkster_id) REFERENCES kinksters (id) ON DELETE CASCADE;
COMMENT ON COLUMN image_generations.subject IS 'Of what it is: a done one of a character''s face joins that character''s avatars.';
COMMENT ON COLUMN image_generations.due_at IS 'Not asked before: the provider said when, or rests.';
COMMENT ON COLUMN image_generations.leased_until IS 'So long it is somebody''s who asks for it. What runs out is not asked again: it may have been drawn, and paid.';
COMMENT ON COLUMN image_generations.reserved_micros IS 'Taken from the day''s budgets when it was asked for: what it may cost.';
CREATE UNIQUE INDEX idx_image_generations_running ON image_generations (user_id) WHERE status = 'running';
CREATE INDEX idx_image_generations_due ON image_generations (due_at) WHERE status = 'pending';

-- The service takes what is due, and gives up what nobody draws any more; what became of it is written with its owner's rights.
SELECT app.let_service('image_generations', 'SELECT', 'UPDATE');
GRANT UPDATE (status, file_id, failed_reason, cost_micros, finished_at, leased_until, due_at) ON image_generations TO bond_writer;
CREATE POLICY "A member's command may UPDATE" ON image_generations FOR UPDATE TO bond_writer
    USING (user_id = (SELECT app.uid())) WITH CHECK (user_id = (SELECT app.uid()));

CREATE FUNCTION app.guard_generation() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF current_user NOT IN ('bond_writer', 'game_service') THEN
        RETURN NEW; -- what the database itself does: a file or a character is gone
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'pending' OR NEW.file_id IS NOT NULL OR NEW.cost_micros <> 0 OR NEW.attempts <> 0 THEN
            PERFORM app.refuse('a picture is asked for before it is there');
        END IF;
        IF NEW.kinkster_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM kinksters k WHERE k.id = NEW.kinkster_id AND k.user_id = NEW.user_id
        ) THEN
            PERFORM app.refuse('a picture is of a character of one''s own');
        END IF;
        RETURN NEW;
    END IF;
    IF (OLD.status, NEW.status, current_user::text) NOT IN (
        ('pending', 'running', 'game_service'), ('running', 'failed', 'game_service'),
        ('running', 'pending', 'bond_writer'), ('running', 'done', 'bond_writer'), ('running', 'refused', 'bond_writer'),
        ('running', 'failed', 'bond_writer'), ('pending', 'refused', 'bond_writer'), ('pending', 'failed', 'bond_writer')
    ) THEN
        PERFORM app.refuse('what became of a picture stays so');
    END IF;
    IF (NEW.status = 'done') <> (NEW.file_id IS NOT NULL) THEN
        PERFORM app.refuse('it is done when there is a picture');
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON image_generations FOR EACH ROW EXECUTE FUNCTION app.guard_generation();
CREATE TRIGGER hang BEFORE UPDATE OF file_id ON image_generations FOR EACH ROW
    WHEN (OLD.file_id IS NULL AND NEW.file_id IS NOT NULL) EXECUTE FUNCTION app.attach_file();
CREATE TRIGGER drop_file AFTER DELETE ON image_generations FOR EACH ROW WHEN (OLD.file_id IS NOT NULL)
    EXECUTE FUNCTION app.drop_file();

-- Takes the pending one that waits longest, of somebody of whom none runs, where fewer than so many run in all. Whoever claims waits
-- for who claims: what runs is counted by one at a time.
CREATE FUNCTION app.claim_generation(at timestamptz, until timestamptz, at_once integer) RETURNS SETOF image_generations
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('image_generations', 0));
    IF (SELECT count(*) FROM image_generations g WHERE g.status = 'running') >= at_once THEN
        RETURN;
    END IF;
    RETURN QUERY UPDATE image_generations g SET status = 'running', leased_until = until, attempts = g.attempts + 1
        WHERE g.id = (
            SELECT p.id FROM image_generations p
            WHERE p.status = 'pending' AND p.due_at <= at AND NOT EXISTS (
                SELECT FROM image_generations r WHERE r.user_id = p.user_id AND r.status = 'running'
            )
            ORDER BY p.due_at, p.id LIMIT 1 FOR UPDATE SKIP LOCKED
        )
        RETURNING g.*;
END
$$;
GRANT EXECUTE ON FUNCTION app.claim_generation(timestamptz, timestamptz, integer) TO game_service;

-- Avatars are addresses of our own, of pictures that were drawn for their owner. Nobody else's address is ever kept.
CREATE FUNCTION app.keep_avatars() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF current_user = 'bond_writer' AND EXISTS (
        SELECT FROM unnest(NEW.avatar_urls) AS given (address) WHERE NOT EXISTS (
            SELECT FROM image_generations g
            WHERE g.user_id = NEW.user_id AND g.file_id IS NOT NULL AND '/api/files/' || g.file_id = given.address
        )
    ) THEN
        PERFORM app.refuse('an avatar is a picture that was drawn here');
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER keep_avatars BEFORE INSERT OR UPDATE OF avatar_urls ON kinksters FOR EACH ROW
    WHEN (NEW.avatar_urls <> '{}') EXECUTE FUNCTION app.keep_avatars();

-- A picture that is gone is nobody's face any more.
CREATE FUNCTION app.drop_avatar() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    UPDATE kinksters k SET avatar_urls = array_remove(k.avatar_urls, '/api/files/' || OLD.id)
        WHERE k.user_id = OLD.user_id AND '/api/files/' || OLD.id = ANY (k.avatar_urls);
    RETURN NULL;
END
$$;
CREATE TRIGGER drop_avatar AFTER DELETE ON files FOR EACH ROW EXECUTE FUNCTION app.drop_avatar();

RESET search_path;
RESET ROLE;
