-- The activity bank.

SET ROLE game_owner;
SET search_path = public;

CREATE TABLE activities (
    activity_id serial PRIMARY KEY,
    type varchar(16) NOT NULL CHECK (type IN ('truth', 'dare')),
    rating varchar(1) NOT NULL CHECK (rating IN ('G', 'R', 'X')),
    intensity integer NOT NULL CHECK (intensity BETWEEN 1 AND 5),
    script jsonb NOT NULL,
    tags jsonb,
    source varchar(32) NOT NULL DEFAULT 'bank',
    approved boolean NOT NULL DEFAULT true,
    hard_limit_keys jsonb,
    power_role varchar(16) CHECK (power_role IN ('top', 'bottom', 'switch', 'neutral')),
    preference_keys jsonb,
    domains jsonb,
    intensity_modifiers jsonb,
    requires_consent_negotiation boolean DEFAULT false,
    audience_scope audience_scope_enum NOT NULL DEFAULT 'all',
    hard_boundaries jsonb NOT NULL DEFAULT '[]',
    required_bodyparts jsonb NOT NULL DEFAULT '{"active":[],"partner":[]}',
    activity_uid varchar(64) CONSTRAINT idx_activities_activity_uid UNIQUE,
    source_version varchar(32),
    is_active boolean NOT NULL DEFAULT true,
    archived_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_activity_lookup ON activities (type, rating, intensity, approved);
CREATE INDEX idx_activities_type ON activities (type);
CREATE INDEX idx_activities_rating ON activities (rating);
CREATE INDEX idx_activities_intensity ON activities (intensity);
CREATE INDEX idx_activities_power_role ON activities (power_role);
CREATE INDEX idx_activities_audience_scope ON activities (audience_scope);
CREATE INDEX idx_activities_is_active ON activities (is_active);
CREATE TRIGGER update_activities_updated_at BEFORE UPDATE ON activities
    FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();

-- The bank's revision moves with any change of it, so that a process knows its copy is old by reading one row.
CREATE TABLE bank_revision (
    id boolean PRIMARY KEY DEFAULT true CHECK (id),
    revision bigint NOT NULL DEFAULT 0
);
INSERT INTO bank_revision DEFAULT VALUES;

CREATE FUNCTION app.raise_bank_revision() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    UPDATE bank_revision SET revision = revision + 1;
    RETURN NULL;
END
$$;
CREATE TRIGGER activities_raise_bank_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON activities
    FOR EACH STATEMENT EXECUTE FUNCTION app.raise_bank_revision();

RESET search_path;
RESET ROLE;
