-- Takes back 0039: who was reminded of aftercare is forgotten, and so is what scenes name.

SET ROLE game_owner;
SET search_path = public;

CREATE OR REPLACE FUNCTION app.leave_scenes(of_bond uuid, person uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    with_them jsonb := jsonb_build_array(jsonb_build_object('with', jsonb_build_array(person)));
    open_scene uuid;
BEGIN
    FOR open_scene IN
        SELECT s.id FROM scenes s WHERE s.bond_id = of_bond AND s.status IN ('planned', 'agreed') AND (
            s.created_by = person OR s.activities @> with_them
            OR EXISTS (SELECT FROM scene_confirmations c WHERE c.scene_id = s.id AND c.user_id = person)
        )
    LOOP
        DELETE FROM scene_confirmations c WHERE c.scene_id = open_scene;
        UPDATE scenes s SET status = 'planned', activities = app.without_person(s.activities, person) WHERE s.id = open_scene;
    END LOOP;
END
$$;

CREATE OR REPLACE FUNCTION app.note_contract_consent() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM app.append_consent('bond:' || NEW.bond_id, 'contract_ended', NULL, jsonb_build_object('contract', NEW.id));
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER contracts_note_consent AFTER UPDATE OF status ON contracts
    FOR EACH ROW WHEN (OLD.status = 'active' AND NEW.status = 'withdrawn') EXECUTE FUNCTION app.note_contract_consent();

DROP TRIGGER guard ON contracts;
DROP TRIGGER guard ON scenes;
DROP TRIGGER guard ON scene_confirmations;
DROP FUNCTION app.guard_contract(), app.guard_scene(), app.guard_confirmation(), app.conclude_contract(uuid), app.expire_contracts(uuid),
    app.unsettle_scene(uuid), app.scene_people(uuid);
DROP POLICY "The service may select" ON contracts;
DROP POLICY "The service may select" ON scenes;
REVOKE SELECT ON contracts, scenes FROM game_service;
DROP INDEX idx_scenes_agreed, idx_scenes_logged;
DROP TABLE scene_prompts;
ALTER TABLE scenes DROP COLUMN limit_keys;

RESET search_path;
RESET ROLE;
