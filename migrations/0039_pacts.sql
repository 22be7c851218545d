-- Contracts and scenes: whose each step is, what a limit finds in a scene, who was asked how they are the day after. The last
-- signature supersedes the version before also where its signer came too late to see that one.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

-- What a scene's texts and tags name, as on everything that is aimed at somebody.
ALTER TABLE scenes ADD COLUMN limit_keys text[] NOT NULL DEFAULT '{}',
    ADD CONSTRAINT scenes_keys_bounded CHECK (cardinality(limit_keys) <= 200) NOT VALID;
ALTER TABLE scenes VALIDATE CONSTRAINT scenes_keys_bounded;
COMMENT ON COLUMN scenes.limit_keys IS 'What its texts and tags name: keys of preferences and limits.';
GRANT UPDATE (limit_keys) ON scenes TO bond_writer;

CREATE TABLE scene_prompts (
    scene_id uuid NOT NULL REFERENCES scenes (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    sent_at timestamptz NOT NULL DEFAULT app.moment(),
    PRIMARY KEY (scene_id, user_id)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE scene_prompts IS 'Who was reminded of aftercare the day after a scene: once.';
CREATE INDEX idx_scene_prompts_user ON scene_prompts (user_id);
SELECT app.seal('scene_prompts');
SELECT app.let_service('scene_prompts', 'SELECT', 'INSERT');

-- Jobs look for what is due, and write by functions below.
SELECT app.let_service('scenes', 'SELECT');
CREATE INDEX idx_scenes_agreed ON scenes (id) WHERE status = 'agreed';
CREATE INDEX idx_scenes_logged ON scenes (logged_at) WHERE status = 'done';
SELECT app.let_service('contracts', 'SELECT');

-- Contracts: whose step it is. What the database itself does (a party left, time is up) it lets be.

CREATE FUNCTION app.guard_contract() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    party boolean;
BEGIN
    IF current_user <> 'bond_writer' THEN
        RETURN NEW;
    END IF;
    IF (OLD.title, OLD.content, OLD.expires_at) IS DISTINCT FROM (NEW.title, NEW.content, NEW.expires_at)
        AND OLD.created_by IS DISTINCT FROM app.uid() THEN
        PERFORM app.refuse('a draft is its creator''s');
    END IF;
    IF OLD.status <> NEW.status THEN
        party := EXISTS (SELECT FROM contract_signatures s WHERE s.contract_id = OLD.id AND s.user_id = app.uid());
        IF NOT (CASE (OLD.status, NEW.status)
            WHEN ('draft'::contract_status_enum, 'pending_signature'::contract_status_enum) THEN coalesce(OLD.created_by = app.uid(), false)
            WHEN ('pending_signature'::contract_status_enum, 'draft'::contract_status_enum) THEN party
            WHEN ('pending_signature'::contract_status_enum, 'active'::contract_status_enum) THEN party
            WHEN ('active'::contract_status_enum, 'withdrawn'::contract_status_enum) THEN party
            ELSE false
        END) THEN
            PERFORM app.refuse('not theirs to do');
        END IF;
        -- Who is there now signs, all of them and nobody else.
        IF NEW.status = 'pending_signature' AND EXISTS (
            SELECT FROM (SELECT m.user_id FROM bond_members m WHERE m.bond_id = OLD.bond_id) m
            FULL JOIN (SELECT s.user_id FROM contract_signatures s WHERE s.contract_id = OLD.id) s USING (user_id)
            WHERE m.user_id IS NULL OR s.user_id IS NULL
        ) THEN
            PERFORM app.refuse('its parties are the members');
        END IF;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE UPDATE ON contracts FOR EACH ROW EXECUTE FUNCTION app.guard_contract();

-- The caller's signature was the last: the version before is over, this one is in force. The caller may have come after that
-- other one, and not see it; who they are, and that everybody signed, is looked at here.
CREATE FUNCTION app.conclude_contract(of_contract uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    signed contracts;
BEGIN
    SELECT c.* INTO signed FROM contracts c
    WHERE c.id = of_contract AND c.status = 'pending_signature' AND c.bond_id IN (SELECT app.my_open_bonds());
    IF NOT FOUND
        OR NOT EXISTS (SELECT FROM contract_signatures s WHERE s.contract_id = of_contract AND s.user_id = app.uid() AND s.status = 'signed')
        OR EXISTS (SELECT FROM contract_signatures s WHERE s.contract_id = of_contract AND s.status <> 'signed') THEN
        RETURN false;
    END IF;
    UPDATE contracts c SET
        status = CASE WHEN c.expires_at <= app.moment() THEN 'expired'::contract_status_enum ELSE 'superseded' END,
        ended_at = least(c.expires_at, app.moment())
    WHERE c.line_id = signed.line_id AND c.bond_id = signed.bond_id AND c.status = 'active';
    UPDATE contracts c SET status = 'active', signed_at = app.moment() WHERE c.id = of_contract;
    RETURN true;
END
$$;
GRANT EXECUTE ON FUNCTION app.conclude_contract(uuid) TO bond_writer;

-- The time of these is up. A job's, which holds the bond.
CREATE FUNCTION app.expire_contracts(of_bond uuid) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    WITH expired AS (
        UPDATE contracts c SET status = 'expired', ended_at = c.expires_at
        WHERE c.bond_id = of_bond AND c.status = 'active' AND c.expires_at <= app.moment() AND app.uid() IS NULL RETURNING 1
    )
    SELECT count(*) FROM expired
$$;
GRANT EXECUTE ON FUNCTION app.expire_contracts(uuid) TO game_service;

-- The ledger of consent says of a contract when it came into force and when it ended, however it did.
CREATE OR REPLACE FUNCTION app.note_contract_consent() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF NEW.status = 'active' THEN
        PERFORM app.append_consent(
            'bond:' || NEW.bond_id, 'contract_in_force', NULL,
            jsonb_build_object('contract', NEW.id, 'content_sha256', NEW.content_sha256)
        );
    ELSE
        PERFORM app.append_consent('bond:' || NEW.bond_id, 'contract_ended', NULL, jsonb_build_object('contract', NEW.id));
    END IF;
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER contracts_note_consent AFTER UPDATE OF status ON contracts
    FOR EACH ROW WHEN ((OLD.status = 'active') <> (NEW.status = 'active')) EXECUTE FUNCTION app.note_contract_consent();

-- Scenes: who takes part. Whoever is named and here; where nobody is named, everybody who was here when it was planned.
CREATE FUNCTION app.scene_people(of_scene uuid) RETURNS SETOF uuid
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT m.user_id FROM scenes s JOIN bond_members m ON m.bond_id = s.bond_id
    WHERE s.id = of_scene AND CASE WHEN jsonb_path_exists(s.activities, '$[*].with[*]')
        THEN s.activities @> jsonb_build_array(jsonb_build_object('with', jsonb_build_array(m.user_id)))
        ELSE m.joined_at <= s.created_at END
$$;

CREATE FUNCTION app.guard_scene() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    logged boolean;
    mine boolean;
    theirs boolean;
BEGIN
    mine := coalesce(OLD.created_by = app.uid(), false);
    IF TG_OP = 'DELETE' THEN
        IF current_user = 'bond_writer' AND (NOT mine OR OLD.status = 'done') THEN
            PERFORM app.refuse('a scene that is to come is its creator''s to take away');
        END IF;
        RETURN OLD;
    ELSIF current_user <> 'bond_writer' THEN
        RETURN NEW;
    END IF;
    theirs := app.uid() IN (SELECT app.scene_people(OLD.id));
    logged := NEW.status = 'done' AND OLD.status IN ('planned', 'agreed');
    IF (OLD.title, OLD.scene_date, OLD.activities, OLD.consent_details, OLD.limit_keys)
        IS DISTINCT FROM (NEW.title, NEW.scene_date, NEW.activities, NEW.consent_details, NEW.limit_keys)
        OR (OLD.duration_minutes, OLD.notes) IS DISTINCT FROM (NEW.duration_minutes, NEW.notes) AND NOT logged THEN
        IF NOT mine OR OLD.status NOT IN ('planned', 'agreed') OR NEW.status <> 'planned'
            OR EXISTS (SELECT FROM scene_confirmations c WHERE c.scene_id = OLD.id) THEN
            PERFORM app.refuse('a scene is changed by its creator, and agreed to anew');
        END IF;
    END IF;
    IF (OLD.aftercare_provided, OLD.aftercare_notes) IS DISTINCT FROM (NEW.aftercare_provided, NEW.aftercare_notes)
        AND NOT (OLD.status = 'done' AND theirs) THEN
        PERFORM app.refuse('of aftercare those speak who were there');
    END IF;
    IF OLD.status <> NEW.status AND NOT (CASE (OLD.status, NEW.status)
        WHEN ('planned'::scene_status_enum, 'agreed'::scene_status_enum) THEN theirs AND NOT EXISTS (
            SELECT FROM app.scene_people(OLD.id) p (person)
            WHERE NOT EXISTS (SELECT FROM scene_confirmations c WHERE c.scene_id = OLD.id AND c.user_id = p.person)
        )
        WHEN ('agreed'::scene_status_enum, 'planned'::scene_status_enum) THEN mine OR theirs
        ELSE theirs AND OLD.status IN ('planned', 'agreed') AND NEW.status IN ('called_off', 'done')
    END) THEN
        PERFORM app.refuse('not theirs to do');
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE UPDATE OR DELETE ON scenes FOR EACH ROW EXECUTE FUNCTION app.guard_scene();

-- Agreed to is a scene as it is, by who takes part in it, while it is planned.
CREATE FUNCTION app.guard_confirmation() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF current_user <> 'bond_writer' THEN
        RETURN NEW;
    END IF;
    IF NOT EXISTS (
        SELECT FROM scenes s WHERE s.id = NEW.scene_id AND s.status = 'planned' AND s.version = NEW.version
            AND app.uid() IN (SELECT app.scene_people(s.id))
    ) THEN
        PERFORM app.refuse('a scene is agreed to as it is, by who takes part');
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE INSERT ON scene_confirmations FOR EACH ROW EXECUTE FUNCTION app.guard_confirmation();

-- A limit that came later touches it: nobody has agreed to it any more. A job's, which holds the bond.
CREATE FUNCTION app.unsettle_scene(of_scene uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF app.uid() IS NOT NULL OR NOT EXISTS (SELECT FROM scenes s WHERE s.id = of_scene AND s.status = 'agreed') THEN
        RETURN false;
    END IF;
    DELETE FROM scene_confirmations c WHERE c.scene_id = of_scene;
    UPDATE scenes s SET status = 'planned' WHERE s.id = of_scene;
    RETURN true;
END
$$;
GRANT EXECUTE ON FUNCTION app.unsettle_scene(uuid) TO game_service;
GRANT EXECUTE ON FUNCTION app.scene_people(uuid) TO bond_writer, game_service;

-- Where nobody is named a scene is everybody's, also of who leaves: the others agree to it anew.
CREATE OR REPLACE FUNCTION app.leave_scenes(of_bond uuid, person uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    with_them jsonb := jsonb_build_array(jsonb_build_object('with', jsonb_build_array(person)));
    open_scene uuid;
BEGIN
    FOR open_scene IN
        SELECT s.id FROM scenes s WHERE s.bond_id = of_bond AND s.status IN ('planned', 'agreed') AND (
            s.created_by = person OR s.activities @> with_them OR NOT jsonb_path_exists(s.activities, '$[*].with[*]')
            OR EXISTS (SELECT FROM scene_confirmations c WHERE c.scene_id = s.id AND c.user_id = person)
        )
    LOOP
        DELETE FROM scene_confirmations c WHERE c.scene_id = open_scene;
        UPDATE scenes s SET status = 'planned', activities = app.without_person(s.activities, person) WHERE s.id = open_scene;
    END LOOP;
END
$$;

RESET search_path;
RESET ROLE;
