"""Words in the language of who reads them: mails and notifications in an account's, answers in the one that is asked for."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from game_server.errors import ErrorBody, in_language
from game_server.languages.catalogues import catalogue
from rooms import errors
from rooms.notifications.kinds import KINDS
from storage import notifications
from storage.notifications import Told
from tests.support.house import PASSWORD, House, open_house, sign_up

SURVEY = "/api/survey"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(database_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with open_house(database_url, redis_url, tmp_path_factory.mktemp("house")) as opened:
        yield opened


def plain(message):
    return message.get_body(("plain",)).get_content()


async def registered(house, email, language):
    body = {"email": email, "password": PASSWORD, "adult": True}
    return await house.client().post("/api/auth/register", json=body, headers={"Accept-Language": language})


async def test_who_signs_up_reads_the_language_that_their_program_asks_for(house):
    answer = await registered(house, "gerda@example.org", "de-AT,de;q=0.9,en;q=0.5")
    assert answer.json()["user"]["language"] == "de"
    (mail,) = house.mails("gerda@example.org")
    assert mail["Subject"] == "Bitte bestätige deine E-Mail-Adresse"
    assert "Adresse bestätigen:\nhttp" in plain(mail)
    assert '<html lang="de">' in mail.get_body(("html",)).get_content()


async def test_who_asks_for_nothing_or_for_what_we_do_not_speak_reads_english(house):
    person = await sign_up(house)
    assert (await person.client.get("/api/me")).json()["language"] == "en"
    assert (await registered(house, "francine@example.org", "fr")).json()["user"]["language"] == "en"


async def test_a_language_is_chosen_and_the_next_mail_comes_in_it(house):
    person = await sign_up(house)
    changed = await person.client.patch("/api/me", json={"language": "es"})
    assert (changed.status_code, changed.json()["language"]) == (200, "es")
    assert (await person.client.patch("/api/me", json={"display_name": "Ana"})).json()["language"] == "es"
    await house.client().post("/api/auth/password-reset", json={"email": person.email})
    assert house.mails(person.email)[-1]["Subject"] == "Tu contraseña nueva"


async def test_a_request_to_an_address_comes_in_its_owners_language_or_else_in_that_of_whoever_asks(house):
    asking, known = await sign_up(house), await sign_up(house)
    await asking.client.patch("/api/me", json={"language": "de", "display_name": "Gerda"})
    await known.client.patch("/api/me", json={"language": "es"})
    for email in ("nobody@example.org", known.email):
        asked = await asking.client.post("/api/partners/connections", json={"recipient_email": email})
        assert asked.status_code == 201, asked.text
    assert plain(house.mails("nobody@example.org")[-1]).startswith("Gerda möchte sich bei Attuned mit dir verbinden.")
    assert plain(house.mails(known.email)[-1]).startswith("Gerda quiere conectar contigo en Attuned.")


@pytest.mark.parametrize("wrong", ["fr", "", "de-AT", None, 5])
async def test_a_language_that_is_not_shipped_is_not_taken(house, wrong):
    person = await sign_up(house)
    refused = await person.client.patch("/api/me", json={"language": wrong})
    assert (refused.status_code, list(refused.json()["error"]["fields"])) == (422, ["language"])


async def test_what_somebody_was_told_is_listed_in_their_language(house):
    person = await sign_up(house)
    async with house.services.database.as_service() as connection:
        told = Told(kind="your_turn", user_id=person.id, from_user_id=None, about="turn:1", link="/")
        assert await notifications.tell(connection, told)
    english = KINDS["your_turn"].words
    for language, title in (("en", english.title), ("de", "Du bist dran."), ("es", "Te toca.")):
        await person.client.patch("/api/me", json={"language": language})
        (line,) = (await person.client.get("/api/notifications")).json()["items"]
        assert (line["kind"], line["title"]) == ("your_turn", title)


async def test_a_refusal_is_said_in_the_language_that_is_asked_for_and_its_code_stays(house):
    client = house.client()
    english = (await client.get("/api/me")).json()["error"]
    assert english["message"] == errors.Unauthorized.__doc__
    german = (await client.get("/api/me", headers={"Accept-Language": "de"})).json()["error"]
    assert german["code"] == english["code"]
    assert german["message"] == catalogue("server", "de").say(english["message"]) != english["message"]


async def test_a_refusal_without_a_translation_of_its_own_is_said_by_its_code(house):
    person = await sign_up(house)
    asked = {"headers": {"Accept-Language": "de"}}
    wrong = (await person.client.get("/api/notifications?cursor=x", **asked)).json()["error"]
    assert (wrong["code"], wrong["message"]) == ("invalid", "Ein Feld der Anfrage stimmt nicht.")


async def test_what_is_wrong_with_a_card_of_ones_own_is_said_in_the_language_of_whoever_wrote_it():
    german = catalogue("server", "de")
    english = ErrorBody("invalid", "A field.", {"rating": "“naked”: please say it more gently.", "x": "Not known."}, "")
    assert in_language(english, german).fields == {"rating": "“naked”: bitte sag es sanfter.", "x": "Not known."}


@pytest.mark.parametrize(
    ("body", "field", "english", "german"),
    [
        (
            {"email": "x" * 2000, "password": PASSWORD, "adult": True},
            "email",
            "At most 320 characters.",
            "Höchstens 320 Zeichen.",
        ),
        (
            {"email": "a@b.example", "password": "kurz", "adult": True},
            "password",
            "At least 8 characters.",
            "Mindestens 8 Zeichen.",
        ),
        (
            {"email": "a@b.example", "password": PASSWORD},
            "adult",
            "This field is required.",
            "Dieses Feld wird gebraucht.",
        ),
    ],
)
async def test_what_is_wrong_with_a_field_is_said_with_its_number_in_the_language_that_is_asked_for(
    house, body, field, english, german
):
    for language, said in (("en", english), ("de", german)):
        answer = await house.client().post("/api/auth/register", json=body, headers={"Accept-Language": language})
        assert answer.status_code == 422
        assert answer.json()["error"]["fields"] == {field: said}


def test_values_in_a_sentence_stay_and_the_sentence_that_says_most_is_the_one_that_is_meant():
    german = catalogue("server", "de")
    assert german.retell("At most 12,000 characters.") == "Höchstens 12,000 Zeichen."
    assert german.retell("At most 7.") == "Höchstens 7."
    assert (
        german.retell("A step has 3 to 35 words, this one has 2.") == "Ein Schritt hat 3 bis 35 Wörter, dieser hat 2."
    )
    assert german.retell("One of x, y.") == "One of x, y."


async def test_the_survey_is_read_in_each_language_with_the_same_keys(house):
    client = house.client()
    english = await client.get(SURVEY)
    german, spanish = (
        await client.get(f"{SURVEY}?language=de"),
        await client.get(SURVEY, headers={"Accept-Language": "es-MX"}),
    )
    assert german.json()["chapters"][1]["title"] == "Berührung"
    assert spanish.json()["scales"]["ymn"][0] == {"value": "Y", "label": "Sí"}
    assert len({one.headers["etag"] for one in (english, german, spanish)}) == 3
    assert {one.headers["vary"] for one in (english, german, spanish)} == {"Accept-Language"}
    assert without_words(german.json()) == without_words(english.json()) == without_words(spanish.json())
    known = {"If-None-Match": german.headers["etag"]}
    assert (await client.get(f"{SURVEY}?language=de", headers=known)).status_code == 304
    assert (await client.get(SURVEY, headers=known)).status_code == 200


def without_words(found):
    """The shape of it, ids, keys and values; sentences are left out."""
    if isinstance(found, dict):
        words = {"title", "lead_in", "text", "label", "note"}
        return {key: key if key in words else without_words(value) for key, value in found.items()}
    return [without_words(one) for one in found] if isinstance(found, list) else found


async def test_a_language_of_the_address_counts_more_than_the_header_and_an_unknown_one_is_english(house):
    client, german = house.client(), {"Accept-Language": "de"}
    assert (await client.get(f"{SURVEY}?language=es", headers=german)).headers["content-language"] == "es"
    assert (await client.get(f"{SURVEY}?language=fr", headers=german)).headers["content-language"] == "en"


async def test_the_page_is_given_its_catalogues(house):
    client = house.client()
    german = await client.get("/static/words/de.json")
    assert (german.status_code, german.json()["Save"]) == (200, "Speichern")
    assert german.headers["content-type"].startswith("application/json")
    assert (await client.get("/static/words/en.json")).status_code == 404
