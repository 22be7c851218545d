"""What backups are sealed with: a key that follows from ATTUNED_BACKUP_KEY, or without one from the installation's secret."""

from collections.abc import Mapping
from hashlib import sha256

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from game_server.process.keys import FILE, load_keys
from game_server.settings import Settings

OWN = "backup-key-"


def sealing(settings: Settings) -> tuple[str, bytes]:
    """The name of the key that a backup of these settings is sealed with, and the key. Raises SecretMissing."""
    return next(iter(opening(settings).items()))


def opening(settings: Settings) -> Mapping[str, bytes]:
    """Every key of these settings, by name: backups from before a secret was exchanged open too, and those from before there
    was a key of their own. Raises SecretMissing.
    """
    own = settings.backup_key
    keys = {_name(own): _derived(own)} if own else {}
    return keys | (load_keys(settings).backup_keys() if settings.secrets or not own else {})


def needed(settings: Settings) -> str:
    """For people: what opens a backup of these settings, and where that is."""
    if settings.backup_key:
        return (
            "It opens with ATTUNED_BACKUP_KEY alone: keep a copy of that where neither this machine nor the backup is."
        )
    path = (settings.data_dir / FILE).absolute()
    if path.exists() and path.read_text().strip() in settings.secrets:
        return (
            f"It opens with the installation's secret alone, which was made here and is in {path}: keep a copy of that file where"
            " neither this machine nor the backup is."
        )
    first = "ATTUNED_SECRET_KEYS (the first of them)" if settings.secret_keys else "ATTUNED_SECRET_KEY"
    return f"It opens with {first} alone: keep a copy of that where neither this machine nor the backup is."


def named(key_name: str) -> str:
    """For people: which secret that is."""
    if key_name.startswith(OWN):
        return f"the ATTUNED_BACKUP_KEY that is called {key_name} here"
    return f"the secret that `game-server keys status` calls {key_name}"


def _name(secret: str) -> str:
    return OWN + sha256(b"attuned backup key's name " + _derived(secret)).hexdigest()[:12]


def _derived(secret: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"attuned backup key").derive(secret.encode())
