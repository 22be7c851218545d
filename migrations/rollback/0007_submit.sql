-- Takes back 0007: handing a survey in.

SET ROLE game_owner;

DROP FUNCTION app.submit_surveys(jsonb);
DROP FUNCTION app.write_submission(jsonb);
DROP FUNCTION app.survey_standing(uuid, text, text);
DROP FUNCTION app.submission_rests_on(uuid, text, text);

RESET ROLE;
