"""A search path that leads astray: what runs as the owner must not follow it, whoever has set it."""

from collections.abc import Iterator

from tests.storage.matrix.attempts import HOSTILE, Attempt
from tests.storage.matrix.identities import SERVICE, Identity

SHADOWS = f"""
DO $$
DECLARE
    shadowed record;
BEGIN
    FOR shadowed IN SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('CREATE TABLE {HOSTILE}.%I (LIKE public.%I)', shadowed.name, shadowed.name);
    END LOOP;
END
$$;
GRANT ALL ON ALL TABLES IN SCHEMA {HOSTILE} TO PUBLIC;
CREATE FUNCTION {HOSTILE}.joined(text, anynonarray) RETURNS text LANGUAGE sql AS $$ SELECT 'forged' $$;
CREATE FUNCTION {HOSTILE}.joined(text, text) RETURNS text LANGUAGE sql AS $$ SELECT 'forged' $$;
CREATE OPERATOR {HOSTILE}.|| (LEFTARG = text, RIGHTARG = text, FUNCTION = {HOSTILE}.joined);
CREATE OPERATOR {HOSTILE}.|| (LEFTARG = text, RIGHTARG = anynonarray, FUNCTION = {HOSTILE}.joined);
"""
"""What stands before the real tables and operators in a path that leads astray."""

OF_JSON = f"""
CREATE SCHEMA {HOSTILE}_json;
GRANT USAGE ON SCHEMA {HOSTILE}_json TO PUBLIC;
CREATE FUNCTION {HOSTILE}_json.told(jsonb, text) RETURNS text LANGUAGE sql AS $$ SELECT 'forged' $$;
CREATE OPERATOR {HOSTILE}_json.->> (LEFTARG = jsonb, RIGHTARG = text, FUNCTION = {HOSTILE}_json.told);
"""
"""The same for what is read out of JSON: apart, for attempts read it themselves."""

ASTRAY_IN_JSON = f"SET LOCAL search_path = {HOSTILE}_json, pg_catalog, public;"
ASTRAY = f"SET LOCAL search_path = {HOSTILE}, pg_catalog, public;"


def forgetting(who: Identity) -> Iterator[Attempt]:
    """What goes with a room or with who leaves it goes as the owner's doing: the service by itself may delete none of it."""
    if who is not SERVICE:
        return
    left = "UPDATE public.session_seats SET user_id = NULL, actor = 'former' WHERE session_id = 'anna and bea' AND seat = 'A'"
    said = """
        INSERT INTO public.session_events (session_id, seq, at, type, seat, event, cause)
        SELECT 'anna and bea', seq, now(), 'feedback_given', seat, '{"feedback": "like"}', '{"command": {"feedback": "like"}}'
        FROM (VALUES (8, 'A'), (9, 'B')) AS of_both (seq, seat);
    """
    ended = "DELETE FROM public.sessions WHERE session_id = 'anna and bea'"
    for astray in ("", ASTRAY):
        what = f"forget{' astray' if astray else ''}: "
        yield Attempt("room_cards", f"{what}a room's cards", f"{astray}{ended}", "=0",
                      look="SELECT count(*)::text FROM public.activities WHERE source = 'ai_generated'")  # fmt: skip
        yield Attempt("room_cards", f"{what}what was asked for a room", f"{astray}{left}", "=0/0",
                      look="SELECT (SELECT count(*) FROM public.room_cards)"
                      " || '/' || (SELECT count(*) FROM public.ai_generation_logs)")  # fmt: skip
        yield Attempt(
            "session_events", f"{what}what was said of cards", f"{astray}{said}{left}", "=B",
            look="SELECT string_agg(seat, '') FROM public.session_events WHERE (event || cause)::text LIKE '%like%'",
        )  # fmt: skip
