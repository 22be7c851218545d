"""URLs as hosters give them: what is harmless is dropped, what cannot be is named, and no message shows a secret."""

import pytest

from storage import urls
from storage.urls import UrlRefused


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgres://u:p@h/db?pgbouncer=true&connect_timeout=10&channel_binding=prefer", "postgresql://u:p@h/db"),
        ("postgresql+asyncpg://u:p@h:5432/db?sslmode=require", "postgresql://u:p@h:5432/db?sslmode=require"),
        ("postgresql://u:p@h/db?ssl=true&schema=public&client_encoding=utf8", "postgresql://u:p@h/db?sslmode=require"),
        ("postgresql://u:p%40%2F%23@h/db", "postgresql://u:p%40%2F%23@h/db"),
        ("postgresql://u:100%@h/a b", "postgresql://u:100%25@h/a%20b"),
        ("postgresql://u:p@ss@h/db", "postgresql://u:p%40ss@h/db"),
        ("postgresql://u@[::1]:5433/db?keepalives=1&tcp_user_timeout=3", "postgresql://u@[::1]:5433/db"),
        ("postgresql://u@/db?host=/run/postgresql", "postgresql://u@/db?host=%2Frun%2Fpostgresql"),
        ("postgresql://u@%2Frun%2Fpostgresql/db", "postgresql://u@%2Frun%2Fpostgresql/db"),
        ("postgresql://u:p@a:1,b:2/db", "postgresql://u:p@a:1,b:2/db?target_session_attrs=read-write"),
        ("postgresql://u:p@a,b/db?target_session_attrs=primary", "postgresql://u:p@a,b/db?target_session_attrs=primary"),
        ("postgresql://u@h/db?options=-c%20a%3Db&application_name=x", "postgresql://u@h/db?options=-c%20a%3Db&application_name=x"),
        ("postgresql://anna@h", "postgresql://anna@h/anna"),
        ("postgresql://h/db?user=anna&password=p", "postgresql://anna@h/db?password=p"),
        (" postgresql://u:p@h/db\n", "postgresql://u:p@h/db"),
    ],
)  # fmt: skip
def test_a_database_url_of_a_hoster_is_understood(given, used):
    assert urls.database_url(given, {}) == used


def test_user_and_database_come_from_where_libpq_takes_them():
    environ = {"PGUSER": "bea", "PGDATABASE": "games"}
    assert urls.database_url("postgresql://h", environ) == "postgresql://bea@h/games"
    assert urls.database_url("postgresql://?service=ours", environ) == "postgresql:?service=ours"


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ("postgresql://u:SECRET@h/db?channel_binding=require", "channel_binding=require.*verify-full"),
        ("postgresql://u:SECRET@h/db?gssencmode=require", "gssencmode=require.*TLS"),
        ("postgresql://u:SECRET@h/db?target_session_attrs=standby", "target_session_attrs.*read-write"),
        ("postgresql://u:SECRET@h/db?sslmode=always", "sslmode.*verify-full"),
        ("postgresql://u:SECRET@h/db?sslmode=verify-ca&sslrootcert=/no/where.crt", "sslrootcert=/no/where.crt"),
        ("postgresql://u:SECRET@h/db?schema=games", "schema=games"),
        ("postgresql://u:SECRET@h/db?hostaddr=1.2.3.4", "parameter hostaddr"),
        ("postgresql://u:SECRET@h/db?statement_timeout=1", "parameter statement_timeout.*options="),
        ("postgresql://u:SECRET@h:port/db", "port"),
        ("postgresql://u:SECRET@h:70000/db", "port"),
        ("postgresql://u:SE#CRET@h/db", "%23"),
        ("postgresql://u:SE/CRET@h/db", "%2F"),
        ("postgresql://u:SE?CRET@h/db", "%3F"),
        ("postgresql://u:SECRET@[::1/db", "%23"),
        ("postgresql://u:SECRET@[::1]x:1/db", "address"),
        ("postgresql://u:SECRET@::1/db", "port"),
        ("postgresql://u:SECRET@a:1,b:x/db", "port"),
        ("postgresql://u:SECRET@h:१/db", "port"),
        ("postgresql://u:SECRET@ex..ample/db", "host"),
        ("postgresql://u:SECRET@exa mple/db", "host"),
        (f"postgresql://u:SECRET@{'a' * 64}/db", "host"),
        ("postgresql://u:SECRET@/db?host=ex..ample", "host"),
        ("postgresql://u%00:SECRET@h/db", "control character"),
        ("postgresql://u:SECRET@h/d%0Ab", "control character"),
        ("postgresql://u:SECRET@h/db?application_name=%00", "control character"),
        ("postgresql://u:SECRET@h/db?sslcert=/no/where.crt", "sslcert=/no/where.crt"),
        ('"postgresql://u:SECRET@h/db"', "postgresql://"),
        ("psql postgresql://u:SECRET@h/db", "postgresql://"),
        ("jdbc:postgresql://h/db?password=SECRET", "postgresql://"),
        ("mysql://u:SECRET@h/db", "postgresql://"),
        ("u:SECRET@h/db", "postgresql://"),
        ("SECRET", "postgresql://"),
    ],
)
def test_what_a_database_url_cannot_have_is_named_without_its_secrets(given, named):
    with pytest.raises(UrlRefused, match=named) as refused:
        urls.database_url(given, {})
    assert not any(part in str(refused.value) for part in ("SECRET", "CRET@", "SE"))


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("redis://:p%2F@h:6379/2", "redis://:p%2F@h:6379/2"),
        ("rediss://u:p@h?ssl_cert_reqs=CERT_NONE", "rediss://u:p@h?ssl_cert_reqs=none"),
        ("redis://h?tls=true&max_connections=1&socket_timeout=60&protocol=3", "rediss://h"),
        ("valkeys://u:p@h:25061/", "rediss://u:p@h:25061/"),
        ("unix:///run/redis.sock?db=1", "unix:///run/redis.sock?db=1"),
    ],
)
def test_a_redis_url_of_a_hoster_is_understood(given, used):
    assert urls.redis_url(given) == used


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ("redis://:SECRET@h?colour=blue", "parameter colour"),
        ("redis://:SECRET@h/games", "database"),
        ("redis://:SECRET@h?ssl_cert_reqs=none", "rediss://"),
        ("rediss://:SECRET@h?ssl_ca_certs=/no/where", "ssl_ca_certs"),
        ("redis://:SE/CRET@h", "%2F"),
        ("redis://a:1,b:2", "several"),
        ("redis://:SECRET@h/²", "database"),
        ("redis://:SECRET@h?db=²", "value of db"),
        ("redis://:SECRET@ex..ample", "host"),
        ("redis://:SECRET@[::1]x:1", "address"),
        ("redis://:SECRET@h/0?username=%00", "control character"),
        ("unix://", "socket"),
        ("redis+cluster://:SECRET@h", "rediss://"),
        ("redis+sentinel://:SECRET@h", "rediss://"),
        ("h:6379", "redis://"),
    ],
)
def test_what_a_redis_url_cannot_have_is_named_without_its_secrets(given, named):
    with pytest.raises(UrlRefused, match=named) as refused:
        urls.redis_url(given)
    assert not any(part in str(refused.value) for part in ("SECRET", "CRET@"))


@pytest.mark.parametrize(
    ("url", "where"),
    [
        ("postgresql://u:p@h/db", "h:5432"),
        ("postgresql://u:p@a:1,b/db", "a:1,b:5432"),
        ("postgresql://u@[::1]:5/db", "[::1]:5"),
        ("postgresql://u@/db?host=%2Frun%2Fpostgresql", "/run/postgresql"),
        ("postgresql://u@/db", "the local socket"),
        ("", "the local socket"),
    ],
)
def test_a_place_is_told_without_who_and_with_what(url, where):
    assert urls.place(url) == where


def test_another_login_takes_nothing_of_the_administrator_along():
    url = "postgresql://admin@h/db?password=SECRET&passfile=x&sslmode=require"
    assert urls.as_login(url, "game_web", "a b") == "postgresql://game_web:a%20b@h/db?sslmode=require"
