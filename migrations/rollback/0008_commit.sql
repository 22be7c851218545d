-- Takes back 0008: the room's commit.

SET ROLE game_owner;

DROP FUNCTION app.append_commands(jsonb);
DROP FUNCTION app.note_played(app.room_command[]);
DROP FUNCTION app.write_accounts(app.room_command[]);
DROP FUNCTION app.write_feedback(app.room_command[]);
DROP FUNCTION app.write_cards(app.room_command[]);
DROP FUNCTION app.write_rooms(app.room_command[]);

DROP TYPE app.room_verdict;
DROP TYPE app.room_command;

RESET ROLE;
