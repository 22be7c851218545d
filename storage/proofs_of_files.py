"""What must be so of pictures and the rows that they hang on. SQL for storage/proofs.py; that their bytes are there is proven by
`game_server/commands/proving_files.py`.
"""

from storage.proofs import Proof

AVATARS = Proof(
    name="avatars",
    group="files",
    proves="Every avatar of a character is a picture of its owner's that is there",
    mend="SET ROLE game_owner; UPDATE kinksters SET avatar_urls = '{}' WHERE id = '…'; RESET ROLE;"
    "  (or `game-server restore --kinksters` of a backup that has it)",
    sql="SELECT DISTINCT k.id FROM kinksters k, unnest(k.avatar_urls) AS address"
    " LEFT JOIN files f ON '/api/files/' || f.id = address WHERE f.id IS NULL OR f.user_id IS DISTINCT FROM k.user_id",
)

HOLDERS = ("task_proof", "ai_message_attachments", "image_generations")
"""Tables whose rows have a `file_id`."""

_HELD = " UNION ALL ".join(f"SELECT t.file_id FROM {table} t WHERE t.file_id IS NOT NULL" for table in HOLDERS)

HANGING = Proof(
    name="hanging_files",
    group="files",
    proves="Every picture that was attached hangs on a row, and what hangs on one was attached",
    mend="On nothing: SET ROLE game_owner; DELETE FROM files WHERE id = '…'; RESET ROLE;  On a row, and not attached (it would be"
    " taken away after a day): SET ROLE game_owner; UPDATE files SET attached_at = created_at WHERE id = '…'; RESET ROLE;",
    sql=f"SELECT f.id FROM files f LEFT JOIN (SELECT DISTINCT file_id FROM ({_HELD}) some_held) held ON held.file_id = f.id"
    " LEFT JOIN (SELECT DISTINCT k.user_id, address FROM kinksters k, unnest(k.avatar_urls) AS address) shown"
    " ON shown.user_id = f.user_id AND shown.address = '/api/files/' || f.id"
    " WHERE (f.attached_at IS NULL) = (held.file_id IS NOT NULL) AND (f.attached_at IS NULL OR shown.address IS NULL)",
)

OF_FILES = (AVATARS, HANGING)
