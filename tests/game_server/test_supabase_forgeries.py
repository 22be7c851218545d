"""Nobody gets in by a token that Supabase did not sign for us: each is refused, and nothing is written."""

import base64
import hmac
import json
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import jwt
import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from game_server.integrations.supabase_token import LONGEST_LIFE, LONGEST_TOKEN
from tests.support.house import House
from tests.support.supabase_house import another, code, open_supabase_house, rows
from tests.support.supabase_project import SECRET, SERVICE_KEY, Member, SupabaseProject, published

OTHER_KEY = ec.generate_private_key(ec.SECP256R1())
NOBODY = "00000000-0000-4000-8000-000000000000"

Forge = Callable[[SupabaseProject, Member], str]


@pytest.fixture(scope="module")
def project() -> Iterator[SupabaseProject]:
    opened = SupabaseProject()
    yield opened
    opened.close()


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(project, database_url, redis_url, tmp_path_factory) -> AsyncIterator[House]:
    async with open_supabase_house(project, database_url, redis_url, tmp_path_factory.mktemp("house")) as opened:
        yield opened


def part(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def signed(header: dict[str, Any], claims: Any, key: Any, algorithm: str | None = None) -> str:
    """A token of any shape with a signature that is right for this key."""
    text = f"{part(header)}.{part(claims)}".encode()
    how = jwt.get_algorithm_by_name(algorithm or header["alg"])
    return f"{text.decode()}.{part(how.sign(text, how.prepare_key(key)))}"


def unsigned(alg: str) -> Forge:
    return lambda project, member: f"{part({'alg': alg, 'kid': 'es-1'})}.{part(project.claims(member))}."


def by_secret(secret: bytes, alg: str = "HS256", digest: str = "sha256", **header: Any) -> Forge:
    def forge(project: SupabaseProject, member: Member) -> str:
        text = f"{part({'alg': alg, 'typ': 'JWT', **header})}.{part(project.claims(member))}"
        return f"{text}.{part(hmac.digest(secret, text.encode(), digest))}"

    return forge


def by_the_public_key(form: Callable[[Any, SupabaseProject], bytes]) -> Forge:
    def forge(project: SupabaseProject, member: Member) -> str:
        return by_secret(form(project.keys["es-1"].public_key(), project), kid="es-1")(project, member)

    return forge


def headed(key: Any = None, algorithm: str | None = None, **header: Any) -> Forge:
    """A header that is otherwise, under a right signature: by the project's first key where no other one is named."""

    def forge(project: SupabaseProject, member: Member) -> str:
        told = {"alg": "ES256", "kid": "es-1", "typ": "JWT", **header}
        told = {name: value for name, value in told.items() if value is not None}
        by = project.keys[key] if isinstance(key, str) else key or project.keys["es-1"]
        return signed(told, project.claims(member), by, algorithm)

    return forge


def claiming(by: str = "es-1", **changes: Any) -> Forge:
    """Claims that are otherwise, under a right signature; a function is asked for the value."""

    def forge(project: SupabaseProject, member: Member) -> str:
        told = {name: value(project) if callable(value) else value for name, value in changes.items()}
        return project.token(member, by=by, **told)

    return forge


def in_s(seconds: float) -> Callable[[SupabaseProject], int]:
    return lambda project: int(project.clock() + seconds)


def legacy_key(role: str) -> Forge:
    """A project's own keys of the older kind are tokens too."""

    def forge(project: SupabaseProject, _: Member) -> str:
        told = {"iss": "supabase", "ref": "project", "role": role, "iat": 1_700_000_000, "exp": 2_000_000_000}
        return jwt.encode(told, SECRET, algorithm="HS256")

    return forge


def payload(raw: bytes) -> Forge:
    return lambda project, _: signed({"alg": "ES256", "kid": "es-1"}, raw, project.keys["es-1"])


def changed_after_signing(project: SupabaseProject, member: Member) -> str:
    head, _, signature = project.token(member).split(".")
    return f"{head}.{part(project.claims(member, sub=NOBODY))}.{signature}"


def with_another_signature(project: SupabaseProject, member: Member) -> str:
    mine, theirs = project.token(member), project.token(member, iat=in_s(-5)(project))
    return f"{mine.rpartition('.')[0]}.{theirs.rpartition('.')[2]}"


def with_its_signature_as_der(project: SupabaseProject, member: Member) -> str:
    text, _, signature = project.token(member).rpartition(".")
    raw = base64.urlsafe_b64decode(signature + "==")
    der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    return f"{text}.{part(der)}"


def of_zeros(project: SupabaseProject, member: Member) -> str:
    return f"{project.token(member).rpartition('.')[0]}.{part(bytes(64))}"


def in_another_token(project: SupabaseProject, member: Member) -> str:
    inner = project.token(member).encode()
    return signed({"alg": "ES256", "kid": "es-1", "cty": "JWT"}, inner, project.keys["es-1"])


def nested_without_saying_so(project: SupabaseProject, member: Member) -> str:
    return signed({"alg": "ES256", "kid": "es-1"}, project.token(member).encode(), project.keys["es-1"])


PEM = lambda key, _: key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)  # noqa: E731
DER = lambda key, _: key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)  # noqa: E731
JWK = lambda _, project: json.dumps(published(project.keys["es-1"], "es-1")).encode()  # noqa: E731

FORGERIES: dict[str, Forge] = {
    "nothing": lambda *_: "",
    "a word": lambda *_: "token",
    "dots": lambda *_: "..",
    "two parts": lambda project, member: project.token(member).rpartition(".")[0],
    "four parts": lambda project, member: f"{project.token(member)}.{part(b'more')}",
    "the service's own key": lambda *_: SERVICE_KEY,
    "not base64": lambda *_: "ä.ö.ü".encode().decode("latin-1"),
    "huge": claiming(user_metadata={"about": "x" * LONGEST_TOKEN}),
    # the algorithm
    "alg none": unsigned("none"),
    "alg None": unsigned("None"),
    "alg nOnE": unsigned("nOnE"),
    "no alg": headed(algorithm="ES256", alg=None),
    "alg a number": headed(algorithm="ES256", alg=256),
    "HS256 with the public key": by_the_public_key(PEM),
    "HS256 with the public key's bytes": by_the_public_key(DER),
    "HS256 with the public key as published": by_the_public_key(JWK),
    "HS256 with no secret": by_secret(b""),
    "HS256 with another secret": by_secret(b"another secret of 32 and more characters"),
    "HS256 with the service's key": by_secret(SERVICE_KEY.encode()),
    "HS384 with the secret": by_secret(SECRET.encode(), "HS384", "sha384"),
    "HS512 with the secret": by_secret(SECRET.encode(), "HS512", "sha512"),
    "ES256 that says HS256": headed(algorithm="ES256", alg="HS256"),
    "RS512 by the RSA key": headed("rs-1", alg="RS512", kid="rs-1"),
    "PS256 by the RSA key": headed("rs-1", alg="PS256", kid="rs-1"),
    "RS256 by the RSA key with the other's name": headed("rs-1", alg="RS256", kid="es-1"),
    "ES256 with the RSA key's name": headed(kid="rs-1"),
    "ES384 with a key of that curve": headed(ec.generate_private_key(ec.SECP384R1()), alg="ES384"),
    "ES256K with a key of that curve": headed(ec.generate_private_key(ec.SECP256K1()), alg="ES256K"),
    "ES512 with a key of that curve": headed(ec.generate_private_key(ec.SECP521R1()), alg="ES512"),
    # the key
    "by another key": headed(OTHER_KEY),
    "by another RSA key": headed(rsa.generate_private_key(65537, 2048), alg="RS256", kid="rs-1"),
    "a name that nobody knows": headed(kid="es-2"),
    "no name": headed(kid=None),
    "a number for a name": headed(kid=1),
    "a path for a name": headed(kid="../../../dev/null"),
    "its key in the header": headed(OTHER_KEY, kid="mine", jwk=published(OTHER_KEY, "mine")),
    "the address of its key in the header": headed(OTHER_KEY, kid="mine", jku="http://127.0.0.1:9/jwks.json"),
    "its certificate in the header": headed(OTHER_KEY, x5c=["MIIB"], x5u="http://127.0.0.1:9/cert"),
    "something critical": headed(crit=["b64"], b64=False),
    "a token in a token": in_another_token,
    "a token in a token that does not say so": nested_without_saying_so,
    # the signature
    "changed after signing": changed_after_signing,
    "with another signature": with_another_signature,
    "with its signature in another form": with_its_signature_as_der,
    "with a signature of zeros": of_zeros,
    # whom it is for, whose it is, until when
    "no audience": claiming(aud=None),
    "for anon": claiming(aud="anon"),
    "for others": claiming(aud=["anon", "storage"]),
    "for a number": claiming(aud=1),
    "no issuer": claiming(iss=None),
    "of another project": claiming(iss="https://other.supabase.co/auth/v1"),
    "of our own name": claiming(iss="attuned"),
    "of the project's root": claiming(iss=lambda project: project.url),
    "of nearly the issuer": claiming(iss=lambda project: f"{project.url}/auth/v1/"),
    "by the secret, of another project": claiming("HS256", iss="https://other.supabase.co/auth/v1"),
    "no end": claiming(exp=None),
    "over": claiming(iat=in_s(-3700), exp=in_s(-60)),
    "over, by the secret": claiming("HS256", iat=in_s(-3700), exp=in_s(-60)),
    "an end in words": claiming(exp="tomorrow"),
    "an end that is true": claiming(exp=True),
    "an end that is no number": claiming(exp=float("nan")),
    "an end that never comes": claiming(exp=float("inf")),
    "an end far away": claiming(exp=in_s(LONGEST_LIFE.total_seconds() + 3600)),
    "an end far away, issued nowhen": claiming(iat=None, exp=in_s(LONGEST_LIFE.total_seconds() + 3600)),
    "not yet": claiming(nbf=in_s(60)),
    "issued tomorrow": claiming(iat=in_s(86_400), exp=in_s(90_000)),
    "issued in words": claiming(iat="now"),
    "no subject": claiming(sub=None),
    "a subject that is no id": claiming(sub="admin"),
    "a subject in capitals": claiming(sub=NOBODY.replace("0", "A")),
    "a subject in braces": claiming(sub=f"{{{NOBODY}}}"),
    "a number for a subject": claiming(sub=7),
    "a list of subjects": claiming(sub=[NOBODY]),
    # as whom
    "no role": claiming(role=None),
    "role anon": claiming(role="anon"),
    "role service_role": claiming(role="service_role"),
    "role service_role, by the secret": claiming("HS256", role="service_role"),
    "role postgres": claiming(role="postgres"),
    "a list of roles": claiming(role=["authenticated"]),
    "the older anon key": legacy_key("anon"),
    "the older service_role key": legacy_key("service_role"),
    "the older authenticated key": legacy_key("authenticated"),
    "anonymous in words": claiming(is_anonymous="false"),
    "issued to another application": claiming(client_id=NOBODY),
    # what it holds
    "claims that are no JSON": payload(b"\xff\xfe"),
    "claims that are a list": payload(b"[]"),
    "claims that are nothing": payload(b"null"),
    "claims that go deep": payload(b"[" * 4000),
}  # fmt: skip


def test_there_are_many():
    assert len(FORGERIES) > 80


@pytest.mark.parametrize("name", FORGERIES)
async def test_a_forged_token_is_nobodys(house, project, name):
    before = await rows(house)
    token = FORGERIES[name](project, project.signs_in())
    for bearer in (f"Bearer {token}", f"bearer  {token} "):
        headers = {"Authorization": bearer.encode()}
        assert code(await house.client().get("/api/me", headers=headers)) == (401, "unauthorized")
    if name == "nothing":
        assert code(await house.client().get("/api/me")) == (401, "unauthorized")
    assert await rows(house) == before


@pytest.mark.parametrize("by", ["es-1", "rs-1", "HS256"])
async def test_a_right_one_is_somebodys(house, project, by):
    member = project.signs_in()
    token = project.token(member, by=by, aud=["authenticated", "storage"], nbf=int(project.clock()))
    for scheme, status in (("Bearer", 200), ("bearer", 200), ("Basic", 401), ("", 401)):
        answer = await house.client().get("/api/me", headers={"Authorization": f"{scheme} {token}"})
        assert answer.status_code == status
    assert (await house.client(token).get("/api/me")).json()["id"] == member.id


async def test_a_little_is_allowed_to_clocks_that_differ(house, project):
    for changes in ({"iat": in_s(8)(project)}, {"nbf": in_s(8)(project)}, {"exp": in_s(-8)(project)}):
        answer = await house.client(project.token(project.signs_in(), **changes)).get("/api/me")
        assert answer.status_code == 200, changes


async def test_a_token_of_ours_is_none_of_supabases_and_the_other_way_round(house, project):
    keys = house.services.keys
    member = project.signs_in()
    for claims in (project.claims(member), project.claims(member, iss="attuned")):
        ours = jwt.encode(claims, keys.signing, algorithm="ES256", headers={"kid": keys.kid})
        assert (await house.client(ours).get("/api/me")).status_code == 401


async def test_without_the_secret_nothing_signed_with_one_counts(house, project):
    async with another(house, supabase_jwt_secret=None):
        before = await rows(house)
        member = project.signs_in()
        for token in (
            project.token(member, by="HS256"), by_secret(b"")(project, member),
            by_the_public_key(PEM)(project, member), by_the_public_key(JWK)(project, member),
        ):  # fmt: skip
            assert (await house.client(token).get("/api/me")).status_code == 401
        assert await rows(house) == before
        assert (await house.client(project.token(member)).get("/api/me")).status_code == 200
