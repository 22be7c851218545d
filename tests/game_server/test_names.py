"""Names that can be seen, wherever one is taken, and passwords that open whatever keyboard writes them."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from game_server.accounts import passwords
from game_server.http.text import clean_name, clean_password
from rooms.errors import Invalid
from tests.support.house import House, come_anonymously, open_house, refused_fields, sign_up, tell

INVISIBLE = [
    " ", "\u00a0", "\u00ad", "\u034f", "\u061c", "\u115f", "\u1160", "\u1680", "\u17b4", "\u180b", "\u180e", "\u2000",
    "\u200b", "\u200c", "\u200d", "\u200e", "\u2028", "\u2029", "\u202a", "\u202e", "\u202f", "\u205f", "\u2060", "\u2063",
    "\u2066", "\u206a", "\u2800", "\u3000", "\u3164", "\ufe00", "\ufe0f", "\ufeff", "\uffa0", "\ufff9", "\ufffc", "\ue000",
    "\u0301", "\u20e3", "\u0903", "\U0001d159", "\U0001d173", "\U0001bca0", "\U000e0001", "\U000e0061", "\U000e0100",
    "\U000f0000", "\u0378", "\u200b\u3164 \u2800\ufe0f", "\u0301\u0302\u0303", "\U000e0067\U000e007f",
]  # fmt: skip
VISIBLE = [
    "K",
    "Ö",
    "山田",
    "אבי",
    "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627",
    "नीना",
    "O'Hara",
    "J. R.",
    "🐻",
    "👩‍❤️‍👩",
    "🏴\U000e0067\U000e007f",
    "3",
    "-",
]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(database_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with open_house(database_url, redis_url, tmp_path_factory.mktemp("house")) as opened:
        yield opened


@pytest.mark.parametrize("name", INVISIBLE, ids=ascii)
def test_a_name_that_draws_no_ink_is_none(name):
    for text in (name, name * 5, f" {name}\u200b"):
        with pytest.raises(Invalid):
            clean_name(text, "name")


@pytest.mark.parametrize("name", VISIBLE)
def test_names_of_every_script_stay_as_they_are(name):
    assert clean_name(name, "name") == name


def test_what_cannot_be_seen_around_a_name_is_taken_off():
    assert clean_name("\u200b \u2800Kim\u3164\u00a0\u2060", "name") == "Kim"
    assert clean_name("Zoe\u0308", "name") == "Zo\u00eb"


async def test_every_place_that_takes_a_name_refuses_one_that_cannot_be_seen(house):
    person, guest = await sign_up(house, display_name="Kim"), await come_anonymously(house)
    await tell(guest.client)
    for name in ("\u200b", "\u3164", "\u2800", "\ufe0f\u0301"):
        body = {"email": "x@example.com", "password": "correct horse", "adult": True, "display_name": name}
        assert refused_fields(await house.client().post("/api/auth/register", json=body)) == {"display_name"}
        assert refused_fields(await person.client.patch("/api/me", json={"display_name": name})) == {"display_name"}
        for client in (person.client, guest.client):
            assert refused_fields(await tell(client, name=name)) == {"name"}
        hosted = {"name": name, "anatomy_self": ["penis"], "anatomy_preference": ["any"]}
        answer = await guest.client.post("/api/sessions", json={"partner": {"hosted": hosted}})
        assert refused_fields(answer) == {"partner.hosted.name"}


NFC, NFD = "caf\u00e9 cr\u00e8me", "cafe\u0301 cre\u0300me"


@pytest.mark.parametrize(
    ("chosen", "typed"), [(NFC, NFD), (NFD, NFC), ("eins\u00a0zwei drei", "eins zwei\u2003drei"), (NFD, NFD)]
)
async def test_a_password_opens_whatever_keyboard_writes_it(house, chosen, typed):
    person = await sign_up(house, password=chosen)
    assert await log_in(house, person.email, typed) == 200
    assert await log_in(house, person.email, typed + "!") == 401


async def test_a_hash_from_before_passwords_had_one_form_still_opens_and_is_made_anew(house):
    person = await sign_up(house)
    old = await passwords.hash_password(NFD)
    await house.database.execute("UPDATE credentials SET password_hash = $2 WHERE user_id = $1", person.id, old)
    assert await log_in(house, person.email, NFD) == 200
    assert await log_in(house, person.email, NFC) == 200
    assert await log_in(house, person.email, NFD) == 200


async def test_a_password_is_long_enough_in_its_one_form(house):
    body = {"email": "y@example.com", "password": "e\u0301" * 4, "adult": True}
    assert refused_fields(await house.client().post("/api/auth/register", json=body)) == {"password"}
    assert clean_password("  a  ") == "  a  "


async def log_in(house, email, password):
    answer = await house.client().post("/api/auth/login", json={"email": email, "password": password})
    return answer.status_code
