-- The language of a card: a game is played in one.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

ALTER TABLE activities ADD COLUMN language text NOT NULL DEFAULT 'en'
    CONSTRAINT activities_language_code CHECK (language ~ '^[a-z]{2}(-[A-Z]{2})?$');
COMMENT ON COLUMN activities.language IS 'What the card is written in: en, de, pt-BR. A game draws cards of one language.';

-- A program older than the column would deal a card of any language to everybody. It refuses tags with a field that it does not know,
-- so a card that is not English says its language there as well.
CREATE FUNCTION app.tell_language() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    told jsonb := coalesce(NEW.tags, '{}');
BEGIN
    IF jsonb_typeof(told) = 'array' THEN
        told := jsonb_build_object('themes', told); -- as banks had them before
    END IF;
    IF NEW.language <> 'en' THEN
        NEW.tags := told || jsonb_build_object('language', NEW.language);
    ELSIF told ? 'language' THEN
        NEW.tags := told - 'language';
    END IF;
    RETURN NEW;
END
$$;

-- Where 0031 was taken back once, the tags still know.
UPDATE activities SET language = tags ->> 'language'
WHERE tags ->> 'language' ~ '^[a-z]{2}(-[A-Z]{2})?$' AND tags ->> 'language' <> 'en';

CREATE TRIGGER activities_tell_language BEFORE INSERT OR UPDATE OF language, tags ON activities
    FOR EACH ROW EXECUTE FUNCTION app.tell_language();

RESET search_path;
RESET ROLE;
