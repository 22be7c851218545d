-- `asked` stays in profiles.boundaries: the code before does not read it, and going forward again must not lose it.

SET ROLE game_owner;
RESET ROLE;
