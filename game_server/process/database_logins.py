"""The URLs that the two run-time logins connect with: the settings' own, else those with the passwords kept there."""

import msgspec

from game_server.process.keys import Keys, load_keys
from game_server.settings import Settings
from storage import login_passwords
from storage.database import WEB_LOGIN, WORKER_LOGIN, UnsafeDatabase, computable_password
from storage.login_passwords import Kind
from storage.run_time_logins import Wishes
from storage.urls import password_of, user_of


async def with_logins(settings: Settings) -> Settings:
    """The settings with both URLs. Raises UnsafeDatabase, SecretMissing, asyncpg errors, OSError."""
    for kind, own in named(settings).items():
        if password_of(own) == computable_password(user_of(own)):
            raise UnsafeDatabase(
                f"DATABASE_{kind.upper()}_URL names a password of {user_of(own)} that anybody can compute."
                f" Give it another (ALTER ROLE {user_of(own)} PASSWORD), and put that into the URL."
            )
    if settings.database_url is None or len(named(settings)) == len((WEB_LOGIN, WORKER_LOGIN)):
        return settings
    kept = await login_passwords.urls_of(settings.database_url, load_keys(settings).sealing_keys())
    found = {**kept, **named(settings)}
    if len(found) < len((WEB_LOGIN, WORKER_LOGIN)):
        raise UnsafeDatabase("This database does not know its run-time logins yet. Run `game-server migrate up` first.")
    return msgspec.structs.replace(settings, database_web_url=found["web"], database_worker_url=found["worker"])


def named(settings: Settings) -> dict[Kind, str]:
    """The URLs that the operator named."""
    urls: dict[Kind, str | None] = {"web": settings.database_web_url, "worker": settings.database_worker_url}
    return {kind: url for kind, url in urls.items() if url}


def wishes(settings: Settings, keys: Keys, *, lost: bool = False) -> Wishes:
    """What the settings say about the logins."""
    names: dict[Kind, str | None] = {"web": settings.web_login, "worker": settings.worker_login}
    return Wishes(
        named={kind: user_of(url) for kind, url in named(settings).items()},
        names={kind: name for kind, name in names.items() if name},
        former=tuple(keys.former_login_secrets()),
        lost=lost,
    )
