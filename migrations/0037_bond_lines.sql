-- Bonds over a socket: a command that is sent again gets the same acknowledgement, also of its place in the feed.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

ALTER TABLE bond_replies ADD COLUMN seq bigint;
COMMENT ON COLUMN bond_replies.seq IS 'The feed''s newest number when the command was done, of one that came over the socket.';
GRANT UPDATE (seq) ON bond_replies TO bond_writer;

RESET search_path;
RESET ROLE;
