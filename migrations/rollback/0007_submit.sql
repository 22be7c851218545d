-- Back to before 0007: a survey is handed in statement by statement.

SET ROLE game_owner;

DROP FUNCTION app.submit_surveys(jsonb);
DROP FUNCTION app.write_submission(jsonb);
DROP FUNCTION app.survey_standing(uuid, text, text);
DROP FUNCTION app.submission_rests_on(uuid, text, text);
DROP FUNCTION app.keep_compatibility(integer, integer, jsonb, integer);

RESET ROLE;
