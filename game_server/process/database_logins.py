"""The URLs that the two run-time logins connect with: the settings' own, else the administrator's with a derived password."""

from game_server.process.keys import load_keys
from game_server.settings import Settings
from storage.database import WEB_LOGIN, WORKER_LOGIN, UnsafeDatabase, computable_password, login_url
from storage.urls import password_of, user_of


def web_url(settings: Settings) -> str:
    """For requests. Raises UnsafeDatabase."""
    return _url(settings, settings.database_web_url, WEB_LOGIN)


def worker_url(settings: Settings) -> str:
    """For the server itself. Raises UnsafeDatabase."""
    return _url(settings, settings.database_worker_url, WORKER_LOGIN)


def login_secret(settings: Settings) -> bytes:
    """What passwords are derived from where DATABASE_URL carries none; nothing where it carries one."""
    if settings.database_url is None or password_of(settings.database_url):
        return b""
    return load_keys(settings).login_secret()


def named_logins(settings: Settings) -> frozenset[str]:
    """The run-time logins for which the operator named a URL: their passwords are the operator's."""
    named = {WEB_LOGIN: settings.database_web_url, WORKER_LOGIN: settings.database_worker_url}
    return frozenset(role for role, url in named.items() if url)


def _url(settings: Settings, own: str | None, role: str) -> str:
    if own is None:
        return login_url(settings.database_url or "", role, login_secret(settings))
    if password_of(own) == computable_password(role):
        raise UnsafeDatabase(
            f"DATABASE_{role.removeprefix('game_').upper()}_URL names a password of {user_of(own)} that anybody can compute."
            f" Give it another (ALTER ROLE {role} PASSWORD), and put that into the URL."
        )
    return own
