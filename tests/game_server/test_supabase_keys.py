"""The key set of a Supabase project: asked for rarely and once for many, bounded, and away without harm to what needs it not."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from game_server.integrations import signing_keys
from game_server.integrations.signing_keys import KeysUnreachable
from game_server.integrations.supabase import TIMEOUT, Supabase
from game_server.integrations.supabase_token import BadToken, read_signing_keys
from game_server.settings import Settings, SettingsError
from tests.support.supabase_project import SECRET, SERVICE_KEY, SupabaseProject, published, rsa_key

NOW = timedelta()


class Watch:
    """The time, moved by hand; the project goes by it too."""

    def __init__(self) -> None:
        self.ahead = NOW

    def now(self) -> datetime:
        return datetime.fromtimestamp(time.time(), UTC) + self.ahead


@pytest.fixture(scope="module")
def served() -> Iterator[SupabaseProject]:
    project = SupabaseProject()
    yield project
    project.close()


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def project(served, watch) -> SupabaseProject:
    served.calm()
    served.clock = lambda: watch.now().timestamp()
    return served


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=TIMEOUT, trust_env=False, verify=False) as client:  # noqa: S501 - it speaks no TLS
        yield client


@pytest.fixture
def supabase(project, watch, http) -> Supabase:
    return Supabase(http, project.url, secret=SECRET, service_key=SERVICE_KEY, now=watch.now)


async def outcome(supabase: Supabase, watch: Watch, token: str) -> str:
    """What becomes of a token: in, bad or away; or late: it opens only what was opened before."""
    try:
        claims = await supabase.claims(token, watch.now())
    except BadToken:
        return "bad"
    except KeysUnreachable:
        return "away"
    return "in" if claims.lets_in else "late"


async def test_a_rotation_locks_nobody_out(project, supabase, watch):
    ann, old = project.signs_in(), project.signs_with
    before = project.token(ann)
    assert await outcome(supabase, watch, before) == "in"
    watch.ahead = timedelta(seconds=31)
    fresh = project.rotate()
    after = project.token(ann)
    assert [await outcome(supabase, watch, token) for token in (after, before)] == ["in", "in"]
    project.revoke(old)
    watch.ahead += timedelta(minutes=10)
    assert [await outcome(supabase, watch, token) for token in (after, before)] == ["in", "bad"]
    assert project.asked["keys"] == 3
    project.keys["es-1"], project.signs_with = ec.generate_private_key(ec.SECP256R1()), "es-1"
    project.revoke(fresh)


async def test_a_key_that_changed_under_its_name_is_the_new_one_when_the_set_is_read_again(project, supabase, watch):
    ann = project.signs_in()
    before = project.token(ann)
    assert await outcome(supabase, watch, before) == "in"
    project.keys["es-1"] = ec.generate_private_key(ec.SECP256R1())
    watch.ahead = timedelta(minutes=11)
    assert [await outcome(supabase, watch, token) for token in (project.token(ann), before)] == ["in", "bad"]


async def test_a_flood_of_names_asks_for_the_keys_at_most_once_every_half_minute(project, supabase, watch):
    ann = project.signs_in()
    assert await outcome(supabase, watch, project.token(ann)) == "in"

    async def flood() -> set[str]:
        tokens = []
        for number in range(40):
            project.keys[f"invented-{number}"] = project.keys["es-1"]
            tokens.append(project.token(ann, by=f"invented-{number}"))
            project.revoke(f"invented-{number}")
        return set(await asyncio.gather(*(outcome(supabase, watch, token) for token in tokens)))

    for asked in (1, 2, 3):
        assert await flood() == {"bad"}
        assert await flood() == {"bad"}
        assert project.asked["keys"] == asked
        watch.ahead += timedelta(seconds=31)


async def test_many_at_once_share_one_request(project, supabase, watch):
    tokens = [project.token(project.signs_in()) for _ in range(20)]
    assert set(await asyncio.gather(*(outcome(supabase, watch, token) for token in tokens))) == {"in"}
    assert project.asked["keys"] == 1


async def test_while_the_keys_are_away_only_what_needs_them_waits(project, supabase, watch):
    ann = project.signs_in()
    project.always["keys"] = 500
    assert await outcome(supabase, watch, project.token(ann)) == "away"
    assert await outcome(supabase, watch, project.token(ann, by="rs-1")) == "away"
    assert project.asked["keys"] == 1
    assert await outcome(supabase, watch, project.token(ann, by="HS256")) == "in"
    assert project.asked["keys"] == 1
    project.always.clear()
    watch.ahead = timedelta(seconds=3)
    assert await outcome(supabase, watch, project.token(ann)) == "in"


async def test_hs256_never_asks_for_the_keys(project, supabase, watch):
    assert await outcome(supabase, watch, project.token(project.signs_in(), by="HS256")) == "in"
    assert project.asked["keys"] == 0


async def test_the_last_good_keys_stand_in_for_a_day_but_let_in_nobody_new_after_half_an_hour(project, supabase, watch):
    ann = project.signs_in()
    assert await outcome(supabase, watch, project.token(ann)) == "in"
    project.always["keys"] = 503
    for ahead, becomes in (
        (timedelta(minutes=29), "in"),
        (timedelta(minutes=31), "late"),
        (timedelta(hours=23), "late"),
    ):
        watch.ahead = ahead
        assert await outcome(supabase, watch, project.token(ann)) == becomes
    assert await outcome(supabase, watch, project.token(ann, by="HS256")) == "in"
    project.keys["new"] = ec.generate_private_key(ec.SECP256R1())
    watch.ahead += timedelta(minutes=1)
    # Nobody can say whether that is one of the project's.
    assert await outcome(supabase, watch, project.token(ann, by="new")) == "away"
    watch.ahead = timedelta(hours=25)
    assert await outcome(supabase, watch, project.token(ann)) == "away"
    project.revoke("new")


async def test_who_is_known_does_not_wait_for_a_project_that_hangs(project, supabase, watch):
    ann = project.signs_in()
    assert await outcome(supabase, watch, project.token(ann)) == "in"
    project.hanging.add("keys")
    watch.ahead = timedelta(minutes=11)
    first = asyncio.ensure_future(outcome(supabase, watch, project.token(ann)))
    assert await asyncio.to_thread(project.reached.wait, 20)
    assert await outcome(supabase, watch, project.token(ann)) == "in"
    assert not first.done()
    project.released.set()
    assert await first == "in"


async def test_a_project_that_does_not_answer_is_away(project, watch):
    project.hanging.add("keys")
    async with httpx.AsyncClient(timeout=0.2, trust_env=False, verify=False) as http:  # noqa: S501 - it speaks no TLS
        for url in (project.url, "http://127.0.0.1:9"):
            supabase = Supabase(http, url, now=watch.now)
            assert await outcome(supabase, watch, project.token(project.signs_in())) == "away"
    project.released.set()


async def test_an_answer_that_is_no_key_set_is_none(project, http, watch):
    token = project.token(project.signs_in())
    key = published(project.keys["es-1"], "es-1")
    answers = (
        b"", b"<html>", b"[]", b"{}", b'{"keys": {}}', b'{"keys": null}', b'{"es-1": "a certificate"}',
        json.dumps({"keys": [key], "more": " " * signing_keys.LARGEST_SET}).encode(),
    )  # fmt: skip
    for answer in answers:
        project.answers["keys"] = answer
        assert await outcome(Supabase(http, project.url, now=watch.now), watch, token) == "away", answer[:20]
    project.answers.clear()
    statuses = (301, 302, 307, 401, 404, 429, 500)
    for status in statuses:
        project.failing["keys"] = [status]
        assert await outcome(Supabase(http, project.url, now=watch.now), watch, token) == "away", status
    assert project.asked["keys"] == len(answers) + len(statuses)  # no redirect was followed


async def test_a_project_that_signs_with_its_secret_alone_has_an_empty_set(project, supabase, watch):
    project.answers["keys"] = b'{"keys": []}'
    assert await outcome(supabase, watch, project.token(project.signs_in())) == "bad"
    assert await outcome(supabase, watch, project.token(project.signs_in(), by="HS256")) == "in"


def test_only_keys_that_sign_tokens_are_taken_each_with_its_one_algorithm():
    curve, wide = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP384R1())
    small = rsa.generate_private_key(65537, 1024)  # noqa: S505 - the one that is refused
    right, long = published(curve, "right"), published(rsa_key(), "long")
    bare = {name: right[name] for name in ("kty", "crv", "x", "y")}
    told = [
        right, long, {**bare, "kid": "bare"}, bare, {**right, "kid": 7}, {**right, "kid": "sealing", "use": "enc"},
        {**right, "kid": "signing", "key_ops": ["sign"]}, {**right, "kid": "ops", "key_ops": 5},
        {**right, "kid": "alg", "alg": "ES384"},
        {**right, "kid": "swapped", "alg": "RS256"}, {**long, "kid": "ps", "alg": "PS256"}, {**long, "kid": "hs", "alg": "HS256"},
        published(wide, "wide", alg="ES256"), published(wide, "named wide", alg="ES256", crv="P-256"), published(small, "small"),
        {"kid": "secret", "kty": "oct", "k": "AAAA", "alg": "HS256"}, {"kid": "okp", "kty": "OKP", "crv": "Ed25519", "x": "AAAA"},
        {**right, "kid": "broken", "x": "!"}, {**right, "kid": "off", "x": right["y"]}, {**right, "kid": "none", "x": None},
        {**long, "kid": "right"}, "no key", None,
    ]  # fmt: skip
    found = read_signing_keys(json.dumps({"keys": told}).encode())
    assert found is not None
    assert {name: key.algorithm for name, key in found.items()} == {"right": "ES256", "long": "RS256", "bare": "ES256"}


def test_the_projects_address_is_a_whole_setting_and_the_others_are_none_without_it():
    given = {"SUPABASE_URL": "https://project.supabase.co"}
    assert Settings.from_environment(given).supabase_url == "https://project.supabase.co"
    both = {"SUPABASE_JWT_SECRET": SECRET, "SUPABASE_SERVICE_ROLE_KEY": SERVICE_KEY}
    whole = Settings.from_environment({**given, **both, "ATTUNED_SUPABASE_CONFIRMS_EMAIL": "true"})
    assert whole.supabase_confirms_email
    assert SECRET not in repr(whole)
    assert SERVICE_KEY not in repr(whole)
    for name, value in both.items():
        with pytest.raises(SettingsError, match=f"{name} needs SUPABASE_URL"):
            Settings.from_environment({name: value})
    for wrong in ("http://project.supabase.co", "project.supabase.co", "https://user:pass@project.supabase.co", "x"):
        with pytest.raises(SettingsError, match="SUPABASE_URL"):
            Settings.from_environment({"SUPABASE_URL": wrong})
    for name, value in (("SUPABASE_JWT_SECRET", "short"), ("SUPABASE_SERVICE_ROLE_KEY", "a key\nin two lines")):
        with pytest.raises(SettingsError, match=name) as refused:
            Settings.from_environment({**given, name: value})
        assert value not in str(refused.value)
