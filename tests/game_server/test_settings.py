"""A wrong setting is named with what to do, and no message ever shows a secret."""

import subprocess
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from game_server.file_places import Bucket
from game_server.settings import Settings, SettingsError, is_secret, variable
from storage.database import WEB_LOGIN, WORKER_LOGIN, computable_password
from storage.urls import as_login
from tests.support import databases
from tests.support.server_process import ROOT, game_server

SECRET = "hunter2"
TELLING = ("secret", "token", "key", "password", "url")
PUBLIC = {"public_url", "supabase_url", "flowise_url", "characters_answer_tokens"} | {
    f"{kind}_token_s" for kind in ("access", "refresh", "anonymous", "reset")
}
SHOWN = ("_file", "_key_id", "_base_url", "_certs_url")
"""Where a secret is, which one it is, and whom it is for: no secrets themselves."""


def _told(**environ: str) -> str:
    with pytest.raises(SettingsError) as wrong:
        Settings.from_environment(environ)
    return str(wrong.value)


def test_every_setting_that_sounds_like_a_secret_is_marked_as_one():
    sounding = {name for name in Settings.__struct_fields__ if any(word in name for word in TELLING)}
    limits = {name for name in sounding if name.startswith("limit_")}
    assert {name for name in sounding - PUBLIC - limits if not is_secret(name) and not name.endswith(SHOWN)} == set()


@pytest.mark.parametrize("name", [name for name in Settings.__struct_fields__ if is_secret(name)])
def test_a_wrong_secret_is_named_and_not_shown(name):
    wrong = f"postgresql://u:{SECRET}@h:port/d" if name == "person_keys" else SECRET  # any word is the name of a file
    assert variable(name) in _told(**{variable(name): wrong})
    assert SECRET not in _told(**{variable(name): wrong})


def test_one_secret_and_several_are_not_set_together():
    assert "set one of them" in _told(ATTUNED_SECRET_KEY="k" * 32, ATTUNED_SECRET_KEYS="k" * 32)


def test_a_wrong_value_that_is_no_secret_is_shown():
    assert "PORT='eight'" in _told(PORT="eight")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PORT", "eight", "PORT='eight': expected a whole number from 0 to 65535"),
        ("ATTUNED_WEB_POOL", "0", "expected a whole number, 1 or more"),
        ("ATTUNED_DRAW_TEMPERATURE", "nan", "expected a number from 0.01 to 10"),
        ("ATTUNED_LOG_FORMAT", "xml", "expected text or json"),
        ("ATTUNED_PUBLIC_URL", "garbage", "ATTUNED_PUBLIC_URL='garbage': not a web address"),
        ("ATTUNED_PUBLIC_URL", "https://", "not a web address"),
        ("ATTUNED_PUBLIC_URL", "ftp://play.example.org", "not a web address"),
        ("ATTUNED_LIMIT_LOGIN", "10", "expected a count and seconds, like 10/900"),
        ("ATTUNED_CRASH_AT", "NO", "expected a point like after_commit"),
        ("ATTUNED_SECRET_KEY", SECRET, "ATTUNED_SECRET_KEY: expected 32 characters or more"),
        (
            "ATTUNED_SECRET_KEYS",
            "k" * 32 + "," + SECRET,
            "expected 32 characters or more in each, and commas",
        ),
        ("ATTUNED_SECRET_KEYS", "k" * 32 + "," + "k" * 32, "ATTUNED_SECRET_KEYS: has one twice"),
        ("ATTUNED_DEAD_MS", "15000", "must be more than ATTUNED_PING_MS"),
        ("DATABASE_WEB_URL", "postgresql://u:p@h/d", "needs DATABASE_WORKER_URL or DATABASE_URL beside it"),
        ("DATABASE_WORKER_URL", "postgresql://u:p@h/d", "needs DATABASE_WEB_URL or DATABASE_URL beside it"),
    ],
)
def test_a_wrong_value_is_told_in_words_what_fits(name, value, said):
    assert said in _told(**{name: value})


@pytest.mark.parametrize("name", ["ATTUNED_PUBLIC_URL", "ATTUNED_ALLOWED_ORIGINS"])
def test_a_password_in_an_address_that_should_have_none_is_not_shown(name):
    assert name in _told(**{name: f"https://u:{SECRET}@h"})
    assert SECRET not in _told(**{name: f"https://u:{SECRET}@h"})


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("ATTUNED_WEB_POLL", "Did you mean ATTUNED_WEB_POOL?"),
        ("ATTUNED_PORT", "Did you mean PORT?"),
        ("ATTUNED_DATABASE_URL", "Did you mean DATABASE_URL?"),
        ("ATTUNED_OF_ANOTHER_PROGRAM", "Take it out."),
    ],
)
def test_a_setting_that_is_none_is_told_with_what_was_meant(name, said):
    told = _told(**{name: "private"})
    assert f"{name} is not a setting of this server. {said} `game-server settings` lists all of them" in told
    assert "private" not in told


def test_what_is_said_of_a_url_ends_once():
    for name in ("DATABASE_URL", "REDIS_URL"):
        scheme = "redis" if name == "REDIS_URL" else "postgresql"
        assert _told(**{name: f"{scheme}://u:p@here:port/0"}).endswith("% as %25.")


def test_printed_settings_hold_no_secret():
    secrets = {name: f"postgresql://u:{SECRET}@h/db" for name in Settings.__struct_fields__ if is_secret(name)}
    assert SECRET not in repr(Settings(**secrets))
    assert "port=8000" in repr(Settings(**secrets))


@pytest.mark.parametrize("name", ["DATABASE_URL", "DATABASE_WEB_URL", "DATABASE_WORKER_URL", "REDIS_URL"])
def test_a_url_that_cannot_be_used_is_one_sentence_at_the_start(name):
    scheme = "redis" if name == "REDIS_URL" else "postgresql"
    assert f"{name} has the parameter colour" in _told(**{name: f"{scheme}://u:{SECRET}@h/1?colour=blue"})


@pytest.mark.parametrize(
    "parameters",
    [
        "pgbouncer=true",
        "connect_timeout=10",
        "channel_binding=prefer",
        "sslmode=prefer&application_name=x&keepalives=1&target_session_attrs=any&gssencmode=prefer",
        "options=-c%20statement_timeout%3D60s",
        "pgbouncer=true&connection_limit=1&pool_timeout=0&schema=public",
    ],
)
def test_the_program_runs_on_a_url_as_hosters_give_it(settings: Settings, parameters):
    done = _run(settings, f"{settings.database_url}?{parameters}", "migrate", "up")
    assert (done.returncode, done.stderr) == (0, ""), done.stderr


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda url: f"{url}?channel_binding=require", "channel_binding=require"),
        (lambda url: f"{url}?options=-c%20no_such%3D1", "does not understand the options"),
        (lambda url: f"{url}?sslmode=require", "speaks no TLS"),
        (lambda url: f"{url}?sslmode=require&sslcrl={__file__}", "TLS with PostgreSQL"),
        (lambda url: f"{url}?sslmode=require&ssl_min_protocol_version=TLSv9", "No such TLS version: TLSv9"),
        (lambda url: url.rpartition("/")[0] + "/no_such", "has no database 'no_such'"),
        (lambda url: url.replace("postgres:", "nobody:"), "refuses the login"),
        (lambda url: url.replace("127.0.0.1", "127.0.0.1:1,127.0.0.1"), None),
        (lambda _url: "postgresql://u:p@127.0.0.1:1/db", "does not answer at 127.0.0.1:1"),
        (lambda _url: "postgresql://u:p@no.such.host.invalid/db", "does not answer at no.such.host.invalid:5432"),
    ],
)
def test_what_cannot_be_connected_to_is_one_sentence_without_a_trace(settings: Settings, spoil, said):
    done = _run(settings, spoil(settings.database_url), "migrate", "status")
    assert (done.returncode == 0) is (said is None)
    assert "Traceback" not in done.stderr
    assert said is None or said in done.stderr
    assert str(settings.database_url).split(":")[2].split("@")[0] not in done.stderr


def _run(settings: Settings, url: str, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return game_server(settings, *arguments, DATABASE_URL=url, **more)


def test_the_program_runs_on_a_url_without_a_password_and_makes_none_that_can_be_computed(settings: Settings):
    parts = urlsplit(str(settings.database_url))
    bare = urlunsplit(parts._replace(netloc=f"{parts.username}@{parts.hostname}:{parts.port}"))
    done = _run(settings, bare, "migrate", "up", PGPASSWORD=str(parts.password))
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    for role in (WEB_LOGIN, WORKER_LOGIN):
        with pytest.raises(asyncpg.InvalidPasswordError):
            databases.await_here(asyncpg.connect(as_login(bare, role, computable_password(role))))


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("files", "expected file:///"),
        ("file://host/folder", "the full path of a folder"),
        ("file:///", "the full path of a folder"),
        ("s3://", "expected file:///"),
        ("s3://pictures", "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"),
        (f"s3://us:{SECRET}@pictures", "in which region"),
        (f"s3://us:{SECRET}@pictures?endpoint=http://minio:9000", "http only of this machine"),
        (f"s3://us:{SECRET}@pictures?region=eu-1&acl=public", "nothing is known here of acl"),
        (f"s3://:{SECRET}@pictures?region=eu-1", "an access key goes with its secret"),
        (f"gs://us:{SECRET}@pictures", "expected file:///"),
    ],
)
def test_a_place_of_pictures_that_cannot_be_one_is_named_and_no_secret_shown(url, said):
    told = _told(ATTUNED_FILES_URL=url)
    assert "ATTUNED_FILES_URL" in told
    assert said in told
    assert SECRET not in told


def test_pictures_lie_in_the_data_directory_in_another_folder_or_in_a_bucket():
    assert Settings(data_dir=ROOT / "data").files_place == ROOT / "data/files"
    folder = Settings.from_environment({"ATTUNED_FILES_URL": "file:///srv/some%20pictures"})
    assert folder.files_place == Path("/srv/some pictures")
    environ = {"AWS_ACCESS_KEY_ID": "us", "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_REGION": "eu-1"}
    plain = Settings.from_environment({"ATTUNED_FILES_URL": "s3://pictures/ours", **environ}).files_place
    assert plain == Bucket(name="pictures", prefix="ours", endpoint=None, region=None, key=None, secret=None)
    url = f"s3://us:{SECRET}%2F@pictures?endpoint=https://storage.example.org/v1/s3&region=eu-1"
    given = Settings.from_environment({"ATTUNED_FILES_URL": url})
    assert isinstance(given.files_place, Bucket)
    assert (given.files_place.secret, given.files_place.endpoint) == (f"{SECRET}/", "https://storage.example.org/v1/s3")
    assert SECRET not in repr(given) + repr(given.files_place)


@pytest.mark.parametrize(
    ("environ", "missing"),
    [
        ({"ATTUNED_SMTP_URL": "smtp://mail.example.org"}, ["ATTUNED_MAIL_FROM"]),
        ({"ATTUNED_MAIL_FROM": "Attuned <no-reply@example.org>"}, ["ATTUNED_SMTP_URL"]),
        ({"ATTUNED_APNS_KEY_ID": "K1"}, ["ATTUNED_APNS_KEY_FILE", "ATTUNED_APNS_TEAM_ID", "ATTUNED_APNS_TOPIC"]),
        ({"ATTUNED_CARDS_API_KEY": "k"}, ["ATTUNED_CARDS_BASE_URL", "ATTUNED_CARDS_MODEL"]),
        (
            {"ATTUNED_CARDS_DAILY_BUDGET": "5"},
            ["ATTUNED_CARDS_BASE_URL", "ATTUNED_CARDS_API_KEY", "ATTUNED_CARDS_MODEL"],
        ),
        ({"ATTUNED_VAPID_SUBJECT": "mailto:us@example.org"}, ["ATTUNED_VAPID_KEY_FILE"]),
        ({"ATTUNED_GOOGLE_PUSH_AUDIENCE": "a"}, ["ATTUNED_GOOGLE_PACKAGE", "ATTUNED_GOOGLE_PUSH_ACCOUNT"]),
        ({"ATTUNED_APPLE_BUNDLE_ID": "org.example"}, ["ATTUNED_APPLE_ISSUER_ID", "ATTUNED_APPLE_APP_ID"]),
    ],
)
def test_a_half_set_adapter_is_an_error_that_names_what_is_missing(environ, missing):
    told = _told(**environ)
    assert "half set" in told
    assert all(name in told for name in missing)


def test_the_number_of_the_app_is_not_needed_in_the_sandbox():
    told = _told(ATTUNED_APPLE_BUNDLE_ID="org.example", ATTUNED_APPLE_ENVIRONMENT="Sandbox")
    assert "ATTUNED_APPLE_APP_ID" not in told


@pytest.mark.parametrize(
    "environ",
    [
        {"ATTUNED_APNS_BASE_URL": "http://push.example.org"},
        {"ATTUNED_GOOGLE_CERTS_URL": "ftp://certs.example.org"},
        {"ATTUNED_SMTP_URL": "mail.example.org"},
        {"ATTUNED_MAIL_FROM": "nobody"},
        {"ATTUNED_VAPID_KEY_FILE": "no-such-file.pem"},
    ],
)
def test_what_cannot_be_right_of_an_adapter_is_said_at_the_start(environ):
    assert next(iter(environ)) in _told(**environ)


def test_a_stand_in_on_this_machine_may_speak_http():
    assert Settings.from_environment({"ATTUNED_APNS_BASE_URL": "http://127.0.0.1:8443"}).apns_base_url.endswith(":8443")
